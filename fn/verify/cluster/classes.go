package cluster

import (
	"github.com/cutoverdev/cutover/generators/kube"
)

// Classless reports whether an object is an Ingress that names no class.
func Classless(o kube.Object) bool {
	return o.Is(IngressGroup, "Ingress") && o.Text("spec", "ingressClassName") == "" && o.Text("metadata", "annotations", ClassFormerly) == ""
}

// IsDefault reports whether a class is the one of Ingresses that name none.
func IsDefault(class kube.Object) bool {
	return class.Text("metadata", "annotations", DefaultClass) == "true"
}
