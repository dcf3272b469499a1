package traefik

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// spec is the IngressRoute's spec before any split: the user's, or one that says what the
// entry asks for.
func spec(r route.Route) *yaml.Node {
	if r.Own != nil {
		return r.Own.Get("spec")
	}
	o := optionsOf(r.Traffic)
	to := service{Name: r.Apexes()[0], Port: *kube.Node(r.Port.Number), Scheme: o.Scheme, ServersTransport: o.ServersTransport}
	s := ingressRoute{Class: o.Class, EntryPoints: o.EntryPoints, TLS: tlsOf(r, o)}
	one := router{Match: ruleOf(r), Kind: "Rule", Services: []service{to}}
	switch r.Protocol {
	case "tcp", "tls":
		one.Kind, one.Services[0].Scheme, one.Services[0].ServersTransport = "", "", ""
	default:
		for _, m := range middlewares(r) {
			one.Middlewares = append(one.Middlewares, nameRef{Name: m.Name})
		}
	}
	s.Routes = []router{one}
	return kube.Node(s)
}

// tlsOf is how the router ends TLS, or passes it through.
func tlsOf(r route.Route, o options) *tls {
	if r.Protocol == "tls" {
		return &tls{Passthrough: true}
	}
	t := tls{CertResolver: o.CertResolver}
	if o.TLSOption != "" {
		t.Options = &nameRef{Name: o.TLSOption}
	}
	if r.TLS != nil {
		t.Secret = r.TLS.Secret
	}
	if t == (tls{}) {
		return nil
	}
	return &t
}

// ruleOf is the rule for the entry's hosts and paths.
func ruleOf(r route.Route) string {
	if r.Protocol == "tcp" || r.Protocol == "tls" {
		return hostRule("HostSNI", r.Hosts, call("HostSNI", "*"))
	}
	var paths []string
	for _, p := range r.EntryPaths() {
		paths = append(paths, pathRule(p)...)
	}
	host := hostRule("Host", r.Hosts, "")
	switch {
	case len(paths) == 0 && host != "":
		return host
	case len(paths) == 0:
		return call("PathPrefix", "/")
	case host == "":
		return anyOf(paths)
	}
	return allOf(host, anyOf(paths))
}

// hostRule is a condition on the host; every for all of them. A wildcard stands for
// several labels too, which Host(`*.…`) of Traefik v3.7 does not.
func hostRule(matcher string, hosts []string, every string) string {
	var all []string
	for _, h := range hosts {
		domain, wild := strings.CutPrefix(h, "*")
		switch {
		case h == "*":
			return every
		case wild:
			all = append(all, call(matcher+"Regexp", `^.+`+route.QuoteMeta(domain)+"$"))
		default:
			all = append(all, call(matcher, h))
		}
	}
	if all == nil {
		return every
	}
	return anyOf(all)
}

// pathRule are the conditions on a path of which one must hold; none for every path.
// PathPrefix compares characters, so that a prefix by segments is the path itself and
// everything below it.
func pathRule(p schemas.Path) []string {
	switch {
	case p.Exact != "":
		return []string{call("Path", p.Exact)}
	case p.Regex != "":
		return []string{call("PathRegexp", "^(?:"+p.Regex+")$")}
	case p.Prefix == "/":
		return nil
	}
	path := strings.TrimSuffix(p.Prefix, "/")
	return []string{call("Path", path), call("PathPrefix", path+"/")}
}

func anyOf(conditions []string) string { return strings.Join(conditions, " || ") }

// allOf joins two rules by &&, which binds closer than ||.
func allOf(a, b string) string { return operand(a) + " && " + operand(b) }

// matchRule is a match of the release as a rule.
func matchRule(m schemas.Match) string {
	var all []string
	for _, h := range m.Headers {
		all = append(all, textRule("Header", h))
	}
	for _, c := range m.Cookies {
		all = append(all, call("HeaderRegexp", "Cookie", "^(?:"+route.CookieRegex(c)+")$"))
	}
	for _, q := range m.Query {
		all = append(all, textRule("Query", q))
	}
	if m.Method != "" {
		all = append(all, call("Method", m.Method))
	}
	if m.Path != nil {
		if paths := pathRule(*m.Path); len(paths) > 0 {
			all = append(all, operand(anyOf(paths)))
		}
	}
	if len(all) == 0 {
		return call("PathPrefix", "/")
	}
	return strings.Join(all, " && ")
}

