package nginx

import (
	"regexp"
	"strings"

	"github.com/cutoverdev/cutover/generators/route"
)

// This file says what conditions mean: nginx maps a variable, which is empty where there is
// no such header, cookie or argument, to 1 (v5.5.4, generateParametersForMatchesRouteMap;
// ngx_http_map_module: texts without regard to case, expressions behind ~ and ~*).

// matchOf is a list of conditions on the requests for a path; false if none fits both.
func matchOf(path route.PathMatch, all []condition) (route.Match, bool) {
	m := route.Match{Path: &path}
	for _, c := range all {
		value, negative := strings.CutPrefix(c.Value, "!")
		switch {
		case c.Header != "":
			add(&m, &m.Headers, strings.ToLower(c.Header), value, negative)
		case c.Cookie != "":
			add(&m, &m.Cookies, c.Cookie, value, negative)
		case c.Argument != "":
			add(&m, &m.Query, c.Argument, value, negative)
		case c.Variable == "$request_method" && negative && value == "": // every request has one
		case c.Variable == "$request_method" && !negative && m.Method == "" && isMethod(value):
			m.Method = strings.ToUpper(value)
		case c.Variable == "$request_uri" && !negative:
			both, some, ok := narrower(path, value)
			if !some {
				return m, false
			}
			if !ok {
				m.Other = append(m.Other, c.Variable)
			}
			m.Path = &both
			path = both
		default:
			m.Other = append(m.Other, c.Variable)
		}
	}
	return m, true
}

func isMethod(value string) bool {
	return value != "" && strings.Trim(strings.ToUpper(value), "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// add adds a condition on a text. An expression that holds for nothing at all holds where
// nothing is said too, which no condition has words for.
func add(m *route.Match, list *[]route.Condition, name, value string, negative bool) {
	c := textOf(name, value)
	switch {
	case negative && value == "":
		c.Kind, c.Value = route.TextMatches, "(?s:.+)"
	case value == "":
		c.Kind, c.Value = route.TextNotMatches, "(?s:.+)"
	case negative && c.Kind == route.TextIs:
		c.Kind = route.TextNot
	case negative && c.Kind == route.TextLeading:
		c.Kind = route.TextNotLeading
	case negative:
		c.Kind = route.TextNotMatches
	case c.Kind == route.TextMatches && c.Fits("", true) != route.No:
		m.Other = append(m.Other, name)
		return
	}
	*list = append(*list, c)
}

// textOf is a value as a condition: a text, or an expression.
func textOf(name, value string) route.Condition {
	c := route.Condition{Name: name, Kind: route.TextMatches}
	expr, isExpr := strings.CutPrefix(value, "~")
	if !isExpr {
		text := unescape(value)
		if c.Value = "(?i)" + regexp.QuoteMeta(text); strings.ToLower(text) == strings.ToUpper(text) {
			c.Kind, c.Value = route.TextIs, text
		}
		return c
	}
	if folded, ok := strings.CutPrefix(expr, "*"); ok {
		c.Value = "(?i)" + whole(unescape(folded))
		return c
	}
	expr = unescape(expr)
	rest, begins := strings.CutPrefix(expr, "^")
	if text, ok := literal(strings.TrimSuffix(rest, "$")); ok && begins {
		c.Kind, c.Value = route.TextLeading, text
		if strings.HasSuffix(rest, "$") && !strings.HasSuffix(rest, `\$`) {
			c.Kind = route.TextIs
		}
		return c
	}
	c.Value = whole(expr)
	return c
}

// unreadable is an expression among some conditions that cannot be read here; no if all can.
func unreadable(all []condition) (expr string, odd bool) {
	for _, c := range all {
		value := strings.TrimPrefix(c.Value, "!")
		expr, isExpr := strings.CutPrefix(value, "~")
		if _, err := regexp.Compile(unescape(strings.TrimPrefix(expr, "*"))); isExpr && err != nil {
			return value, true
		}
	}
	return "", false
}

// literal is the one text that an expression holds for.
func literal(expr string) (string, bool) {
	re, err := regexp.Compile(expr)
	if err != nil {
		return "", false
	}
	return re.LiteralPrefix()
}

// narrower is the path of requests that fit a path and an expression for $request_uri; some
// is no where there are none, ok where nobody can say.
func narrower(path route.PathMatch, value string) (both route.PathMatch, some, ok bool) {
	also, ok := uriOf(value)
	switch {
	case !ok:
		return path, true, false
	case path == route.PathMatch{Kind: route.PathLeading, Value: "/"}:
		return also, true, true
	case path.Kind == route.PathIs:
		return path, also.Fits(path.Value) == route.Yes, true
	case also.Kind == route.PathIs:
		return also, path.Fits(also.Value) != route.No, true
	case path.Kind == route.PathLeading && also.Kind == route.PathPrefix:
		below := strings.TrimSuffix(path.Value, "/")
		switch {
		case strings.HasPrefix(also.Value, path.Value):
			return also, true, true
		case also.Fits(below) == route.Yes: // all below it begins so
			return path, true, true
		}
		return path, false, true
	}
	return path, true, false
}

// uriOf is an expression for $request_uri as a path, if it is as this package writes them.
func uriOf(value string) (route.PathMatch, bool) {
	expr, ok := strings.CutPrefix(value, "~^")
	if !ok {
		return route.PathMatch{}, false
	}
	if of, ok := strings.CutSuffix(expr, endsPrefix); ok {
		text, isText := literal(unescape(of))
		return route.PathMatch{Kind: route.PathPrefix, Value: text}, isText
	}
	of, ok := strings.CutSuffix(expr, endsPath)
	if !ok {
		return route.PathMatch{}, false
	}
	if text, isText := literal(unescape(of)); isText {
		return route.PathMatch{Kind: route.PathIs, Value: text}, true
	}
	return route.PathMatch{Kind: route.PathMatches, Value: unescape(of)}, true
}
