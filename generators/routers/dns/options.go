package dns

import (
	"time"

	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

type options struct {
	Weights     string              `yaml:"weights" default:"none" enum:"none|route53" doc:"route53: external-dns runs with provider aws, the one of its providers that knows weights; none: a record leads to one track, all at once"`
	Records     string              `yaml:"records" default:"object" enum:"object|annotations" doc:"object: records stand in a DNSEndpoint, which external-dns reads with --source=crd; annotations: on the Services of the tracks, with weights: route53 and --source=service alone"`
	TTL         schemas.Duration    `yaml:"ttl" default:"1m" doc:"how long resolvers keep an answer, in whole seconds, at most 5m; an abort takes as long to reach clients"`
	Sync        schemas.Duration    `yaml:"sync" default:"1m" doc:"how often external-dns looks, its flag --interval"`
	Alias       bool                `yaml:"alias" doc:"records of Route 53 that stand for their target, for a host that is the zone itself: no CNAME may stand there"`
	Targets     *targets            `yaml:"targets" doc:"addresses or names that lead to each track; default: a Service of type LoadBalancer is made for each"`
	Class       string              `yaml:"class" doc:"loadBalancerClass of the Services that are made; default: that of an apex of type LoadBalancer"`
	Cluster     string              `yaml:"cluster" rule:"label" doc:"the one of the tracks' clusters whose external-dns writes the records; default: the first by name"`
	Annotations []schemas.NamedText `yaml:"annotations" doc:"annotations of the Services that are made, for the cloud's load balancer"`
}

// targets are what the records of each track lead to.
type targets struct {
	Blue  []string `yaml:"blue" rule:"required" doc:"IP addresses, or one host name"`
	Green []string `yaml:"green" rule:"required" doc:"IP addresses, or one host name"`
}

// longest is the longest TTL: beyond it nobody waits for an abort.
const longest = 5 * time.Minute

func optionsOf(r route.Route) options {
	options, _ := r.Options.(options)
	return options
}

// of are the targets of a track.
func (t targets) of(track string) []string {
	if track == schemas.Blue {
		return t.Blue
	}
	return t.Green
}

// home is the cluster whose external-dns writes the records: two that write one name
// would overwrite each other.
func home(r route.Route) string {
	if c := optionsOf(r).Cluster; c != "" {
		return c
	}
	return r.Release.Clusters()[0]
}

// lag is the time until the last client has learnt of a change: external-dns looks, and
// a resolver that asked just before keeps its answer. The second TTL is for resolvers
// behind others, each of which keeps it by itself.
// The alias that a load balancer of AWS gets has the TTL of that, 60 seconds, whatever the
// annotation says (external-dns v0.23.0, provider/aws).
func (o options) lag() schemas.Duration {
	ttl := o.TTL
	if o.annotated() {
		ttl = max(ttl, schemas.Duration(time.Minute))
	}
	return o.Sync + 2*ttl
}

// annotated reports whether the records stand on the Services of the tracks.
func (o options) annotated() bool { return o.Records == "annotations" }
