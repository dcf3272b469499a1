package gatewayapi

import "github.com/cutoverdev/cutover/generators/kube"

// LackingInStandard is what of a route is not in the newest standard channel.
func LackingInStandard(o kube.Object) (what string, lacks bool) {
	what, _, lacks = lacking(definitions{newest, false}, o)
	return what, lacks
}
