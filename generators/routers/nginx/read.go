package nginx

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// read says what the controller does with its objects.
func read(objects []kube.Object, w route.World) ([]route.Rule, []route.Unread) {
	rd := &reader{world: w, policies: map[kube.ID]kube.Object{}, used: map[kube.ID]bool{}}
	objects = slices.Clone(objects)
	slices.SortFunc(objects, func(a, b kube.Object) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	rd.gather(objects)
	servers, order := map[string][]part{}, []string{}
	var rules []route.Rule
	for _, o := range objects {
		switch o.Kind {
		case "VirtualServer":
			p := part{Object: o}
			if !rd.Decode(o, &p.spec) || rd.refuses(p, p.spec.Routes) {
				continue
			}
			host := classOf(p.spec.Class) + p.spec.Host
			if len(servers[host]) == 0 {
				order = append(order, host)
			}
			servers[host] = append(servers[host], p)
		case "TransportServer":
			rules = rd.beside(rules, rd.transport(o))
		}
	}
	for _, host := range order {
		rules = append(rules, rd.host(servers[host])...)
	}
	for _, p := range rd.parts {
		if !rd.used[p.Key()] {
			rd.NotJudged(p.Object, "is named by no VirtualServer of its host: it gets no requests")
		}
	}
	return rules, rd.Unread
}

// gather takes down what others name. A VirtualServerRoute that is refused is as if it
// were not there.
func (rd *reader) gather(objects []kube.Object) {
	for _, o := range objects {
		switch o.Kind {
		case "VirtualServerRoute":
			p := part{Object: o}
			if rd.Decode(o, &p.spec) && !rd.refuses(p, p.spec.Subroutes) {
				rd.parts = append(rd.parts, p)
			}
		case "Policy":
			rd.policies[o.Key()] = o
		}
	}
}

// refuses reports whether the controller takes nothing of an object, and says why. An
// earlier version that it took is removed as well (v5.5.4, AddOrUpdateVirtualServer).
func (rd *reader) refuses(p part, routes []location) bool {
	why := cmp.Or(checkUpstreams(p.spec.Upstreams), checkRoutes(p.spec, routes, p.Kind == "VirtualServerRoute"))
	if why == nil {
		return false
	}
	rd.NotJudged(p.Object, "%s: NGINX serves nothing of it", why)
	return true
}

// host are the rules of the VirtualServers of one host. The oldest has it alone, and no
// manifest tells ages.
func (rd *reader) host(all []part) []route.Rule {
	var rules []route.Rule
	for i, p := range all {
		if i > 0 {
			rd.Report(p.Object, "route-clash", "one VirtualServer with the host, and VirtualServerRoutes for the others",
				"%s has host %s too: NGINX serves the older one alone", all[0].ID, p.spec.Host)
		}
		own := rd.server(p)
		for j := range own {
			if len(all) > 1 {
				own[j].Order = p.ID.String()
			}
		}
		rules = append(rules, own...)
	}
	return rules
}

// server turns a VirtualServer into rules.
func (rd *reader) server(p part) []route.Rule {
	places := rd.places(p)
	if why := unordered(places); why != "" {
		rd.NotJudged(p.Object, "%s", why+route.WholeUnread)
		return nil
	}
	var rules []route.Rule
	for _, at := range byPrecedence(places) {
		rules = append(rules, rd.rules(p, at)...)
		if len(rules) > route.MaxRules {
			rd.Unread = append(rd.Unread, route.TooManyRules(p.Object))
			return nil
		}
	}
	return atEntries(p, rules)
}

// atEntries are the rules where the VirtualServer takes requests: at port 80, and with
// tls at port 443, or at listeners of the GlobalConfiguration.
func atEntries(p part, rules []route.Rule) []route.Rule {
	plain := route.Entry{Kind: "NGINX HTTP", Name: classOf(p.spec.Class)}
	secure := route.Entry{Kind: "NGINX HTTPS", Name: classOf(p.spec.Class)}
	withTLS := p.spec.TLS != nil
	withHTTP := true
	if l := p.spec.Listener; l != nil {
		plain.Name, secure.Name = plain.Name+l.HTTP, secure.Name+l.HTTPS
		withHTTP, withTLS = l.HTTP != "", withTLS && l.HTTPS != ""
	}
	redirects := p.spec.TLS != nil && p.spec.TLS.Redirect != nil && p.spec.TLS.Redirect.Enable &&
		p.Text("spec", "tls", "redirect", "basedOn") != "x-forwarded-proto"
	var all []route.Rule
	for _, r := range rules {
		r.Hosts = []string{p.spec.Host}
		if redirects && withHTTP {
			to := r
			to.Via, to.Action, to.Backends = []route.Entry{plain}, route.Redirect, nil
			all = append(all, to)
		}
		r.Via = nil
		if withHTTP && !redirects {
			r.Via = append(r.Via, plain)
		}
		if withTLS {
			r.Via = append(r.Via, secure)
		}
		if len(r.Via) > 0 {
			all = append(all, r)
		}
	}
	return all
}

// places are the paths of a VirtualServer, those of its VirtualServerRoutes behind its own.
func (rd *reader) places(p part) []place {
	var own, behind []place
	for i, at := range p.spec.Routes {
		named := rd.named(p, at, i)
		for _, other := range named {
			rd.used[other.Key()] = true
			behind = append(behind, placesOf(other, "subroutes", other.spec.Subroutes, at.Policies)...)
		}
		if at.Route == "" && at.Selector == nil {
			one := placesOf(p, "routes", []location{at}, nil)[0]
			one.index = i
			own = append(own, one)
		}
	}
	return append(own, rd.once(behind)...)
}

// placesOf are the paths of an object; policies are those of the route that names it,
// which hold where a path has none of its own.
func placesOf(p part, list string, routes []location, policies []policyRef) []place {
	upstreams := map[string]upstream{}
	for _, u := range p.spec.Upstreams {
		upstreams[u.Name] = u
	}
	var all []place
	for i, at := range routes {
		one := place{part: p, at: at, index: i, list: list, policies: at.Policies, upstreams: upstreams}
		if len(one.policies) == 0 {
			one.policies = policies
		}
		all = append(all, one)
	}
	return all
}

// once drops the objects of which a path is there already (v5.5.4, validateDuplicateVSRPaths).
func (rd *reader) once(all []place) []place {
	seen, twice := map[string]kube.ID{}, map[kube.ID]bool{}
	for _, one := range all {
		path := normal(one.at.Path)
		if by, there := seen[path]; there && !twice[one.Key()] {
			twice[one.Key()] = true
			rd.NotJudged(one.Object, "has path %s, as %s has: NGINX serves nothing of it", one.at.Path, by)
		}
		seen[path] = one.ID
	}
	return slices.DeleteFunc(all, func(one place) bool { return twice[one.Key()] })
}

// named are the VirtualServerRoutes of a route, or none where NGINX leaves them out: then
// their requests go to a shorter path, or get 404.
func (rd *reader) named(p part, at location, index int) []part {
	if at.Selector != nil {
		var all []part
		for _, other := range rd.parts {
			labels := kube.Strings(other.Node, "metadata", "labels")
			selected := len(at.Selector.Labels) > 0
			for key, value := range maps.All(at.Selector.Labels) {
				selected = selected && labels[key] == value
			}
			if selected && !rd.used[other.Key()] && rd.fits(p, other, at) {
				all = append(all, other)
			}
		}
		return all
	}
	if at.Route == "" {
		return nil
	}
	namespace, name := serviceOf(at.Route)
	i := slices.IndexFunc(rd.parts, func(o part) bool {
		return o.Name == name && kube.SameNamespace(o.Namespace, cmp.Or(namespace, p.Namespace))
	})
	switch {
	case i < 0:
		rd.NotJudged(p.Object, "routes[%d]: VirtualServerRoute %s is not there, or refused: NGINX leaves the path out", index, at.Route)
		return nil
	case rd.used[rd.parts[i].Key()] || !rd.fits(p, rd.parts[i], at):
		return nil
	}
	return []part{rd.parts[i]}
}

// fits reports whether a VirtualServerRoute may stand where a route names it (v5.5.4,
// ValidateVirtualServerRouteForVirtualServer).
func (rd *reader) fits(p, other part, at location) bool {
	why := ""
	path := normal(at.Path)
	switch {
	case other.spec.Host != p.spec.Host:
		why = "is for host " + other.spec.Host + ", and the VirtualServer for " + p.spec.Host
	case classOf(other.spec.Class) != classOf(p.spec.Class):
		why = "is of another class"
	case strings.HasPrefix(path, "~"), strings.HasPrefix(path, "="):
		if !slices.ContainsFunc(other.spec.Subroutes, func(s location) bool { return normal(s.Path) == path }) {
			why = "has no path " + at.Path
		}
	default:
		for _, s := range other.spec.Subroutes {
			if !strings.HasPrefix(normal(s.Path), path) {
				why = "has path " + s.Path + ", which does not begin with " + at.Path
			}
		}
	}
	if why == "" {
		return true
	}
	rd.used[other.Key()] = true // it is said what is wrong
	rd.NotJudged(other.Object, "%s: %s leaves it out", why, p.ID)
	return false
}

// rules are those of one path: its matches in their order, and what is done without one.
func (rd *reader) rules(p part, at place) []route.Rule {
	base := route.Rule{
		Protocol: "http", Match: route.Match{Path: pathOf(at)}, Source: at.Object,
		Empty: route.Status502, Dangling: route.Status502, // v5.5.4, nginx502Server
	}
	base.Effects = rd.placeEffects(p, at)
	var all []route.Rule
	for _, m := range at.at.Matches {
		if expr, odd := unreadable(m.Conditions); odd {
			rd.NotJudged(at.Object, "%s has a match with the expression %.40q: one that NGINX cannot read leaves it as it was, for all hosts",
				at.at.Path, expr)
		}
		if fits, ok := matchOf(*base.Match.Path, m.Conditions); ok {
			one := rd.does(at, base, m.Action, m.Splits)
			one.Match = fits
			all = append(all, one)
		}
	}
	all = append(all, rd.does(at, base, at.at.Action, at.at.Splits))
	if slash := slashRedirect(at, base); slash != nil {
		all = append(all, *slash)
	}
	return all
}

// slashRedirect is what nginx does with the path of a proxied location without its last
// slash: it adds that (ngx_http_core_module, location). Where there are splits or matches
// the location is not proxied itself.
func slashRedirect(at place, base route.Rule) *route.Rule {
	a := at.at.Action
	if a == nil || a.destination() == "" || len(at.at.Matches) > 0 || at.exact() || at.expression() {
		return nil
	}
	path, ok := strings.CutSuffix(at.bare(), "/")
	if !ok || path == "" {
		return nil
	}
	base.Match.Path = &route.PathMatch{Kind: route.PathIs, Value: path}
	base.Action = route.Redirect
	return &base
}

// does is a rule that does what an action, or splits, say.
func (rd *reader) does(at place, rule route.Rule, a *action, splits []share) route.Rule {
	if a != nil {
		splits = []share{{Weight: 100, Action: a}}
		switch {
		case !a.Redirect.IsZero():
			rule.Action = route.Redirect
			rule.Effects = append(rule.Effects, at.answer("redirect", &a.Redirect))
			return rule
		case !a.Return.IsZero():
			rule.Action = route.Respond
			rule.Effects = append(rule.Effects, at.answer("return", &a.Return))
			return rule
		}
	}
	grpc := true
	for _, s := range splits {
		b := at.backend(s.Action.destination())
		b.Weight = s.Weight
		rule.Backends = withShare(rule.Backends, b)
		grpc = grpc && strings.HasPrefix(b.Speaks, "grpc")
		rule.Effects = append(rule.Effects, at.actionEffects(s.Action)...)
	}
	if grpc {
		rule.Protocol = "grpc"
	}
	rule.Effects = distinct(rule.Effects)
	return rule
}

// withShare are backends with one more, which adds to the share that it has already.
func withShare(all []route.Backend, b route.Backend) []route.Backend {
	for i, o := range all {
		o.Weight = b.Weight
		if reflect.DeepEqual(o, b) {
			all[i].Weight += b.Weight
			return all
		}
	}
	return append(all, b)
}
