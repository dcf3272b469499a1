package evidence

import (
	"fmt"
	"math"
)

// Histogram are the requests of one track by how long they took.
type Histogram []Bucket

// Bucket counts the requests that took at most so long.
type Bucket struct {
	Most  float64 // seconds, +Inf in the last one
	Count float64 // these and all that were faster
}

// All is the number of requests.
func (h Histogram) All() float64 {
	if len(h) == 0 {
		return 0
	}
	return h[len(h)-1].Count
}

// sound reports whether buckets rise to +Inf and their counts do not fall.
func (h Histogram) sound() bool {
	last := Bucket{Most: math.Inf(-1)}
	for _, b := range h {
		if !(b.Most > last.Most) || !(b.Count >= last.Count) || math.IsInf(b.Count, 0) {
			return false
		}
		last = b
	}
	return len(h) == 0 || math.IsInf(last.Most, 1)
}

// slower are the requests that took longer than t. Within a bucket they are taken for
// evenly spread, as histogram_quantile of Prometheus does; of those above the highest
// bound nobody knows how long they took, so that there are two numbers.
func (h Histogram) slower(t float64) (least, most Counts) {
	all := h.All()
	before := Bucket{}
	for _, b := range h {
		if t > b.Most {
			before = b
			continue
		}
		if math.IsInf(b.Most, 1) {
			least, most = Counts{all, 0}, Counts{all, all - before.Count}
			if t == before.Most {
				least = most
			}
			return least, most
		}
		part := 1.0
		if b.Most > before.Most {
			part = (t - before.Most) / (b.Most - before.Most)
		}
		c := Counts{all, all - before.Count - part*(b.Count-before.Count)}
		return c, c
	}
	return Counts{all, 0}, Counts{all, 0}
}

// Quantile is the time within which a share of the requests is answered, as
// histogram_quantile has it: at most the highest bound.
func (h Histogram) Quantile(q float64) float64 {
	top := 0.0
	for _, b := range h {
		if !math.IsInf(b.Most, 1) {
			top = b.Most
		}
	}
	return search(top, func(t float64) bool {
		c, _ := h.slower(t)
		return c.Bad > (1-q)*c.All
	})
}

// search is the least time, up to top, at which long no longer holds.
func search(top float64, long func(t float64) bool) float64 {
	low, high := 0.0, top
	for range 60 {
		mid := (low + high) / 2
		if long(mid) {
			low = mid
		} else {
			high = mid
		}
	}
	return high
}

// Faster judges whether a share q of the requests takes at most so many seconds.
func Faster(h Histogram, q, bound float64, l Levels) Verdict {
	if v, ok := timed(h); !ok {
		return v
	}
	least, most := h.slower(bound)
	v := Verdict{Outcome: l.outcome(least.above(1-q), most.below(1-q))}
	v.Why = fmt.Sprintf("%s of %s took longer than %s, %s may; that they do not %s", whole(most.Bad), whole(most.All), seconds(bound),
		percent(1-q), certainty(v.Outcome, l))
	return v
}

// Slack is how much slower than live the candidate may be.
type Slack struct {
	Part    float64 // of live's time
	Seconds float64
}

func (s Slack) of(t float64) float64 { return t*(1+s.Part) + s.Seconds }

func (s Slack) String() string {
	if s.Part != 0 {
		return percent(s.Part)
	}
	return seconds(s.Seconds)
}

// FasterThan judges whether the candidate's quantile exceeds live's by at most a slack.
// Live's quantile is known to lie between two times, each at half the level; the
// candidate is tested against them at the other half. As counts of slower requests fall
// with the time, being wrong about any time is being wrong about the true one, and no
// further share of the level is needed for looking at all of them.
func FasterThan(candidate, live Histogram, q float64, s Slack, l Levels) Verdict {
	if v, ok := timed(candidate); !ok {
		return v
	}
	if v, ok := timed(live); !ok {
		v.Why = "live: " + v.Why
		return v
	}
	half := Levels{l.Abort / 2, l.Pass / 2}
	top := live[len(live)-1].Most
	for _, b := range live {
		if !math.IsInf(b.Most, 1) {
			top = b.Most
		}
	}
	longest := search(top, func(t float64) bool {
		_, most := live.slower(t)
		return most.below(1-q) < -math.Log(half.Abort)
	})
	shortest := search(top, func(t float64) bool {
		least, _ := live.slower(t)
		return least.above(1-q) >= -math.Log(half.Pass)
	})
	kept, _ := candidate.slower(s.of(longest))
	_, broken := candidate.slower(s.of(shortest))
	v := Verdict{Outcome: half.outcome(kept.above(1-q), broken.below(1-q))}
	v.Why = fmt.Sprintf("%s within %s, live within %s (%s to %s); at most %s more than live %s", percent(q), seconds(candidate.Quantile(q)),
		seconds(live.Quantile(q)), seconds(shortest), seconds(longest), s, certainty(v.Outcome, l))
	return v
}

// timed refuses histograms that say nothing, or nonsense.
func timed(h Histogram) (Verdict, bool) {
	switch {
	case h.All() == 0 && h.sound():
		return Verdict{Why: "no requests"}, false
	case !h.sound() || len(h) < 2:
		return Verdict{Why: "the buckets are no histogram: their bounds must rise to +Inf, and their counts with them"}, false
	}
	return Verdict{}, true
}
