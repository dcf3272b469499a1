package verify

import (
	"github.com/cutoverdev/cutover/fn/verify/account"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/interleave"
	"github.com/cutoverdev/cutover/fn/verify/rules"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
)

// Claims are those on all that an edge changes.
func (e Edge) Claims() []account.Claim {
	p := edge.NewTransition(e.From, e.To, interleave.Bound{})
	var all []account.Claim
	for _, id := range cluster.SortedIDs(p.Changed) {
		all = append(all, account.Of(account.Change{From: p.Changed[id].From, To: p.Changed[id].To}, rules.Facts{Transition: p})...)
	}
	return all
}
