package evidence

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/stretchr/testify/require"
)

// trial is a release that somebody looks at every minute.
type trial struct {
	rps       float64
	live      float64 // share of live's requests that fail
	candidate float64
	weights   []float64 // of the steps
	minutes   int       // of each step
}

// minute is what is seen of one minute.
type minute struct{ candidate, live Counts }

// run calls look at every minute of every step with what has happened in the step so far
// and in the minute alone, until it says to stop.
func (tr trial) run(r *rand.Rand, look func(step int, all, last minute) (stop bool)) {
	for step, w := range tr.weights {
		var all minute
		for range tr.minutes {
			last := tr.minute(r, w)
			all.candidate = plus(all.candidate, last.candidate)
			all.live = plus(all.live, last.live)
			if look(step, all, last) {
				return
			}
		}
	}
}

// minute is one at a weight.
func (tr trial) minute(r *rand.Rand, weight float64) minute {
	return minute{drawn(r, tr.rps*60*weight, tr.candidate), drawn(r, tr.rps*60*(1-weight), tr.live)}
}

func plus(a, b Counts) Counts { return Counts{a.All + b.All, a.Bad + b.Bad} }

// drawn are requests that come by chance, and fail by chance.
func drawn(r *rand.Rand, requests, share float64) Counts {
	bad, good := poisson(r, requests*share), poisson(r, requests*(1-share))
	return Counts{bad + good, bad}
}

func poisson(r *rand.Rand, mean float64) float64 {
	if mean > 500 {
		return math.Max(0, math.Round(mean+math.Sqrt(mean)*r.NormFloat64()))
	}
	n, limit := -1.0, math.Exp(-mean)
	for p := 1.0; p > limit; n++ {
		p *= r.Float64()
	}
	return n
}

// judged is how a release ends under a rule.
type judged struct{ aborts, passes int }

// ours judges as advance does: step after step, each as soon as it can be, and aborted as
// soon as one bound is broken.
func (tr trial) ours(r *rand.Rand, margin float64) (aborted, passed bool) {
	l := Split(0.95, len(tr.weights))
	held := -1
	tr.run(r, func(step int, all, _ minute) bool {
		switch v := Against(all.candidate, all.live, margin, l); v.Outcome {
		case Worse:
			aborted = true
		case NotWorse:
			held = step
		}
		return aborted
	})
	return aborted, held == len(tr.weights)-1
}

// argo is the rule of Argo Rollouts v1.9: a measurement a minute, failed if the share of
// that minute exceeds the bound; more failures than failureLimit, by default 0, fail the
// analysis of a step, however many measurements were good in between (analysis/analysis.go,
// assessMetricStatus).
func (tr trial) argo(r *rand.Rand, bound float64, limit int) (aborted, passed bool) {
	failures, step := 0, -1
	tr.run(r, func(at int, _, last minute) bool {
		if at != step { // each step has an analysis of its own
			step, failures = at, 0
		}
		if last.candidate.Share() > bound {
			failures++
		}
		aborted = failures > limit
		return aborted
	})
	return aborted, !aborted
}

// flagger is the rule of Flagger v1.44: a check a minute. A failed one is counted and keeps
// the canary where it is, so that a step takes as many minutes as it has good ones; as
// many failed ones as threshold roll back. None is forgotten before the release is over
// (pkg/controller/scheduler.go, advanceCanary).
func (tr trial) flagger(r *rand.Rand, bound float64, threshold int) (aborted, passed bool) {
	failures := 0
	for _, w := range tr.weights {
		for good := 0; good < tr.minutes; {
			if tr.minute(r, w).candidate.Share() <= bound {
				good++
				continue
			}
			if failures++; failures >= threshold {
				return true, false
			}
		}
	}
	return false, true
}

func count(n int, seed uint64, one func(r *rand.Rand) (aborted, passed bool)) judged {
	var j judged
	for i := range n {
		a, p := one(rand.New(rand.NewPCG(seed, uint64(i))))
		if a {
			j.aborts++
		} else if p {
			j.passes++
		}
	}
	return j
}

// releases is how many are simulated.
func releases() int {
	if testing.Short() {
		return 400
	}
	return 10_000
}

