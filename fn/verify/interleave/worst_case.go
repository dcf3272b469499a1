package interleave

import (
	"fmt"
	"math"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// Of is the supply of a backend.
func (s *Endpoints) Of(b route.Backend) WorstCase {
	if s.still(b) {
		return s.before.Of(b)
	}
	if b.Over != route.OverOwn {
		return s.over(b)
	}
	key := backend{b.Namespace, b.Service, b.Port, "", b.Names, b.Resolved}
	if len(b.Labels) > 0 {
		key.labels = fmt.Sprint(b.Labels)
	}
	known, ok := s.known[key]
	if !ok {
		s.known[key] = missing("Service "+b.Service+" is a name that leads back to itself", nil)
		known = s.find(b)
		s.known[key] = known
	}
	return known
}

// missing is a backend that is not there.
func missing(why string, moves []AppliedChange) WorstCase {
	lost := &Outage{Why: why, Dangling: true, moves: moves}
	return WorstCase{Outage: lost, short: lost}
}

func (s *Endpoints) find(b route.Backend) WorstCase {
	var all []WorstCase
	for _, v := range s.services(b) {
		all = append(all, s.behind(v, b))
	}
	return worstOf(all)
}

// worstOf is the worst of several cases, of which any may be.
func worstOf(all []WorstCase) WorstCase {
	worst := unlimited
	for _, one := range all {
		switch {
		case one.Outage == nil:
		case worst.Outage == nil:
			worst.Outage = one.Outage
		default:
			worst.Outage = &Outage{worst.Outage.Why, worst.Outage.Dangling, worst.Outage.moves, one.Outage.moves}
		}
		if one.both != nil && worst.both == nil {
			worst.both = one.both
		}
		if one.Least < worst.Least {
			worst.Least, worst.short = one.Least, one.short
		}
		if one.some > 0 {
			worst.some = min(worst.some, one.some)
		}
	}
	if worst.some == math.MaxInt32 && worst.Least < math.MaxInt32 {
		worst.some = 0
	}
	return worst
}

// over is the supply of a backend that several clusters may answer for: the pods of all.
func (s *Endpoints) over(b route.Backend) WorstCase {
	var all []WorstCase
	for _, one := range append([]*Endpoints{s}, s.beyond...) {
		part, ok := one.part(b)
		if !ok {
			continue
		}
		if one != s {
			part = part.in(one.from.Router.Place.Cluster)
		}
		all = append(all, part)
	}
	switch {
	case len(all) == 1:
		return all[0]
	case len(all) > 1:
		return together(all)
	}
	why := "Service " + b.Service + " is in none of the clusters"
	if b.Over == route.OverSet {
		why = "no cluster exports Service " + b.Service
	}
	lost := &Outage{Why: why, Dangling: true}
	return WorstCase{Outage: lost, short: lost}
}

// part is what one cluster has for a backend; ok is no if it has no such Service, and to a
// cluster set no such export, before or after.
func (s *Endpoints) part(b route.Backend) (w WorstCase, ok bool) {
	own := b
	own.Over = route.OverOwn
	if b.Over == route.OverMesh {
		_, before := s.from.Service(own)
		_, after := s.to.Service(own)
		return s.Of(own), before || after
	}
	was, before := s.from.World.Exported(b.Namespace, b.Service)
	is, after := s.to.World.Exported(b.Namespace, b.Service)
	if before == after {
		return s.Of(own), before
	}
	c := cluster.Change{From: was, To: is}
	with, without := AppliedChange{Change: c, applied: after}, AppliedChange{Change: c, applied: before}
	lost := &Outage{Why: "Service " + b.Service + " is not exported", Dangling: true, moves: []AppliedChange{without}}
	return worstOf([]WorstCase{{Outage: lost, short: lost}, s.Of(own).after([]AppliedChange{with})}), true
}

// together is what several clusters have, each whatever the others have.
func together(all []WorstCase) WorstCase {
	sum := WorstCase{some: math.MaxInt32, short: &Outage{}}
	lost := &Outage{Dangling: true}
	for i, one := range all {
		sum.Least = min(sum.Least+one.Least, math.MaxInt32)
		if one.some > 0 {
			sum.some = min(sum.some, one.some)
		}
		if one.short != nil {
			sum.short.moves = append(sum.short.moves, one.short.moves...)
		}
		if sum.both == nil {
			sum.both = one.both
		}
		switch {
		case one.Outage == nil:
			lost = nil
		case lost != nil && i == 0:
			lost = &Outage{one.Outage.Why, one.Outage.Dangling, slices.Clone(one.Outage.moves), slices.Clone(one.Outage.others)}
		case lost != nil:
			lost.Why += ", and " + one.Outage.Why
			lost.Dangling = lost.Dangling && one.Outage.Dangling
			lost.moves, lost.others = append(lost.moves, one.Outage.moves...), append(lost.others, one.Outage.others...)
		}
	}
	sum.Outage = lost
	if sum.some == math.MaxInt32 && sum.Least < math.MaxInt32 {
		sum.some = 0
	}
	return sum
}

// in is a worst case of another cluster, in words.
func (w WorstCase) in(name string) WorstCase {
	mark := func(moves []AppliedChange) []AppliedChange {
		moves = slices.Clone(moves)
		for i := range moves {
			moves[i].in = name
		}
		return moves
	}
	add := func(o *Outage) *Outage {
		if o == nil {
			return nil
		}
		return &Outage{o.Why + " in " + name, o.Dangling, mark(o.moves), mark(o.others)}
	}
	w.Outage, w.short, w.both = add(w.Outage), add(w.short), add(w.both)
	return w
}

// services are the Service of a backend on both sides: one if it does not change.
func (s *Endpoints) services(b route.Backend) []serviceVariant {
	from, inFrom := s.from.Service(b)
	to, inTo := s.to.Service(b)
	c := cluster.Change{From: from, To: to}
	if inFrom == inTo && (!inFrom || from.Key() == to.Key() && !s.moves(to.Key())) {
		return []serviceVariant{{Object: to}}
	}
	return []serviceVariant{
		{from, []AppliedChange{{Change: c}}},
		{to, []AppliedChange{{Change: c, applied: true}}},
	}
}

// behind is the supply of a backend while its Service stands as it does.
func (s *Endpoints) behind(v serviceVariant, b route.Backend) WorstCase {
	if v.Node == nil {
		return missing("Service "+b.Service+" is not there", v.moves)
	}
	switch to, alias := s.named(v, b); {
	case alias && to.Broken != "":
		return missing(to.Broken, v.moves)
	case alias:
		return s.Of(to).after(v.moves)
	}
	target, ok := s.targetPort(v.Object, b)
	switch {
	case !ok:
		return missing(cluster.NoPort(v.Object, b), v.moves)
	case v.Get("spec", "selector") == nil, s.uncounted(v, b):
		return unlimited
	}
	sum, some, moves := 0, math.MaxInt32, append([]AppliedChange(nil), v.moves...)
	var most []most
	for _, id := range s.near(v.Object) {
		worst, positive, best := s.contribution(id, v, b, target)
		if positive == 0 {
			continue // never stands behind it
		}
		sum += worst.least
		moves = append(moves, worst.moves...)
		some = min(some, positive)
		if best.count > 0 {
			most = append(most, best)
		}
	}
	one := WorstCase{Least: sum, some: sum, short: &Outage{moves: moves}}
	if sum == 0 {
		one.Outage = &Outage{Why: "Service " + b.Service + " has no ready pods" + cluster.WithLabels(b.Labels), moves: moves}
		one.some = some
		if some == math.MaxInt32 {
			one.some = 0
		}
	}
	if len(most) > 1 && !cluster.SameVersion(most[0].object, most[1].object) {
		one.both = &Outage{
			Why:   fmt.Sprintf("Service %s selects %s and %s", b.Service, most[0].id, most[1].id),
			moves: append(append(append([]AppliedChange(nil), v.moves...), most[0].moves...), most[1].moves...),
		}
	}
	return one
}

// named is the backend that a Service is a name for: ExternalName. What stands there on
// the way is asked as of any other. Where nobody knows, it is not judged.
func (s *Endpoints) named(v serviceVariant, b route.Backend) (to route.Backend, alias bool) {
	to, alias = s.from.World.Follow(v.Object, b)
	if !alias {
		to, alias = s.to.World.Follow(v.Object, b)
	}
	if !alias || to.Broken != "" {
		return to, alias
	}
	_, before := s.from.Service(to)
	_, after := s.to.Service(to)
	return to, before || after || !s.from.Elsewhere(to) || !s.to.Elsewhere(to)
}

// after is a worst case behind moves by which it is come to.
func (w WorstCase) after(moves []AppliedChange) WorstCase {
	add := func(o *Outage) *Outage {
		if o == nil || len(moves) == 0 {
			return o
		}
		next := *o
		next.moves = slices.Concat(moves, o.moves)
		return &next
	}
	w.Outage, w.short, w.both = add(w.Outage), add(w.short), add(w.both)
	return w
}

// uncounted reports whether pods that nobody counts stand behind a backend on
// both sides of an edge.
func (s *Endpoints) uncounted(v serviceVariant, b route.Backend) bool {
	here := func(p cluster.Pods) bool { return cluster.Selects(v.Object, b, p.Workload.Namespace, p.Labels) }
	return slices.ContainsFunc(s.from.Uncounted, here) && slices.ContainsFunc(s.to.Uncounted, here)
}

// near are the workloads whose pods a Service may select on one of the sides.
func (s *Endpoints) near(svc kube.Object) []kube.ID {
	if len(s.ids) <= cluster.FewRules {
		return s.ids
	}
	selector := svc.Get("spec", "selector")
	at := s.from.MaySelect(selector, svc.Namespace)
	if s.changed != nil {
		at = slices.Clip(at)
		for _, i := range s.to.MaySelect(selector, svc.Namespace) {
			id := s.to.Pods[i].Workload.Key()
			if was, both := s.from.PodsOf[id]; both {
				at = append(at, was.Position)
			} else {
				at = append(at, s.new[id])
			}
		}
		slices.Sort(at)
	}
	var all []kube.ID
	for _, i := range slices.Compact(at) {
		all = append(all, s.ids[i])
	}
	return all
}

// contribution is what a workload gives a Service: at the least, at the least
// above nothing, and at the most.
func (s *Endpoints) contribution(id kube.ID, v serviceVariant, b route.Backend, target string) (worst podVariant, positive int, best most) {
	worst.least = math.MaxInt32
	for _, p := range s.variants(id) {
		if !p.there || !cluster.Selects(v.Object, b, id.Namespace, p.labels) || !p.listens(target) {
			p.least, p.count = 0, 0
		}
		if p.least < worst.least {
			worst = p
		}
		for _, n := range []int{p.least, p.count} {
			if n > 0 && (positive == 0 || n < positive) {
				positive = n
			}
		}
		if p.count > best.count {
			best = most{id, p.object, p.count, p.moves}
		}
	}
	return worst, positive, best
}

// targetPort is that of a Service which is asked for many.
func (s *Endpoints) targetPort(svc kube.Object, b route.Backend) (string, bool) {
	ports, known := s.ports[svc.Node]
	if !known {
		ports = cluster.PortsOf(svc)
		s.ports[svc.Node] = ports
	}
	return cluster.PodPort(svc, ports, b)
}
