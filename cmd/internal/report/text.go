package report

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/schemas"
)

// text prints findings to stderr and what was shown to stdout.
func (r Report) text(stdout, stderr io.Writer) error {
	paint := painter(stderr)
	accepted := map[string]int{}
	for _, f := range r.Findings {
		switch {
		case f.Expected:
		case f.Accepted:
			accepted[f.ID]++
		case f.Severity != schemas.Info:
			fmt.Fprintln(stderr, paint(f))
		}
	}
	for _, a := range r.Agents {
		for _, o := range a.Orders {
			fmt.Fprintf(stderr, "%s with %s, %s: %s\n", a.Edge, a.Agent, o.How, saved(o))
		}
	}
	for _, text := range r.NotJudged {
		fmt.Fprintln(stdout, "not judged: "+text)
	}
	if err := r.skipTable(stdout); err != nil {
		return err
	}
	r.rolls(stdout)
	for _, id := range slices.Sorted(maps.Keys(accepted)) {
		if r.Outcome() == Refuted {
			break
		}
		fmt.Fprintf(stdout, "accepted: %s, %s\n", id, Count(accepted[id], "time"))
	}
	outcome := map[Outcome]Colour{Proven: Green, Refuted: Red}[r.Outcome()]
	return Lines(stdout, r.conclusion(), func(_ int, line string) Colour {
		if strings.HasPrefix(line, "outcome: ") {
			return cmp.Or(outcome, Yellow)
		}
		return ""
	})
}

// painter writes findings, on a terminal with their ids in colour.
func painter(w io.Writer) func(schemas.Finding) string {
	if !coloured(w) {
		return schemas.Finding.String
	}
	return func(f schemas.Finding) string {
		colour := map[schemas.Severity]Colour{schemas.Error: Red, schemas.Warning: Yellow}[f.Severity]
		id := "[" + f.ID + "]"
		return strings.Replace(f.String(), id, colour.on(id), 1)
	}
}

func saved(o verify.Rescue) string {
	switch {
	case !o.Saves:
		return "does not save it"
	case o.Blocks:
		return "saves it, but an abort then waits for the health of what it aborts"
	}
	return "saves it"
}

// skipTable shows the stages that an agent may skip: a row for the stage it
// is at, a column for the one it goes to.
func (r Report) skipTable(w io.Writer) error {
	byRelease := map[string][]Skip{}
	var order []string
	for _, s := range r.Skips {
		if byRelease[s.Release] == nil {
			order = append(order, s.Release)
		}
		byRelease[s.Release] = append(byRelease[s.Release], s)
	}
	for _, release := range order {
		fmt.Fprintf(w, "%s: if the agent skips stages\n\n", release)
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		from := ""
		for _, s := range byRelease[release] {
			if s.From != from {
				from = s.From
				fmt.Fprintf(t, "\n  from %s to\t", from)
			}
			word := s.To
			if !s.Safe {
				word = "(" + s.To + ")"
			}
			fmt.Fprint(t, word+" ")
		}
		fmt.Fprintln(t, "\n\n  (in brackets: drops requests)")
		if err := t.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// rolls names the workloads that roll under requests. What that rests on is long, and
// in the other formats.
func (r Report) rolls(w io.Writer) {
	var all []string
	for _, f := range r.Findings {
		if f.ID == "template-changed" && f.Severity == schemas.Info && !f.Accepted && !slices.Contains(all, f.Object.String()) {
			all = append(all, f.Object.String())
		}
	}
	if len(all) > 0 {
		fmt.Fprintf(w, "rolls under requests: %s (-o json says what that rests on)\n", schemas.And(all))
	}
}

// conclusion is the last of a report in text: what has been shown, and the outcome.
func (r Report) conclusion() string {
	provided := "provided " + assumption
	if r.Observed {
		provided = "and the first state has arrived"
	}
	subject, drop := r.Subject+":", "drops"
	if r.States > 0 {
		subject, drop = fmt.Sprintf("%s: %s and %s", r.Subject, Count(r.States, "stage"), Count(r.Edges, "edge")), "drop"
	}
	text := ""
	switch n := len(r.NotJudged); {
	case r.Outcome() == Refuted:
	case n > 0:
		are := "are"
		if n == 1 {
			are = "is"
		}
		text = fmt.Sprintf("%s: no request is dropped by what was judged, %s; %s %s not judged (above)\n", r.about(), provided,
			Count(n, "thing"), are)
	default:
		text = fmt.Sprintf("%s %s no request, %s\n", subject, drop, provided)
	}
	return text + "outcome: " + string(r.Outcome()) + "\n"
}

// about is what a report is of.
func (r Report) about() string {
	if r.States == 0 {
		return r.Subject
	}
	return fmt.Sprintf("%s, %s and %s", r.Subject, Count(r.States, "stage"), Count(r.Edges, "edge"))
}
