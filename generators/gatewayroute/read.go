package gatewayroute

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// Read says what Gateways and meshes do with the routes: all rules that
// attach to one parent are tried together, the most specific first.
func Read(objects []kube.Object, w route.World) ([]route.Rule, []route.Unread) {
	var rules []route.Rule
	var unread []route.Unread
	slices.SortFunc(objects, func(a, b kube.Object) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	traefik := servedByTraefik(w)
	var readers []reader
	for _, o := range objects {
		if o.Kind == "ReferenceGrant" {
			continue
		}
		var spec spec
		if n := o.Get("spec"); n != nil {
			if err := n.Decode(&spec); err != nil {
				unread = append(unread, route.Unread{Source: o, Why: route.SchemaMismatch(err)})
				continue
			}
		}
		rd := reader{Object: o, spec: spec, world: w, traefik: traefik}
		rules = append(rules, rd.read()...)
		unread = append(unread, rd.unread...)
		readers = append(readers, rd)
	}
	unread = append(unread, conflicts(readers)...)
	slices.SortStableFunc(rules, Compare)
	if traefik {
		rules = underTraefik(rules, w)
	}
	return rules, unread
}

func (rd *reader) read() []route.Rule {
	var rules []route.Rule
	for i, r := range rd.spec.Rules {
		if len(rules)+max(len(r.Matches), 1)*len(rd.spec.ParentRefs) > route.MaxRules {
			rd.unread = append(rd.unread, route.TooManyRules(rd.Object))
			return nil
		}
		base := route.Rule{Protocol: Protocol(rd.Kind), Empty: route.Status503, Dangling: route.Status500, Source: rd.Object}
		if Streams(rd.Kind) { // refused: TCPRouteRule.backendRefs
			base.Empty, base.Dangling = route.Refused, route.Refused
		}
		rd.action(&base, r, i)
		for _, parent := range rd.spec.ParentRefs {
			base.Via, base.Hosts = rd.entry(parent)
			base.Tier, base.Order = rd.place(base, i)
			if len(r.Matches) == 0 {
				one := base
				one.Match = rd.bareMatch(parent)
				one.Effects = rd.effects(i, one.Match)
				rules = append(rules, one)
			}
			for _, m := range r.Matches {
				one := base
				one.Match = matchOf(rd.Kind, m)
				if parent.Kind == "Service" {
					one.Match.Port = parent.Port
				}
				one.Tier, one.Order = rd.place(one, i)
				one.Effects = rd.effects(i, one.Match)
				rules = append(rules, one)
			}
		}
	}
	return rules
}

// place is where a rule, the index-th of its route, stands among those of its entry.
func (rd *reader) place(r route.Rule, index int) (tier int, order string) {
	if rd.traefik && isTraefiks(r, rd.world) {
		return last - priority(r) - (len(rd.spec.Rules) - index), ""
	}
	return precedenceClass(r.Match.Path)
}

// bareMatch is what a rule without matches asks for: everything, unless it is for TLS in
// the mesh and names servers that may not be those that clients of the Service ask for.
func (rd *reader) bareMatch(p parent) route.Match {
	var m route.Match
	if !inMesh(p) {
		return m
	}
	m.Port = p.Port
	named := slices.ContainsFunc(rd.spec.Hostnames, func(h string) bool { return strings.Split(h, ".")[0] == p.Name })
	if rd.Kind == "TLSRoute" && len(rd.spec.Hostnames) > 0 && !named {
		m.Other = []string{"hostnames"}
	}
	return m
}

// inMesh reports whether a parent is a Service.
func inMesh(p parent) bool { return p.Kind == "Service" && p.Group != nil && *p.Group == "" }

// entry is where the requests of a parent come in. A Service as parent is the
// Service's own host in the mesh; hostnames are to be ignored there (GEP-1294).
func (rd *reader) entry(p parent) ([]route.Entry, []string) {
	namespace := cmp.Or(p.Namespace, rd.Namespace)
	if inMesh(p) {
		return []route.Entry{{Kind: route.MeshEntry}}, []string{route.MeshHost(namespace, p.Name)}
	}
	name := namespace + "/" + p.Name
	switch {
	case p.SectionName != "":
		name += "/" + p.SectionName
	case p.Port != 0: // all listeners of a port
		name += "/:" + route.PortText(p.Port, "")
	}
	return []route.Entry{{Kind: cmp.Or(p.Kind, "Gateway"), Name: name}}, rd.spec.Hostnames
}

func (rd *reader) action(rule *route.Rule, r rule, index int) {
	for _, f := range r.Filters {
		switch f.Type {
		case "RequestRedirect":
			rule.Action = route.Redirect
		case "ExtensionRef":
			rd.notJudged("rules[%d] has a filter of the implementation's own, which may answer by itself", index)
		case "RequestMirror":
			rule.Mirrors = append(rule.Mirrors, rd.mirror(f.RequestMirror))
		}
	}
	if r.Persistence != nil {
		rule.Sticky = &route.Sticky{Cookie: cmp.Or(r.Persistence.SessionName, "chosen by the implementation")}
	}
	if rule.Action != route.Forward {
		return
	}
	sum, given, most := 0, 0, 0
	for _, ref := range r.BackendRefs {
		b := rd.backend(ref)
		b.Weight = 1
		if ref.Weight != nil {
			b.Weight = max(*ref.Weight, 0)
			given, most = given+1, max(most, b.Weight)
		}
		sum += b.Weight
		rule.Backends = append(rule.Backends, b)
	}
	if 0 < given && given < len(r.BackendRefs) && most > 0 { // beside 0 it gets everything, as one would think
		rd.report(
			"weight-omitted",
			"a weight for every backendRef of the rule",
			"rules[%d] leaves a weight out beside others: it counts as 1 of %d, not as the rest",
			index,
			sum,
		)
	}
	if sum > 0 {
		return
	}
	rule.Action = route.Respond
	lost := "requests get 500"
	if Streams(rd.Kind) {
		lost = "connections are refused"
	}
	switch {
	case len(r.BackendRefs) > 0:
		rd.report("weight-none", "a weight above 0 for one of them", "rules[%d] gives every backend weight 0: all its %s", index, lost)
	case !rd.reportedBare && !slices.ContainsFunc(r.Filters, func(f filter) bool { return f.Type == "ExtensionRef" }):
		rd.reportedBare = true
		rd.report("weight-none", "backendRefs", "rules[%d] has no backend: all its %s", index, lost)
	}
}

func (rd *reader) mirror(m *mirror) route.Backend {
	if m == nil {
		return route.Backend{Unknown: "a mirror without a backend"}
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

func (rd *reader) backend(ref backend) route.Backend {
	b := route.Backend{Namespace: cmp.Or(ref.Namespace, rd.Namespace), Service: ref.Name, Port: route.PortText(ref.Port, "")}
	switch {
	case ref.Group != "" || ref.Kind != "" && ref.Kind != "Service":
		return route.Backend{Unknown: ref.Kind + " " + ref.Name + " is no Service"}
	case ref.Port == 0:
		b.Broken = "a Service needs a port in a backendRef"
	case !kube.SameNamespace(b.Namespace, rd.Namespace) && !rd.granted(b):
		b.Broken = fmt.Sprintf("no ReferenceGrant in %s lets %s of %s name it", b.Namespace, rd.Kind, rd.Namespace)
	}
	if Protocol(rd.Kind) == "udp" && ref.Port != 0 {
		b.Port += "/UDP" // a port of its own
	}
	if !Streams(rd.Kind) {
		b.Speaks = rd.protocolTo(b)
	}
	return b
}

// granted reports whether a ReferenceGrant allows a reference across namespaces.
func (rd *reader) granted(b route.Backend) bool {
	return Granted(rd.world, rd.ID, kube.ID{Kind: "Service", Namespace: b.Namespace, Name: b.Service})
}
