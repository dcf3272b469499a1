package traffic

import (
	"fmt"
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
	Doc:     "Writes a VirtualService over the two track Services and a DestinationRule for each; options.subsets: one DestinationRule with a subset per track instead. At gateways, in the mesh, or both.",
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
			{Path: "spec/gateways", Kind: "Gateway", Group: istioGroup},
		}},
		{Group: istioGroup, Kind: "DestinationRule", Versions: []string{"v1", "v1beta1", "v1alpha3"}, CRD: istioCRD, Refs: []Ref{
			{Path: "spec/host", Kind: "Service"},
		}},
	},
	Can: Can{
		"http": istioHTTPCan,
		"grpc": istioHTTPCan,
		"tcp":  Weights | Hosts | OwnRoute,
		"tls":  Weights | Hosts | OwnRoute,
	},
	Options: istioOptions{},
	Check:   istioCheck,
	Render:  istioRender,
	Claims:  func(kube.Object, World) bool { return true },
	Read:    istioRead,
}

const istioHTTPCan = Weights | Matches | MatchPatterns | MatchCookies | MatchQuery | MatchMethod | MatchPath | Mirror | Affinity |
	Previews | Hosts | Paths | PathExact | PathRegex | Timeout | Retries | Rewrite | CORS | HeaderEdits | OwnRoute

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

func istioOptionsOf(r Route) istioOptions {
	options, _ := r.Options.(istioOptions)
	if len(options.Gateways) == 0 {
		options.Gateways = []string{istioMesh}
	}
	return options
}

func istioRender(r Route) []kube.Object {
	spec := istioSpec(r)
	split := istioEach(spec, func(rule *yamlNode) []*yamlNode { return istioSplit(r, rule) })
	var objects []kube.Object
	if r.Own != nil {
		objects = append(objects, r.Own.Without("status").With(split, "spec"))
	} else {
		objects = append(objects, object(istioGroup+"/v1", "VirtualService", r.Meta(r.Name), split))
	}
	if hosts := r.PreviewHosts(); len(hosts) > 0 {
		preview := istioEach(spec, func(rule *yamlNode) []*yamlNode { return []*yamlNode{istioToCandidate(r, rule)} })
		objects = append(objects, object(istioGroup+"/v1", "VirtualService", r.PreviewMeta(), kube.Put(preview, hosts, "hosts")))
	}
	return append(objects, istioDestinations(r)...)
}

