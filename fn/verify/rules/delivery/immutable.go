package delivery

import (
	"bytes"
	"encoding/base64"
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/fn/verify/rules/service"
	"github.com/cutoverdev/cutover/generators/agent"
	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// This file holds what the API server lets nobody change: an agent that tries fails
// in the middle of a commit, or applies none of it.

// immutable are fields that cannot be changed, by kind (Kubernetes v1.37: validation
// of each group, and the comments in k8s.io/api v0.37; Gateway API v1.6.3).
var immutable = []struct {
	group, kind string
	paths       []string // with dots between keys
}{
	{"", "Secret", []string{"type"}},
	{"apps", "DaemonSet", []string{"spec.selector"}},
	{"apps", "Deployment", []string{"spec.selector"}},
	{"apps", "ReplicaSet", []string{"spec.selector"}},
	{"apps", "StatefulSet", []string{"spec.selector", "spec.serviceName", "spec.podManagementPolicy", "spec.volumeClaimTemplates"}},
	{"apps", "ControllerRevision", []string{"data"}},
	{"batch", "Job", []string{
		"spec.selector", "spec.template", "spec.completionMode", "spec.podFailurePolicy", "spec.successPolicy",
		"spec.backoffLimitPerIndex", "spec.managedBy",
	}},
	{"certificates.k8s.io", "CertificateSigningRequest", []string{"spec"}},
	{"certificates.k8s.io", "ClusterTrustBundle", []string{"spec.signerName"}},
	{"discovery.k8s.io", "EndpointSlice", []string{"addressType"}},
	{cluster.GatewayGroup, "GatewayClass", []string{"spec.controllerName"}},
	{cluster.IngressGroup, "IngressClass", []string{"spec.controller"}},
	{cluster.IngressGroup, "IPAddress", []string{"spec.parentRef"}},
	{"node.k8s.io", "RuntimeClass", []string{"handler"}},
	{"rbac.authorization.k8s.io", "ClusterRoleBinding", []string{"roleRef"}},
	{"rbac.authorization.k8s.io", "RoleBinding", []string{"roleRef"}},
	{"resource.k8s.io", "ResourceClaim", []string{"spec"}},
	{"resource.k8s.io", "ResourceClaimTemplate", []string{"spec"}},
	{"scheduling.k8s.io", "PriorityClass", []string{"value", "preemptionPolicy"}},
	{"snapshot.storage.k8s.io", "VolumeSnapshot", []string{"spec.source"}},
	{"storage.k8s.io", "CSIDriver", []string{"spec.attachRequired", "spec.volumeLifecycleModes"}},
	{"storage.k8s.io", "StorageClass", []string{"provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"}},
	{"storage.k8s.io", "VolumeAttributesClass", []string{"driverName", "parameters"}},
	{"storagemigration.k8s.io", "StorageVersionMigration", []string{"spec.resource"}},
}

// sealed are kinds of whose spec everything is immutable but some fields.
var sealed = []struct {
	group, kind string
	but         []string
}{
	{"", "PersistentVolume", []string{
		"accessModes", "capacity", "claimRef", "mountOptions", "persistentVolumeReclaimPolicy",
		"storageClassName", "volumeAttributesClassName", "nodeAffinity",
	}},
	{"", "PersistentVolumeClaim", []string{"resources", "volumeAttributesClassName", "volumeName"}},
	{"", "Pod", []string{
		"activeDeadlineSeconds", "containers", "initContainers", "ephemeralContainers", "schedulingGates",
		"terminationGracePeriodSeconds", "tolerations",
	}},
}

// refusal is a field that the API server does not let a commit change.
type refusal struct {
	path []string
	why  string // continues: changes PATH
}

const unchangeable = ", which cannot be changed"

// refused are the refusals that depend on more than a field by itself.
var refused = []func(cluster.Change) []refusal{
	lockedData, claimRefused, jobRefused, podRefused, serviceRefused, definitionRefused,
}

// CheckImmutable checks that an object that must be deleted and made anew is not
// changed. Argo CD fails in the middle of such a commit, Flux applies none of it. A Job may
// say that it is deleted once it has finished, as it has where it has arrived.
func CheckImmutable(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, id := range cluster.SortedIDs(e.Changed) {
		c := e.Changed[id]
		if c.Made() || c.Gone() || remade(c.To) {
			continue
		}
		for _, r := range refusals(c) {
			if seconds := c.From.Text("spec", "ttlSecondsAfterFinished"); c.To.Is("batch", "Job") && seconds != "" {
				if seconds != "0" {
					problems = append(problems, edge.Unjudged(c, "cannot be changed until it is deleted, "+seconds+
						" s after it has finished: whether it has been is not judged", r.path...))
				}
				continue
			}
			problems = append(problems, edge.Problem{
				Object: c.To, Path: r.path, About: r.path[len(r.path)-1],
				Message: "changes " + kube.PathText(r.path) + r.why + ": Argo CD stops in the middle of the commit, Flux applies none of it",
				Hint:    "make an object of another name, a commit before this one goes",
			})
		}
	}
	return problems
}

// refusals are what of a change the API server refuses.
func refusals(c cluster.Change) []refusal {
	var all []refusal
	for _, k := range immutable {
		for _, path := range k.paths {
			if keys := strings.Split(path, "."); c.To.Is(k.group, k.kind) && altered(c, keys) {
				all = append(all, refusal{keys, unchangeable})
			}
		}
	}
	for _, k := range sealed {
		if c.To.Is(k.group, k.kind) {
			all = append(all, beside(c, k.but)...)
		}
	}
	for _, look := range refused {
		all = append(all, look(c)...)
	}
	return all
}

// altered reports whether a change changes what a field means. A field at the top
// has its default under the kind.
func altered(c cluster.Change, keys []string) bool {
	parent := c.To.Kind
	if len(keys) > 1 {
		parent = keys[len(keys)-2]
	}
	was, is := c.From.Get(keys...), c.To.Get(keys...)
	if parent == "spec" && keys[len(keys)-1] == "selector" && cluster.RunsPods(c.To) {
		was, is = selects(c.From), selects(c.To)
	}
	return !cluster.MeansSame(parent, keys[len(keys)-1], listed(was), listed(is))
}

// listed is a field, if it is not a list of nothing: that is as good as none where the
// API server compares (k8s.io/apimachinery v0.37, third_party/forked/golang/reflect,
// Equalities.DeepEqual).
func listed(n *yaml.Node) *yaml.Node {
	if n != nil && n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		return nil
	}
	return n
}

