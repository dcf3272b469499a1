package verify_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// base is what a user edits: manifests, or a Release's app.
type base struct {
	rng     *rand.Rand
	release *schemas.Release
	objects []kube.Object
	unique  *int // makes every value that is written a new one
}

// edit is one thing a user does to a base. Without anything to do it to, it
// does nothing.
type edit struct {
	name string
	do   func(b *base)
}

// edits are what users do to manifests, harmless or not. An edit may make the
// base wrong: then something must be said.
var edits = []edit{
	{"image", onContainer(func(b *base, c *yaml.Node) *yaml.Node { return kube.Put(c, b.word("cart:"), "image") })},
	{"env", onContainer(func(b *base, c *yaml.Node) *yaml.Node {
		return kube.Put(c, append(kube.Items(c, "env"), kube.Node(map[string]string{"name": b.word("V"), "value": "x"})), "env")
	})},
	{"container name", onContainer(func(b *base, c *yaml.Node) *yaml.Node { return kube.Put(c, b.word("c"), "name") })},
	{"container port number", onContainer(func(b *base, c *yaml.Node) *yaml.Node {
		return kube.EditAll(c, func(*yaml.Node) *yaml.Node { return kube.Node(b.number()) }, "ports", "*", "containerPort")
	})},
	{"container port name", onContainer(func(b *base, c *yaml.Node) *yaml.Node {
		return kube.EditAll(c, func(*yaml.Node) *yaml.Node { return kube.Node(b.word("p")) }, "ports", "*", "name")
	})},
	{"probe", onContainer(func(b *base, c *yaml.Node) *yaml.Node {
		return kube.Put(c, map[string]any{"path": "/" + b.word("ok"), "port": b.number()}, "readinessProbe", "httpGet")
	})},
	{"no probe", onContainer(func(_ *base, c *yaml.Node) *yaml.Node { return without(c, "readinessProbe") })},
	{"hook", onContainer(func(b *base, c *yaml.Node) *yaml.Node {
		return kube.Put(c, []string{b.word("flush")}, "lifecycle", "preStop", "exec", "command")
	})},
	{"sidecar", onPods(func(b *base, spec *yaml.Node) *yaml.Node {
		return kube.Put(spec, append(kube.Items(spec, "containers"), kube.Node(map[string]string{"name": b.word("side"), "image": b.word("side:")})), "containers")
	})},
	{"no containers", onPods(func(_ *base, spec *yaml.Node) *yaml.Node { return without(spec, "containers") })},
	{"volume", onPods(func(b *base, spec *yaml.Node) *yaml.Node {
		return kube.Put(spec, append(kube.Items(spec, "volumes"), kube.Node(map[string]any{"name": b.word("v"), "emptyDir": map[string]string{}})), "volumes")
	})},
	{"claim", onPods(func(b *base, spec *yaml.Node) *yaml.Node {
		claim := map[string]any{"name": b.word("v"), "persistentVolumeClaim": map[string]string{"claimName": b.word("data")}}
		return kube.Put(spec, append(kube.Items(spec, "volumes"), kube.Node(claim)), "volumes")
	})},
	{"grace", onPods(func(b *base, spec *yaml.Node) *yaml.Node {
		return kube.Put(spec, b.number(), "terminationGracePeriodSeconds")
	})},
	{"spread", onPods(func(b *base, spec *yaml.Node) *yaml.Node {
		return kube.Put(spec, []any{map[string]any{"maxSkew": b.number(), "labelSelector": map[string]any{}}}, "topologySpreadConstraints")
	})},
	{"template label", onWorkload(func(b *base, o kube.Object) kube.Object {
		return o.With(b.word("l"), "spec", "template", "metadata", "labels", "version")
	})},
	{"template annotation", onWorkload(func(b *base, o kube.Object) kube.Object {
		return o.With(b.word("a"), "spec", "template", "metadata", "annotations", "note")
	})},
	{"selector grows", onWorkload(func(b *base, o kube.Object) kube.Object {
		v := b.word("l")
		return o.With(v, "spec", "template", "metadata", "labels", "part").With(v, "spec", "selector", "matchLabels", "part")
	})},
	{"pods renamed", func(b *base) { b.rename(false) }},
	{"everything renamed", func(b *base) { b.rename(true) }},
	{"replicas", onWorkload(func(b *base, o kube.Object) kube.Object { return o.With(1+b.rng.IntN(9), "spec", "replicas") })},
	{"no replicas", onWorkload(func(_ *base, o kube.Object) kube.Object { return o.Without("spec", "replicas") })},
	{"strategy", onWorkload(func(b *base, o kube.Object) kube.Object {
		return o.With(b.number(), "spec", "strategy", "rollingUpdate", "maxSurge")
	})},
	{"recreate", onWorkload(func(_ *base, o kube.Object) kube.Object {
		return o.With(map[string]string{"type": "Recreate"}, "spec", "strategy")
	})},
	{"ready seconds", onWorkload(func(b *base, o kube.Object) kube.Object { return o.With(b.number(), "spec", "minReadySeconds") })},
	{"annotation", onWorkload(func(b *base, o kube.Object) kube.Object {
		return o.With(b.word("a"), "metadata", "annotations", "note")
	})},
	{"label", onWorkload(func(b *base, o kube.Object) kube.Object { return o.With(b.word("l"), "metadata", "labels", "team") })},
	{"service name", onWorkload(func(b *base, o kube.Object) kube.Object { return o.With(b.word("s"), "spec", "serviceName") })},
	{"pod management", onWorkload(func(_ *base, o kube.Object) kube.Object { return o.With("Parallel", "spec", "podManagementPolicy") })},
	{"claim template", onWorkload(func(b *base, o kube.Object) kube.Object {
		return o.With([]any{map[string]any{"metadata": map[string]string{"name": b.word("data")}}}, "spec", "volumeClaimTemplates")
	})},
	{"no workload", func(b *base) { b.remove(b.workload()) }},
	{"another kind", onWorkload(func(_ *base, o kube.Object) kube.Object {
		o.Kind = "ReplicaSet"
		return o.With(o.Kind, "kind")
	})},

	{"another namespace", func(b *base) {
		for i, o := range b.objects {
			o.Namespace = "elsewhere"
			b.objects[i] = o.With(o.Namespace, "metadata", "namespace")
		}
		r := *b.release
		r.Metadata.Namespace = "elsewhere"
		b.release = &r
	}},

	{"config data", on("ConfigMap", func(b *base, o kube.Object) kube.Object { return o.With(b.word("d"), "data", "level") })},
	{"config key", on("ConfigMap", func(b *base, o kube.Object) kube.Object { return o.With("x", "data", b.word("k")) })},
	{"config locked", on("ConfigMap", func(_ *base, o kube.Object) kube.Object { return o.With(true, "immutable") })},
	{"no config", func(b *base) { b.remove(b.any("ConfigMap")) }},
	{"more config", func(b *base) { b.config() }},

	{"port added", onPorts(func(b *base, ports []*yaml.Node) []*yaml.Node {
		return append(ports, kube.Node(map[string]any{"name": b.word("p"), "port": b.number(), "targetPort": b.number()}))
	})},
	{"port removed", onPorts(func(_ *base, ports []*yaml.Node) []*yaml.Node { return ports[1:] })},
	{"port first", onPorts(func(b *base, ports []*yaml.Node) []*yaml.Node {
		return slices.Insert(ports, 0, kube.Node(map[string]any{"name": b.word("p"), "port": b.number()}))
	})},
	{"port name", onPort(func(b *base, n *yaml.Node) *yaml.Node { return kube.Put(n, b.word("p"), "name") })},
	{"port number", onPort(func(b *base, n *yaml.Node) *yaml.Node { return kube.Put(n, b.number(), "port") })},
	{"port protocol", onPort(func(_ *base, n *yaml.Node) *yaml.Node { return kube.Put(n, "UDP", "protocol") })},
	{"app protocol", onPort(func(b *base, n *yaml.Node) *yaml.Node { return kube.Put(n, b.word("x/"), "appProtocol") })},
	{"target number", onPort(func(b *base, n *yaml.Node) *yaml.Node { return kube.Put(n, b.number(), "targetPort") })},
	{"target name", onPort(func(b *base, n *yaml.Node) *yaml.Node { return kube.Put(n, b.word("p"), "targetPort") })},
	{"target left out", onPort(func(_ *base, n *yaml.Node) *yaml.Node { return without(n, "targetPort") })},
	{"service annotation", on("Service", func(b *base, o kube.Object) kube.Object {
		return o.With(b.word("a"), "metadata", "annotations", "service.kubernetes.io/topology-mode")
	})},
	{"sticky", on("Service", func(_ *base, o kube.Object) kube.Object { return o.With("ClientIP", "spec", "sessionAffinity") })},
	{"selector wider", on("Service", func(_ *base, o kube.Object) kube.Object {
		return o.Edit(func(n *yaml.Node) *yaml.Node {
			if n == nil || len(n.Content) < 4 {
				return n
			}
			return without(n, n.Content[0].Value)
		}, "spec", "selector")
	})},
	{"selector elsewhere", on("Service", func(b *base, o kube.Object) kube.Object { return o.With(b.word("l"), "spec", "selector", "app") })},
	{"selector by the new label", on("Service", func(b *base, o kube.Object) kube.Object {
		v := b.workload().Text("spec", "template", "metadata", "labels", "version")
		if v == "" {
			return o
		}
		return o.With(v, "spec", "selector", "version")
	})},
	{"no service", func(b *base) { b.remove(b.any("Service")) }},
	{"service moved", on("Service", func(b *base, o kube.Object) kube.Object { return o.Renamed(b.word("s")) })},
	{"more services", func(b *base) {
		if o := b.any("Service"); o.Node != nil {
			b.objects = append(b.objects, o.Renamed(b.word("s")))
		}
	}},

	{"more pods", func(b *base) { b.scaler("autoscaling/v2", "HorizontalPodAutoscaler", "minReplicas", "maxReplicas") }},
	{"more pods by events", func(b *base) { b.scaler("keda.sh/v1alpha1", "ScaledObject", "minReplicaCount", "maxReplicaCount") }},
	{"least pods", on("HorizontalPodAutoscaler", func(b *base, o kube.Object) kube.Object { return o.With(1+b.rng.IntN(4), "spec", "minReplicas") })},
	{"most pods", on("HorizontalPodAutoscaler", func(b *base, o kube.Object) kube.Object { return o.With(11+b.rng.IntN(9), "spec", "maxReplicas") })},
	{"least pods by events", on("ScaledObject", func(b *base, o kube.Object) kube.Object { return o.With(b.rng.IntN(4), "spec", "minReplicaCount") })},
	{"most pods by events", on("ScaledObject", func(b *base, o kube.Object) kube.Object { return o.With(11+b.rng.IntN(9), "spec", "maxReplicaCount") })},
	{"idle by events", on("ScaledObject", func(_ *base, o kube.Object) kube.Object { return o.With(0, "spec", "idleReplicaCount") })},
	{"metric", on("HorizontalPodAutoscaler", func(b *base, o kube.Object) kube.Object { return o.With(b.word("m"), "spec", "behavior", "note") })},

	{"budget", func(b *base) {
		w := b.workload()
		if w.Node == nil {
			return
		}
		b.add("policy/v1", "PodDisruptionBudget", b.word("pdb"), map[string]any{"maxUnavailable": b.number(), "selector": w.Get("spec", "selector")})
	}},
	{"budget number", on("PodDisruptionBudget", func(b *base, o kube.Object) kube.Object { return o.With(b.number(), "spec", "maxUnavailable") })},
	{"budget elsewhere", on("PodDisruptionBudget", func(b *base, o kube.Object) kube.Object {
		return o.With(b.word("l"), "spec", "selector", "matchLabels", "app")
	})},
	{"no budget", func(b *base) { b.remove(b.any("PodDisruptionBudget")) }},

	{"app replicas", onApp(func(b *base, app *schemas.App) { app.Replicas = 1 + b.rng.IntN(9) })},
	{"app port", onApp(func(b *base, app *schemas.App) { app.Port = b.number() })},
	{"app service port", onApp(func(b *base, app *schemas.App) { app.Service = b.number() })},
	{"app env", onApp(func(b *base, app *schemas.App) {
		app.Env = append(slices.Clip(app.Env), schemas.NamedText{Name: b.word("V"), Value: "x"})
	})},
	{"app arguments", onApp(func(b *base, app *schemas.App) { app.Args = []string{b.word("arg")} })},
}

