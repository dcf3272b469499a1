package round

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/git"
	"github.com/cutoverdev/cutover/cmd/internal/release"
	"github.com/cutoverdev/cutover/fn/advance"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
)

// Go makes one round. The error is of what could not be read, or of a move that was
// refused; what is wrong with one release keeps no other from its move.
func (o Round) Go(ctx context.Context) ([]*Result, error) {
	fleet := &git.Fleet{}
	defer fleet.Close()
	all, failed := o.look(ctx, fleet)
	if o.Dry { // nothing is committed, so that what was read of the repositories still holds
		o.Fleet = fleet
	}
	sets := together(all)
	if o.Dry {
		return all, errors.Join(failed, o.tries(ctx, sets))
	}
	for _, set := range sets {
		o.decide(ctx, set)
		failed = errors.Join(failed, o.moved(set))
	}
	return all, failed
}

// tries decides, and tries all moves, several at a time: none changes anything.
func (o Round) tries(ctx context.Context, sets [][]*Result) error {
	errs, said := make([]error, len(sets)), make([]bytes.Buffer, len(sets))
	busy := make(chan struct{}, runtime.GOMAXPROCS(0))
	var all sync.WaitGroup
	for i, set := range sets {
		o.decide(ctx, set)
		busy <- struct{}{}
		all.Go(func() {
			one := o
			one.Stderr = &said[i]
			errs[i] = one.moved(set)
			<-busy
		})
	}
	all.Wait()
	for i := range said {
		_, _ = said[i].WriteTo(o.Stderr)
	}
	return errors.Join(errs...)
}

// moved makes a move. Its error says whose it is.
func (o Round) moved(set []*Result) error {
	if err := o.move(set); err != nil {
		return fmt.Errorf("%s/%s: %w", set[0].Folder, cmp.Or(set[0].Set, set[0].Release), err)
	}
	return nil
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

// decide says what becomes of a release, or of a set: all its verdicts count, so that what
// is worse takes all back, and all go on once nothing speaks against any.
func (o Round) decide(ctx context.Context, set []*Result) {
	f := facts(set)
	d := advance.Decide(f)
	if d.Act == advance.Promote { // programs judge last: they take long, and may cost
		f.Verdicts = nil
		for _, r := range set {
			r.verdicts = append(r.verdicts, o.commands(ctx, r)...)
			f.Verdicts = append(f.Verdicts, r.named()...)
		}
		d = advance.Decide(f)
	}
	if next := waiting(set); o.Starts && len(next) > 0 && d.Act == advance.Nothing && !f.UnderWay {
		d = advance.Decision{Act: advance.Start, Reasons: next}
	}
	for _, r := range set {
		r.Act, r.Reasons = d.Act, append([]string{}, d.Reasons...)
		r.written()
	}
}

// facts are what is known of a set.
func facts(set []*Result) advance.Facts {
	f := advance.Facts{Stood: set[0].since}
	for _, r := range set {
		r.adds(&f)
	}
	return f
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

// move makes the move that was decided, of a set as one. What others were faster with is
// left to them.
func (o Round) move(set []*Result) error {
	first := set[0]
	d := advance.Decision{Act: first.Act, Reasons: first.Reasons}
	var err error
	switch first.Act {
	case advance.Nothing, advance.Wait:
		return nil
	case advance.Start:
		err = release.Begin(first.Folder, o.Options, first.look)
	default:
		var grounds []string
		for _, r := range set {
			grounds = append(grounds, r.grounds()...)
		}
		err = release.Advance(first.Folder, o.Options, first.look, d, within(grounds))
	}
	for _, r := range set {
		r.Done = err == nil && !o.Dry
		if err != nil {
			r.Error = err.Error()
		}
	}
	if errors.Is(err, release.ErrMoved) {
		return nil
	}
	return err
}

// mostGrounds bounds the evidence in a commit, in bytes.
const mostGrounds = 16 << 10

// within are the lines of evidence that a commit has room for.
func within(grounds []string) []string {
	size := 0
	for i, g := range grounds {
		if size += len(g); size > mostGrounds && i > 0 {
			return append(grounds[:i:i], fmt.Sprintf("and %d more, which cutover advance has printed", len(grounds)-i))
		}
	}
	return grounds
}