// selects is the selector of a workload: the labels of its template if it says none.
// The versions before apps/v1beta2 filled it in so, and those since refuse it (Kubernetes
// v1.15, pkg/apis/extensions/v1beta1/defaults.go): a workload that stands has one.
func selects(o kube.Object) *yaml.Node {
	if n := o.Get("spec", "selector"); n != nil {
		return n
	}
	return kube.Get(o.With(o.Get("spec", "template", "metadata", "labels"), "spec", "selector", "matchLabels").Node, "spec", "selector")
}

// beside are the fields of a spec that change, but for those that may.
func beside(c cluster.Change, but []string) []refusal {
	var all []refusal
	for _, key := range keysOf(c.From.Get("spec"), c.To.Get("spec")) {
		if keys := []string{"spec", key}; !slices.Contains(but, key) && altered(c, keys) {
			all = append(all, refusal{keys, unchangeable})
		}
	}
	return all
}

// keysOf are the keys of several mappings, each once, as they come.
func keysOf(maps ...*yaml.Node) []string {
	var all []string
	for _, m := range maps {
		for i := 0; m != nil && m.Kind == yaml.MappingNode && i+1 < len(m.Content); i += 2 {
			if key := m.Content[i].Value; !slices.Contains(all, key) {
				all = append(all, key)
			}
		}
	}
	return all
}

// lockedData is what a ConfigMap or Secret holds that says immutable: true, and that
// it says so.
func lockedData(c cluster.Change) []refusal {
	if !edge.Locked(c.From) || !c.To.Is("", "ConfigMap") && !c.To.Is("", "Secret") {
		return nil
	}
	switch was, is := contents(c.From), contents(c.To); {
	case !slices.EqualFunc(was, is, content.equal):
		return []refusal{{[]string{"data"}, ", and says immutable: true"}}
	case !edge.Locked(c.To):
		return []refusal{{[]string{"immutable"}, unchangeable}}
	}
	return nil
}

// content is a key of a ConfigMap or Secret and its value.
type content struct {
	key   string
	value []byte
}

func (a content) equal(b content) bool { return a.key == b.key && bytes.Equal(a.value, b.value) }

// contents are the keys of a ConfigMap or Secret in order, whichever way they are
// written.
func contents(o kube.Object) []content {
	held := map[string][]byte{}
	for _, field := range []string{"data", "binaryData", "stringData"} {
		for k, v := range kube.Pairs(o.Node, field) {
			held[k] = []byte(v)
			if raw, err := base64.StdEncoding.DecodeString(v); err == nil && (field == "binaryData" || field == "data" && o.Kind == "Secret") {
				held[k] = raw
			}
		}
	}
	var all []content
	for _, k := range slices.Sorted(maps.Keys(held)) {
		all = append(all, content{k, held[k]})
	}
	return all
}

// claimRefused is a claim that is to be smaller, or bound to another volume. One
// that names its volume only now may name the one that it has.
func claimRefused(c cluster.Change) []refusal {
	if !c.To.Is("", "PersistentVolumeClaim") {
		return nil
	}
	var all []refusal
	if was := c.From.Text("spec", "volumeName"); was != "" && was != c.To.Text("spec", "volumeName") {
		all = append(all, refusal{[]string{"spec", "volumeName"}, unchangeable})
	}
	size := []string{"spec", "resources", "requests", "storage"}
	was, ok := cluster.Amount(c.From.Text(size...))
	if is, also := cluster.Amount(c.To.Text(size...)); ok && (!also || is < was) {
		all = append(all, refusal{size, ", which cannot become smaller"})
	}
	return all
}

