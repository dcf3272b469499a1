package haproxy

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// reader reads the Ingresses of one class: one HAProxy.
type reader struct {
	route.Notes
	world      route.World
	class      string
	controller string
	places     []location
	hosts      []string // that some Ingress names
	rules      []ranked
	said       map[string]bool // notes that were made
}

// ranked is a rule, and where it stands among the others: what is compared first stands
// first. Of equal ones from two objects nobody knows which counts.
type ranked struct {
	route.Rule
	rank []int
}

// read says what HAProxy does with Ingresses, a class of them at a time.
func read(objects []kube.Object, w route.World) ([]route.Rule, []route.Unread) {
	objects = slices.Clone(objects)
	slices.SortFunc(objects, func(a, b kube.Object) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	of := controllersOf(objects, w)
	var rules []route.Rule
	var unread []route.Unread
	for _, class := range slices.Sorted(maps.Keys(of)) {
		rd := &reader{world: w, class: class, controller: of[class], said: map[string]bool{}}
		for _, o := range objects {
			if classOf(o) == class {
				rd.add(o)
			}
		}
		rd.readPlaces()
		rules, unread = append(rules, rd.ordered()...), append(unread, rd.Unread...)
	}
	return rules, unread
}

// add takes an Ingress apart, and notes what of it is not judged.
func (rd *reader) add(o kube.Object) {
	var spec spec
	if !rd.Decode(o, &spec) {
		return
	}
	for _, key := range snippets {
		if value := annotation(o, rd.controller, key); value != "" {
			rd.NotJudged(o, "%s is HAProxy's own configuration: what it does with requests is not judged", key)
		}
	}
	places := placesOf(o)
	if len(places) > route.MaxRules {
		rd.Unread = append(rd.Unread, route.TooManyRules(o))
		return
	}
	rd.places = append(rd.places, places...)
	for _, p := range places {
		if p.host != "" && !slices.Contains(rd.hosts, p.host) {
			rd.hosts = append(rd.hosts, p.host)
		}
	}
}

func (rd *reader) readPlaces() {
	slices.Sort(rd.hosts)
	if rd.controller == technology {
		rd.readConditions()
		return
	}
	for _, p := range rd.places {
		if port := annotation(p.Object, community, tcpPortKey); port != "" {
			rd.connection(p, port)
			continue
		}
		rd.byLabel(p)
	}
	rd.redirects()
}

// rule keeps a rule at its rank.
func (rd *reader) rule(r route.Rule, rank ...int) { rd.rules = append(rd.rules, ranked{r, rank}) }

// ordered are the rules as HAProxy tries them.
func (rd *reader) ordered() []route.Rule {
	slices.SortStableFunc(rd.rules, func(a, b ranked) int { return slices.Compare(a.rank, b.rank) })
	var all []route.Rule
	tier := 0
	for i, r := range rd.rules {
		if i > 0 && slices.Compare(rd.rules[i-1].rank, r.rank) != 0 {
			tier++
		}
		r.Tier, r.Order = tier, r.Source.Key().String()
		all = append(all, r.Rule)
	}
	return all
}

// base is a rule for a place, but for its backends.
func (rd *reader) base(p location) route.Rule {
	r := route.Rule{
		Via: []route.Entry{{Kind: "IngressClass", Name: rd.class}}, Protocol: "http", Source: p.Object,
		Hosts: rd.hostsOf(p), Match: p.match(rd.controller), Effects: rd.effects(p),
		Empty: route.Status503, Dangling: route.Status404,
	}
	if slices.Contains([]string{"h2", "grpc", "h2-ssl", "grpcs"}, strings.ToLower(rd.speaks(p))) {
		r.Protocol = "grpc"
	}
	if name := cmp.Or(rd.of(p, "session-cookie-name"), "INGRESSCOOKIE"); rd.controller == community && rd.of(p, "affinity") == "cookie" {
		r.Sticky = &route.Sticky{Cookie: name}
	}
	if name := strings.Fields(rd.of(p, "cookie-persistence")); rd.controller == technology && len(name) > 0 {
		r.Sticky = &route.Sticky{Cookie: name[0]}
	}
	return r
}

// hostsOf are the hosts of a place. What haproxy-ingress finds at no path of a host it
// looks for among those of every host (v0.16, strict-host); haproxytech has its default
// backend for that alone.
func (rd *reader) hostsOf(p location) []string {
	switch {
	case p.host != "" && rd.controller == technology:
		return []string{p.host}
	case p.host != "":
		return append([]string{p.host}, route.CommaList(annotation(p.Object, community, "server-alias"))...)
	}
	if rd.controller == technology && !p.fallback || len(rd.hosts) == 0 {
		return nil
	}
	return append([]string{"*"}, rd.hosts...)
}

// of is an annotation of a Service, or of the first Ingress of the class that names it:
// that is how both controllers read what is about backends.
func (rd *reader) of(p location, key string) string {
	if svc, ok := rd.service(p); ok {
		if value, is := saidOf(svc, rd.controller, key); is {
			return value
		}
	}
	if value, is := saidOf(p.Object, rd.controller, key); is {
		return value
	}
	for _, other := range rd.places {
		if other.Service == p.Service && kube.SameNamespace(other.Namespace, p.Namespace) {
			if value, is := saidOf(other.Object, rd.controller, key); is {
				return value
			}
		}
	}
	return ""
}

func (rd *reader) service(p location) (kube.Object, bool) {
	return rd.world.Find("", "Service", p.Object.Namespace, p.Service)
}

// speaks is what HAProxy speaks to the pods of a place.
func (rd *reader) speaks(p location) string {
	if rd.controller == community {
		protocol := cmp.Or(rd.of(p, "backend-protocol"), "h1")
		if trueWords[strings.ToLower(rd.of(p, "secure-backends"))] && !strings.HasSuffix(protocol, "-ssl") {
			protocol += "-ssl" // its old name
		}
		return protocol
	}
	return rd.of(p, "server-proto")
}

// once notes something about an object that several of its places say.
func (rd *reader) once(o kube.Object, text string) {
	if key := o.Key().String() + text; !rd.said[key] {
		rd.said[key] = true
		rd.NotJudged(o, "%s", text)
	}
}

// reportOnce reports what does not do what it seems to, once for an object.
func (rd *reader) reportOnce(o kube.Object, id, hint, text string) {
	if key := o.Key().String() + text; !rd.said[key] {
		rd.said[key] = true
		rd.Report(o, id, hint, "%s", text)
	}
}
