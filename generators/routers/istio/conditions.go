package istio

import (
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/route"
)

// knownMethods are those that people write rules for.
var knownMethods = []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT"}

// eachMethod are matches with one method each, where they say it by an
// expression or a prefix.
func eachMethod(matches []match) []match {
	var all []match
	for _, m := range matches {
		some := false
		if m.Method != nil && m.Method.Exact == "" {
			c := conditions(map[string]stringMatch{"": *m.Method})[0]
			for _, method := range knownMethods {
				if c.Fits(method, true) == route.Yes {
					some, m.Method = true, &stringMatch{Exact: method}
					all = append(all, m)
				}
			}
		}
		if !some {
			all = append(all, m)
		}
	}
	return all
}

func matchOf(m match) route.Match {
	match := route.Match{Port: m.Port, Other: slices.Sorted(maps.Keys(m.Other))}
	if m.URI != nil {
		match.Path = pathOf(*m.URI, m.IgnoreURICase)
	}
	if m.Method != nil {
		if match.Method = m.Method.Exact; match.Method == "" {
			match.Other = append(match.Other, "method")
		}
	}
	for _, c := range []struct {
		key   string
		there bool
	}{
		{"authority", m.Authority != nil},
		{"scheme", m.Scheme != nil},
		{"sourceLabels", len(m.SourceLabels) > 0},
		{"sourceNamespace", m.SourceNamespace != ""},
	} {
		if c.there {
			match.Other = append(match.Other, c.key)
		}
	}
	match.Headers = lowerNames(conditions(m.Headers))
	match.Query = conditions(m.QueryParams)
	for _, c := range lowerNames(conditions(m.WithoutHeaders)) {
		c.Kind = negated[c.Kind]
		match.Headers = append(match.Headers, c)
	}
	match.Other = slices.DeleteFunc(match.Other, func(key string) bool { return key == "statPrefix" })
	return match
}

// negated are the kinds of withoutHeaders, by those of headers.
var negated = map[route.TextKind]route.TextKind{
	route.TextThere:   route.TextAbsent,
	route.TextIs:      route.TextNot,
	route.TextLeading: route.TextNotLeading,
	route.TextMatches: route.TextNotMatches,
}

func pathOf(s stringMatch, fold bool) *route.PathMatch {
	p := route.PathMatch{Kind: route.PathLeading, Value: s.Prefix}
	switch {
	case s.Exact != "":
		p = route.PathMatch{Kind: route.PathIs, Value: s.Exact}
	case s.Regex != "":
		p = route.PathMatch{Kind: route.PathMatches, Value: s.Regex}
	}
	if fold {
		p = route.FoldCase(p)
	}
	return &p
}

func conditions(m map[string]stringMatch) []route.Condition {
	var all []route.Condition
	for _, name := range slices.Sorted(maps.Keys(m)) {
		c := route.Condition{Name: name, Kind: route.TextThere, Value: ""}
		switch s := m[name]; {
		case s.Exact != "":
			c.Kind, c.Value = route.TextIs, s.Exact
		case s.Prefix != "":
			c.Kind, c.Value = route.TextLeading, s.Prefix
		case s.Regex == "*": // to Istio, any value (route.go, canBeConvertedToPresentMatch)
		case s.Regex != "":
			c.Kind, c.Value = route.TextMatches, s.Regex
		}
		all = append(all, c)
	}
	return all
}

// lowerNames is the conditions with names in lower case, as header names compare.
func lowerNames(conditions []route.Condition) []route.Condition {
	for i := range conditions {
		conditions[i].Name = strings.ToLower(conditions[i].Name)
	}
	return conditions
}
