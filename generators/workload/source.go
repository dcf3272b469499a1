// Package workload turns the user's Deployment, with what hangs on it, into
// two tracks that never change names or selectors.
//
// The manifests are passed through as nodes: what this package does not name
// comes out as it went in, comments included.
package workload

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
)

// TrackLabel tells the pods of the two tracks apart. It is in every selector
// of a track and never changes.
const TrackLabel = "cutover.dev/track"

// ReleaseLabel marks the objects that a release made.
const ReleaseLabel = "cutover.dev/release"

// DefaultGrace is the time Kubernetes gives a pod to stop when the manifest
// names none (core/v1 PodSpec.terminationGracePeriodSeconds).
const DefaultGrace = 30

// Source is what the input holds of a release's workload.
type Source struct {
	Release *schemas.Release
	Object  kube.Object   // the Deployment or StatefulSet
	Apexes  []kube.Object // the Services that select its pods
	Budgets []kube.Object // its PodDisruptionBudgets
	Scalers []kube.Object // its autoscalers; at most one without a finding
	Ports   []Port        // what the track Services offer when they are made anew

	input     []kube.Object // the manifests of its namespace
	snapshots Snapshots
	records   map[string]places // where the apexes led when a track was made
	inPlace   bool
	carried   []string      // annotations and labels of Services that the routers read
	policies  []kube.Object // for the apexes; each track has copies of them
	container int           // whose image a track sets: index in the pod's containers
}

// Input is what tracks are made from.
type Input struct {
	Objects   []kube.Object // the user's manifests
	Snapshots Snapshots     // what the tracks were made from before
	InPlace   bool          // apexes are edited where they stand: their ports are the user's
	Carried   []string      // annotations and labels of Services that the release's routers read
}

// Find picks the release's workload, and what hangs on it, from the input.
// Without a workload the Source is not usable.
func Find(r *schemas.Release, in Input) (Source, []schemas.Finding) {
	s := Source{Release: r, inPlace: in.InPlace, carried: in.Carried}
	objects := in.Objects
	if r.Spec.App != nil {
		s.Object, s.Apexes = fromApp(r)
	} else {
		o, finding := pick(r, objects)
		if finding != nil {
			return s, []schemas.Finding{*finding}
		}
		s.Object = o
	}
	if found := Driven(s.Object, objects); len(found) > 0 {
		return s, found
	}
	if found := Known(s.Object); len(found) > 0 {
		return s, found
	}
	s.input = slices.DeleteFunc(slices.Clone(objects), func(o kube.Object) bool { return !kube.SameNamespace(o.Namespace, s.Object.Namespace) })
	s.snapshots = Snapshots{}
	for _, track := range schemas.TrackNames {
		s.snapshots[track] = s.own(track, in.Snapshots[track])
	}
	s.records = s.readRecords()
	found := s.attach(s.input)
	if unknown := s.checkKnown(); len(unknown) > 0 {
		return s, unknown
	}
	found = append(found, s.findContainer()...)
	found = append(found, s.checkSelector()...)
	ports, clashes := ports(s.Apexes, s.Release.Name())
	s.Ports = ports
	found = append(found, s.attachPolicies(objects)...)
	return s, slices.Concat(found, clashes, s.checkNames(), s.checkOffers(), s.checkSize(), s.checkVolumes(), s.checkPeers(), s.checkSpread(), s.checkMonitors(), s.checkWorker(), s.checkPorts(), s.checkMarks(), s.checkMerges(), s.checkTwice())
}

// pick finds the one workload that the Release names.
func pick(r *schemas.Release, objects []kube.Object) (kube.Object, *schemas.Finding) {
	var same, named []kube.Object
	var names []string
	want := r.Spec.Workload.Kind
	for _, o := range objects {
		if !o.Is("apps", want) {
			continue
		}
		names = append(names, o.Name)
		if o.Name != r.Name() {
			continue
		}
		named = append(named, o)
		if kube.SameNamespace(o.Namespace, r.Metadata.Namespace) {
			same = append(same, o)
		}
	}
	fail := func(id, message, hint string) (kube.Object, *schemas.Finding) {
		f := r.Find(id, "spec.workload.name", message, hint)
		return kube.Object{}, &f
	}
	switch {
	case len(same) == 1:
		return same[0], nil
	case len(same) > 1:
		return fail("workload-ambiguous", fmt.Sprintf("%s %q stands in %s", want, r.Name(), files(same)), "name the namespace: metadata.namespace")
	case len(named) > 0:
		return fail("workload-unknown", fmt.Sprintf("%s %q is in namespace %s, not in %s", want, r.Name(), named[0].Namespace, r.Metadata.Namespace), "set metadata.namespace to it")
	case refused(r, objects) != "":
		return fail("workload-kind", fmt.Sprintf("%s is a %s", r.Name(), refused(r, objects)), refusedKinds[refused(r, objects)])
	case len(names) == 0:
		return fail("workload-unknown", fmt.Sprintf("no %s is among the manifests", want), "put it under base/, or describe it in spec.app")
	}
	return fail("workload-unknown", fmt.Sprintf("no %s is called %q", want, r.Name()), "there are "+list(names))
}

