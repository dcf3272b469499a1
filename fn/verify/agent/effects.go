package agent

import (
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// delivery collects what one object of an agent does to a state.
type delivery struct {
	agent kube.Object
	state cluster.State
	found []schemas.Finding
}

const asVerified = "what is verified must be what is applied: say it in the Release or in base/"

// say adds what is changed after it was verified.
func (d *delivery) say(message string, field ...string) {
	d.found = append(d.found, d.agent.Find("agent-changes", message, asVerified, field...))
}

func (d *delivery) forced(field ...string) {
	d.found = append(d.found, d.agent.Find("agent-force", "what cannot be changed in place is deleted and made anew, without pods in between",
		"leave it out: nothing that is generated needs it", field...))
}

// waits adds what an abort would wait for.
func (d *delivery) waits(severity schemas.Severity, message, hint string, field ...string) {
	f := d.agent.Find("agent-waits", message, hint, field...)
	f.Severity = severity
	d.found = append(d.found, f)
}

// below is a field of a field.
func below(at []string, more ...string) []string { return append(slices.Clip(at), more...) }

// generated reports whether a state is one that cutover made: its stages rely on
// the agent to take away what they leave out.
func generated(s cluster.State) bool {
	return slices.ContainsFunc(s.Objects, func(o kube.Object) bool { return o.Text("metadata", "labels", workload.ReleaseLabel) != "" })
}

// depends reports whether requests depend on an object.
func depends(s cluster.State, o kube.Object) bool {
	return cluster.RunsPods(o) || cluster.Autoscales(o) || o.Is("", "Service") || s.Router.Routing(o)
}

// ignores reports whether an entry of ignoreDifferences takes fields of an object
// out. The replicas of a workload that says none are nothing.
func ignores(n *yaml.Node, o kube.Object) bool {
	for _, want := range []struct{ field, have string }{{"group", o.Group}, {"kind", o.Kind}, {"name", o.Name}, {"namespace", o.Namespace}} {
		v := kube.Get(n, want.field)
		if want.field == "namespace" && want.have == "" {
			continue
		}
		if v != nil && v.Value != "*" && v.Value != want.have && (v.Value != "" || want.field == "kind") ||
			v == nil && want.field == "group" && o.Group != "" {
			return false
		}
	}
	if len(kube.Items(n, "jqPathExpressions"))+len(kube.Items(n, "managedFieldsManagers")) > 0 {
		return true
	}
	return slices.ContainsFunc(kube.Items(n, "jsonPointers"), func(p *yaml.Node) bool {
		return p.Value != "/status" && (p.Value != "/spec/replicas" || o.Get("spec", "replicas") != nil)
	})
}