// without is a mapping without a key.
func without(n *yaml.Node, key string) *yaml.Node {
	return kube.Edit(n, func(*yaml.Node) *yaml.Node { return nil }, key)
}

// on edits one object of a kind.
func on(kind string, fn func(*base, kube.Object) kube.Object) func(*base) {
	return func(b *base) {
		if o := b.any(kind); o.Node != nil {
			b.replace(o, fn(b, o))
		}
	}
}

func onWorkload(fn func(*base, kube.Object) kube.Object) func(*base) {
	return func(b *base) {
		if o := b.workload(); o.Node != nil {
			b.replace(o, fn(b, o))
		}
	}
}

// onPods edits the pods' spec.
func onPods(fn func(*base, *yaml.Node) *yaml.Node) func(*base) {
	return onWorkload(func(b *base, o kube.Object) kube.Object {
		return o.Edit(func(n *yaml.Node) *yaml.Node { return fn(b, n) }, "spec", "template", "spec")
	})
}

// onContainer edits one of the containers.
func onContainer(fn func(*base, *yaml.Node) *yaml.Node) func(*base) {
	return onPods(func(b *base, spec *yaml.Node) *yaml.Node {
		containers := slices.Clone(kube.Items(spec, "containers"))
		if len(containers) == 0 {
			return spec
		}
		i := b.rng.IntN(len(containers))
		containers[i] = fn(b, containers[i])
		return kube.Put(spec, containers, "containers")
	})
}

