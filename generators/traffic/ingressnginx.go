package traffic

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// ingressNginx writes a main Ingress for everything unweighted and, while the
// candidate gets requests beside it, a canary Ingress for the same hosts and
// paths.
//
//	stage                main Ingress   canary Ingress
//	stable … prepare     live           –
//	preview … shift-100  live           candidate: matches, weight
//	settle, unpreview    candidate      candidate, weight 100
//	retire               candidate      –
//
// The canary stays through settle because the main Ingress alone must move
// there: if both changed, a mix of old and new could miss a track. A preview
// host has a Service of its own, because a canary whose Service is the backend
// of an ordinary Ingress gets no requests (ingress-nginx#9458). The main Ingress
// may be the user's own (route:).
var ingressNginx = Provider{
	Name:    "ingressNginx",
	Title:   "kubernetes/ingress-nginx",
	Doc:     "Writes an Ingress and, during a release, a canary Ingress. ingress-nginx is retired since March 2026; Traefik from v3.7 (provider kubernetesIngressNGINX) and Higress read the same annotations. Matches: one header, and one cookie with the value always.",
	URL:     "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary",
	Version: "v1.15.1",
	Also:    []string{"nginx", "ingress", "nginx-ingress", "ingress-nginx", "higress"},
	Kinds: []Kind{{Group: "networking.k8s.io", Kind: "Ingress", Versions: []string{"v1"}, Own: true, Hosts: "spec/rules/host", Refs: []Ref{
		{Path: "spec/defaultBackend/service/name", Kind: "Service"},
		{Path: "spec/rules/http/paths/backend/service/name", Kind: "Service"},
		{Path: "spec/tls/secretName", Kind: "Secret"},
	}}},
	Can: Can{
		"http": nginxCan,
		"grpc": nginxCan,
	},
	Reads:   serviceMarks,
	Options: nginxOptions{},
	Check:   nginxCheck,
	Render:  nginxRender,
	Claims:  nginxClaims,
	Sure:    nginxSure,
	Read:    nginxRead,
}

const nginxCan = Weights | Matches | MatchPatterns | MatchCookies | Previews | Hosts | Paths | PathExact | PathRegex | Rewrite | CORS | TLS | OwnRoute

type nginxOptions struct {
	Class       string              `yaml:"class" default:"nginx" rule:"name" doc:"ingressClassName of the Ingresses"`
	Annotations []schemas.NamedText `yaml:"annotations" doc:"further annotations of the main Ingress; nginx.ingress.kubernetes.io/ in front may be left out"`
}

const nginxPrefix = "nginx.ingress.kubernetes.io/"

// nginxNotInherited are the annotations that a canary Ingress does not take
// over from the main one (annotations.md, Canary, v1.15.1).
var nginxNotInherited = []string{
	"load-balance", "upstream-hash-by", "upstream-hash-by-subset", "upstream-hash-by-subset-size",
	"affinity", "affinity-mode", "affinity-canary-behavior", "session-cookie-name", "session-cookie-path", "session-cookie-domain",
	"session-cookie-samesite", "session-cookie-conditional-samesite-none", "session-cookie-secure", "session-cookie-max-age", "session-cookie-expires", "session-cookie-change-on-failure",
}

// The parts of networking.k8s.io/v1 Ingress that are written and read.
type (
	nginxSpec struct {
		IngressClassName string        `yaml:"ingressClassName,omitempty"`
		DefaultBackend   *nginxBackend `yaml:"defaultBackend,omitempty"`
		TLS              []nginxTLS    `yaml:"tls,omitempty"`
		Rules            []nginxRule   `yaml:"rules,omitempty"`
	}
	nginxTLS struct {
		Hosts      []string `yaml:"hosts,omitempty"`
		SecretName string   `yaml:"secretName,omitempty"`
	}
	nginxRule struct {
		Host string     `yaml:"host,omitempty"`
		HTTP *nginxHTTP `yaml:"http,omitempty"`
	}
	nginxHTTP struct {
		Paths []nginxPath `yaml:"paths"`
	}
	nginxPath struct {
		Path     string       `yaml:"path"`
		PathType string       `yaml:"pathType"`
		Backend  nginxBackend `yaml:"backend"`
	}
	nginxBackend struct {
		Service  *nginxService `yaml:"service,omitempty"`
		Resource yamlNode      `yaml:"resource,omitempty"`
	}
	nginxService struct {
		Name string    `yaml:"name"`
		Port nginxPort `yaml:"port"`
	}
	nginxPort struct {
		Number int    `yaml:"number,omitempty"`
		Name   string `yaml:"name,omitempty"`
	}
)

