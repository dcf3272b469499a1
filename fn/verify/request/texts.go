package request

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/route"
)

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
	return cluster.Distinct(texts)
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
	return cluster.Distinct(all)
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
