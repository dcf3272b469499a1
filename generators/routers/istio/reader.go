package istio

import (
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// reader reads the VirtualServices of a state.
type reader struct {
	route.Notes
	world            route.World
	virtualServices  []virtualServiceObject
	destinationRules destinationRules
	delegated        []delegatedRule // rules of delegates
	ruleCount        int             // rules of the VirtualService that is being read
}

// virtualServiceObject is a VirtualService that was read.
type virtualServiceObject struct {
	kube.Object
	spec virtualService
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