func nginxRender(r Route) []kube.Object {
	objects := []kube.Object{nginxMain(r)}
	candidate, ok := r.Candidate()
	if ok && nginxHasCanary(r) {
		objects = append(objects, nginxIngress(r, r.Meta(r.Name+"-canary"), r.Hosts, candidate.Service, nginxCanaryAnnotations(r)))
	}
	if v := r.Release.Spec.Strategy.Preview; v != nil && len(v.Hosts) > 0 {
		for _, t := range r.Tracks {
			objects = append(objects, r.Source.Service(nginxPreviewService(t), t.Track))
		}
	}
	if hosts := r.PreviewHosts(); len(hosts) > 0 {
		annotations := nginxMainAnnotations(r)
		meta := r.PreviewMeta()
		maps.Copy(annotations, meta.Annotations)
		objects = append(objects, nginxIngress(r, meta, hosts, nginxPreviewService(candidate), annotations))
	}
	return objects
}

func nginxPreviewService(t Target) string { return t.Service + "-preview" }

// nginxHasCanary: the candidate gets requests by weight or match, beside a
// live track that still runs.
func nginxHasCanary(r Route) bool {
	live := schemas.Other(r.Stage.Candidate)
	return (r.Stage.Split.Weight > 0 || len(r.Matches()) > 0) && r.Stage.Running(live)
}

func nginxIngress(r Route, meta kube.Meta, hosts []string, service string, annotations map[string]string) kube.Object {
	meta.Annotations = annotations
	return object("networking.k8s.io/v1", "Ingress", meta, nginxSpecOf(r, hosts, service))
}

func nginxSpecOf(r Route, hosts []string, service string) nginxSpec {
	if r.Own != nil {
		return nginxOwnSpec(r, hosts, service)
	}
	options, _ := r.Options.(nginxOptions)
	spec := nginxSpec{IngressClassName: options.Class}
	if r.TLS != nil {
		spec.TLS = []nginxTLS{{hosts, r.TLS.Secret}}
	}
	http := &nginxHTTP{}
	for _, p := range r.paths() {
		path, pathType := nginxPathOf(r, p)
		backend := nginxBackend{Service: &nginxService{service, nginxPort{Number: r.Port.Number}}}
		http.Paths = append(http.Paths, nginxPath{path, pathType, backend})
	}
	if len(hosts) == 0 {
		hosts = []string{""}
	}
	for _, h := range hosts {
		spec.Rules = append(spec.Rules, nginxRule{h, http})
	}
	return spec
}

// nginxExpressions reports whether the Ingress's paths are expressions. One
// that is makes all paths of its host into some.
func nginxExpressions(r Route) bool {
	return nginxRewrites(r) || slices.ContainsFunc(r.paths(), func(p schemas.Path) bool { return p.Regex != "" })
}

// nginxRewrites reports whether there is something to rewrite: / by / is not.
func nginxRewrites(r Route) bool {
	if r.Rewrite == nil || r.Rewrite.Path == "" {
		return false
	}
	return slices.ContainsFunc(r.paths(), func(p schemas.Path) bool {
		return strings.TrimSuffix(p.Prefix, "/") != strings.TrimSuffix(r.Rewrite.Path, "/")
	})
}

