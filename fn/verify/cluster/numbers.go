package cluster

import (
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/workload"
	"go.yaml.in/yaml/v3"
)

// NumberFields are fields that the API server takes as numbers alone, of what pods are
// counted by.
var NumberFields = [][]string{{"spec", "replicas"}, {"spec", "minReplicas"}, {"spec", "maxReplicas"}, {"spec", "minReadySeconds"}}

// IsText reports whether a value is text for YAML.
func IsText(n *yaml.Node) bool {
	return n != nil && n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str"
}

// IsTemplated reports whether somebody fills in a value later.
func IsTemplated(n *yaml.Node) bool {
	return strings.Contains(n.Value, "${") || strings.Contains(n.Value, "{{")
}

// SameAmount reports whether two texts are one number or one quantity, which an
// API server writes in its own way: 1000m is 1, 1024Mi is 1Gi.
func SameAmount(a, b string) bool {
	x, ok := Amount(a)
	y, also := Amount(b)
	return ok && also && x == y
}

// Amount reads a quantity.
func Amount(s string) (float64, bool) { return kube.Amount(s) }

// Autoscales reports whether an object is an autoscaler.
func Autoscales(o kube.Object) bool {
	_, _, ok := workload.Floor(o)
	return ok
}

// SaidReplicas is the number of pods that a manifest says, if it says one. A null is
// not a field left out: it takes back what an autoscaler has set, so that the API
// server fills in 1, at every apply (kubectl and kube-apiserver 1.37.2; Argo CD 3.5.7
// sees a difference at every sync).
func SaidReplicas(o kube.Object) (n int, said bool) {
	v := o.Get("spec", "replicas")
	if v == nil {
		return 0, false
	}
	if v.ShortTag() == "!!null" {
		return 1, true
	}
	return kube.Number(v)
}
