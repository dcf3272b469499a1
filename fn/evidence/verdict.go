package evidence

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Outcome is what can be said of a metric.
type Outcome int

// The outcomes, from the one that says least.
const (
	NotYet   Outcome = iota // not enough requests, or none
	NotWorse                // the bound is kept
	Worse                   // the bound is broken
)

// String is the outcome in words.
func (o Outcome) String() string {
	return [...]string{"not known yet", "not worse", "worse"}[o]
}

// Levels are how often a verdict may be wrong, however often somebody looks.
type Levels struct {
	Abort float64 // of a bound that is kept: the probability that it is ever called Worse
	Pass  float64 // of a bound that is broken: the probability that it is ever called NotWorse
}

// Split are the levels of one bound at one stage. All aborts of a release share what
// confidence leaves: bounds at stages, so many tests. A pass needs no share: what is
// worse passes one bound at one stage with at most that probability.
func Split(confidence float64, tests int) Levels {
	left := 1 - confidence
	return Levels{Abort: left / float64(max(1, tests)), Pass: left}
}

// Verdict is what is said of one bound of a metric, and why.
type Verdict struct {
	Outcome Outcome
	Why     string // the numbers, in words
}

// outcome is Worse or NotWorse if one of the e-processes, given as logarithms, is
// beyond its level.
func (l Levels) outcome(kept, broken float64) Outcome {
	switch {
	case kept >= -math.Log(l.Abort):
		return Worse
	case broken >= -math.Log(l.Pass):
		return NotWorse
	}
	return NotYet
}

// percent writes a share: 0.4 %, 12 %.
func percent(share float64) string { return brief(share*100) + " %" }

// brief writes a number with at most three digits that count.
func brief(x float64) string {
	if abs := math.Abs(x); abs >= 100 {
		return strconv.FormatFloat(math.Round(x), 'f', 0, 64)
	}
	text := strconv.FormatFloat(x, 'g', 3, 64)
	if strings.Contains(text, "e") {
		text = strconv.FormatFloat(x, 'f', 6, 64)
	}
	return text
}

// whole writes a number of requests, with a space between thousands.
func whole(n float64) string {
	digits := strconv.FormatFloat(math.Round(n), 'f', 0, 64)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + " " + digits[i:]
	}
	return digits
}

// seconds writes a time: 800 ms, 1.2 s.
func seconds(s float64) string {
	if s < 1 {
		return brief(s*1000) + " ms"
	}
	return brief(s) + " s"
}

// certainty says how sure the verdict is.
func certainty(o Outcome, l Levels) string {
	switch o {
	case Worse:
		return fmt.Sprintf("is ruled out (%s sure)", percent(1-l.Abort))
	case NotWorse:
		return fmt.Sprintf("holds (%s sure)", percent(1-l.Pass))
	}
	return "can neither be ruled out nor shown with so few"
}
