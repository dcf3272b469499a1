package controller

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// Move is a workload without its controller.
type Move struct {
	By      kube.Object   // the controller's object
	Name    string        // of the workload
	Objects []kube.Object // the manifests without the controller
	Spec    *yaml.Node    // strategy, traffic, analysis and jobs of the Release; keys that say nothing are not there
	Lost    []string      // what has no equivalent, and why
}

// builder makes a Move.
type builder struct {
	Move
	all      []kube.Object
	removed  map[kube.ID]bool
	steps    []*yaml.Node
	strategy *yaml.Node // beside the steps
	traffic  []*yaml.Node
	metrics  *yaml.Node
	jobs     *yaml.Node
	address  string // of Prometheus
}

func (b *builder) lose(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(b.Lost, text) {
		b.Lost = append(b.Lost, text)
	}
}

// find is another object of the manifests, in the namespace of the controller's.
func (b *builder) find(group, kind, name string) (kube.Object, bool) {
	for _, o := range b.all {
		if o.Is(group, kind) && o.Name == name && kube.SameNamespace(o.Namespace, b.By.Namespace) {
			return o, true
		}
	}
	return kube.Object{}, false
}

// template is a template of metrics, which may stand in another namespace.
func (b *builder) template(kinds []string, name string) (kube.Object, bool) {
	i := slices.IndexFunc(b.all, func(o kube.Object) bool { return slices.Contains(kinds, o.Kind) && o.Name == name })
	if i < 0 {
		return kube.Object{}, false
	}
	return b.all[i], true
}

// step adds a step, or says more of the last one.
func (b *builder) step(weight int) *yaml.Node {
	n := kube.Put(nil, weight, "weight")
	b.steps = append(b.steps, n)
	return n
}

// say sets a field of the strategy.
func (b *builder) say(v any, path ...string) { b.strategy = kube.Put(b.strategy, v, path...) }

// job adds a job under a name of its own.
func (b *builder) job(name string, j *yaml.Node) {
	name = label(name)
	if kube.Get(b.jobs, name) == nil {
		b.jobs = kube.Put(b.jobs, j, name)
	}
}

// metric adds a metric under a name of its own.
func (b *builder) metric(name string, m *yaml.Node) {
	if kube.Get(b.metrics, name) == nil {
		b.metrics = kube.Put(b.metrics, m, name)
	}
}

// done is the Move.
func (b *builder) done() Move {
	for _, o := range b.all {
		if !b.removed[o.Key()] {
			b.Objects = append(b.Objects, o)
		}
	}
	strategy := b.strategy
	if len(b.steps) > 0 {
		strategy = kube.Put(strategy, b.steps, "steps")
	}
	for key, v := range map[string]*yaml.Node{"strategy": strategy, "jobs": b.jobs} {
		if v != nil {
			b.Spec = kube.Put(b.Spec, v, key)
		}
	}
	if len(b.traffic) > 0 {
		b.Spec = kube.Put(b.Spec, b.traffic, "traffic")
	}
	if b.metrics != nil {
		b.Spec = kube.Put(b.Spec, b.metrics, "analysis", "metrics")
	}
	if b.address != "" && b.metrics != nil {
		b.Spec = kube.Put(b.Spec, b.address, "analysis", "prometheus", "address")
	}
	return b.Move
}

// remove takes an object out of the manifests.
func (b *builder) remove(o kube.Object) {
	if o.Node != nil {
		b.removed[o.Key()] = true
	}
}

// replace puts an object in the place of the one of its name, or adds it.
func (b *builder) replace(o kube.Object) {
	for i, was := range b.all {
		if was.Key() == o.Key() {
			b.all[i] = o
			return
		}
	}
	b.all = append(b.all, o)
}

// label is a name as a DNS label.
func label(name string) string {
	var s strings.Builder
	for _, r := range strings.ToLower(name) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			s.WriteRune(r)
		} else if s.Len() > 0 {
			s.WriteByte('-')
		}
	}
	text := strings.Trim(s.String(), "-")
	return text[:min(len(text), 40)]
}

// number is a bound as it was written.
func number(text string) *yaml.Node {
	var n yaml.Node
	if yaml.Unmarshal([]byte(text), &n) != nil || len(n.Content) == 0 {
		return kube.Node(text)
	}
	return kube.Node(&yaml.Node{Kind: yaml.ScalarNode, Tag: n.Content[0].ShortTag(), Value: text})
}

// duration is a time as a Release writes it: controllers take a number for seconds.
func duration(text string) string {
	if _, err := strconv.Atoi(text); err == nil {
		return text + "s"
	}
	return strings.TrimSuffix(text, " ")
}

// header is a name of a header.
var header = regexp.MustCompile(`^[A-Za-z0-9-]+$`)

// conditions are what a match of a router's says of headers, as a Release says it. ok is
// no for what a Release has no word for.
func conditions(headers *yaml.Node) (*yaml.Node, bool) {
	var n *yaml.Node
	if headers == nil {
		return nil, false
	}
	for i := 0; i+1 < len(headers.Content); i += 2 {
		name, v := headers.Content[i].Value, headers.Content[i+1]
		kind, text := "", ""
		for _, k := range []string{"exact", "prefix", "regex"} {
			if t := kube.Text(v, k); t != "" {
				kind, text = k, t
			}
		}
		switch {
		case kind == "" || !header.MatchString(name):
			return nil, false
		case kind == "exact":
			n = kube.Put(n, text, "headers", name)
		default:
			n = kube.Put(n, text, "headers", name, kind)
		}
	}
	return n, n != nil
}
