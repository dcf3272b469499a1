package workload

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// Input is what tracks are made from.
type Input struct {
	Objects            []kube.Object // the user's manifests
	Catalog            *Catalog      // of them, where many releases look for theirs; nil: it is made
	Snapshots          Snapshots     // what the tracks were made from before
	InPlace            bool          // apexes are edited where they stand: their ports are the user's
	ServiceAnnotations []string      // annotations and labels of Services that the release's routers read
}

// Find picks the release's workload, and what hangs on it, from the input.
// A Source that is not usable (see [Source.Usable]) comes with an error.
func Find(r *schemas.Release, in Input) (*Source, []schemas.Finding) {
	s := &Source{Release: r, InPlace: in.InPlace, ServiceAnnotations: in.ServiceAnnotations}
	objects, catalog := in.Objects, in.Catalog
	if catalog == nil {
		catalog = NewCatalog(objects)
	}
	if r.Spec.App != nil {
		s.Object, s.Apexes = fromApp(r)
	} else {
		o, finding := pick(r, objects)
		if finding != nil {
			return s, []schemas.Finding{*finding}
		}
		s.Object = o
	}
	if found := Driven(s.Object, catalog.driving); len(found) > 0 {
		return s, found
	}
	if found := Known(s.Object); len(found) > 0 {
		return s, found
	}
	s.Manifests, s.all = catalog.within(s.Object.Namespace), catalog.objects
	s.Snapshots = Snapshots{}
	for _, track := range schemas.TrackNames {
		s.Snapshots[track] = s.own(track, in.Snapshots[track])
	}
	s.records = s.readRecords()
	found := s.attach(catalog)
	if unknown := checkKnown(s); len(unknown) > 0 {
		return s, unknown
	}
	s.usable = true
	found = append(found, s.findContainer()...)
	found = append(found, checkSelector(s)...)
	ports, clashes := ports(s.Apexes, s.Release.Name())
	s.Ports = ports
	found = append(found, s.attachPolicies(catalog.naming)...)
	return s, slices.Concat(found, clashes, checkNames(s), checkOffers(s), checkSize(s), checkVolumes(s), checkClones(s), checkPeers(s),
		checkMonitors(s), checkWorker(s), checkPorts(s), checkMarks(s), checkTwice(s), checkAway(s), checkNeeds(s))
}

// withoutTemplates are the manifests but for Jobs that the release makes its own of: their
// pods lack the track, without which nothing of the release selects them.
func withoutTemplates(r *schemas.Release, objects []kube.Object) []kube.Object {
	return slices.DeleteFunc(slices.Clone(objects), func(o kube.Object) bool {
		return o.Is("batch", "Job") && slices.ContainsFunc(r.Spec.Jobs, func(j schemas.Job) bool { return j.Template == o.Name })
	})
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
		return fail("workload-ambiguous", fmt.Sprintf("%s %q is defined more than once: in %s", want, r.Name(), files(same)),
			"say which one with metadata.namespace")
	case len(named) > 0:
		return fail("workload-unknown",
			fmt.Sprintf("%s %q is in namespace %s, not in %s", want, r.Name(), named[0].Namespace, r.Metadata.Namespace),
			"set metadata.namespace to that namespace")
	case refused(r, objects) != "":
		return fail("workload-kind", fmt.Sprintf("%s is a %s, which cannot be released on two tracks", r.Name(), refused(r, objects)),
			refusedKinds[refused(r, objects)])
	case len(names) == 0:
		return fail("workload-unknown", fmt.Sprintf("no %s is among the manifests", want),
			"put it under base/, say by --input where it is, or describe it in spec.app")
	}
	return fail("workload-unknown", fmt.Sprintf("no %s is called %q", want, r.Name()), "there are "+CommaList(names))
}

