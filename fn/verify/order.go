package verify

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/traffic"
	"github.com/cutoverdev/cutover/schemas"
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

// group is all requests that come in at one place for one host.
type group struct {
	via      traffic.Entry
	host     string
	from, to []traffic.Rule // under the host as it is written
}

// checkOrder looks at every request that an edge can touch.
func checkOrder(e *passage) []Problem {
	var problems []Problem
	for _, g := range e.groups() {
		problems = append(problems, e.checkGroup(g)...)
		if !e.mixes.spend(0) {
			break
		}
	}
	return problems
}

// compare reports whether n requests can be compared with rules in the work
// that is left.
func (e *passage) compare(n int, rules []traffic.Rule) bool {
	for _, r := range rules {
		if !e.mixes.spend(n * cost(r)) {
			return false
		}
	}
	return true
}

// groups are the requests that an edge can touch, in the order of the rules.
func (e *passage) groups() []group {
	var all []group
	seen := map[traffic.Entry]map[string]bool{}
	for _, rules := range [][]traffic.Rule{e.from.Rules, e.to.Rules} {
		for _, r := range rules {
			for _, via := range r.Via {
				for _, h := range hostsOf(r) {
					if seen[via] == nil {
						seen[via] = map[string]bool{}
					}
					if seen[via][h] {
						continue
					}
					seen[via][h] = true
					g := group{via, sampleHost(h), e.from.rules.under(via, h), e.to.rules.under(via, h)}
					if e.touches(g) {
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
func (e *passage) touches(g group) bool {
	for _, rules := range [][]traffic.Rule{g.from, g.to} {
		for _, r := range rules {
			if len(e.mixes.changed) > 0 && !direct(r) && e.mixes.moves(r.Source.Key()) {
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
func (m *mixes) moves(id kube.ID) bool {
	if _, ok := m.changed[id]; ok || len(m.changed) == 1 {
		return true // what one object changes may show in the rules of another
	}
	m.sort()
	return len(m.moving[m.root(id)]) > 0
}

// moved reports whether what stands behind a backend differs between the ends
// or on the way.
func (e *passage) moved(b traffic.Backend) bool {
	now, s := e.fromSupply.of(b), e.supplies.of(b)
	return s.least != now.least || e.toSupply.of(b).least != now.least || s.lost != nil && now.lost == nil || s.both != nil && now.both == nil
}

// checkGroup looks at the requests of a group in every mix of its routes.
func (e *passage) checkGroup(g group) []Problem {
	rules := slices.Concat(g.from, g.to)
	large := func(why string) []Problem {
		return []Problem{{
			ID: "edge-size", Object: rules[0].Source, About: g.host,
			Message: g.host + " " + why + ": not all mixes are looked at", Hint: "change fewer of them in one commit",
		}}
	}
	if !e.compare(1, rules) {
		return large("is routed by too many rules")
	}
	list, all := requests(g.via, g.host, rules)
	mixes, ok := e.mixes.of(rules)
	if !ok || !all {
		return large(fmt.Sprintf("is routed by more than %d objects that change at once, or tells more than %d kinds of requests apart", maxMixed, maxRequests))
	}
	v := e.views(g, mixes)
	for _, m := range v.mixed {
		if !e.compare(len(list), m.rules) {
			return large("is routed by too many rules")
		}
	}
	var problems []Problem
	for _, q := range list {
		problems = append(problems, e.checkRequest(q, v)...)
	}
	return problems
}

// views is what routers may read of the rules that a group's requests meet.
type views struct {
	from, to []traffic.Rule
	mixed    []view
}

// view is what they read in a mix.
type view struct {
	rules []traffic.Rule
	moves []move
}

func (e *passage) views(g group, mixes []mix) views {
	v := views{from: e.from.rules.covering(g.via, g.host), to: e.to.rules.covering(g.via, g.host)}
	for _, m := range mixes {
		v.mixed = append(v.mixed, view{m.rules.covering(g.via, g.host), m.moves})
	}
	return v
}

// checkRequest looks at one request in every mix of its routes.
func (e *passage) checkRequest(q traffic.Request, v views) []Problem {
	from, to := traffic.Decide(v.from, q), traffic.Decide(v.to, q)
	had, has := e.fromSupply.answers(from), e.toSupply.answers(to)
	switch {
	case !had.some:
		return nil
	case !has.some && len(to) == 0 || !has.some && direct(from[0]):
		return []Problem{gone(q, from[0], e)}
	case !has.some:
		return nil // said of the state that the edge leads to
	}
	need := min(had.capacity, has.capacity)
	var problems []Problem
	for _, m := range v.mixed {
		rules := from
		if m.moves != nil {
			rules = traffic.Decide(m.rules, q)
		}
		if len(rules) == 0 {
			problems = append(problems, Problem{
				ID: "route-gap", Object: from[0].Source, About: q.Host, Story: story(q, 100, "404", m.moves),
				Message: "no route answers it", Hint: "add the new route in a commit before the old one goes",
			})
			continue
		}
		for _, r := range rules {
			problems = append(problems, e.checkRule(q, r, m, need)...)
		}
	}
	return problems
}

// gone is a request that the edge stops answering.
func gone(q traffic.Request, r traffic.Rule, e *passage) Problem {
	source := r.Source
	if now, ok := e.to.byID[source.Key()]; ok {
		source = now
	}
	outcome := "404"
	if direct(r) {
		outcome = string(r.Empty)
	}
	return Problem{
		ID: "request-gone", Object: source, About: fmt.Sprint(q.Via, q.Host, q.Path), Story: story(q, 100, outcome, nil),
		Message: "is answered before and not after", Hint: "if that is meant, accept it: annotation cutover.dev/accept: request-gone",
	}
}

// answer is what a request gets at an end of an edge.
type answer struct {
	some     bool    // some of it is answered
	capacity float64 // pods: as many as carry all its requests, at the most
}

// answers is what rules, of which any may hold, do with a request.
func (s *supplies) answers(rules []traffic.Rule) answer {
	a := answer{len(rules) > 0, math.Inf(1)}
	for _, r := range rules {
		if r.Action != traffic.Forward {
			continue
		}
		alive := false
		for _, p := range fallenBack(r, parts(r, s.of)) {
			switch {
			case p.supply.least == 0 && p.Main:
				return answer{}
			case p.supply.least > 0 && p.share > 0:
				alive = true
				a.capacity = min(a.capacity, float64(p.supply.least)/p.share)
			}
		}
		a.some = a.some && alive
	}
	return a
}

// fallenBack gives a main backend all requests if another one has no pods.
func fallenBack(r traffic.Rule, all []part) []part {
	empty := slices.ContainsFunc(all, func(p part) bool { return !p.Main && p.supply.least == 0 })
	if r.Empty != traffic.Fallback || !empty {
		return all
	}
	for i := range all {
		all[i].share = 0
		if all[i].Main {
			all[i].share = 1
		}
	}
	return all
}

// part is the share of a rule's requests, from 0 to 1, that a backend gets.
type part struct {
	traffic.Backend
	supply supply
	share  float64
}

// parts are the backends of a rule that get requests. A main backend is needed
// even for those that another one gets.
func parts(r traffic.Rule, of func(traffic.Backend) supply) []part {
	sum := total(r)
	var all []part
	for _, b := range r.Backends {
		if b.Unknown != "" || sum == 0 || b.Weight == 0 && !b.Main {
			continue
		}
		p := part{b, of(b), float64(b.Weight) / float64(sum)}
		if b.Broken != "" {
			why := "but " + b.Broken
			p.supply = supply{lost: &loss{why: why, dangling: true}, short: &loss{why: why}}
		}
		all = append(all, p)
	}
	return all
}

// checkRule looks at what one rule does with a request in one mix of routes.
func (e *passage) checkRule(q traffic.Request, r traffic.Rule, m view, need float64) []Problem {
	if r.Action != traffic.Forward {
		return nil
	}
	var problems []Problem
	for _, p := range parts(r, e.supplies.of) {
		switch lost := p.supply.lost; {
		case lost != nil && r.Empty == traffic.Fallback && !p.Main:
			problems = append(problems, e.checkFallback(q, r, m, need)...)
		case lost != nil:
			problems = append(problems, e.dead(q, r, p, m))
		case p.supply.both != nil && splits(r):
			problems = append(problems, Problem{
				ID: "versions-mixed", Object: r.Source, About: p.Service, Story: story(q, 100*p.share, "mixed versions", m.moves, p.supply.both.moves...),
				Message: fmt.Sprintf("goes to Service %s, %s", p.Service, p.supply.both.why), Hint: "a Service for each of them",
			})
		}
		if p.supply.lost == nil || r.Empty == traffic.Fallback && !p.Main && p.supply.some > 0 {
			problems = append(problems, e.checkCapacity(q, r, p, m, need)...)
		}
	}
	return problems
}

// splits reports whether a rule tells versions apart: it has several backends.
func splits(r traffic.Rule) bool { return len(r.Backends) > 1 }

// dead is a backend that nothing answers for in some mix.
func (e *passage) dead(q traffic.Request, r traffic.Rule, p part, m view) Problem {
	lost := p.supply.lost
	id, outcome, share := "backend-empty", status(r), 100*p.share
	if lost.dangling {
		id, outcome = "backend-missing", dangling(r)
	}
	if direct(r) {
		id = "apex-empty"
	}
	if p.Main {
		share = 100 // it answers for the others too
	}
	text := fmt.Sprintf("goes to Service %s, %s", p.Service, lost.why)
	return Problem{
		ID: id, Object: r.Source, About: p.Service + " " + string(outcome), Story: story(q, share, string(outcome), m.moves, lost.moves...),
		Message: text, Hint: remedy(append(slices.Clip(m.moves), lost.moves...)),
	}
}

// checkFallback: what a backend without pods cannot answer, the main one can.
func (e *passage) checkFallback(q traffic.Request, r traffic.Rule, m view, need float64) []Problem {
	for _, p := range parts(r, e.supplies.of) {
		if p.Main && p.supply.lost == nil {
			p.share = 1
			return e.checkCapacity(q, r, p, m, need)
		}
	}
	return nil
}

// checkCapacity: a backend has pods for its share of what both ends can carry.
func (e *passage) checkCapacity(q traffic.Request, r traffic.Rule, p part, m view, need float64) []Problem {
	pods := p.supply.least
	if p.supply.lost != nil {
		pods = p.supply.some
	}
	if p.share == 0 || math.IsInf(need, 1) || float64(pods)/p.share >= need-1e-9 {
		return nil
	}
	var moves []move
	if p.supply.short != nil {
		moves = p.supply.short.moves
	}
	return []Problem{{
		ID: "capacity-short", Object: r.Source, About: p.Service, Story: story(q, 100*p.share, "too few pods", m.moves, moves...),
		Message: fmt.Sprintf("goes to Service %s, which has %d ready pods for them: both ends have enough for %.0f", p.Service, pods, math.Ceil(need*p.share-1e-9)),
		Hint:    "scale up in a commit before the requests come, and down in one after they have left",
	}}
}

// status is what a client gets when the last resort of a rule is empty.
func status(r traffic.Rule) traffic.Outcome {
	if r.Empty == traffic.Fallback {
		return traffic.Status503
	}
	return r.Empty
}

func dangling(r traffic.Rule) traffic.Outcome {
	if r.Dangling == traffic.Fallback {
		return traffic.Status503
	}
	return r.Dangling
}

// story tells a mix: which of the changed objects are applied.
func story(q traffic.Request, share float64, outcome string, routes []move, more ...move) *schemas.Story {
	s := &schemas.Story{Request: requestText(q), Share: share, Outcome: outcome}
	seen := map[kube.ID]bool{}
	for _, m := range append(slices.Clip(routes), more...) {
		id := m.id()
		if seen[id.Key()] {
			continue
		}
		seen[id.Key()] = true
		words := id.String()
		note := m.note
		if m.applied && note == "" && m.gone() {
			note = "removed"
		}
		if note != "" {
			words += " (" + note + ")"
		}
		if m.applied {
			s.Applied = append(s.Applied, words)
		} else {
			s.Waiting = append(s.Waiting, words)
		}
	}
	return s
}

// requestText is a request as people would say it.
func requestText(q traffic.Request) string {
	entry := strings.TrimPrefix(strings.Replace(q.Via.Name, "..svc", "", 1), "/")
	if q.Via.Kind == "Service" {
		return "calls of Service " + entry
	}
	host := strings.Replace(q.Host, "..svc", "", 1)
	if host == anyHost {
		host = "any host, "
	}
	text := strings.TrimSpace(q.Method + " " + host + q.Path)
	if more := conditionText(q); more != "" {
		text += " with " + more
	}
	return text + " through " + strings.TrimSpace(q.Via.Kind+" "+entry)
}

// remedy says which commits would do it safely.
func remedy(moves []move) string {
	var before, after []string
	for _, m := range moves {
		switch name := m.id().String(); {
		case m.made() && !m.applied, m.note == "new pods not ready":
			before = append(before, name)
		case m.applied && (m.gone() || m.note != ""):
			after = append(after, name)
		}
	}
	var hints []string
	if len(before) > 0 {
		hints = append(hints, "apply "+list(distinct(before))+" and let it get ready in a commit before requests are sent there")
	}
	if len(after) > 0 {
		hints = append(hints, "leave "+list(distinct(after))+" as it is until a commit after requests have stopped going there")
	}
	if len(hints) == 0 {
		return "split it: first what is added, then what sends requests, then what is removed"
	}
	return strings.Join(hints, "; ")
}

func list(words []string) string { return strings.Join(words, ", ") }
