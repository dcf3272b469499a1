package overlay

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// This file holds what kustomize (v5.8.2, api v0.21.2) does with a kustomization of
// resources and replicas. A fuzz test holds the reader equal to it.

// localConfig marks objects that kustomize builds and does not write.
const localConfig = "config.kubernetes.io/local-config"

// Local reports whether kustomize leaves an object out of what it writes: one that
// is marked local-config, unless the mark says false to the letter.
func Local(o kube.Object) bool {
	mark := o.Get("metadata", "annotations", localConfig)
	return mark != nil && mark.Value != "false"
}

// simple says where and why a kustomization is more than resources and replicas, or
// one that kustomize refuses; why is empty if it is neither.
func simple(n *yaml.Node) (at *yaml.Node, why string) {
	if n.Kind != yaml.MappingNode {
		return n, "is no mapping"
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, v := n.Content[i], n.Content[i+1]
		var ok bool
		switch key.Value {
		case "apiVersion":
			ok = kube.Text(v) == "kustomize.config.k8s.io/v1beta1"
		case "kind":
			ok = kube.Text(v) == "Kustomization"
		case "resources":
			ok = v.Kind == yaml.SequenceNode &&
				!slices.ContainsFunc(v.Content, func(r *yaml.Node) bool { return r.ShortTag() != "!!str" || r.Value == "" })
		case "replicas":
			ok = v.Kind == yaml.SequenceNode && !slices.ContainsFunc(v.Content, func(r *yaml.Node) bool { return !isReplica(r) })
		default:
			return key, key.Value + " is not read here"
		}
		if !ok {
			return v, key.Value + " is not what kustomize takes"
		}
	}
	if kube.Get(n, "resources") == nil {
		return n, "has no resources"
	}
	return nil, ""
}

// scalable are the kinds that replicas: reaches (kustomize builtin
// replicas field specs, v5.8).
var scalable = []string{"Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"}

// isReplica reports whether a node is an entry of replicas.
func isReplica(n *yaml.Node) bool {
	name := kube.Get(n, "name")
	_, counted := kube.Number(n, "count")
	return n.Kind == yaml.MappingNode && len(n.Content) == 4 && counted && name != nil && name.ShortTag() == "!!str"
}
