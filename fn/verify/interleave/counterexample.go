package interleave

import (
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/request"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// This file puts what an edge does to requests into words.

// counterexample tells a mix: which of the changed objects are applied.
func counterexample(q route.Request, share float64, outcome string, routes []AppliedChange, more ...AppliedChange) *schemas.Story {
	s := &schemas.Story{Request: RequestText(q), Share: share, Outcome: outcome}
	type place struct {
		id kube.ID
		in string
	}
	seen := map[place]bool{}
	for _, m := range append(slices.Clip(routes), more...) {
		at := place{m.ID().Key(), m.in}
		if seen[at] {
			continue
		}
		seen[at] = true
		words := m.words()
		note := m.note
		if m.applied && note == "" && m.Gone() {
			note = "removed"
		}
		if note != "" {
			words += " (" + note + ")"
		}
		if m.applied {
			s.Applied = append(s.Applied, words)
		} else {
			s.Waiting = append(s.Waiting, words)
		}
	}
	return s
}

// RequestText is a request as people would say it.
func RequestText(q route.Request) string {
	entry := strings.TrimPrefix(strings.NewReplacer("..svc", "", "/:", ":").Replace(q.Via.Name), "/")
	if q.Via.Kind == "Service" {
		return "Service " + entry
	}
	text := strings.Replace(q.Host, "..svc", "", 1) + q.Path
	if request.UnnamedHost(q) {
		text = q.Path + " of any host"
	}
	if more := request.ConditionText(q); more != "" {
		text += " with " + more
	}
	switch {
	case q.Via.Kind == "mesh":
		return text + " in the mesh"
	case entry == "":
		return text + " through the default " + q.Via.Kind
	}
	return text + " through " + q.Via.Kind + " " + entry
}

// remedy says which commits would do it safely.
func remedy(r route.Rule, moves []AppliedChange) string {
	var first, later, adds, removes []string
	for _, m := range moves {
		switch name := m.words(); {
		case m.Made() && !m.applied, m.note == newPods, m.note == notReady:
			first = append(first, name)
		case m.rolls():
		case m.applied && (m.Gone() || m.note != ""):
			later = append(later, name)
		case m.in == "" && m.ID().Key() == r.Source.Key():
		case m.applied:
			removes = append(removes, name)
		default:
			adds = append(adds, name)
		}
	}
	var hints []string
	if hint := steadier(moves); hint != "" {
		hints = append(hints, hint)
	}
	if len(first) > 0 {
		hints = append(hints, "commit "+schemas.And(cluster.Distinct(first))+" first; send requests there in a later commit, when that is ready")
	}
	if len(later) > 0 {
		hints = append(hints, "leave "+schemas.And(cluster.Distinct(later))+" for a later commit, when no requests go there any more")
	}
	switch {
	case len(hints) > 0:
	case len(adds) > 0:
		hints = append(hints, "commit what "+schemas.And(cluster.Distinct(adds))+" adds first, and "+r.Source.ID.String()+" in a later commit")
	case len(removes) > 0:
		hints = append(hints, "commit "+r.Source.ID.String()+" first; "+
			"keep what "+schemas.And(cluster.Distinct(removes))+" takes away until a later commit")
	default:
		hints = append(hints, "split it: first what is added, then what sends requests, then what is removed")
	}
	return strings.Join(hints, "; ")
}

// rolls reports whether a workload has fewer pods only while its template rolls.
func (m AppliedChange) rolls() bool {
	return strings.HasPrefix(m.note, downTo)
}

// steadier says how what rolls among some moves keeps its pods.
func steadier(moves []AppliedChange) string {
	i := slices.IndexFunc(moves, AppliedChange.rolls)
	if i < 0 {
		return ""
	}
	o := moves[i].To
	switch {
	case o.Kind == "StatefulSet":
		return o.ID.String() + " stops a pod before it starts the new one: give the new version to a track of its own, or accept that there " +
			"is one less for a while"
	case o.Kind == "DaemonSet":
		return "let " + o.ID.String() + " stay on its nodes and take one pod at a time, maxUnavailable: 1; or make another one first"
	case o.Text("spec", "strategy", "type") == "Recreate":
		return "let " + o.ID.String() + " start new pods before it stops old ones: strategy RollingUpdate with maxUnavailable: 0"
	}
	return "let " + o.ID.String() + " start new pods before it stops old ones: maxUnavailable: 0 in its strategy"
}