// onPorts edits the ports of a Service.
func onPorts(fn func(*base, []*yaml.Node) []*yaml.Node) func(*base) {
	return on("Service", func(b *base, o kube.Object) kube.Object {
		ports := slices.Clone(kube.Items(o.Node, "spec", "ports"))
		if len(ports) == 0 {
			return o
		}
		return o.With(fn(b, ports), "spec", "ports")
	})
}

// onPort edits one port of a Service.
func onPort(fn func(*base, *yaml.Node) *yaml.Node) func(*base) {
	return onPorts(func(b *base, ports []*yaml.Node) []*yaml.Node {
		i := b.rng.IntN(len(ports))
		ports[i] = fn(b, ports[i])
		return ports
	})
}

func onApp(fn func(*base, *schemas.App)) func(*base) {
	return func(b *base) {
		if b.release.Spec.App == nil {
			return
		}
		r, app := *b.release, *b.release.Spec.App
		fn(b, &app)
		r.Spec.App, b.release = &app, &r
	}
}

func (b *base) number() int {
	*b.unique++
	return 20000 + *b.unique
}

func (b *base) word(prefix string) string { return fmt.Sprintf("%s%d", prefix, b.number()) }

// workload is the release's, if it is not described in the Release.
func (b *base) workload() kube.Object {
	for _, o := range b.objects {
		if w := b.release.Spec.Workload; w != nil && o.Is("apps", w.Kind) && o.Name == b.release.Name() {
			return o
		}
	}
	return kube.Object{}
}

