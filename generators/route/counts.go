package route

import "strings"

// Counts are questions for numbers of requests of one track in {{window}}, beside those
// that [Metrics.Queries] asks for rates. Those that there are no series for are empty.
type Counts struct {
	All     string // all requests
	Failed  string // those that failed
	Calls   string // gRPC calls that failed
	Buckets string // all requests by le, the longest time they took
}

// Counts are the questions for numbers of requests that these series answer.
func (m Metrics) Counts() Counts {
	var c Counts
	if m.Requests.Name == "" {
		return c
	}
	c.All = "sum(" + m.counted(m.Requests) + ")"
	for _, f := range []struct {
		of   Series
		into *string
	}{{m.Failed, &c.Failed}, {m.Calls, &c.Calls}} {
		if f.of != (Series{}) {
			*f.into = "sum(" + m.counted(m.within(f.of)) + ")"
		}
	}
	if m.Latency.Name != "" {
		c.Buckets = "sum by (le) (" + m.counted(Series{m.Latency.Name + "_bucket", m.Latency.Labels}) + ")"
	}
	return c
}

// counted is the increase of a track's series. increase() does not see how a series comes
// to its first value, and a candidate's series are all new: the first failure of each pod
// and path would be lost. So what was not there when the window began counts whole.
func (m Metrics) counted(s Series) string {
	in := func(track string) string {
		series := s.Name + "{" + matchers(track, s.Labels) + "}"
		return "increase(" + series + "[{{window}}]) and " + series + " offset {{window}} or max_over_time(" + series +
			"[{{window}}]) unless " + series + " offset {{window}}"
	}
	if m.Or == "" {
		return in(m.Track)
	}
	return in(m.Track) + " or " + in(m.Or)
}

// Here are the series as they are called where they are kept: each must have some
// labels, and some of its own are called otherwise. Both are pairs of a label and a word.
func (m Metrics) Here(match, renamed [][2]string) Metrics {
	var all []string
	for _, p := range match {
		all = append(all, p[0]+"="+quoted(p[1]))
	}
	more := strings.Join(all, ",")
	m.Track = matchers(rename(m.Track, renamed), more)
	for _, one := range []*string{&m.Or, &m.Alone} {
		if *one != "" {
			*one = matchers(rename(*one, renamed), more)
		}
	}
	for _, s := range []*Series{&m.Requests, &m.Failed, &m.Calls, &m.Latency} {
		s.Labels = rename(s.Labels, renamed)
	}
	return m
}

// quoted is a text as PromQL quotes it.
func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(text) + `"`
}

// rename changes the names of labels in matchers, which no text within quotes is.
func rename(matchers string, renamed [][2]string) string {
	parts := strings.Split(matchers, `"`)
	for i := 0; i < len(parts); i += 2 {
		for _, p := range renamed {
			name, op, ok := strings.Cut(strings.TrimPrefix(parts[i], ","), p[0])
			if ok && name == "" && strings.Trim(op, "=!~") == "" {
				parts[i] = strings.Replace(parts[i], p[0], p[1], 1)
				break
			}
		}
	}
	return strings.Join(parts, `"`)
}
