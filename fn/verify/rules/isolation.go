package rules

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// A request is for the closest listener of a port alone (gateway-api v1.6.3,
// Listener isolation): one that a commit adds takes its host from the others.

// maxListeners is how many a Gateway may have (gateway-api v1.6.3).
const maxListeners = 64

// outdone is a listener that a commit adds to a Gateway, and that takes requests of
// a rule away from the one by which they came.
func (p *Transition) outdone(c cluster.Change, r route.Rule, via route.Entry) (Problem, bool) {
	was, now := p.From.Listeners(c.From), p.To.Listeners(c.To)
	if len(now) > maxListeners {
		return Problem{}, false
	}
	for _, l := range now {
		if !l.Serves(r, route.SectionOf(via)) || l.Rejects(r) != "" {
			continue
		}
		for _, x := range now {
			old := slices.ContainsFunc(was, func(w route.Listener) bool { return w.Port == x.Port && w.Host == x.Host })
			if old || x.Name == "" || x.Port != l.Port || route.CompareHosts(x.Host, l.Host) >= 0 || !takesFrom(x, r) || p.answered(c, x, r) {
				continue
			}
			return Problem{
				Object: r.Source, About: c.ID().String() + " " + x.Name,
				Message: fmt.Sprintf("comes in through %s of %s, and the new %s is closer to its host: its requests get 404 there", l, c.ID(), x),
				Hint:    fmt.Sprintf("a parentRef with sectionName: %s beside the one it has, a commit before", x.Name),
			}, true
		}
	}
	return Problem{}, false
}

// takesFrom reports whether a listener is for a host of a rule.
func takesFrom(l route.Listener, r route.Rule) bool {
	return slices.ContainsFunc(cluster.HostsOf(r), func(h string) bool { return route.HostFits(l.Host, h) })
}

// answered reports whether a route was there before the commit, and stays, that
// answers at a new listener for the hosts of a rule. Where that takes too long to
// find out, none did.
func (p *Transition) answered(c cluster.Change, x route.Listener, r route.Rule) bool {
	there := p.staying(c, x)
	return p.Interleavings.Spend(len(there)) && slices.ContainsFunc(cluster.HostsOf(r), func(h string) bool {
		return slices.ContainsFunc(there, func(q route.Rule) bool { return cluster.Fits(q, h) })
	})
}

// staying are the rules of a listener, as it will be, whose routes were attached to
// it before.
func (p *Transition) staying(c cluster.Change, x route.Listener) []route.Rule {
	id := c.To.Key().String() + " " + x.Name
	if known, ok := p.attached[id]; ok {
		return known
	}
	before := map[kube.ID]bool{}
	for _, q := range p.attachedTo(p.From, c, x) {
		before[q.Source.Key()] = true
	}
	all := slices.DeleteFunc(p.attachedTo(p.To, c, x), func(q route.Rule) bool { return !before[q.Source.Key()] })
	if p.attached == nil {
		p.attached = map[string][]route.Rule{}
	}
	p.attached[id] = all
	return all
}

// attachedTo are the rules of a state that a listener lets in.
func (p *Transition) attachedTo(s cluster.State, c cluster.Change, x route.Listener) []route.Rule {
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
