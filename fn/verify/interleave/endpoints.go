package interleave

import (
	"math"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// WorstCase is what stands behind a backend in the worst mixes of an edge. Each
// Service, workload and autoscaler is applied or not by itself, so that the
// worst of each together is the worst of all.
type WorstCase struct {
	Least  int     // ready pods in the worst mix
	some   int     // ready pods in the worst mix in which there are any
	short  *Outage // the mix with the least
	Outage *Outage // a mix in which nothing answers, if there is one
	both   *Outage // a mix in which the pods of two workloads answer, if there is one
}

// Outage is a mix in which something is missing.
type Outage struct {
	Why      string
	Dangling bool // the Service or its port is missing, and not only pods
	moves    []AppliedChange
	others   []AppliedChange // of another mix in which something else is missing
}

// unlimited is the supply of what is not judged: a Service without a selector is
// filled by somebody else.
var unlimited = WorstCase{Least: math.MaxInt32, some: math.MaxInt32}

// Endpoints knows the supply of every backend on an edge.
type Endpoints struct {
	from, to cluster.State
	before   *Endpoints // at rest
	Bound    Bound      // see readyAfter
	changed  map[kube.ID]cluster.Change
	known    map[backend]WorstCase
	pods     map[kube.ID][]podVariant
	ids      []kube.ID
	new      map[kube.ID]int                  // where workloads that come stand in ids
	busy     map[string]bool                  // namespaces in which something changes
	ports    map[*yaml.Node]map[string]string // of Services, see [cluster.PortsOf]
	beyond   []*Endpoints                     // of other clusters, where routes lead to any
}

func newEndpoints(from, to cluster.State, changed map[kube.ID]cluster.Change) *Endpoints {
	s := &Endpoints{
		from: from, to: to, changed: changed, known: map[backend]WorstCase{}, pods: map[kube.ID][]podVariant{},
		new: map[kube.ID]int{}, busy: map[string]bool{}, ports: map[*yaml.Node]map[string]string{},
	}
	if changed != nil {
		s.before = AtRest(from)
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
	if from.Spans() || to.Spans() {
		s.span()
	}
	if changed != nil {
		s.busyNames(append(slices.Clip(from.Aliases()), to.Aliases()...))
	}
	return s
}

// span adds what stands in other clusters. Their agents know nothing of this one's: each of
// their objects is applied or not by itself, as those here are.
func (s *Endpoints) span() {
	for _, pair := range cluster.BeyondBoth(s.from, s.to) {
		from, to := pair[0], pair[1]
		if s.changed == nil {
			s.beyond = append(s.beyond, AtRest(from))
			continue
		}
		other := newEndpoints(from, to, cluster.Changes(from, to))
		s.beyond = append(s.beyond, other)
		for namespace := range other.busy {
			s.busy[namespace] = true
		}
	}
}

// Moves reports whether anything changes in other clusters that routes here may lead to.
func (s *Endpoints) Moves() bool {
	return slices.ContainsFunc(s.beyond, func(other *Endpoints) bool { return len(other.changed) > 0 })
}

// busyNames: where a name leads to a namespace in which something changes, something may
// in its own.
func (s *Endpoints) busyNames(aliases [][2]kube.ID) {
	for again := true; again; {
		again = false
		for _, a := range aliases {
			if s.busy[a[1].Namespace] && !s.busy[a[0].Namespace] {
				s.busy[a[0].Namespace], again = true, true
			}
		}
	}
}

// AtRest are those of a state while nothing changes.
func AtRest(s cluster.State) *Endpoints {
	return cluster.Memo(s, "supplies", func() *Endpoints { return newEndpoints(s, s, nil) })
}

func (s *Endpoints) moves(id kube.ID) bool {
	_, ok := s.changed[id]
	return ok
}

// still reports whether nothing changes in the namespace of a backend. An
// object without one is in any.
func (s *Endpoints) still(b route.Backend) bool {
	return s.changed != nil && b.Namespace != "" && !s.busy[b.Namespace] && !s.busy[""]
}

// backend is what a supply depends on.
type backend struct {
	namespace, service, port, labels string
	names                            *route.Names
	resolved                         bool
}

// most is the side of a workload that gives a Service the most pods.
type most struct {
	id     kube.ID
	object kube.Object
	count  int
	moves  []AppliedChange
}

// serviceVariant is a Service on one side of an edge.
type serviceVariant struct {
	kube.Object
	moves []AppliedChange
}

// podVariant is the pods of a workload on one side of an edge.
type podVariant struct {
	there  bool
	labels map[string]string
	least  int // ready pods in the worst case: those it starts are not
	count  int // guaranteed once it has settled
	object kube.Object
	moves  []AppliedChange
}
