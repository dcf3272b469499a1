package page

import (
	"slices"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/check"
	"github.com/cutoverdev/cutover/cmd/internal/load"
	"github.com/cutoverdev/cutover/cmd/internal/release"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
)

// Page is what there is to see of some releases.
type Page struct {
	At    time.Time // when it was drawn
	Cards []Card    // in the order of their folders
}

// Card is one release, or a set of those that move together, which stands before its
// members.
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
	Members []string // of a set: the stages of its members
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
	for _, one := range standing { // what is not committed yet is not among them
		if len(one.Members) > 0 {
			i := slices.IndexFunc(sets, func(s generators.Set) bool { return s.Name == one.Release })
			cards = append(cards, Card{one, joint(sets[i]), nextOfSet(sets[i], moves)})
			continue
		}
		i := slices.IndexFunc(l.Out.Releases, func(r generators.Release) bool {
			return r.Metadata.Name == one.Release && r.Metadata.Namespace == one.Namespace
		})
		if i >= 0 {
			cards = append(cards, Card{one, stages(l.Out.Releases[i]), next(l.Out.Releases[i], moves)})
		}
	}
	reports := check.Moves(l, moves, o)
	for _, c := range cards {
		if c.Next != nil {
			c.Next.Report = reports[c.Release]
		}
	}
	return cards
}

// joint are the stages of a set.
func joint(s generators.Set) []Stage {
	var all []Stage
	now, _ := s.At() // else a finding by now
	for _, at := range s.Stages {
		one := Stage{Name: at.Name, Here: at.Name == now.Name, Twin: at.Twin, Members: at.At}
		for i, r := range s.Members {
			own, _ := r.Stage(at.At[i])
			one.Hold = max(one.Hold, own.Hold)
		}
		all = append(all, one)
	}
	return all
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
// checked. The commits of one that moves with a set are those of the set.
func next(r generators.Release, moves map[string][2]string) *Commit {
	at, _ := r.Stage(r.Spec.Stage)
	end, ok := r.Stage(at.Next)
	if !ok || r.Set() != "" {
		return nil
	}
	moves[r.Metadata.Name] = [2]string{at.Name, end.Name}
	return &Commit{
		From: at.Name, To: end.Name, Changes: stage.Changes(at.Stage, end.Stage),
		Diff: load.Diff(at.Name, end.Name, r.Objects(at), r.Objects(end)),
	}
}

// nextOfSet is the commit that leaves the stage of a set, and all that it changes.
func nextOfSet(s generators.Set, moves map[string][2]string) *Commit {
	now, _ := s.At() // else a finding by now
	then, ok := s.Stage(now.Next)
	if !ok {
		return nil
	}
	moves[s.Name] = [2]string{now.Name, then.Name}
	c := &Commit{From: now.Name, To: then.Name}
	var before, after []kube.Object
	for i, r := range s.Members {
		at, _ := r.Stage(now.At[i])
		end, _ := r.Stage(then.At[i])
		for _, change := range stage.Changes(at.Stage, end.Stage) {
			c.Changes = append(c.Changes, r.Metadata.Name+": "+change)
		}
		before, after = append(before, r.Objects(at)...), append(after, r.Objects(end)...)
	}
	c.Diff = load.Diff(now.Name, then.Name, before, after)
	return c
}
