package traffic

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
)

// The parts of HTTPRoute and GRPCRoute that are read, as people write them:
// everything that has a default may be absent.
type (
	gatewaySpecRead struct {
		ParentRefs []gatewayParentRead `yaml:"parentRefs"`
		Hostnames  []string            `yaml:"hostnames"`
		Rules      []gatewayRuleRead   `yaml:"rules"`
	}
	gatewayParentRead struct {
		Group       *string `yaml:"group"`
		Kind        string  `yaml:"kind"`
		Name        string  `yaml:"name"`
		Namespace   string  `yaml:"namespace"`
		SectionName string  `yaml:"sectionName"`
		Port        int     `yaml:"port"`
	}
	gatewayRuleRead struct {
		Matches     []gatewayMatchRead   `yaml:"matches"`
		Filters     []gatewayFilter      `yaml:"filters"`
		BackendRefs []gatewayBackendRead `yaml:"backendRefs"`
		Persistence *struct {
			SessionName string `yaml:"sessionName"`
		} `yaml:"sessionPersistence"`
	}
	gatewayMatchRead struct {
		Path        yamlNode            `yaml:"path"`
		Headers     []gatewayNamed      `yaml:"headers"`
		QueryParams []gatewayNamed      `yaml:"queryParams"`
		Method      yamlNode            `yaml:"method"`
		Other       map[string]yamlNode `yaml:",inline"`
	}
	gatewayBackendRead struct {
		gatewayBackend `yaml:",inline"`
		Filters        []gatewayFilter `yaml:"filters"`
	}
)

