package evidence

import "math"

// Traffic is what a stage is expected to see.
type Traffic struct {
	Candidate, Live float64 // requests of each track during the stage
	Share           float64 // of live's requests that are bad
}

// Sees says what a margin against live can find with that many requests.
type Sees struct {
	Finds float64 // the least excess over live's share that is called Worse in 95 of 100 stages; +Inf: none
	Needs float64 // part of the stage after which 95 of 100 that are as live pass; above 1: they have to wait
}

// Sees computes what a margin against live finds. The counts are taken at the edge of
// what chance does to them in 95 of 100 cases, by the normal approximation to the Poisson
// distribution; the e-processes are those of the verdict.
func (t Traffic) Sees(margin float64, l Levels) Sees {
	if t.Live <= 0 {
		return blind
	}
	return t.sees(l, func(some Traffic, c Counts, sign float64) float64 {
		return apart(c, Counts{some.Live, some.Share * some.Live}, margin, sign)
	})
}

// SeesMost computes the same of an absolute bound.
func (t Traffic) SeesMost(bound float64, l Levels) Sees {
	return t.sees(l, func(_ Traffic, c Counts, sign float64) float64 {
		if sign > 0 {
			return c.above(bound)
		}
		return c.below(bound)
	})
}

// blind is a stage that finds nothing.
var blind = Sees{Finds: math.Inf(1), Needs: math.Inf(1)}

// sees looks for the edges of what is found, and of when healthy ones pass. process is
// the e-process of the candidate's counts beside some of the traffic.
func (t Traffic) sees(l Levels, process func(some Traffic, c Counts, sign float64) float64) Sees {
	s := blind
	if t.Candidate <= 0 {
		return s
	}
	found := func(excess float64) bool { return process(t, t.seen(t.Share+excess, -1), 1) >= -math.Log(l.Abort) }
	if limit := 1 - t.Share; found(limit) {
		s.Finds = search(limit, func(x float64) bool { return !found(x) })
	}
	passes := func(part float64) bool {
		some := Traffic{part * t.Candidate, part * t.Live, t.Share}
		return process(some, some.seen(t.Share, 1), -1) >= -math.Log(l.Pass)
	}
	if longest := 10_000.0; passes(longest) {
		s.Needs = search(longest, func(part float64) bool { return !passes(part) })
	}
	return s
}

// z is the 95th percentile of the normal distribution.
const z = 1.6449

// seen are the candidate's requests if its share is so large, at the edge of what chance
// does to the difference of both tracks in 95 of 100 cases.
func (t Traffic) seen(share, side float64) Counts {
	spread := math.Max(share, 0.25/t.Candidate) / t.Candidate
	if t.Live > 0 {
		spread += t.Share / t.Live
	}
	spread = math.Sqrt(spread)
	bad := t.Candidate * (share + side*z*spread)
	return Counts{t.Candidate, min(max(0, bad), t.Candidate)}
}
