package alb

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// split is an Ingress with the tracks in the apex's place: each backend that leads there
// becomes an action, with both tracks at every stage. A target group that no rule names
// goes, and pods that are made while it is gone get no readiness gate.
func split(r route.Route, o kube.Object) kube.Object {
	s := &splitter{Route: r, from: o, names: map[string]string{}, added: map[string]bool{}}
	o = o.Edit(func(spec *yaml.Node) *yaml.Node {
		spec = kube.EditAll(spec, func(list *yaml.Node) *yaml.Node { return kube.Each(list, s.paths) }, "rules", "*", "http", "paths")
		return kube.EditAll(spec, s.backend, "defaultBackend")
	}, "spec")
	for _, a := range s.annotations {
		o = o.With(a.Value, "metadata", "annotations", a.Name)
	}
	return o
}

// splitter makes the actions of an Ingress.
type splitter struct {
	route.Route
	from        kube.Object
	names       map[string]string // of actions, by what they are made of
	annotations []schemas.NamedText
	added       map[string]bool // by the name of the annotation
}

// placesOf are the ports at which a backend leads to an apex: the one of a Service, or
// those of an action.
func placesOf(r route.Route, o kube.Object, b *backend) []workload.Port {
	var all []workload.Port
	for _, g := range groupsOf(o, b) {
		if p, ok := place(r, g); ok {
			all = append(all, p)
		}
	}
	return all
}

// groupsOf are the target groups of a backend; none if it forwards nothing that can be
// read.
func groupsOf(o kube.Object, b *backend) []targetGroup {
	switch {
	case b == nil || b.Service == nil:
		return nil
	case b.Service.Port.Name != annotated:
		return []targetGroup{{Service: b.Service.Name, Port: portText(route.PortText(b.Service.Port.Number, b.Service.Port.Name))}}
	}
	var a action
	if json.Unmarshal([]byte(o.Text("metadata", "annotations", prefix+"actions."+b.Service.Name)), &a) != nil || a.Type != "forward" ||
		a.Forward == nil {
		return nil
	}
	return a.Forward.Groups
}

// place is the port at which a track takes the place of a target group; no where that is
// of no apex.
func place(r route.Route, g targetGroup) (workload.Port, bool) {
	if g.Service == "" || r.Own != nil && !kube.SameNamespace(r.Own.Namespace, r.Source.Namespace()) {
		return workload.Port{}, false
	}
	return r.Place(g.Service, string(g.Port))
}

// paths is what takes the place of a path: those of matches before the one that is shared.
func (s *splitter) paths(n *yaml.Node) []*yaml.Node {
	b := backendAt(kube.Get(n, "backend"))
	if len(placesOf(s.Route, s.from, b)) == 0 {
		return []*yaml.Node{n}
	}
	name := s.name(b)
	var all []*yaml.Node
	for i, m := range s.Matches() {
		at, ok := within(n, m.Path)
		if !ok {
			continue
		}
		match := fmt.Sprintf("%s-match-%d", name, i+1)
		s.add("actions."+match, text(s.action(b, true)))
		s.inherit(b, match, m)
		all = append(all, kube.Put(at, to(match), "backend"))
	}
	return append(all, kube.Put(n, s.shared(b, name), "backend"))
}

// backend is what takes the place of a default backend, which no match can stand before.
func (s *splitter) backend(n *yaml.Node) *yaml.Node {
	b := backendAt(n)
	if len(placesOf(s.Route, s.from, b)) == 0 {
		return n
	}
	return kube.Node(s.shared(b, s.name(b)))
}

// shared is the backend of an action that both tracks share.
func (s *splitter) shared(b *backend, name string) backend {
	a := s.action(b, false)
	if s.Affinity != nil { // said at every stage: what is left out, the controller leaves as it is
		a.Forward.Sticky = &stickiness{}
		if s.Sticky() != nil {
			a.Forward.Sticky = &stickiness{true, int(time.Duration(s.Affinity.TTL) / time.Second)}
		}
	}
	s.add("actions."+name, text(a))
	s.inherit(b, name, schemas.Match{})
	return to(name)
}

// name is the name of the action for a backend: one that no Service has.
func (s *splitter) name(b *backend) string {
	key := b.Service.Name + " " + route.PortText(b.Service.Port.Number, b.Service.Port.Name)
	if s.names[key] == "" {
		s.names[key] = fmt.Sprintf("cutover-%d", len(s.names)+1)
	}
	return s.names[key]
}

func to(name string) backend {
	return backend{Service: &serviceSpec{Name: name, Port: port{Name: annotated}}}
}

// action is that of a backend with the tracks in the apex's place: both by weight, or the
// candidate alone.
func (s *splitter) action(b *backend, candidate bool) action {
	groups := groupsOf(s.from, b)
	var all []targetGroup
	var weights []int
	add := func(g targetGroup, weight int) { all, weights = append(all, g), append(weights, weight) }
	for _, g := range groups {
		weight := 1
		if g.Weight != nil && len(groups) > 1 {
			weight = *g.Weight
		}
		p, ok := place(s.Route, g)
		if !ok {
			add(g, weight*100)
			continue
		}
		for _, t := range s.Tracks {
			share := t.Weight
			if candidate {
				share = 100
			}
			if !candidate || t.Track == s.Stage.Candidate {
				add(targetGroup{Service: t.Service, Port: portText(fmt.Sprint(p.Number))}, weight*share)
			}
		}
	}
	weights = route.PercentWeights(weights)
	for i := range all {
		all[i].Weight = &weights[i]
	}
	return action{Type: "forward", Forward: &forward{Groups: all}}
}

// inherit gives an action what the Ingress says for the backend that it is made of, and
// the conditions of a match.
func (s *splitter) inherit(b *backend, name string, m schemas.Match) {
	all := append(conditionsOf(s.from, b.Service.Name), matchConditions(m)...)
	if len(all) > 0 {
		s.add("conditions."+name, text(all))
	}
	if t := s.from.Text("metadata", "annotations", prefix+"transforms."+b.Service.Name); t != "" {
		s.add("transforms."+name, t)
	}
}

func (s *splitter) add(key, value string) {
	if !s.added[key] {
		s.added[key] = true
		s.annotations = append(s.annotations, schemas.NamedText{Name: prefix + key, Value: value})
	}
}

// backendAt is a backend as it stands in an Ingress; nil if it cannot be read.
func backendAt(n *yaml.Node) *backend {
	var b backend
	if n == nil || n.Decode(&b) != nil || b.Service == nil {
		return nil
	}
	return &b
}
