package draft

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/track"
	"go.yaml.in/yaml/v3"
)

// writer writes lines.
type writer struct{ bytes.Buffer }

func (w *writer) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

// text writes the Release; with a version for the other track if next is not empty.
func (d *draft) text(next string) []byte {
	var w writer
	w.line("# How %s is released, as far as its manifests tell. Every field:", d.object.ID)
	w.line("# cutover explain spec.strategy, and so on.")
	if d.moved != nil {
		d.lostText(&w)
	}
	w.line("apiVersion: cutover.dev/v1alpha1")
	w.line("kind: Release")
	w.line("metadata:")
	w.line("  name: %s", scalar(d.object.Name))
	if d.object.Namespace != "" {
		w.line("  namespace: %s", scalar(d.object.Namespace))
	}
	if d.in.Local {
		w.line("  annotations: {config.kubernetes.io/local-config: \"true\"} # kpt does not apply it")
	}
	w.line("spec:")
	d.workloadText(&w)
	w.line("  live: blue # the track that serves")
	w.line("  tracks:")
	w.line("    blue: {image: %s} # what runs today", scalar(d.image()))
	if next == "" {
		w.line("    green: {} # the place of the next version")
	} else {
		w.line("    green: {image: %s}", next)
	}
	d.stageText(&w, next)
	if len(d.source.Scalers) > 0 {
		w.line("  # Pods of one track that carry every request; the autoscaler's maximum if it is not said.")
		w.line("  # capacity: %d", track.Maker{Source: d.source}.Size().Capacity)
	}
	d.strategyText(&w)
	d.trafficText(&w)
	return w.Bytes()
}

func (d *draft) workloadText(w *writer) {
	container := d.container()
	if d.object.Kind == kinds[0] && container == "" && d.volumes == "" && !d.worker {
		w.line("  workload: %s", scalar(d.object.Name))
		return
	}
	w.line("  workload:")
	if d.object.Kind != kinds[0] {
		w.line("    kind: %s", d.object.Kind)
	}
	w.line("    name: %s", scalar(d.object.Name))
	if container != "" {
		w.line("    container: %s # whose image is released", scalar(container))
	}
	if d.volumes != "" {
		w.line("    # What the volumes are to two tracks. Decide before the first release:")
		w.line("    # scratch: new ones that go with the pods; perTrack: new ones that stay; shared: the same for both;")
		w.line("    # clone: copies of those that are live, made before the pods.")
		w.line("    volumes: %s", d.volumes)
	}
	if d.worker {
		w.line("    starts: withTraffic # no Service selects its pods: it takes work as soon as it runs")
	}
}

// stageText begins with the manifests as they are: what runs today is not
// known, and from there no request is lost whatever it is.
func (d *draft) stageText(w *writer, next string) {
	if next != "" {
		w.line("  stage: stable # where the release stands; cutover plan lists the stages")
		return
	}
	w.line("  # Where the release stands; cutover plan lists the stages. plain is the manifests as they are:")
	w.line("  # point the agent at rendered/live, then go on by beside and handover to stable, a commit each.")
	w.line("  # What runs nowhere yet begins at stable.")
	w.line("  stage: plain")
}

func (d *draft) strategyText(w *writer) {
	if d.moved != nil {
		d.partText(w, "strategy", "analysis", "jobs")
		return
	}
	preview := "preview: {hosts: [next.example.com]}"
	if len(d.steps) == 0 {
		w.line("  # All at once: blue/green. A canary takes steps, percent of the requests, 100 is implied.")
		if d.noSteps != "" {
			w.line("  # Not here as it stands: %s.", d.noSteps)
		}
		w.line("  # strategy:")
		w.line("  #   steps: [5, 25, 50]")
		return
	}
	w.line("  strategy:")
	w.line("    steps: # percent of the requests to the next version, and the least time there; 100 is implied, none is blue/green")
	if d.noSteps != "" {
		w.line("    # Not in smaller steps: %s.", d.noSteps)
	}
	for _, weight := range d.steps {
		w.line("    - {weight: %d, hold: 5m}", weight)
	}
	if d.routed() {
		w.line("    # A way to the next version before it gets requests.")
		w.line("    # %s", preview)
	}
}

// percents are steps in words: 5, 25, 50.
func percents(steps []int) string {
	return strings.Trim(strings.Join(strings.Fields(fmt.Sprint(steps)), ", "), "[]")
}

