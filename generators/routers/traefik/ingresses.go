package traefik

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/ingress"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// This file reads Ingresses as Traefik does: a router for each path, with the annotations
// of the Ingress and of the Service (v3.7, pkg/provider/kubernetes/ingress, kubernetes.go
// and annotations.go).

// Beginnings of annotations of an Ingress and of its Services.
const (
	said          = "traefik.ingress.kubernetes.io/"
	ofRouter      = said + "router."
	ofService     = said + "service."
	middlewareKey = "middlewares"
)

// controller is what the IngressClasses of Traefik name.
const controller = "traefik.io/ingress-controller"

// claims: its own kinds, Ingresses of a class that it serves, of the class traefik, and
// those with its annotations that name no class.
func claims(o kube.Object, w route.World) bool {
	if o.Kind != "Ingress" {
		return true
	}
	class, _ := route.IngressClass(o)
	if provider, ok := w.Classes[class]; ok {
		return provider == "traefik"
	}
	if c, ok := w.Find("networking.k8s.io", "IngressClass", "", class); ok && class != "" {
		return c.Text("spec", "controller") == controller
	}
	if class != "" {
		return class == "traefik"
	}
	for key := range kube.Pairs(o.Node, "metadata", "annotations") {
		if strings.HasPrefix(strings.ToLower(key), ofRouter) {
			return true
		}
	}
	return false
}

// readRouters are annotations of an Ingress that are read below.
var readRouters = []string{"pathmatcher", "entrypoints", middlewareKey, "priority", "rulesyntax", "tls"}

// ingressed is an Ingress that is being read.
type ingressed struct {
	kube.Object
	spec  ingress.Spec
	texts map[string]string // its annotations for routers, in lower case without the prefix
}

// ingress turns an Ingress into rules: one for each path.
func (rd *reader) ingress(o kube.Object) {
	i := ingressed{Object: o, texts: textsOf(o, ofRouter)}
	if !rd.Decode(o, &i.spec) {
		return
	}
	if syntax := i.texts["rulesyntax"]; syntax != "" && syntax != "v3" && syntax != "default" {
		rd.NotJudged(o, "is in the language of Traefik %s%s", syntax, route.WholeUnread)
		return
	}
	places := 0
	for _, r := range i.spec.Rules {
		places += len(r.Paths())
	}
	if places > route.MaxRules {
		rd.Unread = append(rd.Unread, route.TooManyRules(o))
		return
	}
	for at, r := range i.spec.Rules {
		for _, p := range r.Paths() {
			rd.path(i, r.Host, p, at)
		}
	}
	if i.spec.DefaultBackend != nil && len(i.spec.Rules) == 0 {
		rd.fallback(i)
	}
}

// fallback: the default backend of an Ingress without rules is tried last. There is one
// for all of them.
func (rd *reader) fallback(i ingressed) {
	if rd.last != nil {
		rd.NotJudged(i.Object, "has a default backend, as %s has: Traefik takes one of the two, and which is not judged", rd.last.ID)
		return
	}
	rd.last = &i.Object
	rd.ingressRouter(i, "PathPrefix(\"/\")", *i.spec.DefaultBackend, math.MinInt32)
}

// path reads a path of an Ingress. One with an empty rule Traefik does not take.
func (rd *reader) path(i ingressed, host string, p ingress.Path, at int) {
	var conditions []string
	if host != "" {
		conditions = append(conditions, call("Host", host))
	}
	if p.Path != "" {
		matcher := "PathPrefix"
		switch p.PathType {
		case "Exact":
			matcher = "Path"
		case "Prefix":
		default:
			matcher = cmp.Or(i.texts["pathmatcher"], matcher)
		}
		conditions = append(conditions, call(matcher, p.Path))
	}
	if len(conditions) == 0 {
		rd.NotJudged(i.Object, "rules[%d] has neither a host nor a path: Traefik has no such router", at)
		return
	}
	rule := strings.Join(conditions, " && ")
	priority, _ := strconv.Atoi(i.texts["priority"])
	rd.ingressRouter(i, rule, p.Backend, cmp.Or(priority, len(rule)))
}

// ingressRouter is the router of a path.
func (rd *reader) ingressRouter(i ingressed, match string, to ingress.Backend, priority int) {
	if to.Service == nil {
		rd.NotJudged(i.Object, "has a backend that is no Service: Traefik has no such router")
		return
	}
	e, err := parseRule(match, httpMatchers)
	if err != nil {
		rd.NotJudged(i.Object, "%s: Traefik has no such router", err)
		return
	}
	lists, _ := e.alternatives(false)
	h, m, ok := matchOf(lists[0])
	if !ok {
		return
	}
	secure := i.secure()
	spec := ingressRoute{EntryPoints: route.CommaList(i.texts["entrypoints"])}
	spec.Class, _ = route.IngressClass(i.Object)
	if secure {
		spec.TLS = &tls{}
	}
	one := alternative{
		Rule: rd.ingressRule(i, to, secure), hosts: h, entryPoints: spec.EntryPoints, entry: entryOf(i.Object, spec),
		priority: priority, secure: secure,
	}
	one.Match, one.Order = m, i.Key().String()
	one.domains = slices.DeleteFunc(hostsOf(match, httpMatchers), func(host string) bool { return host == "*" })
	rd.all = append(rd.all, one)
}

