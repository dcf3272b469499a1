package kube

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// This file knows which fields hold numbers and booleans (k8s.io/api v0.37.2,
// gateway-api v1.6.3, istio.io/api v1.31.1; a test reads the structures). An API
// server takes nothing else there: it decodes JSON into Go, and refuses text.

type valueType int

const (
	free   valueType = iota
	small            // a whole number of 32 bits
	large            // a whole number of 64 bits
	yesNo            // true or false
	either           // a whole number, or text that is none
	opaque           // a mapping whose keys are the user's
)

// fieldTypes are the types of fields by their names, which are the same in all
// kinds of typedGroups.
var fieldTypes = typesOf(map[valueType]string{
	small: "attempts averageUtilization backoffLimit backoffLimitPerIndex codes completions containerPort defaultMode denominator " +
		"endPort failedJobsHistoryLimit " +
		"failureThreshold healthCheckNodePort hostPort initialDelaySeconds lun maxAge maxExpirationSeconds maxFailedIndexes maxReplicas " +
		"maxSkew minCount minDomains " +
		"minReadySeconds minReplicas nodePort number numerator parallelism partition percent periodSeconds priority progressDeadlineSeconds " +
		"replicas " +
		"revisionHistoryLimit stabilizationWindowSeconds start statusCode succeededCount successThreshold successfulJobsHistoryLimit " +
		"timeoutSeconds " +
		"ttlSecondsAfterFinished weight",
	large: "activeDeadlineSeconds defaultUser expirationSeconds fsGroup runAsGroup runAsUser seconds startingDeadlineSeconds " +
		"supplementalGroups " +
		"terminationGracePeriodSeconds tolerationSeconds",
	yesNo: "allocateLoadBalancerNodePorts allowCredentials allowPrivilegeEscalation automountServiceAccountToken chapAuthDiscovery " +
		"chapAuthSession " +
		"enableServiceLinks hostIPC hostNetwork hostPID hostProcess hostUsers manualSelector optional paused privileged " +
		"publishNotReadyAddresses readOnly " +
		"readOnlyRootFilesystem runAsNonRoot setHostnameAsFQDN shareProcessNamespace sslEnabled stdin stdinOnce suspend tty",
	either: "maxSurge maxUnavailable minAvailable port targetPort",
	opaque: "allocatedResourceStatuses allocatedResources annotations binaryData capacity data labels limits matchLabels metadata " +
		"nodeSelector options overhead requests status stringData userAnnotations volumeAttributes",
})

func typesOf(lists map[valueType]string) map[string]valueType {
	all := map[string]valueType{}
	for t, list := range lists {
		for _, name := range strings.Fields(list) {
			all[name] = t
		}
	}
	return all
}

// typedGroups are the groups whose kinds are looked at, and the fields that are, where
// others of the same name hold something else (maxAge of Istio is a time).
var typedGroups = map[string][]string{
	"": nil, "apps": nil, "batch": nil, "autoscaling": nil, "policy": nil, "networking.k8s.io": nil, "gateway.networking.k8s.io": nil,
	"networking.istio.io": {"allowCredentials", "attempts", "number", "port", "weight"},
}

// Mistyped is a value that an API server refuses for its type.
type Mistyped struct {
	Path []string
	Why  string
	Hint string
}

// Mistyped lists the values of an object that an API server refuses since they are
// not of the type of their fields.
func (o Object) Mistyped() []Mistyped {
	spec := o.Get("spec")
	only, known := typedGroups[o.Group]
	if spec == nil || !known {
		return nil
	}
	var all []Mistyped
	mistyped(spec, []string{"spec"}, &all)
	return slices.DeleteFunc(all, func(m Mistyped) bool {
		return only != nil && !slices.Contains(only, m.Path[len(m.Path)-1])
	})
}

func mistyped(n *yaml.Node, path []string, all *[]Mistyped) {
	for i, c := range n.Content {
		if n.Kind == yaml.SequenceNode {
			mistyped(c, append(path, strconv.Itoa(i)), all)
			continue
		}
		if i%2 == 0 {
			continue
		}
		key := n.Content[i-1].Value
		t := fieldTypes[key]
		if t == opaque || chosen(key, c) {
			continue
		}
		at := append(path, key)
		for _, v := range values(c) {
			if why, hint := t.refuses(v); why != "" {
				*all = append(*all, Mistyped{slices.Clone(at), why, hint})
			}
		}
		mistyped(c, at, all)
	}
}

// values are the scalars of a field: itself, or those of a list.
func values(n *yaml.Node) []*yaml.Node {
	if n.Kind == yaml.ScalarNode {
		return []*yaml.Node{n}
	}
	if n.Kind == yaml.SequenceNode && len(n.Content) > 0 && n.Content[0].Kind == yaml.ScalarNode {
		return n.Content
	}
	return nil
}

// chosen reports whether a selector is one of labels: its keys are the user's.
func chosen(key string, n *yaml.Node) bool {
	return key == "selector" && child(n, "matchLabels") == nil && child(n, "matchExpressions") == nil
}

// refuses says why an API server refuses a value, if it does. What a variable stands
// in for nobody knows here.
func (t valueType) refuses(n *yaml.Node) (why, hint string) {
	if t == free || t == small && n.Tag == "!!int" && len(n.Value) < 8 {
		return "", "" // nearly all
	}
	tag, text := meaning(n)
	if tag == "!!null" || strings.Contains(n.Value, "$") || strings.Contains(n.Value, "{{") {
		return "", ""
	}
	shown := n.Value
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		shown = fmt.Sprintf("%q", shown)
	}
	switch i, whole := isNumber(n); {
	case t == yesNo && tag != "!!bool":
		return shown + " is not true or false to every reader, and the API server refuses anything else", booleanHint(n.Value)
	case t == yesNo, whole && t == large, whole && i <= math.MaxInt32 && i >= math.MinInt32:
		return "", ""
	case whole:
		return shown + " is more than 32 bits hold: the API server refuses it", "a smaller number"
	case t == either && tag == "!!str" && !digits(text):
		return "", ""
	case digits(text) && tag == "!!str":
		return shown + " is text, and the API server refuses it where a number is to be", "leave the quotes out: " + text
	}
	return shown + " is no whole number: the API server refuses it", "a whole number"
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// booleanHint says what a word is meant to be, if it is one of YAML 1.1.
func booleanHint(word string) string {
	switch strings.ToLower(word) {
	case "y", "yes", "on", "true", "1":
		return "true"
	case "n", "no", "off", "false", "0":
		return "false"
	}
	return "true or false"
}
