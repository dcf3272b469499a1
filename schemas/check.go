package schemas

import (
	"fmt"
	"slices"
	"strings"
)

// check adds what the Release alone shows to be wrong and no single tag can
// say. What has a finding already gets no second one.
func (d *decoder) check(r *Release, before []Finding) {
	before = slices.Clone(before)
	for _, f := range slices.Concat(
		r.checkTracks(), r.checkClusters(), r.checkAdoption(), r.checkSteps(), r.checkTraffic(), r.checkAnalysis(), r.checkJobs(),
	) {
		known := slices.ContainsFunc(before, func(b Finding) bool { return within(f.Path, b.Path) || within(b.Path, f.Path) })
		if !known {
			d.found = append(d.found, f)
		}
	}
}

// within reports whether the field a is b or lies in it.
func within(a, b string) bool {
	rest, ok := strings.CutPrefix(a, b)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

func (r *Release) checkTracks() []Finding {
	live := r.Spec.Live
	if live != Blue && live != Green {
		return nil
	}
	at := "spec.tracks." + live
	if r.Spec.Tracks.Get(live).Idle() {
		return []Finding{r.Find("live-idle", at, fmt.Sprintf("track %q is live but has no image", live), "set image to the one that serves now")}
	}
	if other := Other(live); r.Candidate() == "" && r.Spec.Tracks.Get(other).asks() {
		return []Finding{r.Find("required", "spec.tracks."+other+".image", "image is missing",
			"a track without a version is idle; to change configuration alone, repeat the image of the live track")}
	}
	found := r.checkPlaces()
	if r.Spec.App != nil {
		found = append(found, r.checkAppImages()...)
	}
	return found
}

// checkPlaces: namespaces of tracks differ, and it is known which one the apexes are in.
func (r *Release) checkPlaces() []Finding {
	away := r.Away()
	at := "spec.tracks." + away + ".namespace"
	switch {
	case away == "":
		return nil
	case r.Metadata.Namespace == "":
		return []Finding{r.Find("required", "metadata.namespace", "metadata.namespace is missing",
			fmt.Sprintf("the workload's: track %s has a namespace of its own, and the Services that clients call stay with the workload", away))}
	case r.Home(away) == r.Home(Other(away)):
		return []Finding{r.Find("track-namespace", at, fmt.Sprintf("both tracks are in namespace %s, and the workload is in %s", r.Home(away),
			r.Metadata.Namespace), "a namespace for each of the two; or none, and the workload in the one that both are to be in")}
	}
	return nil
}

// checkClusters: either track has a cluster of its own, or there is but one.
func (r *Release) checkClusters() []Finding {
	blue, green := r.Spec.Tracks.Blue.Cluster, r.Spec.Tracks.Green.Cluster
	switch {
	case blue == green && blue != "":
		return []Finding{r.Find("track-cluster", "spec.tracks.green.cluster", fmt.Sprintf("both tracks are in cluster %s", green),
			"two clusters, or none: tracks of one cluster name none")}
	case blue == "" && green != "":
		return []Finding{r.Find("track-cluster", "spec.tracks.blue", "green names a cluster, and blue names none", "cluster: one of its own")}
	case green == "" && blue != "":
		return []Finding{r.Find("track-cluster", "spec.tracks.green", "blue names a cluster, and green names none",
			"cluster: one of its own; an idle track keeps it: {cluster: east}")}
	}
	return nil
}

// checkAdoption: what is adopted is there, and nothing else happens meanwhile.
func (r *Release) checkAdoption() []Finding {
	switch c := r.Candidate(); {
	case !r.Adopting() || !slices.Contains(TrackNames[:], r.Spec.Live): // which is said of live
		return nil
	case r.Spec.App != nil:
		return []Finding{r.Find("adopt", "spec.stage",
			fmt.Sprintf("stage %q is for a workload among the manifests, and spec.app describes one here", r.Spec.Stage), "stage: stable")}
	case c != "":
		return []Finding{r.Find("adopt",
			"spec.tracks."+c, fmt.Sprintf("track %s names a version while the release is at stage %s", c, r.Spec.Stage),
			"leave it {} until stable: a release begins there")}
	}
	return nil
}

// asks reports whether a track says something beside its version.
func (t Track) asks() bool { return t.Snapshot != "" || len(t.Env)+len(t.Args)+len(t.Config) > 0 }

// checkAppImages demands an image for the one container an app has.
func (r *Release) checkAppImages() []Finding {
	var found []Finding
	for _, name := range TrackNames {
		t := r.Spec.Tracks.Get(name)
		if !t.Idle() && t.Image == "" {
			found = append(found, r.Find("required", "spec.tracks."+name+".image", "image is missing",
				"an app has one container, and no manifest that names its image"))
		}
	}
	return found
}

func (r *Release) checkSteps() []Finding {
	var found []Finding
	last := -1
	names := map[string]bool{}
	for i, s := range r.Spec.Strategy.Steps {
		at := fmt.Sprintf("spec.strategy.steps[%d]", i)
		switch {
		case s.Weight < 0 || s.Weight > 100:
			continue
		case s.Weight == last:
			found = append(found, r.Find("steps-order", at, fmt.Sprintf("a step of %d %% repeats the step before", s.Weight),
				"every step gives the candidate more"))
		case s.Weight < last:
			found = append(found, r.Find("steps-order", at, fmt.Sprintf("a step of %d %% is below the step before, %d %%", s.Weight, last),
				"steps rise; to go back, abort or promote --stage"))
		case s.Weight == 0 && len(s.Match) == 0 && s.Mirror == 0:
			found = append(found, r.Find("step-empty", at,
				"a step of 0 % sends nothing to the candidate", "leave it out, or give the step a match or a mirror"))
		case s.Weight == 100 && (len(s.Match) > 0 || s.Mirror > 0):
			found = append(found, r.Find("step-empty", at, "a step of 100 % sends everything to the candidate: a match or a mirror adds nothing",
				"leave them out"))
		default:
			found = append(found, r.checkStepName(at, s, names)...)
		}
		last = max(last, s.Weight)
	}
	return append(found, r.checkMatches()...)
}

// checkMatches refuses matches without a condition: they would send every request to
// the candidate.
func (r *Release) checkMatches() []Finding {
	var found []Finding
	look := func(at string, matches []Match) {
		for i, m := range matches {
			if len(m.Headers)+len(m.Cookies)+len(m.Query) == 0 && m.Method == "" && m.Path == nil {
				found = append(found, r.Find("match-empty", fmt.Sprintf("%s.match[%d]", at, i),
					"a match without a condition sends every request to the candidate",
					"one of headers, cookies, query, method, path"))
			}
		}
	}
	for i, s := range r.Spec.Strategy.Steps {
		look(fmt.Sprintf("spec.strategy.steps[%d]", i), s.Match)
	}
	if v := r.Spec.Strategy.Preview; v != nil {
		look("spec.strategy.preview", v.Match)
	}
	return found
}

// reserved are the stages that Plan names itself.
var reserved = []string{
	"plain", "beside", "handover", "stable", "clone", "prepare", "preview", "widen", "overlap", "settle", "unpreview", "retire", Contract,
}

func (r *Release) checkStepName(at string, s Step, names map[string]bool) []Finding {
	name := s.StageName()
	switch {
	case names[name]:
		return []Finding{r.Find("stage-duplicate", at+".name",
			fmt.Sprintf("two stages are called %q", name), "give every step a name of its own")}
	case slices.Contains(reserved, name) || strings.HasSuffix(name, "-abort") || strings.HasPrefix(name, "scale-") ||
		s.Name != "" && strings.HasPrefix(name, "shift-"):
		return []Finding{r.Find("stage-reserved", at+".name", fmt.Sprintf("the stage name %q is reserved for the plan", name),
			"choose another; see cutover plan")}
	case len(name) > 63-len("-abort"):
		return []Finding{r.Find("name", at+".name",
			fmt.Sprintf("the stage name %q is too long", name), "at most 57 characters, so that -abort fits behind it")}
	}
	names[name] = true
	return nil
}

// StageName is the name of the stage the step makes.
func (s Step) StageName() string {
	if s.Name != "" {
		return s.Name
	}
	return fmt.Sprintf("shift-%d", s.Weight)
}

func (r *Release) checkTraffic() []Finding {
	var found []Finding
	first := map[string]int{}
	if len(r.Spec.Traffic) == 0 && !r.Worker() {
		found = append(found, r.Find("required", "spec.traffic", "spec.traffic names no router",
			"a list with one entry per router, at least {provider: service}; for a workload that no Service selects, workload: {starts: "+
				"withTraffic}"))
	}
	for i, t := range r.Spec.Traffic {
		at := fmt.Sprintf("spec.traffic[%d]", i)
		if j, ok := first[t.ID()]; ok && t.Provider != "" {
			found = append(found, r.Find("traffic-duplicate", at, fmt.Sprintf("spec.traffic[%d] is called %q too", j, t.ID()),
				"give one of them another name"))
		}
		first[t.ID()] = i
		found = append(found, r.checkRoute(at, t)...)
	}
	return found
}

// checkRoute: with route: the user's own object says what it answers to.
func (r *Release) checkRoute(at string, t Traffic) []Finding {
	if t.Route == nil {
		return nil
	}
	var found []Finding
	for _, f := range []struct {
		name  string
		given bool
	}{
		{"hosts", t.Hosts != nil},
		{"paths", t.Paths != nil},
		{"timeout", t.Timeout != 0},
		{"retries", t.Retries != nil},
		{"rewrite", t.Rewrite != nil},
		{"cors", t.CORS != nil},
		{"headers", t.Headers != nil},
		{"tls", t.TLS != nil},
	} {
		if f.given {
			found = append(found, r.Find("route-owns", at+"."+f.name,
				fmt.Sprintf("%s is set in the %s %s itself and cannot be set here", f.name, t.Route.Kind, t.Route.Name), "set it there"))
		}
	}
	return found
}
