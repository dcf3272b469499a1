package verdict

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Matrix is what verdicts were worth.
type Matrix struct {
	Edges, Orders, Sent int
	Cells               map[string][2]int // by outcome: edges that dropped nothing, and something
	Skipped             int
	Told, Shown         int      // counterexamples whose order was applied, and dropped something
	Predicted, Seen     int      // statuses foretold, and those of them that came
	Wrong               []string // passed, and dropped
	Kind                []string // refuted, and nothing dropped
}

// Tally makes the matrix.
func Tally(all []Result) Matrix {
	m := Matrix{Cells: map[string][2]int{}}
	for _, r := range all {
		if r.Skipped != "" || len(r.Attempts) == 0 {
			m.Skipped++
			continue
		}
		m.add(r)
	}
	return m
}

func (m *Matrix) add(r Result) {
	m.Edges++
	cell, column := m.Cells[r.Judgment.Outcome], 0
	if r.dropped() > 0 {
		column = 1
	}
	cell[column]++
	m.Cells[r.Judgment.Outcome] = cell
	for _, a := range r.Attempts {
		m.Orders++
		m.Sent += a.Sent
		if !a.Told {
			continue
		}
		m.Told++
		if len(a.Dropped) > 0 {
			m.Shown++
			m.foretold(r.Judgment, a)
		}
	}
	switch {
	case r.Judgment.Outcome != "refuted" && column == 1:
		m.Wrong = append(m.Wrong, r.explain())
	case r.Judgment.Outcome == "refuted" && column == 0:
		m.Kind = append(m.Kind, r.explain())
	}
}

// foretold compares the statuses that the stories foretell with those that came.
func (m *Matrix) foretold(j Judgment, a Attempt) {
	foretold := j.statuses()
	if len(foretold) == 0 {
		return
	}
	m.Predicted++
	for request := range a.Dropped {
		if slices.Contains(foretold, request[len(request)-3:]) {
			m.Seen++
			return
		}
	}
}

// explain is an edge with all that helps to see why.
func (r Result) explain() string {
	text := fmt.Sprintf("%s: %s %s", r.Edge, r.Judgment.Outcome, strings.Join(r.Judgment.errors(), ", "))
	promised := 0
	for _, a := range r.Attempts {
		promised = max(promised, a.Promised)
		for _, request := range slices.Sorted(maps.Keys(a.Dropped)) {
			text += fmt.Sprintf("; %s dropped %d times in the order %s", request, a.Dropped[request], strings.Join(a.Order, ", "))
		}
		for _, o := range a.Refused {
			text += "; the API server refuses " + o
		}
	}
	return text + fmt.Sprintf(" (%d kinds of requests were promised)", promised)
}

// Print prints the matrix.
func (m Matrix) Print(w io.Writer) {
	fmt.Fprintf(w, "%d edges applied %d times, %d requests; %d left out\n", m.Edges, m.Orders, m.Sent, m.Skipped)
	for _, outcome := range slices.Sorted(maps.Keys(m.Cells)) {
		fmt.Fprintf(w, "%-12s dropped nothing %4d, something %4d\n", outcome, m.Cells[outcome][0], m.Cells[outcome][1])
	}
	fmt.Fprintf(w, "the counterexample's order dropped something %d of %d times; the status foretold came %d of %d times\n",
		m.Shown, m.Told, m.Seen, m.Predicted)
	for _, one := range m.Wrong {
		fmt.Fprintln(w, "PASSED AND DROPPED", one)
	}
	for _, one := range m.Kind {
		fmt.Fprintln(w, "refuted, nothing dropped:", one)
	}
}
