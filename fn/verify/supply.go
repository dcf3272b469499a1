package verify

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

// supply is what stands behind a backend in the worst mixes of an edge. Each
// Service, workload and autoscaler is applied or not by itself, so that the
// worst of each together is the worst of all.
type supply struct {
	least int   // ready pods in the worst mix
	some  int   // ready pods in the worst mix in which there are any
	short *loss // the mix with the least
	lost  *loss // a mix in which nothing answers, if there is one
	both  *loss // a mix in which the pods of two workloads answer, if there is one
}

// loss is a mix in which something is missing.
type loss struct {
	why      string
	dangling bool // the Service or its port is missing, and not only pods
	moves    []move
	others   []move // of another mix in which something else is missing
}

// plenty is the supply of what is not judged: a Service without a selector is
// filled by somebody else.
var plenty = supply{least: math.MaxInt32, some: math.MaxInt32}

// supplies knows the supply of every backend on an edge.
type supplies struct {
	from, to cluster.State
	before   *supplies // at rest
	bound    Bound     // see readyAfter
	changed  map[kube.ID]cluster.Change
	known    map[backend]supply
	pods     map[kube.ID][]podVariant
	ids      []kube.ID
	new      map[kube.ID]int                  // where workloads that come stand in ids
	busy     map[string]bool                  // namespaces in which something changes
	ports    map[*yaml.Node]map[string]string // of Services, see portsOf
}

// backend is what a supply depends on.
type backend struct{ namespace, service, port, labels string }

func newSupplies(from, to cluster.State, changed map[kube.ID]cluster.Change) *supplies {
	s := &supplies{from: from, to: to, changed: changed, known: map[backend]supply{}, pods: map[kube.ID][]podVariant{}, new: map[kube.ID]int{}, busy: map[string]bool{}, ports: map[*yaml.Node]map[string]string{}}
	if changed != nil {
		s.before = suppliesAtRest(from)
	}
	for _, p := range from.Pods {
		s.ids = append(s.ids, p.Workload.Key())
	}
	for _, p := range to.Pods {
		if _, both := from.PodsOf[p.Workload.Key()]; !both {
			s.new[p.Workload.Key()] = len(s.ids)
			s.ids = append(s.ids, p.Workload.Key())
		}
	}
	for id, c := range changed {
		if !from.Router.Routing(cluster.Subject(c)) {
			s.busy[id.Namespace] = true
		}
	}
	return s
}

// suppliesAtRest are those of a state while nothing changes.
func suppliesAtRest(s cluster.State) *supplies {
	return cluster.Memo(s, "supplies", func() *supplies { return newSupplies(s, s, nil) })
}

// still reports whether nothing changes in the namespace of a backend. An
// object without one is in any.
func (s *supplies) still(b route.Backend) bool {
	return s.changed != nil && b.Namespace != "" && !s.busy[b.Namespace] && !s.busy[""]
}

// of is the supply of a backend.
func (s *supplies) of(b route.Backend) supply {
	if s.still(b) {
		return s.before.of(b)
	}
	key := backend{b.Namespace, b.Service, b.Port, ""}
	if len(b.Labels) > 0 {
		key.labels = fmt.Sprint(b.Labels)
	}
	known, ok := s.known[key]
	if !ok {
		known = s.find(b)
		s.known[key] = known
	}
	return known
}

func (s *supplies) find(b route.Backend) supply {
	worst := plenty
	for _, v := range s.services(b) {
		one := s.behind(v, b)
		switch {
		case one.lost == nil:
		case worst.lost == nil:
			worst.lost = one.lost
		default:
			worst.lost = &loss{worst.lost.why, worst.lost.dangling, worst.lost.moves, one.lost.moves}
		}
		if one.both != nil && worst.both == nil {
			worst.both = one.both
		}
		if one.least < worst.least {
			worst.least, worst.short = one.least, one.short
		}
		if one.some > 0 {
			worst.some = min(worst.some, one.some)
		}
	}
	if worst.some == math.MaxInt32 && worst.least < math.MaxInt32 {
		worst.some = 0
	}
	return worst
}

// serviceVariant is a Service on one side of an edge.
type serviceVariant struct {
	kube.Object
	moves []move
}

