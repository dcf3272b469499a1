package traffic

import (
	"cmp"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// This file holds what is different where the main Ingress is the user's own:
// it keeps everything but the Services of the backends that name an apex, and
// the canary has those of its paths.

// nginxClass is the annotation that named the class before there was a field.
const nginxClass = "kubernetes.io/ingress.class"

// nginxMain is the Ingress of everything unweighted.
func nginxMain(r Route) kube.Object {
	if r.Own == nil {
		return nginxIngress(r, r.Meta(r.Name), r.Hosts, r.Main().Service, nginxMainAnnotations(r))
	}
	to := func(backend *yamlNode) *yamlNode {
		port := nginxPort{Name: kube.Text(backend, "service", "port", "name")}
		port.Number, _ = kube.Number(backend, "service", "port", "number")
		at, ok := nginxPlace(r, nginxService{kube.Text(backend, "service", "name"), port})
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

// nginxPlace is the port at which a track takes the place of a backend of the
// user's own Ingress; no where it is no apex. An Ingress names Services of its
// own namespace. A port is named there as in the apex; the track's Service may
// have the name for another one, so the port is said by its number.
func nginxPlace(r Route, b nginxService) (nginxPort, bool) {
	if !kube.SameNamespace(r.Own.Namespace, r.Source.Namespace()) {
		return nginxPort{}, false
	}
	p, ok := r.place(b.Name, portText(b.Port.Number, b.Port.Name))
	return nginxPort{Number: p.Number}, ok
}

// nginxOwnSpec is what of the user's Ingress leads to an apex, with another
// Service in the apex's place; under other hosts, if any are given.
func nginxOwnSpec(r Route, hosts []string, service string) nginxSpec {
	var own nginxSpec
	if n := r.Own.Get("spec"); n == nil || n.Decode(&own) != nil {
		return own // nginxCheckOwn has said so
	}
	spec := nginxSpec{IngressClassName: own.IngressClassName, TLS: own.TLS, DefaultBackend: nginxOwnBackend(r, own.DefaultBackend, service)}
	var all []nginxPath
	known := map[[2]string]bool{}
	for _, rule := range own.Rules {
		var paths []nginxPath
		for _, p := range rule.paths() {
			if to := nginxOwnBackend(r, &p.Backend, service); to != nil {
				paths = append(paths, nginxPath{cmp.Or(p.Path, "/"), p.PathType, *to})
			}
		}
		if len(paths) > 0 {
			spec.Rules = append(spec.Rules, nginxRule{rule.Host, &nginxHTTP{paths}})
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
		all = []nginxPath{{"/", "Prefix", *spec.DefaultBackend}}
	}
	spec.DefaultBackend, spec.Rules, spec.TLS = nil, nil, nil
	if len(own.TLS) > 0 {
		spec.TLS = []nginxTLS{{hosts, own.TLS[0].SecretName}}
	}
	for _, h := range hosts {
		spec.Rules = append(spec.Rules, nginxRule{h, &nginxHTTP{all}})
	}
	return spec
}

func (r nginxRule) paths() []nginxPath {
	if r.HTTP == nil {
		return nil
	}
	return r.HTTP.Paths
}

// nginxOwnBackend is a backend with another Service, nil if it is no apex.
func nginxOwnBackend(r Route, b *nginxBackend, service string) *nginxBackend {
	if b == nil || b.Service == nil {
		return nil
	}
	port, ok := nginxPlace(r, *b.Service)
	if !ok {
		return nil
	}
	return &nginxBackend{Service: &nginxService{service, port}}
}

// nginxOwnAnnotations are those of the user's Ingress that ingress-nginx reads.
func nginxOwnAnnotations(r Route) map[string]string {
	a := map[string]string{}
	for key, value := range kube.Pairs(r.Own.Node, "metadata", "annotations") {
		if key == nginxClass || strings.HasPrefix(key, nginxPrefix) {
			a[key] = value
		}
	}
	return a
}

// nginxCheckOwn: the user's Ingress names an apex, and says nothing that a
// release must say or undo.
func nginxCheckOwn(r Route) []schemas.Finding {
	if r.Own == nil {
		return nil
	}
	var found []schemas.Finding
	options, _ := r.Options.(nginxOptions)
	if len(options.Annotations) > 0 {
		found = append(found, r.Find("route-owns", "options.annotations", "annotations are said by the Ingress "+r.Own.Name+" itself", "write them there"))
	}
	places := nginxCheckPlaces(r)
	found = append(found, places...)
	if spec := nginxOwnSpec(r, nil, ""); len(places) == 0 && spec.DefaultBackend == nil && len(spec.Rules) == 0 {
		found = append(found, r.Find("route-apex", "route", r.Own.ID.String()+" has no backend "+strings.Join(r.Apexes(), " or "), "the Service that selects the workload, as backend"))
	}
	for key := range kube.Pairs(r.Own.Node, "metadata", "annotations") {
		if why, hint := nginxRefused(key); why != "" {
			found = append(found, r.Own.Find("annotation", why, hint, "metadata", "annotations", key))
		}
	}
	return found
}

// nginxCheckPlaces: the tracks can take the place of the apexes that it names.
func nginxCheckPlaces(r Route) []schemas.Finding {
	var own nginxSpec
	if n := r.Own.Get("spec"); n == nil || n.Decode(&own) != nil || !kube.SameNamespace(r.Own.Namespace, r.Source.Namespace()) {
		return nil
	}
	var found []schemas.Finding
	check := func(b *nginxBackend) {
		if b != nil && b.Service != nil {
			found = append(found, r.checkPlace(b.Service.Name, portText(b.Service.Port.Number, b.Service.Port.Name))...)
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

// nginxRefused says why an annotation cannot stand on the main Ingress of a
// release, "" if it can.
func nginxRefused(key string) (why, hint string) {
	switch {
	case strings.HasPrefix(key, nginxPrefix+"canary"):
		return "is written by the stages", "leave it out"
	case key == nginxPrefix+"affinity":
		return "its cookie keeps clients on a track whatever the weights are, beyond an abort", "istio and gatewayAPI have affinity that an abort ends"
	}
	return "", ""
}
