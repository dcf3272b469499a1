package alb

import (
	"cmp"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

const controller = "ingress.k8s.aws/alb"

// classOf is the class of an Ingress: the annotation goes before the field (v3.5,
// group_loader.go, classifyIngress), and the default class is for those that name none.
func classOf(o kube.Object, w route.World) string {
	if class := cmp.Or(o.Text("metadata", "annotations", route.ClassAnnotation), o.Text("spec", "ingressClassName")); class != "" {
		return class
	}
	for _, c := range w.All("networking.k8s.io", "IngressClass") {
		if c.Text("metadata", "annotations", "ingressclass.kubernetes.io/is-default-class") == "true" {
			return c.Name
		}
	}
	return ""
}

// claims: Ingresses of a class that the controller serves, of the class alb, and those
// with its annotations of which nobody knows the class.
func claims(o kube.Object, w route.World) bool {
	class := classOf(o, w)
	if provider, ok := w.Classes[class]; ok {
		return provider == "alb"
	}
	if c, ok := w.Find("networking.k8s.io", "IngressClass", "", class); ok {
		return c.Text("spec", "controller") == controller
	}
	return class == "alb" || annotatedForALB(o)
}

// exclusive: every one is its own.
func exclusive(kube.Object, route.World) bool { return true }

func annotatedForALB(o kube.Object) bool {
	for key := range kube.Pairs(o.Node, "metadata", "annotations") {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}

// parameters are the IngressClassParams of an Ingress, which go before its annotations;
// without any, an object of nothing.
func parameters(o kube.Object, w route.World) kube.Object {
	c, _ := w.Find("networking.k8s.io", "IngressClass", "", classOf(o, w))
	if c.Node == nil || o.Text("metadata", "annotations", route.ClassAnnotation) != "" ||
		c.Text("spec", "parameters", "kind") != "IngressClassParams" {
		return kube.Object{}
	}
	p, _ := w.Find("elbv2.k8s.aws", "IngressClassParams", "", c.Text("spec", "parameters", "name"))
	return p
}

// groupOf is the name of the group of an Ingress; "" if it has a load balancer of its own.
func groupOf(o kube.Object, w route.World) string {
	return cmp.Or(parameters(o, w).Text("spec", "group", "name"), o.Text("metadata", "annotations", prefix+"group.name"))
}

// tlsEnds: at the load balancer, with certificates of ACM; spec.tls names hosts alone.
func tlsEnds(kube.Object, route.World) []route.TLSEnd { return nil }

// ports: they are entries of its rules, for other Ingresses of the group may listen there
// too.
func ports(kube.Object) []string { return nil }
