package verify

import (
	"github.com/cutoverdev/cutover/fn/verify/account"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
)

// Claims are those on all that an edge changes.
func (e Edge) Claims() []account.Claim {
	p := newPassage(e.From, e.To)
	var all []account.Claim
	for _, id := range cluster.SortedIDs(p.changed) {
		all = append(all, account.Of(account.Change{From: p.changed[id].From, To: p.changed[id].To}, p)...)
	}
	return all
}
