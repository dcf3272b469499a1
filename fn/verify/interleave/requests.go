package interleave

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/problem"
	"github.com/cutoverdev/cutover/fn/verify/request"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// This file decides, request by request, whether every order in which an edge
// can be applied answers what is promised: a request that both ends answer.
//
// An edge of k objects has 2^k mixes. A request is answered by the rules of one
// host, and each of their backends by one Service, its workloads and their
// autoscalers, which are applied or not independently of one another. So the
// routes of a host are read in every mix of theirs alone, and each backend is
// looked at once in its worst case: the sum of small powers, not their product.
// TestOrderFree holds the verdicts equal to those of reading all 2^k.

// hostRequests is all requests that come in at one place for one host.
type hostRequests struct {
	via      route.Entry
	host     string
	from, to []route.Rule // under the host as it is written
}

// CheckRequests looks at every request that an edge can touch.
func CheckRequests(e *Transition) []problem.Problem {
	var problems []problem.Problem
	for _, g := range e.hostRequests() {
		problems = append(problems, e.checkHost(g)...)
		if !e.Interleavings.Spend(0) {
			break
		}
	}
	return problems
}

// compare reports whether n requests can be compared with rules in the work
// that is left.
func (e *Transition) compare(n int, rules []route.Rule) bool {
	for _, r := range rules {
		if !e.Interleavings.Spend(n * request.Cost(r)) {
			return false
		}
	}
	return true
}

// hostRequests are the requests that an edge can touch, in the order of the rules.
func (e *Transition) hostRequests() []hostRequests {
	var all []hostRequests
	seen := map[route.Entry]map[string]bool{}
	for _, rules := range [][]route.Rule{e.From.Rules, e.To.Rules} {
		for _, r := range rules {
			for _, via := range r.Via {
				for _, h := range cluster.HostsOf(r) {
					if seen[via] == nil {
						seen[via] = map[string]bool{}
					}
					if seen[via][h] {
						continue
					}
					seen[via][h] = true
					g := hostRequests{via, e.SampleHost(h), e.From.Index.Under(via, h), e.To.Index.Under(via, h)}
					if e.touches(g) {
						all = append(all, g)
					}
				}
			}
		}
	}
	return append(all, e.behindRecords(seen)...)
}

// behindRecords are requests for hosts of records that no route of an entry names, and that
// it takes all the same: by a wildcard, or for it takes all.
func (e *Transition) behindRecords(seen map[route.Entry]map[string]bool) []hostRequests {
	var all []hostRequests
	hosts := append(e.From.FrontHosts(), e.To.FrontHosts()...)
	if len(hosts) == 0 {
		return nil
	}
	for _, rules := range [][]route.Rule{e.From.Rules, e.To.Rules} {
		for _, r := range rules {
			for _, via := range r.Via {
				for _, h := range hosts {
					if seen[via][h] || via.Kind == "mesh" || cluster.Direct(r) {
						continue
					}
					seen[via][h] = true
					g := hostRequests{via, h, e.From.Index.Fitting(via, h), e.To.Index.Fitting(via, h)}
					if len(g.from)+len(g.to) > 0 && e.touches(g) {
						all = append(all, g)
					}
				}
			}
		}
	}
	return all
}

// touches reports whether an edge changes anything that a group's answers
// depend on.
func (e *Transition) touches(g hostRequests) bool {
	if q := (route.Request{Via: g.via, Host: g.host}); e.unnamed(q) || e.ledHere(q) == cluster.Here {
		return true
	}
	for _, rules := range [][]route.Rule{g.from, g.to} {
		for _, r := range rules {
			if len(e.Interleavings.changed) > 0 && !cluster.Direct(r) && e.Interleavings.moves(r.Source.Key()) {
				return true
			}
			for _, b := range r.Backends {
				if e.moved(b) {
					return true
				}
			}
		}
	}
	return false
}

// moves reports whether a routing object is in a component that changes.
func (m *Interleavings) moves(id kube.ID) bool {
	if _, ok := m.changed[id]; ok || len(m.changed) == 1 {
		return true // what one object changes may show in the rules of another
	}
	m.sort()
	return len(m.moving[m.root(id)]) > 0
}

// moved reports whether what stands behind a backend differs between the ends
// or on the way.
func (e *Transition) moved(b route.Backend) bool {
	if e.Endpoints.still(b) {
		return false
	}
	now, s := e.EndpointsBefore.Of(b), e.Endpoints.Of(b)
	return s.Least != now.Least || e.EndpointsAfter.Of(b).Least != now.Least || s.Outage != nil && now.Outage == nil ||
		s.both != nil && now.both == nil
}

