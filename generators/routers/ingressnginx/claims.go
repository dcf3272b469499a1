package ingressnginx

import (
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// claims: Ingresses of its class, those with canary annotations, and
// those of which nobody knows the class: without canaries ingress-nginx reads
// an Ingress as networking.k8s.io/v1 has it.
func claims(o kube.Object, w route.World) bool {
	class, _ := route.IngressClass(o)
	if provider, ok := w.Classes[class]; ok {
		return provider == "ingressNginx"
	}
	if c, ok := w.Find("networking.k8s.io", "IngressClass", "", class); ok && class != "" {
		return c.Text("spec", "controller") == "k8s.io/ingress-nginx"
	}
	return true
}

// exclusive: the class is known to be ingress-nginx's or is called as in its
// manual, or somebody has written an annotation that only it reads.
func exclusive(o kube.Object, w route.World) bool {
	class, _ := route.IngressClass(o)
	_, known := w.Find("networking.k8s.io", "IngressClass", "", class)
	if known && class != "" || w.Classes[class] != "" || class == "nginx" {
		return true
	}
	for key := range kube.Pairs(o.Node, "metadata", "annotations") {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}
