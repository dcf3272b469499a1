package interleave

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/problem"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// This file finds requests that somebody answers who should not: in a mix, or from now
// on, they reach a rule that is for others. Between a route that goes and the one that
// takes its place that is the rule for everything else of the host.

// claim is what a rule is for, wherever it leads.
type claim struct {
	by    kube.ID
	host  string
	match string
}

// claimOf is that of a rule that takes a request.
func claimOf(r route.Rule, q route.Request) claim {
	host := ""
	for _, h := range cluster.HostsOf(r) {
		if route.HostFits(h, q.Host) && (host == "" || route.CompareHosts(h, host) < 0) {
			host = h
		}
	}
	m := r.Match
	path := route.PathMatch{}
	if m.Path != nil {
		path = *m.Path
	}
	return claim{r.Source.Key(), host, fmt.Sprint(path, m.Method, m.Port, m.Headers, m.Cookies, m.Query, m.Other)}
}

// answerers are those that answer a request at the ends of an edge.
type answerers struct {
	claims []claim
	rules  []route.Rule
}

func answerersOf(q route.Request, rules []route.Rule) answerers {
	a := answerers{rules: rules}
	for _, r := range rules {
		a.claims = append(a.claims, claimOf(r, q))
	}
	return a
}

// astray are the requests that another rule takes in a mix than those that answer them
// at the ends, and leads to other pods.
func (e *Transition) astray(q route.Request, ends answerers, rules []route.Rule, m routingView) []problem.Problem {
	if len(m.moves) < 2 || cluster.Direct(ends.rules[0]) {
		return nil
	}
	for _, r := range rules {
		if r.Match.Fits(q) != route.Yes || slices.Contains(ends.claims, claimOf(r, q)) {
			continue
		}
		where, strange := e.strange(r, ends.rules)
		if !strange {
			continue
		}
		first := ends.rules[0].Source
		return []problem.Problem{{
			ID: "route-gap", Object: first, About: fmt.Sprint(q.Host, r.Source.ID),
			Story:   counterexample(q, 100, "an answer "+where, m.moves),
			Message: fmt.Sprintf("%s takes them meanwhile, which answers them neither before nor after", r.Source.ID),
			Hint:    "add the new route in a commit before the old one goes",
		}}
	}
	return nil
}

// strange is where a rule sends requests, if that is to nobody who has to do with those
// that answer at the ends.
func (e *Transition) strange(r route.Rule, ends []route.Rule) (where string, strange bool) {
	same := func(o route.Rule) bool { return o.Action == r.Action }
	switch r.Action {
	case route.Redirect:
		return "that sends clients elsewhere", !slices.ContainsFunc(ends, same)
	case route.Respond:
		return "of the router's own", !slices.ContainsFunc(ends, same)
	}
	for _, b := range r.Backends {
		if b.Weight == 0 || b.Unknown != "" || b.Broken != "" {
			continue
		}
		if !slices.ContainsFunc(ends, func(o route.Rule) bool { return e.kin(b, o) }) {
			return "of Service " + b.Service, true
		}
	}
	return "", false
}

// kin reports whether a rule leads to a Service, to pods of its workloads, or to a program
// of the same name.
func (e *Transition) kin(b route.Backend, r route.Rule) bool {
	return slices.ContainsFunc(r.Backends, func(o route.Backend) bool {
		return o.Unknown != "" || o.Service == b.Service && kube.SameNamespace(o.Namespace, b.Namespace) ||
			slices.ContainsFunc(e.selected(b), func(p cluster.Pods) bool { return slices.ContainsFunc(e.selected(o), p.Kin) })
	})
}

// selected are the pods behind a backend at both ends.
func (e *Transition) selected(b route.Backend) []cluster.Pods {
	return slices.Concat(e.From.Reached(b), e.To.Reached(b))
}

// displaced is a request that one rule answered and, as that rule goes, another one takes
// that was there for others: whether it answers them is not known.
func (e *Transition) displaced(q route.Request, from, to []route.Rule, after routingViews) []problem.Problem {
	was := answerersOf(q, from)
	if len(to) == 0 || cluster.Direct(from[0]) || from[0].Match.Fits(q) != route.Yes {
		return nil
	}
	is := to[0]
	if is.Match.Fits(q) != route.Yes || slices.Contains(was.claims, claimOf(is, q)) {
		return nil
	}
	if e.claimed(q, was, after.to) || !e.there(q, is, after.from) {
		return nil
	}
	where, strange := e.strange(is, from)
	if !strange {
		return nil
	}
	return []problem.Problem{{
		ID: "request-gone", Object: from[0].Source, About: fmt.Sprint("displaced ", q.Via, q.Host, is.Source.ID), Unjudged: true,
		Message: fmt.Sprintf("no longer takes requests to %s, and %s does, with an answer %s: whether that is one for them is not judged",
			RequestText(q), is.Source.ID, where),
	}}
}

// claimed reports whether a claim that answered a request stands after the edge.
func (e *Transition) claimed(q route.Request, was answerers, rules []route.Rule) bool {
	return slices.ContainsFunc(rules, func(r route.Rule) bool {
		return slices.Contains(was.claims, claimOf(r, q))
	})
}

// there reports whether a rule was there before, for other requests.
func (e *Transition) there(q route.Request, is route.Rule, rules []route.Rule) bool {
	return slices.ContainsFunc(rules, func(r route.Rule) bool { return claimOf(r, q) == claimOf(is, q) })
}

// beyond are requests that a Service answered, or a part of them, and that go from now on
// to what no manifest has: a service of a file, a function, a target group from elsewhere.
func beyond(q route.Request, from, to []route.Rule) []problem.Problem {
	for _, r := range to {
		for _, b := range r.Backends {
			if b.Unknown == "" || b.Abroad || b.Weight == 0 || led(from, b) {
				continue
			}
			return []problem.Problem{{
				ID: "request-gone", Object: r.Source, About: fmt.Sprint("beyond ", q.Via, q.Host, b.Unknown), Unjudged: true,
				Message: fmt.Sprintf("leads requests to %s elsewhere from now on (%s): whether they are answered there is not judged",
					RequestText(q), b.Unknown),
			}}
		}
	}
	return nil
}

// led reports whether one of some rules led to the same before.
func led(rules []route.Rule, b route.Backend) bool {
	return slices.ContainsFunc(rules, func(r route.Rule) bool {
		return slices.ContainsFunc(r.Backends, func(o route.Backend) bool { return o.Unknown == b.Unknown })
	})
}
