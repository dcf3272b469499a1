package monitoring

import (
	"fmt"
	"maps"

	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// enough is how many requests a track should have had before its silence means something.
const enough = 50

// alerts say that a bound of the analysis is broken, for both tracks and also while no
// release is under way; that a track is silent; that a release stands still.
func (w Watched) alerts() []rule {
	var all []rule
	for _, m := range w.metrics() {
		all = append(all, w.bounds(m)...)
	}
	if w.Series.Requests.Name != "" {
		expected := w.of(weight) + " * on () group_left () sum(" + w.of(requests) + ") * 3" // 5m are 300 s, and weights are percent
		all = append(all, w.alert("ReleaseSilent", "10m",
			fmt.Sprintf("%s > %d unless on (track) %s > 0", expected, enough, w.of(requests)), nil,
			"Track {{ $labels.track }} of "+w.name()+" gets no requests",
			"At {{ $labels.stage }} it should have had {{ $value | printf \"%.0f\" }} of them in five minutes. "+
				"Has the commit arrived, and are its pods ready?"))
	}
	return append(all, w.alert("ReleaseStuck", w.Spec.Monitoring.Stuck.String(),
		w.of(weight, `role="candidate"`, `stage!="stable"`), nil,
		w.name()+" stands at {{ $labels.stage }}",
		fmt.Sprintf("It has stood there for %s with {{ $value }} %% of the requests at {{ $labels.image }}. "+
			"cutover status says what it waits for.", w.Spec.Monitoring.Stuck)))
}

// bounds are the alerts of one metric. How many requests there are is no measure of health.
func (w Watched) bounds(m schemas.Metric) []rule {
	series, words := w.recorded(m)
	if series == "" {
		return nil
	}
	limit := func(n *schemas.Number) string {
		if n.Unit == "%" {
			return number(n.Part())
		}
		return number(n.Value)
	}
	var all []rule
	add := func(name, expr, summary string) {
		all = append(all, w.alert(name, w.Spec.Monitoring.For.String(), expr, map[string]string{"metric": m.Name}, summary,
			"It is {{ $value | printf \"%.3g\" }}. In a release, cutover abort gives live all requests again."))
	}
	if m.Max != nil {
		add("ReleaseAbove", series+" > "+limit(m.Max), fmt.Sprintf("%s of track {{ $labels.track }} of %s is above %s", words, w.name(), m.Max))
	}
	if m.Min != nil {
		add("ReleaseBelow", series+" < "+limit(m.Min), fmt.Sprintf("%s of track {{ $labels.track }} of %s is below %s", words, w.name(), m.Min))
	}
	if m.Worse != nil {
		add("ReleaseWorse", w.worse(m, series),
			fmt.Sprintf("%s of %s: the candidate is worse than live by more than %s", words, w.name(), m.Worse))
	}
	return all
}

// recorded is the series of a metric, and what it is called; "" where there is none.
func (w Watched) recorded(m schemas.Metric) (series, words string) {
	switch {
	case m.Query != "" || m.Failed != "":
		return w.of(metric, `metric="`+m.Name+`"`), m.Name
	case m.Share() && w.Series.Failed != (route.Series{}):
		return w.of(errors), "the share of failed requests"
	case m.Latency() && w.Series.Latency.Name != "":
		return w.of(latency), "the " + m.Quantile.String() + " quantile of latency"
	}
	return "", ""
}

// worse compares the tracks that both get requests.
func (w Watched) worse(m schemas.Metric, series string) string {
	in := func(role string) string {
		return "(" + series + " and on (track) " + w.of(weight, `role="`+role+`"`) + " > 0)"
	}
	candidate, live := in("candidate"), in("live")
	more := m.Query != "" && m.Better == "more"
	switch part := m.Worse.Part(); {
	case m.Worse.Unit != "%":
		if more {
			candidate, live = live, candidate
		}
		return candidate + " - ignoring (track) " + live + " > " + number(m.Worse.Value)
	case m.Share():
		return candidate + " - ignoring (track) " + live + " > " + number(part)
	case more:
		return candidate + " / ignoring (track) " + live + " < " + number(1-part)
	default:
		return candidate + " / ignoring (track) " + live + " > " + number(1+part)
	}
}

// alert is a rule that alerts. Labels of the series stay; the Release may add some.
func (w Watched) alert(name, after, expr string, labels map[string]string, summary, description string) rule {
	all := map[string]string{"severity": "warning", "release": w.Release.Metadata.Name}
	maps.Copy(all, labels)
	for _, l := range w.Spec.Monitoring.Alerts {
		all[l.Name] = l.Value
	}
	return rule{
		Alert: name, For: after, Expr: expr, Labels: all,
		Annotations: map[string]string{"summary": summary, "description": description},
	}
}

func (w Watched) name() string {
	if w.Namespace == "" {
		return w.Release.Metadata.Name
	}
	return w.Namespace + "/" + w.Release.Metadata.Name
}
