package routes

import (
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// This file finds, for what a rule does to requests beside sending them on, the rule
// that the same requests met before.

// paired are two rules that the same requests meet, before and after a commit.
type paired struct{ was, is route.Rule }

// pairWork bounds what looking for the other rule may cost, in comparisons.
const pairWork = 1 << 20

// pairer finds the pairs of an edge.
type pairer struct {
	*edge.Transition
	found []paired
	work  int
}

// pairs are the rules of routers, before and after, that the same requests meet.
// Where a route says of which requests it speaks as it did before, its rules are
// paired as they stand; else requests of each rule are sent to both ends.
func pairs(e *edge.Transition) []paired { return findPairs(e).found }

// findPairs has the pairs of an edge, and what finding them cost.
func findPairs(e *edge.Transition) *pairer {
	return edge.Memo(e, "pairs", func() *pairer {
		all := &pairer{Transition: e}
		if !rerouted(e) {
			return all
		}
		was, is := ofRouters(e.From.Rules), ofRouters(e.To.Rules)
		for _, id := range cluster.SortedIDs(is) {
			all.source(id, was[id], is[id])
		}
		for _, id := range cluster.SortedIDs(was) {
			if _, stays := is[id]; !stays {
				all.source(id, was[id], nil)
			}
		}
		return all
	})
}

// rerouted reports whether a commit changes anything that routers read.
func rerouted(e *edge.Transition) bool {
	for id, c := range e.Changed {
		if id.Is("", "Service") || e.From.Router.Routing(cluster.Subject(c)) {
			return true
		}
	}
	return false
}

// ofRouters are the rules of routers by the object they stand in.
func ofRouters(rules []route.Rule) map[kube.ID][]route.Rule {
	all := map[kube.ID][]route.Rule{}
	for _, r := range rules {
		if !cluster.Direct(r) {
			all[r.Source.Key()] = append(all[r.Source.Key()], r)
		}
	}
	return all
}

// source pairs the rules of one object. One that changes its place among the others takes
// requests from their rules, or leaves them some.
func (p *pairer) source(id kube.ID, was, is []route.Rule) {
	_, changes := p.Changed[id]
	if slices.EqualFunc(was, is, sameClaim) && (!changes || slices.EqualFunc(was, is, samePlace)) {
		for i := range is {
			p.found = append(p.found, paired{was[i], is[i]})
		}
		return
	}
	for _, r := range slices.Concat(is, was) {
		p.send(r)
	}
}

// send sends requests that a rule is for to both ends.
func (p *pairer) send(r route.Rule) {
	for _, via := range r.Via {
		for _, host := range cluster.HostsOf(r) {
			list := p.Sampler.Requests(via, p.SampleHost(host), []route.Rule{r}).List
			for _, q := range list[:min(len(list), cluster.FewRules)] {
				if r.Match.Fits(q) != route.Yes {
					continue
				}
				was, before := p.answering(p.From, q)
				is, after := p.answering(p.To, q)
				if before && after {
					p.found = append(p.found, paired{was, is})
				}
			}
		}
	}
}

// answering is the one rule of a state that answers a request, if it is known which.
func (p *pairer) answering(s cluster.State, q route.Request) (route.Rule, bool) {
	rules := s.Index.Covering(q.Via, q.Host)
	if p.work += len(rules); p.work > pairWork {
		return route.Rule{}, false
	}
	found := route.Decide(rules, q)
	if len(found) != 1 || found[0].Match.Fits(q) != route.Yes {
		return route.Rule{}, false
	}
	return found[0], true
}

// sameClaim reports whether two rules are for the same requests.
func sameClaim(a, b route.Rule) bool {
	return slices.Equal(a.Via, b.Via) && slices.Equal(a.Hosts, b.Hosts) && sameMatch(a.Match, b.Match)
}

// samePlace reports whether two rules are tried in one place among all.
func samePlace(a, b route.Rule) bool { return a.Tier == b.Tier && a.Order == b.Order }

func sameMatch(a, b route.Match) bool {
	path := a.Path == b.Path || a.Path != nil && b.Path != nil && *a.Path == *b.Path
	return path && a.Method == b.Method && a.Port == b.Port && slices.Equal(a.Headers, b.Headers) && slices.Equal(a.Cookies, b.Cookies) &&
		slices.Equal(a.Query, b.Query) && slices.Equal(a.Other, b.Other)
}

// where is the place that a rule is for, as people write it.
func where(r route.Rule) string {
	host, path := cluster.HostsOf(r)[0], "/"
	if r.Match.Path != nil {
		path = strings.TrimSuffix(strings.TrimPrefix(r.Match.Path.Value, "(?i)"), ".*")
	}
	if host == "*" {
		return path + " of any host"
	}
	return host + path
}

// CheckUnpaired lists that, where there are too many rules to find the pairs of, what
// they do to requests beside sending them on is not judged.
func CheckUnpaired(p *edge.Transition) []edge.Problem {
	if findPairs(p).work <= pairWork {
		return nil
	}
	for _, id := range cluster.SortedIDs(p.Changed) {
		if c := p.Changed[id]; id.Is("", "Service") || p.From.Router.Routing(cluster.Subject(c)) {
			return []edge.Problem{edge.Unjudged(c, "changes beside more rules than can be compared: what they do to requests beside sending "+
				"them on is not judged")}
		}
	}
	return nil
}
