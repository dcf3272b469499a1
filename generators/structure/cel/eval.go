package cel

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// Answer is what an expression says of a value.
type Answer int

// The answers. Where it is not known the API server may say either.
const (
	Unknown Answer = iota
	True
	False
)

// maxSteps bounds the evaluation of one rule.
const maxSteps = 200_000

// Of evaluates the expression on a value, self. Regular expressions are those that
// compile makes, nil for one that it cannot.
func (e *Expression) Of(self *yaml.Node, compile func(expression string) *regexp.Regexp) Answer {
	if e == nil {
		return Unknown
	}
	r := &run{compile: compile, steps: maxSteps, self: valueOf(self)}
	switch r.eval(e) {
	case true:
		return True
	case false:
		return False
	}
	return Unknown
}

// run is one evaluation. A value is text, an int64, a bool, a Duration, a list of
// values, a mapping of YAML, nil or unknown.
type run struct {
	self    any
	bound   []binding // the innermost last
	compile func(expression string) *regexp.Regexp
	steps   int
}

// binding is what a name stands for, in all and the like.
type binding struct {
	name  string
	value any
}

// named is what a name stands for.
func (r *run) named(name string) any {
	for i := len(r.bound) - 1; i >= 0; i-- {
		if r.bound[i].name == name {
			return r.bound[i].value
		}
	}
	switch name {
	case "self":
		return r.self
	case "true", "false":
		return name == "true"
	case "null":
		return nil
	}
	return unknown{}
}

func (r *run) eval(e *Expression) any {
	if r.steps--; r.steps < 0 || e == nil {
		return unknown{}
	}
	switch e.op {
	case "text":
		return e.text
	case "number":
		if i, err := strconv.ParseInt(e.text, 10, 64); err == nil {
			return i
		}
		return unknown{}
	case "name":
		return r.named(e.text)
	case "list":
		all := []any{}
		for _, p := range e.parts {
			all = append(all, r.eval(p))
		}
		return all
	case "?":
		return r.choice(e)
	case "field":
		return field(r.eval(e.parts[0]), e.text)
	case "index":
		return index(r.eval(e.parts[0]), r.eval(e.parts[1]))
	case "call":
		return r.call(e)
	case "function":
		return r.function(e)
	}
	return r.sign(e)
}

func (r *run) choice(e *Expression) any {
	switch r.eval(e.parts[0]) {
	case true:
		return r.eval(e.parts[1])
	case false:
		return r.eval(e.parts[2])
	}
	return unknown{}
}

// sign evaluates what has a sign. One side may be unknown if the other says it all.
func (r *run) sign(e *Expression) any {
	a := r.eval(e.parts[0])
	switch e.op {
	case "!":
		if b, ok := a.(bool); ok {
			return !b
		}
		return unknown{}
	case "||", "&&":
		decides := e.op == "||"
		if a == decides {
			return decides
		}
		b := r.eval(e.parts[1])
		if b == decides {
			return decides
		}
		if a == !decides && b == !decides {
			return !decides
		}
		return unknown{}
	}
	b := r.eval(e.parts[1])
	switch e.op {
	case "==", "!=":
		same, ok := equal(a, b)
		if !ok {
			return unknown{}
		}
		return same == (e.op == "==")
	case "in":
		return within(a, b)
	}
	return measured(e.op, a, b)
}

// function evaluates has, size and duration.
func (r *run) function(e *Expression) any {
	if len(e.parts) != 1 {
		return unknown{}
	}
	arg := e.parts[0]
	if e.text == "has" {
		return r.has(arg)
	}
	v := r.eval(arg)
	switch e.text {
	case "size":
		return size(v)
	case "quantity":
		return amount(v)
	case "duration":
		if text, ok := v.(string); ok {
			if d, err := time.ParseDuration(text); err == nil {
				return d
			}
		}
	}
	return unknown{}
}

func (r *run) has(e *Expression) any {
	if e.op != "field" {
		return unknown{}
	}
	n, ok := r.eval(e.parts[0]).(*yaml.Node)
	if !ok || n == nil {
		return unknown{}
	}
	v := kube.Get(n, e.text)
	return v != nil && v.ShortTag() != "!!null"
}

// call evaluates a function of a value.
func (r *run) call(e *Expression) any {
	of := r.eval(e.parts[0])
	args := e.parts[1:]
	switch {
	case e.text == "size" && len(args) == 0:
		return size(of)
	case len(args) == 2 && args[0].op == "name":
		return r.each(e.text, of, args[0].text, args[1])
	case len(args) != 1:
		return unknown{}
	}
	text, ok := of.(string)
	arg := r.eval(args[0])
	if at, isNumber := arg.(int64); ok && isNumber && e.text == "substring" {
		return from(text, at)
	}
	with, also := arg.(string)
	if !ok || !also {
		return unknown{}
	}
	switch e.text {
	case "startsWith":
		return strings.HasPrefix(text, with)
	case "endsWith":
		return strings.HasSuffix(text, with)
	case "contains":
		return strings.Contains(text, with)
	case "matches":
		return r.matches(text, with)
	case "split":
		var all []any
		for _, part := range strings.Split(text, with) {
			all = append(all, part)
		}
		return all
	}
	return unknown{}
}

func (r *run) matches(text, expression string) any {
	if re := r.compile(expression); re != nil {
		return re.MatchString(text)
	}
	return unknown{}
}

// each evaluates a condition on the elements of a list, or the keys of a mapping.
func (r *run) each(name string, of any, variable string, condition *Expression) any {
	list, ok := of.([]any)
	if n, mapping := of.(*yaml.Node); mapping && n != nil {
		ok = true
		for i := 0; i+1 < len(n.Content); i += 2 {
			list = append(list, n.Content[i].Value)
		}
	}
	if !ok {
		return unknown{}
	}
	r.bound = append(r.bound, binding{name: variable})
	defer func() { r.bound = r.bound[:len(r.bound)-1] }()
	at := len(r.bound) - 1
	var yes []any
	no, open := 0, 0
	for _, item := range list {
		r.bound[at].value = item
		switch r.eval(condition) {
		case true:
			yes = append(yes, item)
		case false:
			no++
		default:
			open++
		}
	}
	switch {
	case name == "all" && no > 0, name == "exists" && len(yes) > 0:
		return name == "exists"
	case open > 0:
		return unknown{}
	case name == "all":
		return true
	case name == "exists":
		return false
	case name == "exists_one":
		return len(yes) == 1
	case name == "filter":
		return yes
	}
	return unknown{}
}
