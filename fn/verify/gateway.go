package verify

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// gatewayKinds are the groups and kinds of what entries call gateways.
var gatewayKinds = map[string]struct{ group, kind string }{
	"Gateway": {gatewayGroup, "Gateway"}, "Istio Gateway": {istioGroup, "Gateway"},
	"ListenerSet": {gatewayGroup, "ListenerSet"}, "XListenerSet": {listenerSetGroup, "XListenerSet"},
}

// checkGateways: what routes come in through stays: the gateway, the listener,
// that it lets them in, and who serves it.
func checkGateways(e *passage) []Problem {
	var problems []Problem
	labels := e.relabelled()
	through := map[route.Entry]change{}
	for _, r := range e.to.Rules {
		for _, via := range r.Via {
			c, known := through[via]
			if !known {
				c = e.gateway(via)
				through[via] = c
			}
			if !labels && !e.stirs(c.from) && !e.stirs(e.from.owner(c.from)) && !e.stirs(r.Source) {
				continue
			}
			if p, lost := e.shut(c, r, via); lost {
				problems = append(problems, p)
			}
		}
	}
	used := map[kube.ID]change{}
	for _, c := range through {
		if !c.made() && !c.gone() {
			used[c.to.Key()] = c
		}
	}
	for _, id := range sortedIDs(used) {
		if p, left := e.orphaned(used[id]); left {
			problems = append(problems, p)
		}
	}
	return problems
}

// stirs reports whether a commit does anything to an object.
func (p *passage) stirs(o kube.Object) bool {
	_, ok := p.changed[o.Key()]
	return ok
}

// relabelled reports whether a Namespace changes, and with its labels perhaps
// which listeners let its routes in.
func (p *passage) relabelled() bool {
	for id := range p.changed {
		if id.Is("", "Namespace") {
			return true
		}
	}
	return false
}

// detached are routes at a Gateway of the manifests that lets them in nowhere.
func (s State) detached() []route.Unread {
	type place struct {
		route kube.ID
		via   route.Entry
	}
	open, seen := map[place]bool{}, map[place]bool{}
	var order []place
	source := map[kube.ID]kube.Object{}
	gateways := map[route.Entry]kube.Object{}
	for _, r := range s.Rules {
		for _, via := range r.Via {
			gateway, known := gateways[via]
			if !known {
				gateway = s.gateway(via)
				gateways[via] = gateway
			}
			at := place{r.Source.Key(), via}
			if gateway.Node == nil || open[at] {
				continue
			}
			if !seen[at] {
				seen[at], source[at.route], order = true, r.Source, append(order, at)
			}
			open[at] = slices.ContainsFunc(listeners(gateway), func(l listener) bool {
				return l.serves(r, sectionOf(via)) && s.refuses(gateway, l, r) == ""
			})
		}
	}
	var all []route.Unread
	for _, at := range order {
		if !open[at] {
			all = append(all, route.Unread{Source: source[at.route], Why: fmt.Sprintf("no listener of %s %s lets it in: who answers there is not judged", at.via.Kind, at.via.Name)})
		}
	}
	return all
}

// gateway is the gateway of an entry. It has no Node if the manifests do not
// have it.
func (s State) gateway(via route.Entry) kube.Object {
	is, ok := gatewayKinds[via.Kind]
	if !ok {
		return kube.Object{}
	}
	namespace, rest, _ := strings.Cut(via.Name, "/")
	name, _, _ := strings.Cut(rest, "/")
	o, _ := s.World.Find(is.group, is.kind, namespace, name)
	return o
}

// gateway is what the manifests before and after have of an entry.
func (p *passage) gateway(via route.Entry) change {
	return change{p.from.gateway(via), p.to.gateway(via)}
}

