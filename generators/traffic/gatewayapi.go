package traffic

import (
	"fmt"
	"slices"
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
		{Group: gatewayGroup, Kind: "GRPCRoute", Versions: []string{"v1"}, Own: true, CRD: gatewayCRD + "grpcroutes.yaml", Refs: gatewayRefs},
		{Group: gatewayGroup, Kind: "ReferenceGrant", Versions: []string{"v1beta1", "v1"}, CRD: gatewayCRD + "referencegrants.yaml", Refs: []Ref{{Path: "spec/to/name", Kind: "Service"}}},
	},
	Can: Can{
		"http": Weights | Matches | MatchPatterns | MatchCookies | MatchQuery | MatchMethod | MatchPath | Mirror | Affinity |
			Previews | Hosts | Paths | PathExact | PathRegex | Timeout | Rewrite | CORS | HeaderEdits | OwnRoute,
		"grpc": Weights | Matches | MatchPatterns | MatchPath | Mirror | Previews | Hosts | Paths | PathExact | HeaderEdits | OwnRoute,
	},
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

// The parts of HTTPRoute and GRPCRoute that are written (gateway-api v1.6.3),
// with the fields that the API server would fill in: Argo CD shows an object
// that leaves them out as OutOfSync.
type (
	gatewayRoute struct {
		ParentRefs []gatewayParent `yaml:"parentRefs"`
		Hostnames  []string        `yaml:"hostnames,omitempty"`
		Rules      []gatewayRule   `yaml:"rules"`
	}
	gatewayParent struct {
		Group       string `yaml:"group"`
		Kind        string `yaml:"kind"`
		Name        string `yaml:"name"`
		Namespace   string `yaml:"namespace,omitempty"`
		SectionName string `yaml:"sectionName,omitempty"`
		Port        int    `yaml:"port,omitempty"`
	}
	gatewayRule struct {
		Matches     []gatewayMatch   `yaml:"matches,omitempty"`
		Filters     []gatewayFilter  `yaml:"filters,omitempty"`
		BackendRefs []gatewayBackend `yaml:"backendRefs"`
		Timeouts    *gatewayTimeouts `yaml:"timeouts,omitempty"`
	}
	gatewayMatch struct {
		Path        *gatewayValue       `yaml:"path,omitempty"`
		Headers     []gatewayNamed      `yaml:"headers,omitempty"`
		QueryParams []gatewayNamed      `yaml:"queryParams,omitempty"`
		Method      any                 `yaml:"method,omitempty"` // string, or *gatewayGRPCMethod
		Other       map[string]yamlNode `yaml:",inline"`
	}
	gatewayValue struct {
		Type  string `yaml:"type"`
		Value string `yaml:"value"`
	}
	gatewayNamed struct {
		Type  string `yaml:"type"`
		Name  string `yaml:"name"`
		Value string `yaml:"value"`
	}
	gatewayGRPCMethod struct {
		Type    string `yaml:"type"`
		Service string `yaml:"service,omitempty"`
		Method  string `yaml:"method,omitempty"`
	}
	gatewayBackend struct {
		Group     string `yaml:"group"`
		Kind      string `yaml:"kind"`
		Name      string `yaml:"name"`
		Namespace string `yaml:"namespace,omitempty"`
		Port      int    `yaml:"port"`
		Weight    *int   `yaml:"weight,omitempty"`
	}
	gatewayFilter struct {
		Type                   string         `yaml:"type"`
		RequestHeaderModifier  *gatewayHeader `yaml:"requestHeaderModifier,omitempty"`
		ResponseHeaderModifier *gatewayHeader `yaml:"responseHeaderModifier,omitempty"`
		RequestMirror          *gatewayMirror `yaml:"requestMirror,omitempty"`
		URLRewrite             *gatewayURL    `yaml:"urlRewrite,omitempty"`
		CORS                   *gatewayCORS   `yaml:"cors,omitempty"`
		RequestRedirect        yamlNode       `yaml:"requestRedirect,omitempty"`
		ExtensionRef           yamlNode       `yaml:"extensionRef,omitempty"`
	}
	gatewayHeader struct {
		Set    []gatewayPair `yaml:"set,omitempty"`
		Add    []gatewayPair `yaml:"add,omitempty"`
		Remove []string      `yaml:"remove,omitempty"`
	}
	gatewayPair struct {
		Name  string `yaml:"name"`
		Value string `yaml:"value"`
	}
	gatewayMirror struct {
		BackendRef gatewayBackend   `yaml:"backendRef"`
		Percent    *int             `yaml:"percent,omitempty"`
		Fraction   *gatewayFraction `yaml:"fraction,omitempty"`
	}
	gatewayFraction struct {
		Numerator   int `yaml:"numerator"`
		Denominator int `yaml:"denominator,omitempty"`
	}
	gatewayURL struct {
		Hostname string          `yaml:"hostname,omitempty"`
		Path     *gatewayURLPath `yaml:"path,omitempty"`
	}
	gatewayURLPath struct {
		Type               string `yaml:"type"`
		ReplaceFullPath    string `yaml:"replaceFullPath,omitempty"`
		ReplacePrefixMatch string `yaml:"replacePrefixMatch,omitempty"`
	}
	gatewayCORS struct {
		AllowOrigins     []string `yaml:"allowOrigins"`
		AllowMethods     []string `yaml:"allowMethods,omitempty"`
		AllowHeaders     []string `yaml:"allowHeaders,omitempty"`
		ExposeHeaders    []string `yaml:"exposeHeaders,omitempty"`
		MaxAge           int      `yaml:"maxAge"`
		AllowCredentials bool     `yaml:"allowCredentials,omitempty"`
	}
	gatewayTimeouts struct {
		Request string `yaml:"request"`
	}
	gatewayGrant struct {
		From []gatewayGrantFrom `yaml:"from"`
		To   []gatewayGrantTo   `yaml:"to"`
	}
	gatewayGrantFrom struct {
		Group     string `yaml:"group"`
		Kind      string `yaml:"kind"`
		Namespace string `yaml:"namespace"`
	}
	gatewayGrantTo struct {
		Group string `yaml:"group"`
		Kind  string `yaml:"kind"`
		Name  string `yaml:"name,omitempty"`
	}
)

