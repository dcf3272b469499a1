package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/problem"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// What is found.
const (
	RouterRetired = "router-retired"
	APIUnserved   = "api-unserved"
)

// Look finds what of a state needs a person's eye, each router and each version of an
// API once, at the first object that shows it.
func Look(s cluster.State) []schemas.Finding {
	told := map[string]bool{}
	var found []schemas.Finding
	tell := func(id string, p problem.Problem) {
		if told[id+p.Message] {
			return
		}
		told[id+p.Message] = true
		p.Severity = schemas.Warning
		found = append(found, p.Finding(id, ""))
	}
	for _, one := range s.Each() {
		for _, o := range one.Objects {
			if r, ok := retirement(one, o); ok {
				tell(RouterRetired, problem.Problem{
					Object: o, Path: []string{"kind"}, Hint: strings.Join(r.Instead, "; "),
					Message: fmt.Sprintf("is of a router that is retired since %s: %s", r.Since, r.What),
				})
			}
			if u, ok := unservedOf(o); ok {
				tell(APIUnserved, problem.Problem{
					Object: o, Path: []string{"apiVersion"}, Hint: "apiVersion: " + u.instead,
					Message: fmt.Sprintf("is of version %s, which %s does not serve: the API server refuses the object", o.APIVersion(), u.by),
				})
			}
		}
	}
	return found
}

// retirement says of which retired router an object is: one in the table that claims
// it beyond doubt, or one that nobody here reads.
func retirement(s cluster.State, o kube.Object) (route.Retired, bool) {
	p, claimed := route.Claimant(s.Router.Providers, o, s.World)
	if claimed && p.Retired != nil && (p.Exclusive == nil || p.Exclusive(o, s.World)) {
		return *p.Retired, o.Text("metadata", "annotations", p.Retired.Unless) == ""
	}
	i := slices.IndexFunc(retired, func(r ended) bool {
		return r.group == o.Group && (r.kinds == nil || slices.Contains(r.kinds, o.Kind))
	})
	if claimed || i < 0 {
		return route.Retired{}, false
	}
	return retired[i].Retired, true
}

// unservedOf is the line of an object's version among those that are no longer served.
func unservedOf(o kube.Object) (unserved, bool) {
	i := slices.IndexFunc(gone, func(u unserved) bool {
		return u.group == o.Group && slices.Contains(u.versions, o.Version) && (u.kinds == nil || slices.Contains(u.kinds, o.Kind))
	})
	if i < 0 {
		return unserved{}, false
	}
	return gone[i], true
}
