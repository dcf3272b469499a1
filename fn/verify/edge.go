package verify

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// Edge is the passage from one state to another by one commit.
type Edge struct {
	Name     string // said in findings: prepare → shift-5
	From, To []kube.Object
}

// maxChanged bounds the objects of an edge that can be mixed: 2^k states are looked at.
const maxChanged = 14

// change is an object that an edge changes.
type change struct {
	id         kube.ID
	from, to   kube.Object
	gone, made bool
}

// States checks what holds of a state at rest.
func States(r Router, name string, objects []kube.Object) []schemas.Finding {
	rep := report{edge: name, told: map[string]bool{}}
	s := NewState(r, objects, nil)
	for _, rule := range Table {
		if rule.State != nil {
			rep.add(rule.ID, rule.State(s), "")
		}
	}
	return rep.found
}

// Check looks at every mix of old and new objects on an edge. Pods that the
// edge starts are not ready in any mix; pods that it removes are gone as soon
// as their object is. The assumption is that the first state has arrived.
func Check(r Router, e Edge) []schemas.Finding {
	rep := report{edge: e.Name, told: map[string]bool{}}
	from, to := NewState(r, e.From, nil), NewState(r, e.To, nil)
	for _, rule := range Table {
		if rule.Edge != nil {
			rep.add(rule.ID, rule.Edge(from, to), "")
		}
	}
	rep.know(from, to)
	same, changes := compare(r, e)
	if len(changes) > maxChanged {
		rep.found = append(rep.found, schemas.Finding{ID: "edge-size", Message: fmt.Sprintf("%s changes %d routing objects and workloads at once; at most %d can be looked at", e.Name, len(changes), maxChanged)})
		return rep.found
	}
	for _, taken := range subsets(len(changes)) {
		mix := NewState(r, append(slices.Clip(same), mixed(changes, taken)...), started(from, changes))
		for _, rule := range Table {
			switch {
			case rule.State != nil:
				rep.add(rule.ID, rule.State(mix), story(changes, taken))
			case rule.Mix != nil:
				rep.add(rule.ID, rule.Mix(from, to, mix), story(changes, taken))
			}
		}
	}
	return rep.found
}

// report collects findings, each problem once: subsets come smallest first, so
// the story told is the shortest.
type report struct {
	edge  string
	told  map[string]bool
	found []schemas.Finding
}

// know takes down what is wrong with the ends themselves: that is said of the
// states, not of the edge.
func (rep *report) know(ends ...State) {
	for _, s := range ends {
		for _, rule := range Table {
			if rule.State == nil {
				continue
			}
			for _, p := range rule.State(s) {
				rep.told[p.key(rule.ID)] = true
			}
		}
	}
}

// key identifies a problem, whatever mix it shows in.
func (p Problem) key(id string) string { return id + " " + p.Object.Key().String() + " " + p.About }

func (rep *report) add(id string, problems []Problem, story string) {
	for _, p := range problems {
		if rep.told[p.key(id)] {
			continue
		}
		rep.told[p.key(id)] = true
		f := p.Object.Find(id, rep.edge+": "+p.Message+story, p.Hint)
		if workload.Accepts(p.Object, id) {
			f.Severity = schemas.Warning
		}
		rep.found = append(rep.found, f)
	}
}

// compare separates what an edge leaves alone from what it changes and
// matters here: routing objects, Services, workloads.
func compare(r Router, e Edge) (same []kube.Object, changes []change) {
	before := map[kube.ID]kube.Object{}
	for _, o := range e.From {
		before[o.Key()] = o
	}
	for _, o := range e.To {
		old, there := before[o.Key()]
		delete(before, o.Key())
		switch {
		case there && (kube.Equal(old.Node, o.Node) || !matters(r, o)):
			same = append(same, o)
		case matters(r, o):
			changes = append(changes, change{o.Key(), old, o, false, !there})
		}
	}
	for _, o := range e.From {
		if _, left := before[o.Key()]; left && matters(r, o) {
			changes = append(changes, change{o.Key(), o, kube.Object{}, true, false})
		}
	}
	return same, changes
}

// matters reports whether an object says who answers requests.
func matters(r Router, o kube.Object) bool {
	if _, _, scales := workload.Floor(o); scales || runs(o) || o.Is("", "Service") {
		return true
	}
	for _, p := range r.Providers {
		for _, k := range p.Kinds {
			if o.Is(k.Group, k.Kind) {
				return true
			}
		}
	}
	return false
}

// subsets are all subsets of n things as bit sets, smaller ones first.
func subsets(n int) []uint {
	all := make([]uint, 1<<n)
	for i := range all {
		all[i] = uint(i)
	}
	slices.SortStableFunc(all, func(a, b uint) int { return bits.OnesCount(a) - bits.OnesCount(b) })
	return all
}

// mixed are the changed objects, those of the subset as they will be and the
// others as they were.
func mixed(changes []change, taken uint) []kube.Object {
	var objects []kube.Object
	for i, c := range changes {
		switch isNew := taken&(1<<i) != 0; {
		case isNew && !c.gone:
			objects = append(objects, c.to)
		case !isNew && !c.made:
			objects = append(objects, c.from)
		}
	}
	return objects
}

// started are the workloads without pods at the beginning, be it that they are
// new or that something else, an autoscaler, gives them their first.
func started(from State, changes []change) map[kube.ID]bool {
	before := running(from)
	all := map[kube.ID]bool{}
	for _, p := range from.Pods {
		all[p.Workload.Key()] = p.Count == 0
	}
	for _, c := range changes {
		if !before[c.id] {
			all[c.id] = true
		}
	}
	return all
}

// story says which mix it is.
func story(changes []change, taken uint) string {
	var applied, waiting []string
	for i, c := range changes {
		words := c.id.String()
		if c.gone {
			words += " (removed)"
		}
		if taken&(1<<i) != 0 {
			applied = append(applied, words)
		} else {
			waiting = append(waiting, words)
		}
	}
	switch {
	case len(applied) == 0:
		return ""
	case len(waiting) == 0:
		return ", when all is applied and new pods are not ready"
	}
	return ", when " + strings.Join(applied, ", ") + " is applied and " + strings.Join(waiting, ", ") + " not yet"
}
