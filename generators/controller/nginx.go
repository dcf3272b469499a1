package controller

import (
	"regexp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// This file reads the canary that people make of two Ingresses of ingress-nginx, two
// Services and two workloads (controller v1.13, docs/user-guide/nginx-configuration/
// annotations.md, Canary).

const nginx = "nginx.ingress.kubernetes.io/"

// isCanary reports whether an object is an Ingress that is the canary of another.
func isCanary(o kube.Object) bool { return o.Text("metadata", "annotations", nginx+"canary") == "true" }

// backend is where a path of an Ingress leads.
type backend struct{ host, path, service string }

// backends are all that an Ingress says.
func backends(o kube.Object) []backend {
	var all []backend
	for _, r := range kube.Items(o.Node, "spec", "rules") {
		for _, p := range kube.Items(r, "http", "paths") {
			if name := kube.Text(p, "backend", "service", "name"); name != "" {
				all = append(all, backend{kube.Text(r, "host"), kube.Text(p, "path"), name})
			}
		}
	}
	return all
}

// nginxPair reads the canary Ingress of a pair. What it leads to goes, with its workload:
// the track that is idle takes their place.
func (b *builder) nginxPair() {
	o := b.By
	for _, at := range backends(o) {
		main, service := b.mainOf(at)
		if main.Node == nil {
			b.lose("%s%s leads to Service %s, and no other Ingress has that path: there is nothing that it is the canary of", at.host,
				at.path, at.service)
			continue
		}
		b.nginxTrack(service, at.service)
	}
	b.nginxStep()
	note := func(key string) string { return o.Text("metadata", "annotations", nginx+"canary-"+key) }
	if header := note("by-header") != "" && note("by-header-value")+note("by-header-pattern") == ""; header || note("by-cookie") != "" {
		b.lose("never, as value of the header or cookie: no word keeps a client from the candidate's share; a step of 0 %% sends it " +
			"matches alone")
	}
}

// mainOf is the Ingress that a path of a canary belongs to, and the Service it leads to there.
func (b *builder) mainOf(at backend) (main kube.Object, service string) {
	for _, o := range b.all {
		if !o.Is("networking.k8s.io", "Ingress") || isCanary(o) || !kube.SameNamespace(o.Namespace, b.By.Namespace) {
			continue
		}
		for _, other := range backends(o) {
			if other.host == at.host && other.path == at.path {
				return o, other.service
			}
		}
	}
	return kube.Object{}, ""
}

// nginxTrack takes the canary's Service and workload out.
func (b *builder) nginxTrack(stable, canary string) {
	service, ok := b.find("", "Service", canary)
	from, also := b.selected(stable)
	if also {
		b.Name = from.Name
	}
	workload, runs := b.selected(canary)
	switch {
	case canary == stable || !ok:
		return
	case runs && also && workload.Key() == from.Key():
		b.remove(service)
		b.lose("Service %s goes: it leads to the pods of %s, as Service %s does", canary, from.Name, stable)
		return
	case !runs:
		b.lose("Service %s stays: what it selects is not among the manifests", canary)
		return
	}
	b.remove(service)
	b.remove(workload)
	labels := kube.Strings(workload.Node, "spec", "template", "metadata", "labels")
	for _, o := range b.all {
		scales := o.Text("spec", "scaleTargetRef", "name") == workload.Name && o.Text("spec", "scaleTargetRef", "kind") == workload.Kind
		if scales || o.Is("policy", "PodDisruptionBudget") && kube.LabelSelects(o.Get("spec", "selector"), labels) {
			b.remove(o)
		}
	}
	image := ""
	for _, c := range kube.Items(workload.Node, "spec", "template", "spec", "containers") {
		image = kube.Text(c, "image")
		break
	}
	b.lose("%s and Service %s go: the idle track is the place of the next version. What they run, %s, is released by cutover start --image",
		workload.ID, canary, image)
}

// selected is the workload whose pods a Service selects.
func (b *builder) selected(service string) (kube.Object, bool) {
	s, ok := b.find("", "Service", service)
	if !ok {
		return kube.Object{}, false
	}
	i := slices.IndexFunc(b.all, func(o kube.Object) bool {
		return o.Group == "apps" && kube.SameNamespace(o.Namespace, s.Namespace) &&
			kube.Selects(s.Get("spec", "selector"), kube.Strings(o.Node, "spec", "template", "metadata", "labels"))
	})
	if i < 0 {
		return kube.Object{}, false
	}
	return b.all[i], true
}

// nginxStep is what the annotations say, as one step: a weight, matches, or both.
func (b *builder) nginxStep() {
	note := func(key string) string { return b.By.Text("metadata", "annotations", nginx+"canary-"+key) }
	weight, total := percentOf(note("weight")), percentOf(note("weight-total"))
	if total > 0 {
		weight = weight * 100 / total
	}
	matches := b.nginxMatches(note)
	if weight >= 100 || weight == 0 && len(matches) == 0 {
		return
	}
	n := b.step(weight)
	if len(matches) > 0 {
		n = kube.Put(n, matches, "match")
	}
	b.steps[len(b.steps)-1] = n
}

func percentOf(text string) int {
	n, _ := kube.Number(number(text))
	return max(n, 0)
}

// nginxMatches: a header goes before a cookie, and each by itself leads to the canary. A
// pattern is for any part of the value (rootfs/etc/nginx/lua/balancer.lua).
func (b *builder) nginxMatches(note func(string) string) []*yaml.Node {
	var all []*yaml.Node
	if name := note("by-header"); name != "" {
		value, pattern := note("by-header-value"), note("by-header-pattern")
		switch _, err := regexp.Compile(pattern); {
		case value != "":
			all = append(all, kube.Put(nil, value, "headers", name))
		case pattern == "":
			all = append(all, kube.Put(nil, "always", "headers", name))
		case err != nil:
			b.lose("canary-by-header-pattern: %s is no expression of RE2", pattern)
		default:
			all = append(all, kube.Put(nil, whole(pattern), "headers", name, "regex"))
		}
	}
	if name := note("by-cookie"); name != "" {
		all = append(all, kube.Put(nil, "always", "cookies", name))
	}
	return all
}

// whole is an expression for all of a text that fits where another finds a part of it.
func whole(pattern string) string {
	if strings.ContainsAny(pattern, "|\\") {
		return ".*(?:" + pattern + ").*"
	}
	text, begins := strings.CutPrefix(pattern, "^")
	text, ends := strings.CutSuffix(text, "$")
	if !begins {
		text = ".*" + text
	}
	if !ends {
		text += ".*"
	}
	return text
}