// any is one of the objects of a kind.
func (b *base) any(kind string) kube.Object {
	all := slices.DeleteFunc(slices.Clone(b.objects), func(o kube.Object) bool { return o.Kind != kind })
	if len(all) == 0 {
		return kube.Object{}
	}
	return all[b.rng.IntN(len(all))]
}

func (b *base) replace(o, with kube.Object) {
	for i, other := range b.objects {
		if other.Key() == o.Key() {
			b.objects[i] = with
		}
	}
}

func (b *base) remove(o kube.Object) {
	b.objects = slices.DeleteFunc(b.objects, func(other kube.Object) bool { return other.Key() == o.Key() })
}

func (b *base) add(apiVersion, kind, name string, spec any) {
	o := map[string]any{"apiVersion": apiVersion, "kind": kind, "metadata": map[string]string{"name": name, "namespace": b.workload().Namespace}, "spec": spec}
	b.objects = append(b.objects, kube.Make(o))
}

// rename gives the pods' first label another value, in the workload and, if
// asked, in all that selects by it.
func (b *base) rename(everywhere bool) {
	w := b.workload()
	labels := w.Get("spec", "selector", "matchLabels")
	if labels == nil || len(labels.Content) == 0 {
		return
	}
	key, was, now := labels.Content[0].Value, labels.Content[1].Value, b.word("l")
	for i, o := range b.objects {
		switch {
		case o.Key() == w.Key():
			o = o.With(now, "spec", "selector", "matchLabels", key).With(now, "spec", "template", "metadata", "labels", key)
		case everywhere && o.Text("spec", "selector", key) == was:
			o = o.With(now, "spec", "selector", key)
		case everywhere && o.Text("spec", "selector", "matchLabels", key) == was:
			o = o.With(now, "spec", "selector", "matchLabels", key)
		}
		b.objects[i] = o
	}
}