// nginxPathOf says a path in nginx's words: an expression matches from the
// start of the path, without regard to case. What stands behind a prefix is its
// second group, for the rewrite. The API server wants every path to begin with /,
// expressions too (kubernetes v1.37, validateHTTPIngressPath).
func nginxPathOf(r Route, p schemas.Path) (path, pathType string) {
	prefix := strings.TrimSuffix(p.Prefix, "/")
	switch {
	case !nginxExpressions(r) && p.Exact != "":
		return p.Exact, "Exact"
	case !nginxExpressions(r):
		return "/" + strings.TrimPrefix(prefix, "/"), "Prefix"
	case p.Exact != "":
		return quoteMeta(p.Exact) + "$", "ImplementationSpecific"
	case p.Regex != "":
		return nginxExpression(p.Regex), "ImplementationSpecific"
	case prefix == "":
		return "/()(.*)", "ImplementationSpecific"
	}
	return quoteMeta(prefix) + "(/|$)(.*)", "ImplementationSpecific"
}

// nginxExpression is an expression for the whole path, which begins with /. One
// that does not by itself, or has alternatives, follows a / that stands no times.
func nginxExpression(expr string) string {
	if strings.HasPrefix(expr, "/") && !strings.Contains(expr, "|") {
		return expr + "$"
	}
	return "/{0}(?:" + expr + ")$"
}

func nginxMainAnnotations(r Route) map[string]string {
	if r.Own != nil {
		return nginxOwnAnnotations(r)
	}
	a := map[string]string{}
	if r.Protocol == "grpc" {
		a[nginxPrefix+"backend-protocol"] = "GRPC"
	}
	if nginxExpressions(r) {
		a[nginxPrefix+"use-regex"] = "true"
	}
	if nginxRewrites(r) {
		a[nginxPrefix+"rewrite-target"] = strings.TrimSuffix(r.Rewrite.Path, "/") + "/$2"
	}
	if r.Rewrite != nil && r.Rewrite.Host != "" {
		a[nginxPrefix+"upstream-vhost"] = r.Rewrite.Host
	}
	nginxCORS(a, r.CORS)
	maps.Copy(a, nginxUserAnnotations(r))
	return a
}

func nginxCORS(a map[string]string, c *schemas.CORS) {
	if c == nil {
		return
	}
	a[nginxPrefix+"enable-cors"] = "true"
	a[nginxPrefix+"cors-allow-credentials"] = strconv.FormatBool(c.Credentials)
	for _, list := range []struct {
		key    string
		values []string
	}{
		{"cors-allow-origin", c.Origins},
		{"cors-allow-methods", c.Methods},
		{"cors-allow-headers", c.Headers},
		{"cors-expose-headers", c.Expose},
	} {
		if len(list.values) > 0 {
			a[nginxPrefix+list.key] = strings.Join(list.values, ", ")
		}
	}
	if c.MaxAge > 0 {
		a[nginxPrefix+"cors-max-age"] = strconv.Itoa(int(time.Duration(c.MaxAge).Seconds()))
	}
}

// nginxUserAnnotations are the annotations of options, with their prefix; or
// those of the user's own Ingress.
func nginxUserAnnotations(r Route) map[string]string {
	if r.Own != nil {
		return nginxOwnAnnotations(r)
	}
	options, _ := r.Options.(nginxOptions)
	a := map[string]string{}
	for _, t := range options.Annotations {
		a[nginxFull(t.Name)] = t.Value
	}
	return a
}

func nginxFull(key string) string {
	if strings.Contains(key, "/") {
		return key
	}
	return nginxPrefix + key
}

