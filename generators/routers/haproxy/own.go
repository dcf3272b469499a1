package haproxy

import (
	"cmp"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// This file holds what is different where the main Ingress is the user's own: it keeps
// everything but the Services of the backends that name an apex, and the Ingresses of the
// candidate have those of its paths.

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
		return own // checkOwn has said so
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

// ownAnnotations are those of the user's Ingress that the controller reads.
func ownAnnotations(r route.Route) map[string]string {
	a := map[string]string{controllerAnnotation: controllerOf(r)}
	for key, value := range kube.Pairs(r.Own.Node, "metadata", "annotations") {
		if _, reads := bareKey(controllerOf(r), key); reads || key == route.ClassAnnotation {
			a[key] = value
		}
	}
	return a
}

// bareKey is an annotation without the prefix of a controller; no if it does not read it.
func bareKey(controller, key string) (string, bool) {
	for _, prefix := range prefixes[controller] {
		if name, ok := strings.CutPrefix(key, prefix); ok {
			return name, true
		}
	}
	return key, false
}
