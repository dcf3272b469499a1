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
	Cells               map[string]Cell // by outcome
	Skipped             int
	Foreseen            int      // kinds of requests of which verify's reading said who answers them, in random worlds
	Unforeseen          []string // those that others answered
	Told, Shown         int      // counterexamples whose order was applied, and dropped something
	Predicted, Seen     int      // statuses foretold, and those of them that came
	Wrong               []string // proven, and dropped
	Unjudged            []string // not judged, and dropped
	Kinder              []Kinder // refuted, and nothing happened: why, by finding
	Unexplained         []string // the same, for no reason that is known
}

// Cell is how many edges of one outcome ended how: the first that is so.
type Cell struct {
	Dropped int // promised requests were dropped on the way
	Lost    int // requests that were answered before are not in the end
	Moved   int // the requests of a Service are answered by other versions
	Nothing int
}

// Kinder is a finding that refuted edges on which nothing happened.
type Kinder struct {
	ID, Why string
	Edges   []string
}

// Tally makes the matrix.
func Tally(all []Result) Matrix {
	m := Matrix{Cells: map[string]Cell{}}
	for _, r := range all {
		if r.Skipped != "" || len(r.Attempts) == 0 {
			m.Skipped++
			continue
		}
		m.add(r)
	}
	slices.SortFunc(m.Kinder, func(a, b Kinder) int { return strings.Compare(a.ID, b.ID) })
	return m
}

func (m *Matrix) add(r Result) {
	m.Edges++
	for _, a := range r.Attempts {
		m.Orders++
		m.Sent += a.Sent
		m.Foreseen += a.Foreseen
		for _, one := range a.Unforeseen {
			m.Unforeseen = append(m.Unforeseen, r.Edge+": "+one)
		}
		if !a.Told {
			continue
		}
		m.Told++
		if len(a.Dropped)+len(a.Lost) > 0 {
			m.Shown++
		}
		if len(a.Dropped) > 0 {
			m.foretold(r.Judgment, a)
		}
	}
	cell, refuted := m.Cells[r.Judgment.Outcome], r.Judgment.Outcome == "refuted"
	switch dropped, lost, moved := r.seen(); {
	case dropped:
		cell.Dropped++
		m.passed(r)
	case lost:
		cell.Lost++
		if !r.Judgment.accepts() {
			m.passed(r)
		}
	case moved && refuted:
		cell.Moved++
	default:
		cell.Nothing++
		if refuted {
			m.kinder(r)
		}
	}
	m.Cells[r.Judgment.Outcome] = cell
}

// passed notes an edge that happened to be bad, if the verdict was not that it is.
func (m *Matrix) passed(r Result) {
	switch r.Judgment.Outcome {
	case "refuted":
	case "proven":
		m.Wrong = append(m.Wrong, r.explain())
	default:
		m.Unjudged = append(m.Unjudged, r.explain())
	}
}

// kinder notes a refuted edge on which nothing happened, by the reason that is known for
// it, or that none is.
func (m *Matrix) kinder(r Result) {
	id, why := r.unseen()
	if why == "" {
		m.Unexplained = append(m.Unexplained, r.explain())
		return
	}
	i := slices.IndexFunc(m.Kinder, func(k Kinder) bool { return k.ID == id && k.Why == why })
	if i < 0 {
		i = len(m.Kinder)
		m.Kinder = append(m.Kinder, Kinder{ID: id, Why: why})
	}
	m.Kinder[i].Edges = append(m.Kinder[i].Edges, r.Edge)
}

// seen is what happened in any order.
func (r Result) seen() (dropped, lost, moved bool) {
	for _, a := range r.Attempts {
		dropped = dropped || len(a.Dropped) > 0
		// Whether somebody calls a Service is not known: its end is the owner's affair.
		lost = lost || slices.ContainsFunc(a.Lost, func(l string) bool {
			return r.Judgment.Outcome == "refuted" || !strings.HasPrefix(l, "Service/")
		})
		moved = moved || slices.ContainsFunc(a.Moved, func(m string) bool { return strings.HasPrefix(m, "Service/") })
	}
	return dropped, lost, moved
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
		for _, lost := range a.Lost {
			text += "; in the end not answered: " + lost
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
		c := m.Cells[outcome]
		fmt.Fprintf(w, "%-12s dropped %d, lost in the end %d, answered by others %d, nothing happened %d\n",
			outcome, c.Dropped, c.Lost, c.Moved, c.Nothing)
	}
	fmt.Fprintf(w, "the counterexample's order dropped or lost something %d of %d times; the status foretold came %d of %d times\n",
		m.Shown, m.Told, m.Seen, m.Predicted)
	fmt.Fprintf(w, "who answers was foreseen %d times, and was another %d times\n", m.Foreseen, len(m.Unforeseen))
	for _, one := range m.Unforeseen {
		fmt.Fprintln(w, "ANSWERED OTHERWISE", one)
	}
	for _, one := range m.Wrong {
		fmt.Fprintln(w, "PROVEN, AND DROPPED", one)
	}
	for _, one := range m.Unjudged {
		fmt.Fprintln(w, "not judged, dropped:", one)
	}
	for _, k := range m.Kinder {
		fmt.Fprintf(w, "refuted, nothing happened: %d by %s: %s\n", len(k.Edges), k.ID, k.Why)
	}
	for _, one := range m.Unexplained {
		fmt.Fprintln(w, "refuted, nothing happened, no reason known:", one)
	}
}
