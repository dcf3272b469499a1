package gatewayroute

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// Granted reports whether a ReferenceGrant lets an object name one of another
// namespace.
func Granted(w route.World, by, named kube.ID) bool {
	for _, o := range w.All(Group, "ReferenceGrant") {
		if o.Namespace != named.Namespace {
			continue
		}
		from := slices.ContainsFunc(kube.Items(o.Node, "spec", "from"), func(n *yaml.Node) bool {
			return kube.Text(n, "group") == by.Group && kube.Text(n, "kind") == by.Kind && kube.Text(n, "namespace") == by.Namespace
		})
		to := slices.ContainsFunc(kube.Items(o.Node, "spec", "to"), func(n *yaml.Node) bool {
			name := kube.Text(n, "name")
			return kube.Text(n, "group") == named.Group && kube.Text(n, "kind") == named.Kind && (name == "" || name == named.Name)
		})
		if from && to {
			return true
		}
	}
	return false
}
