package contour

import (
	"cmp"
	"fmt"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// reader reads the HTTPProxies of a state (Contour v1.33,
// internal/dag/httpproxy_processor.go).
type reader struct {
	proxies  map[kube.ID]proxy
	included map[kube.ID]bool
	unread   []route.Unread
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

func (rd *reader) decode(o kube.Object, spec any) bool {
	n := o.Get("spec")
	if n == nil {
		n = &yaml.Node{Kind: yaml.MappingNode}
	}
	if err := n.Decode(spec); err != nil {
		rd.notJudged(o, "%s", route.SchemaMismatch(err))
		return false
	}
	return true
}

func (rd *reader) notJudged(o kube.Object, format string, args ...any) {
	rd.unread = append(rd.unread, route.Unread{Source: o, Why: fmt.Sprintf(format, args...)})
}

// report reports what does not do what it seems to.
func (rd *reader) report(o kube.Object, id, hint, format string, args ...any) {
	rd.unread = append(rd.unread, route.Unread{Source: o, Why: fmt.Sprintf(format, args...), ID: id, Hint: hint})
}