// refusedKinds are workloads that cannot run on two tracks, with the reason.
var refusedKinds = map[string]string{
	"DaemonSet": "it has one pod on every node and no number of pods to move: two would run everywhere at once; its own rolling update " +
		"replaces node by node",
	"Job":     "it runs to its end once; there is nothing to move",
	"CronJob": "it runs to its end by the clock: two tracks would run it twice",
	"Rollout": "Argo Rollouts moves its traffic already; make it a Deployment first",
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

// attach finds what hangs on the workload. What also hangs on another workload
// cannot be split and is a finding.
func (s *Source) attach(all *Catalog) []schemas.Finding {
	var found []schemas.Finding
	labels := s.Labels()
	for _, o := range all.attachedTo(s.Object.Namespace, labels) {
		switch {
		case o.Key() == s.Object.Key():
		case o.Is("", "Service") && kube.Selects(o.Get("spec", "selector"), labels):
			s.Apexes = append(s.Apexes, o)
			found = append(found, s.shared("shared-service", o, all, o.Get("spec", "selector"), kube.Selects)...)
		case o.Is("policy", "PodDisruptionBudget") && kube.LabelSelects(o.Get("spec", "selector"), labels):
			s.Budgets = append(s.Budgets, o)
			found = append(found, s.shared("shared-budget", o, all, o.Get("spec", "selector"), kube.LabelSelects)...)
		case s.isScaled(o):
			found = append(found, s.scaler(o)...)
		default:
			found = append(found, referring(s, o)...)
		}
	}
	return found
}

// shared reports the other workloads that a Service or a budget selects.
func (s *Source) shared(id string, o kube.Object, all *Catalog, selector *yaml.Node,
	selects func(*yaml.Node, map[string]string) bool,
) []schemas.Finding {
	var found []schemas.Finding
	for _, w := range withoutTemplates(s.Release, all.selectedBy(s.Object.Namespace, o)) {
		template := w.Get("spec", "template", "metadata", "labels")
		if template == nil || w.Key() == s.Object.Key() || !kube.SameNamespace(w.Namespace, o.Namespace) ||
			!selects(selector, kube.Strings(template)) {
			continue
		}
		names := []string{s.Object.ID.String(), w.ID.String()}
		slices.Sort(names) // the same words from either side
		found = append(found, o.Find(id, fmt.Sprintf("%s selects the pods of %s and of %s", o.ID, names[0], names[1]),
			"give it a label in its selector that only one of the two has; if it is meant to lead to several versions, leave it to them and "+
				"put the released workload behind a Service of its own", "spec", "selector"))
	}
	return found
}

func (s *Source) scaler(o kube.Object) []schemas.Finding {
	switch _, can := kindOf(o); {
	case !can:
		return []schemas.Finding{o.Find("scaler-kind",
			fmt.Sprintf("%s scales %s, and this kind of autoscaler cannot be made into one for each track", o.ID, s.Object.ID),
			"a HorizontalPodAutoscaler or a KEDA ScaledObject can", "spec", "scaleTargetRef")}
	case len(s.Scalers) > 0:
		return []schemas.Finding{o.Find("shared-scaler",
			fmt.Sprintf("%s scales %s, as %s does: two autoscalers of one workload work against each other", o.ID, s.Object.ID, s.Scalers[0].ID),
			"keep one of the two", "spec", "scaleTargetRef")}
	}
	s.Scalers = append(s.Scalers, o)
	return nil
}

// findContainer finds the container whose image a track sets.
func (s *Source) findContainer() []schemas.Finding {
	var names []string
	for _, c := range s.Containers() {
		names = append(names, kube.Text(c, "name"))
	}
	want := ""
	if w := s.Release.Spec.Workload; w != nil {
		want = w.Container
	}
	at := func(name string) bool { s.ContainerIndex = slices.Index(names, name); return s.ContainerIndex >= 0 }
	switch {
	case len(names) == 0:
		return []schemas.Finding{s.Object.Find("container-unknown", s.Object.ID.String()+" has no containers", "", "spec", "template", "spec")}
	case want != "" && !at(want):
		return []schemas.Finding{s.Release.Find("container-unknown", "spec.workload.container", fmt.Sprintf("no container is called %q", want),
			"there are "+CommaList(names))}
	case want == "" && len(names) > 1 && !at(s.Object.Name):
		return []schemas.Finding{s.Release.Find("container-unknown", "spec.workload",
			fmt.Sprintf("%s has several containers, and none is called like it: which image a track sets is not clear", s.Object.ID),
			"container: the one whose image a track sets, of "+CommaList(names))}
	}
	s.ContainerIndex = max(s.ContainerIndex, 0)
	return nil
}
