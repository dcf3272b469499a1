package custom

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// layout is where an object of a kind says what, ready to be followed.
type layout struct {
	lists                            []list
	service, namespace, port, weight path
	form                             form
	standard                         *int                  // what a weight counts that is left out
	upstreams, upstreamName, by      path                  // by is below a backend
	byName                           map[string]*yaml.Node // the upstreams of an object that is open
	hosts                            []path
	empty, missing                   route.Outcome
	protocol                         string
}

// list is one list of backends in each rule of an object. It may stand in several
// places: single ones first, then lists.
type list struct {
	rule path
	rest []path
}

// problem says which field does not work, and why.
type problem struct{ field, why string }

// Annotation says how an object is read, in JSON: the paths of options that do not
// depend on what is written. Who writes it on an object by hand has it judged too.
const Annotation = "cutover.dev/route-fields"

// maxAnnotation bounds the annotation, in bytes, and maxLists the lists and hosts that
// it names.
const (
	maxAnnotation = 4096
	maxLists      = 16
)

// note is what the annotation holds.
type note struct {
	Fields
	Protocol string `json:"protocol,omitempty"`
}

// text is the annotation's value.
func (n note) text() string {
	b := &bytes.Buffer{}
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	_ = e.Encode(n) // structs of text and numbers: it cannot fail
	return strings.TrimSpace(b.String())
}

// parseNote reads an annotation, whoever wrote it.
func parseNote(text string) (layout, []problem) {
	if len(text) > maxAnnotation {
		return layout{}, []problem{{"", fmt.Sprintf("it has more than %d characters", maxAnnotation)}}
	}
	n := note{Fields: Fields{Service: "name", Weight: "weight", Empty: 503, Missing: 503}, Protocol: "http"}
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&n); err != nil || d.More() {
		return layout{}, []problem{{"", "it is not the JSON that belongs there"}}
	}
	if u := n.Upstreams; u != nil && u.Name == "" {
		u.Name = "name"
	}
	return n.layout()
}

// layout follows every path of a note.
func (n note) layout() (layout, []problem) {
	l := layout{
		standard: n.Default, protocol: n.Protocol,
		empty: route.Outcome(strconv.Itoa(n.Empty)), missing: route.Outcome(strconv.Itoa(n.Missing)),
	}
	var found []problem
	fail := func(field, format string, args ...any) {
		found = append(found, problem{field, fmt.Sprintf(format, args...)})
	}
	for _, f := range []struct {
		name, text string
		to         *path
	}{{"service", n.Service, &l.service}, {"namespace", n.Namespace, &l.namespace}, {"port", n.Port, &l.port}, {
		"weight", n.Weight,
		&l.weight,
	}} {
		if *f.to = parsePath(f.text); f.text != "" && (*f.to == nil || slices.Contains(*f.to, each)) {
			fail(f.name, "%q is no path below a backend", f.text)
		}
	}
	if l.service == nil || l.weight == nil {
		fail("backends", "service and weight must say where they stand")
	}
	if l.form = parseForm(n.Form); l.form == nil {
		fail("form", "%q does not say where the name of the Service stands", n.Form)
	}
	for _, status := range []struct {
		field string
		is    int
	}{{"empty", n.Empty}, {"missing", n.Missing}} {
		if status.is < 400 || status.is > 599 {
			fail(status.field, "%d is no status of an error", status.is)
		}
	}
	if n.Default != nil && *n.Default < 0 {
		fail("default", "%d is no weight", *n.Default)
	}
	if !slices.Contains([]string{"http", "grpc", "tcp", "tls"}, n.Protocol) {
		fail("protocol", "%q is none of http, grpc, tcp, tls", n.Protocol)
	}
	found = append(found, l.follow(n.Fields)...)
	return l, found
}

