package gatewaysplit

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators/gatewayroute"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// This file looks for requests that the user's own route sends elsewhere and
// that a rule for the candidate would take. Order of the list says little in a
// route: the closer match wins, and what a release adds to the match of its own
// rule can make that the closer one.

// placedMatch is a match and the place of its rule.
type placedMatch struct {
	match *yaml.Node
	rule  int
}

// checkElsewhere refuses matches of the release that take requests from
// rules that do not lead to the apex.
func checkElsewhere(r entry, rules []*yaml.Node) []schemas.Finding {
	if r.Own == nil {
		return nil
	}
	var apex, others []placedMatch
	for i, rule := range rules {
		matches := matches(r, rule)
		if len(matches) == 0 { // of gRPC: everything
			matches = []*yaml.Node{kube.Node(match{})}
		}
		for _, m := range matches {
			if len(apexRefs(r, rule)) > 0 {
				apex = append(apex, placedMatch{m, i})
			} else {
				others = append(others, placedMatch{m, i})
			}
		}
	}
	var found []schemas.Finding
	taken := func(also match) (rule int, ok bool) {
		for _, p := range apex {
			if rule, ok := takesFrom(r, p, kube.Node(also), others); ok {
				return rule, true
			}
		}
		return 0, false
	}
	const hint = "a rule of its own there for requests that fit both, before those of the apex"
	for at, m := range route.AllMatches(r.Release) {
		if rule, ok := taken(matchOf(r, m)); ok {
			found = append(
				found,
				r.Release.Find(
					"match-join",
					at,
					fmt.Sprintf("would take requests from rules[%d] of %s, which leads elsewhere", rule, r.Own.ID),
					hint+"; or match more headers there",
				),
			)
		}
	}
	if r.Affinity != nil {
		if rule, ok := taken(sticky(r)); ok {
			found = append(
				found,
				r.Find(
					"match-join",
					"affinity",
					fmt.Sprintf("its cookie would take requests from rules[%d] of %s, which leads elsewhere", rule, r.Own.ID),
					"that rule before those of the apex; it must match a header beside the path",
				),
			)
		}
	}
	return found
}

// takesFrom is a rule that loses requests to the rule for the candidate that
// is made of a rule for the apex: it was tried before the one, and is not before
// the other. What another such rule still takes is not lost.
func takesFrom(r entry, apex placedMatch, also *yaml.Node, others []placedMatch) (rule int, ok bool) {
	joined, _ := join([]*yaml.Node{apex.match}, also)
	if len(joined) == 0 {
		return 0, false
	}
	candidate := placedMatch{joined[0], apex.rule}
	for _, o := range others {
		if !triedBefore(r, o, apex) || triedBefore(r, o, candidate) {
			continue
		}
		both, ok := join([]*yaml.Node{o.match}, candidate.match)
		if ok && len(both) == 0 {
			continue
		}
		kept := slices.ContainsFunc(others, func(k placedMatch) bool {
			return ok && triedBefore(r, k, candidate) && covers(k.match, both[0])
		})
		if !kept {
			return o.rule, true
		}
	}
	return 0, false
}

// covers reports whether a match holds for all requests of another.
func covers(wide, narrow *yaml.Node) bool {
	joined, ok := join([]*yaml.Node{narrow}, wide)
	return ok && len(joined) == 1 && kube.Equal(joined[0], narrow)
}

// triedBefore reports whether a match is tried before another of its route.
func triedBefore(r entry, a, b placedMatch) bool {
	return cmp.Or(gatewayroute.Compare(matchRule(r, a.match), matchRule(r, b.match)), cmp.Compare(a.rule, b.rule)) < 0
}

// matchRule is a rule of one match, as it is read.
func matchRule(r entry, n *yaml.Node) route.Rule {
	return route.Rule{Match: gatewayroute.MatchOf(r.Own.Kind, n)}
}
