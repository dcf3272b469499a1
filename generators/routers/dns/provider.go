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
		"Makes a Service of type LoadBalancer for each track, unless the Release says where they are reached. external-dns needs " +
		"--source=crd, and --source=service for those. With records: annotations the weights stand on those Services, and " +
		"--source=service is enough. " +
		"A change reaches clients when external-dns has looked and resolvers have forgotten: every stage is held that long, and an abort " +
		"takes as long.",
	URL:     "https://kubernetes-sigs.github.io/external-dns/v0.23.0/docs/sources/crd/",
	Version: "v0.23.0",
	Also:    []string{"external-dns", "externaldns", "route53", "dnsendpoint"},
	Kinds: []route.Kind{{
		Group: group, Kind: "DNSEndpoint", Versions: []string{"v1alpha1"},
		CRD:   "sigs.k8s.io/external-dns@v0.20.0/config/crd/standard/dnsendpoints.externaldns.k8s.io.yaml",
		Hosts: "spec/endpoints/dnsName",
		Judged: "spec.endpoints[] spec.endpoints[].dnsName spec.endpoints[].recordType spec.endpoints[].setIdentifier " +
			"spec.endpoints[].targets[] " +
			"spec.endpoints[].providerSpecific[] spec.endpoints[].providerSpecific[].name spec.endpoints[].providerSpecific[].value",
	}},
	Can:                route.Can{"http": can, "grpc": can, "tcp": can, "tls": can},
	Metrics:            metrics,
	Traps:              traps,
	Lacks:              lacks,
	ServiceAnnotations: route.ServiceAnnotations,
	Annotations:        shares,
	Options:            options{},
	Needs: func(t schemas.Traffic) stage.Needs {
		o, _ := t.Options.(options)
		return stage.Needs{Weights: true, Linger: o.lag(), Hold: o.lag()}
	},
	Check:  check,
	Home:   home,
	Render: render,
	Claims: func(kube.Object, route.World) bool { return true },
	Read:   read,
	Looks:  isService,
	Steers: weighs,
	Leads:  true,
}

const can = route.Weights | route.Hosts | route.Previews | route.Namespaces | route.Clusters
