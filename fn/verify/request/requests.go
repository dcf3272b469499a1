package request

import (
	"maps"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/route"
)

// MaxRequests bounds the requests that are looked at for one host of one entry.
const MaxRequests = 4096

// Kinds are requests of each kind that rules tell apart.
type Kinds struct {
	List      []route.Request
	All       bool // no if there are too many kinds
	ToldApart bool // no if expressions are too much entangled to be told apart
}

// Requests are one request of each kind that the rules of an entry tell apart
// for a host: every path that a rule names and one below it, and those that
// expressions tell apart, with every set of conditions that a rule has, and with
// two of them.
func (s *Sampler) Requests(via route.Entry, host string, rules []route.Rule) Kinds {
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
	k := Kinds{ToldApart: told && more.all, All: true}
	paths, methods, ports = cluster.Distinct(append(paths, more.texts...)), cluster.Distinct(methods), knownPorts(cluster.Distinct(ports))
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
					if k.All = len(k.List) < MaxRequests; !k.All {
						return k
					}
					one := c
					one.Via, one.Host, one.Path, one.Method, one.Port = via, host, path, method, port
					k.List = append(k.List, one)
				}
			}
		}
	}
	return k
}

// Cost is what comparing a request with a rule costs, in comparisons of text.
// An expression is compiled each time, and repetitions in it are written out.
func Cost(r route.Rule) int {
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
	return cluster.Distinct(texts)
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
		key := ConditionText(r)
		twice := seen[key]
		seen[key] = true
		return twice
	})
}

// ConditionText is a request's headers, cookies and query as people write them.
func ConditionText(r route.Request) string {
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
