package release

import (
	"fmt"
	"slices"
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/fn/advance"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/fn/verify/agent"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/state"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
)

// gate is all that may keep a move from being made.
func (v *life) gate(co checkout, m move) ([]schemas.Finding, error) {
	found, prove, err := v.gates(co, m)
	if err != nil {
		return nil, err
	}
	edges, err := prove()
	found = append(found, edges...)
	if m.neverRefused {
		for i := range found {
			found[i].Severity = max(found[i].Severity, schemas.Warning)
		}
	}
	return found, err
}

// prover finds out what the verifier says of a move, which takes longer than all else.
type prover func() ([]schemas.Finding, error)

// gates is the gate in two parts: what is seen at once, and what has to be proven.
func (v *life) gates(co checkout, m move) ([]schemas.Finding, prover, error) {
	var found []schemas.Finding
	var pasts []history
	for i, part := range m.each() {
		p, more, err := v.ready(co.on(co.subjects()[i]), part)
		if err != nil {
			return nil, nil, err
		}
		pasts, found = append(pasts, p), append(found, more...)
	}
	return found, func() ([]schemas.Finding, error) { return v.edges(co, m, pasts) }, nil
}

// ready is what may keep one release from being moved, whatever the edge is: a pause, a
// window, a hold, jobs.
func (v *life) ready(co checkout, m move) (history, []schemas.Finding, error) {
	p, err := v.history(co, 0)
	if err != nil {
		return p, nil, err
	}
	var found []schemas.Finding
	if r := co.release; r.Spec.Paused != nil && !m.resumes && m.verb != "abort" && m.verb != "rollback" {
		found = append(found, r.Find("paused", "spec.paused", r.Spec.Paused.Reason, "promote --resume takes it away; abort works while paused"))
	}
	if m.verb == "promote" || m.verb == "start" {
		closed, err := co.closed(p.now)
		if err != nil {
			return p, nil, err
		}
		found = append(found, closed...)
	}
	if !m.neverRefused {
		found = append(found, co.held(m, p)...)
		found = append(found, v.unproven(co, m)...)
	}
	gone, err := co.contracted(m)
	return p, append(found, gone...), err
}

// closed: releases go on in some windows, or not in others.
func (co checkout) closed(now time.Time) ([]schemas.Finding, error) {
	why, err := advance.Closed(co.release.Spec.Windows, now, time.LoadLocation)
	if err != nil || why == "" {
		return nil, err
	}
	return []schemas.Finding{co.release.Find("window", "spec.windows", why, "wait, or --force; abort and rollback always work")}, nil
}

// held: a stage is left once its time is over.
func (co checkout) held(m move, p history) []schemas.Finding {
	hold := time.Duration(m.hold)
	f := co.release.Find("hold", "spec.stage", "", "wait, or --force")
	if m.drains {
		f.Hint = fmt.Sprintf("%s had requests a short while ago, and its pods stay for %s (strategy.drain): wait, or --force",
			m.from.Candidate, m.hold)
	}
	switch {
	case hold == 0:
		return nil
	case co.head == "":
		f.Severity = schemas.Warning
		f.Message = fmt.Sprintf("%s must be held for %s, and without Git nobody knows since when it has been", m.from.Name, m.hold)
		f.Hint = ""
	case !p.pushed:
		f.Message = fmt.Sprintf("%s must be held for %s, and it is not pushed yet", m.from.Name, m.hold)
		f.Hint = "git push, then wait"
	case p.residences[0].stood(p.now) < hold:
		left := hold - p.residences[0].stood(p.now)
		f.Message = fmt.Sprintf("%s must be held for %s; %s left", m.from.Name, m.hold, brief(left))
	default:
		return nil
	}
	return []schemas.Finding{f}
}

