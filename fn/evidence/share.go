package evidence

import (
	"fmt"
	"math"
)

// AtMost judges whether at most a share of the requests is bad.
func AtMost(c Counts, bound float64, l Levels) Verdict {
	if v, ok := counted(c); !ok {
		return v
	}
	v := Verdict{Outcome: l.outcome(c.above(bound), c.below(bound))}
	v.Why = fmt.Sprintf("%s; at most %s %s", of(c), percent(bound), certainty(v.Outcome, l))
	return v
}

// AtLeast judges whether at least a share of the requests is.
func AtLeast(c Counts, bound float64, l Levels) Verdict {
	if v, ok := counted(c); !ok {
		return v
	}
	v := Verdict{Outcome: l.outcome(c.below(bound), c.above(bound))}
	v.Why = fmt.Sprintf("%s; at least %s %s", of(c), percent(bound), certainty(v.Outcome, l))
	return v
}

// Against judges whether the candidate's share is larger than live's by at most a margin.
func Against(candidate, live Counts, margin float64, l Levels) Verdict {
	if v, ok := counted(candidate); !ok {
		return v
	}
	if v, ok := counted(live); !ok {
		v.Why = "live: " + v.Why
		return v
	}
	v := Verdict{Outcome: l.outcome(apart(candidate, live, margin, 1), apart(candidate, live, margin, -1))}
	v.Why = fmt.Sprintf("%s, live %s; at most %s more than live %s", of(candidate), of(live), percent(margin), certainty(v.Outcome, l))
	return v
}

// counted refuses counts that say nothing, or nonsense.
func counted(c Counts) (Verdict, bool) {
	switch {
	case math.IsNaN(c.All) || math.IsNaN(c.Bad) || math.IsInf(c.All, 0) || c.All < 0 || c.Bad < 0 || c.Bad > c.All:
		return Verdict{Why: fmt.Sprintf("%g of %g requests is no count", c.Bad, c.All)}, false
	case c.All == 0:
		return Verdict{Why: "no requests"}, false
	}
	return Verdict{}, true
}

// of says how many requests of how many.
func of(c Counts) string {
	return fmt.Sprintf("%s of %s (%s)", whole(c.Bad), whole(c.All), percent(c.Share()))
}
