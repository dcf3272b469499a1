package gatewaysplit

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/generators/gatewayroute"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// spec is the route's spec before any split: the user's, or one that
// says what the entry asks for.
func spec(r entry) *yaml.Node {
	if r.Own != nil {
		return r.Own.Get("spec")
	}
	spec := routeObject{ParentRefs: r.Parents(r.Route), Hostnames: r.Hosts}
	weight := 1
	to := []backend{{"", "Service", r.Apexes()[0], "", r.Port.Number, &weight}}
	if gatewayroute.Streams(kind(r)) {
		spec.Rules, spec.Hostnames = []rule{{BackendRefs: to}}, servers(r)
		return kube.Node(spec)
	}
	for _, p := range r.EntryPaths() {
		rule := rule{Matches: pathMatch(r, p), Filters: filters(r, p), BackendRefs: to}
		rule.Timeouts, rule.Retry = patience(r)
		spec.Rules = append(spec.Rules, rule)
	}
	if r.Rewrite == nil || r.Rewrite.Path == "" { // a replaced prefix must be the only match of its rule
		for _, rule := range spec.Rules[1:] {
			spec.Rules[0].Matches = append(spec.Rules[0].Matches, rule.Matches...)
		}
		spec.Rules = spec.Rules[:1]
	}
	return kube.Node(spec)
}

// servers are the names that clients ask for by TLS: the hosts, and in a mesh every name
// of the apexes that they may dial. A TLSRoute of version v1 has one at least.
func servers(r entry) []string {
	names := slices.Clone(r.Hosts)
	if r.Protocol != "tls" {
		return names
	}
	for _, p := range r.Parents(r.Route) {
		if p.Kind == "Service" {
			in := p.Name + "." + r.Source.Namespace()
			names = append(names, p.Name, in, in+".svc", in+".svc.cluster.local")
		}
	}
	return names
}

func kind(r entry) string {
	if r.Own != nil {
		return r.Own.Kind
	}
	switch r.Protocol {
	case "grpc":
		return "GRPCRoute"
	case "tls":
		return "TLSRoute"
	case "tcp":
		return "TCPRoute"
	case "udp":
		return "UDPRoute"
	}
	return "HTTPRoute"
}

// pathMatch says a path in the words of the route's kind.
func pathMatch(r entry, p schemas.Path) []match {
	if kind(r) == "HTTPRoute" {
		return []match{{Path: path(p)}}
	}
	if m := method(p); m != nil {
		return []match{{Method: m}}
	}
	return nil
}

func path(p schemas.Path) *value {
	switch {
	case p.Exact != "":
		return &value{"Exact", p.Exact}
	case p.Regex != "":
		return &value{"RegularExpression", p.Regex}
	case p.Prefix != "/":
		return &value{"PathPrefix", strings.TrimSuffix(p.Prefix, "/")}
	}
	return &value{"PathPrefix", "/"}
}

// method says a gRPC path, /package.Service/Method, by its parts; nil:
// every method.
func method(p schemas.Path) *grpcMethod {
	service, method, _ := strings.Cut(strings.Trim(p.Exact+p.Prefix, "/"), "/")
	if service == "" {
		return nil
	}
	return &grpcMethod{"Exact", service, method}
}

// filters are what the entry asks for beside routing.
func filters(r entry, p schemas.Path) []filter {
	var filters []filter
	if h := r.Headers; h != nil && h.Request != nil {
		filters = append(filters, filter{Type: "RequestHeaderModifier", RequestHeaderModifier: headers(*h.Request)})
	}
	if h := r.Headers; h != nil && h.Response != nil {
		filters = append(filters, filter{Type: "ResponseHeaderModifier", ResponseHeaderModifier: headers(*h.Response)})
	}
	if w := r.Rewrite; w != nil {
		url := url{Hostname: w.Host}
		switch {
		case w.Path != "" && p.Exact != "":
			url.Path = &urlPath{Type: "ReplaceFullPath", ReplaceFullPath: w.Path}
		case w.Path != "":
			url.Path = &urlPath{Type: "ReplacePrefixMatch", ReplacePrefixMatch: w.Path}
		}
		filters = append(filters, filter{Type: "URLRewrite", URLRewrite: &url})
	}
	if c := r.CORS; c != nil {
		const defaultMaxAge = 5 // seconds, HTTPCORSFilter.maxAge
		cors := cors{c.Origins, c.Methods, c.Headers, c.Expose, int(time.Duration(c.MaxAge).Seconds()), c.Credentials}
		if cors.MaxAge == 0 {
			cors.MaxAge = defaultMaxAge
		}
		filters = append(filters, filter{Type: "CORS", CORS: &cors})
	}
	return filters
}

func headers(e schemas.HeaderEdit) *header {
	pairs := func(list []schemas.NamedText) []pair {
		var out []pair
		for _, t := range list {
			out = append(out, pair(t))
		}
		return out
	}
	return &header{pairs(e.Set), pairs(e.Add), e.Remove}
}

// matchOf says a match of the release in the words of the route's kind.
func matchOf(r entry, m schemas.Match) match {
	var out match
	for _, h := range m.Headers {
		out.Headers = append(out.Headers, namedOf(h))
	}
	for _, c := range m.Cookies {
		out.Headers = append(out.Headers, named{"RegularExpression", "Cookie", route.CookieRegex(c)})
	}
	for _, q := range m.Query {
		out.QueryParams = append(out.QueryParams, namedOf(q))
	}
	if m.Method != "" {
		out.Method = m.Method
	}
	if m.Path == nil {
		return out
	}
	if kind(r) == "HTTPRoute" {
		out.Path = path(*m.Path)
	} else if method := method(*m.Path); method != nil {
		out.Method = method
	}
	return out
}

func namedOf(s schemas.NamedString) named {
	switch {
	case s.Prefix != "":
		return named{"RegularExpression", s.Name, route.QuoteMeta(s.Prefix) + ".*"}
	case s.Regex != "":
		return named{"RegularExpression", s.Name, s.Regex}
	}
	return named{"Exact", s.Name, s.Exact}
}

// patience is how long an answer is waited for, and how often it is asked for again
// (retry is in the experimental channel alone, v1.6.3).
func patience(r entry) (*timeouts, *retry) {
	var limit timeouts
	if r.Timeout > 0 {
		limit.Request = r.Timeout.String()
	}
	var again *retry
	if v := r.Retries; v != nil {
		again = &retry{Attempts: v.Attempts}
		for _, code := range v.On {
			n, _ := strconv.Atoi(code) // which Check has looked at
			again.Codes = append(again.Codes, n)
		}
		if v.PerTry > 0 {
			limit.BackendRequest = v.PerTry.String()
		}
	}
	if limit == (timeouts{}) {
		return nil, again
	}
	return &limit, again
}
