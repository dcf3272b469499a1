package pods

import (
	"fmt"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/workload"
)

// This file holds volumes that begin as copies of others: claims with a data source.

// source is what a claim is made from; ok is false for one that begins empty, and for what
// is neither a claim nor a snapshot.
func source(claim kube.Object) (id kube.ID, ok bool) {
	for _, field := range []string{"dataSourceRef", "dataSource"} {
		id = kube.ID{
			Group: claim.Text("spec", field, "apiGroup"), Kind: claim.Text("spec", field, "kind"), Namespace: claim.Namespace,
			Name: claim.Text("spec", field, "name"),
		}
		if id.Name != "" {
			return id, id.Is("", "PersistentVolumeClaim") || id.Is(workload.SnapshotGroup, "VolumeSnapshot")
		}
	}
	return kube.ID{}, false
}

// copied is the change of a claim that begins as a copy.
func copied(e *edge.Transition, claim kube.ID) (c cluster.Change, ok bool) {
	c, changed := e.Find(claim)
	if !changed || c.Gone() {
		return c, false
	}
	_, ok = source(c.To)
	return c, ok
}

// CheckRaced checks that copies are there before the pods that begin with them. A
// StatefulSet makes an empty claim for a pod that finds none, and what is applied then
// changes what cannot be changed. What is copied stays until the copy has been made.
func CheckRaced(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, is := range e.To.Pods {
		for i := e.From.PodsOf[is.Workload.Key()].Count; i < min(is.Count, maxClaims); i++ {
			for _, claim := range claimsOf(is.Workload, i) {
				if c, ok := copied(e, claim); ok && c.Made() {
					problems = append(problems, edge.Problem{
						Object: is.Workload, About: claim.String(), Path: []string{"spec", "volumeClaimTemplates"},
						Message: fmt.Sprintf("may start before %s, which comes in the same commit: it makes an empty claim of that name, and the copy "+
							"is refused", claim),
						Hint: "make the claims a commit before the pods",
					})
				}
			}
		}
	}
	return append(problems, sourcesGone(e)...)
}

func sourcesGone(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, id := range cluster.SortedIDs(e.Changed) {
		c, ok := copied(e, id)
		if !ok || !c.Made() || !c.To.Is("", "PersistentVolumeClaim") {
			continue
		}
		from, _ := source(c.To)
		if gone, changed := e.Find(from); changed && gone.Gone() {
			problems = append(problems, edge.Problem{
				Object: c.To, About: from.String(), Path: []string{"spec", "dataSource"},
				Message: fmt.Sprintf("is to be a copy of %s, which the same commit removes", from),
				Hint:    "remove it a commit after the copy is bound",
			})
		}
	}
	return problems
}

// CheckStale checks that copies go with the pods that had them: the next pods are to begin
// with a copy of what is live then.
func CheckStale(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, was := range e.From.Pods {
		if was.Count == 0 || e.To.PodsOf[was.Workload.Key()].Count > 0 {
			continue
		}
		for _, need := range AllNeeds(e.From, was.Workload) {
			claim, there := e.To.World.Find(need.Group, need.Kind, need.Namespace, need.Name)
			if _, ok := source(claim); !there || !ok || need.Kind != "PersistentVolumeClaim" {
				continue
			}
			problems = append(problems, edge.Problem{
				Object: claim, About: was.Workload.Key().String(), Path: []string{"spec", "dataSource"},
				Message: fmt.Sprintf("stays when the pods of %s go: the next ones would begin with what those have written, and not with a copy of "+
					"what is live", was.Workload.ID),
				Hint: "remove it in a commit of its own, before the next copy of that name",
			})
		}
	}
	return problems
}
