package traffic

import (
	"strings"
	"time"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// gatewayAPI writes an HTTPRoute or a GRPCRoute, at Gateways or in a mesh
// (GAMMA). As with istio, the route is first one for the apex, and then every
// rule that names the apex is split. Order says nothing here: a rule with more
// conditions wins (HTTPRouteRule.matches), so split rules keep the path of the
// rule they come from.
var gatewayAPI = Provider{
	Name:    "gatewayAPI",
	Title:   "Gateway API",
	Doc:     "Writes an HTTPRoute, or a GRPCRoute with protocol: grpc, for any implementation: Envoy Gateway, Istio, Cilium, NGINX Gateway Fabric, Kong, Traefik, kgateway, Linkerd and others. At Gateways or, where the implementation is a mesh, on the Service itself.",
	URL:     "https://gateway-api.sigs.k8s.io/guides/traffic-splitting/",
	Version: "v1.6.3",
	Also:    []string{"gateway", "httproute", "grpcroute", "nginx", "envoy", "kong", "cilium", "linkerd", "kgateway", "gateway-api"},
	Kinds: []Kind{
		{Group: gatewayGroup, Kind: "HTTPRoute", Versions: []string{"v1", "v1beta1"}, Own: true, CRD: gatewayCRD + "httproutes.yaml", Refs: gatewayRefs},
		{Group: gatewayGroup, Kind: "GRPCRoute", Versions: []string{"v1"}, Own: true, Protocol: "grpc", CRD: gatewayCRD + "grpcroutes.yaml", Refs: gatewayRefs},
		{Group: gatewayGroup, Kind: "ReferenceGrant", Versions: []string{"v1beta1", "v1"}, CRD: gatewayCRD + "referencegrants.yaml", Refs: []Ref{{Path: "spec/to/name", Kind: "Service"}}},
	},
	Can: Can{
		"http": Weights | Matches | MatchPatterns | MatchCookies | MatchQuery | MatchMethod | MatchPath | Mirror | Affinity |
			Previews | Hosts | Paths | PathExact | PathRegex | Timeout | Rewrite | CORS | HeaderEdits | OwnRoute,
		"grpc": Weights | Matches | MatchPatterns | MatchPath | Mirror | Previews | Hosts | Paths | PathExact | HeaderEdits | OwnRoute,
	},
	Reads:   serviceMarks,
	Options: gatewayOptions{},
	Check:   gatewayCheck,
	Render:  gatewayRender,
	Claims:  func(kube.Object, World) bool { return true },
	Read:    gatewayRead,
}

const (
	gatewayGroup = "gateway.networking.k8s.io"
	gatewayCRD   = "sigs.k8s.io/gateway-api/config/crd/standard/gateway.networking.k8s.io_"
)

var gatewayRefs = []Ref{
	{Path: "spec/rules/backendRefs/name", Kind: "Service"},
	{Path: "spec/rules/filters/requestMirror/backendRef/name", Kind: "Service"},
	{Path: "spec/parentRefs/name", Kind: "Gateway", Group: gatewayGroup},
	{Path: "spec/parentRefs/name", Kind: "Service"},
}

type gatewayOptions struct {
	Gateways []string `yaml:"gateways" doc:"Gateways that serve the hosts: name or namespace/name; mesh is the Service itself, for in-cluster clients of a mesh; default: mesh"`
	Section  string   `yaml:"section" rule:"name" doc:"listener of the Gateways; default: every listener that fits"`
	Regex    bool     `yaml:"regex" doc:"the implementation matches headers by regular expression (Envoy-based ones do): allows cookies, patterns and affinity"`
}

func gatewayOptionsOf(r Route) gatewayOptions {
	options, _ := r.Options.(gatewayOptions)
	if len(options.Gateways) == 0 {
		options.Gateways = []string{"mesh"}
	}
	return options
}

func gatewayRender(r Route) []kube.Object {
	spec, kind := gatewaySpec(r), gatewayKind(r)
	each := func(fn func(*yamlNode) []*yamlNode) *yamlNode {
		return kube.Edit(spec, func(rules *yamlNode) *yamlNode { return kube.Each(rules, fn) }, "rules")
	}
	split := each(func(rule *yamlNode) []*yamlNode { return gatewaySplit(r, rule) })
	var objects []kube.Object
	if r.Own != nil {
		objects = append(objects, r.Own.Without("status").With(gatewaySpelled(split, kind), "spec"))
	} else {
		objects = append(objects, object(gatewayGroup+"/v1", kind, r.Meta(r.Name), split))
	}
	if hosts := r.PreviewHosts(); len(hosts) > 0 {
		preview := gatewayAtGateways(each(func(rule *yamlNode) []*yamlNode { return []*yamlNode{gatewayToCandidate(r, rule)} }))
		objects = append(objects, object(gatewayGroup+"/v1", kind, r.PreviewMeta(), gatewaySpelled(kube.Put(preview, hosts, "hostnames"), kind)))
	}
	return append(objects, gatewayGrants(r, kind)...)
}

// gatewayAtGateways is a spec without the Services that it is for: in a mesh,
// hosts are ignored, and the candidate would get everything (GEP-1294).
func gatewayAtGateways(spec *yamlNode) *yamlNode {
	if kube.Get(spec, "parentRefs") == nil {
		return spec
	}
	return kube.Edit(spec, func(parents *yamlNode) *yamlNode {
		return kube.Each(parents, func(p *yamlNode) []*yamlNode {
			if kube.Text(p, "kind") == "Service" {
				return nil
			}
			return []*yamlNode{p}
		})
	}, "parentRefs")
}

func gatewayKind(r Route) string {
	switch {
	case r.Own != nil:
		return r.Own.Kind
	case r.Protocol == "grpc":
		return "GRPCRoute"
	}
	return "HTTPRoute"
}

// gatewayGrants let a route in another namespace name the track Services, at
// every stage.
func gatewayGrants(r Route, kind string) []kube.Object {
	if r.Own == nil || kube.SameNamespace(r.Own.Namespace, r.Source.Namespace()) {
		return nil
	}
	grant := gatewayGrant{From: []gatewayGrantFrom{{gatewayGroup, kind, r.Own.Namespace}}}
	for _, t := range r.Tracks {
		grant.To = append(grant.To, gatewayGrantTo{"", "Service", t.Service})
	}
	return []kube.Object{object(gatewayGroup+"/v1beta1", "ReferenceGrant", r.Meta(r.Name+"-tracks"), grant)}
}

// gatewaySpec is the route's spec before any split: the user's, or one that
// says what the entry asks for.
func gatewaySpec(r Route) *yamlNode {
	if r.Own != nil {
		return r.Own.Get("spec")
	}
	spec := gatewayRoute{Hostnames: r.Hosts}
	options := gatewayOptionsOf(r)
	for _, g := range options.Gateways {
		if g == "mesh" {
			for _, apex := range r.Apexes() {
				spec.ParentRefs = append(spec.ParentRefs, gatewayParent{"", "Service", apex, "", "", r.Port.Number})
			}
			continue
		}
		namespace, name, ok := strings.Cut(g, "/")
		if !ok {
			namespace, name = "", g
		}
		spec.ParentRefs = append(spec.ParentRefs, gatewayParent{gatewayGroup, "Gateway", name, namespace, options.Section, 0})
	}
	weight := 1
	to := []gatewayBackend{{"", "Service", r.Apexes()[0], "", r.Port.Number, &weight}}
	for _, p := range r.paths() {
		rule := gatewayRule{Matches: gatewayPathMatch(r, p), Filters: gatewayFilters(r, p), BackendRefs: to}
		if r.Timeout > 0 {
			rule.Timeouts = &gatewayTimeouts{r.Timeout.String()}
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

// gatewayPathMatch says a path in the words of the route's kind.
func gatewayPathMatch(r Route, p schemas.Path) []gatewayMatch {
	if gatewayKind(r) == "HTTPRoute" {
		return []gatewayMatch{{Path: gatewayPath(p)}}
	}
	if m := gatewayMethod(p); m != nil {
		return []gatewayMatch{{Method: m}}
	}
	return nil
}

func gatewayPath(p schemas.Path) *gatewayValue {
	switch {
	case p.Exact != "":
		return &gatewayValue{"Exact", p.Exact}
	case p.Regex != "":
		return &gatewayValue{"RegularExpression", p.Regex}
	case p.Prefix != "/":
		return &gatewayValue{"PathPrefix", strings.TrimSuffix(p.Prefix, "/")}
	}
	return &gatewayValue{"PathPrefix", "/"}
}

// gatewayMethod says a gRPC path, /package.Service/Method, by its parts; nil:
// every method.
func gatewayMethod(p schemas.Path) *gatewayGRPCMethod {
	service, method, _ := strings.Cut(strings.Trim(p.Exact+p.Prefix, "/"), "/")
	if service == "" {
		return nil
	}
	return &gatewayGRPCMethod{"Exact", service, method}
}

// gatewayFilters are what the entry asks for beside routing.
func gatewayFilters(r Route, p schemas.Path) []gatewayFilter {
	var filters []gatewayFilter
	if h := r.Headers; h != nil && h.Request != nil {
		filters = append(filters, gatewayFilter{Type: "RequestHeaderModifier", RequestHeaderModifier: gatewayHeaders(*h.Request)})
	}
	if h := r.Headers; h != nil && h.Response != nil {
		filters = append(filters, gatewayFilter{Type: "ResponseHeaderModifier", ResponseHeaderModifier: gatewayHeaders(*h.Response)})
	}
	if w := r.Rewrite; w != nil {
		url := gatewayURL{Hostname: w.Host}
		switch {
		case w.Path != "" && p.Exact != "":
			url.Path = &gatewayURLPath{Type: "ReplaceFullPath", ReplaceFullPath: w.Path}
		case w.Path != "":
			url.Path = &gatewayURLPath{Type: "ReplacePrefixMatch", ReplacePrefixMatch: w.Path}
		}
		filters = append(filters, gatewayFilter{Type: "URLRewrite", URLRewrite: &url})
	}
	if c := r.CORS; c != nil {
		const defaultMaxAge = 5 // seconds, HTTPCORSFilter.maxAge
		cors := gatewayCORS{c.Origins, c.Methods, c.Headers, c.Expose, int(time.Duration(c.MaxAge).Seconds()), c.Credentials}
		if cors.MaxAge == 0 {
			cors.MaxAge = defaultMaxAge
		}
		filters = append(filters, gatewayFilter{Type: "CORS", CORS: &cors})
	}
	return filters
}

func gatewayHeaders(e schemas.HeaderEdit) *gatewayHeader {
	pairs := func(list []schemas.NamedText) []gatewayPair {
		var out []gatewayPair
		for _, t := range list {
			out = append(out, gatewayPair(t))
		}
		return out
	}
	return &gatewayHeader{pairs(e.Set), pairs(e.Add), e.Remove}
}

// gatewayMatchOf says a match of the release in the words of the route's kind.
func gatewayMatchOf(r Route, m schemas.Match) gatewayMatch {
	var out gatewayMatch
	for _, h := range m.Headers {
		out.Headers = append(out.Headers, gatewayNamedOf(h))
	}
	for _, c := range m.Cookies {
		out.Headers = append(out.Headers, gatewayNamed{"RegularExpression", "Cookie", cookieRegex(c)})
	}
	for _, q := range m.Query {
		out.QueryParams = append(out.QueryParams, gatewayNamedOf(q))
	}
	if m.Method != "" {
		out.Method = m.Method
	}
	if m.Path == nil {
		return out
	}
	if gatewayKind(r) == "HTTPRoute" {
		out.Path = gatewayPath(*m.Path)
	} else if method := gatewayMethod(*m.Path); method != nil {
		out.Method = method
	}
	return out
}

func gatewayNamedOf(s schemas.NamedString) gatewayNamed {
	switch {
	case s.Prefix != "":
		return gatewayNamed{"RegularExpression", s.Name, quoteMeta(s.Prefix) + ".*"}
	case s.Regex != "":
		return gatewayNamed{"RegularExpression", s.Name, s.Regex}
	}
	return gatewayNamed{"Exact", s.Name, s.Exact}
}
