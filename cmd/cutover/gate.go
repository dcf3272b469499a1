package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
)

// past is what Git knows of how a release came to where it stands.
type past struct {
	stands  []stand // on the branch that the agent follows, newest first
	now     time.Time
	arrives time.Duration // an agent has applied by then what it follows
	pushed  bool          // the ground is what the agent follows
}

// past reads the history of a release as far back as an agent may lag, and as
// far as a span that is given. Without Git it is empty.
func (v *life) past(g ground, span schemas.Duration) (past, error) {
	p := past{now: v.now(), arrives: v.arrives, pushed: true}
	if g.head == "" {
		return p, nil
	}
	rev := v.followed(g)
	stands, err := g.stands(rev, func(s stand) bool {
		return s.stood(p.now) >= p.arrives && p.now.Sub(s.since) >= time.Duration(span)
	})
	if err != nil {
		return p, err
	}
	_, key, err := g.built(g.head)
	p.stands, p.pushed = stands, len(stands) > 0 && stands[0].key == key
	return p, err
}

// followed is the revision that the agent follows: the one given, or the
// upstream branch as it was last seen, or what is checked out.
func (v *life) followed(g ground) string {
	if v.delivery != "" {
		return v.delivery
	}
	if up, ok := g.repo.Upstream(); ok {
		return up
	}
	return g.head
}

// gate is all that may keep a move from being made.
func (v *life) gate(g ground, m move) ([]schemas.Finding, error) {
	p, err := v.past(g, 0)
	if err != nil {
		return nil, err
	}
	var found []schemas.Finding
	if r := g.release; r.Spec.Paused != nil && !m.resumes && m.verb != "abort" && m.verb != "rollback" {
		found = append(found, r.Find("paused", "spec.paused", r.Spec.Paused.Reason, "promote --resume takes it away; abort is never held up"))
	}
	if !m.eager {
		found = append(found, g.held(m, p)...)
	}
	edges, err := v.edges(g, m, p)
	found = append(found, edges...)
	if m.eager {
		for i := range found {
			found[i].Severity = max(found[i].Severity, schemas.Warning)
		}
	}
	return found, err
}

// held: a stage is left once its time is over.
func (g ground) held(m move, p past) []schemas.Finding {
	hold := time.Duration(m.hold)
	f := g.release.Find("hold", "spec.stage", "", "wait, or --force")
	switch {
	case hold == 0:
		return nil
	case g.head == "":
		f.Severity = schemas.Warning
		f.Message = fmt.Sprintf("%s is to stand for %s, and without Git nobody knows since when it does", m.from.Name, m.hold)
		f.Hint = ""
	case !p.pushed:
		f.Message = fmt.Sprintf("%s is to stand for %s, and it is not pushed yet", m.from.Name, m.hold)
		f.Hint = "git push, then wait"
	case p.stands[0].stood(p.now) < hold:
		left := hold - p.stands[0].stood(p.now)
		f.Message = fmt.Sprintf("%s is to stand for %s: %s to go", m.from.Name, m.hold, brief(left))
	default:
		return nil
	}
	return []schemas.Finding{f}
}

// edges verifies what an agent may do: go on from where the release stands, or,
// if it has not applied that yet, from where it stood before.
func (v *life) edges(g ground, m move, p past) ([]schemas.Finding, error) {
	to, found := g.state(m.tree)
	from, more := g.present()
	found = append(found, more...)
	if schemas.Failed(found) {
		return found, nil
	}
	name := fmt.Sprintf("%s: %s → %s", g.name(), m.from.Name, m.to.Name)
	known := from.Check(name)
	for _, f := range to.Check(name) {
		if !slices.ContainsFunc(known, func(k schemas.Finding) bool { return k.ID == f.ID && k.Message == f.Message }) {
			found = append(found, f)
		}
	}
	found = append(found, verify.Edge{Name: name, From: from, To: to}.Check()...)
	if v.observed != "" {
		more, err := v.evidence(from)
		return append(found, more...), err
	}
	for _, s := range p.skipped() {
		tree, err := g.treeAt(s.rev)
		if err != nil {
			return nil, err
		}
		before, unreadable := g.state(tree)
		if s.stage == "" || schemas.Failed(unreadable) {
			continue // not rendered by then
		}
		name := fmt.Sprintf("%s: %s → %s", g.name(), s.stage, m.to.Name)
		if more := (verify.Edge{Name: name, From: before, To: to}).Check(); schemas.Failed(more) {
			found = append(append(found, g.squashFinding(m, p, s)), more...)
		}
	}
	return found, nil
}

// evidence is what --observed shows: whether the state before is in the cluster.
func (v *life) evidence(from verify.State) ([]schemas.Finding, error) {
	if v.cluster == nil {
		live, found, err := folder.State(".", v.observed, v.stdin)
		if err != nil || schemas.Failed(found) {
			return found, err
		}
		v.cluster = live
	}
	return verify.Arrived(from, v.cluster), nil
}

// skipped are the stands from which an agent may go straight to the next state:
// those before the last that stood long enough to have been applied.
func (p past) skipped() []stand {
	for i, s := range p.stands {
		if s.stood(p.now) >= p.arrives {
			if i == 0 && p.pushed {
				return nil
			}
			return p.stands[:i+1][min(i+1, p.first()):]
		}
	}
	return p.stands[min(len(p.stands), p.first()):]
}

// first is the first stand that is not where the release stands itself.
func (p past) first() int {
	if p.pushed {
		return 1
	}
	return 0
}

func (g ground) squashFinding(m move, p past, s stand) schemas.Finding {
	why := fmt.Sprintf("%s has stood for %s only", m.from.Name, brief(p.stands[0].stood(p.now)))
	if !p.pushed {
		why = m.from.Name + " is not pushed yet"
	}
	still := s.stage
	if still == m.to.Name {
		still += " of the release before"
	}
	return g.release.Find("squash", "spec.stage", fmt.Sprintf("%s: an agent that is still at %s goes straight to %s", why, still, m.to.Name),
		fmt.Sprintf("wait until it has arrived: --arrives (%s) says when, --observed shows it; or --force", brief(p.arrives)))
}

// brief is a span of time in whole seconds.
func brief(d time.Duration) schemas.Duration { return schemas.Duration(d.Round(time.Second)) }

// staleFinding: what is rendered is not what would be.
func (g ground) staleFinding(files []string) schemas.Finding {
	return schemas.Finding{
		File: g.Shown(overlay.Root), ID: "stale",
		Message: fmt.Sprintf("%d files are not what would be rendered, %s first", len(files), g.Shown(files[0])), Hint: "cutover render, and commit that first: a change of stage is a commit of its own",
	}
}

// drained is how long the release has to stay where it is before the pods of a
// track go that had requests a short while ago. All stands of that while count:
// the one before may be the same stage with other manifests, and what is not
// pushed has taken no requests away.
func (g ground) drained(m move, p past) schemas.Duration {
	goes := func(track string) bool { return m.from.Running(track) && !m.to.Running(track) }
	if !goes(schemas.Blue) && !goes(schemas.Green) {
		return 0
	}
	for _, s := range p.stands[min(len(p.stands), p.first()):] {
		if s.stage == "" || s.stage == "stable" {
			return 0 // this candidate was not there yet
		}
		if slices.Contains(schemas.Adoption[:], s.stage) {
			return m.from.Hold
		}
		weight, known := stage.WeightAt(g.release, s.stage)
		if weight > 0 || !known || s.stage == "preview" {
			return m.from.Drain
		}
	}
	return 0
}