func gatewayRender(r Route) []kube.Object {
	spec, kind := gatewaySpec(r), gatewayKind(r)
	each := func(fn func(*yamlNode) []*yamlNode) *yamlNode {
		return kube.Edit(spec, func(rules *yamlNode) *yamlNode { return kube.Each(rules, fn) }, "rules")
	}
	split := each(func(rule *yamlNode) []*yamlNode { return gatewaySplit(r, rule) })
	var objects []kube.Object
	if r.Own != nil {
		objects = append(objects, r.Own.Without("status").With(split, "spec"))
	} else {
		objects = append(objects, object(gatewayGroup+"/v1", kind, r.Meta(r.Name), split))
	}
	if hosts := r.PreviewHosts(); len(hosts) > 0 {
		preview := each(func(rule *yamlNode) []*yamlNode { return []*yamlNode{gatewayToCandidate(r, rule)} })
		objects = append(objects, object(gatewayGroup+"/v1", kind, r.PreviewMeta(), gatewaySpelled(kube.Put(preview, hosts, "hostnames"), kind)))
	}
	return append(objects, gatewayGrants(r, kind)...)
}

// gatewayDefault is a field that the API server fills in, below the items of a list.
type gatewayDefault struct {
	list  []string // keys that lead to the list, lists in between passed through
	field string
	value any
}

var gatewayDefaults = []gatewayDefault{
	{[]string{"parentRefs"}, "group", gatewayGroup},
	{[]string{"parentRefs"}, "kind", "Gateway"},
	{[]string{"rules", "backendRefs"}, "group", ""},
	{[]string{"rules", "backendRefs"}, "kind", "Service"},
	{[]string{"rules", "backendRefs"}, "weight", 1},
	{[]string{"rules", "matches", "headers"}, "type", "Exact"},
	{[]string{"rules", "matches", "queryParams"}, "type", "Exact"},
}

