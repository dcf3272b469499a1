package alb

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// read says what the load balancers of Ingresses do (v3.5, pkg/ingress): the Ingresses of
// a group are one list of rules for each port, and the controller sets up all of it or
// nothing.
func read(objects []kube.Object, w route.World) ([]route.Rule, []route.Unread) {
	groups := map[string]*group{}
	var names []string
	var unread []route.Unread
	for _, o := range objects {
		m, err := memberOf(o, w)
		if err != nil {
			unread = append(unread, route.Unread{Source: o, Why: route.SchemaMismatch(err)})
			continue
		}
		g := groups[m.group]
		if g == nil {
			g = &group{name: m.group, world: w}
			groups[m.group] = g
			names = append(names, m.group)
		}
		g.members = append(g.members, m)
	}
	slices.Sort(names)
	var rules []route.Rule
	for _, name := range names {
		g := groups[name]
		g.read()
		rules, unread = append(rules, g.rules...), append(unread, g.told()...)
	}
	return rules, unread
}

// memberOf takes an Ingress apart.
func memberOf(o kube.Object, w route.World) (member, error) {
	m := member{Object: o, group: cmp.Or(groupOf(o, w), o.Namespace+"/"+o.Name), params: parameters(o, w)}
	if n := o.Get("spec"); n != nil {
		if err := n.Decode(&m.spec); err != nil {
			return m, err
		}
	}
	m.order, m.odd = orderIn(m.said("group.order"))
	var odd string
	m.ports, odd = portsOf(m)
	m.odd = cmp.Or(m.odd, odd)
	return m, nil
}

// orderIn is the place in the group (group_loader.go, sortGroupMembers).
func orderIn(said string) (order int, odd string) {
	if said == "" {
		return 0, ""
	}
	n, err := strconv.Atoi(said)
	if err != nil || n < -1000 || n > 1000 {
		return 0, "group.order " + strconv.Quote(said) + " is no number from -1000 to 1000"
	}
	return n, ""
}

// read makes the rules of a group.
func (g *group) read() {
	slices.SortStableFunc(g.members, func(a, b member) int {
		return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.Namespace+"/"+a.Name, b.Namespace+"/"+b.Name))
	})
	for i, m := range g.members {
		g.members[i].place = i
		if m.odd != "" {
			g.fail(m, "%s", m.odd)
		}
	}
	g.redirects()
	for _, m := range g.members {
		before := len(g.rules)
		for _, r := range m.spec.Rules {
			g.ingressRule(m, r)
		}
		if len(g.rules)-before > route.MaxRules {
			g.unread = append(g.unread, route.TooManyRules(m.Object))
			g.rules = g.rules[:before]
		}
	}
	g.defaults()
	g.rules = underAllHosts(g.rules)
}

// redirects are the rules of HTTP ports while all their requests are sent to HTTPS: one
// Ingress says it for the group.
func (g *group) redirects() {
	for _, m := range g.members {
		to := cmp.Or(m.params.Text("spec", "sslRedirectPort"), m.said("ssl-redirect"))
		if to == "" {
			continue
		}
		if !slices.ContainsFunc(g.ports(), func(p listener) bool { return p.https && strconv.Itoa(p.number) == to }) {
			g.fail(m, "ssl-redirect leads to port %s, which is no HTTPS port of the load balancer", to)
		}
		rule := g.rule(m, slices.DeleteFunc(g.ports(), func(p listener) bool { return p.https }))
		rule.Action, g.toHTTPS = route.Redirect, true
		g.add(rule, matching{matches: []route.Match{{}}})
		return
	}
}

// ports are those of all Ingresses of the group.
func (g *group) ports() []listener {
	var all []listener
	for _, m := range g.members {
		for _, p := range m.ports {
			if !slices.Contains(all, p) {
				all = append(all, p)
			}
		}
	}
	return all
}

// defaults is the rule for what no other one takes; two Ingresses cannot say it on one port.
func (g *group) defaults() {
	taken := map[listener]member{}
	for _, m := range g.members {
		if m.spec.DefaultBackend == nil {
			continue
		}
		for _, p := range m.ports {
			if other, twice := taken[p]; twice {
				g.fail(m, "has a default backend, and %s has one too", other.ID)
			}
			taken[p] = m
		}
		g.forward(m, matching{matches: []route.Match{{}}}, *m.spec.DefaultBackend)
	}
}

