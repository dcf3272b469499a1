package contour

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/route"
)

// This file says in which order Contour has Envoy try the routes of a host: exact paths,
// then expressions, then prefixes, each the longest first; then those with a method, with
// more headers, with more parameters; then by the conditions themselves (v1.33,
// internal/sorter/sorter.go). Where routes stand does not matter.

// byPrecedence sorts the rules of one host.
func byPrecedence(rules []route.Rule) {
	slices.SortStableFunc(rules, func(a, b route.Rule) int { return compare(a.Match, b.Match) })
}

func compare(a, b route.Match) int {
	return cmp.Or(
		cmp.Compare(pathRank(a), pathRank(b)),
		-cmp.Compare(len(a.Path.Value), len(b.Path.Value)),
		-strings.Compare(a.Path.Value, b.Path.Value),
		cmp.Compare(absent(a.Method), absent(b.Method)),
		-cmp.Compare(headerCount(a), headerCount(b)),
		-cmp.Compare(len(a.Query), len(b.Query)),
		compareTexts(a.Headers, b.Headers),
		compareTexts(a.Query, b.Query),
	)
}

func pathRank(m route.Match) int {
	return slices.Index([]route.PathKind{route.PathIs, route.PathMatches, route.PathLeading}, m.Path.Kind)
}

func absent(text string) int {
	if text == "" {
		return 1
	}
	return 0
}

// headerCount is how many conditions on headers there are: one that is negated is one
// condition, and two here, see addHeader.
func headerCount(m route.Match) int {
	count := len(m.Headers) + len(m.Other)
	for i, c := range m.Headers {
		if i > 0 && (c.Kind == route.TextNot || c.Kind == route.TextNotMatches) &&
			m.Headers[i-1] == (route.Condition{Name: c.Name, Kind: route.TextThere}) {
			count--
		}
	}
	return count
}

// compareTexts compares conditions one by one, by name, kind and value.
func compareTexts(a, b []route.Condition) int {
	a, b = sorted(a), sorted(b)
	for i := range min(len(a), len(b)) {
		if c := compareText(a[i], b[i]); c != 0 {
			return c
		}
	}
	return 0
}

func sorted(all []route.Condition) []route.Condition {
	all = slices.Clone(all)
	slices.SortStableFunc(all, compareText)
	return all
}

func compareText(a, b route.Condition) int {
	return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(textRank(a), textRank(b)), strings.Compare(a.Value, b.Value))
}

// textRank orders kinds: exact before expressions before mere presence.
func textRank(c route.Condition) int {
	switch c.Kind {
	case route.TextIs, route.TextNot:
		return 0
	case route.TextThere, route.TextAbsent:
		return 2
	}
	return 1
}
