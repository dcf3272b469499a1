package traefik

import (
	"cmp"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/cutoverdev/cutover/generators/route"
)

// This file says what the conditions of a rule mean (Traefik v3.7, pkg/muxer/http and
// pkg/muxer/tcp, matcher.go).

// parseHTTP reads a rule of an IngressRoute.
func parseHTTP(rule string) (expression, error) { return parseRule(rule, httpMatchers) }

// parseRule reads a rule, and refuses what Traefik refuses: it then has no such router.
func parseRule(rule string, matchers map[string][]int) (expression, error) {
	e, err := parse(rule, names(matchers))
	if err != nil {
		return e, err
	}
	for _, c := range e.leaves(false) {
		if err := c.check(matchers[c.matcher]); err != nil {
			return e, err
		}
	}
	return e, nil
}

// check is why Traefik refuses a condition.
func (c condition) check(counts []int) error {
	last := c.args[len(c.args)-1]
	switch {
	case !slices.Contains(counts, len(c.args)):
		return fmt.Errorf("has %s with %d texts", c.matcher, len(c.args))
	case strings.HasPrefix(c.matcher, "Host") && strings.ContainsFunc(last, func(r rune) bool { return r > unicode.MaxASCII }):
		return fmt.Errorf("has %s, which is not in ASCII", c)
	case strings.HasSuffix(c.matcher, "Regexp"):
		if _, err := regexp.Compile(last); err != nil {
			return fmt.Errorf("has %s, which is no expression of RE2", c)
		}
	case (c.matcher == "Path" || c.matcher == "PathPrefix") && !strings.HasPrefix(last, "/"):
		return fmt.Errorf("has %s, which does not begin with /", c)
	case c.matcher == "ClientIP":
		_, err := netip.ParsePrefix(last)
		if _, address := netip.ParseAddr(last); err != nil && address != nil {
			return fmt.Errorf("has %s, which is no address", c)
		}
	}
	return nil
}

// hosts are what a list of conditions says of the host.
type hosts struct {
	is, not []string         // as Host and HostSNI have them, in lower case
	like    []*regexp.Regexp // of HostRegexp
	unlike  []*regexp.Regexp
	said    []string // those of them that are no exact host, as the rule has them
}

// matchOf splits a list of conditions into what it says of the host and of the rest of
// a request. It is false if no request fits them all.
func matchOf(all []condition) (hosts, route.Match, bool) {
	var h hosts
	m, ok := route.Match{}, true
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b condition) int { return cmp.Compare(a.rank(), b.rank()) })
	for _, c := range all {
		last := c.args[len(c.args)-1]
		switch c.matcher {
		case "Host", "HostSNI", "HostRegexp", "HostSNIRegexp":
			h.add(c, last)
		case "Path", "PathPrefix", "PathRegexp":
			ok = addPath(&m, c, last) && ok
		case "Method":
			ok = addMethod(&m, c, strings.ToUpper(last)) && ok
		case "Header", "HeaderRegexp":
			m.Headers = append(m.Headers, text(c, strings.ToLower(c.args[0]), last))
		case "Query", "QueryRegexp":
			if len(c.args) == 1 { // to Traefik, a parameter that is there and empty
				c.matcher, last = "Query", ""
			}
			m.Query = append(m.Query, text(c, c.args[0], last))
		default:
			m.Other = append(m.Other, c.String())
		}
	}
	return h, m, ok && h.some()
}

// rank orders conditions by how much they say: others are then held against them.
func (c condition) rank() int {
	switch {
	case c.negated:
		return 3
	case c.matcher == "Path":
		return 0
	case c.matcher == "PathPrefix":
		return 1
	}
	return 2
}

func (h *hosts) add(c condition, text string) {
	text = strings.ToLower(text)
	switch {
	case strings.HasSuffix(c.matcher, "Regexp"):
		expr := regexp.MustCompile(c.args[0]) // see check
		if c.negated {
			h.unlike = append(h.unlike, expr)
		} else {
			h.like = append(h.like, expr)
		}
	case c.negated:
		h.not = append(h.not, strings.TrimSuffix(text, "."))
	case text != "*":
		h.is = append(h.is, strings.TrimSuffix(text, "."))
		if !strings.HasPrefix(text, "*") {
			return
		}
	default:
		return
	}
	h.said = append(h.said, c.String())
}

// fits reports whether a host fulfils what is said of it.
func (h hosts) fits(host string) bool {
	is := func(pattern string) bool { return hostIs(host, pattern) }
	like := func(e *regexp.Regexp) bool { return e.MatchString(host) }
	return !slices.ContainsFunc(h.is, func(p string) bool { return !is(p) }) && !slices.ContainsFunc(h.not, is) &&
		!slices.ContainsFunc(h.like, func(e *regexp.Regexp) bool { return !like(e) }) && !slices.ContainsFunc(h.unlike, like)
}

// hostIs compares a host with that of a matcher, in which * stands for the first label
// (v3.7, pkg/muxer, DomainMatchHostExpression).
func hostIs(host, pattern string) bool {
	if pattern == "*" {
		return true
	}
	rest, wild := strings.CutPrefix(pattern, "*")
	if !wild {
		return host == pattern
	}
	_, domain, _ := strings.Cut(host, ".")
	return rest == "."+domain
}

// exact is the one host that fits, if the conditions name one.
func (h hosts) exact() (string, bool) {
	i := slices.IndexFunc(h.is, func(p string) bool { return !strings.HasPrefix(p, "*") })
	if i < 0 {
		return "", false
	}
	return h.is[i], true
}

