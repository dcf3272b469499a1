package structure

import (
	"regexp"
	"slices"
	"sync"

	"github.com/cutoverdev/cutover/generators/structure/cel"
	"go.yaml.in/yaml/v3"
)

// Judge judges the objects of one tree, a node that several states share once. One is
// for one goroutine.
type Judge struct {
	rules  *Rules
	known  map[*yaml.Node][]Fault
	blocks blocks
}

// NewJudge is a judge that shares with others what rules say.
func NewJudge(rules *Rules) *Judge { return &Judge{rules: rules} }

// Rules are the rules and expressions of the table that somebody has met: to read them
// takes longer than to judge an object. They may be shared by goroutines.
type Rules struct{ rules, expressions sync.Map }

// rule is a rule of the table, read once.
func (r *Rules) rule(text string) *cel.Expression {
	if e, known := r.rules.Load(text); known {
		return e.(*cel.Expression)
	}
	e := cel.Parse(text)
	r.rules.Store(text, e)
	return e
}

// expression is an expression of the table, nil if Go has none such.
func (r *Rules) expression(text string) *regexp.Regexp {
	if e, known := r.expressions.Load(text); known {
		return e.(*regexp.Regexp)
	}
	re, _ := regexp.Compile(text)
	r.expressions.Store(text, re)
	return re
}

// maxFaults bounds what is told of one object.
const maxFaults = 16

// walk goes through an object.
type walk struct {
	rules  *Rules
	blocks blocks
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
