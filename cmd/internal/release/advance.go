package release

import (
	"fmt"
	"strings"

	"github.com/cutoverdev/cutover/cmd/internal/git"
	"github.com/cutoverdev/cutover/fn/advance"
)

// Advance does what was decided of a release that was looked at, as one commit with the
// evidence in it. Whatever has become of the release since then, nothing is done that was
// not decided for it. A promotion that is only tried has been through the same gate when
// it was looked at.
func Advance(dir string, o Options, l Look, d advance.Decision, grounds []string) error {
	o.Release = l.Release
	v := life{Options: o, expect: l.seen, grounds: grounds}
	switch d.Act {
	case advance.Promote:
		if o.Dry && o.Branch == "" && !l.draft {
			return nil
		}
		p := promote{life: v}
		return p.run(dir, p.decide)
	case advance.Abort:
		v.reason = ": " + strings.Join(d.Reasons, "; ")
		return v.run(dir, v.abort)
	case advance.Rollback:
		r := rollback{life: v}
		return r.run(dir, r.decide)
	}
	return nil
}

// Begin starts the version that spec.next names.
func Begin(dir string, o Options, l Look) error {
	o.Release = l.Release
	s := start{life: life{Options: o, expect: l.seen}}
	return s.run(dir, s.decide)
}

// Settle ends what a call that died has left, and takes up what others have pushed if
// this one is going to push.
func Settle(dir string, o Options) error {
	repo, ok, err := git.Open(dir)
	if err != nil || !ok || o.Dry {
		return err
	}
	defer repo.Close()
	release, err := repo.Lock()
	if err != nil {
		return fmt.Errorf("lock the repository: %w", err)
	}
	defer release()
	if _, err := repo.Recover(); err != nil || !o.Push || !repo.Behind() {
		return err
	}
	return repo.CatchUp()
}
