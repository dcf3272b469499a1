package nginx

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/route"
)

// This file says in which order nginx tries paths (ngx_http_core_module, location): an
// exact one; else it looks for the longest prefix, and takes it if that is ^~; else the
// first expression that fits; else that prefix.

// byPrecedence sorts paths so that the first that fits counts.
func byPrecedence(all []place) []place {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), b.length()-a.length())
	})
	return all
}

func (p place) rank() int {
	switch {
	case p.exact():
		return 0
	case p.longest():
		return 1
	case p.expression():
		return 2
	}
	return 3
}

// length orders prefixes; expressions stay as they are listed.
func (p place) length() int {
	if p.expression() {
		return 0
	}
	return len(p.bare())
}

// unordered says why paths cannot be put in one order: below a ^~ a longer prefix has the
// expressions before it, and the ^~ itself has not. A path that is the same but for its
// sign stops nginx from reading the configuration.
func unordered(all []place) string {
	expressions := slices.ContainsFunc(all, place.expression)
	for _, p := range all {
		for _, o := range all {
			if p.rank() != 1 || o.rank() != 3 || !strings.HasPrefix(o.bare(), p.bare()) {
				continue
			}
			if o.bare() == p.bare() {
				return "has " + p.at.Path + " and " + o.at.Path + ", which nginx takes for one path and refuses"
			}
			if expressions {
				return "has " + o.at.Path + " below " + p.at.Path + ", and expressions, which come before the one and not before the other"
			}
		}
	}
	return ""
}

// pathOf is the path of a place. Expressions are looked for anywhere in the path.
func pathOf(at place) *route.PathMatch {
	switch path := at.bare(); {
	case at.exact():
		return &route.PathMatch{Kind: route.PathIs, Value: path}
	case !at.expression():
		return &route.PathMatch{Kind: route.PathLeading, Value: path}
	case strings.HasPrefix(at.at.Path, "~*"):
		return &route.PathMatch{Kind: route.PathMatches, Value: "(?i)" + whole(unescape(path))}
	default:
		return &route.PathMatch{Kind: route.PathMatches, Value: whole(unescape(path))}
	}
}

// anchored is an expression for a whole text, as this package writes them.
var anchored = regexp.MustCompile(`^\^\(\?:(.*)\)\$$`)

// whole is an expression for a whole text that holds wherever one is found in it.
func whole(expr string) string {
	if m := anchored.FindStringSubmatch(expr); m != nil && balanced(m[1]) {
		return m[1]
	}
	return "(?s:.*)(?:" + expr + ")(?s:.*)"
}

// balanced reports whether an expression is one by itself, and not the middle of two.
func balanced(expr string) bool {
	_, err := regexp.Compile(expr)
	return err == nil
}

// unescape is a text between quotation marks as nginx reads it (ngx_conf_file.c,
// ngx_conf_read_token).
func unescape(text string) string {
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\'`, `'`, `\t`, "\t", `\r`, "\r", `\n`, "\n").Replace(text)
}
