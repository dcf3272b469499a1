package draft

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// others are kinds that stand where a workload would, and what to do about each.
var others = []struct{ group, kind, hint string }{
	{"argoproj.io", "Rollout", "cutover init --move reads a Rollout, and writes the Release and the Deployment in its place"},
	{"flagger.app", "Canary", "cutover init --move reads a Canary; its Deployment belongs among the manifests too"},
	{"helm.toolkit.fluxcd.io", "HelmRelease", "what the chart makes is not here: helm template … | cutover init --input -"},
	{"argoproj.io", "Application", "what it installs is not here: --input: the folder that it names"},
	{"serving.knative.dev", "Service", "Knative makes the Deployments of its revisions and shifts requests by spec.traffic itself"},
	{"apps", "DaemonSet", "a DaemonSet is no release: it has no share of requests to move"},
}

// nothing says that no workload is among the manifests, and what is there.
func nothing(objects []kube.Object) []schemas.Finding {
	f := schemas.Finding{
		ID: "workload-unknown", Message: "no Deployment or StatefulSet is among the manifests",
		Hint: "put them under base/, or --input: where they are",
	}
	if len(objects) == 0 {
		return []schemas.Finding{f}
	}
	for _, other := range others {
		i := slices.IndexFunc(objects, func(o kube.Object) bool { return o.Is(other.group, other.kind) })
		if i >= 0 {
			f.Message, f.Hint = f.Message+", but "+objects[i].ID.String(), other.hint
			return []schemas.Finding{f}
		}
	}
	var kinds []string
	for _, o := range objects {
		if !slices.Contains(kinds, o.Kind) {
			kinds = append(kinds, o.Kind)
		}
	}
	slices.Sort(kinds)
	f.Message += fmt.Sprintf(", but %s", strings.Join(kinds, ", "))
	f.Hint = "put the workload beside them, or --input: where it is"
	return []schemas.Finding{f}
}