// jobRefused is a Job that is to complete more or fewer times. An Indexed one may,
// if it goes on running all of them at once (batch/v1, completions).
func jobRefused(c cluster.Change) []refusal {
	if !c.To.Is("batch", "Job") || !altered(c, []string{"spec", "completions"}) {
		return nil
	}
	n := c.To.Text("spec", "completions")
	if c.To.Text("spec", "completionMode") == "Indexed" && n != "" && n == c.To.Text("spec", "parallelism") {
		return nil
	}
	return []refusal{{[]string{"spec", "completions"}, unchangeable}}
}

// podRefused is a pod by itself that is to have other containers: of them only the
// image may change.
func podRefused(c cluster.Change) []refusal {
	if !c.To.Is("", "Pod") {
		return nil
	}
	var all []refusal
	for _, list := range []string{"containers", "initContainers"} {
		if was, is := imageless(c.From, list), imageless(c.To, list); !cluster.MeansSame("spec", list, was, is) {
			all = append(all, refusal{[]string{"spec", list}, ", of which only the image can be changed"})
		}
	}
	return all
}

func imageless(pod kube.Object, list string) *yaml.Node {
	spec := pod.Get("spec")
	if spec == nil {
		return nil
	}
	blank := func(*yaml.Node) *yaml.Node { return kube.Node("") }
	return kube.Get(kube.EditAll(spec, blank, list, "*", "image"), list)
}

// serviceRefused is what the API server lets nobody change of a Service: the class of
// its load balancer, its first family of addresses, the port by which nodes are asked
// for its health; and a second family goes with ipFamilyPolicy: SingleStack alone.
func serviceRefused(c cluster.Change) []refusal {
	if !c.To.Is("", "Service") {
		return nil
	}
	var all []refusal
	add := func(field, why string) { all = append(all, refusal{[]string{"spec", field}, why}) }
	if service.Balanced(c.From) && service.Balanced(c.To) &&
		c.From.Text("spec", "loadBalancerClass") != c.To.Text("spec", "loadBalancerClass") {
		add("loadBalancerClass", unchangeable)
	}
	was, is := kube.Items(c.From.Node, "spec", "ipFamilies"), kube.Items(c.To.Node, "spec", "ipFamilies")
	switch single := c.To.Text("spec", "ipFamilyPolicy") == "SingleStack"; {
	case len(was) == 0 || len(is) == 0 || service.Type(c.To) == "ExternalName":
	case was[0].Value != is[0].Value:
		add("ipFamilies", ", whose first family cannot be changed")
	case len(is) < len(was) && !single:
		add("ipFamilies", ", whose second family cannot go without ipFamilyPolicy: SingleStack")
	}
	port := "healthCheckNodePort"
	if a, b := c.From.Text("spec", port), c.To.Text("spec", port); a != "" && b != "" && a != b {
		add(port, unchangeable)
	}
	return all
}

// definitionRefused is a definition of a kind whose objects change where they live,
// or that loses the version that they are stored in (apiextensions/v1).
func definitionRefused(c cluster.Change) []refusal {
	if !c.To.Is("apiextensions.k8s.io", "CustomResourceDefinition") {
		return nil
	}
	var all []refusal
	for _, path := range [][]string{{"spec", "scope"}, {"spec", "group"}, {"spec", "names", "plural"}} {
		if altered(c, path) {
			all = append(all, refusal{path, unchangeable})
		}
	}
	left := versionsOf(c.To)
	for _, v := range kube.Items(c.From.Node, "spec", "versions") {
		if name := kube.Text(v, "name"); kube.Text(v, "storage") == "true" && !slices.Contains(left, name) {
			all = append(all, refusal{[]string{"spec", "versions"}, ", and drops version " + name + ", in which its objects are stored"})
		}
	}
	return all
}

// versionsOf are the versions that a definition has.
func versionsOf(crd kube.Object) []string {
	var all []string
	for _, v := range kube.Items(crd.Node, "spec", "versions") {
		all = append(all, kube.Text(v, "name"))
	}
	return all
}

// remade reports whether an agent deletes a Job and makes it anew if it cannot be
// changed: a hook of Argo CD's that is deleted before it is made, as it is unless
// it says otherwise, or as soon as it has succeeded; and one that is forced, which
// Replace=true alone is not: a put is refused like a patch. Jobs answer nobody; of
// anything else that is forced the pods would be gone for a while.
func remade(o kube.Object) bool {
	if !o.Is("batch", "Job") {
		return false
	}
	return !agent.Remakes(o, o).Empty() || !agent.Forces(o, o).Empty()
}
