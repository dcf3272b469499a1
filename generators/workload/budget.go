package workload

import (
	"fmt"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
)

// CheckBudgets warns of budgets that allow no eviction: because there are two
// of them, or because a track has no more pods at some stage than they keep.
func (s *Source) CheckBudgets(plan []stage.Stage) []schemas.Finding {
	var found []schemas.Finding
	for i, b := range s.Budgets {
		if i > 0 {
			f := b.Find("budget-twice", fmt.Sprintf("selects the same pods as %s: a pod under two budgets cannot be evicted", s.Budgets[0].ID), "keep one of the two", "spec", "selector")
			f.Severity = schemas.Warning
			found = append(found, f)
		}
		least, ok := kube.Number(b.Node, "spec", "minAvailable")
		if !ok {
			continue
		}
		for _, st := range plan {
			if blocked := blocks(st, least); blocked != "" {
				f := b.Find("budget-blocks", fmt.Sprintf("keeps %d pods available, and %s has no more of them at %s", least, blocked, st.Name), "a percentage, or maxUnavailable", "spec", "minAvailable")
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
