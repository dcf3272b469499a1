package entry

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// A request is for the closest listener of a port alone (gateway-api v1.6.3,
// Listener isolation): one that a commit adds takes its host from the others.

// maxListeners is how many a Gateway may have (gateway-api v1.6.3).
const maxListeners = 64

// outdone is a listener that a commit adds to a Gateway, and that takes requests of
// a rule away from the one by which they came.
func outdone(e *edge.Transition, c cluster.Change, r route.Rule, via route.Entry) (edge.Problem, bool) {
	was, now := e.From.Listeners(c.From), e.To.Listeners(c.To)
	if len(now) > maxListeners {
		return edge.Problem{}, false
	}
	for _, l := range now {
		if !l.Serves(r, route.SectionOf(via)) || l.Rejects(r) != "" {
			continue
		}
		for _, x := range now {
			old := slices.ContainsFunc(was, func(w route.Listener) bool { return w.Port == x.Port && w.Host == x.Host })
			if old || x.Name == "" || x.Port != l.Port || route.CompareHosts(x.Host, l.Host) >= 0 || !takesFrom(x, r) || answered(e, c, x, r) {
				continue
			}
			return edge.Problem{
				Object: r.Source, About: c.ID().String() + " " + x.Name,
				Message: fmt.Sprintf("comes in through %s of %s, and the new %s is closer to its host: its requests get 404 there", l, c.ID(), x),
				Hint:    fmt.Sprintf("a parentRef with sectionName: %s beside the one it has, a commit before", x.Name),
			}, true
		}
	}
	return edge.Problem{}, false
}

// takesFrom reports whether a listener is for a host of a rule.
func takesFrom(l route.Listener, r route.Rule) bool {
	return slices.ContainsFunc(cluster.HostsOf(r), func(h string) bool { return route.HostFits(l.Host, h) })
}

// answered reports whether a route was there before the commit, and stays, that
// answers at a new listener for the hosts of a rule. Where that takes too long to
// find out, none did.
func answered(e *edge.Transition, c cluster.Change, x route.Listener, r route.Rule) bool {
	there := staying(e, c, x)
	return e.Interleavings.Spend(len(there)) && slices.ContainsFunc(cluster.HostsOf(r), func(h string) bool {
		return slices.ContainsFunc(there, func(q route.Rule) bool { return cluster.Fits(q, h) })
	})
}

// staying are the rules of a listener, as it will be, whose routes were attached to
// it before.
func staying(e *edge.Transition, c cluster.Change, x route.Listener) []route.Rule {
	return edge.Memo(e, "staying "+c.To.Key().String()+" "+x.Name, func() []route.Rule {
		before := map[kube.ID]bool{}
		for _, q := range attachedTo(e.From, c, x) {
			before[q.Source.Key()] = true
		}
		return slices.DeleteFunc(attachedTo(e.To, c, x), func(q route.Rule) bool { return !before[q.Source.Key()] })
	})
}

// attachedTo are the rules of a state that a listener lets in.
func attachedTo(s cluster.State, c cluster.Change, x route.Listener) []route.Rule {
	var all []route.Rule
	for _, q := range s.Rules {
		if slices.ContainsFunc(q.Via, func(via route.Entry) bool {
			return s.Gateway(via).Key() == c.To.Key() && x.Serves(q, route.SectionOf(via)) && x.Rejects(q) == ""
		}) {
			all = append(all, q)
		}
	}
	return all
}
