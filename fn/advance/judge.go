package advance

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/cutoverdev/cutover/fn/evidence"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
)

// Verdict is what is said of one bound.
type Verdict struct {
	Bound string // errors max 1%
	evidence.Verdict
	Queries []string // that were asked for it
}

// answers are those to the questions of a stage.
type answers struct {
	questions []Question
	given     []Answer
	live      string
	candidate string
}

// Judge turns the answers to [Questions], in their order, into a verdict for each bound.
func Judge(r generators.Release, s stage.Stage, since time.Duration, given []Answer) []Verdict {
	a := answers{Questions(r, s, since), given, schemas.Other(s.Candidate), s.Candidate}
	l := levels(r)
	var all []Verdict
	for _, b := range bounds(r, s) {
		v := Verdict{Bound: b.String(), Queries: a.queries(b)}
		if text := a.failed(b); text != "" {
			v.Why = "no answer: " + text
		} else {
			v.Verdict = a.verdict(b, l, since)
		}
		all = append(all, v)
	}
	return all
}

func (a answers) verdict(b bound, l evidence.Levels, since time.Duration) evidence.Verdict {
	m := b.metric
	switch {
	case m.Share():
		return a.share(b, l)
	case m.Latency():
		return a.latency(b, l)
	case m.Query != "":
		limit := evidence.Limit{Bound: b.is.Value, Live: b.name == "worse"}
		limit.Less = b.name == "min" || limit.Live && m.Better == "more"
		if b.is.Unit == "%" {
			limit.Bound, limit.Part = b.is.Part(), true
		}
		v := evidence.Values{Candidate: a.values(m.Name, a.candidate), Live: a.values(m.Name, a.live)}
		return evidence.Within(v, limit, l)
	}
	return rate(a.number(m.Name, a.candidate, "all")/math.Max(1, since.Seconds()), b)
}

// rate is no measure of health: too few requests are not enough to judge by, and too
// many are.
func rate(perSecond float64, b bound) evidence.Verdict {
	v := evidence.Verdict{Outcome: evidence.NotWorse, Why: fmt.Sprintf("%.3g requests a second since the stage began", perSecond)}
	switch {
	case math.IsNaN(perSecond):
		return evidence.Verdict{Why: "no requests"}
	case b.name == "min" && perSecond < b.is.Value:
		v.Outcome = evidence.NotYet
	case b.name == "max" && perSecond > b.is.Value:
		v.Outcome = evidence.Worse
	}
	return v
}

func (a answers) share(b bound, l evidence.Levels) evidence.Verdict {
	c := a.counts(b.metric.Name, a.candidate)
	switch b.name {
	case "max":
		return evidence.AtMost(c, b.is.Part(), l)
	case "min":
		return evidence.AtLeast(c, b.is.Part(), l)
	}
	return evidence.Against(c, a.counts(b.metric.Name, a.live), b.is.Part(), l)
}

func (a answers) latency(b bound, l evidence.Levels) evidence.Verdict {
	q, h := b.metric.Quantile.Part(), a.histogram(b.metric.Name, a.candidate)
	if b.name == "max" {
		return evidence.Faster(h, q, b.is.Value, l)
	}
	s := evidence.Slack{Seconds: b.is.Value}
	if b.is.Unit == "%" {
		s = evidence.Slack{Part: b.is.Part()}
	}
	return evidence.FasterThan(h, a.histogram(b.metric.Name, a.live), q, s, l)
}

// counts are all requests and the bad ones. Where there are requests, failures that
// nobody has counted are none; Prometheus interpolates, and so a few more may have failed
// than there were.
func (a answers) counts(metric, track string) evidence.Counts {
	c := evidence.Counts{All: a.number(metric, track, "all"), Bad: a.number(metric, track, "bad")}
	if math.IsNaN(c.All) {
		return evidence.Counts{}
	}
	if _, given := a.find(metric, track, "bad"); len(given.Series) == 0 {
		c.Bad = 0
	}
	if c.Bad > c.All && c.Bad < c.All*1.1+1 {
		c.Bad = c.All
	}
	return c
}

// number is the one that a question is answered with; NaN: there is none, or there are
// several, and nobody knows which is meant.
func (a answers) number(metric, track, what string) float64 {
	_, given := a.find(metric, track, what)
	if len(given.Series) != 1 || len(given.Series[0].Values) != 1 {
		return math.NaN()
	}
	return given.Series[0].Values[0]
}

func (a answers) values(metric, track string) []float64 {
	_, given := a.find(metric, track, "values")
	if len(given.Series) != 1 {
		return nil
	}
	return given.Series[0].Values
}

func (a answers) histogram(metric, track string) evidence.Histogram {
	_, given := a.find(metric, track, "buckets")
	var h evidence.Histogram
	scale := 1.0
	if a.millis(metric) {
		scale = 1000
	}
	for _, s := range given.Series {
		most, err := strconv.ParseFloat(s.Le, 64)
		if err != nil || len(s.Values) != 1 {
			return evidence.Histogram{{Most: math.NaN()}}
		}
		h = append(h, evidence.Bucket{Most: most / scale, Count: s.Values[0]})
	}
	slices.SortFunc(h, func(x, y evidence.Bucket) int { return cmp.Compare(x.Most, y.Most) })
	for i := 1; i < len(h); i++ { // each bucket is interpolated by itself
		if h[i].Count < h[i-1].Count && h[i-1].Count < h[i].Count*1.01+1 {
			h[i].Count = h[i-1].Count
		}
	}
	return h
}

func (a answers) millis(metric string) bool {
	q, _ := a.find(metric, a.candidate, "buckets")
	return q.Millis
}

// find is the question about a metric of a track, and its answer.
func (a answers) find(metric, track, what string) (Question, Answer) {
	for i, q := range a.questions {
		if q.Metric == metric && q.Track == track && q.What == what && i < len(a.given) {
			return q, a.given[i]
		}
	}
	return Question{}, Answer{}
}

// failed is why a bound has no answer, "" if it has all.
func (a answers) failed(b bound) string {
	for i, q := range a.questions {
		if !a.needs(b, q) {
			continue
		}
		if i >= len(a.given) {
			return "not asked"
		}
		if a.given[i].Error != "" {
			return a.given[i].Error
		}
		if n := len(a.given[i].Series); n > 1 && q.What != "buckets" {
			return fmt.Sprintf("%d series in the place of one; the query must add them up", n)
		}
	}
	return ""
}

func (a answers) needs(b bound, q Question) bool {
	return q.Metric == b.metric.Name && (q.Track == a.candidate || b.name == "worse")
}

func (a answers) queries(b bound) []string {
	var all []string
	for _, q := range a.questions {
		if a.needs(b, q) {
			all = append(all, q.Query)
		}
	}
	return all
}
