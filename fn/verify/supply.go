package verify

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/traffic"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
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
	from, to State
	changed  map[kube.ID]change
	known    map[backend]supply
	pods     map[kube.ID][]podVariant
	ids      []kube.ID
	new      map[kube.ID]int // where workloads that come stand in ids
	busy     map[string]bool // namespaces in which something changes
}

// backend is what a supply depends on.
type backend struct{ namespace, service, port, labels string }

func newSupplies(from, to State, changed map[kube.ID]change) *supplies {
	s := &supplies{from: from, to: to, changed: changed, known: map[backend]supply{}, pods: map[kube.ID][]podVariant{}, new: map[kube.ID]int{}, busy: map[string]bool{}}
	for _, p := range from.Pods {
		s.ids = append(s.ids, p.Workload.Key())
	}
	for _, p := range to.Pods {
		if _, both := from.podsOf[p.Workload.Key()]; !both {
			s.new[p.Workload.Key()] = len(s.ids)
			s.ids = append(s.ids, p.Workload.Key())
		}
	}
	for id, c := range changed {
		if !from.router.routing(cmpObject(c)) {
			s.busy[id.Namespace] = true
		}
	}
	return s
}

// still reports whether nothing changes in the namespace of a backend. An
// object without one is in any.
func (s *supplies) still(b traffic.Backend) bool {
	return s.changed != nil && b.Namespace != "" && !s.busy[b.Namespace] && !s.busy[""]
}

