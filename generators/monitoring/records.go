package monitoring

import (
	"strings"
	"time"

	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// records are the series of both tracks under names of their own.
func (w Watched) records() []rule {
	var all []rule
	for i, track := range schemas.TrackNames {
		q := w.Series.Both(w.alone(i)).Queries()
		failed := q.Errors
		if w.GRPC && q.Calls != "" {
			failed = q.Calls
		}
		asked := w.Asked[i]
		asked.Window, asked.Quantile = window, number(w.quantile())
		add := func(name, query string, more ...string) {
			if query == "" {
				return
			}
			r := rule{Record: name, Expr: asked.In(query), Labels: w.labels(track)}
			for j := 0; j+1 < len(more); j += 2 {
				r.Labels[more[j]] = more[j+1]
			}
			all = append(all, r)
		}
		add(requests, q.Rate)
		add(errors, failed)
		add(latency, q.Latency, "quantile", asked.Quantile)
		for _, m := range w.own() {
			add(metric, ownQuery(m, asked, track), "metric", m.Name)
		}
	}
	return all
}

// alone has an answer where a track has had all requests for as long as a rule looks back:
// until then what its router counts for whoever is alone may be the other one's.
func (w Watched) alone(i int) string {
	mine := `track="` + schemas.TrackNames[i] + `"`
	query := "min(min_over_time(" + w.of(weight, mine) + "[" + window + "])) == 100"
	if len(w.Matched) > 0 {
		query += " unless on () max_over_time(" + w.of(weight, mine, `stage=~"`+strings.Join(w.Matched, "|")+`"`) + "[" + window + "])"
	}
	return query
}

// quantile is that of the analysis, or the one that it would have.
func (w Watched) quantile() float64 {
	for _, m := range w.metrics() {
		if m.Latency() {
			return m.Quantile.Part()
		}
	}
	return 0.99
}

func (w Watched) metrics() []schemas.Metric {
	if w.Spec.Analysis == nil {
		return nil
	}
	return w.Spec.Analysis.Metrics
}

// own are the metrics that Prometheus is asked for by a query of the Release.
func (w Watched) own() []schemas.Metric {
	var all []schemas.Metric
	for _, m := range w.metrics() {
		if m.Query != "" || m.Failed != "" && m.Total != "" {
			all = append(all, m)
		}
	}
	return all
}

// ownQuery is the query of an own metric about a track: of requests, their share.
func ownQuery(m schemas.Metric, asked route.Asked, track string) string {
	query := m.Query
	if query == "" {
		query = "((" + m.Failed + ") or vector(0)) / (" + m.Total + ")"
	} else {
		asked.Window = number(time.Duration(m.Window).Seconds()) + "s"
	}
	return strings.ReplaceAll(asked.In(query), "{{track}}", track)
}
