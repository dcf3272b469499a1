package traffic

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// istioService resolves a host as Istio does (pkg/config/resource
// ResolveShortnameToFQDN, 1.31): a name without a dot is a Service of the same
// namespace, name.namespace.svc and longer are what they say; all else is no
// Service.
func istioService(host, namespace string) (ns, name string, ok bool) {
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

// istioReader reads the VirtualServices of a state.
type istioReader struct {
	world    World
	services []istioNamed
	policies istioPolicies
	placed   []istioPart // rules of delegates
	unread   []Unread
	made     int // rules of the VirtualService that is being read
}

// istioNamed is a VirtualService that was read.
type istioNamed struct {
	kube.Object
	spec istioVirtualService
}

// istioRead says what gateways and sidecars do with the VirtualServices.
// Several of one host are merged at gateways, see [istioPlaced]. In the mesh only
// the oldest counts.
func istioRead(objects []kube.Object, w World) ([]Rule, []Unread) {
	rd := istioReader{world: w, policies: istioPolicies{}}
	for _, o := range objects {
		switch o.Kind {
		case "VirtualService":
			var spec istioVirtualService
			if rd.decode(o, &spec) {
				rd.services = append(rd.services, istioNamed{o, spec})
			}
		case "DestinationRule":
			rd.readPolicy(o)
		}
	}
	slices.SortFunc(rd.services, func(a, b istioNamed) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	var rules []Rule
	for _, vs := range rd.services {
		if len(vs.spec.Hosts) > 0 { // without hosts it is there to be delegated to
			rules = append(rules, istioReached(rd.read(vs))...)
		}
	}
	rd.lost()
	rd.rivals()
	return istioPlaced(rules), rd.unread
}

func (rd *istioReader) skip(o kube.Object, format string, args ...any) {
	rd.unread = append(rd.unread, Unread{Source: o, Why: fmt.Sprintf(format, args...)})
}

// odd reports what does not do what it seems to.
func (rd *istioReader) odd(o kube.Object, id, hint, format string, args ...any) {
	rd.unread = append(rd.unread, Unread{o, fmt.Sprintf(format, args...), id, hint})
}

// decode reads a spec. What Istio's own schema would refuse is not judged.
func (rd *istioReader) decode(o kube.Object, spec any) bool {
	n := o.Get("spec")
	if n == nil {
		n = &yaml.Node{Kind: yaml.MappingNode}
	}
	if err := n.Decode(spec); err != nil {
		rd.skip(o, "%s", unfit(err))
		return false
	}
	return true
}

// istioHost is a host in its one canonical form.
func istioHost(host, namespace string) string {
	if ns, name, ok := istioService(host, namespace); ok {
		return MeshHost(ns, name)
	}
	return host
}

// read turns one VirtualService into rules.
func (rd *istioReader) read(vs istioNamed) []Rule {
	rd.made = 0
	rd.hidden(vs)
	base := Rule{Via: istioSeen(vs, vs.spec.Gateways), Empty: Status503, Dangling: Status503, Source: vs.Object, Order: vs.Key().String()}
	for _, h := range vs.spec.Hosts {
		base.Hosts = append(base.Hosts, istioHost(h, vs.Namespace))
	}
	rules := rd.http(vs, base, vs.spec.HTTP)
	if rd.made > maxRules {
		rd.unread = append(rd.unread, tooMany(vs.Object))
		return nil
	}
	for _, l := range []struct {
		protocol string
		rules    []istioL4
	}{{"tls", vs.spec.TLS}, {"tcp", vs.spec.TCP}} {
		for _, rule := range l.rules {
			rules = append(rules, rd.l4(vs, base, l.protocol, rule)...)
		}
	}
	return rules
}

func istioVia(gateways []string, namespace string) []Entry {
	if len(gateways) == 0 {
		return []Entry{{Kind: istioMesh}}
	}
	var via []Entry
	for _, g := range gateways {
		if g == istioMesh {
			via = append(via, Entry{Kind: istioMesh})
			continue
		}
		via = append(via, Entry{Kind: "Istio Gateway", Name: istioGateway(g, namespace)})
	}
	return via
}

// http turns HTTP rules into one rule for each match.
func (rd *istioReader) http(vs istioNamed, base Rule, list []istioHTTP) []Rule {
	var rules []Rule
	for _, h := range list {
		if h.Delegate != nil {
			rules = append(rules, rd.delegate(vs, base, h)...)
			continue
		}
		if rd.made += max(len(h.Match), 1); rd.made > maxRules {
			return nil
		}
		rule := base
		rule.Protocol = "http"
		rd.fault(vs, h)
		rd.action(vs, &rule, h)
		if len(h.Match) == 0 {
			rules = append(rules, rule)
		}
		for _, m := range istioEachMethod(h.Match) {
			one := rule
			one.Match = istioMatchOf(m)
			if len(m.Gateways) > 0 {
				one.Via = istioSeen(vs, m.Gateways)
				rd.action(vs, &one, h)
			}
			rules = append(rules, one)
		}
	}
	return rules
}

// action fills in what a rule does.
func (rd *istioReader) action(vs istioNamed, rule *Rule, h istioHTTP) {
	switch {
	case !h.Redirect.IsZero():
		rule.Action = Redirect
		return
	case !h.DirectResponse.IsZero():
		rule.Action = Respond
		return
	}
	if len(h.Route) == 0 {
		rule.Action = Respond
		rd.odd(vs.Object, "weight-none", "route, redirect or directResponse", "a rule says nothing of where its requests go, which Istio refuses")
		return
	}
	rule.Backends, rule.Mirrors = rd.backends(vs, rule.Via, h.Route), nil
	mirrors := slices.Clip(h.Mirrors)
	if h.Mirror != nil {
		mirrors = append(mirrors, istioMirror{*h.Mirror, h.MirrorPercent})
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
func (rd *istioReader) backends(vs istioNamed, via []Entry, routes []istioRoute) []Backend {
	var all []Backend
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

func (rd *istioReader) backend(vs istioNamed, via []Entry, d istioDestination) Backend {
	ns, name, ok := istioService(d.Host, vs.Namespace)
	if !ok {
		return Backend{Unknown: d.Host + " is no Service"}
	}
	b := Backend{Namespace: ns, Service: name}
	if d.Port != nil {
		b.Port = portText(d.Port.Number, "")
	}
	if d.Subset == "" {
		return b
	}
	return rd.subset(vs, via, b, d.Subset)
}

// methods are those that people write rules for.
var methods = []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT"}

// istioEachMethod are matches with one method each, where they say it by an
// expression or a prefix.
func istioEachMethod(matches []istioMatch) []istioMatch {
	var all []istioMatch
	for _, m := range matches {
		some := false
		if m.Method != nil && m.Method.Exact == "" {
			c := istioConditions(map[string]istioString{"": *m.Method})[0]
			for _, method := range methods {
				if c.fits(method, true) == Yes {
					some, m.Method = true, &istioString{Exact: method}
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

func istioMatchOf(m istioMatch) Match {
	match := Match{Port: m.Port, Other: slices.Sorted(maps.Keys(m.Other))}
	if m.URI != nil {
		match.Path = istioPathOf(*m.URI, m.IgnoreURICase)
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
	match.Headers = lower(istioConditions(m.Headers))
	match.Query = istioConditions(m.QueryParams)
	for _, c := range lower(istioConditions(m.WithoutHeaders)) {
		c.Kind = istioRefused[c.Kind]
		match.Headers = append(match.Headers, c)
	}
	match.Other = slices.DeleteFunc(match.Other, func(key string) bool { return key == "statPrefix" })
	return match
}

// istioRefused are the kinds of withoutHeaders, by those of headers.
var istioRefused = map[TextKind]TextKind{TextThere: TextAbsent, TextIs: TextNot, TextLeading: TextNotLeading, TextMatches: TextNotMatches}

func istioPathOf(s istioString, fold bool) *PathMatch {
	p := PathMatch{PathLeading, s.Prefix}
	switch {
	case s.Exact != "":
		p = PathMatch{PathIs, s.Exact}
	case s.Regex != "":
		p = PathMatch{PathMatches, s.Regex}
	}
	if fold {
		p = foldCase(p)
	}
	return &p
}

func istioConditions(m map[string]istioString) []Condition {
	var all []Condition
	for _, name := range slices.Sorted(maps.Keys(m)) {
		c := Condition{name, TextThere, ""}
		switch s := m[name]; {
		case s.Exact != "":
			c.Kind, c.Value = TextIs, s.Exact
		case s.Prefix != "":
			c.Kind, c.Value = TextLeading, s.Prefix
		case s.Regex == "*": // to Istio, any value (route.go, canBeConvertedToPresentMatch)
		case s.Regex != "":
			c.Kind, c.Value = TextMatches, s.Regex
		}
		all = append(all, c)
	}
	return all
}

// l4 turns a TLS or TCP rule into rules.
func (rd *istioReader) l4(vs istioNamed, base Rule, protocol string, l istioL4) []Rule {
	rule := base
	rule.Protocol = protocol
	rule.Empty, rule.Dangling = Refused, Refused
	rule.Backends = rd.backends(vs, rule.Via, l.Route)
	if len(l.Match) == 0 {
		return []Rule{rule}
	}
	var rules []Rule
	for _, m := range l.Match {
		one := rule
		one.Match = Match{Port: m.Port, Other: slices.Sorted(maps.Keys(m.Other))}
		if len(m.SNIHosts) > 0 {
			one.Hosts = nil
			for _, h := range m.SNIHosts {
				one.Hosts = append(one.Hosts, istioHost(h, vs.Namespace))
			}
		}
		if len(m.Gateways) > 0 {
			one.Via = istioSeen(vs, m.Gateways)
		}
		rules = append(rules, one)
	}
	return rules
}

// lower is the conditions with names in lower case, as header names compare.
func lower(conditions []Condition) []Condition {
	for i := range conditions {
		conditions[i].Name = strings.ToLower(conditions[i].Name)
	}
	return conditions
}
