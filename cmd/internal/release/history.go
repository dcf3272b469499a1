package release

import (
	"strings"
	"time"

	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/schemas"
)

// history is what Git knows of how a release came to where it stands.
type history struct {
	residences []residence // on the branch that the agent follows, newest first
	now        time.Time
	arrives    time.Duration // an agent has applied by then what it follows
	pushed     bool          // what is checked out is what the agent follows
}

// history reads it of a release as far back as an agent may lag, and as
// far as a span that is given. Without Git it is empty.
func (v *life) history(co checkout, span schemas.Duration) (history, error) {
	p := history{now: v.Now(), arrives: time.Duration(v.arrival(co.release)), pushed: true}
	if co.head == "" {
		return p, nil
	}
	rev := v.followed(co)
	stands, err := co.residences(rev, func(s residence) bool {
		return s.stood(p.now) >= p.arrives && p.now.Sub(s.since) >= time.Duration(span)
	})
	if err != nil {
		return p, err
	}
	_, key, err := co.built(co.head)
	p.residences, p.pushed = stands, len(stands) > 0 && stands[0].key == key
	return p, err
}

// followed is the revision that the agent follows: the one given, or the
// upstream branch as it was last seen, or what is checked out.
func (v *life) followed(co checkout) string {
	if v.Delivery != "" {
		return v.Delivery
	}
	if up, ok := co.repo.Upstream(); ok {
		return up
	}
	return co.head
}

// skipped are the stands from which an agent may go straight to the next state:
// those before the last that stood long enough to have been applied.
func (p history) skipped() []residence {
	for i, s := range p.residences {
		if s.stood(p.now) >= p.arrives {
			if i == 0 && p.pushed {
				return nil
			}
			return p.residences[:i+1][min(i+1, p.first()):]
		}
	}
	return p.residences[min(len(p.residences), p.first()):]
}

// first is the first stand that is not where the release stands itself.
func (p history) first() int {
	if p.pushed {
		return 1
	}
	return 0
}

// residences walks back the first-parent history of a revision, the newest one
// first, until there is enough. What other releases and shared/ do is not seen.
func (co checkout) residences(rev string, enough func(residence) bool) ([]residence, error) {
	commits, err := co.repo.History(rev, overlay.Root+"/"+co.name(), overlay.Live)
	if err != nil {
		return nil, err
	}
	var all []residence
	for _, c := range commits {
		stage, key, err := co.built(c.Hash)
		if err != nil {
			return nil, err
		}
		last := len(all) - 1
		switch {
		case last >= 0 && all[last].key == key:
			all[last].since = c.When
			continue
		case last >= 0 && enough(all[last]):
			return all, nil
		}
		next := residence{stage: stage, key: key, rev: c.Hash, since: c.When}
		if last >= 0 {
			next.until = all[last].since
		}
		all = append(all, next)
	}
	return all, nil
}

// built names what live/ builds for the release at a commit: the stage, and the
// content of all folders that make it.
func (co checkout) built(rev string) (stage, key string, err error) {
	if co.past.built == nil {
		return co.builtAt(rev)
	}
	at := [2]string{rev, co.name()}
	known, ok := co.past.built[at]
	if !ok {
		known.stage, known.key, err = co.builtAt(rev)
		if err != nil {
			return "", "", err
		}
		co.past.built[at] = known
	}
	return known.stage, known.key, nil
}

// builtAt is built, read anew.
func (co checkout) builtAt(rev string) (stage, key string, err error) {
	read := func(name string) ([]byte, bool) {
		data, ok, failed := co.repo.File(rev, name)
		if failed != nil {
			err = failed
		}
		return data, ok
	}
	points, ok := co.past.points[rev]
	if !ok {
		live, failed := co.liveAt(rev)
		if failed != nil {
			return "", "", failed
		}
		points = pointersIn(live)
		if co.past.points != nil {
			co.past.points[rev] = points
		}
	}
	stage, ok = points.stages[co.name()]
	if !ok {
		return "", "", err
	}
	var ids []string
	for _, dir := range overlay.Builds(read, co.name(), stage, points.clusters) {
		id, failed := co.repo.ID(rev, dir)
		if failed != nil {
			return "", "", failed
		}
		ids = append(ids, id)
	}
	return stage, strings.Join(ids, " "), err
}

// treeAt is rendered/ at a revision.
func (co checkout) treeAt(rev string) (overlay.Tree, error) {
	tree := overlay.Tree{}
	return tree, co.repo.Files(tree, rev, overlay.Root)
}