// nginxCanaryAnnotations: what makes it a canary, and what it does not inherit.
func nginxCanaryAnnotations(r Route) map[string]string {
	a := map[string]string{nginxPrefix + "canary": "true", nginxPrefix + "canary-weight": strconv.Itoa(r.Stage.Split.Weight)}
	for _, m := range r.Matches() {
		for _, h := range m.Headers {
			a[nginxPrefix+"canary-by-header"] = h.Name
			switch {
			case h.Exact != "":
				a[nginxPrefix+"canary-by-header-value"] = h.Exact
			case h.Prefix != "":
				a[nginxPrefix+"canary-by-header-pattern"] = "^" + quoteMeta(h.Prefix)
			default:
				a[nginxPrefix+"canary-by-header-pattern"] = "^(?:" + h.Regex + ")$"
			}
		}
		for _, c := range m.Cookies {
			a[nginxPrefix+"canary-by-cookie"] = c.Name
		}
	}
	for key, value := range nginxUserAnnotations(r) {
		if key == nginxClass || slices.Contains(nginxNotInherited, strings.TrimPrefix(key, nginxPrefix)) {
			a[key] = value
		}
	}
	return a
}

// nginxCheck refuses what two Ingresses have no words for.
func nginxCheck(r Route) []schemas.Finding {
	retired := r.Find("nginx-retired", "provider", "ingress-nginx is retired: no fixes since March 2026", "provider: gatewayAPI says the same for any Gateway; Traefik from v3.7 and Higress read these Ingresses")
	retired.Severity = schemas.Warning
	found := []schemas.Finding{retired}
	if large := nginxCheckSize(r); large != nil {
		return append(found, large...)
	}
	found = append(found, nginxCheckMatches(r)...)
	if nginxRewrites(r) {
		for i, p := range r.Paths {
			if p.Prefix == "" {
				found = append(found, r.Find("cannot", fmt.Sprintf("paths[%d]", i), "ingressNginx can rewrite prefixes only", "a prefix; istio and gatewayAPI can rewrite exact paths"))
			}
		}
	}
	options, _ := r.Options.(nginxOptions)
	for _, t := range options.Annotations {
		if why, hint := nginxRefused(nginxFull(t.Name)); why != "" {
			found = append(found, r.Find("annotation", "options.annotations."+t.Name, why, hint))
		}
	}
	return append(found, nginxCheckOwn(r)...)
}

// nginxCheckSize: every host has every path, with a backend.
func nginxCheckSize(r Route) []schemas.Finding {
	size, hosts := 0, max(1, len(r.Hosts))
	if v := r.Release.Spec.Strategy.Preview; v != nil {
		hosts = max(hosts, len(v.Hosts))
	}
	for _, rule := range nginxSpecOf(r, []string{""}, "").Rules {
		for _, p := range rule.paths() {
			size += len(`{"path":"","pathType":"","backend":{}}`) + len(p.Path)
		}
	}
	return r.checkSize("an Ingress", size*hosts)
}

// nginxCheckMatches: a canary Ingress knows one header and one cookie, either
// of them enough, and of the cookie one value.
func nginxCheckMatches(r Route) []schemas.Finding {
	var found []schemas.Finding
	fail := func(at, message, hint string) {
		found = append(found, r.Release.Find("nginx-match", at, message, hint+"; istio and gatewayAPI can match more"))
	}
	most := func(at string, matches []schemas.Match) {
		headers, cookies := 0, 0
		for i, m := range matches {
			here := fmt.Sprintf("%s[%d]", at, i)
			headers, cookies = headers+len(m.Headers), cookies+len(m.Cookies)
			if len(m.Headers)+len(m.Cookies) > 1 {
				fail(here, "ingressNginx cannot ask for two conditions at once", "one condition in each entry")
			}
			for _, c := range m.Cookies {
				if c.Exact != "always" {
					fail(here+".cookies."+c.Name, "ingressNginx knows one value of a cookie, always", c.Name+": always")
				}
			}
		}
		if headers > 1 || cookies > 1 {
			fail(at, fmt.Sprintf("ingressNginx matches one header and one cookie, not %d and %d", headers, cookies), "one of each")
		}
	}
	var always []schemas.Match
	if v := r.Release.Spec.Strategy.Preview; v != nil {
		always = v.Match
		most("spec.strategy.preview.match", always)
	}
	for i, s := range r.Release.Spec.Strategy.Steps {
		if len(s.Match) > 0 {
			most(fmt.Sprintf("spec.strategy.steps[%d].match", i), append(slices.Clip(s.Match), always...))
		}
	}
	return found
}
