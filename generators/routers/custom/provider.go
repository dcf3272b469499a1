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
	Doc: "Works on the user's own object under route:, of any custom resource: the options say by paths where it names its backends, their weights and its hosts. " +
		"Shares requests by weight and leads preview hosts to the candidate. What a path cannot say, as matches and their order, it refuses. " +
		"The object bears the paths in an annotation, " + Annotation + ", by which verify reads it.",
	URL:     "https://github.com/cutoverdev/cutover/blob/main/docs/custom.md",
	Version: "any",
	Also:    []string{"apisix", "openshift", "kuma", "skipper", "consul", "other", "crd"},
	Can: route.Can{
		"http": can, "grpc": can, "tcp": can, "tls": can,
	},
	Metrics: []route.Metrics{{Reason: "Which router serves the kind no Release says, and so not in which series it counts."}},
	Traps: []route.Trap{{
		Is:   "A weight that is left out counts 1, 100, 0 or the rest, as the router has it.",
		Kept: "Every weight is written, and one that the user left out beside others is refused until default says what it counts.",
	}, {
		Is:   "Weights that are all 0 are shared out evenly by some routers, and answered with 503 by others.",
		Kept: "The weights of a list are never all 0, and one that is set to 0 by hand is not judged.",
		Case: "custom/zero",
	}, {
		Is:   "Kinds with an object for each Service beside the route, as ApisixUpstream and ServiceDefaults, say nothing of the Services of the tracks.",
		Kept: "None is written: write one for the Service of each track.",
	}},
	Lacks: []string{
		"Matches, mirrors and affinity: where a rule must stand to be tried first no path says.",
		"Kinds that have one backend for each object, as Emissary's Mapping, and those that name revisions, as Knative's.",
		"kustomize's namePrefix: write a nameReference for the kind, with the path of service, / for . and without []; it cannot follow a name inside a URL.",
	},
	ServiceAnnotations: route.ServiceAnnotations,
	Options:            options{},
	Check:              check,
	Render:             render,
	Describe:           describe,
	Claims:             func(kube.Object, route.World) bool { return true },
	Read:               read,
}

const can = route.Weights | route.Previews | route.OwnRoute