// gatewaySpelled is a spec of the user's with the fields written out that the
// API server would fill in.
func gatewaySpelled(spec *yamlNode, kind string) *yamlNode {
	for _, d := range gatewayDefaults {
		spec = gatewayFill(spec, d.list, func(item *yamlNode) *yamlNode {
			if kube.Get(item, d.field) == nil {
				item = kube.Put(item, d.value, d.field)
			}
			return item
		})
	}
	if kind != "HTTPRoute" {
		return spec
	}
	everything := gatewayPath(schemas.Path{Prefix: "/"})
	spec = gatewayFill(spec, []string{"rules"}, func(rule *yamlNode) *yamlNode {
		if len(kube.Items(rule, "matches")) == 0 {
			rule = kube.Put(rule, []gatewayMatch{{Path: everything}}, "matches")
		}
		return rule
	})
	return gatewayFill(spec, []string{"rules", "matches"}, func(m *yamlNode) *yamlNode {
		path := kube.Get(m, "path")
		if path == nil {
			return kube.Put(m, everything, "path")
		}
		p := gatewayPathOf(path)
		kinds := map[PathKind]string{PathIs: "Exact", PathMatches: "RegularExpression", PathPrefix: "PathPrefix"}
		return kube.Put(m, gatewayValue{kinds[p.Kind], p.Value}, "path")
	})
}

