package traffic

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
)

// nginxClaims: Ingresses of its class, those with canary annotations, and
// those of which nobody knows the class: without canaries ingress-nginx reads
// an Ingress as networking.k8s.io/v1 has it.
func nginxClaims(o kube.Object, w World) bool {
	class, _ := ingressClass(o)
	if provider, ok := w.classes[class]; ok {
		return provider == "ingressNginx"
	}
	if c, ok := w.Find("networking.k8s.io", "IngressClass", "", class); ok && class != "" {
		return c.Text("spec", "controller") == "k8s.io/ingress-nginx"
	}
	return true
}

// nginxSure: the class is known to be ingress-nginx's or is called as in its
// manual, or somebody has written an annotation that only it reads.
func nginxSure(o kube.Object, w World) bool {
	class, _ := ingressClass(o)
	_, known := w.Find("networking.k8s.io", "IngressClass", "", class)
	if known && class != "" || w.classes[class] != "" || class == "nginx" {
		return true
	}
	for key := range kube.Pairs(o.Node, "metadata", "annotations") {
		if strings.HasPrefix(key, nginxPrefix) {
			return true
		}
	}
	return false
}

// ingressClass is the class that an Ingress names; ok is no if it names none.
func ingressClass(o kube.Object) (class string, ok bool) {
	class = cmp.Or(o.Text("spec", "ingressClassName"), o.Text("metadata", "annotations", nginxClass))
	return class, class != "" && o.Is("networking.k8s.io", "Ingress")
}

// nginxLocation is one path of an Ingress.
type nginxLocation struct {
	kube.Object
	host     string
	path     string
	pathType string
	backend  Backend
	doings   []Doing // of its Ingress
}

// upstream identifies a backend as nginx does.
func (l nginxLocation) upstream() string {
	return l.backend.Namespace + "-" + l.backend.Service + "-" + l.backend.Port
}

func (l nginxLocation) annotation(key string) string {
	return l.Text("metadata", "annotations", nginxPrefix+key)
}

// nginxRead says what ingress-nginx does (internal/ingress/controller,
// v1.15.1): a canary's backend becomes an alternative of the main backend that
// has the same host, path and path type, and thereby of every path that has
// that backend. If the canary's backend serves an ordinary Ingress too, it
// gets nothing.
func nginxRead(objects []kube.Object, _ World) ([]Rule, []Unread) {
	var mains, canaries []nginxLocation
	var unread []Unread
	for _, o := range objects {
		locations, err := nginxLocations(o)
		switch {
		case err != nil:
			unread = append(unread, Unread{Source: o, Why: unfit(err)})
		case nginxTrue(o, "canary"):
			canaries = append(canaries, locations...)
		default:
			mains = append(mains, locations...)
			unread = append(unread, nginxSnippets(o)...)
		}
	}
	aliases, odd := nginxAliases(mains)
	unread = append(unread, odd...)
	alternatives, lost := nginxAlternatives(mains, canaries)
	servers := nginxServers(mains, canaries)
	unread = append(unread, lost...)
	exact := func(l nginxLocation) int {
		if l.pathType == "Exact" && !servers[l.host].enforced { // expressions are tried by length alone
			return 1
		}
		return 0
	}
	slices.SortStableFunc(mains, func(a, b nginxLocation) int {
		return cmp.Or(-cmp.Compare(exact(a), exact(b)), -cmp.Compare(len(a.path), len(b.path)))
	})
	var rules []Rule
	for _, l := range mains {
		canary, ok := alternatives[l.upstream()]
		for _, r := range l.rules(canary, ok, servers[l.host]) {
			r.Hosts = append(r.Hosts, aliases[l.host]...)
			rules = append(rules, r)
		}
	}
	return append(rules, nginxWWW(servers)...), unread
}

// nginxLocations takes an Ingress apart.
func nginxLocations(o kube.Object) ([]nginxLocation, error) {
	var spec nginxSpec
	if n := o.Get("spec"); n != nil {
		if err := n.Decode(&spec); err != nil {
			return nil, err
		}
	}
	var all []nginxLocation
	doings := nginxDoings(o)
	for _, r := range spec.Rules {
		if r.HTTP == nil {
			continue
		}
		for _, p := range r.HTTP.Paths {
			all = append(all, nginxLocation{o, r.Host, cmp.Or(p.Path, "/"), p.PathType, nginxBackendOf(o, p.Backend), doings})
		}
	}
	if spec.DefaultBackend != nil {
		all = append(all, nginxLocation{o, "", "/", "Prefix", nginxBackendOf(o, *spec.DefaultBackend), doings})
	}
	return all, nil
}

func nginxBackendOf(o kube.Object, b nginxBackend) Backend {
	if b.Service == nil {
		return Backend{Unknown: "a resource backend is no Service", Weight: 100}
	}
	return Backend{Namespace: o.Namespace, Service: b.Service.Name, Port: portText(b.Service.Port.Number, b.Service.Port.Name), Weight: 100}
}

