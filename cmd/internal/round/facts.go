package round

import (
	"cmp"
	"slices"
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/release"
	"github.com/cutoverdev/cutover/fn/advance"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
)

// about are the results that the round is about: all, or that of a release and of what
// moves together with it.
func (o Round) about(all []*Result) []*Result {
	if o.Release == "" {
		return all
	}
	set := o.Release
	for _, r := range all {
		if r.Release == o.Release && r.Set != "" {
			set = r.Set
		}
	}
	return slices.DeleteFunc(all, func(r *Result) bool { return r.Release != o.Release && (r.Set == "" || r.Set != set) })
}

// together are the results of what moves as one: of one release, or of all of a set.
func together(all []*Result) [][]*Result {
	var sets [][]*Result
	for _, r := range all {
		i := slices.IndexFunc(sets, func(s []*Result) bool { return r.Set != "" && s[0].Set == r.Set && s[0].Folder == r.Folder })
		if i < 0 {
			sets = append(sets, []*Result{r})
			continue
		}
		sets[i] = append(sets[i], r)
	}
	return sets
}

// seen is a release before anything is decided.
func (o Round) seen(l release.Look) *Result {
	r := &Result{Folder: l.Folder, Release: l.Release, Set: l.Set, Stage: l.Stage, Act: advance.Nothing, look: l}
	if l.Since != nil {
		r.since = o.Now().Sub(*l.Since)
	}
	a := l.Of.Spec.Analysis
	if a == nil {
		return r
	}
	live := l.Of.Spec.Live
	back := l.Of.Spec.Tracks.Get(live).Snapshot == "keep" // from a newer one: to go to and fro between two bad ones helps nobody
	if l.Stage == "stable" && !back && r.since > 0 && a.After > 0 && r.since < time.Duration(a.After) {
		r.after = true
		r.look.At.Stage = stage.Stage{Name: "stable", Main: live, Candidate: live, Split: stage.Split{Weight: 100}}
	}
	r.judged = advance.Judges(l.Of, r.look.At.Stage)
	for _, m := range a.Metrics {
		if m.Web != nil && advance.Judged(r.look.At.Stage) {
			r.webs, r.judged = append(r.webs, m), true
		}
	}
	return r
}

// facts are what is known of a set.
func facts(set []*Result) advance.Facts {
	f := advance.Facts{Stood: set[0].since}
	for _, r := range set {
		r.adds(&f)
	}
	return f
}

// adds puts what is known of a release to what is known of its set.
func (r *Result) adds(f *advance.Facts) {
	l := r.look
	f.UnderWay = f.UnderWay || l.Stage != "stable" && l.Stage != ""
	f.Judged = f.Judged || r.judged
	f.Verdicts = append(f.Verdicts, r.named()...)
	if l.Stage != "stable" {
		f.Stood = min(f.Stood, r.since) // the last that moved
	}
	abort, twin := l.At.Abort, l.At.Twin
	if l.Set != "" {
		abort, twin = l.Joint.Abort, l.Joint.Twin
	}
	switch {
	case r.after || l.Stage == "retire" && r.judged:
		f.Back = advance.Rollback
	case abort != "" && !twin:
		f.Back = advance.Abort
	}
	if a := l.Of.Spec.Analysis; a != nil && a.Deadline > 0 && (r.judged || r.Set == "") {
		f.Deadline = cmp.Or(min(f.Deadline, time.Duration(a.Deadline)), time.Duration(a.Deadline))
	}
	for _, b := range l.Blocked {
		block := schemas.Finding{ID: b.ID, Message: b.Message}
		if !slices.Contains(f.Blocked, block) {
			f.Blocked = append(f.Blocked, block)
		}
		f.Paused = f.Paused || b.ID == "paused"
	}
}

// waiting are the versions that could be started, as reasons.
func waiting(set []*Result) []string {
	var all []string
	for _, r := range set {
		if next := r.look.Waiting; next != "" && r.look.Stage == "stable" {
			reason := "spec.next is " + next
			if r.Set != "" {
				reason = r.Release + ": " + reason
			}
			all = append(all, reason)
		}
	}
	return all
}
