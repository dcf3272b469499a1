package route

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
)

// routerWords are parts of the domains under which routers, load balancers and the
// makers of DNS records have their annotations. Those of agents, of kubectl and of
// people themselves have none of them.
var routerWords = []string{
	"ingress", "gateway", "networking", "nginx", "traefik", "haproxy", "kong", "istio", "cilium", "linkerd",
	"envoy", "contour", "ambassador", "apisix", "higress", "gloo", "solo.io", "zalando", "skipper", "tyk",
	"openshift", "external-dns", "service.beta", "service.kubernetes", "load-balancer", "loadbalancer", "elbv2",
	"k8s.aws", "amazonaws", "azure", "gke", "cloud.google", "nsx", "ncp", "citrix", "avi", "ako", "f5.com",
	"alibabacloud", "tencent", "oci.oraclecloud",
}

// IsRouterAnnotation reports whether an annotation may tell a router something,
// beside the class of an Ingress, which is where its requests come in.
func IsRouterAnnotation(key string) bool {
	domain, name, ok := strings.Cut(key, "/")
	if !ok || key == ClassAnnotation || domain == "ingressclass.kubernetes.io" {
		return false
	}
	if domain == "kubernetes.io" {
		return strings.HasPrefix(name, "ingress.")
	}
	return slices.ContainsFunc(routerWords, func(word string) bool { return strings.Contains(domain, word) })
}

// AnnotationEffects are the annotations of an object by which some router may do
// something to all its requests, but for those of a prefix, which its own reader
// knows.
func AnnotationEffects(o kube.Object, known string) []Effect {
	var all []Effect
	for key, value := range kube.Pairs(o.Node, "metadata", "annotations") {
		if IsRouterAnnotation(key) && !strings.HasPrefix(key, known) {
			all = append(all, Effect{Name: key, Path: []string{"metadata", "annotations", key}, Value: value})
		}
	}
	return all
}

// IngressClass is the class that an Ingress names; ok is no if it names none.
func IngressClass(o kube.Object) (class string, ok bool) {
	class = cmp.Or(o.Text("spec", "ingressClassName"), o.Text("metadata", "annotations", ClassAnnotation))
	return class, class != "" && o.Is("networking.k8s.io", "Ingress")
}

// ClassAnnotation is the annotation that named the class before there was a field.
const ClassAnnotation = "kubernetes.io/ingress.class"
