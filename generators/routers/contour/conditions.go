package contour

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/route"
)

// This file says what conditions mean (Contour v1.33, internal/dag/conditions.go).

// several are slashes that Contour makes one.
func single(path string) string {
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	return path
}

// pathOf is the one path of a list of conditions, those of includes before those of the
// route. Paths are put behind each other, and the last condition says how the whole is
// compared: an exact path before a header is a prefix.
func pathOf(all []condition) route.PathMatch {
	isRegex := slices.ContainsFunc(all, func(c condition) bool { return c.Regex != "" })
	path := ""
	for _, c := range all {
		switch {
		case c.Prefix != "" && isRegex:
			path += regexp.QuoteMeta(strings.TrimRight(c.Prefix, "/"))
		case c.Regex != "" && path != "":
			path += "(?:" + c.Regex + ")"
		default:
			path += c.Prefix + c.Exact + c.Regex
		}
	}
	if path = single(path); path == "" {
		return route.PathMatch{Kind: route.PathLeading, Value: "/"}
	}
	switch last := all[len(all)-1]; {
	case isRegex:
		return route.PathMatch{Kind: route.PathMatches, Value: path}
	case last.Prefix == "" && last.Exact != "":
		return route.PathMatch{Kind: route.PathIs, Value: path}
	}
	return route.PathMatch{Kind: route.PathLeading, Value: path}
}

// checkPaths is why Contour refuses the conditions of one route or include.
func checkPaths(all []condition, included bool) error {
	count := 0
	for _, c := range all {
		for _, p := range []string{c.Prefix, c.Exact, c.Regex} {
			switch {
			case p == "":
				continue
			case p[0] != '/':
				return errors.New("has path " + p + ", which does not begin with /")
			}
			count++
		}
		if included && c.Exact+c.Regex != "" {
			return errors.New("includes by a path that is no prefix")
		}
		if _, err := regexp.Compile(c.Regex); err != nil {
			return errors.New("has " + c.Regex + ", which is no expression of RE2")
		}
	}
	if count > 1 {
		return errors.New("has more than one path among its conditions")
	}
	return nil
}

// checkHeaders is why Contour refuses the conditions of a route with those of the
// includes that lead to it (headerMatchConditionsValid, queryParameterMatchConditionsValid).
func checkHeaders(all []condition) error {
	seen, exact := map[headerCond]bool{}, map[string]bool{}
	for _, c := range all {
		if h := c.Header; h != nil {
			one := *h
			one.Name = strings.ToLower(h.Name)
			if against, some := contradiction(one); some && seen[against] {
				return errors.New("has conditions on header " + h.Name + " that contradict each other")
			}
			if compares(one) == "exact" && exact[one.Name] {
				return errors.New("compares header " + h.Name + " with two texts")
			}
			seen[one] = true
			exact[one.Name] = exact[one.Name] || compares(one) == "exact"
			if _, err := regexp.Compile(h.Regex); err != nil {
				return errors.New("has " + h.Regex + ", which is no expression of RE2")
			}
		}
	}
	return checkQueries(all)
}

// compares is the first way in which a header is compared, in Contour's order.
func compares(h headerCond) string {
	switch {
	case h.Present:
		return "present"
	case h.NotPresent:
		return "notpresent"
	case h.Exact != "":
		return "exact"
	case h.NotExact != "":
		return "notexact"
	case h.Contains != "":
		return "contains"
	case h.NotContains != "":
		return "notcontains"
	}
	return ""
}

// contradiction is the condition beside which Contour refuses another one.
func contradiction(h headerCond) (against headerCond, some bool) {
	against.Name = h.Name
	switch compares(h) {
	case "present":
		against.NotPresent = true
	case "notpresent":
		against.Present = true
	case "exact":
		against.NotExact = h.Exact
	case "notexact":
		against.Exact = h.NotExact
	case "contains":
		against.NotContains = h.Contains
	case "notcontains":
		against.Contains = h.NotContains
	default:
		return against, false
	}
	return against, true
}

