package custom

import "github.com/cutoverdev/cutover/generators/route"

var metrics = []route.Metrics{{Reason: "Which router serves the kind no Release says, and so not in which series it counts."}}

var traps = []route.Trap{{
	Is:   "A weight that is left out counts 1, 100, 0 or the rest, as the router has it.",
	Kept: "Every weight is written, and one that the user left out beside others is refused until default says what it counts.",
}, {
	Is:   "Weights that are all 0 are shared out evenly by some routers, and answered with 503 by others.",
	Kept: "The weights of a list are never all 0, and one that is set to 0 by hand is not judged.",
}, {
	Is:   "A share of a track whose Service is not there yet gets an error, and the other track gets none of it.",
	Kept: "The Service comes in a commit before its first weight. The option missing says which status the router answers with.",
	Case: "custom/service",
}, {
	Is:   "Kinds with an object for each Service beside the route, as ApisixUpstream and ServiceDefaults, say nothing of the Services of the tracks.",
	Kept: "None is written: write one for the Service of each track.",
}}

var lacks = []string{
	"Matches, mirrors and affinity: where a rule must stand to be tried first no path says.",
	"Kinds that have one backend for each object, as Emissary's Mapping, and those that name revisions, as Knative's.",
	"kustomize's namePrefix: write a nameReference for the kind, with the path of service, / for . and without []; it cannot follow a name inside a URL.",
}
