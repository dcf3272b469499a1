package verify

import (
	"maps"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/route"
)

// maxRequests bounds the requests that are looked at for one host of one entry.
const maxRequests = 4096

// kinds are requests of each kind that rules tell apart.
type kinds struct {
	list []route.Request
	all  bool // no if there are too many kinds
	told bool // no if expressions are too much entangled to be told apart
}

// requests are one request of each kind that the rules of an entry tell apart
// for a host: every path that a rule names and one below it, and those that
// expressions tell apart, with every set of conditions that a rule has, and with
// two of them.
func (s *sampler) requests(via route.Entry, host string, rules []route.Rule) kinds {
	var paths, methods []string
	values, told := s.values(rules)
	var ports []int
	conditions, others := []route.Request{{}}, []route.Request(nil)
	for _, r := range rules {
		paths = append(paths, samplePaths(r.Match.Path)...)
		methods = append(methods, r.Match.Method)
		ports = append(ports, r.Match.Port)
		fitting := fittingRequests(r.Match, values)
		conditions, others = append(conditions, fitting[0]), append(others, fitting[1:]...)
	}
	more := s.paths(rules, paths)
	k := kinds{told: told && more.all, all: true}
	paths, methods, ports = distinct(append(paths, more.texts...)), distinct(methods), knownPorts(distinct(ports))
	conditions = unique(conditions)
	if n := len(conditions); n <= 12 {
		for i := 1; i < n; i++ {
			for j := i + 1; j < n; j++ {
				conditions = append(conditions, joined(conditions[i], conditions[j]))
			}
		}
	}
	for _, c := range unique(append(conditions, others...)) {
		for _, path := range paths {
			for _, method := range methods {
				for _, port := range ports {
					if k.all = len(k.list) < maxRequests; !k.all {
						return k
					}
					one := c
					one.Via, one.Host, one.Path, one.Method, one.Port = via, host, path, method, port
					k.list = append(k.list, one)
				}
			}
		}
	}
	return k
}

