package contour

import (
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// spec is what the entry asks for before any split, without a host: the user's, or one
// that says what the entry asks for.
func spec(r route.Route) *yaml.Node {
	if r.Own != nil {
		return r.Own.Get("spec")
	}
	to := []service{{Name: r.Apexes()[0], Port: r.Port.Number, Protocol: optionsOf(r.Traffic).Protocol}}
	s := httpProxy{Class: optionsOf(r.Traffic).Class}
	if isTLS(r) {
		to[0].Protocol = ""
		s.TCPProxy = &tcpProxy{Services: to}
		return kube.Node(s)
	}
	for _, p := range r.EntryPaths() {
		for _, c := range paths(p) {
			s.Routes = append(s.Routes, routeOf(r, c, to))
		}
	}
	return kube.Node(s)
}

// routeOf is the route for one path.
func routeOf(r route.Route, path *condition, to []service) routeSpec {
	one := routeSpec{Services: to, PermitInsecure: optionsOf(r.Traffic).PermitInsecure, Retry: retryOf(r.Retries)}
	if path != nil {
		one.Conditions = []condition{*path}
	}
	if r.Timeout > 0 {
		one.Timeout = &timeout{r.Timeout.Seconds() + "s"}
	}
	if r.Headers != nil {
		one.Request, one.Response = headersOf(r.Headers.Request), headersOf(r.Headers.Response)
	}
	if w := r.Rewrite; w != nil && w.Host != "" {
		if one.Request == nil {
			one.Request = &headers{}
		}
		one.Request.Set = append(slices.Clip(one.Request.Set), header{"Host", w.Host})
	}
	if w := r.Rewrite; w != nil && w.Path != "" {
		one.Rewrite = &rewrite{[]replacement{{By: strings.TrimSuffix(w.Path, "/") + "/"}}}
	}
	return one
}

// paths says a path in Contour's words: a prefix compares characters, so that a prefix by
// segments is the path itself and everything below it. nil is every path.
func paths(p schemas.Path) []*condition {
	switch {
	case p.Exact != "":
		return []*condition{{Exact: p.Exact}}
	case p.Regex != "":
		return []*condition{{Regex: p.Regex}}
	case p.Prefix == "/":
		return []*condition{nil}
	}
	path := strings.TrimSuffix(p.Prefix, "/")
	return []*condition{{Exact: path}, {Prefix: path + "/"}}
}

func headersOf(e *schemas.HeaderEdit) *headers {
	if e == nil {
		return nil
	}
	h := headers{Remove: e.Remove}
	for _, t := range e.Set {
		h.Set = append(h.Set, header{t.Name, t.Value})
	}
	return &h
}

// retryWords are the conditions that Contour v1.33 has for trying again.
var retryWords = []string{
	"5xx", "gateway-error", "reset", "reset-before-request", "connect-failure", "envoy-ratelimited",
	"retriable-4xx", "refused-stream", "retriable-headers", "http3-post-connect-failure", "cancelled",
	"deadline-exceeded", "internal", "resource-exhausted", "unavailable",
}

// retryOf says when to try again, in words and status codes.
func retryOf(v *schemas.Retries) *retry {
	if v == nil {
		return nil
	}
	one := retry{Count: v.Attempts}
	if v.PerTry > 0 {
		one.PerTry = v.PerTry.Seconds() + "s"
	}
	for _, word := range v.On {
		if code, err := strconv.Atoi(word); err == nil {
			one.Statuses = append(one.Statuses, code)
			continue
		}
		one.On = append(one.On, word)
	}
	if len(one.Statuses) > 0 {
		one.On = append(one.On, "retriable-status-codes")
	}
	return &one
}

// hostOf is the virtualhost of one of the entry's hosts.
func hostOf(r route.Route, host string) virtualHost {
	v := virtualHost{FQDN: host}
	switch {
	case isTLS(r):
		v.TLS = &tls{Passthrough: true}
	case r.TLS != nil:
		v.TLS = &tls{Secret: r.TLS.Secret}
	}
	if c := r.CORS; c != nil {
		v.CORS = &cors{Credentials: c.Credentials, Origins: c.Origins, Methods: c.Methods, Headers: c.Headers, Expose: c.Expose}
		if c.MaxAge > 0 {
			v.CORS.MaxAge = c.MaxAge.Seconds() + "s"
		}
	}
	return v
}

// matches says a match of the release in Contour's words: any of the lists. The path, if
// there is one, is the last of each, see pathOf.
func matches(m schemas.Match) [][]condition {
	var all []condition
	add := func(h headerCond) { all = append(all, condition{Header: &h}) }
	for _, h := range m.Headers {
		one := headerCond{Name: h.Name, Exact: h.Exact, Regex: h.Regex}
		if h.Prefix != "" {
			one.Regex = route.QuoteMeta(h.Prefix) + ".*"
		}
		add(one)
	}
	for _, c := range m.Cookies {
		add(headerCond{Name: "Cookie", Regex: route.CookieRegex(c)})
	}
	if m.Method != "" {
		add(headerCond{Name: ":method", Exact: m.Method})
	}
	for _, q := range m.Query {
		all = append(all, condition{Query: &queryCond{Name: q.Name, Exact: q.Exact, Prefix: q.Prefix, Regex: q.Regex}})
	}
	if m.Path == nil {
		return [][]condition{all}
	}
	var lists [][]condition
	for _, p := range paths(*m.Path) {
		list := slices.Clip(all)
		if p != nil {
			list = append(list, *p)
		}
		lists = append(lists, list)
	}
	return lists
}
