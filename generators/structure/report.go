package structure

import (
	"regexp"
	"slices"

	"github.com/cutoverdev/cutover/generators/structure/cel"
)

// Judge judges objects. It keeps the expressions that it has met; one is for one
// goroutine.
type Judge struct {
	expressions map[string]*regexp.Regexp
	rules       map[string]*cel.Expression
}

// maxFaults bounds what is told of one object.
const maxFaults = 16

// walk goes through an object.
type walk struct {
	judge  *Judge
	path   []string
	faults []Fault
}

// fault takes down what is wrong where the walk is, or in a field there.
func (w *walk) fault(message, hint string, below ...string) {
	w.add(Fault{Path: slices.Concat(w.path, below), Message: message, Hint: hint})
}

// add takes down a fault, if there are not too many.
func (w *walk) add(f Fault) {
	if len(w.faults) < maxFaults {
		w.faults = append(w.faults, f)
	}
}

func (w *walk) addAll(faults []Fault) {
	for _, f := range faults {
		w.add(f)
	}
}

// rule is a rule of the table, read once.
func (w *walk) rule(text string) *cel.Expression {
	e, known := w.judge.rules[text]
	if !known {
		e = cel.Parse(text)
		w.judge.rules[text] = e
	}
	return e
}

// expression is an expression of the table, nil if Go has none such.
func (w *walk) expression(text string) *regexp.Regexp {
	re, known := w.judge.expressions[text]
	if !known {
		re, _ = regexp.Compile(text)
		w.judge.expressions[text] = re
	}
	return re
}
