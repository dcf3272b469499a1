package verify_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
)

// rounds is how many bases of each case are edited, up to six: some 40 for each router
// (golden.Case.Part), all six with CUTOVER_SEARCH=all. CUTOVER_ROUNDS says another number.
func rounds(t *testing.T, c *golden.Case) int {
	t.Helper()
	n, _ := strconv.Atoi(os.Getenv("CUTOVER_ROUNDS"))
	return cmp.Or(n, min(6, c.Part(t, 40)))
}

// TestFrozen edits manifests in the middle of a release. At every stage:
//
//	part                                               is that of
//	pod template, selector, configuration, Services    the base the track was made from
//	replicas, autoscalers, budgets, rollout strategy   the edited base
//	where apexes and routes lead                       the base the main track was made from
//
// or the edit is refused with a finding; and the commit drops no request. At
// stable the candidate is made anew, and nothing of it is old.
func TestFrozen(t *testing.T) {
	golden.Long(t)
	tally := map[string]int{}
	for _, c := range golden.Releases(t) {
		t.Run(c.Name, func(t *testing.T) {
			in, _ := c.Generate(t)
			if in.Releases[0].Adopting() {
				t.Skip("until stable the manifests are what answers, too")
			}
			unique := 0
			for seed := range rounds(t, c) {
				rng := rand.New(rand.NewPCG(uint64(seed), uint64(len(c.Name))))
				freeze(t, rng, in, &unique, tally)
			}
		})
	}
	require.Greater(t, tally["compared"], tally["refused"]/2, "most edits are refused: %v", tally)
	t.Log(tally)
}

// freeze makes a base out of a case, renders it, edits it, and compares.
func freeze(t *testing.T, rng *rand.Rand, in generators.Input, unique *int, tally map[string]int) {
	t.Helper()
	before, first := in, "as it is"
	made, _ := generators.Generate(in)
	for range 3 {
		more, what := enriched(rng, in, unique)
		if out, found := generators.Generate(more); !schemas.Failed(found) {
			before, first, made = more, what, out
			break
		}
	}
	before.Snapshots = golden.Snapshots(t, made)
	stages := made.Releases[0].Stages
	before = moved(before, stages[rng.IntN(len(stages))].Name)
	after, then := edited(rng, before, unique, 1+rng.IntN(4))
	l := freezing{t, fmt.Sprintf("%s; then, at %s: %s", first, before.Releases[0].Spec.Stage, then), tally}

	old, found := generators.Generate(before)
	require.False(t, schemas.Failed(found), "%s: %s", l.what, golden.Lines(found))
	now, refused := generators.Generate(after)
	plain := after
	plain.Snapshots = nil
	fresh, wrong := generators.Generate(plain)
	l.refusals(refused, wrong)
	if schemas.Failed(refused) {
		tally["refused"]++
		return
	}
	tally["compared"]++
	l.frozen(old, now)
	l.routes(old, now)
	if !schemas.Failed(wrong) {
		l.follows(now, fresh)
	}
	l.edge(old, now)
}

// moved is the input with the first releases at other stages.
func moved(in generators.Input, stages ...string) generators.Input {
	in.Releases = slices.Clone(in.Releases)
	for i, stage := range stages {
		r := *in.Releases[i]
		r.Spec.Stage = stage
		in.Releases[i] = &r
	}
	return in
}

// freezing compares the renders of a base before and after edits.
type freezing struct {
	t     *testing.T
	what  string
	tally map[string]int
}

// justified are findings of an edit that a track which serves cannot follow and
// cannot be kept from.
var justified = []string{"labels-changed", "port-removed", "port-renamed", "port-unknown", "ports-differ", "port-ambiguous", "ports-merged", "snapshot-unusable", "track-namespace"}

// refusals: what makes no sense by itself is refused, and beyond that only what
// clients or the cluster's own rules do not allow.
func (l freezing) refusals(refused, wrong []schemas.Finding) {
	l.t.Helper()
	if schemas.Failed(wrong) {
		return
	}
	for _, f := range refused {
		if f.Severity == schemas.Error {
			require.Contains(l.t, justified, f.ID, "%s: %s", l.what, f)
			l.tally[f.ID]++
		}
	}
}

// stand is the release, and its objects where it stands.
func stand(out generators.Output) (generators.Release, generators.Stage, []kube.Object) {
	r := out.Releases[0]
	s, _ := r.Stage(r.Spec.Stage)
	return r, s, r.Objects(s)
}

// keeps reports whether a track was made before, and is kept as it was.
func keeps(r generators.Release, name string) bool {
	return r.Spec.Stage != "stable" || name != r.Candidate()
}

