package agent

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// Arrived compares a state with what a cluster says of it (kubectl get -o yaml),
// for that is what every check of an edge assumes: the state before has arrived.
// It looks at workloads, Services, autoscalers, routes and jobs of releases; what the cluster has
// beside them, or fills in by itself, is nobody's business.
func Arrived(s cluster.State, live []kube.Object) []schemas.Finding {
	if s.Apart != nil {
		return []schemas.Finding{{
			ID: "not-arrived", Message: "of which of several clusters is what was observed, no object says: none is known to hold the state",
			Hint: "leave --observed out, and wait: spec.arrives is how long",
		}}
	}
	there := cluster.NewState(s.Router, live)
	var found []schemas.Finding
	late := func(o kube.Object, format string, args ...any) {
		found = append(found, o.Find("not-arrived", fmt.Sprintf(format, args...),
			"wait until it is as the manifests say, then make the next commit"))
	}
	for _, o := range s.Objects {
		if isJob(o) {
			now, _ := observed(there, o)
			found = append(found, finished(o, now)...)
			continue
		}
		if !cluster.RunsPods(o) && !cluster.Autoscales(o) && !o.Is("", "Service") && !s.Router.Routing(o) && !isVolume(o) {
			continue
		}
		now, ok := observed(there, o)
		switch {
		case !ok:
			late(o, "is not in the cluster")
		case now.Get("metadata", "deletionTimestamp") != nil:
			late(o, "is being deleted in the cluster")
		case !within(o.Get("spec"), now.Get("spec")):
			late(o, "is not in the cluster as it is here: %s", kube.Difference(o.Get("spec"), trimmed(o.Get("spec"), now.Get("spec"))))
		case isVolume(o):
			if why := unmade(now); why != "" {
				late(o, "%s", why)
			}
		case cluster.RunsPods(o):
			if have, want := readyPods(now), s.Count(o); have < want {
				late(o, "has %d ready pods, and is to have %d", have, want)
			} else if stale(now) {
				late(o, "is still rolling out")
			}
		}
	}
	return found
}

// isVolume reports whether an object is a claim that begins as a copy, or the snapshot that
// one is made from.
func isVolume(o kube.Object) bool {
	return o.Is("", "PersistentVolumeClaim") && o.Get("spec", "dataSource") != nil || o.Is(workload.SnapshotGroup, "VolumeSnapshot")
}

// unmade says why a copy is not there. A claim may wait for the first pod that has it (core/v1,
// StorageClass volumeBindingMode); a snapshot has failed if it says so, until it is ready
// (snapshot.storage.k8s.io/v1, status).
func unmade(o kube.Object) string {
	switch {
	case o.Text("status", "phase") == "Lost":
		return "has lost its volume"
	case o.Kind != "VolumeSnapshot" || o.Text("status", "readyToUse") == "true":
		return ""
	case o.Get("status", "error") != nil:
		return "is not taken: " + o.Text("status", "error", "message")
	}
	return "is not ready to use"
}

// observed is an object of the cluster. Manifests may leave the namespace to
// the agent.
func observed(s cluster.State, o kube.Object) (kube.Object, bool) {
	return s.World.Find(o.Group, o.Kind, o.Namespace, o.Name)
}

// readyPods are those that a cluster reports.
func readyPods(o kube.Object) int {
	field := "readyReplicas"
	if o.Kind == "DaemonSet" {
		field = "numberReady"
	}
	n, _ := kube.Number(o.Node, "status", field)
	return n
}

// stale reports whether a cluster has not carried out what a workload says.
func stale(o kube.Object) bool {
	want, _ := kube.Number(o.Node, "metadata", "generation")
	have, ok := kube.Number(o.Node, "status", "observedGeneration")
	updated, said := kube.Number(o.Node, "status", "updatedReplicas")
	total, _ := kube.Number(o.Node, "status", "replicas")
	return ok && have < want || said && updated < total
}

// chooses are the fields in which more says something else: with one label more a
// Service or a subset has fewer pods. Nobody fills in anything there.
var chooses = []string{"selector", "matchLabels", "matchExpressions", "subsets"}

// within reports whether everything that a manifest says is so in the cluster,
// which says more: defaults, and what others have filled in.
func within(want, have *yaml.Node) bool {
	switch {
	case want == nil:
		return true
	case have == nil:
		return empty(want)
	case want.Kind == yaml.AliasNode:
		return within(want.Alias, have)
	case want.Kind != have.Kind:
		return false
	}
	switch want.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(want.Content); i += 2 {
			if !within(want.Content[i+1], kube.Get(have, want.Content[i].Value)) {
				return false
			}
		}
		return !slices.ContainsFunc(chooses, func(key string) bool { return !within(kube.Get(have, key), kube.Get(want, key)) })
	case yaml.SequenceNode:
		if len(want.Content) != len(have.Content) {
			return false
		}
		for i := range want.Content {
			if !within(want.Content[i], have.Content[i]) {
				return false
			}
		}
		return true
	}
	return want.Value == have.Value || cluster.SameAmount(want.Value, have.Value)
}

// empty reports whether a node says nothing that a cluster would keep.
func empty(n *yaml.Node) bool {
	return len(n.Content) == 0 && (n.Kind != yaml.ScalarNode || n.Value == "" || n.ShortTag() == "!!null")
}

// trimmed is what a cluster has of the fields that a manifest names, so that
// their difference can be told.
func trimmed(want, have *yaml.Node) *yaml.Node {
	if want == nil || have == nil || want.Kind != have.Kind {
		return have
	}
	m := &yaml.Node{Kind: have.Kind, Tag: have.Tag}
	switch {
	case have.Kind == yaml.SequenceNode && len(want.Content) == len(have.Content):
		for i := range have.Content {
			m.Content = append(m.Content, trimmed(want.Content[i], have.Content[i]))
		}
		return m
	case have.Kind != yaml.MappingNode:
		return have
	}
	for i := 0; i+1 < len(have.Content); i += 2 {
		key, v := have.Content[i], have.Content[i+1]
		named := kube.Get(want, key.Value)
		switch {
		case slices.Contains(chooses, key.Value):
			m.Content = append(m.Content, key, v)
		case named != nil:
			m.Content = append(m.Content, key, trimmed(named, v))
		}
	}
	return m
}
