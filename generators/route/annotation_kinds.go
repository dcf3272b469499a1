package route

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
)

// Annotation is one by which a router is told more than what it does to requests
// (that is [Effect]): of an Ingress, a route, a gateway or a Service.
type Annotation struct {
	Key string

	// Names is the Group and Kind of the objects that its value names, so that they
	// stay for as long as it does; see [Dependency].
	Names []kube.ID
	Form  NameForm
	Fate  string

	// Moves says that it chooses a load balancer or its address, so that clients find
	// nobody where they know it once the value changes. Default is the value that it has
	// where it is left out.
	Moves   bool
	Default string
	// Listens says that it chooses the ports of a load balancer, see Provider.Ports.
	Listens bool
	// Speaks says that it is one of Services, and how their pods are spoken to: those
	// that understand the one value do not understand the other.
	Speaks bool
	// Shares says that it is one of Services, and how requests are shared among pods or
	// Services: Read reads it there, and Provider.Steers knows the Service by it.
	Shares bool
	// Hosts says that its value names hosts, with commas between them: objects that share the
	// requests to one of them meet there.
	Hosts bool
}

// NameForm is how the value of an annotation names objects.
type NameForm string

// The forms. Several names have commas between them.
const (
	NameForms   NameForm = ""              // name, or namespace/name
	NameJoined  NameForm = "kubernetescrd" // namespace-name@kubernetescrd; other ends are of files (Traefik)
	NameByPorts NameForm = "json"          // {"default": name, "ports": {port: name}} (GKE)
)

// Depends are the objects that the annotation names on an object, by a value.
func (a Annotation) Depends(on kube.Object, value string) []Dependency {
	if len(a.Names) == 0 {
		return nil
	}
	var all []Dependency
	for _, word := range a.words(value) {
		d := Dependency{Namespace: on.Namespace, Name: word, Kinds: a.Names, Path: []string{"metadata", "annotations", a.Key}, Fate: a.Fate}
		if namespace, name, qualified := strings.Cut(word, "/"); qualified {
			d.Namespace, d.Name = namespace, name
		}
		if a.Form == NameJoined {
			d.Namespace, d.Name = "", word
		}
		all = append(all, d)
	}
	return all
}

// words are the names in the value of an annotation.
func (a Annotation) words(value string) []string {
	if a.Form == NameByPorts {
		var config struct {
			Default string            `json:"default"`
			Ports   map[string]string `json:"ports"`
		}
		if json.Unmarshal([]byte(value), &config) != nil {
			return nil
		}
		all := slices.Sorted(maps.Values(config.Ports))
		return slices.DeleteFunc(append(all, config.Default), func(name string) bool { return name == "" })
	}
	var all []string
	for word := range strings.SplitSeq(value, ",") {
		word, at, _ := strings.Cut(strings.TrimSpace(word), "@")
		if word != "" && (a.Form != NameJoined || at == string(NameJoined)) {
			all = append(all, word)
		}
	}
	return all
}
