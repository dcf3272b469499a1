package dns

import (
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
)

// Provider writes records for external-dns: with weights where its provider is Route 53,
// and else one record that moves from track to track.
var Provider = route.Provider{
	Name:  "dns",
	Title: "DNS by external-dns",
	Doc: "Writes a DNSEndpoint, whose records lead a host to the load balancer of each track: by weight on Route 53, all at once elsewhere. " +
		"Makes a Service of type LoadBalancer for each track, unless the Release says where they are reached. external-dns needs --source=crd, and --source=service for those. " +
		"A change reaches clients when external-dns has looked and resolvers have forgotten: every stage is held that long, and an abort takes as long.",
	URL:     "https://kubernetes-sigs.github.io/external-dns/v0.23.0/docs/sources/crd/",
	Version: "v0.23.0",
	Also:    []string{"external-dns", "externaldns", "route53", "dnsendpoint"},
	Kinds: []route.Kind{{
		Group: group, Kind: "DNSEndpoint", Versions: []string{"v1alpha1"}, CRD: "sigs.k8s.io/external-dns@v0.20.0/config/crd/standard/dnsendpoints.externaldns.k8s.io.yaml",
		Hosts: "spec/endpoints/dnsName",
		Judged: "spec.endpoints[] spec.endpoints[].dnsName spec.endpoints[].recordType spec.endpoints[].setIdentifier spec.endpoints[].targets[] " +
			"spec.endpoints[].providerSpecific[] spec.endpoints[].providerSpecific[].name spec.endpoints[].providerSpecific[].value",
	}},
	Can: route.Can{"http": can, "grpc": can, "tcp": can, "tls": can},
	Metrics: []route.Metrics{{
		Reason: "DNS sees no requests: ask the load balancers, or the pods of each track.",
	}},
	Traps: []route.Trap{{
		Is:   "Route 53 shares requests evenly if all records of a name have weight 0.",
		Kept: "The weights of a name add up to 100, and stand in one object, so that no commit is half there.",
		Case: "dns-even",
	}, {
		Is:   "Resolvers go on sending clients to a record that has gone.",
		Kept: "Every stage is held for two TTLs and a look of external-dns, and so long pods stay that had requests.",
		Case: "dns/record-and-pods",
	}, {
		Is:   "external-dns takes a TTL of 0 for none, and Route 53 gets 300 seconds then; a load balancer's name becomes an alias, whose TTL is 60.",
		Kept: "A TTL is always written, of 1 to 300 seconds, on a name of each track's own.",
	}, {
		Is:   "Since v0.22.0 external-dns reads external-dns.kubernetes.io/, and external-dns.alpha.kubernetes.io/ no more.",
		Kept: "The Services of the tracks have both.",
	}, {
		Is:   "Annotations on two Services are two objects: between them both weights are 0, or a plain record has gone.",
		Kept: "Records stand in a DNSEndpoint, and a host that has one by annotation is refused.",
	}},
	Lacks: []string{
		"Weights of other DNS providers: external-dns knows them for Route 53 alone (v0.23.0, provider/aws).",
		"Failover, latency and geolocation records of Route 53: who gets a request no manifest tells.",
		"Affinity: a resolver answers many clients, and a client asks several.",
	},
	ServiceAnnotations: route.ServiceAnnotations,
	Options:            options{},
	Needs: func(t schemas.Traffic) stage.Needs {
		o, _ := t.Options.(options)
		return stage.Needs{Weights: true, Linger: o.lag(), Hold: o.lag()}
	},
	Check:  check,
	Render: render,
	Claims: func(kube.Object, route.World) bool { return true },
	Read:   read,
	Looks:  isService,
}

const can = route.Weights | route.Hosts | route.Previews
