package traefik

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// read says what Traefik does with IngressRoutes, IngressRouteTCPs and Ingresses.
func read(objects []kube.Object, w route.World) ([]route.Rule, []route.Unread) {
	rd := &reader{
		world: w, services: map[kube.ID]traefikObject{}, resolved: map[kube.ID]resolved{}, open: map[kube.ID]bool{},
		middlewares: map[kube.ID]kube.Object{}, full: map[string]kube.Object{}, chains: map[kube.ID][]nameRef{},
		names: map[string][]bearer{},
	}
	objects = slices.Clone(objects)
	slices.SortFunc(objects, func(a, b kube.Object) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	for _, o := range objects {
		switch o.Kind {
		case "TraefikService":
			var spec traefikService
			if rd.Decode(o, &spec) {
				rd.services[o.Key()] = traefikObject{o, spec}
			}
		case "Middleware", "MiddlewareTCP":
			rd.addMiddleware(o)
		}
	}
	for _, o := range objects {
		if o.Kind == "Ingress" {
			rd.ingress(o)
			continue
		}
		var spec ingressRoute
		if (o.Kind == "IngressRoute" || o.Kind == "IngressRouteTCP") && rd.Decode(o, &spec) {
			rd.read(o, spec)
		}
	}
	rd.strangers()
	rd.sameNames()
	rd.all = append(rd.all, rd.taken()...)
	return ordered(rd.all), rd.Unread
}

// read turns an IngressRoute into rules: one for each list of conditions of its routers.
func (rd *reader) read(o kube.Object, spec ingressRoute) {
	if len(spec.ParentRefs) > 0 {
		rd.NotJudged(o, "has parentRefs: what its routers do below those of another IngressRoute is not judged")
		return
	}
	before := len(rd.all)
	last := map[string]int{}
	for i, r := range spec.Routes {
		last[r.Match] = i
	}
	for i, r := range spec.Routes {
		if last[r.Match] != i {
			rd.Report(o, "route-clash", "one route with both, or another order of the conditions in one of them",
				"routes[%d] and routes[%d] have the same match: Traefik calls its routers by it, and only the later one is there",
				i, last[r.Match])
			continue
		}
		rd.router(o, spec, i)
		if len(rd.all)-before > route.MaxRules {
			rd.Unread = append(rd.Unread, route.TooManyRules(o))
			rd.all = rd.all[:before]
			return
		}
	}
}

// router reads one router of an IngressRoute. One that Traefik cannot read is not there.
func (rd *reader) router(o kube.Object, spec ingressRoute, index int) {
	r := spec.Routes[index]
	where := "routes[" + strconv.Itoa(index) + "] "
	connections := o.Kind == "IngressRouteTCP"
	matchers := httpMatchers
	if connections {
		matchers = tcpMatchers
	}
	switch {
	case r.Kind != "" && r.Kind != "Rule":
		rd.NotJudged(o, "%sis of kind %s: Traefik has no such router", where, r.Kind)
		return
	case r.Syntax != "" && r.Syntax != "v3":
		rd.NotJudged(o, "%sis in the language of Traefik %s: what it does with requests is not judged", where, r.Syntax)
		return
	}
	e, err := parseRule(r.Match, matchers)
	if err != nil {
		rd.NotJudged(o, "%s%s: Traefik has no such router", where, err)
		return
	}
	if why := unnamed(e, spec.TLS != nil); connections && why != "" {
		rd.NotJudged(o, "%s%s: Traefik has no such router", where, why)
		return
	}
	lists, ok := e.alternatives(false)
	if !ok {
		rd.NotJudged(o, "%shas more than %d alternatives: what it does with requests is not judged", where, maxAlternatives)
		return
	}
	rule := rd.rule(o, spec, r)
	rule.Order = o.Key().String() + " " + strconv.Itoa(index)
	rd.name(o, o.Kind+" "+o.Namespace+"-"+o.Name+"-"+r.Match, o.Key().String())
	priority := priorityOf(r.Match, r.Priority, e, connections)
	for _, list := range lists {
		h, m, ok := matchOf(list)
		if !ok || connections && spec.TLS == nil && !h.fits("") { // without TLS nobody says a host
			continue
		}
		one := alternative{
			Rule: rule, hosts: h, entryPoints: spec.EntryPoints, entry: entryOf(o, spec), priority: priority,
			connections: connections, secure: spec.TLS != nil, passthrough: spec.TLS != nil && spec.TLS.Passthrough,
			catchAll: connections && isCatchAll(e),
		}
		one.Match = m
		if !connections {
			one.domains = slices.DeleteFunc(hostsOf(r.Match, matchers), func(host string) bool { return host == "*" })
		}
		rd.all = append(rd.all, one)
	}
}

// priorityOf is the priority of a router: the length of its rule, unless it says another
// one; a connection for every host is tried last (v3.7, pkg/muxer/tcp, GetRulePriority).
func priorityOf(rule string, said int, e expression, connections bool) int {
	switch {
	case said != 0:
		return said
	case connections && isCatchAll(e):
		return -1
	}
	return len(rule)
}

// isCatchAll reports whether a rule is HostSNI(`*`) and nothing else.
func isCatchAll(e expression) bool { return e.join == "" && e.matcher == "HostSNI" && e.args[0] == "*" }

// rule is what a router does with the requests that it takes.
func (rd *reader) rule(o kube.Object, spec ingressRoute, r router) route.Rule {
	rule := route.Rule{Protocol: "http", Empty: route.Status404, Dangling: route.Status404, Whole: route.WholeEmpty, Source: o}
	if o.Kind == "IngressRouteTCP" { // which leaves out the service alone (kubernetes_tcp.go)
		rule.Protocol, rule.Empty, rule.Dangling, rule.Whole = "tcp", route.Refused, route.Refused, route.WholeNever
		if spec.TLS != nil {
			rule.Protocol = "tls"
		}
	}
	middle, broken := rd.middle(o, o.Namespace, r.Middlewares)
	if broken != "" {
		rule.Backends = []route.Backend{{Namespace: o.Namespace, Weight: 1, Broken: broken}}
		return rule
	}
	rule.Mirrors = rd.errorPages(middle)
	rule.Effects = effects(middle)
	if redirects(middle, spec.TLS != nil) {
		rule.Action = route.Redirect
		return rule
	}
	if len(r.Services) == 0 {
		rule.Backends = []route.Backend{rd.below(o)}
		return rule
	}
	behind := rd.behind(o, o.Namespace, r.Services)
	rule.Effects = route.SortEffects(append(rule.Effects, behind.options...))
	if behind.none {
		rule.Dangling = route.Status503
		if len(behind.backends) == 1 {
			rule.Whole = route.WholeNever // the router is there
		}
	}
	rule.Backends, rule.Mirrors, rule.Sticky = behind.backends, append(behind.mirrors, rule.Mirrors...), behind.sticky
	if rule.Protocol == "http" && !slices.ContainsFunc(rule.Backends, func(b route.Backend) bool { return b.Speaks != "h2c" }) {
		rule.Protocol = "grpc"
	}
	return rule
}

// below is what a router without services leads to: others that name its object as their
// parent, and nothing without (v3.7, pkg/server/router, ParseRouterTree).
func (rd *reader) below(o kube.Object) route.Backend {
	for _, child := range rd.world.All(group, "IngressRoute") {
		for _, ref := range kube.Items(child.Node, "spec", "parentRefs") {
			if kube.Text(ref, "name") == o.Name && kube.SameNamespace(cmp.Or(kube.Text(ref, "namespace"), child.Namespace), o.Namespace) {
				return route.Backend{Unknown: "a router without services, which others are below", Weight: 1}
			}
		}
	}
	return route.Backend{Namespace: o.Namespace, Weight: 1, Broken: "the router has no services, and no other one is below it"}
}