// refusedKinds are workloads that cannot run on two tracks, with the reason.
var refusedKinds = map[string]string{
	"DaemonSet": "it has one pod on every node and no number of pods to move: two would run everywhere at once; its own rolling update replaces node by node",
	"Job":       "it runs to its end once; there is nothing to move",
	"CronJob":   "it runs to its end by the clock: two tracks would run it twice",
	"Rollout":   "Argo Rollouts moves its traffic already; make it a Deployment first",
}

// refused is the kind of the workload, if it is one that cannot be released.
func refused(r *schemas.Release, objects []kube.Object) string {
	for _, o := range objects {
		if _, is := refusedKinds[o.Kind]; is && o.Name == r.Name() && kube.SameNamespace(o.Namespace, r.Metadata.Namespace) {
			return o.Kind
		}
	}
	return ""
}

func files(objects []kube.Object) string {
	var places []string
	for _, o := range objects {
		places = append(places, fmt.Sprintf("%s:%d", o.File, o.Node.Line))
	}
	return strings.Join(places, " and ")
}

func list(names []string) string {
	slices.Sort(names)
	const most = 12
	if len(names) > most {
		return strings.Join(names[:most], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}

// attach finds what hangs on the workload. What also hangs on another workload
// cannot be split and is a finding.
func (s *Source) attach(objects []kube.Object) []schemas.Finding {
	var found []schemas.Finding
	for _, o := range objects {
		switch {
		case o.Key() == s.Object.Key():
		case o.Is("", "Service") && kube.Selects(o.Get("spec", "selector"), s.Labels()):
			s.Apexes = append(s.Apexes, o)
			found = append(found, s.shared("shared-service", o, objects, o.Get("spec", "selector"), kube.Selects)...)
		case o.Is("policy", "PodDisruptionBudget") && kube.LabelSelects(o.Get("spec", "selector"), s.Labels()):
			s.Budgets = append(s.Budgets, o)
			found = append(found, s.shared("shared-budget", o, objects, o.Get("spec", "selector"), kube.LabelSelects)...)
		case s.isScaled(o):
			found = append(found, s.scaler(o)...)
		default:
			found = append(found, s.referring(o)...)
		}
	}
	return found
}

// shared reports the other workloads that a Service or a budget selects.
func (s *Source) shared(id string, o kube.Object, objects []kube.Object, selector *yamlNode, selects func(*yamlNode, map[string]string) bool) []schemas.Finding {
	var found []schemas.Finding
	for _, w := range objects {
		template := w.Get("spec", "template", "metadata", "labels")
		if template == nil || w.Key() == s.Object.Key() || !kube.SameNamespace(w.Namespace, o.Namespace) || !selects(selector, kube.Strings(template)) {
			continue
		}
		names := []string{s.Object.ID.String(), w.ID.String()}
		slices.Sort(names) // the same words from either side
		found = append(found, o.Find(id, fmt.Sprintf("selects the pods of %s and of %s", names[0], names[1]),
			"give it a label in its selector that only one of the two has; if it is meant to lead to several versions, leave it to them and put the released workload behind a Service of its own", "spec", "selector"))
	}
	return found
}

func (s *Source) scaler(o kube.Object) []schemas.Finding {
	switch _, can := kindOf(o); {
	case !can:
		return []schemas.Finding{o.Find("scaler-kind", fmt.Sprintf("%s scales %s and cannot be split in two", o.Kind, s.Object.ID),
			"a HorizontalPodAutoscaler or a KEDA ScaledObject can", "spec", "scaleTargetRef")}
	case len(s.Scalers) > 0:
		return []schemas.Finding{o.Find("shared-scaler", fmt.Sprintf("scales %s, as %s does", s.Object.ID, s.Scalers[0].ID), "keep one of the two", "spec", "scaleTargetRef")}
	}
	s.Scalers = append(s.Scalers, o)
	return nil
}

// Taken are the identities of the input objects that the tracks take the place of.
func (s *Source) Taken() []kube.ID {
	taken := []kube.ID{s.Object.Key()}
	for _, o := range slices.Concat(s.Apexes, s.Budgets, s.Scalers) {
		taken = append(taken, o.Key())
	}
	return taken
}

// Labels are those of the workload's pods.
func (s *Source) Labels() map[string]string {
	return kube.Strings(s.Object.Node, "spec", "template", "metadata", "labels")
}

// Namespace is that of every object of the release.
func (s *Source) Namespace() string { return s.Object.Namespace }

// Name is the name of a track's workload and of its Service.
func (s *Source) Name(track string) string { return s.Object.Name + "-" + track }

// Size is how many pods a track needs. It is called after Find found no error.
func (s *Source) Size() stage.Size {
	size := stage.Size{Capacity: s.Release.Spec.Capacity, Scaled: len(s.Scalers) > 0, Grace: s.grace(), Called: len(s.Apexes) > 0}
	if size.Scaled {
		size.Min = restOf(s.Scalers[0])
	}
	size.Plain = s.plainPods()
	if size.Capacity == 0 {
		size.Capacity = s.defaultCapacity()
	}
	return size
}

// defaultCapacity is what the manifests say a full track is.
func (s *Source) defaultCapacity() int {
	if len(s.Scalers) > 0 {
		k, _ := kindOf(s.Scalers[0])
		n, _ := kube.Number(s.Scalers[0].Node, k.most...)
		return n
	}
	if n, ok := kube.Number(s.Object.Node, "spec", "replicas"); ok {
		return n
	}
	return 1
}

// grace is how long a pod of the tracks takes to stop at most: a track that is
// kept as it is may take longer than the manifests say by now.
func (s *Source) grace() schemas.Duration {
	longest := 0
	for _, track := range schemas.TrackNames {
		o, there := s.kept(track)
		if !there || s.anew(track) {
			o = fill(s.Object, s.Release.Spec.Kubernetes)
		}
		n, ok := kube.Number(o.Node, "spec", "template", "spec", "terminationGracePeriodSeconds")
		if !ok {
			n = DefaultGrace
		}
		if !s.Release.Spec.Tracks.Get(track).Idle() {
			longest = max(longest, n)
		}
	}
	return schemas.Duration(time.Duration(longest) * time.Second)
}

func (s *Source) checkSize() []schemas.Finding {
	found := s.checkScalers()
	if len(s.Scalers) == 0 && s.Release.Spec.Capacity == 0 && s.defaultCapacity() < 1 {
		found = append(found, s.Object.Find("capacity", "has no pods: nothing could be released", "replicas of 1 or more, or spec.capacity in the Release", "spec", "replicas"))
	}
	return found
}

// checkWorker: a workload that nobody calls takes work as soon as it runs.
func (s *Source) checkWorker() []schemas.Finding {
	switch worker := s.Release.Worker(); {
	case worker && len(s.Release.Spec.Traffic) > 0:
		return []schemas.Finding{s.Release.Find("worker", "spec.workload.starts", "withTraffic says that running is getting work, and traffic says that a router gives it", "leave one of the two out")}
	case !worker && len(s.Apexes) == 0 && s.Release.Spec.App == nil:
		return []schemas.Finding{s.Release.Find("apex-missing", "spec.workload", fmt.Sprintf("no Service selects the pods of %s", s.Object.ID), "put one beside the workload; or, if it takes its work by itself, starts: withTraffic and no traffic")}
	}
	return nil
}

// checkMonitors warns of a ServiceMonitor that sees one track only: it finds
// pods by the Services that it selects, and the apex leads to one track.
func (s *Source) checkMonitors() []schemas.Finding {
	var found []schemas.Finding
	for _, o := range s.input {
		if !o.Is("monitoring.coreos.com", "ServiceMonitor") {
			continue
		}
		for _, apex := range s.Apexes {
			if kube.LabelSelects(o.Get("spec", "selector"), kube.Strings(apex.Node, "metadata", "labels")) {
				f := o.Find("monitor-one-track", fmt.Sprintf("finds the pods behind %s, which are those of one track", apex.ID), "a PodMonitor finds the pods of both, once", "spec", "selector")
				f.Severity = schemas.Warning
				found = append(found, f)
			}
		}
	}
	return found
}

// checkNames: a Service's name is a DNS label, and so is a track's with its suffix.
func (s *Source) checkNames() []schemas.Finding {
	name := s.Name(schemas.Green)
	if len(name) <= 63 {
		return nil
	}
	return []schemas.Finding{s.Release.Find("name-length", "spec.workload.name", fmt.Sprintf("%q has %d characters", name, len(name)),
		"at most 63 with the track behind it: a Service is called so")}
}

// checkSelector: the workload finds its own pods, or no API server takes it.
func (s *Source) checkSelector() []schemas.Finding {
	if kube.LabelSelects(s.Object.Get("spec", "selector"), s.Labels()) {
		return nil
	}
	return []schemas.Finding{s.Object.Find("workload-selector", "does not select the pods of its own template", "the labels of the template, or some of them", "spec", "selector")}
}

// findContainer finds the container whose image a track sets.
func (s *Source) findContainer() []schemas.Finding {
	var names []string
	for _, c := range s.containers() {
		names = append(names, kube.Text(c, "name"))
	}
	want := ""
	if w := s.Release.Spec.Workload; w != nil {
		want = w.Container
	}
	at := func(name string) bool { s.container = slices.Index(names, name); return s.container >= 0 }
	switch {
	case len(names) == 0:
		return []schemas.Finding{s.Object.Find("container-unknown", "has no containers", "", "spec", "template", "spec")}
	case want != "" && !at(want):
		return []schemas.Finding{s.Release.Find("container-unknown", "spec.workload.container", fmt.Sprintf("no container is called %q", want), "there are "+list(names))}
	case want == "" && len(names) > 1 && !at(s.Object.Name):
		return []schemas.Finding{s.Release.Find("container-unknown", "spec.workload", fmt.Sprintf("%s has several containers", s.Object.ID),
			"container: the one whose image a track sets, of "+list(names))}
	}
	s.container = max(s.container, 0)
	return nil
}