var frozenFields = [][]string{
	{"spec", "template"},
	{"spec", "selector"},
	{"spec", "volumeClaimTemplates"},
	{"spec", "serviceName"},
	{"spec", "podManagementPolicy"},
	{"spec", "persistentVolumeClaimRetentionPolicy"},
	{"metadata", "annotations", "cutover.dev/version"},
	{"metadata", "annotations", "cutover.dev/revision"},
}

// frozenParts are the parts of a track that do not change, as text.
func frozenParts(objects []kube.Object, name string) map[string]string {
	parts := map[string]string{}
	for _, o := range objects {
		switch id := o.ID.String(); {
		case track(o) != name:
		case o.Group == "apps":
			for _, path := range frozenFields {
				parts[id+" "+strings.Join(path, ".")] = string(kube.Append(nil, kube.Object{Node: o.Get(path...)}))
			}
		case slices.Contains([]string{"Service", "ConfigMap", "Secret", "ExternalSecret", "PersistentVolumeClaim", "Job"}, o.Kind):
			parts[id] = string(kube.Append(nil, o))
		}
	}
	return parts
}

// looseParts are the others. Objects that come out the same may be written
// differently, so they are written anew.
func looseParts(objects []kube.Object, name string) map[string]string {
	parts := map[string]string{}
	for _, o := range objects {
		if track(o) != name || o.Group == "" || o.Is("batch", "Job") {
			continue
		}
		if o.Group == "apps" {
			for _, path := range frozenFields {
				o = o.Without(path...)
			}
		}
		if o.Text("spec", "maxUnavailable") == "1" {
			o = o.Without("spec", "selector") // a budget made here follows the track's pods
		}
		parts[o.ID.String()] = kube.Hash(o.Node) + string(kube.Append(nil, kube.Object{Node: o.Node}))
	}
	return parts
}

// frozen: what a track was made from stays. One that nothing has run on yet has but a
// Service, which follows the manifests.
func (l freezing) frozen(old, now generators.Output) {
	l.t.Helper()
	r, _, before := stand(old)
	_, _, after := stand(now)
	for i, name := range schemas.TrackNames {
		if keeps(r, name) && slices.ContainsFunc(r.Tracks[i].Objects(1), func(o kube.Object) bool { return o.Group == "apps" }) {
			require.Equal(l.t, frozenParts(before, name), frozenParts(after, name), "%s: %s", l.what, name)
		}
		for _, o := range after {
			if pods, ok := podsOf(after, name); ok && track(o) == name && o.Get("spec", "selector") != nil {
				require.True(l.t, serves(o, pods), "%s: %s selects no pods of %s", l.what, o.ID, name)
			}
		}
	}
}

// podsOf are the labels of a track's pods.
func podsOf(objects []kube.Object, name string) (map[string]string, bool) {
	o, ok := workloadOf(objects, name)
	return kube.Strings(o.Node, "spec", "template", "metadata", "labels"), ok
}

func workloadOf(objects []kube.Object, name string) (kube.Object, bool) {
	i := slices.IndexFunc(objects, func(o kube.Object) bool { return track(o) == name && o.Group == "apps" })
	if i < 0 {
		return kube.Object{}, false
	}
	return objects[i], true
}

// follows: what is not frozen is as if there were no snapshots, and so is all
// of a candidate that has not started.
func (l freezing) follows(now, fresh generators.Output) {
	l.t.Helper()
	r, _, after := stand(now)
	_, _, plain := stand(fresh)
	for i, name := range schemas.TrackNames {
		require.Equal(l.t, keys(looseParts(plain, name)), keys(looseParts(after, name)), "%s: %s", l.what, name)
		for key, want := range looseParts(plain, name) {
			require.Equal(l.t, want[:8], looseParts(after, name)[key][:8], "%s: %s: %s", l.what, name, looseParts(after, name)[key])
		}
		if !keeps(r, name) {
			l.tally["anew"]++
			theirs := fresh.Releases[0].Tracks[i]
			want, got := sourceless(theirs.Objects(3)), sourceless(now.Releases[0].Tracks[i].Objects(3))
			require.Equal(l.t, string(kube.Stream(nil, want)), string(kube.Stream(nil, got)), "%s: %s", l.what, name)
		}
	}
}

