package nginx

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

// apexUpstream is the upstream of the apex in a spec that no split has changed yet.
const apexUpstream = "apex"

// spec is what the entry asks for before any split, for one host: the user's own, or one
// that says what the entry asks for.
func spec(r route.Route, host string) *yaml.Node {
	if r.Own != nil {
		return r.Own.Get("spec")
	}
	if isConnections(r) {
		return transportSpec(r, host)
	}
	o := optionsOf(r.Traffic)
	s := server{Class: o.Class, Host: host, Upstreams: []upstream{upstreamOf(r)}}
	if o.HTTPListener+o.HTTPSListener != "" {
		s.Listener = &listeners{o.HTTPListener, o.HTTPSListener}
	}
	s.TLS = tlsOf(r, o)
	for _, name := range o.Policies {
		s.Policies = append(s.Policies, policyRef{Name: name})
	}
	if r.CORS != nil {
		s.Policies = append(s.Policies, policyRef{Name: corsName(r)})
	}
	for _, p := range r.EntryPaths() {
		for _, at := range paths(p, rewrites(r)) {
			twice := slices.ContainsFunc(s.Routes, func(l location) bool { return l.Path == at }) // which is refused as a whole
			if !twice {
				s.Routes = append(s.Routes, location{Path: at, Action: actionOf(r, at)})
			}
		}
	}
	return kube.Node(s)
}

// tlsOf is how the host ends TLS: with a Secret, or with the controller's own certificate.
func tlsOf(r route.Route, o options) *tls {
	var t tls
	switch {
	case r.TLS != nil:
		t.Secret = r.TLS.Secret
	case !o.WildcardTLS:
		return nil
	}
	if o.RedirectHTTP {
		t.Redirect = &redirect{true}
	}
	return &t
}

// transportSpec is a TransportServer for the apex.
func transportSpec(r route.Route, host string) *yaml.Node {
	o := optionsOf(r.Traffic)
	to := transport{
		Class:     o.Class,
		Listener:  transportListener{o.Listener, strings.ToUpper(r.Protocol)},
		Upstreams: []upstream{{Name: apexUpstream, Service: r.Apexes()[0], Port: r.Port.Number}},
		Action:    &action{Pass: apexUpstream},
	}
	if r.Protocol == "tls" {
		to.Listener, to.Host = transportListener{passthroughName, passthroughProtocol}, host
	}
	return kube.Node(to)
}

// upstreamOf is how the pods are spoken to.
func upstreamOf(r route.Route) upstream {
	o := optionsOf(r.Traffic)
	u := upstream{
		Name: apexUpstream, Service: r.Apexes()[0], Port: r.Port.Number,
		Connect: timeText(o.ConnectTimeout), Read: timeText(o.ReadTimeout), Send: timeText(o.SendTimeout),
	}
	if r.Protocol == "grpc" {
		u.Type = "grpc"
	}
	if o.BackendTLS {
		u.TLS = &upstreamTLS{true}
	}
	if v := r.Retries; v != nil {
		u.NextTries = v.Attempts + 1 // the first try counts
		u.Next = strings.Join(nextUpstream(v.On), " ")
	}
	return u
}

// timeText is a time in nginx's words, which know no fractions; "" for none.
func timeText(d schemas.Duration) string {
	switch {
	case d == 0:
		return ""
	case time.Duration(d)%time.Second == 0:
		return strconv.Itoa(int(time.Duration(d)/time.Second)) + "s"
	}
	return strconv.Itoa(int(time.Duration(d)/time.Millisecond)) + "ms"
}

// nextWords are the cases in which NGINX asks another pod, and those that other routers
// call otherwise (v5.5.4, validNextUpstreamParams).
var nextWords = map[string][]string{
	"error": {"error"}, "timeout": {"timeout"}, "invalid_header": {"invalid_header"}, "non_idempotent": {"non_idempotent"},
	"connect-failure": {"error", "timeout"}, "reset": {"error"}, "gateway-error": {"http_502", "http_503", "http_504"},
	"5xx": {"error", "timeout", "http_500", "http_502", "http_503", "http_504"},
	"403": {"http_403"}, "404": {"http_404"}, "429": {"http_429"},
	"500": {"http_500"}, "502": {"http_502"}, "503": {"http_503"}, "504": {"http_504"},
}

// nextUpstream says when to try again in NGINX's words, each once.
func nextUpstream(on []string) []string {
	var all []string
	for _, word := range on {
		for _, w := range nextWords[word] {
			if !slices.Contains(all, w) {
				all = append(all, w)
			}
		}
	}
	return all
}

// rewrites reports whether the entry puts another path in the place of its own.
func rewrites(r route.Route) bool { return r.Rewrite != nil && r.Rewrite.Path != "" }

