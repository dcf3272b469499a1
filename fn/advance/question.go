package advance

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
)

// Question is one query.
type Question struct {
	Metric string
	Track  string
	What   string // all, bad, buckets or values
	Query  string
	Millis bool          // buckets are in milliseconds, and not in seconds
	Window time.Duration // of values: one number for each window since the stage began; 0: one answer now
}

// Answer is what came of a question: nothing, numbers, or an error.
type Answer struct {
	Series []Series
	Error  string
}

// Series are the numbers of one set of labels; a question for one answer has one each.
type Series struct {
	Le     string // longest time of a bucket
	Values []float64
}

// Questions are what has to be asked at a stage that began some time ago.
func Questions(r generators.Release, s stage.Stage, since time.Duration) []Question {
	var all []Question
	for _, track := range []string{s.Candidate, schemas.Other(s.Candidate)} {
		for _, m := range r.Spec.Analysis.Metrics {
			needed := slices.ContainsFunc(bounds(r, s), func(b bound) bool {
				return b.metric.Name == m.Name && (track == s.Candidate || b.name == "worse")
			})
			if needed {
				all = append(all, questions(r, s, m, track, since)...)
			}
		}
	}
	return all
}

// questions are those of one metric about one track at a stage.
func questions(r generators.Release, s stage.Stage, m schemas.Metric, track string, since time.Duration) []Question {
	counter, _, _ := r.Counter()
	series := r.Here(counter)
	if r.Alone(s, track) {
		series = series.Sole()
	}
	counts := series.Counts()
	asked := r.Whom(counter, track)
	ask := func(what, query string) Question {
		q := Question{Metric: m.Name, Track: track, What: what, Millis: what == "buckets" && series.Millis}
		window := since
		if what == "values" {
			q.Window = time.Duration(m.Window)
			window = q.Window
		}
		asked.Window = strconv.Itoa(max(1, int(window/time.Second))) + "s"
		q.Query = strings.ReplaceAll(asked.In(query), "{{track}}", track)
		return q
	}
	switch {
	case m.Failed != "":
		return []Question{ask("all", m.Total), ask("bad", m.Failed)}
	case m.Query != "":
		return []Question{ask("values", m.Query)}
	case m.Latency():
		return []Question{ask("buckets", counts.Buckets)}
	case m.Share() && r.Calls(counter) && counts.Calls != "":
		return []Question{ask("all", counts.All), ask("bad", counts.Calls)}
	case m.Share():
		return []Question{ask("all", counts.All), ask("bad", counts.Failed)}
	}
	return []Question{ask("all", counts.All)}
}

// Words is a text with what the words in braces stand for.
func Words(r generators.Release, track string, since time.Duration, text string) string {
	counter, _, _ := r.Counter()
	a := r.Whom(counter, track)
	a.Window = strconv.Itoa(max(1, int(since/time.Second))) + "s"
	return strings.ReplaceAll(a.In(text), "{{track}}", track)
}
