package pods

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// keyed is a key of a ConfigMap or Secret that pods do not start without.
type keyed struct {
	kube.ID
	key string
}

// keysGone are the keys that pods need and that a ConfigMap or Secret loses
// while it stays.
func keysGone(e *edge.Transition, pods cluster.Pods) []edge.Problem {
	var problems []edge.Problem
	still := keyNeeds(e.To.PodsOf[pods.Workload.Key()].Workload)
	for _, need := range keyNeeds(pods.Workload) {
		c, changed := e.Find(need.ID)
		if !changed || c.Made() || c.Gone() || !hasKey(c.From, need.key) || hasKey(c.To, need.key) {
			continue
		}
		problems = append(problems, edge.Problem{
			Object: pods.Workload, About: need.String() + " " + need.key, Severity: missed(e, pods, slices.Contains(still, need)),
			Message: fmt.Sprintf("needs key %s of %s, which is removed while its pods run: a pod that restarts does not start", need.key, need.ID),
			Hint:    "remove it a commit after the last pod that needs it",
		})
	}
	return problems
}

func hasKey(o kube.Object, key string) bool {
	for _, field := range []string{"data", "stringData", "binaryData"} {
		if o.Get(field, key) != nil {
			return true
		}
	}
	return false
}

// keyNeeds are the keys that variables and the items of volumes name.
func keyNeeds(o kube.Object) []keyed {
	var all []keyed
	add := func(kind, name string, ref, key *yaml.Node) {
		if optional, _ := strconv.ParseBool(kube.Text(ref, "optional")); !optional && key != nil {
			all = append(all, keyed{kube.ID{Kind: kind, Namespace: o.Namespace, Name: name}, key.Value})
		}
	}
	items := func(source *yaml.Node) {
		secret, config := kube.Get(source, "secret"), kube.Get(source, "configMap")
		for _, item := range kube.Items(config, "items") {
			add("ConfigMap", kube.Text(config, "name"), config, kube.Get(item, "key"))
		}
		for _, item := range kube.Items(secret, "items") {
			add("Secret", kube.Text(secret, "secretName")+kube.Text(secret, "name"), secret, kube.Get(item, "key")) // name in a projected one
		}
	}
	spec := o.Get("spec", "template", "spec")
	for _, v := range kube.Items(spec, "volumes") {
		items(v)
		for _, source := range kube.Items(v, "projected", "sources") {
			items(source)
		}
	}
	for _, field := range []string{"initContainers", "containers"} {
		for _, c := range kube.Items(spec, field) {
			for _, env := range kube.Items(c, "env") {
				config, secret := kube.Get(env, "valueFrom", "configMapKeyRef"), kube.Get(env, "valueFrom", "secretKeyRef")
				add("ConfigMap", kube.Text(config, "name"), config, kube.Get(config, "key"))
				add("Secret", kube.Text(secret, "name"), secret, kube.Get(secret, "key"))
			}
		}
	}
	return all
}