// ingressRule is what a path's router does with the requests that it takes.
func (rd *reader) ingressRule(i ingressed, to ingress.Backend, secure bool) route.Rule {
	rule := route.Rule{Protocol: "http", Empty: route.Status404, Dangling: route.Status404, Whole: route.WholeEmpty, Source: i.Object}
	there, _ := rd.world.Find("", "Service", i.Namespace, to.Service.Name)
	texts := textsOf(there, ofService)
	broken := func(why string) route.Rule {
		rule.Backends = []route.Backend{{Namespace: i.Namespace, Service: to.Service.Name, Weight: 1, Broken: why}}
		return rule
	}
	middle, why := rd.annotated(i, i.texts[middlewareKey])
	if why != "" {
		return broken(why)
	}
	behind, why := rd.annotated(i, texts[middlewareKey])
	if why != "" {
		return broken(why)
	}
	rule.Mirrors = rd.errorPages(append(slices.Clip(middle), behind...))
	if redirects(middle, secure) {
		rule.Action, rule.Effects = route.Redirect, at(ofRouter+middlewareKey, effects(middle))
		return rule
	}
	rule.Effects = append(at(ofRouter+middlewareKey, effects(append(slices.Clip(middle), behind...))), annotationEffects(i)...)
	rule.Effects = route.SortEffects(rule.Effects)
	s := service{Name: to.Service.Name, Scheme: texts["serversscheme"], Port: yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int"}}
	if s.Port.Value = strconv.Itoa(to.Service.Port.Number); to.Service.Port.Name != "" {
		s.Port.Tag, s.Port.Value = "!!str", to.Service.Port.Name
	}
	rule.Backends = slices.Clone(rd.follow(i.Object, i.Namespace, s).backends)
	for at := range rule.Backends {
		rule.Backends[at].Names = &listed
	}
	if rule.Backends[0].Speaks == "h2c" {
		rule.Protocol = "grpc"
	}
	return rule
}

// annotated are the Middlewares that an annotation names, and why Traefik cannot build
// one of them. Without a provider behind the name it looks among those of Ingresses, and
// there are none.
func (rd *reader) annotated(i ingressed, list string) (all []kube.Object, broken string) {
	var refs []nameRef
	for _, name := range route.CommaList(list) {
		if !strings.Contains(name, "@") {
			return nil, "the middleware " + name + " is not there: Traefik calls one of a Middleware NAMESPACE-NAME@kubernetescrd"
		}
		refs = append(refs, nameRef{Name: name})
	}
	return rd.middle(i.Object, i.Namespace, refs)
}

// annotationEffects are other annotations of an Ingress by which its requests are treated.
func annotationEffects(i ingressed) []route.Effect {
	all := route.AnnotationEffects(i.Object, said)
	for key, value := range kube.Pairs(i.Node, "metadata", "annotations") {
		name, ours := strings.CutPrefix(strings.ToLower(key), ofRouter)
		if ours && !slices.Contains(readRouters, name) {
			all = append(all, route.Effect{Name: key, Path: []string{"metadata", "annotations", key}, Value: value})
		}
	}
	return all
}

// at are effects that stand in an annotation.
func at(key string, all []route.Effect) []route.Effect {
	for n := range all {
		all[n].Path = []string{"metadata", "annotations", key}
	}
	return all
}

// textsOf are the annotations of an object that begin with a prefix, by the rest of their
// keys: Traefik does not tell upper from lower case there.
func textsOf(o kube.Object, prefix string) map[string]string {
	all := map[string]string{}
	if o.Node == nil {
		return all
	}
	for key, value := range kube.Pairs(o.Node, "metadata", "annotations") {
		if name, ours := strings.CutPrefix(strings.ToLower(key), prefix); ours {
			all[name] = value
		}
	}
	return all
}

// secure reports whether the routers of an Ingress are for TLS: spec.tls only brings
// certificates.
func (i ingressed) secure() bool {
	for name := range i.texts {
		if strings.HasPrefix(name, "tls.") {
			return true
		}
	}
	return i.texts["tls"] == "true"
}

// strangers lists the Middlewares that an Ingress names which somebody else reads: whether
// Traefik serves its class no manifest says.
func (rd *reader) strangers() {
	for _, o := range rd.world.All("networking.k8s.io", "Ingress") {
		if claims(o, rd.world) {
			continue
		}
		for _, name := range route.CommaList(textsOf(o, ofRouter)[middlewareKey]) {
			full, _ := strings.CutSuffix(name, "@kubernetescrd")
			if m, there := rd.full["Middleware "+full]; there {
				rd.NotJudged(m, "is named by %s, of whose class nobody says that Traefik serves it: what it does to its requests is not judged", o.ID)
			}
		}
	}
}