// checkHost looks at the requests of a group in every mix of its routes.
func (e *Transition) checkHost(g hostRequests) []problem.Problem {
	rules := append(e.From.Index.Fitting(g.via, g.host), e.To.Index.Fitting(g.via, g.host)...)
	large := func(why string) []problem.Problem {
		return []problem.Problem{{
			ID: "edge-size", Object: rules[0].Source, About: g.host,
			Message: g.host + " " + why + ": not every interleaving is looked at", Whole: true, Hint: "change fewer of them in one commit",
		}}
	}
	if !e.compare(1, rules) {
		return large("is routed by too many rules")
	}
	before := e.Sampler.Work
	kinds := e.Sampler.Requests(g.via, g.host, rules)
	mixes, ok := e.Interleavings.of(slices.Concat(g.from, g.to))
	if !e.Interleavings.Spend(e.Sampler.Work - before) {
		return large("is routed by expressions that take too long to tell apart")
	}
	if !ok || !kinds.All {
		return large(fmt.Sprintf("is routed by more than %d objects that change at once, or tells more than %d kinds of requests apart",
			MaxMixed, request.MaxRequests))
	}
	v := e.views(g, mixes)
	for _, m := range v.mixed {
		if !e.compare(len(kinds.List), m.rules) {
			return large("is routed by too many rules")
		}
	}
	v.unsure = !kinds.ToldApart || e.misread(g)
	var problems []problem.Problem
	for _, q := range kinds.List {
		problems = append(problems, e.checkRequest(q, v)...)
	}
	if v.unsure {
		problems = append(problems, entangled(g, rules))
	}
	return problems
}

// views reads the rules of a host at both ends and in every interleaving.
func (e *Transition) views(g hostRequests, mixes []Interleaving) routingViews {
	v := routingViews{from: e.From.Index.Covering(g.via, g.host), to: e.To.Index.Covering(g.via, g.host)}
	for _, m := range mixes {
		v.mixed = append(v.mixed, routingView{m.rules.Covering(g.via, g.host), m.moves})
	}
	return v
}

// checkRequest looks at one request in every mix of its routes.
func (e *Transition) checkRequest(q route.Request, v routingViews) []problem.Problem {
	from, to := e.decide(v.from, q), e.decide(v.to, q)
	had, has := e.EndpointsBefore.answers(from), e.EndpointsAfter.answers(to)
	switch e.ledHere(q) {
	case cluster.Away:
		return nil
	case cluster.Here:
		if problems := e.silent(q, from, to, had.some, has.some); problems != nil {
			return problems
		}
	}
	switch {
	case !had.some:
		return nil
	case len(to) == 0 && e.hidden(from):
		return nil // the state that the edge leads to is listed for that
	case !has.some && (len(to) == 0 || cluster.Direct(to[0])):
		return []problem.Problem{e.gone(q, from[0], to)}
	case has.some && e.unnamed(q):
		return []problem.Problem{e.unknown(q, from[0])}
	case !has.some:
		return append(e.inherited(q, from, to), beyond(q, from, to)...) // and else said of the state that the edge leads to
	}
	need := min(had.capacity, has.capacity)
	if request.ConditionText(q) != "" {
		need = 0 // they are some of those that come without: how many, no manifest says
	}
	problems := e.inherited(q, from, to)
	if !v.unsure {
		problems = append(e.uncertainly(q, from, v.mixed), e.displaced(q, from, to, v)...)
	}
	problems = append(problems, beyond(q, from, to)...)
	ends := answerersOf(q, slices.Concat(from, to))
	for _, m := range v.mixed {
		rules := from
		if m.moves != nil {
			rules = e.decide(m.rules, q)
		}
		if len(rules) == 0 {
			problems = append(problems, gap(q, from[0], m))
			continue
		}
		for _, r := range rules {
			problems = append(problems, e.checkRule(q, r, m, need)...)
		}
		problems = append(problems, e.astray(q, ends, rules, m)...)
		problems = append(problems, e.treated(q, from, to, rules, m)...)
	}
	return problems
}

// uncertainly is the first mix, the last end before all others, in which a request hangs
// on a condition that is not understood.
func (e *Transition) uncertainly(q route.Request, from []route.Rule, mixed []routingView) []problem.Problem {
	for _, m := range slices.Backward(mixed) {
		if m.moves == nil {
			continue
		}
		rules := e.decide(m.rules, q)
		if found := uncertain(q, from, rules, m); found != nil {
			return found
		}
		if found := seized(q, from, rules); found != nil {
			return found
		}
	}
	return nil
}

// decide finds the rules that may answer a request. What no route of its host takes, a mesh
// sends to the Service of that name, as if there were no mesh.
func (e *Transition) decide(rules []route.Rule, q route.Request) []route.Rule {
	taken := slices.ContainsFunc(rules, func(r route.Rule) bool {
		return slices.ContainsFunc(cluster.HostsOf(r), func(h string) bool { return route.HostFits(h, q.Host) })
	})
	if q.Via.Kind != "mesh" || taken {
		return route.Decide(rules, q)
	}
	for _, s := range []cluster.State{e.From, e.To} {
		if o, ok := s.MeshService(q.Host); ok {
			at := route.Backend{Namespace: o.Namespace, Service: o.Name, Weight: 100}
			return []route.Rule{{
				Via: []route.Entry{q.Via}, Backends: []route.Backend{at}, Empty: route.Status503, Dangling: route.Status503,
				Source: o,
			}}
		}
	}
	return nil
}

