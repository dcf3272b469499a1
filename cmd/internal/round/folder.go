package round

import (
	"cmp"
	"context"
	"errors"
	"io"
	"runtime"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/cmd/internal/ask"
	"github.com/cutoverdev/cutover/cmd/internal/git"
	"github.com/cutoverdev/cutover/cmd/internal/release"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/fn/advance"
)

// Waiting is how many folders are open at a time: while answers for some are waited for,
// others are looked at.
const Waiting = 8

// look looks at the releases of all folders, and asks what their analyses want to know. No
// lock is held: what is decided is done only if the release still stands as it was seen.
func (o Round) look(ctx context.Context, fleet *git.Fleet) ([]*Result, error) {
	l := &looking{Round: o, asker: &ask.Asker{}, busy: make(chan struct{}, runtime.GOMAXPROCS(0))}
	l.Fleet = fleet
	defer l.asker.Close()
	err := o.Each(func(dir string, _, stderr io.Writer) error {
		l.busy <- struct{}{}
		defer func() { <-l.busy }()
		found, err := release.Looks(dir, l.Options, func(looks []release.Look) error { return l.folder(ctx, looks) })
		if err != nil {
			return err
		}
		return report.Errors(stderr, found)
	})
	slices.SortFunc(l.all, func(a, b *Result) int {
		return cmp.Or(strings.Compare(a.Folder, b.Folder), strings.Compare(a.Release, b.Release))
	})
	slices.SortFunc(l.wrong, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return l.all, errors.Join(append([]error{err}, l.wrong...)...)
}

// folder is all that is found out of the releases of a folder. What is proven of them is
// proven while the answers are on their way, or, in brief, if they leave something to prove.
func (l *looking) folder(ctx context.Context, looks []release.Look) error {
	var here []*Result
	for _, one := range looks {
		here = append(here, l.seen(one))
	}
	here = l.about(here)
	answer := l.ask(ctx, here)
	if !l.Brief {
		prove(here)
	}
	<-l.busy
	answer.come()
	l.busy <- struct{}{}
	l.judge(answer)
	for _, set := range together(here) {
		if hangs(set) {
			prove(set)
		}
	}
	var failed error
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range here {
		r.look = r.look.Bare()
		if r.unproven == nil {
			l.all = append(l.all, r)
			continue
		}
		failed = errors.Join(failed, r.unproven)
	}
	return failed
}

// hangs reports whether what becomes of a set hangs on what the verifier says, or a person
// is told of it: it goes on, or is held by a pause.
func hangs(set []*Result) bool {
	d := advance.Decide(facts(set))
	return d.Act == advance.Promote || d.Act == advance.Nothing
}

// prove completes what keeps releases where they are.
func prove(all []*Result) {
	for _, r := range all {
		r.unproven = errors.Join(r.unproven, r.look.Prove())
	}
}
