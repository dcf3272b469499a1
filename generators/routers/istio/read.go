package istio

import (
	"cmp"
	"fmt"
	"github.com/cutoverdev/cutover/generators/route"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// service resolves a host as Istio does (pkg/config/resource
// ResolveShortnameToFQDN, 1.31): a name without a dot is a Service of the same
// namespace, name.namespace.svc and longer are what they say; all else is no
// Service.
func service(host, namespace string) (ns, name string, ok bool) {
	parts := strings.Split(host, ".")
	switch {
	case host == "" || host[0] == '*':
		return "", "", false
	case len(parts) == 1:
		return namespace, host, true
	case len(parts) >= 3 && parts[2] == "svc":
		return parts[1], parts[0], true
	}
	return "", "", false
}

// reader reads the VirtualServices of a state.
type reader struct {
	world    route.World
	services []named
	policies policies
	placed   []part // rules of delegates
	unread   []route.Unread
	made     int // rules of the VirtualService that is being read
}

// named is a VirtualService that was read.
type named struct {
	kube.Object
	spec virtualService
}

// read says what gateways and sidecars do with the VirtualServices.
// Several of one host are merged at gateways, see [istioPlaced]. In the mesh only
// the oldest counts.
func read(objects []kube.Object, w route.World) ([]route.Rule, []route.Unread) {
	rd := reader{world: w, policies: policies{}}
	for _, o := range objects {
		switch o.Kind {
		case "VirtualService":
			var spec virtualService
			if rd.decode(o, &spec) {
				rd.services = append(rd.services, named{o, spec})
			}
		case "DestinationRule":
			rd.readPolicy(o)
		}
	}
	slices.SortFunc(rd.services, func(a, b named) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	var rules []route.Rule
	for _, vs := range rd.services {
		if len(vs.spec.Hosts) > 0 { // without hosts it is there to be delegated to
			rules = append(rules, reached(rd.read(vs))...)
		}
	}
	rd.lost()
	rd.rivals()
	return placed(rules), rd.unread
}

func (rd *reader) skip(o kube.Object, format string, args ...any) {
	rd.unread = append(rd.unread, route.Unread{Source: o, Why: fmt.Sprintf(format, args...)})
}

// odd reports what does not do what it seems to.
func (rd *reader) odd(o kube.Object, id, hint, format string, args ...any) {
	rd.unread = append(rd.unread, route.Unread{Source: o, Why: fmt.Sprintf(format, args...), ID: id, Hint: hint})
}

// decode reads a spec. What Istio's own schema would refuse is not judged.
func (rd *reader) decode(o kube.Object, spec any) bool {
	n := o.Get("spec")
	if n == nil {
		n = &yaml.Node{Kind: yaml.MappingNode}
	}
	if err := n.Decode(spec); err != nil {
		rd.skip(o, "%s", route.Unfit(err))
		return false
	}
	return true
}

// host is a host in its one canonical form.
func host(host, namespace string) string {
	if ns, name, ok := service(host, namespace); ok {
		return route.MeshHost(ns, name)
	}
	return host
}

// read turns one VirtualService into rules.
func (rd *reader) read(vs named) []route.Rule {
	rd.made = 0
	rd.hidden(vs)
	base := route.Rule{Via: seen(vs, vs.spec.Gateways), Empty: route.Status503, Dangling: route.Status503, Source: vs.Object, Order: vs.Key().String()}
	for _, h := range vs.spec.Hosts {
		base.Hosts = append(base.Hosts, host(h, vs.Namespace))
	}
	rules := rd.http(vs, base, vs.spec.HTTP)
	if rd.made > route.MaxRules {
		rd.unread = append(rd.unread, route.TooMany(vs.Object))
		return nil
	}
	for _, l := range []struct {
		protocol string
		rules    []l4
	}{{"tls", vs.spec.TLS}, {"tcp", vs.spec.TCP}} {
		for _, rule := range l.rules {
			rules = append(rules, rd.l4(vs, base, l.protocol, rule)...)
		}
	}
	return rules
}

func via(gateways []string, namespace string) []route.Entry {
	if len(gateways) == 0 {
		return []route.Entry{{Kind: route.MeshEntry}}
	}
	var via []route.Entry
	for _, g := range gateways {
		if g == route.MeshEntry {
			via = append(via, route.Entry{Kind: route.MeshEntry})
			continue
		}
		via = append(via, route.Entry{Kind: "Istio Gateway", Name: gateway(g, namespace)})
	}
	return via
}

// http turns HTTP rules into one rule for each match.
func (rd *reader) http(vs named, base route.Rule, list []http) []route.Rule {
	var rules []route.Rule
	for _, h := range list {
		if h.Delegate != nil {
			rules = append(rules, rd.delegate(vs, base, h)...)
			continue
		}
		if rd.made += max(len(h.Match), 1); rd.made > route.MaxRules {
			return nil
		}
		rule := base
		rule.Protocol = "http"
		rd.fault(vs, h)
		rd.action(vs, &rule, h)
		if len(h.Match) == 0 {
			rules = append(rules, rule)
		}
		for _, m := range eachMethod(h.Match) {
			one := rule
			one.Match = matchOf(m)
			if len(m.Gateways) > 0 {
				one.Via = seen(vs, m.Gateways)
				rd.action(vs, &one, h)
			}
			rules = append(rules, one)
		}
	}
	return rules
}

// action fills in what a rule does.
func (rd *reader) action(vs named, rule *route.Rule, h http) {
	switch {
	case !h.Redirect.IsZero():
		rule.Action = route.Redirect
		return
	case !h.DirectResponse.IsZero():
		rule.Action = route.Respond
		return
	}
	if len(h.Route) == 0 {
		rule.Action = route.Respond
		rd.odd(vs.Object, "weight-none", "route, redirect or directResponse", "a rule says nothing of where its requests go, which Istio refuses")
		return
	}
	rule.Backends, rule.Mirrors = rd.backends(vs, rule.Via, h.Route), nil
	mirrors := slices.Clip(h.Mirrors)
	if h.Mirror != nil {
		mirrors = append(mirrors, mirror{*h.Mirror, h.MirrorPercent})
	}
	for _, m := range mirrors {
		b := rd.backend(vs, rule.Via, m.Destination)
		b.Weight = 100
		if m.Percentage != nil {
			b.Weight = int(math.Ceil(m.Percentage.Value))
		}
		rule.Mirrors = append(rule.Mirrors, b)
	}
}

// backends are the destinations of a rule. A single one gets everything
// whatever its weight; among several an omitted weight is 0.
func (rd *reader) backends(vs named, via []route.Entry, routes []share) []route.Backend {
	var all []route.Backend
	sum := 0
	for _, d := range routes {
		b := rd.backend(vs, via, d.Destination)
		b.Weight = d.Weight
		if len(routes) == 1 {
			b.Weight = 100
		}
		sum += b.Weight
		all = append(all, b)
	}
	if sum == 0 && len(all) > 0 {
		rd.odd(vs.Object, "weight-none", "weights that add up to 100", "the weights of a rule add up to 0, which Istio refuses")
	}
	return all
}

func (rd *reader) backend(vs named, via []route.Entry, d destination) route.Backend {
	ns, name, ok := service(d.Host, vs.Namespace)
	if !ok {
		return route.Backend{Unknown: d.Host + " is no Service"}
	}
	b := route.Backend{Namespace: ns, Service: name}
	if d.Port != nil {
		b.Port = route.PortText(d.Port.Number, "")
	}
	if d.Subset == "" {
		return b
	}
	return rd.subset(vs, via, b, d.Subset)
}

// methods are those that people write rules for.
var methods = []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT"}

// eachMethod are matches with one method each, where they say it by an
// expression or a prefix.
func eachMethod(matches []match) []match {
	var all []match
	for _, m := range matches {
		some := false
		if m.Method != nil && m.Method.Exact == "" {
			c := conditions(map[string]stringMatch{"": *m.Method})[0]
			for _, method := range methods {
				if c.Fits(method, true) == route.Yes {
					some, m.Method = true, &stringMatch{Exact: method}
					all = append(all, m)
				}
			}
		}
		if !some {
			all = append(all, m)
		}
	}
	return all
}

func matchOf(m match) route.Match {
	match := route.Match{Port: m.Port, Other: slices.Sorted(maps.Keys(m.Other))}
	if m.URI != nil {
		match.Path = pathOf(*m.URI, m.IgnoreURICase)
	}
	if m.Method != nil {
		if match.Method = m.Method.Exact; match.Method == "" {
			match.Other = append(match.Other, "method")
		}
	}
	for _, c := range []struct {
		key   string
		there bool
	}{{"authority", m.Authority != nil}, {"scheme", m.Scheme != nil}, {"sourceLabels", len(m.SourceLabels) > 0}, {"sourceNamespace", m.SourceNamespace != ""}} {
		if c.there {
			match.Other = append(match.Other, c.key)
		}
	}
	match.Headers = lower(conditions(m.Headers))
	match.Query = conditions(m.QueryParams)
	for _, c := range lower(conditions(m.WithoutHeaders)) {
		c.Kind = refused[c.Kind]
		match.Headers = append(match.Headers, c)
	}
	match.Other = slices.DeleteFunc(match.Other, func(key string) bool { return key == "statPrefix" })
	return match
}

// refused are the kinds of withoutHeaders, by those of headers.
var refused = map[route.TextKind]route.TextKind{route.TextThere: route.TextAbsent, route.TextIs: route.TextNot, route.TextLeading: route.TextNotLeading, route.TextMatches: route.TextNotMatches}

func pathOf(s stringMatch, fold bool) *route.PathMatch {
	p := route.PathMatch{Kind: route.PathLeading, Value: s.Prefix}
	switch {
	case s.Exact != "":
		p = route.PathMatch{Kind: route.PathIs, Value: s.Exact}
	case s.Regex != "":
		p = route.PathMatch{Kind: route.PathMatches, Value: s.Regex}
	}
	if fold {
		p = route.FoldCase(p)
	}
	return &p
}

func conditions(m map[string]stringMatch) []route.Condition {
	var all []route.Condition
	for _, name := range slices.Sorted(maps.Keys(m)) {
		c := route.Condition{Name: name, Kind: route.TextThere, Value: ""}
		switch s := m[name]; {
		case s.Exact != "":
			c.Kind, c.Value = route.TextIs, s.Exact
		case s.Prefix != "":
			c.Kind, c.Value = route.TextLeading, s.Prefix
		case s.Regex == "*": // to Istio, any value (route.go, canBeConvertedToPresentMatch)
		case s.Regex != "":
			c.Kind, c.Value = route.TextMatches, s.Regex
		}
		all = append(all, c)
	}
	return all
}

// l4 turns a TLS or TCP rule into rules.
func (rd *reader) l4(vs named, base route.Rule, protocol string, l l4) []route.Rule {
	rule := base
	rule.Protocol = protocol
	rule.Empty, rule.Dangling = route.Refused, route.Refused
	rule.Backends = rd.backends(vs, rule.Via, l.Route)
	if len(l.Match) == 0 {
		return []route.Rule{rule}
	}
	var rules []route.Rule
	for _, m := range l.Match {
		one := rule
		one.Match = route.Match{Port: m.Port, Other: slices.Sorted(maps.Keys(m.Other))}
		if len(m.SNIHosts) > 0 {
			one.Hosts = nil
			for _, h := range m.SNIHosts {
				one.Hosts = append(one.Hosts, host(h, vs.Namespace))
			}
		}
		if len(m.Gateways) > 0 {
			one.Via = seen(vs, m.Gateways)
		}
		rules = append(rules, one)
	}
	return rules
}

// lower is the conditions with names in lower case, as header names compare.
func lower(conditions []route.Condition) []route.Condition {
	for i := range conditions {
		conditions[i].Name = strings.ToLower(conditions[i].Name)
	}
	return conditions
}
