package ingressnginx

import (
	"strconv"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// location is one path of an Ingress.
type location struct {
	kube.Object
	host     string
	path     string
	pathType string
	backend  route.Backend
	effects  []route.Effect // of its Ingress
}

// upstream identifies a backend as nginx does.
func (l location) upstream() string {
	return l.backend.Namespace + "-" + l.backend.Service + "-" + l.backend.Port
}

func (l location) annotation(key string) string {
	return l.Text("metadata", "annotations", prefix+key)
}

func entries(o kube.Object) []route.Entry {
	class, _ := route.IngressClass(o)
	return []route.Entry{{Kind: "IngressClass", Name: class}}
}

// isTrue reports whether an annotation is true as the controller reads it: by
// strconv.ParseBool, so "True", "t" and "1" are.
func isTrue(o kube.Object, key string) bool {
	is, _ := strconv.ParseBool(o.Text("metadata", "annotations", prefix+key))
	return is
}
