package automaton

import (
	"errors"
	"regexp/syntax"
)

// Language is the set of texts that an expression matches as a whole.
type Language struct {
	prog  *syntax.Prog
	looks bool // at what stands before or behind: \b, ^, $
}

// maxProgram bounds the instructions of an expression: repetitions in it are
// written out.
const maxProgram = 1 << 12

// ErrLarge is said of an expression that is too large to be looked at.
var ErrLarge = errors.New("the expression is too large")

// Parse reads an expression. It fails for what RE2 does not know, a lookahead
// say, and for what is too large.
func Parse(expr string) (Language, error) {
	tree, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return Language{}, err
	}
	prog, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return Language{}, err
	}
	if len(prog.Inst) > maxProgram {
		return Language{}, ErrLarge
	}
	l := Language{prog: prog}
	for _, i := range prog.Inst {
		l.looks = l.looks || i.Op == syntax.InstEmptyWidth
	}
	return l, nil
}

// letters are the characters that texts are made of, those that people like to
// read first: where several would do, the first one is taken.
const letters = "axbcdefghijklmnopqrstuvwyz" + "0123456789" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + "-_.~/=:;,@!$&'()*+|^`\"<>[]{}\\#?% "

// alphabet is one letter of each class that some languages tell apart, and the
// place there of the one that stands for each letter.
func alphabet(all []Language) (firsts []rune, place map[rune]int) {
	classes := make([]int, len(letters))
	seen := map[string]bool{}
	for _, l := range all {
		for _, in := range l.prog.Inst {
			if key := string(in.Rune) + string(rune(in.Arg)); consumes(in) && !seen[key] {
				seen[key] = true
				refine(classes, func(r rune) bool { return takes(in, r) })
			}
		}
		if l.looks {
			refine(classes, syntax.IsWordChar)
		}
	}
	at := map[int]int{}
	place = map[rune]int{}
	for i, r := range letters {
		if _, known := at[classes[i]]; !known {
			at[classes[i]] = len(firsts)
			firsts = append(firsts, r)
		}
		place[r] = at[classes[i]]
	}
	return firsts, place
}

// refine splits the classes of letters by a question.
func refine(classes []int, holds func(rune) bool) {
	split := map[int]int{} // class → that of its letters for which it holds
	next := 0
	for _, c := range classes {
		next = max(next, c+1)
	}
	for i, r := range letters {
		if !holds(r) {
			continue
		}
		to, ok := split[classes[i]]
		if !ok {
			to = next
			split[classes[i]], next = to, next+1
		}
		classes[i] = to
	}
}

// consumes reports whether an instruction takes a character.
func consumes(in syntax.Inst) bool {
	switch in.Op {
	case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
		return true
	}
	return false
}

// takes reports whether an instruction takes this character.
func takes(in syntax.Inst, r rune) bool {
	return consumes(in) && in.MatchRune(r)
}
