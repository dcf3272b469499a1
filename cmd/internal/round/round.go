package round

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/git"
	"github.com/cutoverdev/cutover/cmd/internal/release"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/fn/advance"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
)

// Go makes one round. The error is of what could not be read, or of a move that was
// refused; what is wrong with one release keeps no other from its move.
func (o Round) Go(ctx context.Context) ([]*Result, error) {
	fleet := &git.Fleet{}
	defer fleet.Close()
	all, failed := o.look(fleet)
	if o.Dry { // nothing is committed, so that what was read of the repositories still holds
		o.Fleet = fleet
	}
	var judged []*Result
	for _, r := range all {
		if r.judged {
			r.asked = advance.Questions(r.look.Of, r.look.At.Stage, r.since)
			if len(r.webs) > 0 && !o.Webs {
				r.verdicts = []advance.Verdict{advance.Unknown("JSON APIs are not asked without --web")}
				continue
			}
			judged = append(judged, r)
		}
	}
	if err := o.ask(ctx, judged, o.Now()); err != nil {
		failed = errors.Join(failed, err)
		for _, r := range judged {
			r.verdicts = []advance.Verdict{advance.Unknown(err.Error())}
		}
	}
	for _, r := range all {
		o.decide(ctx, r)
		if err := o.move(r); err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s/%s: %w", r.Folder, r.Release, err))
		}
	}
	return all, failed
}

// look looks at the releases of all folders. No lock is held: what is decided is done
// only if the release still stands as it was seen.
func (o Round) look(fleet *git.Fleet) ([]*Result, error) {
	looks := make(chan []release.Look, 1)
	looks <- nil
	in := o.Options
	in.Fleet = fleet
	err := o.Each(func(dir string, _, stderr io.Writer) error {
		here, found, err := release.Looks(dir, in)
		for i := range here {
			here[i] = here[i].Bare()
		}
		looks <- append(<-looks, here...)
		if err != nil {
			return err
		}
		return report.Errors(stderr, found)
	})
	var all []*Result
	for _, l := range <-looks {
		if o.Release == "" || o.Release == l.Release {
			all = append(all, o.seen(l))
		}
	}
	slices.SortFunc(all, func(a, b *Result) int {
		return strings.Compare(a.Folder+"\x00"+a.Release, b.Folder+"\x00"+b.Release)
	})
	return all, err
}

// seen is a release before anything is decided.
func (o Round) seen(l release.Look) *Result {
	r := &Result{Folder: l.Folder, Release: l.Release, Stage: l.Stage, Act: advance.Nothing, look: l}
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

// decide says what becomes of a release.
func (o Round) decide(ctx context.Context, r *Result) {
	l := r.look
	f := advance.Facts{UnderWay: l.Stage != "stable" && l.Stage != "", Judged: r.judged, Verdicts: r.verdicts, Stood: r.since}
	switch {
	case r.after || l.Stage == "retire" && r.judged:
		f.Back = advance.Rollback
	case l.At.Abort != "" && !l.At.Twin:
		f.Back = advance.Abort
	}
	if a := l.Of.Spec.Analysis; a != nil {
		f.Deadline = time.Duration(a.Deadline)
	}
	for _, b := range l.Blocked {
		f.Blocked = append(f.Blocked, schemas.Finding{ID: b.ID, Message: b.Message})
		f.Paused = f.Paused || b.ID == "paused"
	}
	d := advance.Decide(f)
	if d.Act == advance.Promote { // programs judge last: they take long, and may cost
		r.verdicts = append(r.verdicts, o.commands(ctx, r)...)
		f.Verdicts = r.verdicts
		d = advance.Decide(f)
	}
	if next := l.Waiting; o.Starts && l.Stage == "stable" && next != "" && d.Act == advance.Nothing {
		d = advance.Decision{Act: advance.Start, Reasons: []string{"spec.next is " + next}}
	}
	r.Act, r.Reasons = d.Act, append([]string{}, d.Reasons...)
	r.written()
}

// move makes the move that was decided. What others were faster with is left to them.
func (o Round) move(r *Result) error {
	d := advance.Decision{Act: r.Act, Reasons: r.Reasons}
	var err error
	switch r.Act {
	case advance.Nothing, advance.Wait:
		return nil
	case advance.Start:
		err = release.Begin(r.Folder, o.Options, r.look)
	default:
		err = release.Advance(r.Folder, o.Options, r.look, d, r.grounds())
	}
	r.Done = err == nil && !o.Dry
	if err != nil {
		r.Error = err.Error()
	}
	if errors.Is(err, release.ErrMoved) {
		return nil
	}
	return err
}