// unnamed reports whether the Service goes whose name clients in the mesh call:
// no name is resolved any more, whatever routes there are.
func (e *Transition) unnamed(q route.Request) bool {
	if q.Via.Kind != "mesh" {
		return false
	}
	_, had := e.From.MeshService(q.Host)
	_, has := e.To.MeshService(q.Host)
	return had && !has
}

func (e *Transition) unknown(q route.Request, r route.Rule) problem.Problem {
	svc, _ := e.From.MeshService(q.Host)
	return problem.Problem{
		ID: "request-gone", Object: svc, About: fmt.Sprint(q.Via, q.Host), Story: counterexample(q, 100, "no such host", nil),
		Message: "Service " + svc.Name + " has gone, and its name and address with it; " + r.Source.ID.String() + " routes what nobody can send",
		Hint:    "keep the Service for as long as somebody calls it; if nobody does, accept it: annotation cutover.dev/accept: request-gone",
	}
}

// gap is a request that no rule takes on the way.
func gap(q route.Request, r route.Rule, m routingView) problem.Problem {
	outcome, why, hint := "404", "no route answers them", "add the new route in a commit before the old one goes"
	if q.Via.Kind == route.DNSEntry {
		outcome, hint = "no address", "keep all records of a name in one object"
		why = "no record of the name stands, or several that exclude each other,"
	}
	return problem.Problem{
		ID: "route-gap", Object: r.Source, About: q.Host, Story: counterexample(q, 100, outcome, m.moves), Message: why, Hint: hint,
	}
}

// unrecorded is a name without records that are read. Where an object still asks for some,
// resolvers may give the address of before: what a DNS provider refuses changes nothing.
func unrecorded(host string, asks kube.Object) (outcome, why string) {
	if !saysHost(asks.Node, host) {
		return "no address", "no record of the name is left"
	}
	return "no address, or that of before", "what " + asks.ID.String() + " asks for now becomes no record of the name, or not at once"
}

// saysHost reports whether a host stands somewhere in a node, in a list with commas too.
func saysHost(n *yaml.Node, host string) bool {
	return slices.Contains(route.CommaList(n.Value), host) ||
		slices.ContainsFunc(n.Content, func(child *yaml.Node) bool { return saysHost(child, host) })
}

// gone is a request that the edge stops answering.
func (e *Transition) gone(q route.Request, r route.Rule, to []route.Rule) problem.Problem {
	source, asks := r.Source, kube.Object{Node: &yaml.Node{}}
	if now, ok := e.To.ByID[source.Key()]; ok {
		source, asks = now, now
	}
	outcome, why := "404", "no route answers them any more"
	if q.Via.Kind == route.DNSEntry {
		outcome, why = unrecorded(q.Host, asks)
	}
	if len(to) > 0 && cluster.Direct(to[0]) {
		r = to[0]
	}
	if cluster.Direct(r) {
		outcome, why = string(r.Empty), "Service "+r.Source.Name+" does not offer it any more"
		if lost := e.EndpointsAfter.Of(r.Backends[0]).Outage; lost != nil {
			why = lost.Why + " any more"
		}
	}
	id := "request-gone"
	if r.Source.Is("", "Service") && !cluster.Direct(r) {
		id = "route-gap" // what a Service accepts for its own name it does not for the names of others
	}
	return problem.Problem{
		ID: id, Object: source, About: fmt.Sprint(q.Via, q.Host, q.Path), Story: counterexample(q, 100, outcome, nil),
		Message: why, Hint: "if nobody calls it, or that is meant, accept it: annotation cutover.dev/accept: " + id,
	}
}

// entangled is a group whose expressions were not told apart.
func entangled(g hostRequests, rules []route.Rule) problem.Problem {
	source := rules[0].Source
	for _, r := range rules {
		if r.Match.Path != nil && r.Match.Path.Kind == route.PathMatches {
			source = r.Source
		}
	}
	why := "its regular expressions for " + g.host + " are too large, too much entangled, or none of RE2: requests that only some of " +
		"them match are not judged"
	return problem.Problem{Object: source, About: why, Message: why, Unjudged: true}
}

// misread reports whether expressions that nobody here can read differ between the
// rules before and after.
func (e *Transition) misread(g hostRequests) bool {
	before, after := request.Unreadable(e.From.Index.Fitting(g.via, g.host)), request.Unreadable(e.To.Index.Fitting(g.via, g.host))
	return !slices.Equal(before, after)
}
