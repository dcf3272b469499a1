package controller

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// KruiseGroup is that of Kruise Rollouts.
const KruiseGroup = "rollouts.kruise.io"

// kruise reads a Rollout of Kruise's, v1beta1 or v1alpha1 (openkruise/rollouts v0.6,
// api/v1beta1/rollout_types.go).
func (b *builder) kruise() {
	o := b.By
	ref := o.Get("spec", "workloadRef")
	if ref == nil {
		ref = o.Get("spec", "objectRef", "workloadRef")
	}
	b.Name = kube.Text(ref, "name")
	b.cloneSet(ref)
	for _, s := range b.all {
		if s.Group == KruiseGroup {
			b.remove(s)
		}
	}
	for _, at := range []string{"canary", "blueGreen"} {
		if n := o.Get("spec", "strategy", at); n != nil {
			b.kruiseStrategy(n, "strategy."+at)
		}
	}
	if o.Text("spec", "strategy", "paused") == "true" {
		b.lose("strategy.paused: nothing goes on by itself; spec.paused keeps promote from it, too")
	}
	if o.Text("metadata", "annotations", KruiseGroup+"/rollback-in-batch") != "" {
		b.lose("rollback-in-batch: an abort takes all requests back in one commit, and no pod starts for it")
	}
}

// cloneSet makes a Deployment of a CloneSet with the same pods. Other workloads of Kruise's
// have none.
func (b *builder) cloneSet(ref *yaml.Node) {
	if !strings.HasPrefix(kube.Text(ref, "apiVersion"), "apps.kruise.io/") {
		return
	}
	set, ok := b.find("apps.kruise.io", "CloneSet", b.Name)
	if !ok {
		b.lose("workloadRef: %s %s of Kruise has no equivalent: a Deployment or StatefulSet is released", kube.Text(ref, "kind"), b.Name)
		return
	}
	b.remove(set)
	b.replace(deployment(set))
	for _, field := range []string{"updateStrategy", "volumeClaimTemplates", "scaleStrategy", "lifecycle"} {
		if set.Get("spec", field) != nil {
			b.lose("CloneSet %s, spec.%s: a Deployment has no such field", set.Name, field)
		}
	}
	for _, s := range b.all {
		if s.Text("spec", "scaleTargetRef", "kind") == "CloneSet" && s.Text("spec", "scaleTargetRef", "name") == set.Name {
			b.replace(s.With("apps/v1", "spec", "scaleTargetRef", "apiVersion").With("Deployment", "spec", "scaleTargetRef", "kind"))
		}
	}
}

// kruiseUnequal are fields of a strategy that have no equivalent, with the reason.
var kruiseUnequal = []struct{ field, why string }{
	{"failureThreshold", "every pod of the candidate is ready before it gets requests"},
	{"patchPodTemplateMetadata", "no label or annotation says which version is new: roles swap, and pods do not restart for it"},
	{"trafficRoutingRef", "a TrafficRouting's route is named in spec.traffic, and its matches belong to a step"},
}

func (b *builder) kruiseStrategy(n *yaml.Node, at string) {
	for _, u := range kruiseUnequal {
		if kube.Get(n, u.field) != nil {
			b.lose("%s.%s: %s", at, u.field, u.why)
		}
	}
	for i, r := range kube.Items(n, "trafficRoutings") {
		b.kruiseRoute(r, fmt.Sprintf("%s.trafficRoutings[%d]", at, i))
	}
	last := -1 // percent of the step before
	for i, s := range kube.Items(n, "steps") {
		last = b.kruiseStep(s, last, fmt.Sprintf("%s.steps[%d]", at, i))
	}
}

// kruiseRoute: the routes among the manifests lead to the stable Service; the canary's and
// what leads to it Kruise makes itself.
func (b *builder) kruiseRoute(r *yaml.Node, at string) {
	stable := kube.Text(r, "additionalParams", "istio.destinationRule.stableSubsetName")
	for _, ref := range kube.Items(r, "customNetworkRefs") {
		kind, name := kube.Text(ref, "kind"), kube.Text(ref, "name")
		o, ok := b.find(strings.Split(kube.Text(ref, "apiVersion"), "/")[0], kind, name)
		switch {
		case kind == "VirtualService" && ok:
			b.replace(single(o, pair{stable: kube.Text(r, "service"), stableSubset: stable}))
		case kind == "DestinationRule" && ok:
			b.remove(o)
			b.lose("%s.customNetworkRefs: DestinationRule %s goes; what it says beside subsets belongs under options of the entry, or in a "+
				"DestinationRule for each track", at, name)
		case kind != "VirtualService":
			b.lose("%s.customNetworkRefs: cutover init splits the routes that it has a provider for, and %s %s is none of them; docs/custom.md "+
				"describes others", at, kind, name)
		}
	}
	if seconds, ok := kube.Number(r, "gracePeriodSeconds"); ok && seconds > 30 {
		b.lose("%s.gracePeriodSeconds: each stage that changes routes is held for 30s; say more as hold of the steps", at)
	}
}

