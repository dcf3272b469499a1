package round

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"github.com/cutoverdev/cutover/cmd/internal/git"
	"github.com/cutoverdev/cutover/cmd/internal/release"
	"github.com/cutoverdev/cutover/fn/advance"
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
