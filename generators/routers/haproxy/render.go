package haproxy

import (
	"maps"

	"github.com/cutoverdev/cutover/generators/ingress"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

func render(r route.Route) []kube.Object {
	objects := labelled(r)
	if controllerOf(r) == technology {
		objects = conditional(r)
	}
	candidate, _ := r.Candidate()
	if hosts := r.PreviewHosts(); len(hosts) > 0 {
		meta := r.PreviewMeta()
		objects = append(objects, newIngress(r, meta, specOf(r, hosts, candidate.Service)))
	}
	return objects
}

// newIngress is one with the annotations of the entry, beside those that its metadata has.
func newIngress(r route.Route, meta kube.Meta, spec spec) kube.Object {
	all := annotationsOf(r)
	maps.Copy(all, meta.Annotations)
	meta.Annotations = all
	return route.NewObject("networking.k8s.io/v1", "Ingress", meta, spec)
}

// main is the Ingress of the entry, or the user's own, with a Service in the apex's
// place.
func main(r route.Route, service string) kube.Object {
	if r.Own == nil {
		return newIngress(r, r.Meta(r.Name), specOf(r, r.Hosts, service))
	}
	to := func(backend *yaml.Node) *yaml.Node {
		port := port{Name: kube.Text(backend, "service", "port", "name")}
		port.Number, _ = kube.Number(backend, "service", "port", "number")
		at, ok := ingress.Place(r, serviceSpec{Name: kube.Text(backend, "service", "name"), Port: port})
		if !ok {
			return backend
		}
		if port.Name != "" {
			backend = kube.Put(backend, at, "service", "port")
		}
		return kube.Put(backend, service, "service", "name")
	}
	spec := kube.EditAll(r.Own.Get("spec"), to, "defaultBackend")
	spec = kube.EditAll(spec, to, "rules", "*", "http", "paths", "*", "backend")
	return r.Own.Without("status").With(spec, "spec").With(controllerOf(r), "metadata", "annotations", controllerAnnotation)
}

// specOf is what leads some hosts to a Service, by the paths of the entry.
func specOf(r route.Route, hosts []string, service string) spec {
	if r.Own != nil {
		return ingress.Own(r, hosts, service)
	}
	spec := spec{IngressClassName: optionsOf(r.Traffic).Class}
	if r.TLS != nil {
		spec.TLS = []tls{{Hosts: hosts, SecretName: r.TLS.Secret}}
	}
	to := backend{Service: &serviceSpec{Name: service, Port: port{Number: r.Port.Number}}}
	if r.Protocol == "tcp" {
		spec.DefaultBackend = &to
		return spec
	}
	http := &http{}
	for _, p := range r.EntryPaths() {
		path, pathType := pathOf(p)
		http.Paths = append(http.Paths, pathSpec{Path: path, PathType: pathType, Backend: to})
	}
	if len(hosts) == 0 {
		hosts = []string{""}
	}
	for _, h := range hosts {
		spec.Rules = append(spec.Rules, ruleSpec{Host: h, HTTP: http})
	}
	return spec
}

// candidateBeside reports whether the candidate runs beside a live track, so that it can
// have requests of its own.
func candidateBeside(r route.Route) bool {
	return r.Stage.Candidate != "" && r.Stage.Running(schemas.Other(r.Stage.Candidate))
}
