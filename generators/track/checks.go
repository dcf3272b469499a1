package track

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators/workload"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
)

// Check refuses what tracks cannot be made of, and says how they differ from the
// workload. It may be called after any [workload.Find].
func (m Maker) Check() []schemas.Finding {
	if !m.Usable() {
		return nil
	}
	return append(m.checkSpread(), m.checkMerges()...)
}

// checkMerges: two protocols on one number lead to the same container ports on
// both tracks, and to those that a track's Service led to before. A client-side apply
// would leave one of the two where it was (see [kube.MergesPorts]).
func (m Maker) checkMerges() []schemas.Finding {
	if slices.ContainsFunc(m.Apexes, serverSide) {
		return nil
	}
	live, c := m.Release.Spec.Live, m.Release.Candidate()
	for _, track := range schemas.TrackNames {
		kept, there := m.SnapshotService(track)
		if there && m.MadeAnew(track) {
			if number, ok := kube.MergesPorts(kube.Items(kept.Node, "spec", "ports"), kube.Items(m.Service(kept.Name, track).Node, "spec", "ports"),
				"port"); !ok {
				return []schemas.Finding{m.merged(workload.PrimaryFirst(m.Apexes, m.Release.Name())[0], number)}
			}
		}
	}
	if c == "" {
		return nil
	}
	return m.checkMoves(m.At(live), m.At(c))
}

// checkMoves looks at the apexes as they go from one track to the other, and back.
func (m Maker) checkMoves(from, to []kube.Object) []schemas.Finding {
	var found []schemas.Finding
	for _, o := range from {
		i := slices.IndexFunc(to, func(p kube.Object) bool { return p.Key() == o.Key() })
		if i < 0 {
			continue
		}
		a, b := kube.Items(o.Node, "spec", "ports"), kube.Items(to[i].Node, "spec", "ports")
		number, ok := kube.MergesPorts(a, b, "port")
		if back, returns := kube.MergesPorts(b, a, "port"); ok && !returns {
			number, ok = back, false
		}
		if !ok {
			found = append(found, m.merged(o, number))
		}
	}
	return found
}

func (m Maker) merged(o kube.Object, number string) schemas.Finding {
	return o.Find("ports-merged",
		fmt.Sprintf("%s has port %s for two protocols, and leads it to other container ports on the other track: a client-side apply "+
			"(kubectl, and Argo CD by default) merges ports by number alone, so that one of the two leads nowhere", o.ID, number),
		fmt.Sprintf("name the container ports and target the names, a release before their numbers change; or, where it is applied "+
			"server-side (Flux; in Argo CD the sync option ServerSideApply=true), accept it: annotation %s: ports-merged",
			workload.AcceptAnnotation), "spec", "ports")
}

// checkSpread says that pods are spread by track.
func (m Maker) checkSpread() []schemas.Finding {
	if kube.Equal(m.spread(m.Object, schemas.Blue).Get("spec", "template", "spec"), m.Object.Get("spec", "template", "spec")) {
		return nil
	}
	f := m.Object.Find("track-spread",
		m.Object.ID.String()+" spreads its pods by labels that both tracks have; cutover spreads each track by itself", "", "spec", "template",
		"spec")
	f.Severity = schemas.Info
	return []schemas.Finding{f}
}

// CheckFrozen warns of tracks that serve and follow the manifests.
func (m Maker) CheckFrozen(tracks [2]Track) []schemas.Finding {
	if st := m.Release.Spec.Stage; st == "stable" || st == schemas.Adoption[0] || tracks[0].Frozen || tracks[1].Frozen {
		return nil
	}
	f := m.Release.Find("not-frozen", "spec.stage",
		"a release is under way without snapshots of its tracks: a change of the manifests reaches pods that serve",
		"keep rendered/ in Git; with kustomize, list rendered/"+m.Release.Metadata.Name+"/tracks/blue and green among the resources")
	f.Severity = schemas.Warning
	return []schemas.Finding{f}
}

// CheckBudgets warns of budgets that allow no eviction: because there are two
// of them, or because a track has no more pods at some stage than they keep.
func (m Maker) CheckBudgets(plan []stage.Stage) []schemas.Finding {
	var found []schemas.Finding
	for i, b := range m.Budgets {
		if i > 0 {
			f := b.Find("budget-twice",
				fmt.Sprintf("%s selects the same pods as %s: a pod under two budgets cannot be evicted", b.ID, m.Budgets[0].ID), "keep one of the two",
				"spec", "selector")
			f.Severity = schemas.Warning
			found = append(found, f)
		}
		least, ok := kube.Number(b.Node, "spec", "minAvailable")
		if !ok {
			continue
		}
		for _, st := range plan {
			if blocked := blocks(st, least); blocked != "" {
				f := b.Find("budget-blocks",
					fmt.Sprintf("%s keeps %d pods available, and track %s has no more than that at stage %s: no node can be drained", b.ID, least,
						blocked, st.Name), "use a percentage, or maxUnavailable", "spec", "minAvailable")
				f.Severity = schemas.Warning
				found = append(found, f)
				break
			}
		}
	}
	return found
}

// blocks is the track of which no pod may go, "" if there is none.
func blocks(s stage.Stage, least int) string {
	for _, t := range s.Tracks {
		if t.Pods > 0 && t.Pods <= least {
			return t.Name
		}
	}
	return ""
}
