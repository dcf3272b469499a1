package interleave

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// MaxMixed bounds the routing objects of one component that an edge changes:
// 2^n mixes of them are read.
const MaxMixed = 10

// AppliedChange is an object of an edge on one of its two sides: as it was, or as it
// will be.
type AppliedChange struct {
	cluster.Change
	applied bool
	note    string // what is to know of it there: its new pods are not ready
	in      string // the other cluster in which it stands; "": it stands here
}

// words are the object's, with its cluster if that is another one.
func (m AppliedChange) words() string {
	if m.in == "" {
		return m.ID().String()
	}
	return m.ID().String() + " in " + m.in
}

// Interleaving is what routers read while some of the routing objects of an edge are
// applied and others are not.
type Interleaving struct {
	rules *cluster.Ruleset
	moves []AppliedChange
}

// Interleavings are the routing objects of an edge, changed or not, in components:
// what a router does with one component does not depend on another.
type Interleavings struct {
	from, to cluster.State
	changed  map[kube.ID]cluster.Change // routing objects only
	parent   map[kube.ID]kube.ID
	read     map[kube.ID][]Interleaving   // by component
	moving   map[kube.ID][]cluster.Change // components that change, and what does
	still    map[kube.ID][]kube.Object    // what does not, by component
	classes  []kube.Object                // of ingresses, and what is wide, for every component
	size     map[kube.ID]int              // rules and hosts at both ends, by component
	work     int                          // what has been spent, see spend
}

func newInterleavings(from, to cluster.State, changed map[kube.ID]cluster.Change) *Interleavings {
	m := &Interleavings{
		from: from, to: to, changed: map[kube.ID]cluster.Change{}, parent: map[kube.ID]kube.ID{},
		read: map[kube.ID][]Interleaving{},
	}
	for id, c := range changed {
		if router := m.from.Router; router.Routing(cluster.Subject(c)) || router.Steers(c.From) || router.Steers(c.To) {
			m.changed[id] = c
		}
	}
	if len(m.changed) > 1 {
		m.connect()
	}
	return m
}

// connect joins routing objects that name the same host, Service or route.
func (m *Interleavings) connect() {
	holder := map[string]kube.ID{}
	hold := func(token string, id kube.ID) {
		if first, ok := holder[token]; ok {
			m.join(first, id)
			return
		}
		holder[token] = id
	}
	for _, s := range []cluster.State{m.from, m.to} {
		for _, o := range s.Objects {
			if !s.Router.Routing(o) && !s.Router.Steers(o) {
				continue
			}
			if _, moves := m.changed[o.Key()]; widePolicy(o) && moves {
				hold("host *", o.Key())
			}
			for _, token := range tokens(s.Router, o) {
				hold(token, o.Key())
			}
		}
		for _, r := range s.Rules {
			for _, h := range cluster.HostsOf(r) {
				if !cluster.Direct(r) {
					hold("host "+h, r.Source.Key())
				}
			}
		}
	}
	every, all := holder["host *"]
	for token, id := range holder {
		host, ok := strings.CutPrefix(token, "host ")
		if !ok {
			continue
		}
		if all {
			m.join(every, id)
			continue
		}
		for i, c := range host {
			if wild, ok := holder["host *"+host[i:]]; ok && c == '.' {
				m.join(wild, id)
			}
		}
	}
}

// widePolicy reports whether an object is for many hosts without being a route: a
// DestinationRule with a wildcard. One that stays is read with every component.
func widePolicy(o kube.Object) bool {
	return o.Is(cluster.IstioGroup, "DestinationRule") && strings.HasPrefix(o.Text("spec", "host"), "*")
}

// root is the object that stands for a component.
func (m *Interleavings) root(id kube.ID) kube.ID {
	for {
		up, ok := m.parent[id]
		if !ok || up == id {
			return id
		}
		id = up
	}
}

func (m *Interleavings) join(a, b kube.ID) {
	a, b = m.root(a), m.root(b)
	if cluster.CompareID(a, b) > 0 {
		a, b = b, a
	}
	if a != b {
		m.parent[b] = a
	}
}

// tokens are the names by which a routing object meets others.
func tokens(r cluster.Router, o kube.Object) []string {
	all := []string{o.Kind + " " + o.Name}
	if o.Kind == "IngressClass" {
		return []string{"host *"}
	}
	for _, p := range r.Providers {
		if k, ok := p.KindOf(o); ok {
			all = append(all, kindTokens(k, o)...)
		}
		for _, a := range p.Annotations {
			if !a.Hosts {
				continue
			}
			for _, h := range route.CommaList(o.Text("metadata", "annotations", a.Key)) {
				all = append(all, "host "+strings.TrimSuffix(strings.ToLower(h), "."))
			}
		}
	}
	return all
}

func kindTokens(k route.Kind, o kube.Object) []string {
	var all []string
	for _, ref := range k.Refs {
		if !meets(k, ref) {
			continue
		}
		names := slices.DeleteFunc(Values(o.Node, strings.Split(ref.Path, "/")), func(s string) bool { return s == "" })
		for _, name := range names {
			all = append(all, ref.Kind+" "+shortHost(name))
		}
		if len(names) == 0 && o.Kind == "ReferenceGrant" { // which then grants all
			all = append(all, "host *")
		}
	}
	if k.Hosts == "" {
		return all
	}
	for _, h := range Values(o.Node, strings.Split(k.Hosts, "/")) {
		all = append(all, "host "+cmp.Or(h, "*"))
	}
	return all
}

