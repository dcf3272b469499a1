package ingressnginx

import (
	"cmp"
	"fmt"
	"github.com/cutoverdev/cutover/generators/route"
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
)

// claims: Ingresses of its class, those with canary annotations, and
// those of which nobody knows the class: without canaries ingress-nginx reads
// an Ingress as networking.k8s.io/v1 has it.
func claims(o kube.Object, w route.World) bool {
	class, _ := route.IngressClass(o)
	if provider, ok := w.Classes[class]; ok {
		return provider == "ingressNginx"
	}
	if c, ok := w.Find("networking.k8s.io", "IngressClass", "", class); ok && class != "" {
		return c.Text("spec", "controller") == "k8s.io/ingress-nginx"
	}
	return true
}

// sure: the class is known to be ingress-nginx's or is called as in its
// manual, or somebody has written an annotation that only it reads.
func sure(o kube.Object, w route.World) bool {
	class, _ := route.IngressClass(o)
	_, known := w.Find("networking.k8s.io", "IngressClass", "", class)
	if known && class != "" || w.Classes[class] != "" || class == "nginx" {
		return true
	}
	for key := range kube.Pairs(o.Node, "metadata", "annotations") {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}

// location is one path of an Ingress.
type location struct {
	kube.Object
	host     string
	path     string
	pathType string
	backend  route.Backend
	doings   []route.Doing // of its Ingress
}

// upstream identifies a backend as nginx does.
func (l location) upstream() string {
	return l.backend.Namespace + "-" + l.backend.Service + "-" + l.backend.Port
}

func (l location) annotation(key string) string {
	return l.Text("metadata", "annotations", prefix+key)
}

// read says what ingress-nginx does (internal/ingress/controller,
// v1.15.1): a canary's backend becomes an alternative of the main backend that
// has the same host, path and path type, and thereby of every path that has
// that backend. If the canary's backend serves an ordinary Ingress too, it
// gets nothing.
func read(objects []kube.Object, _ route.World) ([]route.Rule, []route.Unread) {
	var mains, canaries []location
	var unread []route.Unread
	for _, o := range objects {
		locations, err := locations(o)
		switch {
		case err != nil:
			unread = append(unread, route.Unread{Source: o, Why: route.Unfit(err)})
		case isTrue(o, "canary"):
			canaries = append(canaries, locations...)
		default:
			mains = append(mains, locations...)
			unread = append(unread, snippets(o)...)
		}
	}
	aliases, odd := aliases(mains)
	unread = append(unread, odd...)
	alternatives, lost := alternatives(mains, canaries)
	servers := servers(mains, canaries)
	unread = append(unread, lost...)
	exact := func(l location) int {
		if l.pathType == "Exact" && !servers[l.host].enforced { // expressions are tried by length alone
			return 1
		}
		return 0
	}
	slices.SortStableFunc(mains, func(a, b location) int {
		return cmp.Or(-cmp.Compare(exact(a), exact(b)), -cmp.Compare(len(a.path), len(b.path)))
	})
	var rules []route.Rule
	for _, l := range mains {
		canary, ok := alternatives[l.upstream()]
		for _, r := range l.rules(canary, ok, servers[l.host]) {
			r.Hosts = append(r.Hosts, aliases[l.host]...)
			rules = append(rules, r)
		}
	}
	return append(rules, www(servers)...), unread
}

// locations takes an Ingress apart.
func locations(o kube.Object) ([]location, error) {
	var spec spec
	if n := o.Get("spec"); n != nil {
		if err := n.Decode(&spec); err != nil {
			return nil, err
		}
	}
	var all []location
	doings := doings(o)
	for _, r := range spec.Rules {
		if r.HTTP == nil {
			continue
		}
		for _, p := range r.HTTP.Paths {
			all = append(all, location{o, r.Host, cmp.Or(p.Path, "/"), p.PathType, backendOf(o, p.Backend), doings})
		}
	}
	if spec.DefaultBackend != nil {
		all = append(all, location{o, "", "/", "Prefix", backendOf(o, *spec.DefaultBackend), doings})
	}
	return all, nil
}

func backendOf(o kube.Object, b backend) route.Backend {
	if b.Service == nil {
		return route.Backend{Unknown: "a resource backend is no Service", Weight: 100}
	}
	return route.Backend{Namespace: o.Namespace, Service: b.Service.Name, Port: route.PortText(b.Service.Port.Number, b.Service.Port.Name), Weight: 100}
}

// alternatives finds the canary of each upstream. Only the first counts
// (balancer.lua, route_to_alternative_balancer).
func alternatives(mains, canaries []location) (map[string]location, []route.Unread) {
	type place struct{ class, host, path, pathType string }
	at := func(l location) place {
		class, _ := route.IngressClass(l.Object) // each is another controller
		return place{class, l.host, l.path, l.pathType}
	}
	ordinary, first := map[string]bool{}, map[place]location{}
	for _, m := range mains {
		ordinary[m.upstream()] = true
		if _, taken := first[at(m)]; !taken {
			first[at(m)] = m
		}
	}
	alternatives := map[string]location{}
	var unread []route.Unread
	odd := func(c location, id, hint, format string, args ...any) {
		unread = append(unread, route.Unread{Source: c.Object, Why: fmt.Sprintf(format, args...), ID: id, Hint: hint})
	}
	for _, c := range canaries {
		m, ok := first[at(c)]
		if !ok {
			odd(c, "canary-lost", c.nearest(mains), "no main Ingress of its class has host %q, path %s and pathType %s: this canary gets no requests", c.host, c.path, c.pathType)
			continue
		}
		main := m.upstream()
		switch other, taken := alternatives[main]; {
		case main == c.upstream(): // both lead to the same pods
		case ordinary[c.upstream()]:
			odd(c, "canary-shared", "a Service of its own for each Ingress", "Service %s is the backend of another Ingress too: this canary gets no requests", c.backend.Service)
		case !taken:
			alternatives[main] = c
		case other.upstream() != c.upstream():
			odd(c, "canary-twice", "one canary for each rule", "%s is a canary of the same rule: this one gets no requests", other.ID)
		}
	}
	return alternatives, unread
}

// nearest says what a canary that found no main Ingress should look like.
func (l location) nearest(mains []location) string {
	for _, same := range []func(m location) bool{
		func(m location) bool { return m.host == l.host && m.path == l.path },
		func(m location) bool { return m.host == l.host },
	} {
		if i := slices.IndexFunc(mains, same); i >= 0 {
			return fmt.Sprintf("path %s and pathType %s to the letter, as %s has them", mains[i].path, mains[i].pathType, mains[i].ID)
		}
	}
	return "host, path and pathType of the main Ingress, to the letter"
}

// enforced are the hosts of which all paths are expressions, because one
// of them is (template.go, enforceRegexModifier).
func enforced(mains []location) map[string]bool {
	hosts := map[string]bool{}
	for _, l := range mains {
		target := l.annotation("rewrite-target")
		if isTrue(l.Object, "use-regex") || target != "" && target != l.path {
			hosts[l.host] = true
		}
	}
	return hosts
}

// rules are what nginx does at a location: header before cookie before weight.
// A canary without endpoints is passed over, a main backend without them
// answers 503 whatever the canary's weight (balancer.lua, get_balancer).
func (l location) rules(canary location, split bool, server server) []route.Rule {
	rule := route.Rule{Via: via(l.Object), Protocol: "http", Source: l.Object, Empty: route.Status503, Dangling: route.Status503}
	if slices.Contains([]string{"GRPC", "GRPCS"}, strings.ToUpper(l.annotation("backend-protocol"))) {
		rule.Protocol = "grpc"
	}
	if l.host != "" {
		rule.Hosts = []string{l.host}
	}
	rule.Match.Path = l.pathMatch(server.enforced)
	if to := l.redirect(); to != "" && !server.passes { // before nginx looks at anything else
		rule.Action, rule.Does = route.Redirect, []route.Doing{{What: "the redirect", How: to}}
		return []route.Rule{rule}
	}
	rule.Does, l.backend.Speaks, canary.backend.Speaks = l.does(server), l.speaks(server), l.speaks(server)
	if name := l.annotation("session-cookie-name"); l.annotation("affinity") == "cookie" {
		rule.Sticky = &route.Sticky{Cookie: cmp.Or(name, "INGRESSCOOKIE")}
	}
	if !split {
		rule.Backends = []route.Backend{l.backend}
		return []route.Rule{rule}
	}
	rule.Empty, rule.Dangling = route.Fallback, route.Fallback
	weight, total := canary.weight()
	share := func(n int, m route.Match) route.Rule {
		one, main := rule, l.backend
		main.Main, main.Weight = true, total-n
		canary.backend.Weight = n
		m.Path = rule.Match.Path
		one.Match, one.Backends = m, []route.Backend{main, canary.backend}
		return one
	}
	rules := canary.byHeader(total, share)
	if cookie := canary.annotation("canary-by-cookie"); cookie != "" {
		rules = append(rules,
			share(total, route.Match{Cookies: []route.Condition{{Name: cookie, Kind: route.TextIs, Value: "always"}}}),
			share(0, route.Match{Cookies: []route.Condition{{Name: cookie, Kind: route.TextIs, Value: "never"}}}))
	}
	return append(rules, share(weight, route.Match{}))
}

// byHeader are the rules of a canary's header: a value, a pattern, or the
// words always and never.
func (l location) byHeader(total int, share func(int, route.Match) route.Rule) []route.Rule {
	header := strings.ToLower(l.annotation("canary-by-header"))
	value, pattern := l.annotation("canary-by-header-value"), l.annotation("canary-by-header-pattern")
	when := func(kind route.TextKind, text string) route.Match {
		return route.Match{Headers: []route.Condition{{Name: header, Kind: kind, Value: text}}}
	}
	switch {
	case header == "":
		return nil
	case value != "":
		return []route.Rule{share(total, when(route.TextIs, value))}
	case pattern != "": // matches anywhere in the value
		return []route.Rule{share(total, when(route.TextMatches, ".*(?:"+pattern+").*"))}
	}
	return []route.Rule{share(total, when(route.TextIs, "always")), share(0, when(route.TextIs, "never"))}
}

// weight is the canary's share of a total, which is 100 unless said.
func (l location) weight() (weight, total int) {
	weight, _ = strconv.Atoi(l.annotation("canary-weight"))
	total, err := strconv.Atoi(l.annotation("canary-weight-total"))
	if err != nil || total <= 0 {
		total = 100
	}
	return min(max(weight, 0), total), total
}

func via(o kube.Object) []route.Entry {
	class, _ := route.IngressClass(o)
	return []route.Entry{{Kind: "IngressClass", Name: class}}
}

func (l location) pathMatch(enforced bool) *route.PathMatch {
	p := route.PathMatch{Kind: route.PathLeading, Value: l.path} // ImplementationSpecific: nginx's own prefix
	switch {
	case enforced:
		p = route.PathMatch{Kind: route.PathMatches, Value: "(?i)" + l.path + ".*"}
	case l.pathType == "Exact":
		p.Kind = route.PathIs
	case l.pathType == "Prefix":
		p.Kind = route.PathPrefix
	}
	return &p
}