// TestFalseAborts: of releases that keep their bound, however close, at most as many are
// aborted as asked for, though somebody looks every minute.
func TestFalseAborts(t *testing.T) {
	n := releases()
	for _, tr := range []trial{
		{rps: 100, live: 0.005, candidate: 0.005},
		{rps: 100, live: 0.0002, candidate: 0.0002},
		{rps: 3, live: 0.02, candidate: 0.02},
		{rps: 2000, live: 0.001, candidate: 0.001},
		{rps: 30, live: 0.3, candidate: 0.3},
	} {
		tr.weights, tr.minutes = []float64{0.05, 0.25, 0.5}, 10
		for _, margin := range []float64{0, 0.004} {
			at := tr
			at.candidate += margin // the worst that is still allowed
			j := count(n, 1, func(r *rand.Rand) (bool, bool) { return at.ours(r, margin) })
			share := float64(j.aborts) / float64(n)
			t.Logf("%4.0f rps, live %.2f %%, candidate %.2f %%: %.2f %% aborted", tr.rps, tr.live*100, at.candidate*100, share*100)
			require.LessOrEqual(t, share, 0.05)
			require.LessOrEqual(t, float64(j.passes)/float64(n), 0.05, "what is at the bound is not shown to keep it")
		}
	}
}

// TestFalseAbortsOfOneShare: the same for an absolute bound, for part counts, and over
// looks whose distances double, as far as a week goes.
func TestFalseAbortsOfOneShare(t *testing.T) {
	n := releases()
	for _, bound := range []float64{0.001, 0.05, 0.5} {
		wrong := 0
		for i := range n {
			r := rand.New(rand.NewPCG(2, uint64(i)))
			var c Counts
			for look := 10.0; look < 1e6; look *= 1.5 {
				c = plus(c, drawn(r, look, bound))
				if AtMost(c, bound, Levels{0.05, 0.05}).Outcome != NotYet {
					wrong++
					break
				}
			}
		}
		require.LessOrEqual(t, float64(wrong)/float64(n), 0.1, "%g: both directions together", bound)
	}
}

// TestLatencyLevels: two tracks that answer alike are not called slower, nor shown to be
// faster than a slack that is just their difference.
func TestLatencyLevels(t *testing.T) {
	n := releases() / 4
	bounds := []float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, math.Inf(1)}
	draw := func(r *rand.Rand, h Histogram, n int, slow float64) Histogram {
		h = append(Histogram{}, h...)
		for range n {
			took := math.Exp(-3.5+0.8*r.NormFloat64()) * slow
			for i, b := range bounds {
				if took <= b {
					h[i].Count++
				}
			}
		}
		return h
	}
	empty := make(Histogram, len(bounds))
	for i, b := range bounds {
		empty[i].Most = b
	}
	slower, missed, found := 0, 0, 0
	for i := range n {
		r := rand.New(rand.NewPCG(3, uint64(i)))
		live, same, twice := empty, empty, empty
		alike, double := NotYet, NotYet
		for range 10 {
			live, same, twice = draw(r, live, 200, 1), draw(r, same, 40, 1), draw(r, twice, 40, 2)
			if alike == NotYet {
				alike = FasterThan(same, live, 0.9, Slack{Part: 0}, Levels{0.05, 0.05}).Outcome
			}
			if double == NotYet {
				double = FasterThan(twice, live, 0.9, Slack{Part: 0.2}, Levels{0.05, 0.05}).Outcome
			}
		}
		switch alike {
		case Worse:
			slower++
		case NotWorse:
			missed++
		}
		if double == Worse {
			found++
		}
	}
	require.LessOrEqual(t, float64(slower)/float64(n), 0.05)
	require.LessOrEqual(t, float64(missed)/float64(n), 0.05)
	require.Greater(t, float64(found)/float64(n), 0.95, "what takes twice as long is found")
}

