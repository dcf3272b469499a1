package workload

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// This file refuses values that somebody fills in after the manifests were read:
// variables of Flux's postBuild, of envsubst, templates of Helm. What a stage says
// rests on them. Variables in a pod's arguments and environment are its own.

// hole is a place that is filled in later.
var hole = regexp.MustCompile(`\$\{[^}]*\}?|\{\{.*?\}\}`)

// counted are fields that hold whole numbers, by kind; * is every element.
var counted = map[string][]string{
	"Deployment": append([]string{"spec minReadySeconds", "spec progressDeadlineSeconds", "spec revisionHistoryLimit"},
		countedPods...),
	"StatefulSet": append([]string{"spec minReadySeconds", "spec ordinals start", "spec updateStrategy rollingUpdate partition"},
		countedPods...),
	"HorizontalPodAutoscaler": {"spec minReplicas", "spec maxReplicas"},
	"ScaledObject":            {"spec minReplicaCount", "spec maxReplicaCount", "spec idleReplicaCount"},
	"Service":                 {"spec ports * port", "spec ports * nodePort"},
}

var countedPods = []string{
	"spec replicas", "spec template spec terminationGracePeriodSeconds", "spec template spec containers * ports * containerPort",
	"spec template spec initContainers * ports * containerPort", "spec template spec containers * lifecycle preStop sleep seconds",
}

// spelled are fields whose text must be known, by kind; all that is below counts.
var spelled = map[string][]string{
	"Deployment": append([]string{"spec strategy"}, spelledPods...),
	"StatefulSet": append([]string{"spec serviceName", "spec updateStrategy", "spec volumeClaimTemplates * metadata"},
		spelledPods...),
	"HorizontalPodAutoscaler": {"metadata name", "metadata namespace", "spec scaleTargetRef"},
	"ScaledObject":            {"metadata name", "metadata namespace", "spec scaleTargetRef"},
	"PodDisruptionBudget":     {"metadata name", "metadata namespace", "spec"},
	"Service":                 {"metadata name", "metadata namespace", "spec"},
}

var spelledPods = []string{
	"metadata name", "metadata namespace", "spec selector", "spec template metadata labels",
	"spec template spec containers * name", "spec template spec containers * image", "spec template spec containers * ports * name",
	"spec template spec initContainers * name", "spec template spec initContainers * image",
	"spec template spec containers * readinessProbe", "spec template spec volumes * name",
}

// Known says which values of an object are not known: numbers that are text, and
// text with a place that is filled in later. Of a route all of its spec counts.
func Known(o kube.Object) []schemas.Finding {
	var found []schemas.Finding
	for _, path := range counted[o.Kind] {
		at(o.Node, strings.Fields(path), nil, func(n *yaml.Node, path []string) {
			if _, ok := kube.Number(n); !ok && n.ShortTag() != "!!null" {
				found = append(found, o.Find("type", fmt.Sprintf("%s is not a whole number", shown(n)), notNumber(n), path...))
			}
		})
	}
	paths, ok := spelled[o.Kind]
	if !ok {
		paths = []string{"metadata name", "metadata namespace", "spec"}
		weights(o.Get("spec"), []string{"spec"}, func(n *yaml.Node, path []string) {
			found = append(found, o.Find("type", fmt.Sprintf("%s is not a number", shown(n)), notNumber(n), path...))
		})
	}
	for _, path := range paths {
		at(o.Node, strings.Fields(path), nil, func(n *yaml.Node, path []string) {
			below(n, path, func(v string, path []string) {
				f := o.Find("value-unknown", fmt.Sprintf("%s is a placeholder that is filled in later: its value is not known here", v), filled,
					path...)
				if !slices.ContainsFunc(found, func(g schemas.Finding) bool { return g.Path == f.Path }) {
					found = append(found, f)
				}
			})
		})
	}
	return found
}

const filled = "write the value; or fill it in before: an overlay for each environment, or manifests as they are built"

func notNumber(n *yaml.Node) string {
	if hole.MatchString(n.Value) || n.Kind != yaml.ScalarNode {
		return filled
	}
	if _, err := strconv.Atoi(n.Value); err == nil {
		return "without quotes: " + n.Value
	}
	return "a whole number"
}

func shown(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode {
		return "a mapping or list"
	}
	return strconv.Quote(n.Value)
}

// at calls fn with every node at a path, where * is every element of a list.
func at(n *yaml.Node, path, done []string, fn func(n *yaml.Node, path []string)) {
	switch {
	case n == nil:
	case len(path) == 0:
		fn(n, slices.Clone(done))
	case path[0] == "*":
		for i, item := range kube.Items(n) {
			at(item, path[1:], append(done, strconv.Itoa(i)), fn)
		}
	default:
		at(kube.Get(n, path[0]), path[1:], append(done, path[0]), fn)
	}
}

// below calls fn with every place in the texts of a node that is filled in later.
func below(n *yaml.Node, path []string, fn func(hole string, path []string)) {
	switch n.Kind {
	case yaml.ScalarNode:
		if v := hole.FindString(n.Value); v != "" {
			fn(v, path)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			here := append(slices.Clip(path), n.Content[i].Value)
			below(n.Content[i], here, fn)
			below(n.Content[i+1], here, fn)
		}
	case yaml.SequenceNode:
		for i, item := range n.Content {
			below(item, append(slices.Clip(path), strconv.Itoa(i)), fn)
		}
	}
}

// weights calls fn with every weight and port number of a route that is text.
func weights(n *yaml.Node, path []string, fn func(n *yaml.Node, path []string)) {
	switch {
	case n == nil || n.Kind == yaml.ScalarNode:
	case n.Kind == yaml.SequenceNode:
		for i, item := range n.Content {
			weights(item, append(slices.Clip(path), strconv.Itoa(i)), fn)
		}
	default:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, v := n.Content[i].Value, n.Content[i+1]
			here := append(slices.Clip(path), key)
			if (key == "weight" || key == "number") && v.Kind == yaml.ScalarNode && v.ShortTag() == "!!str" {
				fn(v, here)
			}
			weights(v, here, fn)
		}
	}
}

// checkKnown looks at what hangs on the workload.
func checkKnown(s *Source) []schemas.Finding {
	var found []schemas.Finding
	for _, o := range slices.Concat(s.Apexes, s.Budgets, s.Scalers) {
		found = append(found, Known(o)...)
	}
	return found
}
