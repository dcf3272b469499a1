// Package ingressnginx writes and reads Ingresses as the controller of
// kubernetes/ingress-nginx takes them: a main Ingress, and a canary beside it.
package ingressnginx

import (
	"fmt"
	"github.com/cutoverdev/cutover/generators/route"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// Provider writes a main Ingress for everything unweighted and, while the
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
var Provider = route.Provider{
	Name:    "ingressNginx",
	Title:   "kubernetes/ingress-nginx",
	Doc:     "Writes an Ingress and, during a release, a canary Ingress. ingress-nginx is retired since March 2026; Traefik from v3.7 (provider kubernetesIngressNGINX) and Higress read the same annotations. Matches: one header, and one cookie with the value always.",
	URL:     "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary",
	Version: "v1.15.1",
	Also:    []string{"nginx", "ingress", "nginx-ingress", "ingress-nginx", "higress"},
	Kinds: []route.Kind{{Group: "networking.k8s.io", Kind: "Ingress", Versions: []string{"v1"}, Own: true, Hosts: "spec/rules/host", Refs: []route.Ref{
		{Path: "spec/defaultBackend/service/name", Kind: "Service"},
		{Path: "spec/rules/http/paths/backend/service/name", Kind: "Service"},
		{Path: "spec/tls/secretName", Kind: "Secret"},
	}}},
	Can: route.Can{
		"http": can,
		"grpc": can,
	},
	ServiceAnnotations: route.ServiceMarks,
	Options:            options{},
	Check:              check,
	Render:             render,
	Claims:             claims,
	Exclusive:          sure,
	Read:               read,
}

const can = route.Weights | route.Matches | route.MatchPatterns | route.MatchCookies | route.Previews | route.Hosts | route.Paths | route.PathExact | route.PathRegex | route.Rewrite | route.CORS | route.TLS | route.OwnRoute

type options struct {
	Class       string              `yaml:"class" default:"nginx" rule:"name" doc:"ingressClassName of the Ingresses"`
	Annotations []schemas.NamedText `yaml:"annotations" doc:"further annotations of the main Ingress; nginx.ingress.kubernetes.io/ in front may be left out"`
}

const prefix = "nginx.ingress.kubernetes.io/"

// notInherited are the annotations that a canary Ingress does not take
// over from the main one (annotations.md, Canary, v1.15.1).
var notInherited = []string{
	"load-balance", "upstream-hash-by", "upstream-hash-by-subset", "upstream-hash-by-subset-size",
	"affinity", "affinity-mode", "affinity-canary-behavior", "session-cookie-name", "session-cookie-path", "session-cookie-domain",
	"session-cookie-samesite", "session-cookie-conditional-samesite-none", "session-cookie-secure", "session-cookie-max-age", "session-cookie-expires", "session-cookie-change-on-failure",
}

// The parts of networking.k8s.io/v1 Ingress that are written and read.
type (
	spec struct {
		IngressClassName string     `yaml:"ingressClassName,omitempty"`
		DefaultBackend   *backend   `yaml:"defaultBackend,omitempty"`
		TLS              []tls      `yaml:"tls,omitempty"`
		Rules            []ruleSpec `yaml:"rules,omitempty"`
	}
	tls struct {
		Hosts      []string `yaml:"hosts,omitempty"`
		SecretName string   `yaml:"secretName,omitempty"`
	}
	ruleSpec struct {
		Host string `yaml:"host,omitempty"`
		HTTP *http  `yaml:"http,omitempty"`
	}
	http struct {
		Paths []pathSpec `yaml:"paths"`
	}
	pathSpec struct {
		Path     string  `yaml:"path"`
		PathType string  `yaml:"pathType"`
		Backend  backend `yaml:"backend"`
	}
	backend struct {
		Service  *serviceSpec `yaml:"service,omitempty"`
		Resource yaml.Node    `yaml:"resource,omitempty"`
	}
	serviceSpec struct {
		Name string `yaml:"name"`
		Port port   `yaml:"port"`
	}
	port struct {
		Number int    `yaml:"number,omitempty"`
		Name   string `yaml:"name,omitempty"`
	}
)

func render(r route.Route) []kube.Object {
	objects := []kube.Object{main(r)}
	candidate, ok := r.Candidate()
	if ok && hasCanary(r) {
		objects = append(objects, ingress(r, r.Meta(r.Name+"-canary"), r.Hosts, candidate.Service, canaryAnnotations(r)))
	}
	if v := r.Release.Spec.Strategy.Preview; v != nil && len(v.Hosts) > 0 {
		for _, t := range r.Tracks {
			objects = append(objects, r.Source.Service(previewService(t), t.Track))
		}
	}
	if hosts := r.PreviewHosts(); len(hosts) > 0 {
		annotations := mainAnnotations(r)
		meta := r.PreviewMeta()
		maps.Copy(annotations, meta.Annotations)
		objects = append(objects, ingress(r, meta, hosts, previewService(candidate), annotations))
	}
	return objects
}

func previewService(t route.Target) string { return t.Service + "-preview" }

// hasCanary: the candidate gets requests by weight or match, beside a
// live track that still runs.
func hasCanary(r route.Route) bool {
	live := schemas.Other(r.Stage.Candidate)
	return (r.Stage.Split.Weight > 0 || len(r.Matches()) > 0) && r.Stage.Running(live)
}

func ingress(r route.Route, meta kube.Meta, hosts []string, service string, annotations map[string]string) kube.Object {
	meta.Annotations = annotations
	return route.NewObject("networking.k8s.io/v1", "Ingress", meta, specOf(r, hosts, service))
}

func specOf(r route.Route, hosts []string, service string) spec {
	if r.Own != nil {
		return ownSpec(r, hosts, service)
	}
	options, _ := r.Options.(options)
	spec := spec{IngressClassName: options.Class}
	if r.TLS != nil {
		spec.TLS = []tls{{hosts, r.TLS.Secret}}
	}
	http := &http{}
	for _, p := range r.EntryPaths() {
		path, pathType := pathOf(r, p)
		backend := backend{Service: &serviceSpec{service, port{Number: r.Port.Number}}}
		http.Paths = append(http.Paths, pathSpec{path, pathType, backend})
	}
	if len(hosts) == 0 {
		hosts = []string{""}
	}
	for _, h := range hosts {
		spec.Rules = append(spec.Rules, ruleSpec{h, http})
	}
	return spec
}

// expressions reports whether the Ingress's paths are expressions. One
// that is makes all paths of its host into some.
func expressions(r route.Route) bool {
	return rewrites(r) || slices.ContainsFunc(r.EntryPaths(), func(p schemas.Path) bool { return p.Regex != "" })
}

// rewrites reports whether there is something to rewrite: / by / is not.
func rewrites(r route.Route) bool {
	if r.Rewrite == nil || r.Rewrite.Path == "" {
		return false
	}
	return slices.ContainsFunc(r.EntryPaths(), func(p schemas.Path) bool {
		return strings.TrimSuffix(p.Prefix, "/") != strings.TrimSuffix(r.Rewrite.Path, "/")
	})
}

// pathOf says a path in nginx's words: an expression matches from the
// start of the path, without regard to case. What stands behind a prefix is its
// second group, for the rewrite. The API server wants every path to begin with /,
// expressions too (kubernetes v1.37, validateHTTPIngressPath).
func pathOf(r route.Route, p schemas.Path) (path, pathType string) {
	prefix := strings.TrimSuffix(p.Prefix, "/")
	switch {
	case !expressions(r) && p.Exact != "":
		return p.Exact, "Exact"
	case !expressions(r):
		return "/" + strings.TrimPrefix(prefix, "/"), "Prefix"
	case p.Exact != "":
		return route.QuoteMeta(p.Exact) + "$", "ImplementationSpecific"
	case p.Regex != "":
		return expression(p.Regex), "ImplementationSpecific"
	case prefix == "":
		return "/()(.*)", "ImplementationSpecific"
	}
	return route.QuoteMeta(prefix) + "(/|$)(.*)", "ImplementationSpecific"
}

// expression is an expression for the whole path, which begins with /. One
// that does not by itself, or has alternatives, follows a / that stands no times.
func expression(expr string) string {
	if strings.HasPrefix(expr, "/") && !strings.Contains(expr, "|") {
		return expr + "$"
	}
	return "/{0}(?:" + expr + ")$"
}

func mainAnnotations(r route.Route) map[string]string {
	if r.Own != nil {
		return ownAnnotations(r)
	}
	a := map[string]string{}
	if r.Protocol == "grpc" {
		a[prefix+"backend-protocol"] = "GRPC"
	}
	if expressions(r) {
		a[prefix+"use-regex"] = "true"
	}
	if rewrites(r) {
		a[prefix+"rewrite-target"] = strings.TrimSuffix(r.Rewrite.Path, "/") + "/$2"
	}
	if r.Rewrite != nil && r.Rewrite.Host != "" {
		a[prefix+"upstream-vhost"] = r.Rewrite.Host
	}
	cors(a, r.CORS)
	maps.Copy(a, userAnnotations(r))
	return a
}

func cors(a map[string]string, c *schemas.CORS) {
	if c == nil {
		return
	}
	a[prefix+"enable-cors"] = "true"
	a[prefix+"cors-allow-credentials"] = strconv.FormatBool(c.Credentials)
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
			a[prefix+list.key] = strings.Join(list.values, ", ")
		}
	}
	if c.MaxAge > 0 {
		a[prefix+"cors-max-age"] = strconv.Itoa(int(time.Duration(c.MaxAge).Seconds()))
	}
}

