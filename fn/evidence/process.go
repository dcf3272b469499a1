package evidence

import "math"

// Counts are requests of one track since the stage began.
type Counts struct {
	All float64 // Prometheus counts in fractions, where it interpolates
	Bad float64 // those that failed, or were too slow; at most All
}

// Share is the part that is bad, 0 to 1.
func (c Counts) Share() float64 {
	if c.All <= 0 {
		return 0
	}
	return c.Bad / c.All
}

// likelihood is the logarithm of the likelihood of a share.
func (c Counts) likelihood(share float64) float64 {
	return times(c.Bad, math.Log(share)) + times(c.All-c.Bad, math.Log1p(-share))
}

// times is a product in which nothing times anything is nothing.
func times(n, x float64) float64 {
	if n <= 0 {
		return 0
	}
	return n * x
}

// priors are the Beta distributions over which shares are mixed, half of each: one for
// shares anywhere, one for the few percent that failures are. Any will do for the level;
// these decide on how many requests it takes.
var priors = [2][2]float64{{0.5, 0.5}, {0.5, 20}}

// mixture is the logarithm of the likelihood mixed over all shares.
func (c Counts) mixture() float64 {
	a := c.mixed(priors[0])
	b := c.mixed(priors[1])
	most := math.Max(a, b)
	return most + math.Log((math.Exp(a-most)+math.Exp(b-most))/2)
}

func (c Counts) mixed(prior [2]float64) float64 {
	return logBeta(c.Bad+prior[0], c.All-c.Bad+prior[1]) - logBeta(prior[0], prior[1])
}

func logBeta(a, b float64) float64 {
	x, _ := math.Lgamma(a)
	y, _ := math.Lgamma(b)
	z, _ := math.Lgamma(a + b)
	return x + y - z
}

// above is the e-process against the hypothesis that the share is at most bound, as a
// logarithm.
func (c Counts) above(bound float64) float64 {
	return c.mixture() - c.likelihood(math.Min(c.Share(), bound))
}

// below is the e-process against the hypothesis that the share is at least bound.
func (c Counts) below(bound float64) float64 {
	return c.mixture() - c.likelihood(math.Max(c.Share(), bound))
}

// apart is the e-process against the hypothesis that the share of the candidate lies on
// one side of the share of live and a margin: at most there, or, with the sign -1, at
// least. The largest likelihood of both together is at the shares that were seen, or, if
// these break the hypothesis, somewhere on its border.
func apart(candidate, live Counts, margin, sign float64) float64 {
	seen := candidate.mixture() + live.mixture()
	if sign*(candidate.Share()-live.Share()-margin) <= 0 {
		return seen - candidate.likelihood(candidate.Share()) - live.likelihood(live.Share())
	}
	share := border(candidate, live, margin)
	return seen - candidate.likelihood(share+margin) - live.likelihood(share)
}

// border is the most likely share of live if the candidate's is larger by the margin. The
// likelihood is concave there, so that its slope has one zero at most.
func border(candidate, live Counts, margin float64) float64 {
	low, high := math.Max(0, -margin), math.Min(1, 1-margin)
	slope := func(p float64) float64 {
		q := p + margin
		return ratio(candidate.Bad, q) - ratio(candidate.All-candidate.Bad, 1-q) + ratio(live.Bad, p) - ratio(live.All-live.Bad, 1-p)
	}
	for range 100 {
		mid := (low + high) / 2
		if slope(mid) > 0 {
			low = mid
		} else {
			high = mid
		}
	}
	return (low + high) / 2
}

func ratio(n, x float64) float64 {
	if n <= 0 {
		return 0
	}
	return n / x
}