// of is the supply of a backend.
func (s *supplies) of(b traffic.Backend) supply {
	if s.still(b) {
		return s.from.atRest.of(b)
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

func (s *supplies) find(b traffic.Backend) supply {
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
func (s *supplies) services(b traffic.Backend) []serviceVariant {
	from, inFrom := s.from.service(b)
	to, inTo := s.to.service(b)
	c := change{from, to}
	if inFrom == inTo && (!inFrom || from.Key() == to.Key() && !s.moves(to.Key())) {
		return []serviceVariant{{Object: to}}
	}
	return []serviceVariant{
		{from, []move{{change: c}}},
		{to, []move{{change: c, applied: true}}},
	}
}

func (s *supplies) moves(id kube.ID) bool {
	_, ok := s.changed[id]
	return ok
}

// behind is the supply of a backend while its Service stands as it does.
func (s *supplies) behind(v serviceVariant, b traffic.Backend) supply {
	if v.Node == nil {
		lost := &loss{why: "Service " + b.Service + " is not there", dangling: true, moves: v.moves}
		return supply{lost: lost, short: lost}
	}
	target, ok := targetPort(v.Object, b.Port)
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
	if len(most) > 1 && !sameVersion(most[0].object, most[1].object) {
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
func (s *supplies) strange(v serviceVariant, b traffic.Backend) bool {
	here := func(p Pods) bool { return selects(v.Object, b, p.Workload.Namespace, p.Labels) }
	return slices.ContainsFunc(s.from.strange, here) && slices.ContainsFunc(s.to.strange, here)
}

// near are the workloads whose pods a Service may select on one of the sides.
func (s *supplies) near(svc kube.Object) []kube.ID {
	if len(s.ids) <= few {
		return s.ids
	}
	selector := svc.Get("spec", "selector")
	at := s.from.near(selector, svc.Namespace)
	if s.changed != nil {
		at = slices.Clip(at)
		for _, i := range s.to.near(selector, svc.Namespace) {
			id := s.to.Pods[i].Workload.Key()
			if was, both := s.from.podsOf[id]; both {
				at = append(at, was.at)
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

// sameVersion reports whether one of two workloads is a track and the other one
// is not, but runs the same: what a track takes the place of.
func sameVersion(a, b kube.Object) bool {
	isTrack := func(o kube.Object) bool { return o.Text("metadata", "annotations", workload.RevisionAnnotation) != "" }
	return isTrack(a) != isTrack(b) && slices.Equal(images(a), images(b))
}

// images are those of a workload's containers, in order.
func images(o kube.Object) []string {
	var all []string
	for _, c := range kube.Items(o.Node, "spec", "template", "spec", "containers") {
		all = append(all, kube.Text(c, "image"))
	}
	slices.Sort(all)
	return all
}

// contribution is what a workload gives a Service: at the least, at the least
// above nothing, and at the most.
func (s *supplies) contribution(id kube.ID, v serviceVariant, b traffic.Backend, target string) (worst podVariant, positive int, best most) {
	worst.least = math.MaxInt32
	for _, p := range s.variants(id) {
		if !p.there || !selects(v.Object, b, id.Namespace, p.labels) || !p.listens(target) {
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

// podVariant is the pods of a workload on one side of an edge.
type podVariant struct {
	there  bool
	labels map[string]string
	least  int // ready pods in the worst case: those it starts are not
	count  int // guaranteed once it has settled
	object kube.Object
	moves  []move
}

// listens reports whether the pods have the named port; every pod may listen
// on any number.
func (p podVariant) listens(target string) bool {
	if _, err := strconv.Atoi(target); err == nil || target == "" {
		return true
	}
	for _, list := range []string{"containers", "initContainers"} {
		for _, c := range kube.Items(p.object.Node, "spec", "template", "spec", list) {
			for _, port := range kube.Items(c, "ports") {
				if kube.Text(port, "name") == target {
					return true
				}
			}
		}
	}
	return false
}

// variants are the pods of a workload on both sides of an edge, under its
// autoscaler on both: one if neither changes.
func (s *supplies) variants(id kube.ID) []podVariant {
	known, ok := s.pods[id]
	if !ok {
		known = s.findVariants(id)
		s.pods[id] = known
	}
	return known
}

func (s *supplies) findVariants(id kube.ID) []podVariant {
	was, inFrom := s.from.podsOf[id]
	is, inTo := s.to.podsOf[id]
	c := change{was.Workload, is.Workload}
	old := podVariant{there: inFrom, labels: was.Labels, least: was.Count, count: was.Count, object: was.Workload}
	all := []podVariant{old}
	scaling, rescaled := s.scaling(id)
	if rescaled && inFrom {
		floor, ok := s.to.scalers[id]
		if ok && floor.floor < was.Count {
			one := old
			one.least, one.count, one.moves = floor.floor, floor.floor, []move{{change: scaling, applied: true, note: fmt.Sprintf("leaves %d pods", floor.floor)}}
			all = append(all, one)
		}
		if ok && floor.floor > was.Count {
			one := old
			one.count, one.moves = floor.floor, []move{{change: scaling, applied: true, note: newPods}}
			all[0].moves = []move{{change: scaling, note: notReady}}
			all = append(all, one)
		}
	}
	if !s.moves(id) {
		return all
	}
	note := podNote(was, is, inFrom, inTo)
	waiting := move{change: c}
	if note == newPods {
		waiting.note = notReady
	}
	for i := range all {
		all[i].moves = append(all[i].moves, waiting)
	}
	all = append(all, podVariant{
		there: inTo, labels: is.Labels, least: readyAfter(was, is), count: is.Count, object: is.Workload,
		moves: []move{{change: c, applied: true, note: note}},
	})
	return all
}

// scaling is the change of a workload's autoscaler, if it changes.
func (s *supplies) scaling(id kube.ID) (change, bool) {
	was, inFrom := s.from.scalers[id]
	is, inTo := s.to.scalers[id]
	switch {
	case !inFrom && !inTo, inFrom && inTo && was.Key() == is.Key() && !s.moves(is.Key()):
		return change{}, false
	}
	return change{was.Object, is.Object}, true
}

// readyAfter is how many ready pods a workload has at the least once its new
// manifest is applied: pods that it starts are not ready, and what rolls keeps
// no more than its strategy says.
func readyAfter(was, is Pods) int {
	if is.Workload.Node == nil || was.Workload.Node == nil {
		return 0
	}
	n := min(was.Count, is.Count)
	if replicasGone(was, is) {
		n = min(n, 1)
	}
	if kube.Equal(was.Workload.Get("spec", "template"), is.Workload.Get("spec", "template")) {
		return n
	}
	return max(0, n-unavailable(is.Workload, n))
}

// replicasGone reports whether replicas is taken out of a manifest: the field
// falls to its default then, which is 1.
func replicasGone(was, is Pods) bool {
	_, had := kube.Number(was.Workload.Node, "spec", "replicas")
	_, has := kube.Number(is.Workload.Node, "spec", "replicas")
	return had && !has
}

// unavailable is how many of n pods a rolling update takes away before new ones
// are ready (apps/v1: 25 %, rounded down).
func unavailable(o kube.Object, n int) int {
	path := []string{"spec", "strategy", "rollingUpdate", "maxUnavailable"}
	kind, fallback := o.Text("spec", "strategy", "type"), "25%"
	if o.Kind != "Deployment" {
		path[1], fallback = "updateStrategy", "1"
		kind = o.Text("spec", "updateStrategy", "type")
	}
	switch kind {
	case "Recreate":
		return n
	case "OnDelete":
		return 0
	}
	text := cmp.Or(o.Text(path...), fallback)
	if percent, ok := strings.CutSuffix(text, "%"); ok {
		p, _ := strconv.Atoi(percent)
		return n * min(max(p, 0), 100) / 100
	}
	k, _ := strconv.Atoi(text)
	return max(k, 0)
}

// Notes on a workload: its new pods are waited for, on the side where it is
// applied and on the side where it is not; its replicas are no longer said.
const (
	newPods  = "new pods not ready"
	notReady = "with its pods ready"
	unsaid   = "replicas taken out, 1 pod for a while"
)

// podNote says what becomes of a workload's pods.
func podNote(was, is Pods, inFrom, inTo bool) string {
	switch {
	case !inTo:
		return "removed"
	case !inFrom || was.Count == 0:
		return newPods
	case is.Count == 0:
		return "scaled to 0"
	case replicasGone(was, is) && min(was.Count, is.Count) > 1:
		return unsaid
	case readyAfter(was, is) < min(was.Count, is.Count):
		return fmt.Sprintf("down to %d for a while", readyAfter(was, is))
	case is.Count < was.Count:
		return fmt.Sprintf("scaled to %d", is.Count)
	case is.Count > was.Count:
		return newPods
	}
	return ""
}

// targetPort is the port of the pods that a Service's port leads to. An empty
// port stands for any.
func targetPort(svc kube.Object, port string) (string, bool) {
	if port == "" {
		return "", true
	}
	for _, p := range kube.Items(svc.Node, "spec", "ports") {
		if kube.Text(p, "port") == port || kube.Text(p, "name") == port {
			return cmp.Or(kube.Text(p, "targetPort"), kube.Text(p, "port")), true
		}
	}
	return "", svc.Text("spec", "type") == "ExternalName"
}
