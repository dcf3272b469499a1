package page

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/check"
	"github.com/cutoverdev/cutover/cmd/internal/load"
	"github.com/cutoverdev/cutover/cmd/internal/release"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
)

// Page is what there is to see of some releases.
type Page struct {
	At    time.Time // when it was drawn
	Cards []Card    // in the order of their folders
}

// Card is one release.
type Card struct {
	release.Standing
	Stages []Stage
	Next   *Commit // what promote, or at stable start, would commit; nil if nothing follows
}

// Stage is one stage of a release.
type Stage struct {
	Name    string
	Here    bool    // the release stands here
	Twin    bool    // only an abort leads here
	Shares  []Share // of the requests; none where each pod answers as many as any other
	Pods    []Share // that are guaranteed
	Hold    schemas.Duration
	Changes []string // on the way in
}

// Share is what one track has: percent of the requests, or pods.
type Share struct {
	Track  string
	Amount int
}

// Commit is the way from one stage to the next.
type Commit struct {
	From, To string
	Changes  []string
	Diff     string // unified, object by object
	Report   report.Report
}

// Outcome is what is said of the next commit, "" if there is none.
func (c Card) Outcome() report.Outcome {
	if c.Next == nil {
		return ""
	}
	return c.Next.Report.Outcome()
}

// Moving reports whether the release is under way.
func (c Card) Moving() bool { return c.Stage != "stable" }

// Of reads the releases of one folder, which is loaded. Standing is what
// [release.Status] says of them.
func Of(l load.Loaded, standing []release.Standing, o check.Options) []Card {
	var cards []Card
	moves, sets := map[string][2]string{}, generators.Sets(l.Out.Releases)
	for _, r := range l.Out.Releases {
		i := slices.IndexFunc(standing, func(s release.Standing) bool {
			return s.Release == r.Metadata.Name && s.Namespace == r.Metadata.Namespace && len(s.Members) == 0
		})
		if i >= 0 { // else it is not committed yet
			cards = append(cards, Card{standing[i], stages(r), next(r, moves, sets)})
		}
	}
	reports := check.Moves(l, moves, o)
	for _, c := range cards {
		if c.Next != nil {
			c.Next.Report = reports[cmp.Or(c.Set, c.Release)]
		}
	}
	return cards
}

func stages(r generators.Release) []Stage {
	var all []Stage
	for i, s := range r.Stages {
		one := Stage{Name: s.Name, Here: s.Name == r.Spec.Stage, Twin: s.Twin, Hold: s.Hold, Changes: Changes(r, i)}
		for _, t := range schemas.TrackNames {
			one.Pods = append(one.Pods, Share{t, s.Pods(t)})
			if !s.Shared() && s.Main != schemas.Plain {
				one.Shares = append(one.Shares, Share{t, s.Weight(t)})
			}
		}
		if s.Plain > 0 {
			one.Pods = append(one.Pods, Share{schemas.Plain, s.Plain})
		}
		if s.Main == schemas.Plain && !s.Shared() {
			one.Shares = []Share{{schemas.Plain, 100}}
		}
		all = append(all, one)
	}
	return all
}

// Changes says what the edge into a stage changes: from the stage before it, or
// into a twin from the stage it was made for.
func Changes(r generators.Release, i int) []string {
	s := r.Stages[i].Stage
	if i == 0 {
		return nil
	}
	from := r.Stages[i-1].Stage
	if s.Twin {
		from, _ = stage.Find(r.Plan(), strings.TrimSuffix(s.Name, "-abort"))
	}
	return stage.Changes(from, s)
}

// next is the commit that leaves the stage of a release, and notes the move that has to be
// checked: the release's, or that of the set that it moves with. A member that stays where
// it is has none.
func next(r generators.Release, moves map[string][2]string, sets []generators.Set) *Commit {
	at, _ := r.Stage(r.Spec.Stage)
	name, from, to := r.Metadata.Name, at.Name, at.Next
	for _, s := range sets {
		if s.Name != r.Set() {
			continue
		}
		i := slices.IndexFunc(s.Members, func(m generators.Release) bool { return m.Metadata.Name == name })
		now, _ := s.At() // else a finding by now
		then, ok := s.Stage(now.Next)
		if !ok || then.At[i] == at.Name {
			return nil
		}
		name, from, to = s.Name, now.Name, then.At[i]
		moves[name] = [2]string{from, then.Name}
	}
	end, ok := r.Stage(to)
	if !ok {
		return nil
	}
	if r.Set() == "" {
		moves[name] = [2]string{from, to}
	}
	return &Commit{
		From: at.Name, To: end.Name, Changes: stage.Changes(at.Stage, end.Stage),
		Diff: load.Diff(at.Name, end.Name, r.Objects(at), r.Objects(end)),
	}
}
