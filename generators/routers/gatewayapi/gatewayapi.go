// Package gatewayapi writes and reads HTTPRoutes and GRPCRoutes of the Gateway API,
// for any implementation.
package gatewayapi

import (
	"github.com/cutoverdev/cutover/generators/route"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// Provider writes an HTTPRoute or a GRPCRoute, at Gateways or in a mesh
// (GAMMA). As with istio, the route is first one for the apex, and then every
// rule that names the apex is split. Order says nothing here: a rule with more
// conditions wins (HTTPRouteRule.matches), so split rules keep the path of the
// rule they come from.
var Provider = route.Provider{
	Name:    "gatewayAPI",
	Title:   "Gateway API",
	Doc:     "Writes an HTTPRoute, or a GRPCRoute with protocol: grpc, for any implementation: Envoy Gateway, Istio, Cilium, NGINX Gateway Fabric, Kong, Traefik, kgateway, Linkerd and others. At Gateways or, where the implementation is a mesh, on the Service itself.",
	URL:     "https://gateway-api.sigs.k8s.io/guides/traffic-splitting/",
	Version: "v1.6.3",
	Also:    []string{"gateway", "httproute", "grpcroute", "nginx", "envoy", "kong", "cilium", "linkerd", "kgateway", "gateway-api"},
	Kinds: []route.Kind{
		{Group: group, Kind: "HTTPRoute", Versions: []string{"v1", "v1beta1"}, Own: true, CRD: crd + "httproutes.yaml", Refs: refs},
		{Group: group, Kind: "GRPCRoute", Versions: []string{"v1"}, Own: true, Protocol: "grpc", CRD: crd + "grpcroutes.yaml", Refs: refs},
		{Group: group, Kind: "ReferenceGrant", Versions: []string{"v1beta1", "v1"}, CRD: crd + "referencegrants.yaml", Refs: []route.Ref{{Path: "spec/to/name", Kind: "Service"}}},
	},
	Can: route.Can{
		"http": route.Weights | route.Matches | route.MatchPatterns | route.MatchCookies | route.MatchQuery | route.MatchMethod | route.MatchPath | route.Mirror | route.Affinity |
			route.Previews | route.Hosts | route.Paths | route.PathExact | route.PathRegex | route.Timeout | route.Rewrite | route.CORS | route.HeaderEdits | route.OwnRoute,
		"grpc": route.Weights | route.Matches | route.MatchPatterns | route.MatchPath | route.Mirror | route.Previews | route.Hosts | route.Paths | route.PathExact | route.HeaderEdits | route.OwnRoute,
	},
	ServiceAnnotations: route.ServiceMarks,
	Options:            options{},
	Check:              check,
	Render:             render,
	Claims:             func(kube.Object, route.World) bool { return true },
	Read:               read,
}

const (
	group = "gateway.networking.k8s.io"
	crd   = "sigs.k8s.io/gateway-api/config/crd/standard/gateway.networking.k8s.io_"
)

var refs = []route.Ref{
	{Path: "spec/rules/backendRefs/name", Kind: "Service"},
	{Path: "spec/rules/filters/requestMirror/backendRef/name", Kind: "Service"},
	{Path: "spec/parentRefs/name", Kind: "Gateway", Group: group},
	{Path: "spec/parentRefs/name", Kind: "Service"},
}

type options struct {
	Gateways []string `yaml:"gateways" doc:"Gateways that serve the hosts: name or namespace/name; mesh is the Service itself, for in-cluster clients of a mesh; default: mesh"`
	Section  string   `yaml:"section" rule:"name" doc:"listener of the Gateways; default: every listener that fits"`
	Regex    bool     `yaml:"regex" doc:"the implementation matches headers by regular expression (Envoy-based ones do): allows cookies, patterns and affinity"`
}

func optionsOf(r route.Route) options {
	options, _ := r.Options.(options)
	if len(options.Gateways) == 0 {
		options.Gateways = []string{"mesh"}
	}
	return options
}

func render(r route.Route) []kube.Object {
	spec, kind := spec(r), kind(r)
	each := func(fn func(*yaml.Node) []*yaml.Node) *yaml.Node {
		return kube.Edit(spec, func(rules *yaml.Node) *yaml.Node { return kube.Each(rules, fn) }, "rules")
	}
	split := each(func(rule *yaml.Node) []*yaml.Node { return split(r, rule) })
	var objects []kube.Object
	if r.Own != nil {
		objects = append(objects, r.Own.Without("status").With(spelled(split, kind), "spec"))
	} else {
		objects = append(objects, route.NewObject(group+"/v1", kind, r.Meta(r.Name), split))
	}
	if hosts := r.PreviewHosts(); len(hosts) > 0 {
		preview := atGateways(each(func(rule *yaml.Node) []*yaml.Node { return []*yaml.Node{toCandidate(r, rule)} }))
		objects = append(objects, route.NewObject(group+"/v1", kind, r.PreviewMeta(), spelled(kube.Put(preview, hosts, "hostnames"), kind)))
	}
	return append(objects, grants(r, kind)...)
}

// atGateways is a spec without the Services that it is for: in a mesh,
// hosts are ignored, and the candidate would get everything (GEP-1294).
func atGateways(spec *yaml.Node) *yaml.Node {
	if kube.Get(spec, "parentRefs") == nil {
		return spec
	}
	return kube.Edit(spec, func(parents *yaml.Node) *yaml.Node {
		return kube.Each(parents, func(p *yaml.Node) []*yaml.Node {
			if kube.Text(p, "kind") == "Service" {
				return nil
			}
			return []*yaml.Node{p}
		})
	}, "parentRefs")
}

func kind(r route.Route) string {
	switch {
	case r.Own != nil:
		return r.Own.Kind
	case r.Protocol == "grpc":
		return "GRPCRoute"
	}
	return "HTTPRoute"
}

// grants let a route in another namespace name the track Services, at
// every stage.
func grants(r route.Route, kind string) []kube.Object {
	if r.Own == nil || kube.SameNamespace(r.Own.Namespace, r.Source.Namespace()) {
		return nil
	}
	grant := grant{From: []grantFrom{{group, kind, r.Own.Namespace}}}
	for _, t := range r.Tracks {
		grant.To = append(grant.To, grantTo{"", "Service", t.Service})
	}
	return []kube.Object{route.NewObject(group+"/v1beta1", "ReferenceGrant", r.Meta(r.Name+"-tracks"), grant)}
}

// spec is the route's spec before any split: the user's, or one that
// says what the entry asks for.
func spec(r route.Route) *yaml.Node {
	if r.Own != nil {
		return r.Own.Get("spec")
	}
	spec := routeObject{Hostnames: r.Hosts}
	options := optionsOf(r)
	for _, g := range options.Gateways {
		if g == "mesh" {
			for _, apex := range r.Apexes() {
				spec.ParentRefs = append(spec.ParentRefs, parent{"", "Service", apex, "", "", r.Port.Number})
			}
			continue
		}
		namespace, name, ok := strings.Cut(g, "/")
		if !ok {
			namespace, name = "", g
		}
		spec.ParentRefs = append(spec.ParentRefs, parent{group, "Gateway", name, namespace, options.Section, 0})
	}
	weight := 1
	to := []backend{{"", "Service", r.Apexes()[0], "", r.Port.Number, &weight}}
	for _, p := range r.EntryPaths() {
		rule := rule{Matches: pathMatch(r, p), Filters: filters(r, p), BackendRefs: to}
		if r.Timeout > 0 {
			rule.Timeouts = &timeouts{r.Timeout.String()}
		}
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

// pathMatch says a path in the words of the route's kind.
func pathMatch(r route.Route, p schemas.Path) []match {
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
func filters(r route.Route, p schemas.Path) []filter {
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
func matchOf(r route.Route, m schemas.Match) match {
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
