package generators

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// measured looks up how each entry is counted.
func (w *work) measured() []Measured {
	var all []Measured
	for i, entry := range w.routes {
		m := Measured{Entry: entry.ID(), Series: w.series(i)}
		for j, t := range entry.Tracks {
			m.Asked[j] = route.Asked{
				Namespace: w.source.Namespace(), Service: t.Service, Port: strconv.Itoa(entry.Port.Number), Route: entry.Name,
			}
			if entry.Own != nil {
				m.Asked[j].Route = entry.Own.Name
			}
		}
		all = append(all, m)
	}
	return all
}

// series are those of the implementation that an entry names, or the router's own.
func (w *work) series(i int) route.Metrics {
	p := w.providers[i]
	of := ""
	if p.Counted != nil {
		of = p.Counted(w.routes[i])
	}
	j := slices.IndexFunc(p.Metrics, func(m route.Metrics) bool { return m.Of == of })
	if j < 0 {
		return route.Metrics{Reason: fmt.Sprintf("The series of %s are not known here.", of)}
	}
	return p.Metrics[j]
}

// Counter is the entry whose router counts the requests for the analysis: the one it
// names, or the first that can. Without one, reason says why.
func (r Release) Counter() (m Measured, reason string, ok bool) {
	named := ""
	if a := r.Spec.Analysis; a != nil {
		named = a.Traffic
	}
	for _, m := range r.Measured {
		switch {
		case named != "" && m.Entry != named:
		case m.Series.Requests.Name != "":
			return m, "", true
		case reason == "":
			reason = m.Entry + ": " + m.Series.Reason
		}
	}
	return Measured{}, reason, false
}

// checkPresets: what needs no query is counted by a router.
func (r Release) checkPresets() []schemas.Finding {
	a := r.Spec.Analysis
	if a == nil {
		return nil
	}
	m, reason, ok := r.Counter()
	var found []schemas.Finding
	for _, metric := range a.Metrics {
		at := "spec.analysis.metrics." + metric.Name
		switch {
		case !metric.Preset():
		case !ok:
			found = append(found, r.Find("metric-series", at, "no router of this release counts requests by track: "+reason,
				"failed and total, or query: the application's own series, with {{track}} or {{service}}"))
		case metric.Latency() && m.Series.Latency.Name == "":
			found = append(found, r.Find("metric-series", at, m.Entry+" has no histogram of times: "+m.Series.Unsaid,
				"query: the application's own series"))
		case metric.Share() && m.Series.Failed == (route.Series{}):
			found = append(found, r.Find("metric-series", at, m.Entry+" counts no failures: "+m.Series.Unsaid,
				"failed and total: the application's own series"))
		}
	}
	return found
}
