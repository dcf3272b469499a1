package route

import "strings"

// Metrics are the Prometheus series in which a router counts the requests that it
// sends to the Service of one track. They are data: what asks Prometheus is made of
// them by [Metrics.Queries].
//
// In Track and Labels stand matchers as PromQL has them, with commas between, and in
// them {{namespace}}, {{service}} and {{port}} for the Service of a track and its
// port, as a number, and {{route}} for the name of the object that routes to it.
type Metrics struct {
	Of      string // implementation that writes them, as in the option implementation; "": the router itself, whichever it is
	Version string // upstream release in which they were read
	Source  string // URL of the page or source file that names them
	Reason  string // why there are none that tell one track, a sentence; all below is empty then

	Track    string // matchers that pick one track's Service: destination_service_name="{{service}}"
	Or       string // matchers of further series of the same Service, none of which Track picks; "": Track picks all
	Alone    string // matchers of what is counted instead while a route leads to one track alone; "": Track picks that too
	Requests Series // counter of all requests
	Failed   Series // counter of those that failed: of its name, or with Labels alone, of Requests with these labels too
	Calls    Series // the same for gRPC, where a call that fails is answered 200; none: Unsaid says so
	Latency  Series // histogram of the time that requests take, its name without _bucket; none: Unsaid says so
	Millis   bool   // Latency counts milliseconds, and not seconds
	Unsaid   string // what these series do not say or count otherwise than one thinks, in sentences

	while string // a query that has an answer while what Alone picks are requests of the track
}

// Series is the name of a metric and further matchers of its labels.
type Series struct{ Name, Labels string }

// Queries are templates of PromQL, with {{window}} for the range, such as 5m, and
// {{quantile}}, such as 0.99, beside the words in [Metrics]. Those that there are no
// series for are empty.
type Queries struct {
	Errors  string // share of failed requests, 0 to 1; no number while there are no requests
	Calls   string // share of failed gRPC calls, likewise
	Latency string // quantile of the time of requests, in seconds
	Rate    string // requests per second
}

// Queries are the questions that these series answer.
func (m Metrics) Queries() Queries {
	var q Queries
	if m.Requests.Name != "" {
		q.Rate = m.sum(m.Requests)
	}
	q.Errors, q.Calls = m.share(m.Failed), m.share(m.Calls)
	if m.Latency.Name != "" {
		bucket := Series{m.Latency.Name + "_bucket", m.Latency.Labels}
		q.Latency = "histogram_quantile({{quantile}}, sum by (le) (" + m.perSecond(bucket) + "))"
		if m.Millis {
			q.Latency += " / 1000"
		}
	}
	return q
}

// share of failed requests, which there may be none of.
func (m Metrics) share(failed Series) string {
	if failed == (Series{}) {
		return ""
	}
	return "(" + m.sum(m.within(failed)) + " or vector(0)) / " + m.sum(m.Requests)
}

// within is a series of its own, or of all requests those with further labels.
func (m Metrics) within(s Series) Series {
	if s.Name == "" {
		return Series{m.Requests.Name, matchers(m.Requests.Labels, s.Labels)}
	}
	return s
}

func (m Metrics) sum(s Series) string { return "sum(" + m.perSecond(s) + ")" }

// perSecond are the rates of a track's series.
func (m Metrics) perSecond(s Series) string {
	rate := func(track string) string {
		return "rate(" + s.Name + "{" + matchers(track, s.Labels) + "}[{{window}}])"
	}
	all := rate(m.Track)
	if m.Or != "" {
		all += " or " + rate(m.Or)
	}
	if m.while != "" {
		all += " or " + rate(m.Alone) + " and on () " + m.while
	}
	return all
}

// Both are the series of a track whether a route leads to it alone or not: those that Alone
// picks too, while a query has an answer. No request is in both of them.
func (m Metrics) Both(while string) Metrics {
	if m.Alone != "" {
		m.while = while
	}
	return m
}

// Sole are the series of a track while a route leads to it alone.
func (m Metrics) Sole() Metrics {
	if m.Alone != "" {
		m.Track, m.Or = m.Alone, ""
	}
	return m
}

func matchers(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "," + b
}

// Asked is what a query is asked of.
type Asked struct {
	Namespace, Service, Port string // of a track's Service
	Home, Route              string // namespace and name of the object that routes to it
	Window                   string // 5m
	Quantile                 string // 0.99
}

// In is a query with what it is asked of in place of the words in braces. The names
// are those of objects, so that none has a quote in it.
func (a Asked) In(query string) string {
	return strings.NewReplacer(
		"{{namespace}}", a.Namespace, "{{service}}", a.Service, "{{port}}", a.Port,
		"{{home}}", a.Home, "{{route}}", a.Route, "{{window}}", a.Window, "{{quantile}}", a.Quantile,
	).Replace(query)
}
