package istio

import (
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// spec is the VirtualService's spec before any split: the user's, or one
// that says what the entry asks for.
func spec(r route.Route) *yaml.Node {
	if r.Own != nil {
		return r.Own.Get("spec")
	}
	gateways := optionsOf(r.Traffic).Gateways
	spec := virtualService{Hosts: slices.Clone(r.Hosts), Gateways: gateways}
	if slices.Contains(gateways, route.MeshEntry) {
		spec.Hosts = append(spec.Hosts, meshHosts(r)...)
	}
	to := []share{{Destination: destination{Host: r.Apexes()[0], Port: &portRef{r.Port.Number}}, Weight: 100}}
	scopes := scopes(r, gateways)
	switch r.Protocol {
	case "tcp":
		spec.TCP = []l4{{l4Matches(scopes, nil), to}}
	case "tls":
		spec.TLS = []l4{{l4Matches(scopes, spec.Hosts), to}}
	default:
		spec.HTTP = httpRules(r, to, scopes)
	}
	return kube.Node(spec)
}

// meshHosts are the names of the apexes in the mesh. Istio completes the
// short ones, but not in sniHosts: there, every name that clients may dial must
// be said, and each be among the hosts (Istio 1.31, resolveVirtualServiceShortnames).
func meshHosts(r route.Route) []string {
	if r.Protocol != "tls" {
		return r.Apexes()
	}
	var hosts []string
	for _, apex := range r.Apexes() {
		in := apex + "." + r.Source.Namespace()
		hosts = append(hosts, apex, in, in+".svc", in+".svc.cluster.local")
	}
	return hosts
}

// scopes says which requests for the hosts are the entry's, before paths:
// in the mesh, a host has all ports of its Service, and the others are not.
func scopes(r route.Route, gateways []string) []match {
	if !r.Source.Several() || !slices.Contains(gateways, route.MeshEntry) {
		return []match{{}}
	}
	if len(gateways) == 1 {
		return []match{{Port: r.Port.Number}}
	}
	return []match{{Gateways: withoutMesh(gateways)}, {Gateways: []string{route.MeshEntry}, Port: r.Port.Number}}
}

func l4Matches(scopes []match, sni []string) []l4Match {
	var matches []l4Match
	for _, m := range scopes {
		if sni != nil || m.Port != 0 || m.Gateways != nil {
			matches = append(matches, l4Match{Port: m.Port, Gateways: m.Gateways, SNIHosts: sni})
		}
	}
	return matches
}

// httpRules are the rules for the entry's paths: one, unless a rewrite
// must know which prefix it takes the place of.
func httpRules(r route.Route, to []share, scopes []match) []http {
	var rules []http
	for _, p := range r.EntryPaths() {
		for _, uri := range path(p) {
			rule := httpRule(r, to)
			rule.Rewrite = rewriteOf(r.Rewrite, uri)
			for _, m := range scopes {
				if m.URI = uri; uri != nil || m.Port != 0 || m.Gateways != nil {
					rule.Match = append(rule.Match, m)
				}
			}
			rules = append(rules, rule)
		}
	}
	if r.Rewrite != nil && r.Rewrite.Path != "" {
		return rules
	}
	for _, rule := range rules[1:] {
		rules[0].Match = append(rules[0].Match, rule.Match...)
	}
	return rules[:1]
}

// httpRule is a rule without its match.
func httpRule(r route.Route, to []share) http {
	rule := http{Route: to, CorsPolicy: corsOf(r.CORS), Headers: headersOf(r.Headers)}
	if r.Timeout > 0 {
		rule.Timeout = r.Timeout.Seconds() + "s"
	}
	if v := r.Retries; v != nil {
		rule.Retries = &retries{Attempts: v.Attempts, RetryOn: strings.Join(v.On, ",")}
		if v.PerTry > 0 {
			rule.Retries.PerTryTimeout = v.PerTry.Seconds() + "s"
		}
	}
	return rule
}

// rewriteOf is the rewrite for one path. What Istio replaces is the matched
// prefix, slash included: /a/ becomes /b/, so that /a/x becomes /b/x.
func rewriteOf(w *schemas.Rewrite, uri *stringMatch) *rewrite {
	switch {
	case w == nil:
		return nil
	case w.Path != "" && (uri == nil || uri.Prefix != ""):
		return &rewrite{strings.TrimSuffix(w.Path, "/") + "/", w.Host}
	}
	return &rewrite{w.Path, w.Host}
}

// path says a path in Istio's words. Its prefix compares characters, so a
// prefix by segments is the path itself and everything below it.
func path(p schemas.Path) []*stringMatch {
	switch {
	case p.Exact != "":
		return []*stringMatch{{Exact: p.Exact}}
	case p.Regex != "":
		return []*stringMatch{{Regex: p.Regex}}
	case p.Prefix == "/":
		return []*stringMatch{nil}
	}
	path := strings.TrimSuffix(p.Prefix, "/")
	return []*stringMatch{{Exact: path}, {Prefix: path + "/"}}
}

func corsOf(c *schemas.CORS) *cors {
	if c == nil {
		return nil
	}
	out := cors{AllowMethods: c.Methods, AllowHeaders: c.Headers, ExposeHeaders: c.Expose, AllowCredentials: c.Credentials}
	for _, o := range c.Origins {
		origin := stringMatch{Exact: o}
		if o == "*" {
			origin = stringMatch{Regex: ".*"}
		}
		out.AllowOrigins = append(out.AllowOrigins, origin)
	}
	if c.MaxAge > 0 {
		out.MaxAge = c.MaxAge.Seconds() + "s"
	}
	return &out
}

func headersOf(h *schemas.Headers) *headers {
	if h == nil {
		return nil
	}
	edit := func(e *schemas.HeaderEdit) *headerEdit {
		if e == nil {
			return nil
		}
		return &headerEdit{Set: route.TextMap(e.Set), Add: route.TextMap(e.Add), Remove: e.Remove}
	}
	return &headers{Request: edit(h.Request), Response: edit(h.Response)}
}

// matches says a match of the release in Istio's words: any of the
// entries. Header names are lower case there.
func matches(m schemas.Match) []*yaml.Node {
	base := match{Headers: map[string]stringMatch{}, QueryParams: map[string]stringMatch{}}
	for _, h := range m.Headers {
		base.Headers[strings.ToLower(h.Name)] = stringMatch(h.String)
	}
	for _, c := range m.Cookies {
		base.Headers["cookie"] = stringMatch{Regex: route.CookieRegex(c)}
	}
	for _, q := range m.Query {
		base.QueryParams[q.Name] = stringMatch(q.String)
	}
	if m.Method != "" {
		base.Method = &stringMatch{Exact: m.Method}
	}
	paths := []*stringMatch{nil}
	if m.Path != nil {
		paths = path(*m.Path)
	}
	var all []*yaml.Node
	for _, uri := range paths {
		base.URI = uri
		all = append(all, kube.Node(base))
	}
	return all
}