// TestPowerTable: the table in the docs is what the simulation says: the same series of
// requests, judged by the three rules.
func TestPowerTable(t *testing.T) {
	golden.Long(t)
	const n, margin = ofRow, 0.005
	var b strings.Builder
	fmt.Fprintln(&b, "| requests | live fails | candidate fails | cutover aborts | passes | Argo aborts, `failureLimit: 0` | `3` | Flagger aborts, `threshold: 5` |")
	fmt.Fprintln(&b, "|---|---|---|---|---|---|---|---|")
	for _, rps := range []float64{10, 100, 1000} {
		for _, c := range []float64{0.005, 0.0075, 0.015, 0.025, 0.055} {
			tr := trial{rps: rps, live: 0.005, candidate: c, weights: []float64{0.05, 0.25, 0.5}, minutes: 10}
			ours := count(n, 5, func(r *rand.Rand) (bool, bool) { return tr.ours(r, margin) })
			fmt.Fprintf(&b, "| %.0f/s | 0.5 %% | %s | %s | %s | %s | %s | %s |\n", rps, percent(c), of100(ours.aborts), of100(ours.passes),
				of100(count(n, 5, func(r *rand.Rand) (bool, bool) { return tr.argo(r, tr.live+margin, 0) }).aborts),
				of100(count(n, 5, func(r *rand.Rand) (bool, bool) { return tr.argo(r, tr.live+margin, 3) }).aborts),
				of100(count(n, 5, func(r *rand.Rand) (bool, bool) { return tr.flagger(r, tr.live+margin, 5) }).aborts))
		}
	}
	page, err := os.ReadFile(filepath.Join(golden.Root(), "docs", "advance.md"))
	require.NoError(t, err)
	require.Contains(t, string(page), b.String(), "the table in docs/advance.md is not what is simulated")
}

// ofRow are the releases of a row of the table.
const ofRow = 2000

func of100(k int) string { return fmt.Sprintf("%.1f %%", 100*float64(k)/ofRow) }

// TestSees: what plan promises, the simulation keeps.
func TestSees(t *testing.T) {
	n := releases() / 2
	for _, c := range []struct{ rps, live, weight, margin float64 }{
		{100, 0.001, 0.05, 0.002}, {100, 0.005, 0.5, 0}, {1000, 0.0005, 0.01, 0.001}, {20, 0.02, 0.25, 0.01},
	} {
		tr := trial{rps: c.rps, live: c.live, weights: []float64{c.weight}, minutes: 10}
		requests := tr.rps * 60 * float64(tr.minutes)
		s := Traffic{c.weight * requests, (1 - c.weight) * requests, c.live}.Sees(c.margin, Split(0.95, 1))
		t.Logf("%v: finds +%.2f %%, passes after %.2f of the step", c, s.Finds*100, s.Needs)
		tr.candidate = tr.live + s.Finds
		found := count(n, 7, func(r *rand.Rand) (bool, bool) { return tr.ours(r, c.margin) })
		require.Greater(t, float64(found.aborts)/float64(n), 0.93, "%v: %d of %d", c, found.aborts)
		if s.Needs <= 1 {
			tr.candidate = tr.live
			same := count(n, 8, func(r *rand.Rand) (bool, bool) { return tr.ours(r, c.margin) })
			require.Greater(t, float64(same.passes)/float64(n), 0.9, "%v", c)
		}
	}
	nothing := Traffic{Candidate: 20, Live: 400, Share: 0.001}.Sees(0.005, Split(0.95, 6))
	require.Greater(t, nothing.Finds, 0.1)
	require.Greater(t, nothing.Needs, 1.0)
	require.True(t, math.IsInf(Traffic{}.Sees(0.01, Split(0.95, 1)).Finds, 1))
}

// TestNothing: no requests, and nonsense, are never a pass.
func TestNothing(t *testing.T) {
	l := Split(0.95, 1)
	good, nan := Counts{1000, 1}, math.NaN()
	for _, c := range []Counts{{}, {nan, 0}, {10, nan}, {10, 11}, {-5, 0}, {10, -1}, {math.Inf(1), 0}} {
		require.Equal(t, NotYet, AtMost(c, 0.5, l).Outcome, c)
		require.Equal(t, NotYet, AtLeast(c, 0.5, l).Outcome, c)
		require.Equal(t, NotYet, Against(c, good, 0.5, l).Outcome, c)
		require.Equal(t, NotYet, Against(good, c, 0.5, l).Outcome, c)
	}
	ok := Histogram{{0.1, 990}, {math.Inf(1), 1000}}
	for _, h := range []Histogram{nil, {{math.Inf(1), 0}}, {{0.1, 5}, {math.Inf(1), 4}}, {{0.1, 5}}, {{math.Inf(1), 7}}, {{0.2, 1}, {0.1, 2}, {math.Inf(1), 3}}, {{0.1, nan}, {math.Inf(1), nan}}} {
		require.Equal(t, NotYet, Faster(h, 0.5, 1, l).Outcome, h)
		require.Equal(t, NotYet, FasterThan(h, ok, 0.5, Slack{Part: 1}, l).Outcome, h)
		require.Equal(t, NotYet, FasterThan(ok, h, 0.5, Slack{Part: 1}, l).Outcome, h)
	}
	require.Equal(t, NotYet, Within(Values{}, Limit{Bound: 1}, l).Outcome)
	require.Equal(t, NotYet, Within(Values{Candidate: []float64{nan, nan, nan, nan, nan, nan, nan, nan, nan, nan}}, Limit{Bound: 1}, l).Outcome)
	require.Equal(t, NotYet, Within(Values{Candidate: make([]float64, 20)}, Limit{Bound: 1, Live: true}, l).Outcome, "live has none")
}

