package traffic

import (
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// istio writes a VirtualService over the track Services with a DestinationRule
// each, or over one Service with a subset per track.
//
// A VirtualService is made in two moves: first as a person would write it for
// the apex, or as the person did write it (route:); then every rule that names
// the apex is split.
var istio = Provider{
	Name:    "istio",
	Title:   "Istio",
	Doc:     "Writes a VirtualService over the two track Services and a DestinationRule for each; options.subsets: one DestinationRule with a subset per track instead. At gateways, in the mesh, or both; several entries in the mesh share one VirtualService there, <release>-mesh.",
	URL:     "https://istio.io/latest/docs/reference/config/networking/virtual-service/",
	Version: "1.31",
	Also:    []string{"mesh", "virtualservice", "envoy"},
	Kinds: []Kind{
		{Group: istioGroup, Kind: "VirtualService", Versions: []string{"v1", "v1beta1", "v1alpha3"}, Own: true, CRD: istioCRD, Refs: []Ref{
			{Path: "spec/hosts", Kind: "Service"},
			{Path: "spec/http/route/destination/host", Kind: "Service"},
			{Path: "spec/http/mirror/host", Kind: "Service"},
			{Path: "spec/http/mirrors/destination/host", Kind: "Service"},
			{Path: "spec/tcp/route/destination/host", Kind: "Service"},
			{Path: "spec/tls/route/destination/host", Kind: "Service"},
			{Path: "spec/http/delegate/name", Kind: "VirtualService", Group: istioGroup},
			{Path: "spec/gateways", Kind: "Gateway", Group: istioGroup},
		}},
		{Group: istioGroup, Kind: "DestinationRule", Versions: []string{"v1", "v1beta1", "v1alpha3"}, CRD: istioCRD, Refs: []Ref{
			{Path: "spec/host", Kind: "Service"},
		}},
	},
	Can: Can{
		"http": istioHTTPCan,
		"grpc": istioHTTPCan,
		"tcp":  istioL4Can,
		"tls":  istioL4Can,
	},
	// istio.io/api/annotation and label, 1.31
	Reads: append(marks("istio.io/", "networking.istio.io/"),
		"networking.istio.io/exportTo", "networking.istio.io/traffic-distribution",
		"istio.io/use-waypoint", "istio.io/use-waypoint-namespace", "istio.io/ingress-use-waypoint",
	),
	Options: istioOptions{},
	Check:   istioCheck,
	Draft:   istioDraft,
	Render:  istioRender,
	Join:    istioJoined,
	Claims:  func(kube.Object, World) bool { return true },
	Read:    istioRead,
}

const istioHTTPCan = Weights | Matches | MatchPatterns | MatchCookies | MatchQuery | MatchMethod | MatchPath | Mirror | Affinity |
	Previews | Hosts | Paths | PathExact | PathRegex | Timeout | Retries | Rewrite | CORS | HeaderEdits | OwnRoute

const istioL4Can = Weights | Hosts | OwnRoute

type istioOptions struct {
	Gateways      []string  `yaml:"gateways" doc:"gateways that serve the hosts: name or namespace/name; mesh is every sidecar; default: mesh"`
	Subsets       bool      `yaml:"subsets" doc:"one DestinationRule with a subset per track, over a Service <workload>-tracks that selects both"`
	TrafficPolicy *yamlNode `yaml:"trafficPolicy" doc:"trafficPolicy of every DestinationRule, in Istio's words"`
}

const (
	istioGroup = "networking.istio.io"
	istioCRD   = "istio.io/api/kubernetes/customresourcedefinitions.gen.yaml"
	istioMesh  = "mesh"
)

func istioOptionsOf(t schemas.Traffic) istioOptions {
	options, _ := t.Options.(istioOptions)
	if len(options.Gateways) == 0 {
		options.Gateways = []string{istioMesh}
	}
	return options
}

func istioRender(r Route) []kube.Object {
	var objects []kube.Object
	for _, part := range istioParts(r) {
		objects = append(objects, istioServices(part)...)
	}
	return append(objects, istioDestinations(r)...)
}

// istioParts are the entries to write a VirtualService each for: one, unless
// several are in the mesh. There only one VirtualService counts for a host, so
// what they have to say of the mesh goes into one, see [istioJoined].
func istioParts(r Route) []Route {
	inMesh := func(t schemas.Traffic) bool {
		return t.Provider == r.Provider && t.Route == nil && slices.Contains(istioOptionsOf(t).Gateways, istioMesh)
	}
	meshed := slices.DeleteFunc(slices.Clone(r.Release.Spec.Traffic), func(t schemas.Traffic) bool { return !inMesh(t) })
	if len(meshed) < 2 || !inMesh(r.Traffic) {
		return []Route{r}
	}
	var parts []Route
	options := istioOptionsOf(r.Traffic)
	if edge := istioEdge(options.Gateways); len(edge) > 0 {
		at := r
		options.Gateways = edge
		at.Options = options
		parts = append(parts, at)
	}
	r.Name, r.Hosts = r.Release.Metadata.Name+"-"+istioMesh, nil
	options.Gateways = []string{istioMesh}
	r.Options = options
	return append(parts, r)
}

// istioEdge are the gateways that are not the mesh.
func istioEdge(gateways []string) []string {
	return slices.DeleteFunc(slices.Clone(gateways), func(g string) bool { return g == istioMesh })
}

// istioJoined is the one VirtualService in the mesh of two entries.
func istioJoined(a, b kube.Object) (kube.Object, bool) {
	for _, o := range []kube.Object{a, b} {
		if o.Kind != "VirtualService" || !kube.Equal(o.Get("spec", "gateways"), kube.Node([]string{istioMesh})) {
			return kube.Object{}, false
		}
	}
	for _, key := range append([]string{"hosts"}, istioLists...) {
		both := slices.Clone(kube.Items(a.Node, "spec", key))
		for _, n := range kube.Items(b.Node, "spec", key) {
			if !slices.ContainsFunc(both, func(m *yamlNode) bool { return kube.Equal(m, n) }) {
				both = append(both, n)
			}
		}
		if len(both) > 0 {
			a = a.With(both, "spec", key)
		}
	}
	return a, true
}

// istioServices are the VirtualServices of an entry: its own, and that of its
// preview hosts.
func istioServices(r Route) []kube.Object {
	spec := istioSpec(r)
	split := istioEach(spec, istioLists[:1], func(rule *yamlNode) []*yamlNode { return istioSplit(r, rule) })
	split = istioEach(split, istioLists[1:], func(rule *yamlNode) []*yamlNode { return istioSplit(istioByWeight(r), rule) })
	var objects []kube.Object
	if r.Own != nil {
		objects = append(objects, r.Own.Without("status").With(split, "spec"))
	} else {
		objects = append(objects, object(istioGroup+"/v1", "VirtualService", r.Meta(r.Name), split))
	}
	if hosts := r.PreviewHosts(); len(hosts) > 0 {
		objects = append(objects, object(istioGroup+"/v1", "VirtualService", r.PreviewMeta(), kube.Put(istioPreview(r, spec), hosts, "hosts")))
	}
	return objects
}

// istioPreview is the spec with the candidate in the apex's place: of HTTP, for
// a connection does not say which host it is for.
func istioPreview(r Route, spec *yamlNode) *yamlNode {
	for _, key := range istioLists[1:] {
		if kube.Get(spec, key) != nil {
			spec = kube.Edit(spec, func(*yamlNode) *yamlNode { return nil }, key)
		}
	}
	return istioEach(spec, istioLists[:1], func(rule *yamlNode) []*yamlNode { return []*yamlNode{istioToCandidate(r, rule)} })
}

// istioDestinations are the DestinationRules, which exist at every stage.
func istioDestinations(r Route) []kube.Object {
	options := istioOptionsOf(r.Traffic)
	rule := func(host string, subsets []istioSubset) kube.Object {
		spec := istioDestinationRule{Host: host, Subsets: subsets}
		if options.TrafficPolicy != nil {
			spec.TrafficPolicy = *options.TrafficPolicy
		}
		return object(istioGroup+"/v1", "DestinationRule", r.Meta(host), spec)
	}
	if !options.Subsets {
		return []kube.Object{rule(r.Tracks[0].Service, nil), rule(r.Tracks[1].Service, nil)}
	}
	var subsets []istioSubset
	for _, t := range r.Tracks {
		subsets = append(subsets, istioSubset{t.Track, map[string]string{workload.TrackLabel: t.Track}})
	}
	both := istioBoth(r)
	svc := r.Source.Service(both, "").With("request-gone", "metadata", "annotations", workload.AcceptAnnotation) // nobody calls it but the routes
	return []kube.Object{svc, rule(both, subsets)}
}

// istioBoth is the Service over both tracks that subsets divide. It is never
// an apex: clients outside the mesh would get both tracks by halves.
func istioBoth(r Route) string { return r.Source.Object.Name + "-tracks" }

// istioSpec is the VirtualService's spec before any split: the user's, or one
// that says what the entry asks for.
func istioSpec(r Route) *yamlNode {
	if r.Own != nil {
		return r.Own.Get("spec")
	}
	gateways := istioOptionsOf(r.Traffic).Gateways
	spec := istioVirtualService{Hosts: slices.Clone(r.Hosts), Gateways: gateways}
	if slices.Contains(gateways, istioMesh) {
		spec.Hosts = append(spec.Hosts, istioMeshHosts(r)...)
	}
	to := []istioRoute{{Destination: istioDestination{Host: r.Apexes()[0], Port: &istioPort{r.Port.Number}}, Weight: 100}}
	scopes := istioScopes(r, gateways)
	switch r.Protocol {
	case "tcp":
		spec.TCP = []istioL4{{istioL4Matches(scopes, nil), to}}
	case "tls":
		spec.TLS = []istioL4{{istioL4Matches(scopes, spec.Hosts), to}}
	default:
		spec.HTTP = istioHTTPRules(r, to, scopes)
	}
	return kube.Node(spec)
}

// istioMeshHosts are the names of the apexes in the mesh. Istio completes the
// short ones, but not in sniHosts: there, every name that clients may dial must
// be said, and each be among the hosts (Istio 1.31, resolveVirtualServiceShortnames).
func istioMeshHosts(r Route) []string {
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

// istioScopes says which requests for the hosts are the entry's, before paths:
// in the mesh, a host has all ports of its Service, and the others are not.
func istioScopes(r Route, gateways []string) []istioMatch {
	if !r.Source.Several() || !slices.Contains(gateways, istioMesh) {
		return []istioMatch{{}}
	}
	if len(gateways) == 1 {
		return []istioMatch{{Port: r.Port.Number}}
	}
	return []istioMatch{{Gateways: istioEdge(gateways)}, {Gateways: []string{istioMesh}, Port: r.Port.Number}}
}

func istioL4Matches(scopes []istioMatch, sni []string) []istioL4Match {
	var matches []istioL4Match
	for _, m := range scopes {
		if sni != nil || m.Port != 0 || m.Gateways != nil {
			matches = append(matches, istioL4Match{Port: m.Port, Gateways: m.Gateways, SNIHosts: sni})
		}
	}
	return matches
}

// istioHTTPRules are the rules for the entry's paths: one, unless a rewrite
// must know which prefix it takes the place of.
func istioHTTPRules(r Route, to []istioRoute, scopes []istioMatch) []istioHTTP {
	var rules []istioHTTP
	for _, p := range r.paths() {
		for _, uri := range istioPath(p) {
			rule := istioHTTPRule(r, to)
			rule.Rewrite = istioRewriteOf(r.Rewrite, uri)
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

// istioHTTPRule is a rule without its match.
func istioHTTPRule(r Route, to []istioRoute) istioHTTP {
	rule := istioHTTP{Route: to, CorsPolicy: istioCORSOf(r.CORS), Headers: istioHeadersOf(r.Headers)}
	if r.Timeout > 0 {
		rule.Timeout = r.Timeout.Seconds() + "s"
	}
	if v := r.Retries; v != nil {
		rule.Retries = &istioRetries{Attempts: v.Attempts, RetryOn: strings.Join(v.On, ",")}
		if v.PerTry > 0 {
			rule.Retries.PerTryTimeout = v.PerTry.Seconds() + "s"
		}
	}
	return rule
}

// istioRewriteOf is the rewrite for one path. What Istio replaces is the matched
// prefix, slash included: /a/ becomes /b/, so that /a/x becomes /b/x.
func istioRewriteOf(w *schemas.Rewrite, uri *istioString) *istioRewrite {
	switch {
	case w == nil:
		return nil
	case w.Path != "" && (uri == nil || uri.Prefix != ""):
		return &istioRewrite{strings.TrimSuffix(w.Path, "/") + "/", w.Host}
	}
	return &istioRewrite{w.Path, w.Host}
}

// istioPath says a path in Istio's words. Its prefix compares characters, so a
// prefix by segments is the path itself and everything below it.
func istioPath(p schemas.Path) []*istioString {
	switch {
	case p.Exact != "":
		return []*istioString{{Exact: p.Exact}}
	case p.Regex != "":
		return []*istioString{{Regex: p.Regex}}
	case p.Prefix == "/":
		return []*istioString{nil}
	}
	path := strings.TrimSuffix(p.Prefix, "/")
	return []*istioString{{Exact: path}, {Prefix: path + "/"}}
}

func istioCORSOf(c *schemas.CORS) *istioCORS {
	if c == nil {
		return nil
	}
	out := istioCORS{AllowMethods: c.Methods, AllowHeaders: c.Headers, ExposeHeaders: c.Expose, AllowCredentials: c.Credentials}
	for _, o := range c.Origins {
		origin := istioString{Exact: o}
		if o == "*" {
			origin = istioString{Regex: ".*"}
		}
		out.AllowOrigins = append(out.AllowOrigins, origin)
	}
	if c.MaxAge > 0 {
		out.MaxAge = c.MaxAge.Seconds() + "s"
	}
	return &out
}

func istioHeadersOf(h *schemas.Headers) *istioHeaders {
	if h == nil {
		return nil
	}
	edit := func(e *schemas.HeaderEdit) *istioHeaderEdit {
		if e == nil {
			return nil
		}
		return &istioHeaderEdit{Set: textMap(e.Set), Add: textMap(e.Add), Remove: e.Remove}
	}
	return &istioHeaders{Request: edit(h.Request), Response: edit(h.Response)}
}

// istioMatches says a match of the release in Istio's words: any of the
// entries. Header names are lower case there.
func istioMatches(m schemas.Match) []*yamlNode {
	base := istioMatch{Headers: map[string]istioString{}, QueryParams: map[string]istioString{}}
	for _, h := range m.Headers {
		base.Headers[strings.ToLower(h.Name)] = istioString(h.String)
	}
	for _, c := range m.Cookies {
		base.Headers["cookie"] = istioString{Regex: cookieRegex(c)}
	}
	for _, q := range m.Query {
		base.QueryParams[q.Name] = istioString(q.String)
	}
	if m.Method != "" {
		base.Method = &istioString{Exact: m.Method}
	}
	paths := []*istioString{nil}
	if m.Path != nil {
		paths = istioPath(*m.Path)
	}
	var all []*yamlNode
	for _, uri := range paths {
		base.URI = uri
		all = append(all, kube.Node(base))
	}
	return all
}

// cookieRegex matches one cookie in a Cookie header, as an expression for the
// whole header.
func cookieRegex(c schemas.NamedString) string {
	value := quoteMeta(c.Exact)
	switch {
	case c.Prefix != "":
		value = quoteMeta(c.Prefix) + "[^;]*"
	case c.Regex != "":
		value = "(?:" + c.Regex + ")"
	}
	return `(?:.*;\s*)?` + quoteMeta(c.Name) + "=" + value + `(?:\s*;.*)?`
}
