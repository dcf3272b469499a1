package gke

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/generators/ingress"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// This file is for an Ingress of the user's own. Its load balancer leads a path to one
// Service, and where that becomes another one it answers 502 for a minute or more
// (kubernetes#44132, ingress-gce#116). So the Ingress stays, and its Services stand on
// both tracks before they move: a selector that moves at once costs seconds
// (ingress-gce#638, where the maintainers say so).

// attaching is how long it takes until a load balancer sends requests to the pods that a
// Service selects newly: they are attached, and asked several times.
const attaching = schemas.Duration(2 * time.Minute)

// onIngress reports whether an entry works on an Ingress.
func onIngress(t schemas.Traffic) bool { return t.Route != nil && t.Route.Kind == "Ingress" }

// balanced is the Ingress as it is, and one like it for preview hosts, which has a load
// balancer of its own.
func balanced(r route.Route) []kube.Object {
	objects := []kube.Object{r.Own.Without("status")}
	hosts := r.PreviewHosts()
	if len(hosts) == 0 {
		return objects
	}
	candidate, _ := r.Candidate()
	var own ingress.Spec
	_ = r.Own.Get("spec").Decode(&own) // check has refused what is none
	spec := ingress.Spec{IngressClassName: own.IngressClassName, TLS: own.TLS}
	paths := pathsTo(r, own, candidate.Service)
	for _, h := range hosts {
		spec.Rules = append(spec.Rules, ingress.Rule{Host: h, HTTP: &ingress.HTTP{Paths: paths}})
	}
	meta := r.PreviewMeta()
	for _, key := range shared {
		if v := r.Own.Text("metadata", "annotations", key); v != "" {
			meta.Annotations[key] = v
		}
	}
	return append(objects, route.NewObject("networking.k8s.io/v1", "Ingress", meta, spec))
}

// shared are annotations that two load balancers may have: an address is one's own.
var shared = []string{
	route.ClassAnnotation, "kubernetes.io/ingress.allow-http", "ingress.gcp.kubernetes.io/pre-shared-cert",
	"networking.gke.io/managed-certificates", "networking.gke.io/v1beta1.FrontendConfig",
}

// pathsTo are the paths that lead to an apex, with another Service in its place. Left to
// the controller, / alone is exact, and no path is for all.
func pathsTo(r route.Route, own ingress.Spec, service string) []ingress.Path {
	var all []ingress.Path
	add := func(path, pathType string, b *ingress.Backend) {
		to := ingress.Replaced(r, b, service)
		known := func(p ingress.Path) bool { return p.Path == path && p.PathType == pathType }
		if to != nil && !slices.ContainsFunc(all, known) {
			all = append(all, ingress.Path{Path: path, PathType: pathType, Backend: *to})
		}
	}
	for _, rule := range own.Rules {
		for _, p := range rule.Paths() {
			path := p.Path
			if path == "" {
				path = "/*"
			}
			add(path, p.PathType, &p.Backend)
		}
	}
	add("/*", "ImplementationSpecific", own.DefaultBackend)
	return all
}

// checkBalanced refuses what an Ingress of GKE cannot say, and one whose Services are no
// apexes.
func checkBalanced(r route.Route) []schemas.Finding {
	var found []schemas.Finding
	refuse := func(when bool, field, what, hint string) {
		if when {
			found = append(found, r.Find("cannot", field, "the load balancer of an Ingress "+what, hint))
		}
	}
	o := optionsOf(r)
	refuse(len(o.Gateways) > 0 || o.Section != "" || o.Drain > 0 || o.Health != "", "options", "has none of these options",
		"a BackendConfig that the annotation cloud.google.com/backend-config of the Service names: the Services of the tracks have it too")
	for range route.AllMatches(r.Release) {
		refuse(true, "route", "matches hosts and paths alone", "no match; or an HTTPRoute")
		break
	}
	refuse(mirrors(r.Release), "route", "mirrors nothing", "no mirror; or an HTTPRoute")
	v := r.Release.Spec.Strategy.Preview
	refuse(v != nil && len(v.Hosts) > 0 && counts(r.Release), "route",
		"cannot share requests by weight beside a preview: its pods are counted",
		"no steps; or an Ingress of your own for the preview")
	return append(append(found, ingress.CheckPlaces(r)...), checkOwn(r)...)
}

// counts reports whether some step shares requests.
func counts(r *schemas.Release) bool {
	return slices.ContainsFunc(r.Spec.Strategy.Steps, func(s schemas.Step) bool { return s.Weight < 100 })
}

func mirrors(r *schemas.Release) bool {
	v := r.Spec.Strategy.Preview
	return v != nil && v.Mirror > 0 || slices.ContainsFunc(r.Spec.Strategy.Steps, func(s schemas.Step) bool { return s.Mirror > 0 })
}

// checkOwn: who counts pods shares no requests by weight, the Ingress leads to an apex,
// and what its load balancer cuts off is said.
func checkOwn(r route.Route) []schemas.Finding {
	weighs := slices.ContainsFunc(r.Release.Spec.Traffic, func(t schemas.Traffic) bool { return t.Provider != "service" && !onIngress(t) })
	if weighs && len(r.Release.Spec.Strategy.Steps) > 0 {
		return []schemas.Finding{r.Find("service-mixed", "route", "an Ingress of GKE shares requests by counting pods, the other routers do not",
			"no steps; or entries for Ingresses alone")}
	}
	var own ingress.Spec
	if n := r.Own.Get("spec"); n == nil || n.Decode(&own) != nil {
		return []schemas.Finding{r.Own.Find("route-apex", "is no Ingress of networking.k8s.io/v1", "spec.rules", "spec")}
	}
	if len(pathsTo(r, own, "any")) == 0 {
		return []schemas.Finding{r.Own.Find("route-apex", "has no backend "+strings.Join(r.Apexes(), " or "),
			"the Service that selects the workload as the backend of a path")}
	}
	return checkDrained(r)
}

// checkDrained warns of apexes whose connections are cut when they leave a track.
func checkDrained(r route.Route) []schemas.Finding {
	var found []schemas.Finding
	for _, apex := range r.Source.Apexes {
		if drains(apex, r.World) {
			continue
		}
		f := apex.Find("gke-drain",
			fmt.Sprintf("%s leaves a track at once, and its load balancer cuts off the requests that are under way", apex.ID),
			"a BackendConfig with connectionDraining: {drainingTimeoutSec: 60}, and its name here: "+
				`cloud.google.com/backend-config: '{"default": …}'`,
			"metadata", "annotations")
		f.Severity = schemas.Warning
		found = append(found, f)
	}
	return found
}
