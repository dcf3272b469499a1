package traefik

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// This file reads the language of rules: Host(`a`) && (Path(`/x`) || !Method(`PUT`)).
// Traefik reads it as an expression of Go (v3.7, pkg/rules/parser.go, by
// vulcand/predicate), so && binds closer than ||.

// Bounds of what is read of a rule.
const (
	maxExpression   = 1 << 16 // bytes
	maxDepth        = 64      // parentheses and negations in each other
	maxAlternatives = 1 << 10 // of a rule, once && stands below ||
)

// httpMatchers are those of IngressRoutes, with how many texts they may have.
var httpMatchers = map[string][]int{
	"ClientIP": {1}, "Method": {1}, "Host": {1}, "HostRegexp": {1}, "Path": {1}, "PathRegexp": {1}, "PathPrefix": {1},
	"Header": {2}, "HeaderRegexp": {2}, "Query": {1, 2}, "QueryRegexp": {1, 2},
}

// tcpMatchers are those of IngressRouteTCPs.
var tcpMatchers = map[string][]int{"ALPN": {1}, "ClientIP": {1}, "HostSNI": {1}, "HostSNIRegexp": {1}}

// names are the matchers' names, in order.
func names(matchers map[string][]int) []string {
	var all []string
	for name := range matchers {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

// expression is a rule: a condition, or others joined by && or ||.
type expression struct {
	condition
	join string // "&&", "||", or "" for a condition
	of   []expression
	not  bool
}

// condition is a call of a matcher.
type condition struct {
	matcher string
	args    []string
	negated bool
}

// String is a condition as a rule has it.
func (c condition) String() string {
	not := ""
	if c.negated {
		not = "!"
	}
	return not + call(c.matcher, c.args...)
}

// call is a condition in the language of rules.
func call(matcher string, args ...string) string {
	var quoted []string
	for _, a := range args {
		quoted = append(quoted, quote(a))
	}
	return matcher + "(" + strings.Join(quoted, ", ") + ")"
}

// quote is a text as rules have it: between backticks, unless it has one.
func quote(text string) string {
	if strings.ContainsAny(text, "`\r") {
		return strconv.Quote(text)
	}
	return "`" + text + "`"
}

// cursor walks through the text of a rule.
type cursor struct {
	text     string
	at       int
	matchers []string
}

// parse reads a rule of some matchers.
func parse(rule string, matchers []string) (expression, error) {
	if len(rule) > maxExpression {
		return expression{}, fmt.Errorf("is longer than %d bytes", maxExpression)
	}
	p := &cursor{text: rule, matchers: matchers}
	e, err := p.joined(0, "||")
	if err == nil && p.next() != 0 {
		err = p.unexpected()
	}
	return e, err
}

// joined reads what && or || joins.
func (p *cursor) joined(depth int, join string) (expression, error) {
	var all []expression
	for {
		one, err := p.operand(depth, join)
		if err != nil {
			return expression{}, err
		}
		all = append(all, one)
		if p.next(); !strings.HasPrefix(p.text[p.at:], join) {
			break
		}
		p.at += len(join)
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return expression{join: join, of: all}, nil
}

func (p *cursor) operand(depth int, join string) (expression, error) {
	if join == "||" {
		return p.joined(depth, "&&")
	}
	if depth > maxDepth {
		return expression{}, fmt.Errorf("is nested deeper than %d", maxDepth)
	}
	switch p.next() {
	case '!':
		p.at++
		e, err := p.operand(depth+1, "&&")
		e.not = !e.not
		return e, err
	case '(':
		p.at++
		e, err := p.joined(depth+1, "||")
		if err == nil && p.next() != ')' {
			err = p.unexpected()
		}
		p.at++
		return e, err
	}
	return p.call()
}

// next is the next sign that is neither space nor comment; 0 at the end.
func (p *cursor) next() byte {
	from := p.at
	for p.at < len(p.text) {
		skip := space(p.text[p.at:])
		if skip == 0 {
			break
		}
		p.at += skip
	}
	if p.at < len(p.text) && p.ends(from) && strings.Contains(p.text[from:p.at], "\n") {
		p.at = from
		return '\n' // Go's language has a semicolon there
	}
	if p.at >= len(p.text) {
		return 0
	}
	return p.text[p.at]
}

// space is how long a space or comment is at the beginning of a text; 0 without any. A
// comment to the end of the line leaves that end.
func space(text string) int {
	switch {
	case strings.IndexByte(" \t\r\n", text[0]) >= 0:
		return 1
	case strings.HasPrefix(text, "//"):
		if end := strings.IndexByte(text, '\n'); end >= 0 {
			return end
		}
		return len(text)
	case strings.HasPrefix(text, "/*"):
		if end := strings.Index(text[2:], "*/"); end >= 0 {
			return end + 4
		}
	}
	return 0
}

// ends reports whether a line may end after what stands before a place: a text, a name,
// a parenthesis that closes.
func (p *cursor) ends(at int) bool {
	return at > 0 && (isLetter(p.text[at-1]) || strings.IndexByte(")`\"", p.text[at-1]) >= 0)
}

func (p *cursor) unexpected() error {
	if p.at >= len(p.text) {
		return fmt.Errorf("ends too early")
	}
	return fmt.Errorf("has %q where nothing of the language can stand", p.text[p.at:min(len(p.text), p.at+10)])
}

// call reads a condition.
func (p *cursor) call() (expression, error) {
	from := p.at
	for p.at < len(p.text) && isLetter(p.text[p.at]) {
		p.at++
	}
	name := p.text[from:p.at]
	i := slices.IndexFunc(p.matchers, func(m string) bool { return named(name, m) })
	switch {
	case name == "":
		return expression{}, p.unexpected()
	case i < 0:
		return expression{}, fmt.Errorf("has %s, which is no matcher", name)
	case p.next() != '(':
		return expression{}, p.unexpected()
	}
	c := condition{matcher: p.matchers[i]}
	for p.at++; ; p.at++ {
		if p.next() == ')' && len(c.args) > 0 {
			break // behind a comma
		}
		arg, err := p.literal()
		if err != nil {
			return expression{}, err
		}
		c.args = append(c.args, arg)
		if p.next() != ',' {
			break
		}
	}
	if p.next() != ')' {
		return expression{}, p.unexpected()
	}
	p.at++
	return expression{condition: c}, nil
}

func isLetter(b byte) bool { return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' }

// named reports whether a word names a matcher: as it is, in lower case, in upper
// case, or with a capital at its beginning alone (v3.7, pkg/rules, NewParser).
func named(word, matcher string) bool {
	lower := strings.ToLower(matcher)
	return word == matcher || word == lower || word == strings.ToUpper(matcher) || word == strings.ToUpper(lower[:1])+lower[1:]
}

// literal reads a text between backticks or quotation marks.
func (p *cursor) literal() (string, error) {
	sign := p.next()
	if sign != '`' && sign != '"' {
		return "", p.unexpected()
	}
	from := p.at
	for p.at++; p.at < len(p.text) && p.text[p.at] != sign; p.at++ {
		if sign == '"' && p.text[p.at] == '\\' {
			p.at++
		}
	}
	if p.at >= len(p.text) {
		return "", fmt.Errorf("ends too early")
	}
	p.at++
	text, err := strconv.Unquote(p.text[from:p.at])
	switch {
	case err != nil:
		return "", fmt.Errorf("has %s, which is no text", p.text[from:p.at])
	case text == "":
		return "", fmt.Errorf("has an empty text, which Traefik refuses")
	}
	return text, nil
}

// alternatives are the lists of conditions of which one must hold as a whole; false
// if there are too many.
func (e expression) alternatives(not bool) ([][]condition, bool) {
	not = not != e.not
	if e.join == "" {
		c := e.condition
		c.negated = not
		return [][]condition{{c}}, true
	}
	if (e.join == "||") != not { // one of them is enough
		var all [][]condition
		for _, o := range e.of {
			more, ok := o.alternatives(not)
			if all = append(all, more...); !ok || len(all) > maxAlternatives {
				return nil, false
			}
		}
		return all, true
	}
	all := [][]condition{nil}
	for _, o := range e.of {
		more, ok := o.alternatives(not)
		if !ok || len(all)*len(more) > maxAlternatives {
			return nil, false
		}
		var crossed [][]condition
		for _, a := range all {
			for _, b := range more {
				crossed = append(crossed, append(slices.Clip(a), b...))
			}
		}
		all = crossed
	}
	return all, true
}

// leaves are the conditions of a rule, in the order of the text, negated as a whole.
func (e expression) leaves(not bool) []condition {
	not = not != e.not
	if e.join == "" {
		c := e.condition
		c.negated = not
		return []condition{c}
	}
	var all []condition
	for _, o := range e.of {
		all = append(all, o.leaves(not)...)
	}
	return all
}

// print is a rule with what fn makes of each condition, in which what repeats itself
// stands once.
func (e expression) print(fn func(condition) string) string {
	text := ""
	if e.join == "" {
		text = fn(e.condition)
	}
	var all []string
	for _, o := range e.of {
		if one := o.print(fn); !slices.Contains(all, one) {
			all = append(all, one)
		}
	}
	for i := range all {
		if len(all) > 1 && e.join == "&&" {
			all[i] = operand(all[i])
		}
	}
	if e.join != "" {
		text = strings.Join(all, " "+e.join+" ")
	}
	switch {
	case e.not && e.join != "":
		return "!(" + text + ")"
	case e.not:
		return "!" + text
	}
	return text
}

// operand is a rule of requests as it stands beside &&.
func operand(rule string) string {
	if e, err := parse(rule, names(httpMatchers)); err == nil && (e.join != "||" || e.not) {
		return rule
	}
	return "(" + rule + ")"
}