// paths says a path in NGINX's words. A prefix compares characters, so that a prefix by
// segments is the path itself and everything below it. Where paths are rewritten it is an
// expression: under splits NGINX rewrites none of an exact path (v5.5.4, generateRewrites).
func paths(p schemas.Path, rewritten bool) []string {
	switch {
	case p.Exact != "":
		return []string{"=" + p.Exact}
	case p.Regex != "":
		return []string{"~^(?:" + escape(p.Regex) + ")$"}
	case p.Prefix == "/":
		return []string{"/"}
	case rewritten:
		return []string{"~^" + escape(route.QuoteMeta(strings.TrimSuffix(p.Prefix, "/"))) + "(/.*)?$"}
	}
	path := strings.TrimSuffix(p.Prefix, "/")
	return []string{"=" + path, path + "/"}
}

// escape writes an expression so that nginx reads it: between quotation marks it takes two
// backslashes for one.
func escape(expr string) string {
	return strings.NewReplacer(`\\`, `\\\\`, `\"`, `\"`, `"`, `\"`).Replace(expr)
}

// actionOf is what is done with the requests for a path.
func actionOf(r route.Route, path string) *action {
	p := proxy{Upstream: apexUpstream}
	if rewrites(r) {
		p.Rewrite = strings.TrimSuffix(r.Rewrite.Path, "/") + "/"
		if strings.HasPrefix(path, "~") {
			p.Rewrite = strings.TrimSuffix(r.Rewrite.Path, "/") + "$1"
		}
	}
	p.Request, p.Response = requestOf(r), responseOf(r)
	if p == (proxy{Upstream: apexUpstream}) {
		return &action{Pass: apexUpstream}
	}
	return &action{Proxy: &p}
}

// requestOf are the changes to what pods get: a header that is set to nothing is not sent.
func requestOf(r route.Route) *requestHeaders {
	var all []header
	if r.Headers != nil && r.Headers.Request != nil {
		for _, t := range r.Headers.Request.Set {
			all = append(all, header{t.Name, t.Value})
		}
		for _, name := range r.Headers.Request.Remove {
			all = append(all, header{Name: name})
		}
	}
	if w := r.Rewrite; w != nil && w.Host != "" {
		all = append(all, header{"Host", w.Host})
	}
	if all == nil {
		return nil
	}
	return &requestHeaders{all}
}

// responseOf are the changes to what clients get: a header that is set hides that of the pods.
func responseOf(r route.Route) *responseHeaders {
	if r.Headers == nil || r.Headers.Response == nil {
		return nil
	}
	var h responseHeaders
	for _, t := range r.Headers.Response.Set {
		h.Hide, h.Add = append(h.Hide, t.Name), append(h.Add, addedHeader{t.Name, t.Value, true})
	}
	for _, t := range r.Headers.Response.Add {
		h.Add = append(h.Add, addedHeader{t.Name, t.Value, true})
	}
	h.Hide = append(h.Hide, r.Headers.Response.Remove...)
	return &h
}

// corsName is the name of the Policy that answers for cross-origin requests.
func corsName(r route.Route) string { return r.Name + "-cors" }

func corsOf(c *schemas.CORS) cors {
	return cors{
		Origins: c.Origins, Methods: c.Methods, Headers: c.Headers, Expose: c.Expose, Credentials: c.Credentials,
		MaxAge: int(time.Duration(c.MaxAge) / time.Second),
	}
}

// conditions says a match of the release in NGINX's words. Texts are compared without
// regard to case, and so written as expressions; the path is that of the request line,
// with the parameters behind it.
func conditions(m schemas.Match) []condition {
	var all []condition
	for _, h := range m.Headers {
		all = append(all, condition{Header: h.Name, Value: valueOf(h.String)})
	}
	for _, c := range m.Cookies {
		all = append(all, condition{Cookie: c.Name, Value: valueOf(c.String)})
	}
	for _, q := range m.Query {
		all = append(all, condition{Argument: q.Name, Value: valueOf(q.String)})
	}
	if m.Method != "" {
		all = append(all, condition{Variable: "$request_method", Value: m.Method})
	}
	if p := m.Path; p != nil && p.Prefix != "/" {
		all = append(all, condition{Variable: "$request_uri", Value: pathValue(*p)})
	}
	return all
}

func valueOf(s schemas.String) string {
	switch {
	case s.Prefix != "":
		return "~^" + escape(route.QuoteMeta(s.Prefix))
	case s.Regex != "":
		return "~^(?:" + escape(s.Regex) + ")$"
	}
	return "~^" + escape(route.QuoteMeta(s.Exact)) + "$"
}

func pathValue(p schemas.Path) string {
	switch {
	case p.Exact != "":
		return "~^" + escape(route.QuoteMeta(p.Exact)) + endsPath
	case p.Regex != "":
		return "~^(?:" + escape(p.Regex) + ")" + endsPath
	}
	return "~^" + escape(route.QuoteMeta(strings.TrimSuffix(p.Prefix, "/"))) + endsPrefix
}