// config lets the pods read one more ConfigMap.
func (b *base) config() {
	w := b.workload()
	if w.Node == nil {
		return
	}
	name := b.word("config")
	o := kube.Make(map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]string{"name": name, "namespace": w.Namespace}, "data": map[string]string{"level": b.word("d")}})
	b.objects = append(b.objects, o)
	onContainer(func(_ *base, c *yaml.Node) *yaml.Node {
		from := map[string]any{"configMapRef": map[string]string{"name": name}}
		return kube.Put(c, append(slices.Clip(kube.Items(c, "envFrom")), kube.Node(from)), "envFrom")
	})(b)
}

func (b *base) scaler(apiVersion, kind, least, most string) {
	w, other := b.workload(), b.any(kind)
	if w.Node == nil || other.Node != nil {
		return
	}
	ref := map[string]string{"apiVersion": "apps/v1", "kind": w.Kind, "name": w.Name}
	b.add(apiVersion, kind, b.word("scaler"), map[string]any{"scaleTargetRef": ref, least: 1 + b.rng.IntN(4), most: 11 + b.rng.IntN(9)})
}

// rich are edits that give a base more that can be edited.
var rich = []string{"more config", "more services", "budget", "more pods", "more pods by events"}

// enriched is an input after some of the rich edits.
func enriched(rng *rand.Rand, in generators.Input, unique *int) (generators.Input, string) {
	b := &base{rng, in.Releases[0], slices.Clone(in.Objects), unique}
	var names []string
	for _, e := range edits {
		if slices.Contains(rich, e.name) && rng.IntN(2) == 0 {
			e.do(b)
			e.do(b)
			names = append(names, e.name)
		}
	}
	in.Objects = b.objects
	return in, strings.Join(names, ", ")
}

// edited is an input after some edits, and what they were.
func edited(rng *rand.Rand, in generators.Input, unique *int, n int) (generators.Input, string) {
	b := &base{rng, in.Releases[0], slices.Clone(in.Objects), unique}
	var names []string
	for range n {
		e := edits[rng.IntN(len(edits))]
		e.do(b)
		names = append(names, e.name)
	}
	in.Objects, in.Releases = b.objects, slices.Clone(in.Releases)
	in.Releases[0] = b.release
	return in, strings.Join(names, ", ")
}

// serves reports whether a selector of a Service, a workload or a budget fits labels.
func serves(o kube.Object, labels map[string]string) bool {
	if o.Is("", "Service") {
		return kube.Selects(o.Get("spec", "selector"), labels)
	}
	return kube.LabelSelects(o.Get("spec", "selector"), labels)
}

// track is whose an object is.
func track(o kube.Object) string { return o.Text("metadata", "labels", workload.TrackLabel) }
