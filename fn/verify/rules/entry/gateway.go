package entry

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// CheckGateways checks that what routes come in through stays: the gateway, the listener,
// that it lets them in, and who serves it.
func CheckGateways(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	labels := relabelled(e)
	through := map[route.Entry]cluster.Change{}
	for _, r := range e.To.Rules {
		for _, via := range r.Via {
			c, known := through[via]
			if !known {
				c = gateway(e, via)
				through[via] = c
			}
			if !labels && !stirs(e, c.From) && !stirs(e, e.From.Owner(c.From)) && !stirs(e, r.Source) {
				continue
			}
			if p, lost := shut(e, c, r, via); lost {
				problems = append(problems, p)
			} else if p, unsure := doubted(e, c, r, via); unsure {
				problems = append(problems, p)
			}
		}
	}
	used := map[kube.ID]cluster.Change{}
	for _, c := range through {
		if !c.Made() && !c.Gone() {
			used[c.To.Key()] = c
		}
	}
	for _, id := range cluster.SortedIDs(used) {
		if p, left := orphaned(e, used[id]); left {
			problems = append(problems, p)
		}
	}
	return problems
}

// stirs reports whether a commit does anything to an object.
func stirs(e *edge.Transition, o kube.Object) bool {
	_, ok := e.Changed[o.Key()]
	return ok
}

// relabelled reports whether a Namespace changes, and with its labels perhaps
// which listeners let its routes in.
func relabelled(e *edge.Transition) bool {
	for id := range e.Changed {
		if id.Is("", "Namespace") {
			return true
		}
	}
	return false
}

// gateway is what the manifests before and after have of an entry.
func gateway(e *edge.Transition, via route.Entry) cluster.Change {
	return cluster.Change{From: e.From.Gateway(via), To: e.To.Gateway(via)}
}

// shut is a gateway that requests of a rule come in through before the commit,
// and not after it.
func shut(e *edge.Transition, c cluster.Change, r route.Rule, via route.Entry) (edge.Problem, bool) {
	if c.Made() {
		return edge.Problem{}, false
	}
	problem := edge.Problem{
		Object: r.Source, About: c.ID().String(),
		Hint: "attach it to another gateway, and take it off this one, a commit before",
	}
	if c.Gone() {
		problem.Message = fmt.Sprintf("comes in through %s, which is removed: connections are refused", c.ID())
		return problem, true
	}
	if problem, lost := unset(e, c, r); lost {
		return problem, true
	}
	lost, now, ok := lost(e, c, r, via)
	switch {
	case !ok:
		return outdone(e, c, r, via)
	case now == "":
		problem.Message = fmt.Sprintf("comes in through %s of %s, which is removed: %s", lost, c.ID(), withoutListener(e, c, lost))
	default:
		problem.Message = fmt.Sprintf("comes in through %s of %s, which no longer lets the route in, as %s: its %s", lost,
			c.ID(), now, turnedAway(r))
		problem.Hint = "let the route in there until another route answers"
	}
	return problem, true
}

// turnedAway is what becomes of requests, or connections, that no route takes.
func turnedAway(r route.Rule) string {
	if r.Protocol == "http" || r.Protocol == "grpc" {
		return "requests get 404"
	}
	return "connections are refused"
}

// withoutListener says what clients of a listener meet that a gateway has lost. Where the
// port is still open for other hosts, somebody answers, but not for theirs.
func withoutListener(e *edge.Transition, c cluster.Change, lost route.Listener) string {
	open := slices.ContainsFunc(e.To.Listeners(c.To), func(l route.Listener) bool { return l.Port == lost.Port })
	switch {
	case !open:
		return "connections are refused"
	case strings.EqualFold(lost.Protocol, "HTTP") || strings.EqualFold(lost.Protocol, "HTTP2"):
		return "its port is open for other hosts, and clients get 404"
	}
	return "its port is open for other hosts, and clients find no certificate of theirs"
}

// lost is a listener that requests of a rule come in through only before the
// commit. why is given if it is still there.
func lost(e *edge.Transition, c cluster.Change, r route.Rule, via route.Entry) (lost route.Listener, why string, ok bool) {
	old := r
	if was, there := e.From.ByID[r.Source.Key()]; there {
		old.Source = was
	}
	section := route.SectionOf(via)
	now := e.To.Listeners(c.To)
	for _, l := range e.From.Listeners(c.From) {
		if !l.Serves(r, section) || l.Rejects(old) != "" {
			continue
		}
		why, open := "", false
		for _, n := range now {
			if n.Covers(l, section) && n.Serves(r, section) {
				no := n.Rejects(r)
				why, open = no, open || no == ""
			}
		}
		if !open {
			return l, why, true
		}
	}
	return route.Listener{}, "", false
}