// services are the Service of a backend on both sides: one if it does not change.
func (s *supplies) services(b route.Backend) []serviceVariant {
	from, inFrom := s.from.Service(b)
	to, inTo := s.to.Service(b)
	c := cluster.Change{From: from, To: to}
	if inFrom == inTo && (!inFrom || from.Key() == to.Key() && !s.moves(to.Key())) {
		return []serviceVariant{{Object: to}}
	}
	return []serviceVariant{
		{from, []move{{Change: c}}},
		{to, []move{{Change: c, applied: true}}},
	}
}

func (s *supplies) moves(id kube.ID) bool {
	_, ok := s.changed[id]
	return ok
}

// behind is the supply of a backend while its Service stands as it does.
func (s *supplies) behind(v serviceVariant, b route.Backend) supply {
	if v.Node == nil {
		lost := &loss{why: "Service " + b.Service + " is not there", dangling: true, moves: v.moves}
		return supply{lost: lost, short: lost}
	}
	target, ok := s.targetPort(v.Object, b.Port)
	switch {
	case !ok:
		lost := &loss{why: "Service " + b.Service + " has no port " + b.Port, dangling: true, moves: v.moves}
		return supply{lost: lost, short: lost}
	case v.Get("spec", "selector") == nil, s.strange(v, b):
		return plenty
	}
	sum, some, moves := 0, math.MaxInt32, append([]move(nil), v.moves...)
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
	one := supply{least: sum, some: sum, short: &loss{moves: moves}}
	if sum == 0 {
		one.lost = &loss{why: "Service " + b.Service + " has no ready pods" + with(b.Labels), moves: moves}
		one.some = some
		if some == math.MaxInt32 {
			one.some = 0
		}
	}
	if len(most) > 1 && !cluster.SameVersion(most[0].object, most[1].object) {
		one.both = &loss{
			why:   fmt.Sprintf("Service %s selects %s and %s", b.Service, most[0].id, most[1].id),
			moves: append(append(append([]move(nil), v.moves...), most[0].moves...), most[1].moves...),
		}
	}
	return one
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

// strange reports whether pods that nobody counts stand behind a backend on
// both sides of an edge.
func (s *supplies) strange(v serviceVariant, b route.Backend) bool {
	here := func(p cluster.Pods) bool { return cluster.Selects(v.Object, b, p.Workload.Namespace, p.Labels) }
	return slices.ContainsFunc(s.from.Uncounted, here) && slices.ContainsFunc(s.to.Uncounted, here)
}

// near are the workloads whose pods a Service may select on one of the sides.
func (s *supplies) near(svc kube.Object) []kube.ID {
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

// most is the side of a workload that gives a Service the most pods.
type most struct {
	id     kube.ID
	object kube.Object
	count  int
	moves  []move
}

// contribution is what a workload gives a Service: at the least, at the least
// above nothing, and at the most.
func (s *supplies) contribution(id kube.ID, v serviceVariant, b route.Backend, target string) (worst podVariant, positive int, best most) {
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

// targetPort is the port of the pods that a Service's port leads to: 80, http or
// 53/UDP. An empty port stands for any.
func targetPort(svc kube.Object, port string) (string, bool) {
	return leads(svc, portsOf(svc), port)
}

// targetPort is that of a Service which is asked for many.
func (s *supplies) targetPort(svc kube.Object, port string) (string, bool) {
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
	target, ok := ports[withProtocol(name, protocol)]
	return target, ok || svc.Text("spec", "type") == "ExternalName"
}

// portsOf are the ports of pods that a Service leads to, by its own port's number
// and by its name.
func portsOf(svc kube.Object) map[string]string {
	ports := map[string]string{}
	for _, p := range kube.Items(svc.Node, "spec", "ports") {
		for _, name := range []string{kube.Text(p, "port"), kube.Text(p, "name")} {
			ports[withProtocol(name, kube.Text(p, "protocol"))] = portOfPods(p)
		}
	}
	return ports
}

// portOfPods is where one port of a Service leads.
func portOfPods(p *yaml.Node) string { return cmp.Or(kube.Text(p, "targetPort"), kube.Text(p, "port")) }

// portKey is what a Service's port is looked up by.
func portKey(p *yaml.Node) string {
	return withProtocol(kube.Text(p, "port"), kube.Text(p, "protocol"))
}

// withProtocol is a port, with its protocol if that is not TCP.
func withProtocol(port, protocol string) string {
	if protocol == "" || protocol == "TCP" {
		return port
	}
	return port + "/" + protocol
}