// kruiseStep is one step, and the percent that it leads to. Matches take precedence over a
// weight there, and are by themselves.
func (b *builder) kruiseStep(s *yaml.Node, last int, at string) int {
	weight := b.kruiseWeight(s)
	matches := b.kruiseMatches(s, at)
	if kube.Get(s, "requestHeaderModifier") != nil {
		b.lose("%s.requestHeaderModifier: the candidate gets requests as the live track does", at)
	}
	hold := ""
	if seconds := kube.Text(s, "pause", "duration"); seconds != "" && seconds != "0" {
		hold = duration(seconds)
	}
	if len(matches) > 0 {
		weight = max(last, 0)
	}
	switch {
	case weight >= 100:
		if hold != "" {
			b.say(map[string]string{"hold": hold}, "full")
		}
		return 100
	case weight == 0 && len(matches) == 0:
		if hold != "" && last < 0 {
			b.say(map[string]string{"hold": hold}, "prepare")
		}
		return last
	case weight <= last:
		b.lose("%s: %d %% is no more than before, and steps rise; abort takes requests back", at, weight)
		return last
	}
	b.kruiseDress(b.step(weight), s, matches, hold)
	return weight
}

// kruiseDress says of the step that was begun last what holds there.
func (b *builder) kruiseDress(n, s *yaml.Node, matches []*yaml.Node, hold string) {
	if hold != "" {
		n = kube.Put(n, hold, "hold")
	}
	if len(matches) > 0 {
		n = kube.Put(n, matches, "match")
	}
	if r := kube.Get(s, "replicas"); r != nil && r.Value != "100%" && r.Value != "0" && b.routed() {
		n = kube.Put(n, r, "replicas")
	}
	b.steps[len(b.steps)-1] = n
}

// routed reports whether a router shares requests, and not the number of pods.
func (b *builder) routed() bool {
	for _, at := range []string{"canary", "blueGreen"} {
		if len(kube.Items(b.By.Node, "spec", "strategy", at, "trafficRoutings")) > 0 {
			return true
		}
	}
	return false
}

// kruiseWeight is the percent of requests at a step: what it says, or the share of its pods.
func (b *builder) kruiseWeight(s *yaml.Node) int {
	for _, text := range []string{kube.Text(s, "traffic"), kube.Text(s, "weight"), kube.Text(s, "replicas")} {
		percent, isPercent := strings.CutSuffix(text, "%")
		n, err := strconv.Atoi(percent)
		switch {
		case err != nil:
			continue
		case isPercent || text != kube.Text(s, "replicas"):
			return min(max(n, 0), 100)
		}
		total := 1
		for _, kind := range []string{"Deployment", "StatefulSet"} {
			if o, ok := b.find("apps", kind, b.Name); ok {
				total, _ = kube.Number(o.Node, "spec", "replicas")
			}
		}
		return min(max(n, 0)*100/max(total, 1), 100)
	}
	return 0
}

// kruiseMatches are the matches of a step, as a Release says them.
func (b *builder) kruiseMatches(s *yaml.Node, at string) []*yaml.Node {
	var all []*yaml.Node
	for _, m := range kube.Items(s, "matches") {
		var next *yaml.Node
		for _, list := range []struct{ from, to string }{{"headers", "headers"}, {"queryParams", "query"}} {
			for _, c := range kube.Items(m, list.from) {
				path := []string{list.to, kube.Text(c, "name")}
				if list.to == "headers" && !header.MatchString(path[1]) {
					b.lose("%s.matches: %s is no name of a header", at, path[1])
					continue
				}
				if kube.Text(c, "type") == "RegularExpression" {
					path = append(path, "regex")
				}
				next = kube.Put(next, kube.Text(c, "value"), path...)
			}
		}
		if p := kube.Get(m, "path"); p != nil {
			kind := map[string]string{"Exact": "exact", "RegularExpression": "regex"}[kube.Text(p, "type")]
			if kind == "" {
				kind = "prefix"
			}
			next = kube.Put(next, kube.Text(p, "value"), "path", kind)
		}
		if next == nil {
			b.lose("%s.matches: a match without a condition", at)
			continue
		}
		all = append(all, next)
	}
	return all
}