// follow reads the paths of lists.
func (l *layout) follow(f Fields) (found []problem) {
	if len(f.Backends) == 0 || len(f.Backends) > maxLists || len(f.Hosts) > maxLists {
		found = append(found, problem{"backends", fmt.Sprintf("there must be 1 to %d lists", maxLists)})
		return found
	}
	for i, text := range f.Backends {
		one, why := parseList(text)
		if why != "" {
			found = append(found, problem{fmt.Sprintf("backends[%d]", i), fmt.Sprintf("%q %s", text, why)})
		}
		l.lists = append(l.lists, one)
	}
	for i, text := range f.Hosts {
		p := ofObject(text)
		if p == nil {
			found = append(found, problem{fmt.Sprintf("hosts[%d]", i), fmt.Sprintf("%q is no path of a field", text)})
		}
		l.hosts = append(l.hosts, p)
	}
	u := f.Upstreams
	if u == nil {
		return found
	}
	l.upstreams, l.upstreamName, l.by = ofObject(u.List), parsePath(u.Name), parsePath(u.By)
	if !l.upstreams.isList() || slices.Contains(l.upstreams.list(), each) {
		found = append(found, problem{"upstreams.list", fmt.Sprintf("%q is no list that an object has once", u.List)})
	}
	for _, p := range []struct {
		field, text string
		is          path
	}{{"upstreams.name", u.Name, l.upstreamName}, {"upstreams.by", u.By, l.by}} {
		if p.is == nil || slices.Contains(p.is, each) {
			found = append(found, problem{p.field, fmt.Sprintf("%q is no path below an item", p.text)})
		}
	}
	return found
}

// parseList reads the places of one list of backends: those of one rule, with + between
// them, single ones first.
func parseList(text string) (l list, why string) {
	places := strings.Split(text, " + ")
	if len(places) > maxLists {
		return l, "joins too many places"
	}
	for i, one := range places {
		p := ofObject(strings.TrimSpace(one))
		if p == nil {
			return l, "is no path: keys with dots between them, [] behind a list, as spec.rules[].backends[]"
		}
		rule, rest := p.rule()
		switch {
		case len(rest) == 0:
			return l, "is no place of a backend: it names a list of lists"
		case i > 0 && !slices.Equal(rule, l.rule):
			return l, "joins places of different lists, and backends of one list stand in one rule"
		case i > 0 && l.rest[i-1].isList() && !rest.isList():
			return l, "has a single place behind a list: single ones first"
		}
		l.rule, l.rest = rule, append(l.rest, rest)
	}
	return l, ""
}

// items are the backends of a list in one rule, in order.
func (l list) items(rule *yaml.Node) []*yaml.Node {
	var all []*yaml.Node
	for _, rest := range l.rest {
		if rest.isList() {
			all = append(all, kube.Items(rule, rest.list()...)...)
		} else if n := kube.Get(rule, rest...); n != nil && n.Kind == yaml.MappingNode {
			all = append(all, n)
		}
	}
	return all
}

// holder is the node in which a backend's Service stands: its own, or that of the
// upstream which it names, nil if there is none.
func (l layout) holder(backend *yaml.Node) *yaml.Node {
	if l.upstreams == nil {
		return backend
	}
	name := kube.Text(backend, l.by...)
	return l.byName[name]
}

// open is the layout with the upstreams of an object at hand, the first of a name first.
func (l layout) open(o *yaml.Node) layout {
	if l.upstreams == nil {
		return l
	}
	l.byName = map[string]*yaml.Node{}
	for _, u := range kube.Items(o, l.upstreams.list()...) {
		name := kube.Text(u, l.upstreamName...)
		if _, twice := l.byName[name]; !twice && name != "" {
			l.byName[name] = u
		}
	}
	return l
}

// ref is the Service that a holder names; no where it names none in that form.
func (l layout) ref(holder *yaml.Node) (ref, bool) {
	r, ok := l.form.read(kube.Text(holder, l.service...))
	if l.namespace != nil && r.namespace == "" {
		r.namespace = kube.Text(holder, l.namespace...)
	}
	if l.port != nil && r.port == "" {
		r.port = kube.Text(holder, l.port...)
	}
	return r, ok
}
