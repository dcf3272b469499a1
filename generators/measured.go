package generators

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/monitoring"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
)

// measured looks up how each entry is counted.
func (w *work) measured() []Measured {
	var all []Measured
	for i, entry := range w.routes {
		m := Measured{Entry: entry.ID(), Series: w.series(i)}
		for j, t := range entry.Tracks {
			m.Asked[j] = route.Asked{
				Namespace: t.Namespace, Service: t.Service, Port: strconv.Itoa(entry.Port.Number),
				Home: w.source.Namespace(), Route: entry.Name,
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

// Here are the series as they are called in the Prometheus of the release.
func (r Release) Here(m Measured) route.Metrics {
	if r.Spec.Analysis == nil || r.Spec.Analysis.Prometheus == nil {
		return m.Series
	}
	p := r.Spec.Analysis.Prometheus
	return m.Series.Here(pairs(p.Match), pairs(p.Labels))
}

func pairs(texts []schemas.NamedText) [][2]string {
	var all [][2]string
	for _, n := range texts {
		all = append(all, [2]string{n.Name, n.Value})
	}
	return all
}

// Calls reports whether the requests of the entry that counts are gRPC calls.
func (r Release) Calls(m Measured) bool {
	for _, t := range r.Spec.Traffic {
		if t.ID() == m.Entry {
			return t.Protocol == "grpc"
		}
	}
	return false
}

// Whom says what the words in braces of a query about a track stand for. Without a router
// that counts, they are those of the first entry.
func (r Release) Whom(m Measured, track string) route.Asked {
	if m.Entry == "" && len(r.Measured) > 0 {
		m = r.Measured[0]
	}
	a := m.Asked[slices.Index(schemas.TrackNames[:], track)]
	a.Service = cmp.Or(a.Service, fmt.Sprintf("%s-%s", r.Name(), track))
	a.Namespace, a.Home = cmp.Or(a.Namespace, r.Metadata.Namespace), cmp.Or(a.Home, r.Metadata.Namespace)
	return a
}

// watched are the objects that watch the tracks; the last one is that of each stage.
func (w *work) watched(r *Release) {
	if r.Spec.Monitoring == nil {
		return
	}
	m, _, _ := r.Counter()
	all := monitoring.Watched{
		Release: r.Release, Namespace: w.source.Namespace(), Series: r.Here(m), GRPC: r.Calls(m),
		Images: func(track string) string { return r.Tracks[slices.Index(schemas.TrackNames[:], track)].Image() },
	}
	for i, track := range schemas.TrackNames {
		all.Asked[i] = r.Whom(m, track)
	}
	all.Matched = matched(r.Spec.Strategy)
	r.Monitoring = monitoring.Make(all)
	for i, s := range r.Stages {
		if o, ok := monitoring.Standing(all, s.Stage); ok && s.Adopted() {
			r.Stages[i].Standing = []kube.Object{o}
		}
	}
}

// matched are the names of stages at which live has all requests but those that match, as
// regular expressions. A release without a candidate has the same ones.
func matched(s schemas.Strategy) []string {
	var names []string
	if s.Preview != nil && len(s.Preview.Match) > 0 {
		names = append(names, "preview")
	}
	for _, step := range s.Steps {
		if step.Weight == 0 && len(step.Match) > 0 {
			names = append(names, step.StageName())
		}
	}
	if names != nil {
		names = append(names, "scale-.*") // the pods of the next step come before its requests
	}
	return names
}

// Alone reports whether every request is a track's: no other has a share, or is sent those
// that match.
func (r Release) Alone(s stage.Stage, track string) bool {
	matched := len(s.Split.Match) > 0 || s.Preview && r.Spec.Strategy.Preview != nil && len(r.Spec.Strategy.Preview.Match) > 0
	return s.Weight(track) == 100 && (track == s.Candidate || !matched)
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
