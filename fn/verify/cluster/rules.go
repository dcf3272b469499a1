package cluster

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/route"
)

// HostsOf are a rule's hosts; "*" if it has none.
func HostsOf(r route.Rule) []string {
	if len(r.Hosts) == 0 {
		return []string{"*"}
	}
	return r.Hosts
}

// Ruleset is rules by where requests come in.
type Ruleset struct {
	byVia  map[route.Entry][]route.Rule
	byHost map[route.Entry]map[string][]int // positions in byVia; made when there are many
}

// FewRules is how many rules are looked at one by one.
const FewRules = 16

// NewRuleset sorts rules.
func NewRuleset(rules []route.Rule) *Ruleset {
	return &Ruleset{byVia(rules), map[route.Entry]map[string][]int{}}
}

// Under are the rules of an entry that stand under a host as it is written.
func (r *Ruleset) Under(via route.Entry, host string) []route.Rule {
	at := r.hosts(via)[host]
	all := make([]route.Rule, 0, len(at))
	for _, i := range at {
		all = append(all, r.byVia[via][i])
	}
	return all
}

// Covering are the rules of an entry that may be for a host: all that cover it,
// in order.
func (r *Ruleset) Covering(via route.Entry, host string) []route.Rule {
	if len(r.byVia[via]) <= FewRules {
		return r.byVia[via]
	}
	index := r.hosts(via)
	at := slices.Concat(index[host], index["*"], index[""])
	for i, c := range host {
		if c == '.' && "*"+host[i:] != host {
			at = append(at, index["*"+host[i:]]...)
		}
	}
	slices.Sort(at)
	var all []route.Rule
	for _, i := range slices.Compact(at) {
		all = append(all, r.byVia[via][i])
	}
	return all
}

// Fitting are the rules of an entry that a host is under, as it is written or by a
// wildcard: where the closest ones go, the next ones answer.
func (r *Ruleset) Fitting(via route.Entry, host string) []route.Rule {
	var all []route.Rule
	for _, rule := range r.Covering(via, host) {
		if Fits(rule, host) {
			all = append(all, rule)
		}
	}
	return all
}

// Fits reports whether a rule is for a host.
func Fits(r route.Rule, host string) bool {
	return slices.ContainsFunc(HostsOf(r), func(h string) bool { return route.HostFits(h, host) })
}

func (r *Ruleset) hosts(via route.Entry) map[string][]int {
	if index, ok := r.byHost[via]; ok {
		return index
	}
	index := map[string][]int{}
	for i, rule := range r.byVia[via] {
		hosts := HostsOf(rule)
		if len(hosts) > 1 {
			hosts = Distinct(hosts)
		}
		for _, h := range hosts {
			index[h] = append(index[h], i)
		}
	}
	r.byHost[via] = index
	return index
}

// byVia sorts rules by where requests come in. Their order stays.
func byVia(rules []route.Rule) map[route.Entry][]route.Rule {
	all := map[route.Entry][]route.Rule{}
	for _, r := range rules {
		for _, via := range r.Via {
			all[via] = append(all[via], r)
		}
	}
	return all
}

// Direct reports whether a rule is a Service's own: clients call it by name, in a mesh too
// where no route is for it. One that a Service's annotations make of others' requests is not.
func Direct(r route.Rule) bool {
	return r.Source.Is("", "Service") && !slices.ContainsFunc(r.Via, func(via route.Entry) bool {
		return via.Kind != "Service" && via.Kind != route.MeshEntry
	})
}

// Distinct drops repetitions; the order stays. Without any there is one, the zero.
func Distinct[T comparable](all []T) []T {
	seen := map[T]bool{}
	var kept []T
	for _, v := range all {
		if !seen[v] {
			seen[v] = true
			kept = append(kept, v)
		}
	}
	if kept == nil {
		kept = append(kept, *new(T))
	}
	return kept
}

// Backends are those that a rule names.
func Backends(r route.Rule) []route.Backend {
	if r.Action != route.Forward {
		return nil
	}
	return append(slices.Clip(r.Backends), r.Mirrors...)
}