// edges verifies what an agent may do: go on from where the release stands, or,
// if it has not applied that yet, from where it stood before. pasts are those of the
// releases that move.
func (v *life) edges(co checkout, m move, pasts []history) ([]schemas.Finding, error) {
	e := co.ends(m)
	from, to, found := e.from, e.to, e.found
	if schemas.Failed(found) {
		return found, nil
	}
	name := fmt.Sprintf("%s: %s → %s", co.called(), m.from.Name, m.to.Name)
	known := verify.Check(from, name)
	found = append(found, co.neverArrived(m, known)...)
	for _, f := range verify.Check(to, name) {
		if !slices.ContainsFunc(known, func(k schemas.Finding) bool { return k.ID == f.ID && k.Message == f.Message }) {
			found = append(found, f)
		}
	}
	found = append(found, verify.Edge{Name: name, From: from, To: to}.Check()...)
	if v.Observed != "" {
		whole, _ := co.present()
		more, err := v.evidence(whole)
		if !m.onward() {
			more = withoutJobs(more)
		}
		return append(found, more...), err
	}
	looked := map[string]bool{} // a commit that moved several releases is looked at once
	for i, p := range pasts {
		more, err := co.on(co.subjects()[i]).squashed(m, p, e, looked)
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	return found, nil
}

// squashed verifies the way from where a release stood before. Those that move with it
// are looked at as they stood then.
func (co checkout) squashed(m move, p history, e ends, looked map[string]bool) ([]schemas.Finding, error) {
	var found []schemas.Finding
	for _, s := range p.skipped() {
		if looked[s.rev] {
			continue
		}
		looked[s.rev] = true
		before, unreadable, err := co.at(s.rev, e.names)
		if err != nil {
			return nil, err
		}
		if s.stage == "" || schemas.Failed(unreadable) {
			continue // not rendered by then
		}
		name := fmt.Sprintf("%s: %s → %s", co.name(), s.stage, m.to.Name)
		if more := late(name, before, e); schemas.Failed(more) {
			found = append(append(found, co.squashFinding(m, p, s)), unhinted(more)...)
		}
	}
	return found, nil
}

// late is what agents make of a move that have not applied where the release stands: all of
// them, or that of one of several clusters.
func late(name string, before cluster.State, e ends) []schemas.Finding {
	found := verify.Edge{Name: name, From: before, To: e.whole()}.Check()
	for _, c := range e.from.Clusters() {
		if !schemas.Failed(found) {
			found = verify.Edge{Name: name, From: e.from.Lagging(c, before), To: e.whole()}.Check()
		}
	}
	return found
}

// neverArrived are the objects of the release that the API server refuses where it
// stands. Its stage has not arrived, whatever time has passed, and what follows builds
// on it: only abort is free to go. Others' objects hold nobody's release up.
func (co checkout) neverArrived(m move, at []schemas.Finding) []schemas.Finding {
	var found []schemas.Finding
	for _, f := range at {
		mine := func(r *schemas.Release) bool { return below(f.File, co.Shown(overlay.Root+"/"+r.Metadata.Name)) }
		if f.ID != state.ObjectRefused || f.Severity != schemas.Error || !slices.ContainsFunc(co.subjects(), mine) {
			continue
		}
		f.Message += fmt.Sprintf(", and %s has not arrived", m.from.Name)
		if m.verb == "abort" {
			f.Severity = schemas.Warning
		}
		found = append(found, f)
	}
	return found
}

// evidence is what --observed shows: whether the state before is in the cluster.
func (v *life) evidence(from cluster.State) ([]schemas.Finding, error) {
	if v.cluster == nil {
		live, found, err := folder.State(".", v.Observed, v.Stdin)
		if err != nil || schemas.Failed(found) {
			return found, err
		}
		v.cluster = live
	}
	return agent.Arrived(from, v.cluster), nil
}

func (co checkout) squashFinding(m move, p history, s residence) schemas.Finding {
	why := fmt.Sprintf("%s was committed %s ago", m.from.Name, brief(p.residences[0].stood(p.now)))
	if !p.pushed {
		why = m.from.Name + " is not pushed yet"
	}
	still := s.stage
	if still == m.to.Name {
		still += " of the release before"
	}
	if m.set != "" {
		still = co.name() + " at " + still
	}
	return co.release.Find("squash", "spec.stage",
		fmt.Sprintf("%s: an agent that has not applied it would jump from %s to %s", why, still, m.to.Name),
		fmt.Sprintf("%s (--arrives %s), or show with --observed that it has arrived; or --force", p.wait(), brief(p.arrives)))
}

// wait says how long it takes until what is committed counts as applied.
func (p history) wait() string {
	if !p.pushed || len(p.residences) == 0 {
		return "git push, then wait"
	}
	return fmt.Sprintf("wait %s", brief(p.arrives-p.residences[0].stood(p.now)))
}

// unhinted are findings below one that has the hint for all of them.
func unhinted(found []schemas.Finding) []schemas.Finding {
	for i := range found {
		found[i].Hint = ""
	}
	return found
}

// brief is a span of time in whole seconds.
func brief(d time.Duration) schemas.Duration { return schemas.Duration(d.Round(time.Second)) }

// drained is how long the release has to stay where it is before the pods of a
// track go that had requests a short while ago. All stands of that while count:
// the one before may be the same stage with other manifests, and what is not
// pushed has taken no requests away.
func (co checkout) drained(m move, p history) schemas.Duration {
	goes := func(track string) bool { return m.from.Running(track) && !m.to.Running(track) }
	if !goes(schemas.Blue) && !goes(schemas.Green) {
		return 0
	}
	for _, s := range p.residences[min(len(p.residences), p.first()):] {
		if s.stage == "" || s.stage == "stable" {
			return 0 // this candidate was not there yet
		}
		if slices.Contains(schemas.Adoption[:], s.stage) {
			return m.from.Hold
		}
		weight, known := stage.WeightAt(co.release, s.stage)
		if weight > 0 || !known || s.stage == "preview" {
			return m.from.Drain
		}
	}
	return 0
}
