package interleave

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// Of is the supply of a backend.
func (s *Endpoints) Of(b route.Backend) WorstCase {
	if s.still(b) {
		return s.before.Of(b)
	}
	key := backend{b.Namespace, b.Service, b.Port, ""}
	if len(b.Labels) > 0 {
		key.labels = fmt.Sprint(b.Labels)
	}
	known, ok := s.known[key]
	if !ok {
		s.known[key] = circular(b) // for names that lead to each other
		known = s.find(b)
		s.known[key] = known
	}
	return known
}

func circular(b route.Backend) WorstCase {
	lost := &Outage{Why: "Service " + b.Service + " is a name that leads back to itself", Dangling: true}
	return WorstCase{Outage: lost, short: lost}
}

func (s *Endpoints) find(b route.Backend) WorstCase {
	worst := unlimited
	for _, v := range s.services(b) {
		one := s.behind(v, b)
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
		lost := &Outage{Why: "Service " + b.Service + " is not there", Dangling: true, moves: v.moves}
		return WorstCase{Outage: lost, short: lost}
	}
	if to, alias := s.named(v, b); alias {
		return s.Of(to).after(v.moves)
	}
	target, ok := s.targetPort(v.Object, b.Port)
	switch {
	case !ok:
		lost := &Outage{Why: "Service " + b.Service + " has no port " + b.Port, Dangling: true, moves: v.moves}
		return WorstCase{Outage: lost, short: lost}
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
		one.Outage = &Outage{Why: "Service " + b.Service + " has no ready pods" + with(b.Labels), moves: moves}
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
	namespace, name, alias := s.from.World.Alias(v.Object)
	if !alias {
		namespace, name, alias = s.to.World.Alias(v.Object)
	}
	if !alias {
		return b, false
	}
	to = route.Backend{Namespace: namespace, Service: name, Port: cluster.Numbered(v.Object, b.Port), Labels: b.Labels}
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

// with says which pods of a Service a subset is.
func with(labels map[string]string) string {
	var all []string
	for _, k := range slices.Sorted(maps.Keys(labels)) {
		all = append(all, k+": "+labels[k])
	}
	if all == nil {
		return ""
	}
	return " with " + schemas.And(all)
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

// TargetPort is the port of the pods that a Service's port leads to: 80, http or
// 53/UDP. An empty port stands for any.
func TargetPort(svc kube.Object, port string) (string, bool) {
	return leads(svc, portsOf(svc), port)
}

// TargetPort is that of a Service which is asked for many.
func (s *Endpoints) targetPort(svc kube.Object, port string) (string, bool) {
	ports, known := s.ports[svc.Node]
	if !known {
		ports = portsOf(svc)
		s.ports[svc.Node] = ports
	}
	return leads(svc, ports, port)
}

func leads(svc kube.Object, ports map[string]string, port string) (string, bool) {
	if port == "" {
		return "", true
	}
	name, protocol, _ := strings.Cut(port, "/")
	target, ok := ports[WithProtocol(name, protocol)]
	return target, ok || svc.Text("spec", "type") == "ExternalName"
}

// portsOf are the ports of pods that a Service leads to, by its own port's number
// and by its name.
func portsOf(svc kube.Object) map[string]string {
	ports := map[string]string{}
	for _, p := range kube.Items(svc.Node, "spec", "ports") {
		for _, name := range []string{kube.Text(p, "port"), kube.Text(p, "name")} {
			ports[WithProtocol(name, kube.Text(p, "protocol"))] = PortOfPods(p)
		}
	}
	return ports
}

// PortOfPods is where one port of a Service leads.
func PortOfPods(p *yaml.Node) string { return cmp.Or(kube.Text(p, "targetPort"), kube.Text(p, "port")) }

// PortKey is what a Service's port is looked up by.
func PortKey(p *yaml.Node) string {
	return WithProtocol(kube.Text(p, "port"), kube.Text(p, "protocol"))
}

// WithProtocol is a port, with its protocol if that is not TCP.
func WithProtocol(port, protocol string) string {
	if protocol == "" || protocol == "TCP" {
		return port
	}
	return port + "/" + protocol
}