// some reports whether any host may fit.
func (h hosts) some() bool {
	host, one := h.exact()
	return !one || h.fits(host)
}

// widest is the narrowest host with a wildcard that has all that fit, "*" for every
// host, and whether it has no others.
func (h hosts) widest() (host string, same bool) {
	wild := slices.DeleteFunc(slices.Clone(h.is), func(p string) bool { return !strings.HasPrefix(p, "*.") })
	if len(wild) > 0 {
		return wild[0], len(h.said) == 1
	}
	for _, e := range h.like {
		if suffix, same := domainOf(e.String()); suffix != "" {
			return "*" + suffix, same && len(h.said) == 1
		}
	}
	return "*", len(h.said) == 0
}

// Expressions for what comes before a domain: labels, as many as there are. The second
// ones are for one label, and for several where nothing says that it is the first.
var (
	manyLabels = []string{".+", ".*"}
	oneLabel   = []string{"", "[^.]+", "[a-z0-9-]+", "[a-zA-Z0-9-]+", `[\w-]+`, `[a-z]+`}
)

// domainOf is the domain that an expression of hosts ends with, and whether everything
// below it fits: ^.+\.example\.com$ ends with .example.com. ^[^.]+\.example\.com$ does not
// fit a.b.example.com.
func domainOf(expr string) (domain string, same bool) {
	inner, begins := strings.CutPrefix(expr, "^")
	body, ends := strings.CutSuffix(inner, "$")
	if !ends || strings.HasSuffix(body, `\`) || strings.ContainsAny(body, "|()") {
		return "", false
	}
	parts := strings.Split(body, `\.`)
	i := len(parts)
	for i > 1 && isLabel(parts[i-1]) {
		i--
	}
	if i == len(parts) {
		return "", false
	}
	whole := slices.Contains(manyLabels, parts[0]) || !begins && slices.Contains(oneLabel, parts[0])
	return "." + strings.Join(parts[i:], "."), i == 1 && whole
}

// isLabel reports whether a text is a label of a host.
func isLabel(text string) bool {
	return text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

func addMethod(m *route.Match, c condition, method string) bool {
	switch {
	case c.negated && m.Method == "":
		m.Other = append(m.Other, c.String())
	case c.negated:
		return m.Method != method
	case m.Method != "":
		return m.Method == method
	default:
		m.Method = method
	}
	return true
}

// addPath adds a condition on the path. Of two that cannot be said as one, the second
// may hold or not. It is false if no path fits both.
func addPath(m *route.Match, c condition, value string) bool {
	p := &route.PathMatch{Kind: route.PathLeading, Value: value}
	switch c.matcher {
	case "Path":
		p.Kind = route.PathIs
	case "PathRegexp":
		p = &route.PathMatch{Kind: route.PathMatches, Value: anywhere(value)}
	}
	switch {
	case c.negated:
		return notPath(m, c, *p)
	case m.Path == nil:
		m.Path = p
	case m.Path.Kind == route.PathIs:
		return p.Fits(m.Path.Value) == route.Yes
	case p.Kind == route.PathIs:
		fits := m.Path.Fits(p.Value) == route.Yes
		m.Path = p
		return fits
	case m.Path.Kind == route.PathLeading && p.Kind == route.PathLeading && strings.HasPrefix(p.Value, m.Path.Value):
		m.Path = p
	case m.Path.Kind == route.PathLeading && p.Kind == route.PathLeading:
		return strings.HasPrefix(m.Path.Value, p.Value)
	default:
		m.Other = append(m.Other, c.String())
	}
	return true
}

// notPath adds a path that is left out.
func notPath(m *route.Match, c condition, p route.PathMatch) bool {
	switch {
	case m.Path != nil && m.Path.Kind == route.PathIs:
		return p.Fits(m.Path.Value) == route.No
	case m.Path != nil && m.Path.Kind == route.PathLeading && p.Kind != route.PathMatches:
		if p.Kind == route.PathLeading && strings.HasPrefix(m.Path.Value, p.Value) {
			return false
		}
		if !strings.HasPrefix(p.Value, m.Path.Value) {
			return true // it is none of those anyway
		}
	}
	m.Other = append(m.Other, c.String())
	return true
}

// text is a condition on a named text.
func text(c condition, name, value string) route.Condition {
	kind := route.TextIs
	if strings.HasSuffix(c.matcher, "Regexp") {
		kind, value = route.TextMatches, anywhere(value)
	}
	if c.negated {
		kind = map[route.TextKind]route.TextKind{route.TextIs: route.TextNot, route.TextMatches: route.TextNotMatches}[kind]
	}
	return route.Condition{Name: name, Kind: kind, Value: value}
}

// anywhere is an expression for a whole text, of one that may match a part of it.
func anywhere(expr string) string {
	inner, begins := strings.CutPrefix(expr, "^")
	inner, ends := strings.CutSuffix(inner, "$")
	if strings.HasSuffix(inner, `\`) || strings.ContainsAny(inner, "|") && !wrapped(inner) {
		return ".*(?:" + expr + ").*"
	}
	if !begins {
		inner = ".*" + inner
	}
	if !ends {
		inner += ".*"
	}
	return inner
}

// wrapped reports whether every | of an expression stands between parentheses.
func wrapped(expr string) bool {
	depth := 0
	for i := 0; i < len(expr); i++ {
		switch expr[i] {
		case '\\':
			i++
		case '[':
			return false // brackets hold parentheses that are none
		case '(':
			depth++
		case ')':
			depth--
		case '|':
			if depth == 0 {
				return false
			}
		}
	}
	return true
}
