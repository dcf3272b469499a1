package istio

import (
	"fmt"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// reader reads the VirtualServices of a state.
type reader struct {
	world    route.World
	services []named
	policies policies
	placed   []part // rules of delegates
	unread   []route.Unread
	made     int // rules of the VirtualService that is being read
}

// named is a VirtualService that was read.
type named struct {
	kube.Object
	spec virtualService
}

func (rd *reader) skip(o kube.Object, format string, args ...any) {
	rd.unread = append(rd.unread, route.Unread{Source: o, Why: fmt.Sprintf(format, args...)})
}

// odd reports what does not do what it seems to.
func (rd *reader) odd(o kube.Object, id, hint, format string, args ...any) {
	rd.unread = append(rd.unread, route.Unread{Source: o, Why: fmt.Sprintf(format, args...), ID: id, Hint: hint})
}

// decode reads a spec. What Istio's own schema would refuse is not judged.
func (rd *reader) decode(o kube.Object, spec any) bool {
	n := o.Get("spec")
	if n == nil {
		n = &yaml.Node{Kind: yaml.MappingNode}
	}
	if err := n.Decode(spec); err != nil {
		rd.skip(o, "%s", route.Unfit(err))
		return false
	}
	return true
}

// policy is a DestinationRule that was read.
type policy struct {
	kube.Object
	spec destinationRule
}

// policies are the DestinationRules by namespace and host.
type policies map[string]map[string][]policy

// part is a rule of a delegate under a root, and whether Istio makes it.
type part struct {
	named
	rule int
	root named
	made bool
}
