package ingressnginx

import (
	"maps"

	"github.com/cutoverdev/cutover/generators/ingress"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

func render(r route.Route) []kube.Object {
	objects := []kube.Object{main(r)}
	candidate, ok := r.Candidate()
	if ok && hasCanary(r) {
		objects = append(objects, newIngress(r, r.Meta(r.Name+"-canary"), r.Hosts, candidate.Service, canaryAnnotations(r)))
	}
	if v := r.Release.Spec.Strategy.Preview; v != nil && len(v.Hosts) > 0 {
		for _, t := range r.Tracks {
			objects = append(objects, r.Maker.Service(previewService(t), t.Track))
		}
	}
	if hosts := r.PreviewHosts(); len(hosts) > 0 {
		annotations := mainAnnotations(r)
		meta := r.PreviewMeta()
		maps.Copy(annotations, meta.Annotations)
		objects = append(objects, newIngress(r, meta, hosts, previewService(candidate), annotations))
	}
	return objects
}

func previewService(t route.Target) string { return t.Service + "-preview" }

// hasCanary: the candidate gets requests by weight or match, beside a
// live track that still runs.
func hasCanary(r route.Route) bool {
	live := schemas.Other(r.Stage.Candidate)
	return (r.Stage.Split.Weight > 0 || len(r.Matches()) > 0) && r.Stage.Running(live)
}

func newIngress(r route.Route, meta kube.Meta, hosts []string, service string, annotations map[string]string) kube.Object {
	meta.Annotations = annotations
	if isTraefik(r) {
		meta.Annotations = maps.Clone(annotations)
		meta.Annotations[Implementation] = ofTraefik
	}
	return route.NewObject("networking.k8s.io/v1", "Ingress", meta, specOf(r, hosts, service))
}

func specOf(r route.Route, hosts []string, service string) spec {
	if r.Own != nil {
		return ingress.Own(r, hosts, service)
	}
	options, _ := r.Options.(options)
	spec := spec{IngressClassName: options.Class}
	if r.TLS != nil {
		spec.TLS = []tls{{Hosts: hosts, SecretName: r.TLS.Secret}}
	}
	http := &http{}
	for _, p := range r.EntryPaths() {
		path, pathType := pathOf(r, p)
		backend := backend{Service: &serviceSpec{Name: service, Port: port{Number: r.Port.Number}}}
		http.Paths = append(http.Paths, pathSpec{Path: path, PathType: pathType, Backend: backend})
	}
	if len(hosts) == 0 {
		hosts = []string{""}
	}
	for _, h := range hosts {
		spec.Rules = append(spec.Rules, ruleSpec{Host: h, HTTP: http})
	}
	return spec
}

// main is the Ingress of everything unweighted.
func main(r route.Route) kube.Object {
	if r.Own == nil {
		return newIngress(r, r.Meta(r.Name), r.Hosts, r.Main().Service, mainAnnotations(r))
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
		return kube.Put(backend, r.Main().Service, "service", "name")
	}
	spec := kube.EditAll(r.Own.Get("spec"), to, "defaultBackend")
	own := r.Own.Without("status")
	if isTraefik(r) {
		own = own.With(ofTraefik, "metadata", "annotations", Implementation)
	}
	return own.With(kube.EditAll(spec, to, "rules", "*", "http", "paths", "*", "backend"), "spec")
}
