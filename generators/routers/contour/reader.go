package contour

import (
	"cmp"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// reader reads the HTTPProxies of a state (Contour v1.33,
// internal/dag/httpproxy_processor.go).
type reader struct {
	route.Notes
	proxies  map[kube.ID]proxy
	included map[kube.ID]bool
	count    int // routes of the root that is being read
}

// proxy is an HTTPProxy that was read.
type proxy struct {
	kube.Object
	spec httpProxy
}

// class is the class of an HTTPProxy; those of another one are for another Contour.
func (p proxy) class() string {
	class := cmp.Or(p.spec.Class, p.Text("metadata", "annotations", group+"/ingress.class"),
		p.Text("metadata", "annotations", route.ClassAnnotation))
	if class == "" || class == "contour" {
		return ""
	}
	return class + "/"
}