// TestVerdicts: the three outcomes, and the numbers that say why.
func TestVerdicts(t *testing.T) {
	l := Split(0.95, 1)
	for want, v := range map[string]Verdict{
		"not worse: 3 of 3 000 (0.1 %), live 57 of 57 000 (0.1 %); at most 0.8 % more than live holds (95 % sure)":                                Against(Counts{3000, 3}, Counts{57000, 57}, 0.008, l),
		"worse: 40 of 3 000 (1.33 %), live 57 of 57 000 (0.1 %); at most 0.1 % more than live is ruled out (95 % sure)":                           Against(Counts{3000, 40}, Counts{57000, 57}, 0.001, l),
		"not known yet: 1 of 90 (1.11 %), live 2 of 1 710 (0.117 %); at most 0.5 % more than live can neither be ruled out nor shown with so few": Against(Counts{90, 1}, Counts{1710, 2}, 0.005, l),
		"not known yet: no requests":                                                                                         AtMost(Counts{}, 0.1, l),
		"worse: 30 of 200 (15 %); at most 1 % is ruled out (95 % sure)":                                                      AtMost(Counts{200, 30}, 0.01, l),
		"worse: 30 of 200 (15 %); at least 90 % is ruled out (95 % sure)":                                                    AtLeast(Counts{200, 30}, 0.9, l),
		"worse: the bound is broken in 9 of 9 windows, last 4; that it is not in most of them is ruled out (95 % sure)":      Within(Values{Candidate: []float64{5, 5, 5, 5, 5, 5, 5, 5, 4}}, Limit{Bound: 3}, l),
		"not worse: the bound is broken in 0 of 7 windows, last 4, live 4; that it is not in most of them holds (95 % sure)": Within(Values{[]float64{5, 5, 5, 5, 5, 5, 4}, []float64{4.2, 5, 5, 5, 5, 5, 4}}, Limit{Bound: 0.2, Part: true, Live: true}, l),
	} {
		require.Equal(t, want, v.Outcome.String()+": "+v.Why)
	}
	h := Histogram{{0.1, 9000}, {0.5, 9990}, {1, 9999}, {math.Inf(1), 10000}}
	require.Equal(t, Worse, Faster(h, 0.99, 0.1, l).Outcome)
	require.Equal(t, NotWorse, Faster(h, 0.99, 0.5, l).Outcome)
	require.Equal(t, NotWorse, Faster(h, 0.99, 30, l).Outcome, "even all above the highest bound are few enough")
	require.InDelta(t, 0.1+0.4*900/990, h.Quantile(0.99), 1e-6)
}

// TestBorder: the most likely shares under the hypothesis are found.
func TestBorder(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	for range 200 {
		c, l := Counts{float64(1 + r.IntN(500)), 0}, Counts{float64(1 + r.IntN(500)), 0}
		c.Bad, l.Bad = float64(r.IntN(int(c.All)+1)), float64(r.IntN(int(l.All)+1))
		margin := r.Float64()*1.6 - 0.8
		at := func(p float64) float64 { return c.likelihood(p+margin) + l.likelihood(p) }
		best := at(border(c, l, margin))
		low, high := math.Max(0, -margin), math.Min(1, 1-margin)
		for i := 1; i < 400; i++ {
			require.LessOrEqual(t, at(low+(high-low)*float64(i)/400), best+1e-6, "%v %v %g", c, l, margin)
		}
	}
}
