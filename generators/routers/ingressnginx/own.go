package ingressnginx

import (
	"cmp"
	"github.com/cutoverdev/cutover/generators/route"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// This file holds what is different where the main Ingress is the user's own:
// it keeps everything but the Services of the backends that name an apex, and
// the canary has those of its paths.

// main is the Ingress of everything unweighted.
func main(r route.Route) kube.Object {
	if r.Own == nil {
		return ingress(r, r.Meta(r.Name), r.Hosts, r.Main().Service, mainAnnotations(r))
	}
	to := func(backend *yaml.Node) *yaml.Node {
		port := port{Name: kube.Text(backend, "service", "port", "name")}
		port.Number, _ = kube.Number(backend, "service", "port", "number")
		at, ok := place(r, serviceSpec{kube.Text(backend, "service", "name"), port})
		if !ok {
			return backend
		}
		if port.Name != "" {
			backend = kube.Put(backend, at, "service", "port")
		}
		return kube.Put(backend, r.Main().Service, "service", "name")
	}
	spec := kube.EditAll(r.Own.Get("spec"), to, "defaultBackend")
	return r.Own.Without("status").With(kube.EditAll(spec, to, "rules", "*", "http", "paths", "*", "backend"), "spec")
}

// place is the port at which a track takes the place of a backend of the
// user's own Ingress; no where it is no apex. An Ingress names Services of its
// own namespace. A port is named there as in the apex; the track's Service may
// have the name for another one, so the port is said by its number.
func place(r route.Route, b serviceSpec) (port, bool) {
	if !kube.SameNamespace(r.Own.Namespace, r.Source.Namespace()) {
		return port{}, false
	}
	p, ok := r.Place(b.Name, route.PortText(b.Port.Number, b.Port.Name))
	return port{Number: p.Number}, ok
}

// ownSpec is what of the user's Ingress leads to an apex, with another
// Service in the apex's place; under other hosts, if any are given.
func ownSpec(r route.Route, hosts []string, service string) spec {
	var own spec
	if n := r.Own.Get("spec"); n == nil || n.Decode(&own) != nil {
		return own // nginxCheckOwn has said so
	}
	spec := spec{IngressClassName: own.IngressClassName, TLS: own.TLS, DefaultBackend: ownBackend(r, own.DefaultBackend, service)}
	var all []pathSpec
	known := map[[2]string]bool{}
	for _, rule := range own.Rules {
		var paths []pathSpec
		for _, p := range rule.paths() {
			if to := ownBackend(r, &p.Backend, service); to != nil {
				paths = append(paths, pathSpec{cmp.Or(p.Path, "/"), p.PathType, *to})
			}
		}
		if len(paths) > 0 {
			spec.Rules = append(spec.Rules, ruleSpec{rule.Host, &http{paths}})
		}
		for _, p := range paths {
			if key := [2]string{p.Path, p.PathType}; !known[key] {
				known[key] = true
				all = append(all, p)
			}
		}
	}
	if len(hosts) == 0 {
		return spec
	}
	if spec.DefaultBackend != nil && len(all) == 0 {
		all = []pathSpec{{"/", "Prefix", *spec.DefaultBackend}}
	}
	spec.DefaultBackend, spec.Rules, spec.TLS = nil, nil, nil
	if len(own.TLS) > 0 {
		spec.TLS = []tls{{hosts, own.TLS[0].SecretName}}
	}
	for _, h := range hosts {
		spec.Rules = append(spec.Rules, ruleSpec{h, &http{all}})
	}
	return spec
}

func (r ruleSpec) paths() []pathSpec {
	if r.HTTP == nil {
		return nil
	}
	return r.HTTP.Paths
}

// ownBackend is a backend with another Service, nil if it is no apex.
func ownBackend(r route.Route, b *backend, service string) *backend {
	if b == nil || b.Service == nil {
		return nil
	}
	port, ok := place(r, *b.Service)
	if !ok {
		return nil
	}
	return &backend{Service: &serviceSpec{service, port}}
}

// ownAnnotations are those of the user's Ingress that ingress-nginx reads.
func ownAnnotations(r route.Route) map[string]string {
	a := map[string]string{}
	for key, value := range kube.Pairs(r.Own.Node, "metadata", "annotations") {
		if key == route.ClassAnnotation || strings.HasPrefix(key, prefix) {
			a[key] = value
		}
	}
	return a
}

// checkOwn: the user's Ingress names an apex, and says nothing that a
// release must say or undo.
func checkOwn(r route.Route) []schemas.Finding {
	if r.Own == nil {
		return nil
	}
	var found []schemas.Finding
	options, _ := r.Options.(options)
	if len(options.Annotations) > 0 {
		found = append(found, r.Find("route-owns", "options.annotations", "annotations are said by the Ingress "+r.Own.Name+" itself", "write them there"))
	}
	places := checkPlaces(r)
	found = append(found, places...)
	if spec := ownSpec(r, nil, ""); len(places) == 0 && spec.DefaultBackend == nil && len(spec.Rules) == 0 {
		found = append(found, r.Find("route-apex", "route", r.Own.ID.String()+" has no backend "+strings.Join(r.Apexes(), " or "), "the Service that selects the workload, as backend"))
	}
	for key := range kube.Pairs(r.Own.Node, "metadata", "annotations") {
		if why, hint := refused(key); why != "" {
			found = append(found, r.Own.Find("annotation", why, hint, "metadata", "annotations", key))
		}
	}
	return found
}

// checkPlaces: the tracks can take the place of the apexes that it names.
func checkPlaces(r route.Route) []schemas.Finding {
	var own spec
	if n := r.Own.Get("spec"); n == nil || n.Decode(&own) != nil || !kube.SameNamespace(r.Own.Namespace, r.Source.Namespace()) {
		return nil
	}
	var found []schemas.Finding
	check := func(b *backend) {
		if b != nil && b.Service != nil {
			found = append(found, r.CheckPlace(b.Service.Name, route.PortText(b.Service.Port.Number, b.Service.Port.Name))...)
		}
	}
	check(own.DefaultBackend)
	for _, rule := range own.Rules {
		for _, p := range rule.paths() {
			check(&p.Backend)
		}
	}
	return found
}

// refused says why an annotation cannot stand on the main Ingress of a
// release, "" if it can.
func refused(key string) (why, hint string) {
	switch {
	case strings.HasPrefix(key, prefix+"canary"):
		return "is written by the stages", "leave it out"
	case key == prefix+"affinity":
		return "its cookie keeps clients on a track whatever the weights are, beyond an abort", "istio and gatewayAPI have affinity that an abort ends"
	}
	return "", ""
}
