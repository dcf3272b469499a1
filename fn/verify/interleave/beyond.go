package interleave

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/problem"
	"github.com/cutoverdev/cutover/generators/route"
)

// beyond are requests that a Service answered, or a part of them, and that go from now on
// to what no manifest has: a service of a file, a function, a target group from elsewhere.
func beyond(q route.Request, from, to []route.Rule) []problem.Problem {
	for _, r := range to {
		for _, b := range r.Backends {
			if b.Unknown == "" || b.Weight == 0 || led(from, b) {
				continue
			}
			return []problem.Problem{{
				ID: "request-gone", Object: r.Source, About: fmt.Sprint("beyond ", q.Via, q.Host, b.Unknown), Unjudged: true,
				Message: fmt.Sprintf("leads requests to %s elsewhere from now on (%s): whether they are answered there is not judged",
					RequestText(q), b.Unknown),
			}}
		}
	}
	return nil
}

// led reports whether one of some rules led to the same before.
func led(rules []route.Rule, b route.Backend) bool {
	return slices.ContainsFunc(rules, func(r route.Rule) bool {
		return slices.ContainsFunc(r.Backends, func(o route.Backend) bool { return o.Unknown == b.Unknown })
	})
}