// ingressRule are the rules of one host of an Ingress. Exact paths come first, and of
// prefixes the longer ones; the others as they are listed (sortIngressPaths).
func (g *group) ingressRule(m member, r ruleSpec) {
	paths := slices.Clone(r.Paths())
	rank := func(p pathSpec) (kind, length int) {
		switch p.PathType {
		case "Exact":
			return 0, 0
		case "Prefix":
			return 1, -len(p.Path)
		}
		return 2, 0
	}
	slices.SortStableFunc(paths, func(a, b pathSpec) int {
		kindA, lengthA := rank(a)
		kindB, lengthB := rank(b)
		return cmp.Or(cmp.Compare(kindA, kindB), cmp.Compare(lengthA, lengthB))
	})
	for _, p := range paths {
		if p.Backend.Service == nil {
			g.broken(m, matching{hosts: hostsOf(r.Host), matches: []route.Match{{}}}, "a backend is no Service")
			continue
		}
		at, odd := matchingOf(m, r.Host, p)
		if odd != "" {
			g.broken(m, at, odd)
			continue
		}
		g.forward(m, at, p.Backend)
	}
}

// forward is what the load balancer does with the requests of a backend.
func (g *group) forward(m member, at matching, b backend) {
	if b.Service == nil {
		g.broken(m, at, "a backend is no Service")
		return
	}
	name := b.Service.Name
	if b.Service.Port.Name != annotated {
		g.groups(m, at, name, []targetGroup{{Service: name, Port: portText(route.PortText(b.Service.Port.Number, b.Service.Port.Name))}}, nil)
		return
	}
	a, there, odd := actionOf(m.Object, name)
	switch {
	case odd != "":
		g.broken(m, at, odd)
	case !there:
		rule := g.rule(m, m.ports)
		rule.Backends = []route.Backend{
			{Namespace: m.Namespace, Service: name, Port: annotated, Weight: 1, Broken: "it has no annotation actions." + name},
		}
		g.add(rule, at)
	case a.Type == "redirect":
		rule := g.rule(m, slices.DeleteFunc(slices.Clone(m.ports), func(p listener) bool { return a.Redirect.loops(p, at) }))
		rule.Action, rule.Effects = route.Redirect, append(rule.Effects, route.Effect{Name: "the redirect", Value: text(a.Redirect)})
		g.add(rule, at)
	case a.Type == "fixed-response":
		rule := g.rule(m, m.ports)
		rule.Action, rule.Effects = route.Respond, append(rule.Effects, route.Effect{Name: "the fixed response", Value: string(a.Respond)})
		g.add(rule, at)
	default:
		g.groups(m, at, name, a.groups(), a.Forward)
	}
}

// unasked is an action with the name of a backend that is a Service by its port. The
// controller reads actions for the port use-annotation alone (v3.5, enhanced_backend_builder.go);
// who writes one means something by it, so that a change is told.
func unasked(m member, name string, list []targetGroup) []route.Effect {
	key := prefix + "actions." + name
	value := m.Text("metadata", "annotations", key)
	if value == "" || len(list) != 1 || list[0].Service != name {
		return nil
	}
	name = key + ", which no port use-annotation asks for,"
	return []route.Effect{{Name: name, Path: []string{"metadata", "annotations", key}, Value: value}}
}

