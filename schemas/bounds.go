package schemas

import (
	"fmt"
	"slices"
	"strings"
)

// checkAnalysis finds metrics that ask for nothing, or for what they cannot have.
func (r *Release) checkAnalysis() []Finding {
	a := r.Spec.Analysis
	if a == nil {
		return nil
	}
	var found []Finding
	if c := a.Confidence; c.Unit != "%" || c.Value < 50 || c.Value > 99.999 {
		found = append(found, r.Find("confidence", "spec.analysis.confidence", fmt.Sprintf("%s is not a confidence", c),
			"50% to 99.999%, such as 95%"))
	}
	if a.Traffic != "" && !slices.ContainsFunc(r.Spec.Traffic, func(t Traffic) bool { return t.ID() == a.Traffic }) {
		found = append(found, r.Find("traffic-unknown", "spec.analysis.traffic", fmt.Sprintf("no entry of spec.traffic is called %q", a.Traffic),
			"the name of an entry, or its provider where it has none"))
	}
	if len(a.Metrics) == 0 {
		found = append(found, r.Find("metric-source", "spec.analysis.metrics", "nothing is measured", "errors: {max: 1%}"))
	}
	for _, m := range a.Metrics {
		found = append(found, r.checkMetric("spec.analysis.metrics."+m.Name, m)...)
	}
	return found
}

// checkMetric looks for what a metric asks, and then for its bounds.
func (r *Release) checkMetric(at string, m Metric) []Finding {
	var found []Finding
	if !IsLabel(m.Name) {
		found = append(found, r.Find("name", at, fmt.Sprintf("%q is not a DNS label", m.Name),
			"lower case letters, digits and -, such as errors"))
	}
	var given []string
	for _, s := range []struct {
		name string
		is   bool
	}{{"failed and total", m.Failed != "" || m.Total != ""}, {"query", m.Query != ""}, {"web", m.Web != nil}, {"command", m.Command != nil}} {
		if s.is {
			given = append(given, s.name)
		}
	}
	switch {
	case len(given) > 1:
		return append(found, r.Find("metric-source", at, strings.Join(given, " and ")+" exclude each other",
			"keep one; the other is a metric of its own"))
	case len(given) == 0 && !m.Preset():
		return append(found, r.Find("metric-source", at, m.Name+" asks nothing",
			"query, failed and total, web or command; only errors, latency and rate need none"))
	case (m.Failed == "") != (m.Total == ""):
		return append(found, r.Find("metric-source", at, "of failed and total one is missing", "a share needs both"))
	}
	return append(found, r.checkBounds(at, m)...)
}

// checkBounds: a metric has a bound, and one that means something of it.
func (r *Release) checkBounds(at string, m Metric) []Finding {
	bounds := []struct {
		name string
		is   *Number
	}{{"max", m.Max}, {"min", m.Min}, {"worse", m.Worse}}
	var found []Finding
	bounded := false
	for _, b := range bounds {
		if b.is == nil {
			continue
		}
		bounded = true
		if want := m.unitOf(b.name, *b.is); want != "" {
			found = append(found, r.Find("metric-bound", at+"."+b.name, fmt.Sprintf("%s is no bound for %s", b.is, m.Name), want))
		}
	}
	if !bounded && !m.Judged() {
		found = append(found, r.Find("metric-bound", at, m.Name+" has no bound", "at least one of max, min, worse"))
	}
	if q := m.Quantile; q.Unit != "%" || q.Value <= 0 || q.Value >= 100 {
		found = append(found, r.Find("metric-bound", at+".quantile", fmt.Sprintf("%s is no quantile", q),
			"percent of the requests, above 0 and below 100, such as 99%"))
	}
	return found
}

// unitOf says what a bound of the metric looks like, if it does not look like that.
func (m Metric) unitOf(bound string, n Number) string {
	switch {
	case m.Judged():
		return "leave it out: an expression or an exit code judges"
	case m.Share() && n.Unit != "%":
		return "percent of the requests, such as 0.5%"
	case m.Share() && (n.Value < 0 || n.Value > 100):
		return "0% to 100%"
	case m.Latency() && bound == "min":
		return "leave it out: nothing is too fast"
	case m.Latency() && bound == "max" && n.Unit != "s":
		return "a time, such as 800ms"
	case m.Latency() && bound == "worse" && n.Unit == "":
		return "percent or a time, such as 20% or 50ms"
	case m.Preset() && m.Name == Presets[2] && bound == "worse":
		return "leave it out: how many requests the candidate gets is the split's to say; min is requests per second"
	case !m.Share() && !m.Latency() && n.Unit != "" && (bound != "worse" || n.Unit != "%"):
		return "a number in the unit of the query"
	}
	return ""
}
