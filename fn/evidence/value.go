package evidence

import (
	"fmt"
	"math"
)

// Values are numbers of both tracks, window by window.
type Values struct {
	Candidate []float64
	Live      []float64 // of the same windows; not looked at where the bound is absolute
}

// Limit says what a number may be.
type Limit struct {
	Bound float64 // absolute; or with Live how much worse than live
	Part  bool    // Bound is a part of live's number
	Live  bool    // compare with live
	Less  bool    // less than allowed is bad: the number must be at least so much
}

func (m Limit) broken(candidate, live float64) bool {
	limit := m.Bound
	if m.Live {
		by := m.Bound
		if m.Part {
			by *= math.Abs(live)
		}
		limit = live + by
		if m.Less {
			limit = live - by
		}
	}
	if m.Less {
		return candidate < limit
	}
	return candidate > limit
}

// Within judges numbers of which nothing is known but that windows are independent: is
// the bound broken in more than half of them? It is the sign test, and takes seven
// windows or so on one side of the bound for 95 percent.
func Within(v Values, m Limit, l Levels) Verdict {
	var c Counts
	last := "none"
	for i, x := range v.Candidate {
		live := 0.0
		if m.Live {
			if i >= len(v.Live) {
				break
			}
			live = v.Live[i]
		}
		if math.IsNaN(x) || math.IsInf(x, 0) || math.IsNaN(live) || math.IsInf(live, 0) {
			continue
		}
		c.All++
		if m.broken(x, live) {
			c.Bad++
		}
		last = brief(x)
		if m.Live {
			last += ", live " + brief(live)
		}
	}
	if c.All == 0 {
		return Verdict{Why: "no numbers"}
	}
	out := Verdict{Outcome: l.outcome(c.above(0.5), c.below(0.5))}
	out.Why = fmt.Sprintf("the bound is broken in %s of %s windows, last %s; that it is not in most of them %s",
		whole(c.Bad), whole(c.All), last, certainty(out.Outcome, l))
	return out
}
