package fn

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/routers"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// check says what is wrong with what is to be applied: what the Releases say
// by themselves, what no state may be, and what other transformers have done
// to the objects of a release since they were generated.
func check(l list) []schemas.Finding {
	releases, found := l.releases()
	var objects []kube.Object
	for _, it := range l.items {
		if !it.named || it.rendered() || isRelease(it) || it.annotation(localConfig) == "true" {
			continue
		}
		o, renamed := original(it)
		if renamed && o.Is("", "Service") && it.release() != "" {
			f := it.Find("names-change",
				fmt.Sprintf("was %s: kustomize changes the names in routes after the validators, and only if it is told where they are", o.Name),
				"components: [fn/component], or the output of cutover fn references under configurations:", "metadata", "name")
			f.Severity = schemas.Warning
			found = append(found, f)
		}
		objects = append(objects, o)
	}
	router := cluster.Router{Providers: routers.Table}
	state := cluster.NewState(router, objects)
	found = append(found, verify.Check(state, "now")...)
	for _, r := range releases {
		found = append(found, checkTracks(r, state)...)
		found = append(found, checkSplit(r, state)...)
	}
	if l.mode() == kptPackage && !schemas.Failed(found) {
		found = append(found, checkStale(l)...)
	}
	return found
}

// original is an object under the name and namespace that references to it
// still have. kustomize corrects references once, at the very end of the root,
// and validators run before that.
func original(it item) (kube.Object, bool) {
	first := func(key, now string) string {
		before, _, _ := strings.Cut(it.annotation(internal+key), ",")
		return cmp.Or(before, now)
	}
	o := it.Object
	o.Name, o.Namespace = first("previousNames", it.Name), first("previousNamespaces", it.Namespace)
	if o.Namespace == "default" { // which is also how kustomize writes none
		o.Namespace = ""
	}
	return o, o.Name != it.Name
}

// checkTracks: the pods of the two tracks are told apart, and run what the
// Release says. kustomize's includeSelectors can overwrite the label that does,
// its images reaches both tracks at once.
func checkTracks(r *schemas.Release, s cluster.State) []schemas.Finding {
	var found []schemas.Finding
	seen := map[string]kube.ID{}
	for _, p := range s.Pods {
		o := p.Workload
		if o.Text("metadata", "labels", workload.ReleaseLabel) != r.Metadata.Name {
			continue
		}
		track := p.Labels[workload.TrackLabel]
		other, twice := seen[track]
		seen[track] = o.ID
		switch {
		case !slices.Contains(schemas.TrackNames[:], track):
			found = append(found, o.Find("track-selector",
				fmt.Sprintf("%q is no track: something has changed label %s", track, workload.TrackLabel),
				"leave that label out of labels and commonLabels", "spec", "template", "metadata", "labels"))
		case twice:
			found = append(found, o.Find("track-selector", fmt.Sprintf("%s and this have the same label %s: %s", other, workload.TrackLabel, track),
				"leave that label out of labels and commonLabels", "spec", "template", "metadata", "labels"))
		default:
			found = append(found, checkImage(r, o, track)...)
		}
	}
	return found
}

// checkImage: some container of the track runs the image of its version.
func checkImage(r *schemas.Release, o kube.Object, track string) []schemas.Finding {
	want := r.Spec.Tracks.Get(track).Image
	var have []string
	for _, c := range kube.Items(o.Node, "spec", "template", "spec", "containers") {
		have = append(have, kube.Text(c, "image"))
	}
	if want == "" || slices.Contains(have, want) {
		return nil
	}
	return []schemas.Finding{o.Find("image-changed", fmt.Sprintf("runs %v, and the Release says %s", have, want),
		"versions are said in the Release alone: images: reaches both tracks", "spec", "template", "spec", "containers")}
}

// checkSplit: a plain request gets the share that the stage says. A strategic
// merge on a route replaces its lists and loses it.
func checkSplit(r *schemas.Release, s cluster.State) []schemas.Finding {
	weight, ok := stage.WeightAt(r, r.Spec.Stage)
	candidate := r.Candidate()
	switch {
	case !ok:
		return []schemas.Finding{r.Find("stage-unknown", "spec.stage", fmt.Sprintf("%q is not a stage of this release", r.Spec.Stage),
			"see cutover plan")}
	case candidate == "":
		weight, candidate = 100, r.Spec.Live
	}
	var found []schemas.Finding
	for _, rule := range s.Rules {
		plain := len(rule.Match.Headers)+len(rule.Match.Cookies)+len(rule.Match.Query) == 0 && rule.Match.Method == ""
		mine := rule.Source.Text("metadata", "labels", workload.ReleaseLabel) == r.Metadata.Name
		if !plain || !mine || cluster.Direct(rule) || !rule.Source.Is("", "Service") && workload.Accepts(rule.Source, "request-gone") {
			continue
		}
		got := 0.0
		for _, share := range s.Shares(rule) {
			if share.Labels[workload.TrackLabel] == candidate {
				got += share.Percent
			}
		}
		if math.Abs(got-float64(weight)) > 0.5 {
			found = append(found, rule.Source.Find("split-changed",
				fmt.Sprintf("gives %s %.0f %%, and the stage %s says %d", candidate, got, r.Spec.Stage, weight),
				"change routes with JSON 6902 patches: a strategic merge replaces their lists", "spec"))
		}
	}
	return found
}

// checkStale: the package holds what would be generated now.
func checkStale(l list) []schemas.Finding {
	items, found := render(l)
	if schemas.Failed(found) {
		return found
	}
	found = nil
	items = slices.DeleteFunc(items, func(o kube.Object) bool { return newItem(0, o.Node).rendered() }) // every stage, and snapshots
	want := map[kube.ID]kube.Object{}
	for _, o := range items {
		if o.Text("metadata", "labels", workload.ReleaseLabel) != "" {
			want[o.Key()] = o
		}
	}
	for _, it := range l.items {
		if it.release() == "" || it.rendered() {
			continue
		}
		o, ok := want[it.Key()]
		delete(want, it.Key())
		if !ok || !kube.Equal(stripped(o).Node, stripped(it.Object).Node) {
			found = append(found, it.Find("stale", "is not what would be generated", "kpt fn render"))
		}
	}
	for _, o := range items {
		if _, missing := want[o.Key()]; missing {
			found = append(found, o.Find("stale", "would be generated and is not here", "kpt fn render"))
		}
	}
	return found
}
