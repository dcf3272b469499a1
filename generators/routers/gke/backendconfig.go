package gke

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// This file knows which BackendConfig a Service has (ingress-gce,
// pkg/annotations/service.go: the first of the two annotations that is there).

var configKind = []kube.ID{{Group: "cloud.google.com", Kind: "BackendConfig"}}

var configKeys = []string{"cloud.google.com/backend-config", "beta.cloud.google.com/backend-config"}

// drains reports whether requests that are under way end well when pods of a Service leave
// its load balancer: every BackendConfig that it names keeps connections for a while.
// Without one they are cut (0 seconds).
func drains(svc kube.Object, w route.World) bool {
	for _, key := range configKeys {
		value := svc.Text("metadata", "annotations", key)
		if value == "" {
			continue
		}
		named := route.Annotation{Key: key, Form: route.NameByPorts, Names: configKind}.Depends(svc, value)
		return len(named) > 0 && !slices.ContainsFunc(named, func(d route.Dependency) bool {
			o, _ := w.Find("cloud.google.com", "BackendConfig", d.Namespace, d.Name)
			n, _ := kube.Number(o.Node, "spec", "connectionDraining", "drainingTimeoutSec")
			return n <= 0
		})
	}
	return false
}