// gatewayFill changes the items of a list, and of the lists within lists.
func gatewayFill(n *yamlNode, list []string, fn func(*yamlNode) *yamlNode) *yamlNode {
	if len(list) == 0 {
		return fn(n)
	}
	if kube.Get(n, list[0]) == nil {
		return n
	}
	return kube.Edit(n, func(items *yamlNode) *yamlNode {
		return kube.Each(items, func(item *yamlNode) []*yamlNode { return []*yamlNode{gatewayFill(item, list[1:], fn)} })
	}, list[0])
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

// gatewaySticky matches the requests of clients that stay on the candidate.
func gatewaySticky(r Route) gatewayMatch {
	return gatewayMatchOf(r, schemas.Match{Cookies: []schemas.NamedString{{Name: r.Affinity.Cookie, String: schemas.String{Exact: stickyValue(r)}}}})
}

// gatewaySplit is what takes the place of a rule that names the apex.
func gatewaySplit(r Route, rule *yamlNode) []*yamlNode {
	if len(gatewayApexRefs(r, rule)) == 0 {
		return []*yamlNode{rule}
	}
	var also []gatewayMatch
	if r.Sticky() != nil {
		also = append(also, gatewaySticky(r))
	}
	for _, m := range r.Matches() {
		also = append(also, gatewayMatchOf(r, m))
	}
	var rules []*yamlNode
	for _, m := range also {
		if joined, _ := gatewayJoin(gatewayMatches(r, rule), kube.Node(m)); len(joined) > 0 {
			rules = append(rules, gatewayFirst(gatewayToCandidate(r, rule), joined))
		}
	}
	return append(rules, gatewayWeighted(r, rule))
}

// gatewayFirst sets the matches of a rule, before its other fields. A name
// would stand twice in the route.
func gatewayFirst(rule *yamlNode, matches []*yamlNode) *yamlNode {
	if kube.Get(rule, "name") != nil {
		rule = kube.Edit(rule, func(*yamlNode) *yamlNode { return nil }, "name")
	}
	if kube.Get(rule, "matches") != nil {
		return kube.Put(rule, matches, "matches")
	}
	first := *rule
	first.Content = append([]*yamlNode{kube.Node("matches"), kube.Node(matches)}, rule.Content...)
	return &first
}

// gatewayToCandidate is the rule with the candidate in the apex's place.
func gatewayToCandidate(r Route, rule *yamlNode) *yamlNode {
	candidate, _ := r.Candidate()
	return gatewayBackends(rule, func(ref *yamlNode) []*yamlNode {
		if gatewayIsApex(r, ref) {
			ref = gatewayTo(ref, candidate)
		}
		return []*yamlNode{ref}
	})
}

// gatewayWeighted is the rule with both tracks in the apex's place, copying to
// the candidate if the stage says so.
func gatewayWeighted(r Route, rule *yamlNode) *yamlNode {
	shares := gatewayShares(r, kube.Items(rule, "backendRefs"))
	share := func(ref *yamlNode) *yamlNode {
		w := shares[0]
		shares = shares[1:]
		return kube.Put(ref, w, "weight")
	}
	weighted := gatewayBackends(rule, func(ref *yamlNode) []*yamlNode {
		if !gatewayIsApex(r, ref) {
			return []*yamlNode{share(ref)}
		}
		var to []*yamlNode
		for _, t := range r.Tracks {
			b := share(gatewayTo(ref, t))
			if r.Sticky() != nil && t.Track == r.Stage.Candidate {
				cookie := gatewayFilter{Type: "ResponseHeaderModifier", ResponseHeaderModifier: &gatewayHeader{Add: []gatewayPair{{"Set-Cookie", stickyCookie(r)}}}}
				b = kube.Put(b, append(slices.Clip(kube.Items(b, "filters")), kube.Node(cookie)), "filters")
			}
			to = append(to, b)
		}
		return to
	})
	candidate, ok := r.Candidate()
	if r.Stage.Split.Mirror == 0 || !ok {
		return weighted
	}
	mirror := gatewayFilter{Type: "RequestMirror", RequestMirror: &gatewayMirror{gatewayBackend{Kind: "Service", Name: candidate.Service, Namespace: gatewayNamespace(r), Port: r.Port.Number}, &r.Stage.Split.Mirror, nil}}
	return kube.Put(weighted, append(slices.Clip(kube.Items(rule, "filters")), kube.Node(mirror)), "filters")
}

// gatewayNamespace is what a reference from the route to a track Service needs.
func gatewayNamespace(r Route) string {
	if r.Own == nil || r.Own.Namespace == r.Source.Namespace() {
		return ""
	}
	return r.Source.Namespace()
}

// gatewayShares are the weights of a rule's backends once every apex is two
// tracks. An omitted weight is 1.
func gatewayShares(r Route, refs []*yamlNode) []int {
	var shares []int
	for _, ref := range refs {
		w, ok := kube.Number(ref, "weight")
		if !ok {
			w = 1
		}
		if !gatewayIsApex(r, ref) {
			shares = append(shares, w*100)
			continue
		}
		for _, t := range r.Tracks {
			shares = append(shares, w*t.Weight)
		}
	}
	return toHundred(shares)
}

func gatewayBackends(rule *yamlNode, fn func(*yamlNode) []*yamlNode) *yamlNode {
	if kube.Get(rule, "backendRefs") == nil {
		return rule
	}
	return kube.Edit(rule, func(refs *yamlNode) *yamlNode { return kube.Each(refs, fn) }, "backendRefs")
}

// gatewayTo is a backend with a track in the apex's place, defaults spelled out.
func gatewayTo(ref *yamlNode, t Target) *yamlNode {
	ref = kube.Put(ref, t.Service, "name")
	for _, d := range []struct{ key, value string }{{"group", ""}, {"kind", "Service"}} {
		if kube.Get(ref, d.key) == nil {
			ref = kube.Put(ref, d.value, d.key)
		}
	}
	return ref
}

func gatewayApexRefs(r Route, rule *yamlNode) []*yamlNode {
	return slices.DeleteFunc(slices.Clone(kube.Items(rule, "backendRefs")), func(ref *yamlNode) bool { return !gatewayIsApex(r, ref) })
}

// gatewayIsApex reports whether a backend is an apex of the release.
func gatewayIsApex(r Route, ref *yamlNode) bool {
	kind, namespace := kube.Text(ref, "kind"), kube.Text(ref, "namespace")
	if namespace == "" && r.Own != nil {
		namespace = r.Own.Namespace
	}
	return kube.Text(ref, "group") == "" && (kind == "" || kind == "Service") &&
		kube.SameNamespace(namespace, r.Source.Namespace()) && slices.Contains(r.Apexes(), kube.Text(ref, "name"))
}

// gatewayCheck refuses what a route has no words for.
func gatewayCheck(r Route) []schemas.Finding {
	var found []schemas.Finding
	options := gatewayOptionsOf(r)
	meshOnly := !slices.ContainsFunc(options.Gateways, func(g string) bool { return g != "mesh" })
	switch {
	case r.Own != nil:
	case !meshOnly && len(r.Hosts) == 0:
		found = append(found, r.Find("hosts-missing", "hosts", "a gateway needs to know which hosts", "hosts: [shop.example.com]"))
	case meshOnly && len(r.Hosts) > 0:
		found = append(found, r.Find("gateway-missing", "options.gateways", "hosts are given but no Gateway that serves them", "gateways: [infra/public], or no hosts for the mesh alone"))
	case meshOnly && r.Release.Spec.Strategy.Preview != nil && len(r.Release.Spec.Strategy.Preview.Hosts) > 0:
		found = append(found, r.Release.Find("gateway-missing", "spec.strategy.preview.hosts", "a mesh knows no hosts but those of its Services (GEP-1294)", "preview by match, or call the candidate's own Service"))
	}
	if r.Rewrite != nil && r.Rewrite.Path != "" {
		for i, p := range r.Paths {
			if p.Regex != "" {
				found = append(found, r.Find("cannot", fmt.Sprintf("paths[%d]", i), "gatewayAPI cannot rewrite what an expression matches", "a prefix or an exact path; istio can"))
			}
		}
	}
	found = append(found, gatewayCheckRegex(r)...)
	rules := kube.Items(gatewaySpec(r), "rules")
	for _, rule := range rules {
		found = append(found, gatewayCheckRule(r, rule)...)
	}
	if !slices.ContainsFunc(rules, func(rule *yamlNode) bool { return len(gatewayApexRefs(r, rule)) > 0 }) {
		found = append(found, r.Find("route-apex", "route", r.Own.ID.String()+" has no backend "+strings.Join(r.Apexes(), " or "), "the Service that selects the workload, as backendRef"))
	}
	return append(found, gatewayCheckSize(r, len(rules))...)
}

// gatewayCheckRegex: matching headers by expression is up to the
// implementation, and one that cannot refuses the whole route.
func gatewayCheckRegex(r Route) []schemas.Finding {
	if gatewayOptionsOf(r).Regex {
		return nil
	}
	var found []schemas.Finding
	fail := func(at string) {
		found = append(found, r.Release.Find("gateway-regex", at, "needs header matches by regular expression, which not every implementation has", "options: {regex: true} under "+r.At+" if yours does"))
	}
	if r.Affinity != nil {
		fail(r.At + ".affinity")
	}
	for at, m := range allMatches(r.Release) {
		pattern := slices.ContainsFunc(slices.Concat(m.Headers, m.Query), func(s schemas.NamedString) bool { return s.Exact == "" })
		if pattern || len(m.Cookies) > 0 {
			fail(at)
		}
	}
	return found
}

// gatewayCheckRule: what the release matches must be joinable with the rule's own match.
func gatewayCheckRule(r Route, rule *yamlNode) []schemas.Finding {
	if len(gatewayApexRefs(r, rule)) == 0 {
		return nil
	}
	var found []schemas.Finding
	for at, m := range allMatches(r.Release) {
		if joined, ok := gatewayJoin(gatewayMatches(r, rule), kube.Node(gatewayMatchOf(r, m))); !ok || len(joined) == 0 {
			found = append(found, r.Release.Find("match-join", at, "cannot be joined with the paths or matches of "+r.At, "a path, header or query parameter that the route does not match by itself already"))
		}
	}
	if r.Affinity != nil {
		if _, ok := gatewayJoin(gatewayMatches(r, rule), kube.Node(gatewaySticky(r))); !ok {
			found = append(found, r.Find("match-join", "affinity", "cannot be joined with a match of the Cookie header in "+r.At, "match another header there"))
		}
	}
	return found
}

// gatewayCheckSize: a route has at most 16 rules (HTTPRouteSpec.rules).
func gatewayCheckSize(r Route, rules int) []schemas.Finding {
	const most = 16
	extra := 0
	for _, s := range r.Release.Spec.Strategy.Steps {
		extra = max(extra, len(s.Match))
	}
	if v := r.Release.Spec.Strategy.Preview; v != nil {
		extra += len(v.Match)
	}
	if r.Affinity != nil {
		extra++
	}
	if n := rules * (1 + extra); n > most {
		return []schemas.Finding{r.Find("route-size", "", fmt.Sprintf("would need %d rules in one route, which has at most %d", n, most), "fewer paths or matches")}
	}
	return nil
}

// gatewayMatches are the matches of a rule; for HTTP, those that the API server
// fills in where there are none.
func gatewayMatches(r Route, rule *yamlNode) []*yamlNode {
	matches := kube.Items(rule, "matches")
	if len(matches) == 0 && gatewayKind(r) == "HTTPRoute" {
		return []*yamlNode{kube.Node(gatewayMatch{Path: gatewayPath(schemas.Path{Prefix: "/"})})}
	}
	return matches
}

// gatewayJoin crosses the matches of a rule with one more. The second answer
// is no where one match cannot say both.
func gatewayJoin(matches []*yamlNode, also *yamlNode) ([]*yamlNode, bool) {
	if len(matches) == 0 {
		return []*yamlNode{also}, true
	}
	var joined []*yamlNode
	for _, m := range matches {
		both, some, ok := gatewayBoth(m, also)
		if !ok {
			return nil, false
		}
		if some {
			joined = append(joined, both)
		}
	}
	return joined, true
}

func gatewayBoth(a, b *yamlNode) (both *yamlNode, some, ok bool) {
	both = a
	for i := 0; i+1 < len(b.Content); i += 2 {
		key, v := b.Content[i].Value, b.Content[i+1]
		have := kube.Get(a, key)
		switch {
		case have == nil || kube.Equal(have, v):
		case key == "path":
			if v, some, ok = gatewayBothPaths(have, v); !some || !ok {
				return nil, some, ok
			}
		case key == "headers" || key == "queryParams":
			if v, ok = gatewayBothNamed(have, v); !ok {
				return nil, false, false
			}
		default:
			if v, some = gatewayBothMethods(have, v); !some {
				return nil, false, true
			}
		}
		both = kube.Put(both, v, key)
	}
	return both, true, true
}

// gatewayBothMethods intersects two methods that differ: of HTTP, there is
// none; of gRPC, one may say less than the other.
func gatewayBothMethods(a, b *yamlNode) (both *yamlNode, some bool) {
	service := kube.Text(a, "service")
	switch {
	case service == "" || service != kube.Text(b, "service"):
		return nil, false
	case kube.Text(a, "method") == "":
		return b, true
	}
	return a, kube.Text(b, "method") == ""
}

func gatewayBothNamed(a, b *yamlNode) (*yamlNode, bool) {
	all := slices.Clone(a.Content)
	for _, n := range b.Content {
		i := slices.IndexFunc(all, func(m *yamlNode) bool { return strings.EqualFold(kube.Text(m, "name"), kube.Text(n, "name")) })
		switch {
		case i < 0:
			all = append(all, n)
		case !kube.Equal(all[i], n):
			return nil, false
		}
	}
	return kube.Node(all), true
}

// gatewayBothPaths intersects two conditions on the path.
func gatewayBothPaths(a, b *yamlNode) (both *yamlNode, some, ok bool) {
	p, q := gatewayPathOf(a), gatewayPathOf(b)
	switch {
	case q.Kind == PathPrefix && q.Value == "/":
		return a, true, true
	case p.Kind == PathPrefix && p.Value == "/":
		return b, true, true
	case p.Kind == PathMatches || q.Kind == PathMatches:
		return nil, false, false
	case p.Kind == PathIs:
		return a, q.fits(p.Value) == Yes, true
	case q.Kind == PathIs, q.fits(p.Value) == No:
		return b, p.fits(q.Value) == Yes, true
	}
	return a, true, true
}