func keys(m map[string]string) []string {
	var all []string
	for k := range m {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}

// routes: requests go where they went.
func (l freezing) routes(old, now generators.Output) {
	l.t.Helper()
	_, was, _ := stand(old)
	r, is, after := stand(now)
	require.Equal(l.t, leads(was.Apexes), leads(is.Apexes), "%s: apexes", l.what)
	for _, main := range mains(is) {
		pods, ok := podsOf(after, main)
		runs, _ := workloadOf(after, main)
		for _, o := range is.Apexes {
			name, named := strings.CutPrefix(o.Text("spec", "externalName"), runs.Name+".")
			switch {
			case o.Cluster != runs.Cluster: // which selects the pods there
			case o.Text("spec", "type") == "ExternalName":
				require.True(l.t, named && strings.HasPrefix(name, runs.Namespace+".svc"), "%s: %s is no name for the pods of %s", l.what, o.ID, main)
			default:
				require.True(l.t, ok && serves(o, pods), "%s: %s selects no pods of %s", l.what, o.ID, main)
			}
		}
	}
	if !keeps(r, r.Candidate()) || was.Split.Weight != is.Split.Weight {
		return // routes name what the candidate is
	}
	require.Equal(l.t, string(kube.Stream(nil, routing(was.Routes))), string(kube.Stream(nil, routing(is.Routes))), "%s: routes", l.what)
}

// mains are the tracks that the apexes select.
func mains(s generators.Stage) []string {
	if s.Both {
		return schemas.TrackNames[:]
	}
	return []string{s.Main}
}

// routing are the objects of routers.
func routing(objects []kube.Object) []kube.Object {
	return slices.DeleteFunc(slices.Clone(objects), func(o kube.Object) bool { return o.Is("", "Service") })
}

// leads is where each port of Services leads.
func leads(services []kube.Object) map[string]string {
	all := map[string]string{}
	for _, o := range services {
		for _, n := range kube.Items(o.Node, "spec", "ports") {
			port := kube.Text(n, "port")
			key := fmt.Sprint(o.Name, ":", port, "/", cmp.Or(kube.Text(n, "protocol"), "TCP"))
			all[key] = cmp.Or(kube.Text(n, "targetPort"), port)
		}
	}
	return all
}

// edge: the commit that brings the edit drops no request, however it is
// applied. One that brings a first autoscaler takes replicas back, which fall
// to 1 until it has looked: that is refused, and nothing else.
func (l freezing) edge(old, now generators.Output) {
	l.t.Helper()
	from, to := besides(old, 0), besides(now, 0)
	_, _, before := stand(old)
	_, _, after := stand(now)
	from, to = append(from, before...), append(to, after...)
	edge := verify.Edge{Name: "edited", From: cluster.NewState(router, from), To: cluster.NewState(router, to)}
	found := unaccepted(edge.Check())
	if len(scalers(from)) == 0 && len(scalers(to)) > 0 {
		found = slices.DeleteFunc(found, func(f schemas.Finding) bool { return f.ID == "capacity-short" })
	}
	found = slices.DeleteFunc(found, func(f schemas.Finding) bool { return f.ID == "request-gone" && unselected(from, f.Object) })
	found = slices.DeleteFunc(found, func(f schemas.Finding) bool { return f.ID == "port-unproven" && selectsTrack(to, f.Object) })
	require.Empty(l.t, golden.Lines(found), l.what)
}

// selectsTrack reports whether something is a user's own Service for the pods of a
// track: an edit of it is for pods that are not there yet, and that is refused.
func selectsTrack(objects []kube.Object, ref schemas.Ref) bool {
	return slices.ContainsFunc(objects, func(o kube.Object) bool {
		return o.Ref() == ref && o.Is("", "Service") && o.Text("spec", "selector", workload.TrackLabel) != "" &&
			o.Text("metadata", "labels", workload.ReleaseLabel) == ""
	})
}

// unselected reports whether something is a Service without a selector: it is no
// apex, and an edit that takes a port of it takes requests from its clients.
func unselected(objects []kube.Object, ref schemas.Ref) bool {
	return slices.ContainsFunc(objects, func(o kube.Object) bool {
		return o.Ref() == ref && o.Is("", "Service") && len(kube.Strings(o.Node, "spec", "selector")) == 0
	})
}

func scalers(objects []kube.Object) []kube.Object {
	return slices.DeleteFunc(slices.Clone(objects), func(o kube.Object) bool {
		_, _, ok := workload.Floor(o)
		return !ok
	})
}

// sourceless are objects without what copies of volumes are made from: the live track's
// claims, which are called as they were when that track began.
func sourceless(objects []kube.Object) []kube.Object {
	var all []kube.Object
	for _, o := range objects {
		switch {
		case o.Is(workload.SnapshotGroup, "VolumeSnapshot"):
			o = o.Without("spec", "source")
		case o.Is("", "PersistentVolumeClaim"):
			o = o.Without("spec", "dataSource")
		}
		all = append(all, o)
	}
	return all
}