// groups shares requests among target groups.
func (g *group) groups(m member, at matching, name string, list []targetGroup, f *forward) {
	rule := g.rule(m, m.ports)
	rule.Effects = append(effects(m.Object, name, g.world), unasked(m, name, list)...)
	sum, named, grpc := 0, 0, 0
	for _, t := range list {
		weight := 1
		if t.Weight != nil && len(list) > 1 { // of a single one, AWS keeps none
			weight = min(max(*t.Weight, 0), maxWeight)
		}
		sum += weight
		b := route.Backend{Weight: weight, Unknown: "target group " + cmp.Or(t.Name, t.ARN) + ", which is not made by the controller"}
		if t.Service != "" {
			named++
			svc, _ := g.world.Find("", "Service", m.Namespace, t.Service)
			rule.Effects = append(rule.Effects, route.LoadBalancerEffect(svc, false)...)
			speaks := g.speaks(m, t.Service)
			if strings.HasSuffix(speaks, "GRPC") {
				grpc++
			}
			b = route.Backend{Namespace: m.Namespace, Service: t.Service, Port: string(t.Port), Weight: weight, Speaks: speaks}
			g.missing(m, &rule, b, len(list) > 1)
		}
		rule.Backends = append(rule.Backends, b)
	}
	if named > 0 && grpc == named {
		rule.Protocol = "grpc"
	}
	if f != nil && f.Sticky != nil && f.Sticky.Enabled {
		rule.Sticky = &route.Sticky{Cookie: stickyCookie}
	} else if pod := g.keeping(m, list); pod != "" && len(list) > 1 {
		g.broken(m, at,
			pod+" has stickiness.enabled=true in target-group-attributes, and the action has no targetGroupStickinessConfig: AWS refuses the rule")
		return
	}
	if sum == 0 && len(list) > 0 {
		g.unread = append(
			g.unread,
			route.Unread{
				Source: m.Object,
				ID:     "weight-none",
				Why:    "all weights of action " + name + " are 0: no target group gets its requests",
				Hint:   "a weight above 0",
			},
		)
	}
	g.add(rule, at)
}

// missing: a Service that is not there is answered by 503 where a rule leads to it alone;
// beside others, or with a port that it does not have, the controller updates nothing of
// the group (loadBackendServices, buildTargetGroup).
func (g *group) missing(m member, rule *route.Rule, b route.Backend, several bool) {
	svc, ok := g.world.Find("", "Service", m.Namespace, b.Service)
	switch {
	case !ok && several:
		g.fail(m, "Service %s is not there", b.Service)
	case ok && !hasPort(svc, b.Port):
		g.fail(m, "Service %s has no port %s", b.Service, b.Port)
	default:
		if several {
			rule.Dangling = route.Unmoved
		}
		return
	}
	rule.Whole, rule.Dangling = route.WholeMissing, route.Unmoved
}

func hasPort(svc kube.Object, port string) bool {
	for _, p := range kube.Items(svc.Node, "spec", "ports") {
		if kube.Text(p, "port") == port || kube.Text(p, "name") == port {
			return true
		}
	}
	return false
}

// speaks is what the load balancer speaks to the pods of a Service: its annotations go
// before those of the Ingress.
func (g *group) speaks(m member, service string) string {
	return strings.ToUpper(cmp.Or(g.ofService(m, service, "backend-protocol"), "HTTP") + " " + cmp.Or(
		g.ofService(m, service, "backend-protocol-version"),
		"HTTP1"))
}

func (g *group) ofService(m member, service, key string) string {
	svc, _ := g.world.Find("", "Service", m.Namespace, service)
	return cmp.Or(svc.Text("metadata", "annotations", prefix+key), m.said(key))
}

// keeping is the first Service whose target group keeps clients on a pod; "" if none does.
func (g *group) keeping(m member, list []targetGroup) string {
	for _, t := range list {
		if t.Service != "" && stays(g.ofService(m, t.Service, "target-group-attributes")) {
			return "Service " + t.Service
		}
	}
	return ""
}

// add adds a rule for each way to fit.
func (g *group) add(rule route.Rule, at matching) {
	if len(rule.Via) == 0 {
		return
	}
	rule.Hosts = at.hosts
	for _, match := range at.matches {
		rule.Match = match
		g.rules = append(g.rules, rule)
	}
}

// rule is a rule at some ports, but for those of HTTP that redirect all requests.
func (g *group) rule(m member, ports []listener) route.Rule {
	r := route.Rule{
		Protocol: "http",
		Tier:     m.place,
		Empty:    route.Status503,
		Dangling: route.Status503,
		Effects:  effects(m.Object, "", g.world),
		Source:   m.Object,
	}
	for _, p := range ports {
		if g.toHTTPS && !p.https {
			continue
		}
		r.Via = append(r.Via, route.Entry{Kind: "ALB listener", Name: fmt.Sprintf("%s:%d", g.name, p.number)})
	}
	return r
}

// broken is a rule for which the controller updates nothing of the group.
func (g *group) broken(m member, at matching, why string) {
	g.fail(m, "%s", why)
	rule := g.rule(m, m.ports)
	rule.Dangling, rule.Backends = route.Unmoved, []route.Backend{{Namespace: m.Namespace, Weight: 1, Broken: why}}
	g.add(rule, at)
}