// checkQueries: each condition compares in one way, and no parameter with two texts.
func checkQueries(all []condition) error {
	exact := map[string]bool{}
	for _, c := range all {
		q := c.Query
		if q == nil {
			continue
		}
		ways := 0
		for _, there := range []bool{q.Exact != "", q.Prefix != "", q.Suffix != "", q.Regex != "", q.Contains != "", q.Present} {
			if there {
				ways++
			}
		}
		name := strings.ToLower(q.Name)
		switch _, err := regexp.Compile(q.Regex); {
		case ways != 1:
			return errors.New("compares query parameter " + q.Name + " in no way, or in several")
		case q.Exact != "" && exact[name]:
			return errors.New("compares query parameter " + q.Name + " with two texts")
		case err != nil:
			return errors.New("has " + q.Regex + ", which is no expression of RE2")
		}
		exact[name] = exact[name] || q.Exact != ""
	}
	return nil
}

// matchOf is a list of conditions as a match.
func matchOf(all []condition) route.Match {
	path := pathOf(all)
	m := route.Match{Path: &path}
	for _, c := range all {
		if h := c.Header; h != nil {
			addHeader(&m, *h)
		}
		if q := c.Query; q != nil {
			m.Query = append(m.Query, query(*q))
		}
	}
	return m
}

// addHeader adds a condition on a header. One that is negated asks that the header is
// there, unless it says that a missing one is empty (Envoy, HeaderMatcher.invert_match).
func addHeader(m *route.Match, h headerCond) {
	name := strings.ToLower(h.Name)
	add := func(kind route.TextKind, value string) {
		m.Headers = append(m.Headers, route.Condition{Name: name, Kind: kind, Value: value})
	}
	if (h.NotExact != "" || h.NotContains != "") && !h.MissingEmpty && !h.Present && h.Contains == "" && h.Exact == "" {
		add(route.TextThere, "")
	}
	switch {
	case name == ":method" && h.Exact != "" && !h.IgnoreCase:
		m.Method = h.Exact
	case strings.HasPrefix(name, ":"):
		m.Other = append(m.Other, name)
	case h.Present:
		add(route.TextThere, "")
	case h.NotPresent:
		add(route.TextAbsent, "")
	case h.Contains != "":
		add(route.TextMatches, folded(".*"+regexp.QuoteMeta(h.Contains)+".*", h.IgnoreCase))
	case h.NotContains != "":
		add(route.TextNotMatches, folded(".*"+regexp.QuoteMeta(h.NotContains)+".*", h.IgnoreCase))
	case h.Exact != "" && h.IgnoreCase:
		add(route.TextMatches, folded(regexp.QuoteMeta(h.Exact), true))
	case h.Exact != "":
		add(route.TextIs, h.Exact)
	case h.NotExact != "" && h.IgnoreCase:
		add(route.TextNotMatches, folded(regexp.QuoteMeta(h.NotExact), true))
	case h.NotExact != "":
		add(route.TextNot, h.NotExact)
	case h.Regex != "":
		add(route.TextMatches, h.Regex)
	}
}

func folded(expr string, fold bool) string {
	if fold {
		return "(?i)" + expr
	}
	return expr
}

func query(q queryCond) route.Condition {
	c := route.Condition{Name: q.Name, Kind: route.TextMatches}
	switch quote := regexp.QuoteMeta; {
	case q.Exact != "" && !q.IgnoreCase:
		c.Kind, c.Value = route.TextIs, q.Exact
	case q.Exact != "":
		c.Value = folded(quote(q.Exact), true)
	case q.Prefix != "" && !q.IgnoreCase:
		c.Kind, c.Value = route.TextLeading, q.Prefix
	case q.Prefix != "":
		c.Value = folded(quote(q.Prefix)+".*", true)
	case q.Suffix != "":
		c.Value = folded(".*"+quote(q.Suffix), q.IgnoreCase)
	case q.Regex != "":
		c.Value = q.Regex
	case q.Contains != "":
		c.Value = folded(".*"+quote(q.Contains)+".*", q.IgnoreCase)
	default:
		c.Kind = route.TextThere
	}
	return c
}
