package verify

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/interleave"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// perOperator is how many mutants of a tree an operator makes at the most.
const perOperator = 6

// TestMutants breaks generated trees. Every mutant is refuted, or brute force
// finds no request that is lost on any of its edges. Operators make fewer of them in
// routers that have many trees, some 10 each for a router (golden.Case.Part), and six in
// each tree with CUTOVER_SEARCH=all.
func TestMutants(t *testing.T) {
	golden.Long(t)
	tally := map[string]*count{}
	for _, name := range operatorNames() {
		tally[name] = new(count)
	}
	for _, c := range golden.Releases(t) {
		_, out := c.Generate(t)
		for n := range out.Releases {
			rng := rand.New(rand.NewPCG(uint64(n), uint64(len(c.Name))))
			for _, m := range newMutable(out, n).mutants(rng, min(perOperator, c.Part(t, 10))) {
				tally[m.operator].judge(t, c.Name, m)
			}
		}
	}
	for _, c := range golden.Sets(t) {
		_, out := c.Generate(t)
		for _, m := range setMutable(out).mutants(rand.New(rand.NewPCG(0, uint64(len(c.Name)))), min(perOperator, c.Part(t, 10))) {
			tally[m.operator].judge(t, c.Name, m)
		}
	}
	for _, name := range operatorNames() {
		one := *tally[name]
		t.Logf("%-14s %4d mutants, %4d refuted, %4d harmless", name, one.mutants, one.refuted, one.harmless)
		require.Positive(t, one.refuted, "no mutant of %s is refuted", name)
	}
}

// count is what became of the mutants of an operator.
type count struct{ mutants, refuted, harmless int }

func (c *count) judge(t *testing.T, name string, m mutant) {
	t.Helper()
	c.mutants++
	accepted, refuted := m.refuted()
	if refuted {
		c.refuted++
		return
	}
	if lost := m.lost(accepted); len(lost) > 0 {
		t.Errorf("%s: %s is not refuted: %v", name, m.what, lost[:min(3, len(lost))])
	}
	c.harmless++
}

// mutable is the stages of a release, to be broken.
type mutable struct {
	states []cluster.State
	edges  []stage.Edge
	names  []string
	own    map[kube.ID]bool // objects of the release
}

func newMutable(out generators.Output, n int) mutable {
	r := out.Releases[n]
	m := mutable{states: statesOf(out, n), edges: stage.Edges(r.Plan()), names: stage.Names(r.Plan()), own: map[kube.ID]bool{}}
	for _, s := range r.Stages {
		for _, o := range r.Objects(s) {
			m.own[o.Key()] = true
		}
	}
	return m
}

// setMutable is the stages of the set of a case.
func setMutable(out generators.Output) mutable {
	set := generators.Sets(out.Releases)[0]
	m := mutable{states: jointStates(out, set), edges: set.Edges(), own: map[kube.ID]bool{}}
	for _, at := range set.Stages {
		m.names = append(m.names, at.Name)
	}
	for _, r := range set.Members {
		for _, s := range r.Stages {
			for _, o := range r.Objects(s) {
				m.own[o.Key()] = true
			}
		}
	}
	return m
}

// mutant is a broken tree: the states and edges that are not as they were.
type mutant struct {
	operator, what string
	states         []cluster.State
	edges          []Edge
}

// operator breaks an object. Without an object to break, or nothing in it that
// it breaks, ok is no.
type operator struct {
	name string
	do   func(o kube.Object) (broken []kube.Object, ok bool)
}

