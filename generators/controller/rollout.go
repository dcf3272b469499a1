package controller

import (
	"fmt"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// rollout reads a Rollout of Argo Rollouts.
func (b *builder) rollout() {
	o := b.By
	if ref := o.Text("spec", "workloadRef", "name"); ref != "" {
		b.Name = ref
		if d, ok := b.find("apps", "Deployment", ref); ok {
			if n, ok := kube.Number(o.Node, "spec", "replicas"); ok {
				d = d.With(n, "spec", "replicas")
			}
			b.replace(d)
		}
	} else {
		b.replace(deployment(o))
	}
	for _, s := range b.all {
		if scales(s, o) {
			b.replace(s.With("apps/v1", "spec", "scaleTargetRef", "apiVersion").With("Deployment", "spec", "scaleTargetRef", "kind"))
		}
	}
	canary, blueGreen := o.Get("spec", "strategy", "canary"), o.Get("spec", "strategy", "blueGreen")
	switch {
	case canary != nil:
		b.rolloutCanary(canary)
	case blueGreen != nil:
		b.blueGreen(blueGreen)
	}
	for _, kind := range []string{"AnalysisTemplate", "ClusterAnalysisTemplate"} {
		for _, t := range b.all {
			if t.Is("argoproj.io", kind) {
				b.remove(t)
			}
		}
	}
}

// scales reports whether an autoscaler scales a Rollout.
func scales(s, rollout kube.Object) bool {
	return s.Text("spec", "scaleTargetRef", "kind") == "Rollout" && s.Text("spec", "scaleTargetRef", "name") == rollout.Name
}

// deployment is a Rollout as a Deployment with the same pods.
func deployment(o kube.Object) kube.Object {
	d := kube.Object{ID: kube.ID{Group: "apps", Version: "v1", Kind: "Deployment", Namespace: o.Namespace, Name: o.Name}, File: o.File}
	d.Node = kube.Put(kube.Put(nil, "apps/v1", "apiVersion"), "Deployment", "kind")
	d.Node = kube.Put(d.Node, o.Get("metadata"), "metadata")
	for _, field := range []string{
		"replicas", "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds", "selector", "template",
	} {
		if n := o.Get("spec", field); n != nil {
			d.Node = kube.Put(d.Node, n, "spec", field)
		}
	}
	return d
}

// unequal are fields of a strategy that have no equivalent, with the reason.
var unequal = []struct{ field, why string }{
	{"maxSurge", "each track has all its pods before it gets requests"},
	{"maxUnavailable", "each track has all its pods before it gets requests"},
	{"dynamicStableScale", "the old version keeps its pods until retire: it is the way back"},
	{"abortScaleDownDelaySeconds", "an abort leaves the candidate's pods; the abort after it takes them away"},
	{"scaleDownDelayRevisionLimit", "there are two tracks"},
	{"canaryMetadata", "no label or annotation says which version is new: roles swap, and pods do not restart for it"},
	{"stableMetadata", "no label or annotation says which version is new: roles swap, and pods do not restart for it"},
	{"activeMetadata", "no label or annotation says which version is new: roles swap, and pods do not restart for it"},
	{"previewMetadata", "no label or annotation says which version is new: roles swap, and pods do not restart for it"},
	{"antiAffinity", "write it into the pods: it is kept, and each track is spread by itself"},
	{"previewReplicaCount", "the candidate has all its pods before it gets requests; a step may say replicas"},
	{"pingPong", "the tracks are just that"},
	{"minPodsPerReplicaSet", "a step may say replicas"},
}

func (b *builder) unequal(strategy *yaml.Node, at string) {
	for _, u := range unequal {
		if kube.Get(strategy, u.field) != nil {
			b.lose("%s.%s: %s", at, u.field, u.why)
		}
	}
	if s := kube.Text(strategy, "scaleDownDelaySeconds"); s != "" && s != "0" {
		b.say(duration(s), "drain")
	}
}

// blueGreen: the active Service is the apex; the preview Service is the track's own.
func (b *builder) blueGreen(n *yaml.Node) {
	const at = "strategy.blueGreen"
	b.unequal(n, at)
	if name := kube.Text(n, "previewService"); name != "" {
		s, _ := b.find("", "Service", name)
		b.remove(s)
		b.lose("%s.previewService: Service %s goes; the candidate has a Service of its own, %s-blue or %s-green, and spec.strategy.preview "+
			"gives it a host", at, name, b.Name, b.Name)
	}
	if s := kube.Text(n, "autoPromotionSeconds"); s != "" {
		b.say(map[string]string{"hold": duration(s)}, "prepare")
	}
	for _, field := range []string{"prePromotionAnalysis", "postPromotionAnalysis"} {
		b.analysis(kube.Get(n, field), at+"."+field, "prepare")
	}
}

// rolloutCanary reads a canary: who splits requests, then the steps.
func (b *builder) rolloutCanary(n *yaml.Node) {
	const at = "strategy.canary"
	b.unequal(n, at)
	b.routing(n, at)
	b.canarySteps(n, at)
	first := ""
	if len(b.steps) > 0 {
		first = "prepare"
	}
	b.analysis(kube.Get(n, "analysis"), at+".analysis", first)
}

// routing takes the canary's Service out, and leads the routes to the stable one.
func (b *builder) routing(n *yaml.Node, at string) {
	p := pair{stable: kube.Text(n, "stableService"), canary: kube.Text(n, "canaryService")}
	routing := kube.Get(n, "trafficRouting")
	rule, named := b.find("networking.istio.io", "DestinationRule", kube.Text(routing, "istio", "destinationRule", "name"))
	if named {
		p.stableSubset, p.canarySubset = kube.Text(routing, "istio", "destinationRule", "stableSubsetName"),
			kube.Text(routing, "istio", "destinationRule", "canarySubsetName")
		b.remove(rule)
		b.lose("%s.trafficRouting.istio.destinationRule: DestinationRule %s goes; what it says beside subsets belongs under options of the "+
			"entry, or in a DestinationRule for each track", at, rule.Name)
	}
	canary, _ := b.find("", "Service", p.canary)
	b.remove(canary)
	for _, root := range []string{kube.Text(routing, "smi", "rootService"), kube.Text(routing, "alb", "rootService")} {
		if root != "" && root != p.stable {
			stable, _ := b.find("", "Service", p.stable)
			b.remove(stable)
		}
	}
	if kube.Get(routing, "smi") != nil {
		b.lose("%s.trafficRouting.smi: SMI was archived in 2023; name the router in spec.traffic, as provider: linkerd", at)
	}
	for _, o := range b.all {
		if next := single(o, p); !b.removed[o.Key()] && !kube.Equal(next.Node, o.Node) {
			b.replace(next)
		}
	}
	b.albRoute(kube.Get(routing, "alb"))
	for _, word := range []string{"ambassador", "apisix", "plugins", "traefik", "appMesh"} {
		if kube.Get(routing, word) != nil {
			b.lose("%s.trafficRouting.%s: cutover init splits the routes that it finds among the manifests; look at spec.traffic, and at "+
				"docs/custom.md for routers without a provider", at, word)
		}
	}
}

// albRoute: the backend of an ALB's Ingress is the action that the controller writes.
func (b *builder) albRoute(n *yaml.Node) {
	o, ok := b.find("networking.k8s.io", "Ingress", kube.Text(n, "ingress"))
	port, said := kube.Number(n, "servicePort")
	if !ok || !said {
		return
	}
	o = o.Edit(func(spec *yaml.Node) *yaml.Node {
		return kube.EditAll(spec, func(n *yaml.Node) *yaml.Node {
			if kube.Text(n, "name") == "use-annotation" {
				return kube.Node(map[string]int{"number": port})
			}
			return n
		}, "rules", "*", "http", "paths", "*", "backend", "service", "port")
	}, "spec")
	for key := range kube.Pairs(o.Node, "metadata", "annotations") {
		if strings.HasPrefix(key, "alb.ingress.kubernetes.io/actions.") {
			o = o.Without("metadata", "annotations", key)
		}
	}
	b.replace(o)
}

// walk is where a reader of steps stands.
type walk struct {
	at       string
	last     *yaml.Node // the step before
	replicas any        // of the next step
	match    []*yaml.Node
	mirror   int
}

// canarySteps reads the steps of a canary, one after the other.
func (b *builder) canarySteps(n *yaml.Node, at string) {
	var w walk
	for i, s := range kube.Items(n, "steps") {
		w.at = fmt.Sprintf("%s.steps[%d]", at, i)
		b.canaryStep(s, &w)
	}
	b.hang(&w)
}

func (b *builder) canaryStep(s *yaml.Node, w *walk) {
	if n := kube.Get(s, "setCanaryScale"); n != nil {
		b.canaryScale(n, w)
	}
	if n := kube.Get(s, "setHeaderRoute"); n != nil {
		b.headerRoute(n, w)
	}
	if n := kube.Get(s, "setMirrorRoute"); n != nil {
		w.mirror, _ = kube.Number(n, "percentage")
		if kube.Get(n, "match") != nil {
			b.lose("%s.setMirrorRoute.match: a share of all requests is mirrored", w.at)
		}
	}
	if weight, ok := kube.Number(s, "setWeight"); ok {
		b.setWeight(weight, w)
	}
	if n := kube.Get(s, "pause"); n != nil {
		b.pause(n, w)
	}
	if n := kube.Get(s, "analysis"); n != nil {
		stage := "prepare"
		if w.last != nil {
			stage = "shift-" + kube.Text(w.last, "weight")
		}
		b.analysis(n, w.at+".analysis", stage)
	}
	for _, field := range []string{"experiment", "plugin"} {
		if kube.Get(s, field) != nil {
			b.lose("%s.%s: nothing runs beside the two tracks; the candidate has a Service of its own before it gets requests, and spec.jobs "+
				"can test it there", w.at, field)
		}
	}
}

func (b *builder) canaryScale(n *yaml.Node, w *walk) {
	switch replicas, weight := kube.Text(n, "replicas"), kube.Text(n, "weight"); {
	case replicas != "" && replicas != "0":
		w.replicas, _ = kube.Number(n, "replicas")
	case weight != "" && weight != "0":
		w.replicas = weight + "%"
	default:
		w.replicas = nil
	}
}

func (b *builder) headerRoute(n *yaml.Node, w *walk) {
	w.match = nil
	for _, m := range kube.Items(n, "match") {
		headers := kube.Put(nil, kube.Get(m, "headerValue"), kube.Text(m, "headerName"))
		c, ok := conditions(headers)
		if !ok {
			b.lose("%s.setHeaderRoute: a condition on %s that a Release has no word for", w.at, kube.Text(m, "headerName"))
			continue
		}
		w.match = append(w.match, c)
	}
}

// setWeight begins a step. What was said of matches, a mirror and pods holds from here.
func (b *builder) setWeight(weight int, w *walk) {
	before := -1
	if w.last != nil {
		before, _ = kube.Number(w.last, "weight")
	}
	if weight <= before || weight == 0 && len(w.match) == 0 && w.mirror == 0 {
		b.lose("%s.setWeight: %d %% is no more than before, and steps rise; abort takes requests back", w.at, weight)
		return
	}
	b.dress(b.step(weight), w, weight)
}

// dress says of the step that was begun last what holds there.
func (b *builder) dress(n *yaml.Node, w *walk, weight int) {
	if weight < 100 && len(w.match) > 0 {
		n = kube.Put(n, w.match, "match")
	}
	if weight < 100 && w.mirror > 0 {
		n = kube.Put(n, w.mirror, "mirror")
	}
	if w.replicas != nil && weight < 100 {
		n = kube.Put(n, w.replicas, "replicas")
	}
	b.steps[len(b.steps)-1], w.last = n, n
}

// hang makes a step of 0 percent of matches or a mirror that no weight follows.
func (b *builder) hang(w *walk) {
	if w.last == nil && (len(w.match) > 0 || w.mirror > 0) {
		b.dress(b.step(0), w, 0)
	}
}

// pause is a hold of the step before; before the first one, of prepare. One without an
// end waits for a person, and so does every stage.
func (b *builder) pause(n *yaml.Node, w *walk) {
	b.hang(w)
	d := kube.Text(n, "duration")
	switch {
	case d == "" || d == "0":
	case w.last == nil:
		b.say(map[string]string{"hold": duration(d)}, "prepare")
	default:
		b.steps[len(b.steps)-1] = kube.Put(w.last, duration(d), "hold")
		w.last = b.steps[len(b.steps)-1]
	}
}