// gatewayRead says what Gateways and meshes do with the routes: all rules that
// attach to one parent are tried together, the most specific first.
func gatewayRead(objects []kube.Object, w World) ([]Rule, []Unread) {
	var rules []Rule
	var unread []Unread
	slices.SortFunc(objects, func(a, b kube.Object) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	var readers []gatewayReader
	for _, o := range objects {
		if o.Kind == "ReferenceGrant" {
			continue
		}
		var spec gatewaySpecRead
		if n := o.Get("spec"); n != nil {
			if err := n.Decode(&spec); err != nil {
				unread = append(unread, Unread{Source: o, Why: unfit(err)})
				continue
			}
		}
		rd := gatewayReader{Object: o, spec: spec, world: w}
		rules = append(rules, rd.read()...)
		unread = append(unread, rd.unread...)
		readers = append(readers, rd)
	}
	unread = append(unread, gatewayRivals(readers)...)
	slices.SortStableFunc(rules, gatewayPrecedence)
	return rules, unread
}

// gatewayReader reads one route.
type gatewayReader struct {
	kube.Object
	spec   gatewaySpecRead
	world  World
	unread []Unread
	bare   bool // a rule without backends has been reported
}

func (rd *gatewayReader) skip(format string, args ...any) {
	rd.unread = append(rd.unread, Unread{Source: rd.Object, Why: fmt.Sprintf(format, args...)})
}

// odd reports what does not do what it seems to.
func (rd *gatewayReader) odd(id, hint, format string, args ...any) {
	rd.unread = append(rd.unread, Unread{rd.Object, fmt.Sprintf(format, args...), id, hint})
}

func (rd *gatewayReader) read() []Rule {
	var rules []Rule
	for i, r := range rd.spec.Rules {
		if len(rules)+max(len(r.Matches), 1)*len(rd.spec.ParentRefs) > maxRules {
			rd.unread = append(rd.unread, tooMany(rd.Object))
			return nil
		}
		base := Rule{Protocol: "http", Empty: Status503, Dangling: Status500, Source: rd.Object}
		if rd.Kind == "GRPCRoute" {
			base.Protocol = "grpc"
		}
		rd.action(&base, r, i)
		for _, parent := range rd.spec.ParentRefs {
			base.Via, base.Hosts = rd.entry(parent)
			base.Tier, base.Order = gatewayPlace(nil)
			if len(r.Matches) == 0 {
				one := base
				one.Does = rd.does(i, one.Match)
				rules = append(rules, one)
			}
			for _, m := range r.Matches {
				one := base
				one.Match = rd.match(m, parent)
				one.Tier, one.Order = gatewayPlace(one.Match.Path)
				one.Does = rd.does(i, one.Match)
				rules = append(rules, one)
			}
		}
	}
	return rules
}

// entry is where the requests of a parent come in. A Service as parent is the
// Service's own host in the mesh; hostnames are to be ignored there (GEP-1294).
func (rd *gatewayReader) entry(p gatewayParentRead) ([]Entry, []string) {
	namespace := cmp.Or(p.Namespace, rd.Namespace)
	if p.Kind == "Service" && p.Group != nil && *p.Group == "" {
		return []Entry{{Kind: istioMesh}}, []string{MeshHost(namespace, p.Name)}
	}
	name := namespace + "/" + p.Name
	switch {
	case p.SectionName != "":
		name += "/" + p.SectionName
	case p.Port != 0: // all listeners of a port
		name += "/:" + portText(p.Port, "")
	}
	return []Entry{{Kind: cmp.Or(p.Kind, "Gateway"), Name: name}}, rd.spec.Hostnames
}

func (rd *gatewayReader) action(rule *Rule, r gatewayRuleRead, index int) {
	for _, f := range r.Filters {
		switch f.Type {
		case "RequestRedirect":
			rule.Action = Redirect
		case "ExtensionRef":
			rd.skip("rules[%d] has a filter of the implementation's own, which may answer by itself", index)
		case "RequestMirror":
			rule.Mirrors = append(rule.Mirrors, rd.mirror(f.RequestMirror))
		}
	}
	if r.Persistence != nil {
		rule.Sticky = &Sticky{cmp.Or(r.Persistence.SessionName, "chosen by the implementation")}
	}
	if rule.Action != Forward {
		return
	}
	sum, given, most := 0, 0, 0
	for _, ref := range r.BackendRefs {
		b := rd.backend(ref.gatewayBackend)
		b.Weight = 1
		if ref.Weight != nil {
			b.Weight = max(*ref.Weight, 0)
			given, most = given+1, max(most, b.Weight)
		}
		sum += b.Weight
		rule.Backends = append(rule.Backends, b)
	}
	if 0 < given && given < len(r.BackendRefs) && most > 0 { // beside 0 it gets everything, as one would think
		rd.odd("weight-omitted", "a weight for every backendRef of the rule", "rules[%d] leaves a weight out beside others: it counts as 1 of %d, not as the rest", index, sum)
	}
	if sum > 0 {
		return
	}
	rule.Action = Respond // 500
	switch {
	case len(r.BackendRefs) > 0:
		rd.odd("weight-none", "a weight above 0 for one of them", "rules[%d] gives every backend weight 0: all its requests get 500", index)
	case !rd.bare && !slices.ContainsFunc(r.Filters, func(f gatewayFilter) bool { return f.Type == "ExtensionRef" }):
		rd.bare = true
		rd.odd("weight-none", "backendRefs", "rules[%d] has no backend: all its requests get 500", index)
	}
}

func (rd *gatewayReader) mirror(m *gatewayMirror) Backend {
	if m == nil {
		return Backend{Unknown: "a mirror without a backend"}
	}
	b := rd.backend(m.BackendRef)
	switch {
	case m.Percent != nil:
		b.Weight = *m.Percent
	case m.Fraction != nil:
		b.Weight = 100 * m.Fraction.Numerator / cmp.Or(m.Fraction.Denominator, 100)
	default:
		b.Weight = 100
	}
	return b
}

func (rd *gatewayReader) backend(ref gatewayBackend) Backend {
	b := Backend{Namespace: cmp.Or(ref.Namespace, rd.Namespace), Service: ref.Name, Port: portText(ref.Port, "")}
	switch {
	case ref.Group != "" || ref.Kind != "" && ref.Kind != "Service":
		return Backend{Unknown: ref.Kind + " " + ref.Name + " is no Service"}
	case ref.Port == 0:
		b.Broken = "a Service needs a port in a backendRef"
	case !kube.SameNamespace(b.Namespace, rd.Namespace) && !rd.granted(b):
		b.Broken = fmt.Sprintf("no ReferenceGrant in %s lets %s of %s name it", b.Namespace, rd.Kind, rd.Namespace)
	}
	b.Speaks = rd.speaks(b)
	return b
}

// granted reports whether a ReferenceGrant allows a reference across namespaces.
func (rd *gatewayReader) granted(b Backend) bool {
	return Granted(rd.world, rd.ID, kube.ID{Kind: "Service", Namespace: b.Namespace, Name: b.Service})
}

// Granted reports whether a ReferenceGrant lets an object name one of another
// namespace.
func Granted(w World, by, named kube.ID) bool {
	for _, o := range w.All(gatewayGroup, "ReferenceGrant") {
		if o.Namespace != named.Namespace {
			continue
		}
		from := slices.ContainsFunc(kube.Items(o.Node, "spec", "from"), func(n *yamlNode) bool {
			return kube.Text(n, "group") == by.Group && kube.Text(n, "kind") == by.Kind && kube.Text(n, "namespace") == by.Namespace
		})
		to := slices.ContainsFunc(kube.Items(o.Node, "spec", "to"), func(n *yamlNode) bool {
			name := kube.Text(n, "name")
			return kube.Text(n, "group") == named.Group && kube.Text(n, "kind") == named.Kind && (name == "" || name == named.Name)
		})
		if from && to {
			return true
		}
	}
	return false
}

func (rd *gatewayReader) match(m gatewayMatchRead, p gatewayParentRead) Match {
	out := Match{Other: slices.Sorted(maps.Keys(m.Other))}
	if p.Kind == "Service" {
		out.Port = p.Port
	}
	if !m.Path.IsZero() {
		path := gatewayPathOf(&m.Path)
		out.Path = &path
	}
	for _, h := range m.Headers {
		c := gatewayCondition(h)
		c.Name = strings.ToLower(c.Name)
		out.Headers = append(out.Headers, c)
	}
	for _, q := range m.QueryParams {
		out.Query = append(out.Query, gatewayCondition(q))
	}
	switch {
	case m.Method.IsZero():
	case rd.Kind == "GRPCRoute":
		out.Path = gatewayMethodPath(&m.Method)
	default:
		out.Method = m.Method.Value
	}
	return out
}

func gatewayCondition(n gatewayNamed) Condition {
	if n.Type == "RegularExpression" {
		return Condition{n.Name, TextMatches, n.Value}
	}
	return Condition{n.Name, TextIs, n.Value}
}

func gatewayPathOf(n *yamlNode) PathMatch {
	value := cmp.Or(kube.Text(n, "value"), "/")
	switch kube.Text(n, "type") {
	case "Exact":
		return PathMatch{PathIs, value}
	case "RegularExpression":
		return PathMatch{PathMatches, value}
	}
	return PathMatch{PathPrefix, value}
}

// gatewayMethodPath is the HTTP/2 path of a gRPC method.
func gatewayMethodPath(n *yamlNode) *PathMatch {
	service, method := kube.Text(n, "service"), kube.Text(n, "method")
	exact := kube.Text(n, "type") != "RegularExpression"
	switch {
	case exact && service != "" && method != "":
		return &PathMatch{PathIs, "/" + service + "/" + method}
	case exact && service != "":
		return &PathMatch{PathPrefix, "/" + service}
	case exact:
		service, method = "[^/]+", quoteMeta(method)
	}
	return &PathMatch{PathMatches, "/" + cmp.Or(service, "[^/]+") + "/" + cmp.Or(method, "[^/]+")}
}

// gatewayPlace says what rules of a path are tried before, see [gatewayPrecedence]:
// those of one expression are in order, and so are those of prefixes.
func gatewayPlace(p *PathMatch) (tier int, order string) {
	switch {
	case p == nil || p.Kind == PathPrefix:
		return 1, string(PathPrefix)
	case p.Kind == PathMatches:
		return 1, string(PathMatches) + " " + p.Value
	}
	return 0, ""
}

// gatewayPrecedence orders rules as HTTPRouteRule.matches demands: exact path,
// longest prefix, method, most headers, most query parameters. Where
// expressions stand is up to the implementation (v1.6, HTTPRouteMatch): here behind
// exact paths, and in no known order among the others. Envoy Gateway tries the longer expression
// first and prefixes later, Istio the longer one first and prefixes before.
func gatewayPrecedence(a, b Rule) int {
	rank := func(r Rule) int {
		switch {
		case r.Match.Path == nil || r.Match.Path.Kind == PathPrefix:
			return 2
		case r.Match.Path.Kind == PathMatches:
			return 1
		}
		return 0
	}
	length := func(r Rule) int {
		if r.Match.Path == nil || rank(r) == 1 {
			return 1
		}
		return len(r.Match.Path.Value)
	}
	without := func(method string) int {
		if method == "" {
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(rank(a), rank(b)),
		-cmp.Compare(length(a), length(b)),
		cmp.Compare(without(a.Match.Method), without(b.Match.Method)),
		-cmp.Compare(len(a.Match.Headers), len(b.Match.Headers)),
		-cmp.Compare(len(a.Match.Query), len(b.Match.Query)),
	)
}