// userAnnotations are the annotations of options, with their prefix; or
// those of the user's own Ingress.
func userAnnotations(r route.Route) map[string]string {
	if r.Own != nil {
		return ownAnnotations(r)
	}
	options, _ := r.Options.(options)
	a := map[string]string{}
	for _, t := range options.Annotations {
		a[full(t.Name)] = t.Value
	}
	return a
}

func full(key string) string {
	if strings.Contains(key, "/") {
		return key
	}
	return prefix + key
}

// canaryAnnotations: what makes it a canary, and what it does not inherit.
func canaryAnnotations(r route.Route) map[string]string {
	a := map[string]string{prefix + "canary": "true", prefix + "canary-weight": strconv.Itoa(r.Stage.Split.Weight)}
	for _, m := range r.Matches() {
		for _, h := range m.Headers {
			a[prefix+"canary-by-header"] = h.Name
			switch {
			case h.Exact != "":
				a[prefix+"canary-by-header-value"] = h.Exact
			case h.Prefix != "":
				a[prefix+"canary-by-header-pattern"] = "^" + route.QuoteMeta(h.Prefix)
			default:
				a[prefix+"canary-by-header-pattern"] = "^(?:" + h.Regex + ")$"
			}
		}
		for _, c := range m.Cookies {
			a[prefix+"canary-by-cookie"] = c.Name
		}
	}
	for key, value := range userAnnotations(r) {
		if key == route.ClassAnnotation || slices.Contains(notInherited, strings.TrimPrefix(key, prefix)) {
			a[key] = value
		}
	}
	return a
}

