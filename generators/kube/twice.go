package kube

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Twice is an element of a list that has the key of one before it.
type Twice struct {
	Path   []string // of the element
	Key    string   // what both have: name web, containerPort 8402 TCP
	Always bool     // refused however it is applied, and not only on the server's side
}

// keyedList is a list whose elements are known by keys (k8s.io/api v0.37.2, +listMapKey).
// Server-side apply refuses two elements of one key; whether a create and a
// client-side apply do is validation (pkg/apis/core/validation).
type keyedList struct {
	path   string // with spaces between; * is every element
	keys   []string
	always bool
}

var containerLists = []keyedList{
	{"env", []string{"name"}, false},
	{"ports", []string{"containerPort", "protocol"}, false},
	{"ports", []string{"name"}, true},
	{"volumeMounts", []string{"mountPath"}, true},
	{"volumeDevices", []string{"devicePath"}, true},
}

var podLists = []keyedList{
	{"volumes", []string{"name"}, true},
	{"topologySpreadConstraints", []string{"topologyKey", "whenUnsatisfiable"}, true},
	{"resourceClaims", []string{"name"}, true},
	{"schedulingGates", []string{"name"}, true},
	{"imagePullSecrets", []string{"name"}, false},
	{"hostAliases", []string{"ip"}, false},
}

// ownLists are those of objects by kind.
var ownLists = map[string][]keyedList{
	"Service":        {{"spec ports", []string{"name"}, true}, {"spec ports", []string{"port", "protocol"}, true}},
	"Gateway":        {{"spec listeners", []string{"name"}, true}},
	"ServiceAccount": {{"secrets", []string{"name"}, false}},
}

// podSpecs are where kinds hold the spec of their pods.
var podSpecs = map[string][]string{
	"Pod": {"spec"}, "Deployment": podTemplate, "StatefulSet": podTemplate, "DaemonSet": podTemplate, "ReplicaSet": podTemplate,
	"Job": podTemplate, "CronJob": {"spec", "jobTemplate", "spec", "template", "spec"},
}

var podTemplate = []string{"spec", "template", "spec"}

// Twins are the elements of an object's lists that have the key of one before.
func Twins(o Object) []Twice {
	var all []Twice
	for _, l := range ownLists[o.Kind] {
		path := strings.Fields(l.path)
		all = append(all, l.twins(o.Get(path...), path)...)
	}
	at, runs := podSpecs[o.Kind]
	if spec := o.Get(at...); runs && spec != nil {
		all = append(all, podTwins(spec, at)...)
	}
	return all
}

// podTwins are those of a pod spec. Containers and those that run before them share
// their names.
func podTwins(spec *yaml.Node, at []string) []Twice {
	var all []Twice
	for _, l := range podLists {
		all = append(all, l.twins(Get(spec, l.path), append(slices.Clip(at), l.path))...)
	}
	names := map[string]bool{}
	for _, field := range []string{"initContainers", "containers"} {
		for i, c := range Items(spec, field) {
			here := append(slices.Clip(at), field, strconv.Itoa(i))
			if name := Text(c, "name"); names[name] {
				all = append(all, Twice{append(slices.Clip(here), "name"), "name " + name, true})
			} else if name != "" {
				names[name] = true
			}
			for _, l := range containerLists {
				all = append(all, l.twins(Get(c, l.path), append(slices.Clip(here), l.path))...)
			}
		}
	}
	return all
}

func (l keyedList) twins(list *yaml.Node, at []string) []Twice {
	items := Items(list)
	if len(items) < 2 {
		return nil
	}
	var all []Twice
	seen := make(map[string]bool, len(items))
	for i, item := range items {
		key := l.key(item)
		if key != "" && seen[key] {
			all = append(all, Twice{append(slices.Clip(at), strconv.Itoa(i)), key, l.always})
		}
		seen[key] = true
	}
	return all
}

// key is an element's, with the protocol that it has if it names none; "" if it has
// none of its keys.
func (l keyedList) key(item *yaml.Node) string {
	words := []string{l.keys[0]}
	for _, k := range l.keys {
		v := Text(item, k)
		if k == "protocol" && v == "" {
			v = "TCP"
		}
		if v == "" {
			return ""
		}
		words = append(words, v)
	}
	return strings.Join(words, " ")
}