// nginxAlternatives finds the canary of each upstream. Only the first counts
// (balancer.lua, route_to_alternative_balancer).
func nginxAlternatives(mains, canaries []nginxLocation) (map[string]nginxLocation, []Unread) {
	type place struct{ class, host, path, pathType string }
	at := func(l nginxLocation) place {
		class, _ := ingressClass(l.Object) // each is another controller
		return place{class, l.host, l.path, l.pathType}
	}
	ordinary, first := map[string]bool{}, map[place]nginxLocation{}
	for _, m := range mains {
		ordinary[m.upstream()] = true
		if _, taken := first[at(m)]; !taken {
			first[at(m)] = m
		}
	}
	alternatives := map[string]nginxLocation{}
	var unread []Unread
	odd := func(c nginxLocation, id, hint, format string, args ...any) {
		unread = append(unread, Unread{c.Object, fmt.Sprintf(format, args...), id, hint})
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
func (l nginxLocation) nearest(mains []nginxLocation) string {
	for _, same := range []func(m nginxLocation) bool{
		func(m nginxLocation) bool { return m.host == l.host && m.path == l.path },
		func(m nginxLocation) bool { return m.host == l.host },
	} {
		if i := slices.IndexFunc(mains, same); i >= 0 {
			return fmt.Sprintf("path %s and pathType %s to the letter, as %s has them", mains[i].path, mains[i].pathType, mains[i].ID)
		}
	}
	return "host, path and pathType of the main Ingress, to the letter"
}

// nginxEnforced are the hosts of which all paths are expressions, because one
// of them is (template.go, enforceRegexModifier).
func nginxEnforced(mains []nginxLocation) map[string]bool {
	hosts := map[string]bool{}
	for _, l := range mains {
		target := l.annotation("rewrite-target")
		if nginxTrue(l.Object, "use-regex") || target != "" && target != l.path {
			hosts[l.host] = true
		}
	}
	return hosts
}

// rules are what nginx does at a location: header before cookie before weight.
// A canary without endpoints is passed over, a main backend without them
// answers 503 whatever the canary's weight (balancer.lua, get_balancer).
func (l nginxLocation) rules(canary nginxLocation, split bool, server nginxServer) []Rule {
	rule := Rule{Via: nginxVia(l.Object), Protocol: "http", Source: l.Object, Empty: Status503, Dangling: Status503}
	if slices.Contains([]string{"GRPC", "GRPCS"}, strings.ToUpper(l.annotation("backend-protocol"))) {
		rule.Protocol = "grpc"
	}
	if l.host != "" {
		rule.Hosts = []string{l.host}
	}
	rule.Match.Path = l.pathMatch(server.enforced)
	if to := l.redirect(); to != "" && !server.passes { // before nginx looks at anything else
		rule.Action, rule.Does = Redirect, []Doing{{What: "the redirect", How: to}}
		return []Rule{rule}
	}
	rule.Does, l.backend.Speaks, canary.backend.Speaks = l.does(server), l.speaks(server), l.speaks(server)
	if name := l.annotation("session-cookie-name"); l.annotation("affinity") == "cookie" {
		rule.Sticky = &Sticky{cmp.Or(name, "INGRESSCOOKIE")}
	}
	if !split {
		rule.Backends = []Backend{l.backend}
		return []Rule{rule}
	}
	rule.Empty, rule.Dangling = Fallback, Fallback
	weight, total := canary.weight()
	share := func(n int, m Match) Rule {
		one, main := rule, l.backend
		main.Main, main.Weight = true, total-n
		canary.backend.Weight = n
		m.Path = rule.Match.Path
		one.Match, one.Backends = m, []Backend{main, canary.backend}
		return one
	}
	rules := canary.byHeader(total, share)
	if cookie := canary.annotation("canary-by-cookie"); cookie != "" {
		rules = append(rules,
			share(total, Match{Cookies: []Condition{{cookie, TextIs, "always"}}}),
			share(0, Match{Cookies: []Condition{{cookie, TextIs, "never"}}}))
	}
	return append(rules, share(weight, Match{}))
}

// byHeader are the rules of a canary's header: a value, a pattern, or the
// words always and never.
func (l nginxLocation) byHeader(total int, share func(int, Match) Rule) []Rule {
	header := strings.ToLower(l.annotation("canary-by-header"))
	value, pattern := l.annotation("canary-by-header-value"), l.annotation("canary-by-header-pattern")
	when := func(kind TextKind, text string) Match {
		return Match{Headers: []Condition{{header, kind, text}}}
	}
	switch {
	case header == "":
		return nil
	case value != "":
		return []Rule{share(total, when(TextIs, value))}
	case pattern != "": // matches anywhere in the value
		return []Rule{share(total, when(TextMatches, ".*(?:"+pattern+").*"))}
	}
	return []Rule{share(total, when(TextIs, "always")), share(0, when(TextIs, "never"))}
}

// weight is the canary's share of a total, which is 100 unless said.
func (l nginxLocation) weight() (weight, total int) {
	weight, _ = strconv.Atoi(l.annotation("canary-weight"))
	total, err := strconv.Atoi(l.annotation("canary-weight-total"))
	if err != nil || total <= 0 {
		total = 100
	}
	return min(max(weight, 0), total), total
}

func nginxVia(o kube.Object) []Entry {
	class, _ := ingressClass(o)
	return []Entry{{Kind: "IngressClass", Name: class}}
}

func (l nginxLocation) pathMatch(enforced bool) *PathMatch {
	p := PathMatch{PathLeading, l.path} // ImplementationSpecific: nginx's own prefix
	switch {
	case enforced:
		p = PathMatch{PathMatches, "(?i)" + l.path + ".*"}
	case l.pathType == "Exact":
		p.Kind = PathIs
	case l.pathType == "Prefix":
		p.Kind = PathPrefix
	}
	return &p
}