// check refuses what two Ingresses have no words for.
func check(r route.Route) []schemas.Finding {
	retired := r.Find("nginx-retired", "provider", "ingress-nginx is retired: no fixes since March 2026", "provider: gatewayAPI says the same for any Gateway; Traefik from v3.7 and Higress read these Ingresses")
	retired.Severity = schemas.Warning
	found := []schemas.Finding{retired}
	if large := checkSize(r); large != nil {
		return append(found, large...)
	}
	found = append(found, checkMatches(r)...)
	if rewrites(r) {
		for i, p := range r.Paths {
			if p.Prefix == "" {
				found = append(found, r.Find("cannot", fmt.Sprintf("paths[%d]", i), "ingressNginx can rewrite prefixes only", "a prefix; istio and gatewayAPI can rewrite exact paths"))
			}
		}
	}
	options, _ := r.Options.(options)
	for _, t := range options.Annotations {
		if why, hint := refused(full(t.Name)); why != "" {
			found = append(found, r.Find("annotation", "options.annotations."+t.Name, why, hint))
		}
	}
	return append(found, checkOwn(r)...)
}

// checkSize: every host has every path, with a backend.
func checkSize(r route.Route) []schemas.Finding {
	size, hosts := 0, max(1, len(r.Hosts))
	if v := r.Release.Spec.Strategy.Preview; v != nil {
		hosts = max(hosts, len(v.Hosts))
	}
	for _, rule := range specOf(r, []string{""}, "").Rules {
		for _, p := range rule.paths() {
			size += len(`{"path":"","pathType":"","backend":{}}`) + len(p.Path)
		}
	}
	return r.CheckSize("an Ingress", size*hosts)
}

// checkMatches: a canary Ingress knows one header and one cookie, either
// of them enough, and of the cookie one value.
func checkMatches(r route.Route) []schemas.Finding {
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
