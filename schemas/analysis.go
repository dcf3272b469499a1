package schemas

import "slices"

// Analysis says on which evidence a release goes on, or back. It changes no rendered
// byte: advance reads it, and nothing in the cluster does.
type Analysis struct {
	Metrics    []Metric    `yaml:"metrics" rule:"required" doc:"what is measured, by name: errors, latency and rate need no query; own metrics under any other name"`
	Confidence Number      `yaml:"confidence" default:"95%" doc:"how sure a verdict must be: with 95%, of 100 releases as good as live at most 5 are aborted, however often advance looks"`
	Traffic    string      `yaml:"traffic" doc:"the entry of spec.traffic whose router counts the requests; default: the first whose router counts them by track"`
	Deadline   Duration    `yaml:"deadline" rule:"nonzero" doc:"longest time at one stage without enough requests for a verdict; then the release is aborted; default: it waits"`
	After      Duration    `yaml:"after" rule:"nonzero" doc:"how long the new version is watched once it is live; a failure then rolls back; default: not at all"`
	Prometheus *Prometheus `yaml:"prometheus" doc:"which series are those of this cluster, and what they are called there"`
}

// Prometheus is how the series of this release are found. Where Prometheus is and with
// which credentials it is asked, advance is told by flags and its environment.
type Prometheus struct {
	Address string      `yaml:"address" rule:"short,url" doc:"URL of the API of Prometheus, or of what speaks its language; default: what advance is told; never with a password"`
	Match   []NamedText `yaml:"match" doc:"labels that every series must have, by name, as cluster: eu-1 where one Prometheus has several clusters"`
	Labels  []NamedText `yaml:"labels" doc:"labels that are called otherwise here, as namespace: exported_namespace"`
}

// Metric is one measure and its bounds.
type Metric struct {
	Name     string   `rule:"key"`
	Max      *Number  `yaml:"max" rule:"short" doc:"the most there may be: percent of requests for a share, a time for latency, a number for a query"`
	Min      *Number  `yaml:"min" doc:"the least there must be"`
	Worse    *Number  `yaml:"worse" doc:"how much worse than live the candidate may be: points of percent for a share (0.5%), percent or a time for latency, percent or a number for a query"`
	Quantile Number   `yaml:"quantile" default:"99%" doc:"of latency: the share of requests that must be faster"`
	Failed   string   `yaml:"failed" rule:"template" doc:"query for the number of failed requests of {{track}} in {{window}}; with total"`
	Total    string   `yaml:"total" rule:"template" doc:"query for the number of all requests of {{track}} in {{window}}; with failed"`
	Query    string   `yaml:"query" rule:"template" doc:"query for one number of {{track}} in {{window}}, which is compared window by window"`
	Window   Duration `yaml:"window" default:"1m" rule:"nonzero" doc:"length of a window of query"`
	Better   string   `yaml:"better" default:"less" enum:"less|more" doc:"of query: whether less is better, or more"`
	Web      *Web     `yaml:"web" doc:"a JSON API is asked, and an expression judges its answer"`
	Command  *Command `yaml:"command" doc:"a program judges: exit code 0 is good, 75 is not known yet, any other is bad"`
}

// Web asks a JSON API about the candidate.
type Web struct {
	URL     string   `yaml:"url" rule:"required,short,url,template" doc:"what to ask, with {{track}} and the other words of queries"`
	Method  string   `yaml:"method" default:"GET" enum:"GET|POST" doc:"HTTP method"`
	Headers []Secret `yaml:"headers" doc:"headers of the question, by name"`
	Body    string   `yaml:"body" rule:"template" doc:"body of the question"`
	Ok      string   `yaml:"ok" doc:"CEL expression over status, headers and body: true is good, false is bad, null is not known yet; default: the status is 2xx"`
	Timeout Duration `yaml:"timeout" default:"10s" rule:"nonzero" doc:"longest time of an answer"`
}

// Secret is a text that may stand elsewhere: no credentials are written into Git.
type Secret struct {
	Name  string `rule:"key"`
	Value string `yaml:"value" rule:"short,oneof" doc:"the text itself, where it is no secret"`
	Env   string `yaml:"env" rule:"oneof,variable" doc:"variable of advance's environment that has the text; its name begins with CUTOVER_"`
}

// Command is a program that judges the candidate.
type Command struct {
	Run     []string `yaml:"run" rule:"repeat,required,short,template" doc:"the program and its arguments, run in the folder of the Release"`
	Timeout Duration `yaml:"timeout" default:"5m" rule:"nonzero" doc:"longest time it may take; then it is not known yet"`
}

// Window is a time in which releases go on, or do not.
type Window struct {
	Kind     string   `yaml:"kind" rule:"required" enum:"allow|deny" doc:"allow: releases go on in these windows alone; deny: never in this one"`
	Schedule string   `yaml:"schedule" rule:"required,cron" doc:"when it opens: minute, hour, day of the month, month, day of the week"`
	Duration Duration `yaml:"duration" rule:"required,nonzero" doc:"how long it stays open"`
	TimeZone string   `yaml:"timeZone" default:"UTC" rule:"zone" doc:"time zone of the schedule, as Europe/Berlin"`
	Reason   string   `yaml:"reason" doc:"why, for those who ask"`
}

// Presets are the metrics that need no query: the router counts them.
var Presets = [3]string{"errors", "latency", "rate"}

// Share reports whether the metric is a share of requests.
func (m Metric) Share() bool { return m.Failed != "" || m.Preset() && m.Name == Presets[0] }

// Preset reports whether the router's own series answer.
func (m Metric) Preset() bool {
	return m.Failed == "" && m.Total == "" && m.Query == "" && m.Web == nil && m.Command == nil && slices.Contains(Presets[:], m.Name)
}

// Latency reports whether the metric is the router's quantile of time.
func (m Metric) Latency() bool { return m.Preset() && m.Name == Presets[1] }

// Judged reports whether an expression or a program judges, and no bound.
func (m Metric) Judged() bool { return m.Web != nil || m.Command != nil }