// operators break objects; swap and skip, see [mutable.mutants], the order of
// stages.
var operators = []operator{
	{"drop", func(kube.Object) ([]kube.Object, bool) { return nil, true }},
	{"rename", func(o kube.Object) ([]kube.Object, bool) { return []kube.Object{o.Renamed(o.Name + "-x")}, true }},
	{"no pods", counting(0)},
	{"one pod", counting(1)},
	{"no replicas", onWorkloads(func(o kube.Object) kube.Object { return o.Without("spec", "replicas") })},
	{"no readiness", onWorkloads(func(o kube.Object) kube.Object {
		return o.Edit(func(list *yaml.Node) *yaml.Node {
			return kube.Each(list, func(c *yaml.Node) []*yaml.Node {
				return []*yaml.Node{kube.Object{Node: c}.Without("readinessProbe").Node}
			})
		}, "spec", "template", "spec", "containers")
	})},
	{"image", onWorkloads(func(o kube.Object) kube.Object {
		return all(o, text("broken:1"), "spec", "template", "spec", "containers", "*", "image")
	})},
	{"track label", onWorkloads(func(o kube.Object) kube.Object {
		return all(o, otherTrack, "spec", "template", "metadata", "labels", workload.TrackLabel)
	})},
	{"selector", on("Service", func(o kube.Object) kube.Object { return all(o, text("grey"), "spec", "selector", workload.TrackLabel) })},
	{"both tracks", on("Service", func(o kube.Object) kube.Object { return o.Without("spec", "selector", workload.TrackLabel) })},
	{"flip live", on("Service", func(o kube.Object) kube.Object { return all(o, otherTrack, "spec", "selector", workload.TrackLabel) })},
	{"port", on("Service", func(o kube.Object) kube.Object { return all(o, more(1), "spec", "ports", "*", "port") })},
	{"target port", on("Service", func(o kube.Object) kube.Object { return all(o, text("7"), "spec", "ports", "*", "targetPort") })},
	{"subset", on("DestinationRule", func(o kube.Object) kube.Object { return all(o, text("grey"), "spec", "subsets", "*", "name") })},
	{"subset labels", on("DestinationRule", func(o kube.Object) kube.Object {
		return all(o, text("grey"), "spec", "subsets", "*", "labels", workload.TrackLabel)
	})},
	{"config", on("ConfigMap", func(o kube.Object) kube.Object { return o.With("x", "data", "broken") })},
	{"weight sum", onPaths(weights, more(13))},
	{"weights turned", onPaths(weights, func(n *yaml.Node) *yaml.Node {
		w, _ := strconv.Atoi(n.Value)
		return kube.Node(100 - w)
	})},
	{"backend", onPaths(services, text("nobody"))},
	{"host", onPaths(hosts, text("other.example.com"))},
	{"entry", onPaths(entries, text("other"))},
	{"twice", func(o kube.Object) ([]kube.Object, bool) {
		return []kube.Object{o, o.Renamed(o.Name + "-x")}, brute.Routing(o) && o.Kind != "DestinationRule" && o.Kind != "ReferenceGrant"
	}},
}

func operatorNames() []string {
	names := []string{"skip", "swap"}
	for _, op := range operators {
		names = append(names, op.name)
	}
	return names
}

// Where routing objects hold what the operators break.
var (
	weights = [][]string{
		{"spec", "http", "*", "route", "*", "weight"},
		{"spec", "tcp", "*", "route", "*", "weight"},
		{"spec", "tls", "*", "route", "*", "weight"},
		{"spec", "rules", "*", "backendRefs", "*", "weight"},
		{"metadata", "annotations", "nginx.ingress.kubernetes.io/canary-weight"},
	}
	services = [][]string{
		{"spec", "http", "*", "route", "0", "destination", "host"},
		{"spec", "tcp", "*", "route", "0", "destination", "host"},
		{"spec", "tls", "*", "route", "0", "destination", "host"},
		{"spec", "rules", "*", "backendRefs", "0", "name"},
		{"spec", "rules", "*", "http", "paths", "*", "backend", "service", "name"},
	}
	hosts   = [][]string{{"spec", "hosts", "0"}, {"spec", "hostnames", "0"}, {"spec", "rules", "*", "host"}}
	entries = [][]string{{"spec", "gateways", "0"}, {"spec", "parentRefs", "0", "name"}, {"spec", "ingressClassName"}}
)

// all is an object with what fn makes of every node at a path; * are all
// elements of a list.
func all(o kube.Object, fn func(*yaml.Node) *yaml.Node, path ...string) kube.Object {
	o.Node = kube.EditAll(o.Node, fn, path...)
	return o
}

func text(s string) func(*yaml.Node) *yaml.Node {
	return func(*yaml.Node) *yaml.Node { return kube.Node(s) }
}

func more(by int) func(*yaml.Node) *yaml.Node {
	return func(n *yaml.Node) *yaml.Node {
		i, _ := strconv.Atoi(n.Value)
		return kube.Node(i + by)
	}
}

func otherTrack(n *yaml.Node) *yaml.Node { return kube.Node(schemas.Other(n.Value)) }

// differs is the broken object, unless it is as it was.
func differs(o, broken kube.Object) ([]kube.Object, bool) {
	return []kube.Object{broken}, !kube.Equal(o.Node, broken.Node)
}

func on(kind string, fn func(kube.Object) kube.Object) func(kube.Object) ([]kube.Object, bool) {
	return func(o kube.Object) ([]kube.Object, bool) {
		if o.Kind != kind {
			return nil, false
		}
		return differs(o, fn(o))
	}
}

func onWorkloads(fn func(kube.Object) kube.Object) func(kube.Object) ([]kube.Object, bool) {
	return func(o kube.Object) ([]kube.Object, bool) {
		if !cluster.RunsPods(o) {
			return nil, false
		}
		return differs(o, fn(o))
	}
}

func onPaths(paths [][]string, fn func(*yaml.Node) *yaml.Node) func(kube.Object) ([]kube.Object, bool) {
	return func(o kube.Object) ([]kube.Object, bool) {
		if !brute.Routing(o) {
			return nil, false
		}
		broken := o
		for _, path := range paths {
			broken = all(broken, fn, path...)
		}
		return differs(o, broken)
	}
}

