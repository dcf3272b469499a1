package ingressnginx

import (
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

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