// cost is what comparing a request with a rule costs, in comparisons of text.
// An expression is compiled each time, and repetitions in it are written out.
func cost(r route.Rule) int {
	m := r.Match
	n := 1 + len(r.Hosts) + len(m.Headers) + len(m.Cookies) + len(m.Query)
	if m.Path != nil && m.Path.Kind == route.PathMatches {
		n += expressionCost(m.Path.Value)
	}
	for _, c := range slices.Concat(m.Headers, m.Cookies, m.Query) {
		if c.Kind == route.TextMatches || c.Kind == route.TextNotMatches {
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
func samplePaths(p *route.PathMatch) []string {
	if p == nil {
		return []string{"/"}
	}
	below := strings.TrimSuffix(p.Value, "/") + "/x"
	switch p.Kind {
	case route.PathLeading:
		return []string{p.Value, p.Value + "x", below}
	case route.PathMatches:
		return sampleTexts(p.Value)
	}
	return []string{p.Value, below}
}

// fittingRequests are requests that fit the conditions of a match other than path,
// method and port: one, and one more for each other text that an expression of
// theirs matches; and for each text that must not be there, one that has it.
func fittingRequests(m route.Match, values map[string][]string) []route.Request {
	bare := route.Request{Headers: map[string]string{}, Cookies: map[string]string{}, Query: map[string]string{}}
	first := bare
	var all []route.Request
	with := func(r route.Request, part namedPart, name, value string) {
		*part.of(&r) = maps.Clone(*part.of(&r))
		(*part.of(&r))[name] = value
		all = append(all, r)
	}
	for _, part := range parted(m) {
		*part.of(&first) = maps.Clone(*part.of(&first))
		for _, c := range part.conditions {
			for _, value := range refusedValues(c, values[part.word+c.Name]) {
				with(bare, part, c.Name, value)
			}
			texts := append(sampleValues(c), fitting(c, values[part.word+c.Name])...)
			for i, value := range distinctTexts(texts) {
				if i == 0 {
					(*part.of(&first))[c.Name] = value
					continue
				}
				with(first, part, c.Name, value)
			}
		}
	}
	return append([]route.Request{first}, all...)
}

// refusedValues are values that must not be there.
func refusedValues(c route.Condition, values []string) []string {
	switch c.Kind {
	case route.TextNot, route.TextNotLeading:
		return []string{c.Value}
	case route.TextAbsent:
		return []string{"x"}
	case route.TextNotMatches:
		return append(sampleTexts(c.Value), values...)
	}
	return nil
}

// distinctTexts drops repetitions; without any there is none.
func distinctTexts(texts []string) []string {
	if len(texts) == 0 {
		return nil
	}
	return distinct(texts)
}

// sampleValues are values that a condition holds for; none where it holds for a
// request that has none.
func sampleValues(c route.Condition) []string {
	switch c.Kind {
	case route.TextNot, route.TextAbsent, route.TextNotLeading, route.TextNotMatches:
		return nil
	case route.TextThere:
		return []string{"x"}
	case route.TextMatches:
		return sampleTexts(c.Value)
	}
	return []string{c.Value}
}

// maxSamples bounds the texts that are tried of one expression.
const maxSamples = 24

// sampleTexts are texts that an expression matches as a whole: a short one, and
// others that take each of its branches once.
func sampleTexts(expr string) []string {
	tree, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil
	}
	re, err := regexp.Compile("^(?:" + expr + ")$")
	if err != nil {
		return nil
	}
	texts := slices.DeleteFunc(branches(tree.Simplify()), func(text string) bool { return !re.MatchString(text) })
	if len(texts) == 0 {
		return nil
	}
	return distinct(texts)
}

// branches are short texts of an expression, the first one about the shortest:
// every alternative, both ends of a class, with and without what may be absent,
// one of them at a time. What they say of anchors and the like is checked by the
// caller.
func branches(e *syntax.Regexp) []string {
	var all []string
	switch e.Op {
	case syntax.OpLiteral:
		return []string{string(e.Rune)}
	case syntax.OpCharClass:
		all = class(e.Rune)
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return []string{"x"}
	case syntax.OpCapture, syntax.OpPlus:
		all = branches(e.Sub[0])
	case syntax.OpStar, syntax.OpQuest:
		all = append([]string{""}, branches(e.Sub[0])...)
	case syntax.OpConcat:
		all = concatenated(e.Sub)
	case syntax.OpAlternate:
		for _, sub := range e.Sub {
			all = append(all, branches(sub)[0])
		}
		for _, sub := range e.Sub {
			all = append(all, branches(sub)[1:]...)
		}
	default:
		return []string{""}
	}
	return all[:min(len(all), maxSamples)]
}

// concatenated are the texts of a sequence: all parts at their shortest, then one
// part at a time in another way.
func concatenated(parts []*syntax.Regexp) []string {
	texts := make([][]string, len(parts))
	first := make([]string, len(parts))
	for i, p := range parts {
		texts[i] = branches(p)
		first[i] = texts[i][0]
	}
	all := []string{strings.Join(first, "")}
	for i := range parts {
		for _, text := range texts[i][1:] {
			if len(all) == maxSamples {
				return all
			}
			all = append(all, strings.Join(first[:i], "")+text+strings.Join(first[i+1:], ""))
		}
	}
	return all
}

// class are characters of a class: a letter or digit if it has one, then the
// ends of its first ranges.
func class(ranges []rune) []string {
	if len(ranges) == 0 {
		return []string{""}
	}
	all := []string{string(printable(ranges))}
	for _, end := range ranges[:min(len(ranges), 8)] {
		if text := string(end); text != all[0] && strconv.IsPrint(end) {
			all = append(all, text)
		}
	}
	return distinct(all)
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
func joined(a, b route.Request) route.Request {
	over := func(a, b map[string]string) map[string]string {
		all := maps.Clone(b)
		maps.Copy(all, a)
		return all
	}
	return route.Request{Headers: over(a.Headers, b.Headers), Cookies: over(a.Cookies, b.Cookies), Query: over(a.Query, b.Query)}
}

// unique drops repetitions; the order stays.
func unique(all []route.Request) []route.Request {
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(r route.Request) bool {
		key := conditionText(r)
		twice := seen[key]
		seen[key] = true
		return twice
	})
}

// conditionText is a request's headers, cookies and query as people write them.
func conditionText(r route.Request) string {
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
