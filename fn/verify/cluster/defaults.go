package cluster

import (
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// This file knows what the API server fills in, so that a default that is written
// out, or left out, is no change: pods do not roll for it, and it may be said of a
// field that cannot be changed.

// defaults are what fields mean that are not there, by the field that holds them
// and their own name (Kubernetes v1.37, SetDefaults of core/v1 and apps/v1). What
// depends on other fields, as imagePullPolicy does, is left out: it counts as a
// Change.
var defaults = map[string]string{
	"ports/protocol":      "TCP",
	"httpGet/path":        "/",
	"httpGet/scheme":      "HTTP",
	"fieldRef/apiVersion": "v1",

	"containers/terminationMessagePath":       "/dev/termination-log",
	"containers/terminationMessagePolicy":     "File",
	"initContainers/terminationMessagePath":   "/dev/termination-log",
	"initContainers/terminationMessagePolicy": "File",

	"spec/restartPolicy":                 "Always",
	"spec/dnsPolicy":                     "ClusterFirst",
	"spec/schedulerName":                 "default-scheduler",
	"spec/terminationGracePeriodSeconds": "30",

	"spec/podManagementPolicy":        "OrderedReady",
	"spec/volumeMode":                 "Filesystem",
	"volumeClaimTemplates/apiVersion": "v1",
	"volumeClaimTemplates/kind":       "PersistentVolumeClaim",

	"PriorityClass/preemptionPolicy": "PreemptLowerPriority",
	"Secret/type":                    "Opaque",
	"StorageClass/reclaimPolicy":     "Delete",
	"StorageClass/volumeBindingMode": "Immediate",
	"roleRef/apiGroup":               "rbac.authorization.k8s.io",
	"spec/attachRequired":            "true",
	"spec/completionMode":            "NonIndexed",
	"spec/volumeLifecycleModes":      "Persistent",
}

// probeDefaults are those of readinessProbe, livenessProbe and startupProbe.
var probeDefaults = map[string]string{"timeoutSeconds": "1", "periodSeconds": "10", "successThreshold": "1", "failureThreshold": "3"}

// byDefault is what a field means that is not there.
func byDefault(parent, key string) (value string, ok bool) {
	if strings.HasSuffix(parent, "Probe") {
		value, ok = probeDefaults[key]
		return value, ok
	}
	value, ok = defaults[parent+"/"+key]
	return value, ok
}

// MeansSame reports whether two values of a field mean the same to an API server.
// Items of a list stand under the field that holds the list.
func MeansSame(parent, key string, a, b *yaml.Node) bool {
	switch {
	case a == b:
		return true
	case a == nil:
		return MeansSame(parent, key, b, a)
	case b == nil:
		value, ok := byDefault(parent, key)
		if a.Kind == yaml.SequenceNode && len(a.Content) == 1 {
			a = a.Content[0] // a list of the default alone
		}
		return ok && a.Kind == yaml.ScalarNode && a.Value == value
	case a.Kind != b.Kind:
		return false
	case a.Kind == yaml.MappingNode:
		return sameFields(key, a, b)
	case a.Kind == yaml.SequenceNode:
		return slices.EqualFunc(a.Content, b.Content, func(x, y *yaml.Node) bool { return MeansSame(parent, key, x, y) })
	}
	return kube.Equal(a, b) || (parent == "requests" || parent == "limits") && SameAmount(a.Value, b.Value)
}

// sameFields compares what stands in a field, a value that one of them lacks with
// its default.
func sameFields(parent string, a, b *yaml.Node) bool {
	was, is := Fields(a), Fields(b)
	for key, v := range was {
		if !MeansSame(parent, key, v, is[key]) {
			return false
		}
	}
	for key, v := range is {
		if was[key] == nil && !MeansSame(parent, key, nil, v) {
			return false
		}
	}
	return true
}

// Fields are the values of a mapping by key.
func Fields(n *yaml.Node) map[string]*yaml.Node {
	all := make(map[string]*yaml.Node, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		all[n.Content[i].Value] = n.Content[i+1]
	}
	return all
}

// SameTemplate reports whether two workloads have the same pods: nothing rolls.
func SameTemplate(a, b kube.Object) bool {
	return MeansSame("spec", "template", a.Get("spec", "template"), b.Get("spec", "template"))
}
