package cluster

import (
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// Parts are the objects of one state in groups, as a rule a release each, by what one
// group can have to do with another: a name that one has and the other says, a host of
// both, a selector of one for the pods of the other. To prove a change of one group,
// those that have nothing to do with it need not be looked at. It errs on the side of
// looking: a word is taken for a name wherever it stands.
type Parts struct {
	router    Router
	named     map[string][]int // by the name of an object
	said      map[string][]int // by a word that may be one
	hosts     map[string][]int // by a host or wildcard of a route
	below     map[string][]int // by a domain that a host of a route is in
	labelled  map[pair][]of    // labels of pods, by each
	selectors map[pair][]of    // by their first pair
	wide      []int            // have to do with all
}

// pair is a label.
type pair struct{ key, value string }

// of are labels of a group, or a selector.
type of struct {
	group int
	pairs map[string]string
}

// NewParts takes groups apart.
func NewParts(r Router, groups [][]kube.Object) *Parts {
	p := &Parts{
		router: r, named: map[string][]int{}, said: map[string][]int{}, hosts: map[string][]int{}, below: map[string][]int{},
		labelled: map[pair][]of{}, selectors: map[pair][]of{},
	}
	for i, objects := range groups {
		p.take(i, traitsOf(r, objects))
	}
	return p
}

// take takes down what a group is found by.
func (p *Parts) take(i int, t traits) {
	for name := range t.names {
		p.named[name] = append(p.named[name], i)
	}
	for word := range t.words {
		p.said[word] = append(p.said[word], i)
	}
	for host := range t.hosts {
		p.hosts[host] = append(p.hosts[host], i)
		for domain := range domains(host) {
			p.below[domain] = append(p.below[domain], i)
		}
	}
	for _, labels := range t.labels {
		for k, v := range labels {
			p.labelled[pair{k, v}] = append(p.labelled[pair{k, v}], of{i, labels})
		}
	}
	for _, pairs := range t.selectors {
		at := firstPair(pairs)
		p.selectors[at] = append(p.selectors[at], of{i, pairs})
	}
	if t.wide || t.hosts["*"] {
		p.wide = append(p.wide, i)
	}
}

// Near are the groups that some objects have to do with, in order. all is yes if that
// may be any.
func (p *Parts) Near(objects []kube.Object) (groups []int, all bool) {
	t := traitsOf(p.router, objects)
	if t.wide || t.hosts["*"] {
		return nil, true
	}
	near := map[int]bool{}
	add := func(groups []int) {
		for _, i := range groups {
			near[i] = true
		}
	}
	add(p.wide)
	for name := range t.names {
		add(p.said[name])
	}
	for word := range t.words {
		add(p.named[word])
	}
	for host := range t.hosts {
		add(p.hosts[host])
		for domain := range domains(host) {
			add(p.hosts["*."+domain])
		}
		if domain, wild := strings.CutPrefix(host, "*."); wild {
			add(p.below[domain])
		}
	}
	for _, pairs := range t.selectors {
		for _, l := range p.labelled[firstPair(pairs)] {
			near[l.group] = near[l.group] || subset(pairs, l.pairs)
		}
	}
	for _, labels := range t.labels {
		for k, v := range labels {
			for _, s := range p.selectors[pair{k, v}] {
				near[s.group] = near[s.group] || subset(s.pairs, labels)
			}
		}
	}
	maps.DeleteFunc(near, func(_ int, is bool) bool { return !is })
	return slices.Sorted(maps.Keys(near)), false
}

// domains are those that a host is in: b.c and c of a.b.c.
func domains(host string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for {
			_, rest, ok := strings.Cut(host, ".")
			if !ok || !yield(rest) {
				return
			}
			host = rest
		}
	}
}

func firstPair(pairs map[string]string) pair {
	first := slices.Min(slices.Collect(maps.Keys(pairs)))
	return pair{first, pairs[first]}
}

// traits are what groups are compared by.
type traits struct {
	names, words, hosts map[string]bool
	labels              []map[string]string // of pods
	selectors           []map[string]string // with one pair at the least
	wide                bool                // a selector that may select anything
}

func traitsOf(r Router, objects []kube.Object) traits {
	t := traits{names: map[string]bool{}, words: map[string]bool{}, hosts: map[string]bool{}}
	for _, o := range objects {
		t.names[o.Name] = true
		t.read(o.Node, "")
		if labels := templateLabels(o); len(labels) > 0 {
			t.labels = append(t.labels, labels)
		}
		if o.Is("", "Pod") {
			t.labels = append(t.labels, kube.Strings(o.Node, "metadata", "labels"))
		}
	}
	rules, _ := route.ReadAll(r.Providers, route.NewWorld(objects, r.Classes))
	for _, rule := range rules {
		for _, h := range HostsOf(rule) {
			if !Direct(rule) {
				t.hosts[h] = true
			}
		}
	}
	return t
}

// notNames are the keys of what cannot be the name of an object.
var notNames = []string{"labels", "apiVersion", "kind", "namespace"}

// read takes down the words and selectors of a node that stands under a key.
func (t *traits) read(n *yaml.Node, key string) {
	switch {
	case n.Kind == yaml.ScalarNode:
		word := n.Value[strings.LastIndexAny(n.Value, "/=")+1:]
		short, _, _ := strings.Cut(word, ".") // of a host in the cluster
		t.words[n.Value], t.words[word], t.words[short] = true, true, true
	case n.Kind == yaml.SequenceNode:
		for _, item := range n.Content {
			t.read(item, key)
		}
	case n.Kind == yaml.MappingNode && strings.HasSuffix(strings.ToLower(key), "selector"):
		t.selector(n, key)
	case n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if !slices.Contains(notNames, n.Content[i].Value) {
				t.read(n.Content[i+1], n.Content[i].Value)
			}
		}
	}
}

// selector takes down a selector: labels, or matchLabels and matchExpressions, of which
// the first are enough. A Service without any has no pods of its own choice.
func (t *traits) selector(n *yaml.Node, key string) {
	pairs := kube.Strings(n)
	if kube.Get(n, "matchLabels") != nil || kube.Get(n, "matchExpressions") != nil {
		pairs = kube.Strings(n, "matchLabels")
	} else if len(n.Content) == 0 && key == "selector" {
		return
	}
	if len(pairs) == 0 {
		t.wide = true
		return
	}
	t.selectors = append(t.selectors, pairs)
}
