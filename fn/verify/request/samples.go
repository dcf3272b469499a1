package request

import (
	"errors"
	"maps"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/automaton"
	"github.com/cutoverdev/cutover/generators/route"
)

// This file finds texts that regular expressions tell apart: of two expressions,
// one that only the first matches, one that only the second matches, one that
// both match. Where no expression is used it has nothing to do.

// maxTelling bounds what it may cost to tell the expressions of one host apart,
// in instructions of their programs.
const maxTelling = 1 << 21

// Sampler remembers what was found out about expressions: rules of many hosts
// have the same ones.
type Sampler struct {
	texts map[string]samples
	Work  int // what that cost, in comparisons of text
}

// samples are texts of all kinds that some expressions tell apart, unless that
// took too much work.
type samples struct {
	texts []string
	all   bool
}

// NewSampler is a sampler that knows no expression yet.
func NewSampler() *Sampler { return &Sampler{texts: map[string]samples{}} }

// pathDomain is what is asked for as a path: of characters that stand in one as
// they are (RFC 3986, pchar), and without segments that are empty, . or .., which
// clients and routers take out.
const pathDomain = `/(?:` + segment + `/)*(?:` + segment + `)?`

const segment = `(?:` + notDot + pathChar + `*|\.` + notDot + pathChar + `*|\.\.` + pathChar + `+)`

const (
	notDot   = `[A-Za-z0-9_~!$&'()*+,;=:@%-]`
	pathChar = `[A-Za-z0-9_~!$&'()*+,;=:@%.-]`
)

// textDomain is what is asked for as a header, cookie or parameter: routers do
// not see spaces around it (RFC 9110, 5.5).
const textDomain = `[!-~](?:[ -~]*[!-~])?`

// paths are paths of each kind that rules tell apart beside those that are known.
func (s *Sampler) paths(rules []route.Rule, known []string) samples {
	var exprs []string
	some := false
	for _, r := range rules {
		if p := r.Match.Path; p != nil {
			some = some || p.Kind == route.PathMatches
			exprs = append(exprs, pathExpression(*p))
		}
	}
	if !some {
		return samples{all: true}
	}
	return s.apart(pathDomain, exprs, known)
}

// pathExpression is a match of paths as an expression.
func pathExpression(p route.PathMatch) string {
	switch p.Kind {
	case route.PathMatches:
		return p.Value
	case route.PathIs:
		return regexp.QuoteMeta(p.Value)
	case route.PathLeading:
		return regexp.QuoteMeta(p.Value) + ".*"
	}
	return regexp.QuoteMeta(strings.TrimSuffix(p.Value, "/")) + "(?:/.*)?"
}

// apart are texts of a domain for each set of some expressions that a text can
// match, beside those that are known.
func (s *Sampler) apart(domain string, exprs, known []string) samples {
	exprs = cluster.Distinct(exprs)
	key := strings.Join(exprs, "\x00") + domain
	if told, ok := s.texts[key]; ok {
		return told
	}
	search := automaton.Search{Work: maxTelling, Known: known}
	search.Domain, _ = automaton.Parse(domain)
	all := true
	for _, expr := range exprs {
		l, err := automaton.Parse(expr)
		if err == nil {
			search.Of = append(search.Of, l)
		}
		all = all && !errors.Is(err, automaton.ErrLarge) // what Go cannot read at all may match anything, and is taken so
	}
	texts, ok := search.Texts()
	s.Work += (maxTelling - search.Work) / 8
	s.texts[key] = samples{texts, ok && all}
	return s.texts[key]
}

// values are texts for the headers, cookies and parameters of some rules whose
// expressions tell them apart, by [valueKey].
func (s *Sampler) values(rules []route.Rule) (byName map[string][]string, all bool) {
	of := map[string][]route.Condition{}
	some := map[string]bool{}
	for _, r := range rules {
		for _, part := range parted(r.Match) {
			for _, c := range part.conditions {
				key := part.word + c.Name
				of[key] = append(of[key], c)
				some[key] = some[key] || c.Kind == route.TextMatches || c.Kind == route.TextNotMatches
			}
		}
	}
	byName, all = map[string][]string{}, true
	for _, key := range slices.Sorted(maps.Keys(some)) {
		if !some[key] {
			continue
		}
		var exprs, known []string
		for _, c := range of[key] {
			exprs = append(exprs, textExpressions(c)...)
			known = append(known, sampleValues(c)...)
		}
		told := s.apart(textDomain, exprs, known)
		byName[key], all = told.texts, all && told.all
	}
	return byName, all
}

// textExpressions are the expression of a condition, and none of one that does
// not look at the text.
func textExpressions(c route.Condition) []string {
	switch c.Kind {
	case route.TextThere, route.TextAbsent:
		return nil
	case route.TextMatches, route.TextNotMatches:
		return []string{c.Value}
	case route.TextLeading, route.TextNotLeading:
		return []string{regexp.QuoteMeta(c.Value) + ".*"}
	}
	return []string{regexp.QuoteMeta(c.Value)}
}

// part is one of the three places where a match looks at named texts.
type namedPart struct {
	word       string
	conditions []route.Condition
	of         func(*route.Request) *map[string]string
}

func parted(m route.Match) []namedPart {
	return []namedPart{
		{"header ", m.Headers, func(r *route.Request) *map[string]string { return &r.Headers }},
		{"cookie ", m.Cookies, func(r *route.Request) *map[string]string { return &r.Cookies }},
		{"query ", m.Query, func(r *route.Request) *map[string]string { return &r.Query }},
	}
}

// fitting are the texts among some for which a condition holds.
func fitting(c route.Condition, texts []string) []string {
	return slices.DeleteFunc(slices.Clone(texts), func(text string) bool {
		m := route.Match{Query: []route.Condition{c}}
		return m.Fits(route.Request{Query: map[string]string{c.Name: text}}) == route.No
	})
}

// Unreadable are the expressions of some rules that are none of RE2.
func Unreadable(rules []route.Rule) []string {
	var all []string
	for _, r := range rules {
		if p := r.Match.Path; p != nil && p.Kind == route.PathMatches && !readable(p.Value) {
			all = append(all, p.Value)
		}
		for _, part := range parted(r.Match) {
			for _, c := range part.conditions {
				if (c.Kind == route.TextMatches || c.Kind == route.TextNotMatches) && !readable(c.Value) {
					all = append(all, part.word+c.Name+" "+c.Value)
				}
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func readable(expr string) bool {
	_, err := syntax.Parse(expr, syntax.Perl)
	return err == nil
}