// counting leaves a workload, or the floor of its autoscaler, at n pods.
func counting(n int) func(kube.Object) ([]kube.Object, bool) {
	set := func(*yaml.Node) *yaml.Node { return kube.Node(n) }
	return func(o kube.Object) ([]kube.Object, bool) {
		switch {
		case cluster.RunsPods(o):
			return differs(o, all(o, set, "spec", "replicas"))
		case scales(o):
			return differs(o, all(all(o, set, "spec", "minReplicas"), set, "spec", "minReplicaCount"))
		}
		return nil, false
	}
}

// mutants are some of those that the operators make of a tree.
func (m mutable) mutants(rng *rand.Rand, most int) []mutant {
	some := append(few(rng, m.skipped(), most), few(rng, m.swapped(), most)...)
	for _, op := range operators {
		type place struct {
			stage  int
			object kube.Object
		}
		var places []place
		for i, s := range m.states {
			for _, o := range s.Objects {
				if _, ok := op.do(o); ok && m.own[o.Key()] {
					places = append(places, place{i, o})
				}
			}
		}
		rng.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
		for _, p := range places[:min(len(places), most)] {
			some = append(some, m.broken(op, p.stage, p.object))
		}
	}
	return some
}

func few(rng *rand.Rand, all []mutant, most int) []mutant {
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:min(len(all), most)]
}

// broken is a tree with one broken object at one stage.
func (m mutable) broken(op operator, at int, o kube.Object) mutant {
	var objects []kube.Object
	for _, other := range m.states[at].Objects {
		if other.Key() != o.Key() {
			objects = append(objects, other)
			continue
		}
		broken, _ := op.do(o)
		objects = append(objects, broken...)
	}
	bad := cluster.NewState(brute, objects)
	one := mutant{operator: op.name, what: fmt.Sprintf("%s: %s at %s", op.name, o.ID, m.names[at]), states: []cluster.State{bad}}
	for _, e := range m.edges {
		from, to := m.at(e.From), m.at(e.To)
		switch m.names[at] {
		case e.From:
			one.edges = append(one.edges, Edge{Name: e.From + " → " + e.To, From: bad, To: to})
		case e.To:
			one.edges = append(one.edges, Edge{Name: e.From + " → " + e.To, From: from, To: bad})
		}
	}
	return one
}

func (m mutable) at(name string) cluster.State { return m.states[slices.Index(m.names, name)] }

// skipped are trees without one stage: the one before leads to the one after.
func (m mutable) skipped() []mutant {
	var all []mutant
	for i := 1; i+1 < m.forward(); i++ {
		all = append(all, mutant{operator: "skip", what: "skip: " + m.names[i], edges: m.both(i-1, i+1)})
	}
	return all
}

// swapped are trees with two stages in each other's place.
func (m mutable) swapped() []mutant {
	var all []mutant
	for i := 1; i+2 < m.forward(); i++ {
		edges := slices.Concat(m.both(i-1, i+1), m.both(i+1, i), m.both(i, i+2))
		all = append(all, mutant{operator: "swap", what: "swap: " + m.names[i] + " and " + m.names[i+1], edges: edges})
	}
	return all
}

// forward is how many stages are on the way forward.
func (m mutable) forward() int { return slices.Index(m.names, "retire") + 1 }

func (m mutable) both(i, j int) []Edge {
	return []Edge{
		{Name: m.names[i] + " → " + m.names[j], From: m.states[i], To: m.states[j]},
		{Name: m.names[j] + " → " + m.names[i], From: m.states[j], To: m.states[i]},
	}
}

// plain is a request without its headers, cookies and query: one that goes is
// told once for each host and path.
func plain(request string) string {
	before, _, with := strings.Cut(request, " with ")
	_, entry, through := strings.Cut(request, " through ")
	if !with || !through {
		return request
	}
	return before + " through " + entry
}

// refuted reports whether something is found that nobody accepted; what is
// accepted is told, request by request.
func (m mutant) refuted() (accepted map[string]bool, refuted bool) {
	var found []schemas.Finding
	for _, s := range m.states {
		found = append(found, Check(s, "mutant")...)
	}
	for _, e := range m.edges {
		found = append(found, e.Check()...)
	}
	accepted = map[string]bool{}
	for _, f := range found {
		if !f.Accepted {
			return nil, true
		}
		if f.Story != nil {
			accepted[verdict(f.ID, plain(f.Story.Request))] = true
		}
	}
	return accepted, false
}

// lost are the requests that brute force finds lost on the edges of a mutant.
func (m mutant) lost(accepted map[string]bool) []string {
	var all []string
	for _, edge := range m.edges {
		e := interleave.NewTransition(edge.From, edge.To, interleave.Bound{})
		if ids, _ := looked(e); len(ids) > maxBrute { // of several members of a set
			continue
		}
		found, _, _ := bruteForce(e)
		for _, v := range found {
			if !accepted[plain(v)] {
				all = append(all, edge.Name+": "+v)
			}
		}
	}
	return all
}
