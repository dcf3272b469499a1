package haproxy

import (
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

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
