// Package istio writes and reads VirtualServices and DestinationRules, for the mesh
// and for Istio's gateways.
package istio

import (
	"github.com/cutoverdev/cutover/generators/route"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// Provider writes a VirtualService over the track Services with a DestinationRule
// each, or over one Service with a subset per track.
//
// A VirtualService is made in two moves: first as a person would write it for
// the apex, or as the person did write it (route:); then every rule that names
// the apex is split.
var Provider = route.Provider{
	Name:    "istio",
	Title:   "Istio",
	Doc:     "Writes a VirtualService over the two track Services and a DestinationRule for each; options.subsets: one DestinationRule with a subset per track instead. At gateways, in the mesh, or both; several entries in the mesh share one VirtualService there, <release>-mesh.",
	URL:     "https://istio.io/latest/docs/reference/config/networking/virtual-service/",
	Version: "1.31",
	Also:    []string{"mesh", "virtualservice", "envoy"},
	Kinds: []route.Kind{
		{Group: group, Kind: "VirtualService", Versions: []string{"v1", "v1beta1", "v1alpha3"}, Own: true, CRD: crd, Refs: []route.Ref{
			{Path: "spec/hosts", Kind: "Service"},
			{Path: "spec/http/route/destination/host", Kind: "Service"},
			{Path: "spec/http/mirror/host", Kind: "Service"},
			{Path: "spec/http/mirrors/destination/host", Kind: "Service"},
			{Path: "spec/tcp/route/destination/host", Kind: "Service"},
			{Path: "spec/tls/route/destination/host", Kind: "Service"},
			{Path: "spec/http/delegate/name", Kind: "VirtualService", Group: group},
			{Path: "spec/gateways", Kind: "Gateway", Group: group},
		}},
		{Group: group, Kind: "DestinationRule", Versions: []string{"v1", "v1beta1", "v1alpha3"}, CRD: crd, Refs: []route.Ref{
			{Path: "spec/host", Kind: "Service"},
		}},
	},
	Can: route.Can{
		"http": httpCan,
		"grpc": httpCan,
		"tcp":  l4Can,
		"tls":  l4Can,
	},
	// Provider.io/api/annotation and label, 1.31
	ServiceAnnotations: append(route.MarksWithout("istio.io/", "networking.istio.io/"),
		"networking.istio.io/exportTo", "networking.istio.io/traffic-distribution",
		"istio.io/use-waypoint", "istio.io/use-waypoint-namespace", "istio.io/ingress-use-waypoint",
	),
	Options: options{},
	Check:   check,
	Draft:   draft,
	Render:  render,
	Join:    joined,
	Claims:  func(kube.Object, route.World) bool { return true },
	Read:    read,
}

const httpCan = route.Weights | route.Matches | route.MatchPatterns | route.MatchCookies | route.MatchQuery | route.MatchMethod | route.MatchPath | route.Mirror | route.Affinity |
	route.Previews | route.Hosts | route.Paths | route.PathExact | route.PathRegex | route.Timeout | route.Retries | route.Rewrite | route.CORS | route.HeaderEdits | route.OwnRoute

const l4Can = route.Weights | route.Hosts | route.OwnRoute

type options struct {
	Gateways      []string   `yaml:"gateways" doc:"gateways that serve the hosts: name or namespace/name; mesh is every sidecar; default: mesh"`
	Subsets       bool       `yaml:"subsets" doc:"one DestinationRule with a subset per track, over a Service <workload>-tracks that selects both"`
	TrafficPolicy *yaml.Node `yaml:"trafficPolicy" doc:"trafficPolicy of every DestinationRule, in Istio's words"`
}

const (
	group = "networking.istio.io"
	crd   = "istio.io/api/kubernetes/customresourcedefinitions.gen.yaml"
)

func optionsOf(t schemas.Traffic) options {
	options, _ := t.Options.(options)
	if len(options.Gateways) == 0 {
		options.Gateways = []string{route.MeshEntry}
	}
	return options
}

func render(r route.Route) []kube.Object {
	var objects []kube.Object
	for _, part := range parts(r) {
		objects = append(objects, services(part)...)
	}
	return append(objects, destinations(r)...)
}

// parts are the entries to write a VirtualService each for: one, unless
// several are in the mesh. There only one VirtualService counts for a host, so
// what they have to say of the mesh goes into one, see [istioJoined].
func parts(r route.Route) []route.Route {
	inMesh := func(t schemas.Traffic) bool {
		return t.Provider == r.Provider && t.Route == nil && slices.Contains(optionsOf(t).Gateways, route.MeshEntry)
	}
	meshed := slices.DeleteFunc(slices.Clone(r.Release.Spec.Traffic), func(t schemas.Traffic) bool { return !inMesh(t) })
	if len(meshed) < 2 || !inMesh(r.Traffic) {
		return []route.Route{r}
	}
	var parts []route.Route
	options := optionsOf(r.Traffic)
	if edge := edge(options.Gateways); len(edge) > 0 {
		at := r
		options.Gateways = edge
		at.Options = options
		parts = append(parts, at)
	}
	r.Name, r.Hosts = r.Release.Metadata.Name+"-"+route.MeshEntry, nil
	options.Gateways = []string{route.MeshEntry}
	r.Options = options
	return append(parts, r)
}

// edge are the gateways that are not the mesh.
func edge(gateways []string) []string {
	return slices.DeleteFunc(slices.Clone(gateways), func(g string) bool { return g == route.MeshEntry })
}

// joined is the one VirtualService in the mesh of two entries.
func joined(a, b kube.Object) (kube.Object, bool) {
	for _, o := range []kube.Object{a, b} {
		if o.Kind != "VirtualService" || !kube.Equal(o.Get("spec", "gateways"), kube.Node([]string{route.MeshEntry})) {
			return kube.Object{}, false
		}
	}
	for _, key := range append([]string{"hosts"}, lists...) {
		both := slices.Clone(kube.Items(a.Node, "spec", key))
		for _, n := range kube.Items(b.Node, "spec", key) {
			if !slices.ContainsFunc(both, func(m *yaml.Node) bool { return kube.Equal(m, n) }) {
				both = append(both, n)
			}
		}
		if len(both) > 0 {
			a = a.With(both, "spec", key)
		}
	}
	return a, true
}

// services are the VirtualServices of an entry: its own, and that of its
// preview hosts.
func services(r route.Route) []kube.Object {
	spec := spec(r)
	split := each(spec, lists[:1], func(rule *yaml.Node) []*yaml.Node { return splitRoute(r, rule) })
	split = each(split, lists[1:], func(rule *yaml.Node) []*yaml.Node { return splitRoute(byWeight(r), rule) })
	var objects []kube.Object
	if r.Own != nil {
		objects = append(objects, r.Own.Without("status").With(split, "spec"))
	} else {
		objects = append(objects, route.NewObject(group+"/v1", "VirtualService", r.Meta(r.Name), split))
	}
	if hosts := r.PreviewHosts(); len(hosts) > 0 {
		objects = append(objects, route.NewObject(group+"/v1", "VirtualService", r.PreviewMeta(), kube.Put(preview(r, spec), hosts, "hosts")))
	}
	return objects
}

// preview is the spec with the candidate in the apex's place: of HTTP, for
// a connection does not say which host it is for.
func preview(r route.Route, spec *yaml.Node) *yaml.Node {
	for _, key := range lists[1:] {
		if kube.Get(spec, key) != nil {
			spec = kube.Edit(spec, func(*yaml.Node) *yaml.Node { return nil }, key)
		}
	}
	return each(spec, lists[:1], func(rule *yaml.Node) []*yaml.Node { return []*yaml.Node{toCandidate(r, rule)} })
}

// destinations are the DestinationRules, which exist at every stage.
func destinations(r route.Route) []kube.Object {
	options := optionsOf(r.Traffic)
	rule := func(host string, subsets []subset) kube.Object {
		spec := destinationRule{Host: host, Subsets: subsets}
		if options.TrafficPolicy != nil {
			spec.TrafficPolicy = *options.TrafficPolicy
		}
		return route.NewObject(group+"/v1", "DestinationRule", r.Meta(host), spec)
	}
	if !options.Subsets {
		return []kube.Object{rule(r.Tracks[0].Service, nil), rule(r.Tracks[1].Service, nil)}
	}
	var subsets []subset
	for _, t := range r.Tracks {
		subsets = append(subsets, subset{t.Track, map[string]string{workload.TrackLabel: t.Track}})
	}
	both := both(r)
	svc := r.Source.Service(both, "").With("request-gone", "metadata", "annotations", workload.AcceptAnnotation) // nobody calls it but the routes
	return []kube.Object{svc, rule(both, subsets)}
}

// both is the Service over both tracks that subsets divide. It is never
// an apex: clients outside the mesh would get both tracks by halves.
func both(r route.Route) string { return r.Source.Object.Name + "-tracks" }

// spec is the VirtualService's spec before any split: the user's, or one
// that says what the entry asks for.
func spec(r route.Route) *yaml.Node {
	if r.Own != nil {
		return r.Own.Get("spec")
	}
	gateways := optionsOf(r.Traffic).Gateways
	spec := virtualService{Hosts: slices.Clone(r.Hosts), Gateways: gateways}
	if slices.Contains(gateways, route.MeshEntry) {
		spec.Hosts = append(spec.Hosts, MeshEntryHosts(r)...)
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

// MeshEntryHosts are the names of the apexes in the mesh. Istio completes the
// short ones, but not in sniHosts: there, every name that clients may dial must
// be said, and each be among the hosts (Istio 1.31, resolveVirtualServiceShortnames).
func MeshEntryHosts(r route.Route) []string {
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
	return []match{{Gateways: edge(gateways)}, {Gateways: []string{route.MeshEntry}, Port: r.Port.Number}}
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