// istioDestinations are the DestinationRules, which exist at every stage.
func istioDestinations(r Route) []kube.Object {
	options := istioOptionsOf(r)
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
	return []kube.Object{r.Source.Service(both, ""), rule(both, subsets)}
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
	gateways := istioOptionsOf(r).Gateways
	spec := istioVirtualService{Hosts: slices.Clone(r.Hosts), Gateways: gateways}
	if slices.Contains(gateways, istioMesh) {
		spec.Hosts = append(spec.Hosts, r.Apexes()...)
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

// istioScopes says which requests for the hosts are the entry's, before paths:
// in the mesh, a host has all ports of its Service, and the others are not.
func istioScopes(r Route, gateways []string) []istioMatch {
	if len(r.Source.Ports) < 2 || !slices.Contains(gateways, istioMesh) {
		return []istioMatch{{}}
	}
	if len(gateways) == 1 {
		return []istioMatch{{Port: r.Port.Number}}
	}
	edge := slices.DeleteFunc(slices.Clone(gateways), func(g string) bool { return g == istioMesh })
	return []istioMatch{{Gateways: edge}, {Gateways: []string{istioMesh}, Port: r.Port.Number}}
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

// istioSticky matches the requests of clients that stay on the candidate.
func istioSticky(r Route) []*yamlNode {
	return istioMatches(schemas.Match{Cookies: []schemas.NamedString{{Name: r.Affinity.Cookie, String: schemas.String{Exact: stickyValue(r)}}}})
}

// istioEach puts what fn makes of a rule in the rule's place, in all three lists.
func istioEach(spec *yamlNode, fn func(*yamlNode) []*yamlNode) *yamlNode {
	for _, key := range istioLists {
		if kube.Get(spec, key) != nil {
			spec = kube.Edit(spec, func(list *yamlNode) *yamlNode { return kube.Each(list, fn) }, key)
		}
	}
	return spec
}

var istioLists = []string{"http", "tls", "tcp"}

// istioSplit is what takes the place of a rule that names the apex: the rule
// for clients that stay on the candidate, those for matches, and the weights.
func istioSplit(r Route, rule *yamlNode) []*yamlNode {
	if len(istioApexRoutes(r, rule)) == 0 {
		return []*yamlNode{rule}
	}
	var rules []*yamlNode
	if r.Sticky() != nil {
		rules = istioMatched(r, rule, istioSticky(r))
	}
	for _, m := range r.Matches() {
		rules = append(rules, istioMatched(r, rule, istioMatches(m))...)
	}
	return append(rules, istioWeighted(r, rule))
}

// istioMatched is the rule for those of its requests that also match, all to
// the candidate.
func istioMatched(r Route, rule *yamlNode, also []*yamlNode) []*yamlNode {
	joined, _ := istioJoin(kube.Items(rule, "match"), also)
	if len(joined) == 0 {
		return nil
	}
	to := kube.Edit(istioToCandidate(r, rule), func(*yamlNode) *yamlNode { return nil }, "name") // a name is for one rule
	if kube.Get(to, "match") != nil {
		return []*yamlNode{kube.Put(to, joined, "match")}
	}
	first := *to
	first.Content = append([]*yamlNode{kube.Node("match"), kube.Node(joined)}, to.Content...)
	return []*yamlNode{&first}
}

// istioToCandidate is the rule with the candidate in the apex's place.
func istioToCandidate(r Route, rule *yamlNode) *yamlNode {
	candidate, _ := r.Candidate()
	return istioRoutes(rule, func(dest *yamlNode) []*yamlNode {
		if istioIsApex(r, dest) {
			dest = istioTo(r, dest, candidate)
		}
		return []*yamlNode{dest}
	})
}

// istioWeighted is the rule with both tracks in the apex's place, copying to
// the candidate if the stage says so.
func istioWeighted(r Route, rule *yamlNode) *yamlNode {
	shares := istioShares(r, kube.Items(rule, "route"))
	share := func(dest *yamlNode) *yamlNode {
		w := shares[0]
		shares = shares[1:]
		return kube.Put(dest, w, "weight")
	}
	weighted := istioRoutes(rule, func(dest *yamlNode) []*yamlNode {
		if !istioIsApex(r, dest) {
			return []*yamlNode{share(dest)}
		}
		var to []*yamlNode
		for _, t := range r.Tracks {
			d := share(istioTo(r, dest, t))
			if r.Sticky() != nil && t.Track == r.Stage.Candidate {
				d = kube.Put(d, stickyCookie(r), "headers", "response", "add", "Set-Cookie")
			}
			to = append(to, d)
		}
		return to
	})
	candidate, ok := r.Candidate()
	if r.Stage.Split.Mirror == 0 || !ok {
		return weighted
	}
	to := istioTo(r, istioApexRoutes(r, rule)[0], candidate)
	mirror := istioMirrorTo{kube.Get(to, "destination"), istioPercent{float64(r.Stage.Split.Mirror)}}
	return kube.Put(weighted, append(slices.Clip(kube.Items(rule, "mirrors")), kube.Node(mirror)), "mirrors")
}

// istioShares are the weights of a rule's destinations once every apex is two
// tracks: whole numbers, adding up to 100 where that can be.
func istioShares(r Route, dests []*yamlNode) []int {
	var shares []int
	for _, d := range dests {
		w, _ := kube.Number(d, "weight")
		if len(dests) == 1 {
			w = 100 // Istio sends everything to a single destination
		}
		if !istioIsApex(r, d) {
			shares = append(shares, w*100)
			continue
		}
		for _, t := range r.Tracks {
			shares = append(shares, w*t.Weight)
		}
	}
	return toHundred(shares)
}

// istioRoutes puts what fn makes of a destination in its place.
func istioRoutes(rule *yamlNode, fn func(*yamlNode) []*yamlNode) *yamlNode {
	if kube.Get(rule, "route") == nil {
		return rule
	}
	return kube.Edit(rule, func(list *yamlNode) *yamlNode { return kube.Each(list, fn) }, "route")
}

// istioTo is a destination with a track in the apex's place. The host keeps
// its form: checkout.shop.svc.cluster.local becomes checkout-blue.shop.….
func istioTo(r Route, dest *yamlNode, t Target) *yamlNode {
	service := t.Service
	if istioOptionsOf(r).Subsets {
		service = istioBoth(r)
		dest = kube.Put(dest, t.Track, "destination", "subset")
	}
	_, domain, dotted := strings.Cut(kube.Text(dest, "destination", "host"), ".")
	if dotted {
		service += "." + domain
	}
	dest = kube.Put(dest, service, "destination", "host")
	if kube.Get(dest, "destination", "port") == nil {
		dest = kube.Put(dest, istioPort{r.Port.Number}, "destination", "port")
	}
	return dest
}

func istioApexRoutes(r Route, rule *yamlNode) []*yamlNode {
	return slices.DeleteFunc(slices.Clone(kube.Items(rule, "route")), func(d *yamlNode) bool { return !istioIsApex(r, d) })
}

// istioIsApex reports whether a destination is an apex of the release.
func istioIsApex(r Route, dest *yamlNode) bool {
	from := r.Source.Namespace()
	if r.Own != nil {
		from = r.Own.Namespace
	}
	ns, name, ok := istioService(kube.Text(dest, "destination", "host"), from)
	return ok && kube.SameNamespace(ns, r.Source.Namespace()) && slices.Contains(r.Apexes(), name)
}

// istioCheck refuses what a VirtualService has no words for.
func istioCheck(r Route) []schemas.Finding {
	var found []schemas.Finding
	atGateway := slices.ContainsFunc(istioOptionsOf(r).Gateways, func(g string) bool { return g != istioMesh })
	switch {
	case r.Own == nil && atGateway && len(r.Hosts) == 0:
		found = append(found, r.Find("hosts-missing", "hosts", "a gateway needs to know which hosts", "hosts: [shop.example.com]"))
	case r.Own == nil && !atGateway && len(r.Hosts) > 0:
		found = append(found, r.Find("gateway-missing", "options.gateways", "hosts are given but no gateway that serves them", "gateways: [istio-system/public], or no hosts for the mesh alone"))
	}
	for at, m := range allMatches(r.Release) {
		cookie := slices.ContainsFunc(m.Headers, func(h schemas.NamedString) bool { return strings.EqualFold(h.Name, "cookie") })
		if len(m.Cookies) > 1 || cookie && len(m.Cookies) > 0 {
			found = append(found, r.Release.Find("match-cookies", at+".cookies", "istio matches one cookie at a time", "one cookie in an entry; entries are alternatives"))
		}
	}
	for _, rule := range kube.Items(istioSpec(r), "http") {
		found = append(found, istioCheckRule(r, rule)...)
	}
	if r.Own != nil {
		found = append(found, istioCheckOwn(r)...)
	}
	return append(found, istioCheckPolicy(r)...)
}

// istioCheckRule: what the release matches must be joinable with the rule's own match.
func istioCheckRule(r Route, rule *yamlNode) []schemas.Finding {
	var found []schemas.Finding
	if len(istioApexRoutes(r, rule)) == 0 {
		return nil
	}
	for at, m := range allMatches(r.Release) {
		if joined, ok := istioJoin(kube.Items(rule, "match"), istioMatches(m)); !ok || len(joined) == 0 {
			found = append(found, r.Release.Find("match-join", at, "cannot be joined with the paths or matches of "+r.At, "a path, header or cookie that the route does not match by itself already"))
		}
	}
	if r.Affinity == nil {
		return found
	}
	if _, ok := istioJoin(kube.Items(rule, "match"), istioSticky(r)); !ok {
		found = append(found, r.Find("match-join", "affinity", "cannot be joined with a match of the cookie header in "+r.At, "match another header there"))
	}
	return found
}

// istioCheckOwn: the user's own object names an apex, in a way that can be split.
func istioCheckOwn(r Route) []schemas.Finding {
	var found []schemas.Finding
	fail := func(id, message, hint string) {
		found = append(found, r.Find(id, "route", r.Own.ID.String()+" "+message, hint))
	}
	some := false
	for _, key := range istioLists {
		for _, rule := range kube.Items(istioSpec(r), key) {
			for _, dest := range istioApexRoutes(r, rule) {
				some = true
				if subset := kube.Text(dest, "destination", "subset"); subset != "" {
					fail("route-subset", fmt.Sprintf("names subset %q of the apex", subset), "leave the subset out: tracks take its place")
				}
			}
			if mirrors(r.Release) && kube.Get(rule, "mirror") != nil {
				fail("route-mirror", "mirrors requests already", "write mirrors, a list, in the place of mirror")
			}
		}
	}
	if !some {
		fail("route-apex", "has no destination "+strings.Join(r.Apexes(), " or "), "the Service that selects the workload, as host of a destination")
	}
	return found
}

// istioCheckPolicy: what a DestinationRule says of the apex is not said of the tracks.
func istioCheckPolicy(r Route) []schemas.Finding {
	var found []schemas.Finding
	for _, o := range r.World.All(istioGroup, "DestinationRule") {
		ns, name, ok := istioService(o.Text("spec", "host"), o.Namespace)
		if ok && slices.Contains(r.Apexes(), name) && kube.SameNamespace(ns, r.Source.Namespace()) && o.Get("spec", "trafficPolicy") != nil && istioOptionsOf(r).TrafficPolicy == nil {
			f := o.Find("policy-lost", "is a policy for the apex; requests go to the tracks", "options.trafficPolicy of "+r.At, "spec", "trafficPolicy")
			f.Severity = schemas.Warning
			found = append(found, f)
		}
	}
	return found
}

// istioJoin crosses two lists of matches: a request must fit one of each. The
// second answer is no where Istio cannot say so.
func istioJoin(rule, also []*yamlNode) ([]*yamlNode, bool) {
	if len(rule) == 0 {
		return also, true
	}
	var joined []*yamlNode
	for _, a := range rule {
		for _, b := range also {
			both, some, ok := istioBothMatch(a, b)
			if !ok {
				return nil, false
			}
			if some {
				joined = append(joined, both)
			}
		}
	}
	return joined, true
}

// istioBothMatch is the match for requests that fit a and b. some says whether
// there can be any, ok whether one match can say so.
func istioBothMatch(a, b *yamlNode) (both *yamlNode, some, ok bool) {
	both = a
	for i := 0; i+1 < len(b.Content); i += 2 {
		key, v := b.Content[i].Value, b.Content[i+1]
		have := kube.Get(a, key)
		switch {
		case have == nil || kube.Equal(have, v):
		case key == "uri":
			if v, some, ok = istioBothPaths(have, v); !some || !ok {
				return nil, some, ok
			}
		case key == "headers" || key == "queryParams":
			if v, ok = istioBothMaps(have, v); !ok {
				return nil, false, false
			}
		default: // two methods
			return nil, false, kube.Text(have, "exact") != ""
		}
		both = kube.Put(both, v, key)
	}
	return both, true, true
}

func istioBothMaps(a, b *yamlNode) (*yamlNode, bool) {
	for i := 0; i+1 < len(b.Content); i += 2 {
		key, v := b.Content[i].Value, b.Content[i+1]
		if have := kube.Get(a, key); have != nil && !kube.Equal(have, v) {
			return nil, false
		}
		a = kube.Put(a, v, key)
	}
	return a, true
}

// istioBothPaths intersects two conditions on the path.
func istioBothPaths(a, b *yamlNode) (both *yamlNode, some, ok bool) {
	exactA, exactB := kube.Text(a, "exact"), kube.Text(b, "exact")
	prefixA, prefixB := kube.Text(a, "prefix"), kube.Text(b, "prefix")
	switch {
	case prefixA == "/":
		return b, true, true
	case prefixB == "/":
		return a, true, true
	case kube.Text(a, "regex") != "" || kube.Text(b, "regex") != "":
		return nil, false, false
	case exactA != "" && exactB != "":
		return a, exactA == exactB, true
	case exactA != "":
		return a, strings.HasPrefix(exactA, prefixB), true
	case exactB != "":
		return b, strings.HasPrefix(exactB, prefixA), true
	case strings.HasPrefix(prefixA, prefixB):
		return a, true, true
	}
	return b, strings.HasPrefix(prefixB, prefixA), true
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