// meets reports whether routes that name the same there meet: at a Service, or at
// another object of their router. They share gateways and certificates and do
// not meet there; where the place may name a gateway or a Service, the Service is
// the host of their rules.
func meets(k route.Kind, ref route.Ref) bool {
	gateway := slices.ContainsFunc(k.Refs, func(r route.Ref) bool { return r.Path == ref.Path && r.Kind == "Gateway" })
	return !gateway && (ref.Kind == "Service" || ref.Group == k.Group)
}

// shortHost is the name of a Service in a host, which may be qualified.
func shortHost(host string) string {
	name, _, _ := strings.Cut(host, ".")
	return name
}

// Values are the scalars at a path of a kustomize field spec: lists are passed
// through, and what is missing is "".
func Values(n *yaml.Node, path []string) []string {
	switch {
	case n == nil:
		return []string{""}
	case n.Kind == yaml.SequenceNode:
		var all []string
		for _, item := range n.Content {
			all = append(all, Values(item, path)...)
		}
		return all
	case len(path) == 0:
		return []string{n.Value}
	}
	return Values(kube.Get(n, path[0]), path[1:])
}

// Of are the mixes in which the rules of an entry for a host are read. ok is
// no if there are too many.
func (m *Interleavings) of(rules []route.Rule) (all []Interleaving, ok bool) {
	still := []Interleaving{{rules: m.from.Index}}
	switch {
	case len(m.changed) == 0:
		return still, true
	case len(m.changed) == 1:
		for _, c := range m.changed {
			return []Interleaving{{m.from.Index, []AppliedChange{{Change: c}}}, {m.to.Index, []AppliedChange{{Change: c, applied: true}}}}, true
		}
	case len(rules) == 0:
		return still, true
	}
	return m.component(m.root(rules[0].Source.Key()))
}

// component reads every mix of the changed objects of a component, those with
// fewer applied first.
func (m *Interleavings) component(root kube.ID) ([]Interleaving, bool) {
	if known, ok := m.read[root]; ok {
		return known, true
	}
	m.sort()
	changed := m.moving[root]
	if len(changed) > MaxMixed || !m.Spend((toRead*m.size[root]+len(m.classes))<<len(changed)) {
		return nil, false
	}
	still := append(slices.Clip(m.still[root]), m.beside(root)...)
	var all []Interleaving
	for _, taken := range subsets(len(changed)) {
		one := Interleaving{}
		objects := slices.Clip(still)
		for i, c := range changed {
			applied := taken&(1<<i) != 0
			one.moves = append(one.moves, AppliedChange{Change: c, applied: applied})
			o := c.From
			if applied {
				o = c.To
			}
			if o.Node != nil {
				objects = append(objects, o)
			}
		}
		switch taken {
		case 0:
			one.rules = m.from.Index // read already, with what has no part in it
		case 1<<len(changed) - 1:
			one.rules = m.to.Index
		default:
			rules, _ := route.ReadAll(m.from.Router.Providers, m.from.Router.World(objects))
			one.rules = cluster.NewRuleset(rules)
		}
		all = append(all, one)
	}
	m.read[root] = all
	return all, true
}

// beside is what every component is read with, and does not have itself.
func (m *Interleavings) beside(root kube.ID) []kube.Object {
	own := map[kube.ID]bool{}
	for _, c := range m.moving[root] {
		own[cluster.Subject(c).Key()] = true
	}
	for _, o := range m.still[root] {
		own[o.Key()] = true
	}
	return slices.DeleteFunc(slices.Clone(m.classes), func(o kube.Object) bool { return own[o.Key()] })
}

// sort sorts the routing objects by component.
func (m *Interleavings) sort() {
	if m.moving != nil {
		return
	}
	m.moving, m.still, m.size = map[kube.ID][]cluster.Change{}, map[kube.ID][]kube.Object{}, map[kube.ID]int{}
	for _, rules := range [][]route.Rule{m.from.Rules, m.to.Rules} {
		for _, r := range rules {
			m.size[m.root(r.Source.Key())] += len(r.Hosts) + 1
		}
	}
	for _, id := range cluster.SortedIDs(m.changed) {
		m.moving[m.root(id)] = append(m.moving[m.root(id)], m.changed[id])
	}
	for _, o := range m.from.Objects {
		_, moves := m.changed[o.Key()]
		switch {
		case moves || !m.from.Router.Routing(o) && !m.from.Router.Steers(o):
		case widePolicy(o):
			m.classes = append(m.classes, o)
		default:
			m.still[m.root(o.Key())] = append(m.still[m.root(o.Key())], o)
		}
	}
	m.classes = append(m.classes, m.from.World.All(cluster.IngressGroup, "IngressClass")...)
	m.classes = append(m.classes, m.looked()...)
}

// looked are objects that routes do not meet at, and that their readers look for: those
// of either end.
func (m *Interleavings) looked() []kube.Object {
	var all []kube.Object
	for _, p := range m.from.Router.Providers {
		reads := func(r route.Rule) bool {
			_, ok := p.KindOf(r.Source)
			return ok || p.Steers != nil && p.Steers(r.Source)
		}
		if p.Looks == nil || !slices.ContainsFunc(m.from.Rules, reads) && !slices.ContainsFunc(m.to.Rules, reads) {
			continue
		}
		for _, o := range m.from.Objects {
			if p.Looks(o) {
				all = append(all, o)
			}
		}
		for _, o := range m.to.Objects {
			if _, had := m.from.ByID[o.Key()]; !had && p.Looks(o) {
				all = append(all, o)
			}
		}
	}
	return all
}

// maxWork bounds what an edge may cost, in comparisons of a request with a rule;
// an expression counts for more, see [request.Cost], and so does reading a rule.
const (
	maxWork = 1 << 25
	toRead  = 64
)

// Spend reports whether there is enough left to do some work.
func (m *Interleavings) Spend(work int) bool {
	m.work += work
	return m.work <= maxWork
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
