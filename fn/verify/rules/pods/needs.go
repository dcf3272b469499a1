package pods

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/interleave"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// This file holds what pods do not start without.

// Groups of what volumes and claims are made from: the Secrets Store CSI driver
// (v1.5), and GKE's own.
var providerGroups = []string{"secrets-store.csi.x-k8s.io", "secrets-store-gke.csi.x-k8s.io"}

// AllNeeds are the objects that the pods of a workload do not start without, those by
// way of other objects with them: the Secrets by which their ServiceAccount pulls
// images, unless they name some of their own (Kubernetes v1.37, admission
// ServiceAccount), and the claims of a StatefulSet.
func AllNeeds(s cluster.State, o kube.Object) []kube.ID {
	all := needs(o)
	add := func(id kube.ID) {
		if id.Name != "" && !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	if account, ok := accountOf(s, o); ok {
		for _, name := range pulls(account) {
			add(kube.ID{Kind: "Secret", Namespace: o.Namespace, Name: name})
		}
	}
	for _, claim := range kube.Items(o.Node, "spec", "volumeClaimTemplates") {
		add(kube.ID{Group: "storage.k8s.io", Kind: "StorageClass", Name: kube.Text(claim, "spec", "storageClassName")})
	}
	for i := range min(s.PodsOf[o.Key()].Count, maxClaims) {
		for _, claim := range claimsOf(o, i) {
			add(claim)
		}
	}
	return all
}

// claimsOf are the claims of one pod of a StatefulSet, by its place among them.
func claimsOf(o kube.Object, pod int) []kube.ID {
	var all []kube.ID
	first, _ := kube.Number(o.Node, "spec", "ordinals", "start")
	for _, claim := range kube.Items(o.Node, "spec", "volumeClaimTemplates") {
		all = append(all, kube.ID{
			Kind: "PersistentVolumeClaim", Namespace: o.Namespace,
			Name: fmt.Sprintf("%s-%s-%d", kube.Text(claim, "metadata", "name"), o.Name, first+pod),
		})
	}
	return all
}

// maxClaims is how many pods of a StatefulSet are looked at for their claims.
const maxClaims = 64

// accountOf is the ServiceAccount that pulls the images of a workload's pods, if it is
// here and they name no Secrets of their own for it.
func accountOf(s cluster.State, o kube.Object) (kube.Object, bool) {
	spec := o.Get("spec", "template", "spec")
	if len(kube.Items(spec, "imagePullSecrets")) > 0 {
		return kube.Object{}, false
	}
	return s.World.Find("", "ServiceAccount", o.Namespace, accountName(o))
}

// accountName is the ServiceAccount that a workload's pods run under.
func accountName(o kube.Object) string {
	spec := o.Get("spec", "template", "spec")
	return cmp.Or(kube.Text(spec, "serviceAccountName"), kube.Text(spec, "serviceAccount"), "default")
}

// pulls are the Secrets by which a ServiceAccount pulls images.
func pulls(account kube.Object) []string {
	var all []string
	for _, s := range kube.Items(account.Node, "imagePullSecrets") {
		all = append(all, kube.Text(s, "name"))
	}
	return all
}

// missed says how bad it is that pods which run lose what they need to start, if
// their successors need it or not. Where they are all being replaced, which is what
// becomes of those with a hash in the name of their configuration, only one that
// restarts before its turn has come is missed, and the controller goes on without
// it. What identifies pods that run, a ServiceAccount, ends at once.
func missed(e *edge.Transition, was cluster.Pods, needed bool) schemas.Severity {
	is := e.To.PodsOf[was.Workload.Key()]
	if needed || is.Count == 0 || !cluster.Foreign(was.Workload, is.Workload) || interleave.Replaced(was, is, is.Count) < is.Count {
		return schemas.Error
	}
	return schemas.Warning
}

// pullsGone are Secrets to pull images with that a ServiceAccount no longer names.
func pullsGone(e *edge.Transition, was cluster.Pods) []edge.Problem {
	before, ok := accountOf(e.From, was.Workload)
	after, still := accountOf(e.To, e.To.PodsOf[was.Workload.Key()].Workload)
	if !ok || !still || before.Key() != after.Key() {
		return nil
	}
	var problems []edge.Problem
	for _, name := range pulls(before) {
		if !slices.Contains(pulls(after), name) {
			problems = append(problems, edge.Problem{
				Object: after, Path: []string{"imagePullSecrets"}, About: name + " " + was.Workload.Key().String(),
				Message: fmt.Sprintf("no longer pulls images with Secret %s, and pods of %s run under this ServiceAccount: a pod that restarts "+
					"on another node may not start", name, was.Workload.ID),
				Hint: "remove the Secret from the list a commit after the last pod whose image needs it",
			})
		}
	}
	return problems
}

// needs are the objects that a workload's own template names.
func needs(o kube.Object) []kube.ID {
	var all []kube.ID
	need := func(id kube.ID) {
		if id.Name != "" && !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	add := func(kind, name string) {
		need(kube.ID{Kind: kind, Namespace: o.Namespace, Name: name})
	}
	spec := o.Get("spec", "template", "spec")
	add("ServiceAccount", kube.Text(spec, "serviceAccountName"))
	need(kube.ID{Group: "scheduling.k8s.io", Kind: "PriorityClass", Name: kube.Text(spec, "priorityClassName")})
	need(kube.ID{Group: "node.k8s.io", Kind: "RuntimeClass", Name: kube.Text(spec, "runtimeClassName")})
	for _, s := range kube.Items(spec, "imagePullSecrets") {
		add("Secret", kube.Text(s, "name"))
	}
	for _, c := range kube.Items(spec, "resourceClaims") {
		need(kube.ID{Group: "resource.k8s.io", Kind: "ResourceClaim", Namespace: o.Namespace, Name: kube.Text(c, "resourceClaimName")})
		need(kube.ID{
			Group: "resource.k8s.io", Kind: "ResourceClaimTemplate", Namespace: o.Namespace,
			Name: kube.Text(c, "resourceClaimTemplateName"),
		})
	}
	for _, v := range kube.Items(spec, "volumes") {
		volumeNeeds(o.Namespace, v, need)
	}
	for _, field := range []string{"initContainers", "containers"} {
		for _, c := range kube.Items(spec, field) {
			for _, from := range kube.Items(c, "envFrom") {
				refer(add, from)
			}
			for _, env := range kube.Items(c, "env") {
				refer(add, kube.Get(env, "valueFrom"))
			}
		}
	}
	return all
}

// volumeNeeds are the objects that a volume is made from (core/v1, VolumeSource;
// k8s.io/api v0.37).
func volumeNeeds(namespace string, v *yaml.Node, need func(kube.ID)) {
	add := func(kind, name string) { need(kube.ID{Kind: kind, Namespace: namespace, Name: name}) }
	refer(add, v)
	add("PersistentVolumeClaim", kube.Text(v, "persistentVolumeClaim", "claimName"))
	add("Secret", kube.Text(v, "csi", "nodePublishSecretRef", "name"))
	add("Secret", kube.Text(v, "azureFile", "secretName"))
	for _, driver := range []string{"cephfs", "cinder", "flexVolume", "iscsi", "rbd", "scaleIO", "storageos"} {
		add("Secret", kube.Text(v, driver, "secretRef", "name"))
	}
	need(kube.ID{Group: "storage.k8s.io", Kind: "CSIDriver", Name: kube.Text(v, "csi", "driver")})
	need(kube.ID{
		Group: "storage.k8s.io", Kind: "StorageClass",
		Name: kube.Text(v, "ephemeral", "volumeClaimTemplate", "spec", "storageClassName"),
	})
	for _, group := range providerGroups {
		need(kube.ID{
			Group: group, Kind: "SecretProviderClass", Namespace: namespace,
			Name: kube.Text(v, "csi", "volumeAttributes", "secretProviderClass"),
		})
	}
	for _, source := range kube.Items(v, "projected", "sources") {
		refer(add, source)
		if optional, _ := strconv.ParseBool(kube.Text(source, "clusterTrustBundle", "optional")); !optional {
			need(kube.ID{Group: "certificates.k8s.io", Kind: "ClusterTrustBundle", Name: kube.Text(source, "clusterTrustBundle", "name")})
		}
	}
}

// refer adds the ConfigMap or Secret that a volume, a source or a variable
// names, unless it is optional.
func refer(add func(kind, name string), n *yaml.Node) {
	for _, ref := range []struct{ field, kind, name string }{
		{"configMap", "ConfigMap", "name"},
		{"configMapRef", "ConfigMap", "name"},
		{"configMapKeyRef", "ConfigMap", "name"},
		{"secret", "Secret", "secretName"},
		{"secret", "Secret", "name"},
		{"secretRef", "Secret", "name"},
		{"secretKeyRef", "Secret", "name"},
	} {
		if optional, _ := strconv.ParseBool(kube.Text(n, ref.field, "optional")); !optional {
			add(ref.kind, kube.Text(n, ref.field, ref.name))
		}
	}
}
