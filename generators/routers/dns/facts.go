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
	Is:   "Annotations on two Services are two objects: between them both weights are 0, or a plain record has gone.",
	Kept: "Records stand in a DNSEndpoint, and a host that has one by annotation is refused.",
}}

var lacks = []string{
	"Weights of other DNS providers: external-dns knows them for Route 53 alone (v0.23.0, provider/aws).",
	"Failover, latency and geolocation records of Route 53: who gets a request no manifest tells.",
	"Affinity: a resolver answers many clients, and a client asks several.",
	"Annotations of Services with set identifiers and weights: two Services are two objects, so that between them every share is wrong. A change of them is listed as not judged.",
	"UDP: records lead there as well, and no Release asks for it.",
}