// shut is a gateway that requests of a rule come in through before the commit,
// and not after it.
func (p *passage) shut(c change, r route.Rule, via route.Entry) (Problem, bool) {
	if c.made() {
		return Problem{}, false
	}
	problem := Problem{Object: r.Source, About: c.id().String(), Hint: "attach it to another gateway, and take it off this one, a commit before"}
	if c.gone() {
		problem.Message = fmt.Sprintf("comes in through %s, which is removed: connections are refused", c.id())
		return problem, true
	}
	if problem, lost := p.unset(c, r); lost {
		return problem, true
	}
	lost, now, ok := p.lost(c, r, via)
	switch {
	case !ok:
		return p.outdone(c, r, via)
	case now == "":
		problem.Message = fmt.Sprintf("comes in through %s of %s, which is removed: %s", lost, c.id(), c.without(lost))
	default:
		problem.Message = fmt.Sprintf("comes in through %s of %s, which lets it in no longer, as %s: its requests get 404", lost, c.id(), now)
		problem.Hint = "let it in there until another route answers"
	}
	return problem, true
}

// without says what clients of a listener meet that a gateway has lost. Where the
// port is still open for other hosts, somebody answers, but not for theirs.
func (c change) without(lost listener) string {
	open := slices.ContainsFunc(listeners(c.to), func(l listener) bool { return l.port == lost.port })
	switch {
	case !open:
		return "connections are refused"
	case strings.EqualFold(lost.protocol, "HTTP") || strings.EqualFold(lost.protocol, "HTTP2"):
		return "its port is open for other hosts, and clients get 404"
	}
	return "its port is open for other hosts, and clients find no certificate of theirs"
}

// lost is a listener that requests of a rule come in through only before the
// commit. why is given if it is still there.
func (p *passage) lost(c change, r route.Rule, via route.Entry) (lost listener, why string, ok bool) {
	old := r
	if was, there := p.from.byID[r.Source.Key()]; there {
		old.Source = was
	}
	section := sectionOf(via)
	now := listeners(c.to)
	for _, l := range listeners(c.from) {
		if !l.serves(r, section) || p.from.refuses(c.from, l, old) != "" {
			continue
		}
		why, open := "", false
		for _, n := range now {
			if n.covers(l, section) && n.serves(r, section) {
				no := p.to.refuses(c.to, n, r)
				why, open = no, open || no == ""
			}
		}
		if !open {
			return l, why, true
		}
	}
	return listener{}, "", false
}

// sectionOf is the listener that an entry names, or the port of several, as :443;
// "" if it is for all of them.
func sectionOf(via route.Entry) string {
	_, rest, _ := strings.Cut(via.Name, "/")
	_, section, _ := strings.Cut(rest, "/")
	return section
}

// orphaned is a gateway that changes hands: another controller, or other pods,
// serve it from now on, at an address of their own.
func (p *passage) orphaned(c change) (Problem, bool) {
	was, is := c.from.Text("spec", "gatewayClassName"), c.to.Text("spec", "gatewayClassName")
	if was != is {
		return Problem{
			Object: c.to, Path: []string{"spec", "gatewayClassName"}, About: is,
			Message: fmt.Sprintf("was of class %s and becomes one of %s: who serves it from then on has an address of its own, and who did so lets go of it", was, is),
			Hint:    "a Gateway of another name, with the same routes, until its address is the one that clients use",
		}, true
	}
	if c.to.Get("spec", "selector") == nil || p.stillServed(c) {
		return Problem{}, false
	}
	return Problem{
		Object: c.to, Path: []string{"spec", "selector"}, About: "selector",
		Message: "selects other pods than before: those that requests reach no longer know it", Hint: "a Gateway of another name for the other pods, until clients reach them",
	}, true
}

// stillServed reports whether the pods that an Istio Gateway selected are
// selected still: it asks for no more labels than before, or the pods are in
// the manifests and have them.
func (p *passage) stillServed(c change) bool {
	was, is := kube.Strings(c.from.Node, "spec", "selector"), c.to.Get("spec", "selector")
	if kube.Selects(is, was) {
		return true
	}
	pods := p.to.gatewayPods(c.from)
	return len(pods) > 0 && !slices.ContainsFunc(pods, func(p Pods) bool { return !kube.Selects(is, p.Labels) })
}
