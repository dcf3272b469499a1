package load

import (
	"math"
	"slices"
	"time"
)

// Count is what became of some requests.
type Count struct {
	Sent, Failed int
	Images       map[string]int // who answered
}

// Answers are those of a target (or of all, without a name) that were sent in a span of
// time.
func (l *Load) Answers(target string, from, to time.Time) []Answer {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []Answer
	for _, a := range l.all {
		if (target == "" || a.Target == target) && !a.Sent.Before(from) && a.Sent.Before(to) {
			all = append(all, a)
		}
	}
	return all
}

// Of counts answers.
func Of(all []Answer) Count {
	c := Count{Images: map[string]int{}}
	for _, a := range all {
		c.Sent++
		if a.Failed() {
			c.Failed++
		} else {
			c.Images[a.Image]++
		}
	}
	return c
}

// Failures are the requests that were dropped, in the order in which they were sent.
func Failures(all []Answer) []Answer {
	bad := slices.DeleteFunc(slices.Clone(all), func(a Answer) bool { return !a.Failed() })
	slices.SortFunc(bad, func(a, b Answer) int { return a.Sent.Compare(b.Sent) })
	return bad
}

// sigmas is how far a share may be from what it is to be. One of 150 000 fair draws is
// farther off than that.
const sigmas = 4.5

// Fair reports whether hits of n requests can be a share of so many percent. None and all
// are exact.
func Fair(hits, n int, percent float64) bool {
	switch percent {
	case 0:
		return hits == 0
	case 100:
		return hits == n
	}
	p := percent / 100
	return math.Abs(float64(hits)-p*float64(n)) <= sigmas*math.Sqrt(float64(n)*p*(1-p))+1
}