// textRule is a condition on a header or a parameter.
func textRule(matcher string, n schemas.NamedString) string {
	switch {
	case n.Exact != "":
		return call(matcher, n.Name, n.Exact)
	case n.Prefix != "":
		return call(matcher+"Regexp", n.Name, "^"+route.QuoteMeta(n.Prefix))
	}
	return call(matcher+"Regexp", n.Name, "^(?:"+n.Regex+")$")
}

// middlewares are what the entry asks for beside sending requests on, as Middlewares:
// the path, then headers, then tries, each around the next.
func middlewares(r route.Route) []kube.Object {
	var all []kube.Object
	add := func(name string, spec middleware) {
		all = append(all, route.NewObject(group+"/v1alpha1", "Middleware", r.Meta(r.Name+"-"+name), spec))
	}
	if r.Own != nil || r.Protocol == "tcp" || r.Protocol == "tls" {
		return nil
	}
	if h := headersOf(r); h != nil {
		add("headers", middleware{Headers: h})
	}
	if r.Rewrite != nil && r.Rewrite.Path != "" {
		p := rewriteOf(r.EntryPaths(), r.Rewrite.Path)
		add("path", middleware{ReplacePath: &p})
	}
	if v := r.Retries; v != nil {
		add("retries", middleware{Retry: &retry{v.Attempts + 1, v.On}}) // the first try is one of them
	}
	return all
}

// headersOf are the changes of headers: those asked for, the host, and cross-origin ones.
func headersOf(r route.Route) *headers {
	var h headers
	if r.Headers != nil {
		h.Request, h.Response = edits(r.Headers.Request), edits(r.Headers.Response)
	}
	if r.Rewrite != nil && r.Rewrite.Host != "" {
		if h.Request == nil {
			h.Request = map[string]string{}
		}
		h.Request["Host"] = r.Rewrite.Host
	}
	if c := r.CORS; c != nil {
		h.AllowOrigins, h.AllowMethods, h.AllowHeaders, h.ExposeHeaders = c.Origins, c.Methods, c.Headers, c.Expose
		h.Credentials, h.AddVary = c.Credentials, !slices.Contains(c.Origins, "*")
		h.MaxAge = int(time.Duration(c.MaxAge) / time.Second)
	}
	if h.Request == nil && h.Response == nil && r.CORS == nil {
		return nil
	}
	return &h
}

// edits are headers to set; an empty one is taken away.
func edits(e *schemas.HeaderEdit) map[string]string {
	if e == nil {
		return nil
	}
	all := map[string]string{}
	for _, t := range e.Set {
		all[t.Name] = t.Value
	}
	for _, name := range e.Remove {
		all[name] = ""
	}
	return all
}

// rewriteOf puts a path in the place of those that the entry has. What stands behind a
// prefix stays, as the first group of the expression.
func rewriteOf(paths []schemas.Path, to string) replacePath {
	var prefixes, whole []string
	for _, p := range paths {
		switch {
		case p.Exact != "":
			whole = append(whole, route.QuoteMeta(p.Exact))
		case p.Regex != "":
			whole = append(whole, "(?:"+p.Regex+")")
		default:
			prefixes = append(prefixes, route.QuoteMeta(strings.TrimSuffix(p.Prefix, "/")))
		}
	}
	to = strings.TrimSuffix(to, "/")
	behind, replacement := "(/.*)?", to+"$1"
	if to == "" {
		behind, replacement = "(?:/(.*))?", "/$1"
	}
	if len(prefixes) > 0 {
		whole = append([]string{"(?:" + strings.Join(prefixes, "|") + ")" + behind}, whole...)
	} else {
		replacement = strings.TrimSuffix(replacement, "$1")
	}
	return replacePath{
		"^(?:" + strings.Join(whole, "|") + ")$",
		strings.ReplaceAll(replacement[:len(replacement)-len(tail(replacement))], "$", "$$") + tail(replacement),
	}
}

// tail is the group at the end of a replacement.
func tail(replacement string) string {
	if strings.HasSuffix(replacement, "$1") {
		return "$1"
	}
	return ""
}

// isStatus reports whether a word is a status code, or a range of them.
func isStatus(word string) bool {
	from, to, ranged := strings.Cut(word, "-")
	code := func(s string) bool {
		n, err := strconv.Atoi(s)
		return err == nil && 100 <= n && n <= 599
	}
	return code(from) && (!ranged || code(to))
}
