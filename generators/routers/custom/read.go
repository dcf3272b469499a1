package custom

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// describe is the kind of an object that says how it is read.
func describe(o kube.Object) (route.Kind, bool) {
	text, ok := annotation(o)
	if !ok {
		return route.Kind{}, false
	}
	k := route.Kind{Group: o.Group, Kind: o.Kind, Versions: []string{o.Version}, Own: true}
	if l, problems := parseNote(text); len(problems) == 0 {
		k.Judged, k.Refs = l.judged(), l.refs()
	}
	return k, true
}

// annotation is what an object says of itself. Of Kubernetes' own kinds and those of
// the Gateway API everybody knows how they are read, whatever they say.
func annotation(o kube.Object) (string, bool) {
	if !foreign(o.Group) {
		return "", false
	}
	n := o.Get("metadata", "annotations", Annotation)
	return kube.Text(n), n != nil
}

// drafted are the options that an object's annotation says, but for the protocol, which
// the entry says.
func drafted(o kube.Object) map[string]*yaml.Node {
	text, _ := annotation(o)
	var said map[string]yaml.Node
	if _, problems := parseNote(text); len(problems) > 0 || yaml.Unmarshal([]byte(text), &said) != nil {
		return nil
	}
	options := map[string]*yaml.Node{}
	for key, value := range said {
		if key != "protocol" {
			options[key] = &value
		}
	}
	return options
}

// foreign reports whether a group is none of Kubernetes' own.
func foreign(group string) bool {
	return strings.Contains(group, ".") && !strings.HasSuffix(group, ".k8s.io")
}

// judged are the fields that are read, as lines of fn/verify/account have them.
func (l layout) judged() string {
	var all []string
	below := func(at path, fields ...path) {
		for _, f := range fields {
			p := append(slices.Clip(at), f...)
			dotted := slices.ContainsFunc(p, func(key string) bool { return strings.Contains(key, ".") })
			if f != nil && !dotted { // a line has no words for such a key: it is listed
				all = append(all, p.String())
			}
		}
	}
	for _, one := range l.lists {
		for _, rest := range one.rest {
			at := append(slices.Clip(one.rule), rest...)
			below(at, path{}, l.weight)
			if l.upstreams != nil {
				below(at, l.by)
				continue
			}
			below(at, l.service, l.namespace, l.port)
		}
	}
	if l.upstreams != nil {
		below(l.upstreams, path{}, l.upstreamName, l.service, l.namespace, l.port)
	}
	for _, h := range l.hosts {
		below(h, path{})
	}
	return strings.Join(all, " ")
}

// refs are where an object names Services.
func (l layout) refs() []route.Ref {
	if l.upstreams != nil {
		return []route.Ref{{Path: append(slices.Clip(l.upstreams), l.service...).slashed(), Kind: "Service"}}
	}
	var all []route.Ref
	for _, one := range l.lists {
		for _, rest := range one.rest {
			all = append(all, route.Ref{Path: slices.Concat(one.rule, rest, l.service).slashed(), Kind: "Service"})
		}
	}
	return all
}

// read returns a rule for every list of backends. What leads to a list is the router's
// own business: nobody here knows its matches, nor which of two objects it takes. So
// each list is an entry of its own, and what is promised is that who comes to it is
// answered.
func read(objects []kube.Object, _ route.World) ([]route.Rule, []route.Unread) {
	var rules []route.Rule
	var unread []route.Unread
	for _, o := range objects {
		text, _ := annotation(o)
		l, problems := parseNote(text)
		if len(problems) > 0 {
			why := "its annotation " + Annotation + " is not understood: " + problems[0].String() + route.WholeUnread
			unread = append(unread, route.Unread{Source: o, Why: why})
			continue
		}
		more, left := l.rules(o)
		if len(more)+len(left) == 0 {
			why := "has no list of backends where its annotation " + Annotation + " says"
			left = []route.Unread{{Source: o, Why: why + route.WholeUnread}}
		}
		rules, unread = append(rules, more...), append(unread, left...)
	}
	return rules, unread
}

func (p problem) String() string {
	if p.field == "" {
		return p.why
	}
	return p.field + ": " + p.why
}

// maxHosts bounds the hosts of all rules of an object.
const maxHosts = 1 << 17