// doubted is a listener of which nobody knows whether it lets the requests of a rule in
// after a commit, as it did before.
func doubted(e *edge.Transition, c cluster.Change, r route.Rule, via route.Entry) (edge.Problem, bool) {
	if c.Made() {
		return edge.Problem{}, false
	}
	old := r
	was, stood := e.From.ByID[r.Source.Key()]
	if stood {
		old.Source = was
	}
	section := route.SectionOf(via)
	now := e.To.Listeners(c.To)
	for _, l := range e.From.Listeners(c.From) {
		if !l.Serves(r, section) || l.Rejects(old) != "" {
			continue
		}
		covers := func(n route.Listener) bool { return n.Covers(l, section) && n.Serves(r, section) && n.Rejects(r) == "" }
		sure := func(n route.Listener) bool {
			return covers(n) && (n.Doubt(r) == "" || stood && n.Doubt(r) == l.Doubt(old) && sameRoutes(n, l))
		}
		if i := slices.IndexFunc(now, covers); i >= 0 && !slices.ContainsFunc(now, sure) {
			return edge.Problem{
				Object: r.Source, About: c.ID().String() + " " + l.Name, Unjudged: true,
				Message: fmt.Sprintf("comes in through %s of %s, whose %s: whether its requests come in is not judged",
					now[i], c.ID(), now[i].Doubt(r)),
			}, true
		}
	}
	return edge.Problem{}, false
}

// sameRoutes reports whether two listeners ask for the same routes.
func sameRoutes(a, b route.Listener) bool {
	return kube.Equal(kube.Get(a.Node, "allowedRoutes"), kube.Get(b.Node, "allowedRoutes"))
}

// orphaned is a gateway that changes hands: another controller, or other pods,
// serve it from now on, at an address of their own.
func orphaned(e *edge.Transition, c cluster.Change) (edge.Problem, bool) {
	kind, _ := e.To.Router.GatewayKind(c.To.ID)
	if was, is := textAt(c.From, kind.Class), textAt(c.To, kind.Class); was != is {
		return edge.Problem{
			Object: c.To, Path: strings.Split(kind.Class, "."), About: is,
			Message: fmt.Sprintf("moves from class %s to class %s: another controller takes over with a different address, and the one before "+
				"lets go of it", was, is),
			Hint: "a " + c.To.Kind + " of another name, with the same routes, until its address is the one that clients use",
		}, true
	}
	if kind.Selector == "" || at(c.To, kind.Selector) == nil || stillServed(e, c, kind) {
		return edge.Problem{}, false
	}
	return edge.Problem{
		Object: c.To, Path: strings.Split(kind.Selector, "."), About: "selector",
		Message: "selects other pods than before: the pods that requests reach no longer serve this Gateway",
		Hint:    "a " + c.To.Kind + " of another name for the other pods, until clients reach them",
	}, true
}

// textAt is the text at a path with dots; "" for no path.
func textAt(o kube.Object, path string) string {
	if path == "" {
		return ""
	}
	return o.Text(strings.Split(path, ".")...)
}

// stillServed reports whether the pods that a gateway selected are selected still: it
// asks for no more labels than before, or the pods are in the manifests and have them.
func stillServed(e *edge.Transition, c cluster.Change, kind route.Gateway) bool {
	was, is := kube.Strings(at(c.From, kind.Selector)), at(c.To, kind.Selector)
	if kube.Selects(is, was) {
		return true
	}
	pods := gatewayPods(e.To, c.From, kind)
	return len(pods) > 0 && !slices.ContainsFunc(pods, func(p cluster.Pods) bool { return !kube.Selects(is, p.Labels) })
}

// unset are listeners beside a gateway that lose it, or get another one.
func unset(e *edge.Transition, c cluster.Change, r route.Rule) (edge.Problem, bool) {
	kind, _ := e.To.Router.GatewayKind(c.To.ID)
	if kind.Owner == nil {
		return edge.Problem{}, false
	}
	was, is := e.From.Owner(c.From), e.To.Owner(c.To)
	problem := edge.Problem{
		Object: r.Source, About: c.ID().String(),
		Hint: "attach it to another gateway, and take it off this one, a commit before",
	}
	switch {
	case kind.Owner(c.From).Key() != kind.Owner(c.To).Key():
		problem.Message = fmt.Sprintf("comes in through %s, which moves to another %s: its address is another one", c.ID(), kind.Owner(c.To).Kind)
	case was.Node != nil && is.Node == nil:
		problem.Message = fmt.Sprintf("comes in through %s of %s, which is removed: connections are refused", c.ID(), was.ID)
	default:
		return edge.Problem{}, false
	}
	return problem, true
}
