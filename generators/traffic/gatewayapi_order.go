package traffic

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// This file looks for requests that the user's own route sends elsewhere and
// that a rule for the candidate would take. Order of the list says little in a
// route: the closer match wins, and what a release adds to the match of its own
// rule can make that the closer one.

// gatewayPlaced is a match and the place of its rule.
type gatewayPlaced struct {
	match *yamlNode
	rule  int
}

// gatewayCheckElsewhere refuses matches of the release that take requests from
// rules that do not lead to the apex.
func gatewayCheckElsewhere(r Route, rules []*yamlNode) []schemas.Finding {
	if r.Own == nil {
		return nil
	}
	var apex, others []gatewayPlaced
	for i, rule := range rules {
		matches := gatewayMatches(r, rule)
		if len(matches) == 0 { // of gRPC: everything
			matches = []*yamlNode{kube.Node(gatewayMatch{})}
		}
		for _, m := range matches {
			if len(gatewayApexRefs(r, rule)) > 0 {
				apex = append(apex, gatewayPlaced{m, i})
			} else {
				others = append(others, gatewayPlaced{m, i})
			}
		}
	}
	var found []schemas.Finding
	taken := func(also gatewayMatch) (rule int, ok bool) {
		for _, p := range apex {
			if rule, ok := gatewayTaken(r, p, kube.Node(also), others); ok {
				return rule, true
			}
		}
		return 0, false
	}
	const hint = "a rule of its own there for requests that fit both, before those of the apex"
	for at, m := range allMatches(r.Release) {
		if rule, ok := taken(gatewayMatchOf(r, m)); ok {
			found = append(found, r.Release.Find("match-join", at, fmt.Sprintf("would take requests from rules[%d] of %s, which leads elsewhere", rule, r.Own.ID), hint+"; or match more headers there"))
		}
	}
	if r.Affinity != nil {
		if rule, ok := taken(gatewaySticky(r)); ok {
			found = append(found, r.Find("match-join", "affinity", fmt.Sprintf("its cookie would take requests from rules[%d] of %s, which leads elsewhere", rule, r.Own.ID), "that rule before those of the apex; it must match a header beside the path"))
		}
	}
	return found
}

// gatewayTaken is a rule that loses requests to the rule for the candidate that
// is made of a rule for the apex: it was tried before the one, and is not before
// the other. What another such rule still takes is not lost.
func gatewayTaken(r Route, apex gatewayPlaced, also *yamlNode, others []gatewayPlaced) (rule int, ok bool) {
	joined, _ := gatewayJoin([]*yamlNode{apex.match}, also)
	if len(joined) == 0 {
		return 0, false
	}
	candidate := gatewayPlaced{joined[0], apex.rule}
	for _, o := range others {
		if !gatewayBefore(r, o, apex) || gatewayBefore(r, o, candidate) {
			continue
		}
		both, ok := gatewayJoin([]*yamlNode{o.match}, candidate.match)
		if ok && len(both) == 0 {
			continue
		}
		kept := slices.ContainsFunc(others, func(k gatewayPlaced) bool {
			return ok && gatewayBefore(r, k, candidate) && gatewayCovers(k.match, both[0])
		})
		if !kept {
			return o.rule, true
		}
	}
	return 0, false
}

// gatewayCovers reports whether a match holds for all requests of another.
func gatewayCovers(wide, narrow *yamlNode) bool {
	joined, ok := gatewayJoin([]*yamlNode{narrow}, wide)
	return ok && len(joined) == 1 && kube.Equal(joined[0], narrow)
}

// gatewayBefore reports whether a match is tried before another of its route.
func gatewayBefore(r Route, a, b gatewayPlaced) bool {
	return cmp.Or(gatewayPrecedence(gatewayMatchRule(r, a.match), gatewayMatchRule(r, b.match)), cmp.Compare(a.rule, b.rule)) < 0
}

// gatewayMatchRule is a rule of one match, as it is read.
func gatewayMatchRule(r Route, n *yamlNode) Rule {
	var m gatewayMatchRead
	if n.Decode(&m) != nil {
		return Rule{} // the reader says so
	}
	rd := gatewayReader{Object: *r.Own}
	return Rule{Match: rd.match(m, gatewayParentRead{})}
}
