package verify

import (
	"maps"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/traffic"
)

// maxRequests bounds the requests that are looked at for one host of one entry.
const maxRequests = 4096

// requests are one request of each kind that the rules of an entry tell apart
// for a host: every path that a rule names and one below it, with every set of
// conditions that a rule has, and with two of them. all is no if there are too
// many kinds.
func requests(via traffic.Entry, host string, rules []traffic.Rule) (list []traffic.Request, all bool) {
	var paths, methods []string
	var ports []int
	conditions := []traffic.Request{{}}
	for _, r := range rules {
		paths = append(paths, samplePaths(r.Match.Path)...)
		methods = append(methods, r.Match.Method)
		ports = append(ports, r.Match.Port)
		conditions = append(conditions, sample(r.Match))
	}
	paths, methods, ports = distinct(paths), distinct(methods), knownPorts(distinct(ports))
	conditions = unique(conditions)
	if n := len(conditions); n <= 12 {
		for i := 1; i < n; i++ {
			for j := i + 1; j < n; j++ {
				conditions = append(conditions, joined(conditions[i], conditions[j]))
			}
		}
	}
	for _, c := range conditions {
		for _, path := range paths {
			for _, method := range methods {
				for _, port := range ports {
					if len(list) == maxRequests {
						return list, false
					}
					one := c
					one.Via, one.Host, one.Path, one.Method, one.Port = via, host, path, method, port
					list = append(list, one)
				}
			}
		}
	}
	return list, true
}

// cost is what comparing a request with a rule costs, in comparisons of text.
// An expression is compiled each time, and repetitions in it are written out.
func cost(r traffic.Rule) int {
	m := r.Match
	n := 1 + len(r.Hosts) + len(m.Headers) + len(m.Cookies) + len(m.Query)
	if m.Path != nil && m.Path.Kind == traffic.PathMatches {
		n += expressionCost(m.Path.Value)
	}
	for _, c := range slices.Concat(m.Headers, m.Cookies, m.Query) {
		if c.Kind == traffic.TextMatches {
			n += expressionCost(c.Value)
		}
	}
	return n
}

func expressionCost(expr string) int {
	tree, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return 100
	}
	return 100 + 5*nodes(tree.Simplify())
}

func nodes(e *syntax.Regexp) int {
	n := 1
	for _, sub := range e.Sub {
		n += nodes(sub)
	}
	return n
}

// samplePaths are paths that a match holds for, and a neighbour of each.
func samplePaths(p *traffic.PathMatch) []string {
	if p == nil {
		return []string{"/"}
	}
	below := strings.TrimSuffix(p.Value, "/") + "/x"
	switch p.Kind {
	case traffic.PathLeading:
		return []string{p.Value, p.Value + "x", below}
	case traffic.PathMatches:
		if text, ok := sampleText(p.Value); ok {
			return []string{text}
		}
		return nil
	}
	return []string{p.Value, below}
}

// sample is a request that fits the conditions of a match other than path,
// method and port.
func sample(m traffic.Match) traffic.Request {
	return traffic.Request{Headers: sampleValues(m.Headers), Cookies: sampleValues(m.Cookies), Query: sampleValues(m.Query)}
}

func sampleValues(conditions []traffic.Condition) map[string]string {
	values := map[string]string{}
	for _, c := range conditions {
		switch c.Kind {
		case traffic.TextNot: // holds for a request without it
		case traffic.TextThere:
			values[c.Name] = "x"
		case traffic.TextMatches:
			if text, ok := sampleText(c.Value); ok {
				values[c.Name] = text
			}
		default:
			values[c.Name] = c.Value
		}
	}
	return values
}

// sampleText is a text that an expression matches as a whole.
func sampleText(expr string) (string, bool) {
	tree, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return "", false
	}
	text := shortest(tree.Simplify())
	re, err := regexp.Compile("^(?:" + expr + ")$")
	return text, err == nil && re.MatchString(text)
}

// shortest is about the shortest text of an expression. What it says of
// anchors and the like is checked by its caller.
func shortest(e *syntax.Regexp) string {
	switch e.Op {
	case syntax.OpLiteral:
		return string(e.Rune)
	case syntax.OpCharClass:
		if len(e.Rune) > 0 {
			return string(printable(e.Rune))
		}
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return "x"
	case syntax.OpCapture, syntax.OpPlus:
		return shortest(e.Sub[0])
	case syntax.OpConcat:
		var b strings.Builder
		for _, sub := range e.Sub {
			b.WriteString(shortest(sub))
		}
		return b.String()
	case syntax.OpAlternate:
		return shortest(e.Sub[0])
	}
	return ""
}

// printable is a letter or digit of a character class if it has one, else its first.
func printable(class []rune) rune {
	for i := 0; i+1 < len(class); i += 2 {
		for _, r := range "a0A" {
			if class[i] <= r && r <= class[i+1] {
				return r
			}
		}
	}
	return class[0]
}

// joined is a request that has what both have; the first one's where they differ.
func joined(a, b traffic.Request) traffic.Request {
	over := func(a, b map[string]string) map[string]string {
		all := maps.Clone(b)
		maps.Copy(all, a)
		return all
	}
	return traffic.Request{Headers: over(a.Headers, b.Headers), Cookies: over(a.Cookies, b.Cookies), Query: over(a.Query, b.Query)}
}

// unique drops repetitions; the order stays.
func unique(all []traffic.Request) []traffic.Request {
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(r traffic.Request) bool {
		key := conditionText(r)
		twice := seen[key]
		seen[key] = true
		return twice
	})
}

// conditionText is a request's headers, cookies and query as people write them.
func conditionText(r traffic.Request) string {
	var parts []string
	if r.Method != "" {
		parts = append(parts, "method "+r.Method)
	}
	for _, part := range []struct {
		word   string
		values map[string]string
	}{{"", r.Headers}, {"cookie ", r.Cookies}, {"query ", r.Query}} {
		for _, name := range slices.Sorted(maps.Keys(part.values)) {
			parts = append(parts, part.word+name+": "+part.values[name])
		}
	}
	return strings.Join(parts, ", ")
}

// knownPorts puts a port that no rule names in the place of any: where some
// rule looks at the port, a request that does not say is none.
func knownPorts(ports []int) []int {
	if slices.Equal(ports, []int{0}) {
		return ports
	}
	other := 1
	for slices.Contains(ports, other) {
		other++
	}
	for i, p := range ports {
		if p == 0 {
			ports[i] = other
		}
	}
	return ports
}

// distinct drops repetitions; the order stays. Without any there is one, the zero.
func distinct[T comparable](all []T) []T {
	seen := map[T]bool{}
	var kept []T
	for _, v := range all {
		if !seen[v] {
			seen[v] = true
			kept = append(kept, v)
		}
	}
	if kept == nil {
		kept = append(kept, *new(T))
	}
	return kept
}

// anyHost stands for a host that no rule names.
const anyHost = "any"

// sampleHost is a host that a host or wildcard of a rule covers.
func sampleHost(host string) string {
	switch {
	case host == "" || host == "*":
		return anyHost
	case strings.HasPrefix(host, "*."):
		return anyHost + host[1:]
	}
	return host
}
