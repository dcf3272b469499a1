package dns

import "github.com/cutoverdev/cutover/generators/route"

var metrics = []route.Metrics{{
	Reason: "DNS sees no requests: ask the load balancers, or the pods of each track.",
}}

var traps = []route.Trap{{
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
	Is: "Annotations on two Services are two objects, and one changes first: for that moment a plain record has gone, or every " +
		"weight is 0, and a third record without pods gets a share.",
	Kept: "Records stand in one DNSEndpoint, or with weights on the Services of two tracks that both have their pods: what is half " +
		"applied lies between both ends. A host that has a record by an annotation of its own is refused.",
	Case: "dns/annotations-between",
}}

var lacks = []string{
	"Weights of other DNS providers: external-dns knows them for Route 53 alone (v0.23.0, provider/aws).",
	"Failover, latency and geolocation records of Route 53: who gets a request no manifest tells.",
	"Affinity: a resolver answers many clients, and a client asks several.",
	"Shares of Ingresses and of routes of the Gateway API by annotation: no manifest says who their load balancer is. Who answers there is listed as not judged, and so is what changes in their annotations.",
	"Plain records, preview hosts, targets and alias by annotation: a DNSEndpoint has them.",
	"UDP: records lead there as well, and no Release asks for it.",
}
