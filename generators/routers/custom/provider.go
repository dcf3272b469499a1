package custom

import (
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// Provider works on an object of the user's own, of any kind, that its options
// describe.
var Provider = route.Provider{
	Name:  "custom",
	Title: "any router's own kind, described as data",
	Doc: "Works on the user's own object under route:, of any custom resource: the options say by paths where it names its backends, their " +
		"weights and its hosts. " +
		"Shares requests by weight and leads preview hosts to the candidate. What a path cannot say, as matches and their order, it refuses. " +
		"The object bears the paths in an annotation, " + Annotation + ", by which verify reads it.",
	URL:     "https://github.com/cutoverdev/cutover/blob/main/docs/custom.md",
	Version: "any",
	Also:    []string{"apisix", "openshift", "kuma", "skipper", "consul", "other", "crd"},
	Can: route.Can{
		"http": can, "grpc": can, "tcp": can, "tls": can,
	},
	Metrics:            metrics,
	Traps:              traps,
	Lacks:              lacks,
	ServiceAnnotations: route.ServiceAnnotations,
	Options:            options{},
	Check:              check,
	Render:             render,
	Describe:           describe,
	DraftOwn:           drafted,
	Names:              &route.Names{Maybe: "may follow such or not"},
	Claims:             func(kube.Object, route.World) bool { return true },
	Read:               read,
}

const can = route.Weights | route.Previews | route.OwnRoute | route.Namespaces
