package main

import (
	"fmt"
	"io"

	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// outcome is what verifying can come to. What nobody has judged is never called
// proven.
type outcome string

const (
	proven    outcome = "proven"
	refuted   outcome = "refuted"
	notJudged outcome = "not judged"
)

func (v verdict) outcome() outcome {
	switch {
	case schemas.Failed(v.Findings):
		return refuted
	case len(v.NotJudged) > 0:
		return notJudged
	}
	return proven
}

// left takes down what edges change and nobody answers for.
func (v *verdict) left(all []verify.Left) {
	for _, l := range all {
		v.unjudged([]route.Unread{l.Unread()})
	}
}

// conclusion is the last of a report in text: what has been shown, and the outcome.
func (v verdict) conclusion() string {
	provided := "provided " + assumption
	if v.Observed {
		provided = "and the first state has arrived"
	}
	subject, drop := v.Subject+":", "drops"
	if v.States > 0 {
		subject, drop = fmt.Sprintf("%s: %s and %s", v.Subject, count(v.States, "stage"), count(v.Edges, "edge")), "drop"
	}
	text := ""
	switch n := len(v.NotJudged); {
	case v.outcome() == refuted:
	case n > 0:
		are := "are"
		if n == 1 {
			are = "is"
		}
		text = fmt.Sprintf("%s: no request is dropped by what was judged, %s; %s %s not judged (above)\n", v.about(), provided, count(n, "thing"), are)
	default:
		text = fmt.Sprintf("%s %s no request, %s\n", subject, drop, provided)
	}
	return text + "outcome: " + string(v.outcome()) + "\n"
}

// about is what a verdict is of.
func (v verdict) about() string {
	if v.States == 0 {
		return v.Subject
	}
	return fmt.Sprintf("%s, %s and %s", v.Subject, count(v.States, "stage"), count(v.Edges, "edge"))
}

// report prints what verifying came to.
func (v verifyFlags) report(out verdict, stdout, stderr io.Writer) error {
	out.Strict = v.strict
	return out.print(v.format, stdout, stderr)
}