// routed reports whether a router knows hosts.
func (d *draft) routed() bool { return len(d.entries) > 0 && d.entries[0].route.Node != nil }

func (d *draft) trafficText(w *writer) {
	if d.moved != nil && kube.Get(d.moved.Spec, "traffic") != nil {
		d.partText(w, "traffic")
		return
	}
	if len(d.entries) == 0 {
		return
	}
	w.line("  traffic: # what carries requests to the workload")
	for _, why := range d.left {
		w.line("  # Goes on leading to its Services: %s.", why)
	}
	for _, e := range d.entries {
		w.line("  - provider: %s", e.provider)
		if e.name != "" {
			w.line("    name: %s", scalar(e.name))
		}
		if e.route.Node == nil {
			if len(d.left) == 0 {
				w.line("    # No route of the manifests leads there. Routers and what they can: cutover providers.")
			}
			continue
		}
		if e.protocol != "http" {
			w.line("    protocol: %s", e.protocol)
		}
		if e.port != "" {
			w.line("    port: %s", e.port)
		}
		for _, s := range e.says {
			w.line("    # %s", s)
		}
		w.line("    route:")
		if p, _ := route.Lookup(d.in.Providers, e.provider); p.Describe != nil {
			w.line("      apiVersion: %s", e.route.APIVersion())
		}
		w.line("      kind: %s", e.route.Kind)
		w.line("      name: %s", scalar(e.route.Name))
		if e.route.Namespace != d.object.Namespace && e.route.Namespace != "" {
			w.line("      namespace: %s", scalar(e.route.Namespace))
		}
		d.optionsText(w, e)
	}
}

// optionsText are the options without which something of the manifests would not
// hold for the tracks, each on one line.
func (d *draft) optionsText(w *writer, e entry) {
	p, _ := route.Lookup(d.in.Providers, e.provider)
	var options map[string]*yaml.Node
	switch {
	case p.DraftOwn != nil:
		options = p.DraftOwn(e.route)
	case p.Draft != nil:
		options = p.Draft(d.source.Apexes, route.NewWorld(d.in.Objects, d.in.Classes))
	}
	if len(options) == 0 {
		return
	}
	w.line("    options:")
	for _, name := range slices.Sorted(maps.Keys(options)) {
		data, err := yaml.Marshal(flow(options[name]))
		if err != nil {
			continue
		}
		w.line("      %s: %s", name, strings.TrimSpace(string(data)))
	}
}

// flow is a node without comments and on one line.
func flow(n *yaml.Node) *yaml.Node {
	c := &yaml.Node{Kind: n.Kind, Tag: n.Tag, Value: n.Value, Style: yaml.FlowStyle}
	if n.Kind == yaml.ScalarNode {
		c.Style = n.Style &^ (yaml.LiteralStyle | yaml.FoldedStyle)
	}
	for _, child := range n.Content {
		c.Content = append(c.Content, flow(child))
	}
	return c
}

// scalar is a text as YAML has it on one line.
func scalar(s string) string {
	if strings.ContainsAny(s, "{}[],") { // which end a value between braces
		return strconv.Quote(s)
	}
	data, err := yaml.Marshal(s)
	if err != nil {
		return `""`
	}
	return strings.TrimSpace(string(data))
}

// lostText lists what has no equivalent.
func (d *draft) lostText(w *writer) {
	w.line("# It was driven by %s. What of that has no equivalent:", d.moved.By.ID)
	for _, text := range d.moved.Lost {
		w.line("#   - %s", strings.ReplaceAll(text, "\n", " "))
	}
	if len(d.moved.Lost) == 0 {
		w.line("#   nothing")
	}
}

// partText writes parts of the Release as the controller was told them.
func (d *draft) partText(w *writer, keys ...string) {
	for _, key := range keys {
		n := kube.Get(d.moved.Spec, key)
		if n == nil || len(n.Content) == 0 {
			continue
		}
		var b bytes.Buffer
		e := yaml.NewEncoder(&b)
		e.SetIndent(2)
		if e.Encode(kube.Put(nil, n, key)) != nil {
			continue
		}
		for line := range strings.Lines(b.String()) {
			w.line("  %s", strings.TrimRight(line, "\n"))
		}
	}
}
