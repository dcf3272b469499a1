package gke

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/ingress"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// This file reads Ingresses of GKE (ingress-gce v1.38, pkg/translator, pkg/utils/common.go).
// Each is a load balancer of its own, whose rules are set up as a whole or not at all.

// The classes of GKE's own controller.
var gceClasses = []string{"gce", "gce-internal", "gce-multi-cluster", "gce-regional-external"}

// servedByGKE: an Ingress of one of its classes, which an annotation names. One without a
// class is GKE's on its clusters, and says so by an annotation of its load balancer.
func servedByGKE(o kube.Object, w route.World) bool {
	class, _ := route.IngressClass(o)
	if provider, ok := w.Classes[class]; ok {
		return provider == "gke"
	}
	if class != "" {
		return slices.Contains(gceClasses, class)
	}
	for key := range kube.Pairs(o.Node, "metadata", "annotations") {
		domain, name, _ := strings.Cut(key, "/")
		if domain == "networking.gke.io" || domain == "ingress.gcp.kubernetes.io" ||
			domain == "kubernetes.io" && (strings.HasPrefix(name, "ingress.global-") || strings.HasPrefix(name, "ingress.regional-")) {
			return true
		}
	}
	return false
}

// place is a path of an Ingress, and what it leads to.
type place struct {
	route.Rule
	exact  bool
	length int
}

// readIngress is what the load balancer of an Ingress does: the longest path of the host
// that fits a request, and an exact one before a prefix.
func readIngress(o kube.Object, w route.World) ([]route.Rule, []route.Unread) {
	var notes route.Notes
	var spec ingress.Spec
	if !notes.Decode(o, &spec) {
		return nil, notes.Unread
	}
	var places []place
	for i, r := range spec.Rules {
		for _, p := range r.Paths() {
			if len(places) > route.MaxRules {
				return nil, []route.Unread{route.TooManyRules(o)}
			}
			rule, why := ruleOf(o, w, p.Backend)
			if why != "" {
				notes.NotJudged(o, "rules[%d] %s: the load balancer stays as it was, which is not judged", i, why)
			}
			m := pathOf(p)
			rule.Match.Path = &m
			if r.Host != "" {
				rule.Hosts = []string{strings.ToLower(r.Host)}
			}
			places = append(places, place{rule, m.Kind == route.PathIs, len(strings.TrimSuffix(m.Value, "/"))})
		}
	}
	slices.SortStableFunc(places, func(a, b place) int {
		return cmp.Or(-cmp.Compare(a.length, b.length), compareExact(a, b))
	})
	var rules []route.Rule
	for _, p := range places {
		rules = append(rules, p.Rule)
	}
	if spec.DefaultBackend == nil {
		return rules, notes.Unread
	}
	rule, why := ruleOf(o, w, *spec.DefaultBackend)
	if why != "" {
		notes.NotJudged(o, "defaultBackend %s: the load balancer stays as it was, which is not judged", why)
	}
	return append(underAll(rules, rule), rule), notes.Unread
}

// underAll is the default backend behind the rules of each host: no request falls from a
// host to another one.
func underAll(rules []route.Rule, last route.Rule) []route.Rule {
	var hosts []string
	for _, r := range rules {
		hosts = append(hosts, r.Hosts...)
	}
	slices.Sort(hosts)
	if hosts = slices.Compact(hosts); len(hosts) == 0 {
		return rules
	}
	last.Hosts = hosts
	return append(rules, last)
}

func compareExact(a, b place) int {
	switch {
	case a.exact == b.exact:
		return 0
	case a.exact:
		return -1
	}
	return 1
}

// pathOf is the path that an Ingress means: a prefix is a path and all below it; left
// to the controller, one that ends in /* is for all below it, and another one exact.
func pathOf(p ingress.Path) route.PathMatch {
	path := cmp.Or(p.Path, "/*")
	switch {
	case p.PathType == "Exact":
		return route.PathMatch{Kind: route.PathIs, Value: path}
	case p.PathType == "Prefix":
		return route.PathMatch{Kind: route.PathPrefix, Value: path}
	case path == "/*":
		return route.PathMatch{Kind: route.PathPrefix, Value: "/"}
	case strings.HasSuffix(path, "/*"):
		return route.PathMatch{Kind: route.PathLeading, Value: strings.TrimSuffix(path, "*")}
	}
	return route.PathMatch{Kind: route.PathIs, Value: path}
}

// ruleOf is a rule for a backend, but for its path and host; why says for what the
// controller sets up nothing of the Ingress.
func ruleOf(o kube.Object, w route.World, b ingress.Backend) (rule route.Rule, why string) {
	class, _ := route.IngressClass(o)
	if class == "" {
		class = gceClasses[0]
	}
	rule = route.Rule{
		Via:      []route.Entry{{Kind: "GKE load balancer", Name: class + " " + strings.TrimPrefix(o.Namespace+"/"+o.Name, "/")}},
		Protocol: "http",
		Effects:  route.AnnotationEffects(o, "ingress.kubernetes.io/"), Empty: route.Status502, Dangling: route.Unmoved,
		Whole: route.WholeMissing, Source: o,
	}
	if b.Service == nil {
		why = "has a backend that is no Service"
		rule.Backends = []route.Backend{{Namespace: o.Namespace, Weight: 1, Broken: why}}
		return rule, why
	}
	to := route.Backend{
		Namespace: o.Namespace, Service: b.Service.Name, Port: route.PortText(b.Service.Port.Number, b.Service.Port.Name), Weight: 1,
	}
	svc, there := w.Find("", "Service", o.Namespace, to.Service)
	if !there {
		why = fmt.Sprintf("leads to Service %s, which is not there", to.Service)
	}
	rule.Backends = []route.Backend{to}
	rule.Effects = route.SortEffects(append(rule.Effects, route.LoadBalancerEffect(svc, drains(svc, w))...))
	return rule, why
}
