package istio

import (
	"fmt"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// reader reads the VirtualServices of a state.
type reader struct {
	world            route.World
	virtualServices  []virtualServiceObject
	destinationRules destinationRules
	delegated        []delegatedRule // rules of delegates
	unread           []route.Unread
	ruleCount        int // rules of the VirtualService that is being read
}

// virtualServiceObject is a VirtualService that was read.
type virtualServiceObject struct {
	kube.Object
	spec virtualService
}

func (rd *reader) notJudged(o kube.Object, format string, args ...any) {
	rd.unread = append(rd.unread, route.Unread{Source: o, Why: fmt.Sprintf(format, args...)})
}

// report reports what does not do what it seems to.
func (rd *reader) report(o kube.Object, id, hint, format string, args ...any) {
	rd.unread = append(rd.unread, route.Unread{Source: o, Why: fmt.Sprintf(format, args...), ID: id, Hint: hint})
}

// decode reads a spec. What Istio's own schema would refuse is not judged.
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

// destinationRuleObject is a DestinationRule that was read.
type destinationRuleObject struct {
	kube.Object
	spec destinationRule
}

// destinationRules are the DestinationRules by namespace and host.
type destinationRules map[string]map[string][]destinationRuleObject

// delegatedRule is a rule of a delegate under a root, and whether Istio makes it.
type delegatedRule struct {
	virtualServiceObject
	rule int
	root virtualServiceObject
	made bool
}