// rules are the lists of one object.
func (l layout) rules(o kube.Object) (rules []route.Rule, unread []route.Unread) {
	l = l.open(o.Node)
	hosts, entries := 0, entryNames{}
	for _, one := range l.lists {
		for _, at := range one.rule.places(o.Node, route.MaxRules+1) {
			if len(rules) >= route.MaxRules {
				return nil, []route.Unread{route.TooManyRules(o)}
			}
			items := one.items(kube.Get(o.Node, at...))
			if len(items) == 0 {
				continue
			}
			where := append(slices.Clip(at), one.rest[0]...)
			of, looked := l.hostsAt(o, one.rule, at)
			if hosts += looked; hosts > maxHosts {
				return nil, []route.Unread{route.TooManyRules(o)}
			}
			name := entries.next(append(slices.Clip(one.rule), one.rest[0]...).String(), of)
			backends, why := l.backends(o, items)
			if why != "" {
				unread = append(unread, route.Unread{Source: o, Why: where.String() + " " + why + ": what it does with requests is not judged"})
				continue
			}
			rules = append(rules, route.Rule{
				Via:      []route.Entry{{Kind: o.Kind, Name: strings.TrimPrefix(o.Namespace+"/"+o.Name, "/") + " " + name}},
				Protocol: l.protocol, Hosts: of, Backends: backends, Empty: l.empty, Dangling: l.missing, Source: o,
			})
		}
	}
	return rules, unread
}

// entryNames counts the lists of an object, by path and host.
type entryNames map[[2]string]int

// next names the entry of a list: by its path, and its number among those for the same
// host. A rule for another host that comes before it, or changes places with it, leaves
// it as it is.
func (n entryNames) next(path string, hosts []string) string {
	if len(hosts) == 0 {
		hosts = []string{"*"}
	}
	number := 0
	for _, h := range hosts {
		number = max(number, n[[2]string{path, h}])
	}
	number++
	for _, h := range hosts {
		n[[2]string{path, h}] = number
	}
	if number == 1 {
		return path
	}
	return fmt.Sprintf("%s, number %d", path, number)
}

// hostsAt are the hosts for which a rule is, none if the object says none, and how many
// places had to be looked at.
func (l layout) hostsAt(o kube.Object, rule, at path) (all []string, looked int) {
	seen := map[string]bool{}
	for _, h := range l.hosts {
		for _, p := range h.within(rule, at).places(o.Node, route.MaxRules) {
			looked++
			if text := strings.ToLower(kube.Text(o.Node, p...)); text != "" && !seen[text] {
				seen[text] = true
				all = append(all, text)
			}
		}
	}
	return all, looked
}

// backends are the items of a list, or why nobody knows whom they lead to.
func (l layout) backends(o kube.Object, items []*yaml.Node) (all []route.Backend, why string) {
	weights, why := l.weights(items)
	if why != "" {
		return nil, why
	}
	for i, item := range items {
		b := route.Backend{Weight: weights[i], Unknown: "a backend that names no Service"}
		if holder := l.holder(item); holder == nil {
			b.Unknown = fmt.Sprintf("a backend that names %q, which %s does not have", kube.Text(item, l.by...), l.upstreams)
		} else if r, ok := l.ref(holder); ok {
			b.Unknown, b.Service, b.Namespace, b.Port = "", r.service, cmp.Or(r.namespace, o.Namespace), r.port
		}
		all = append(all, b)
	}
	return all, ""
}

// maxWeight is more than any router takes.
const maxWeight = 1 << 24

// weights are those of a list, in whole numbers: where one has a fraction, all are
// counted in hundredths. One backend alone gets everything.
func (l layout) weights(items []*yaml.Node) (all []int, why string) {
	factor, sum := 1.0, 0
	given := make([]float64, len(items))
	for i, item := range items {
		text := kube.Text(item, l.weight...)
		switch w, err := strconv.ParseFloat(text, 64); {
		case text == "" && len(items) == 1:
			given[i] = 100
		case text == "" && l.standard == nil:
			return nil, "leaves a weight out beside others, and default does not say what that counts"
		case text == "":
			given[i] = float64(*l.standard)
		case err != nil || math.IsNaN(w) || w < 0 || w > maxWeight:
			return nil, fmt.Sprintf("has the weight %.40q, which is no number of 0 or more", text)
		default:
			given[i] = w
		}
		if given[i] != math.Trunc(given[i]) {
			factor = 100
		}
	}
	for _, w := range given {
		all = append(all, int(math.Round(w*factor)))
		sum += all[len(all)-1]
	}
	if sum == 0 {
		return nil, "gives every backend weight 0, and what its router does then nobody has said"
	}
	return all, ""
}
