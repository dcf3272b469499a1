// Package ask runs cutover-metrics, the program that speaks to Prometheus, and is what
// both of them say to one another: requests one way and as many replies the other, in the
// same order, a JSON document each. It is a program of its own because its libraries take
// longer to start than cutover does, which starts for every kustomize build.
//
// The files, from the top:
//
//	program.go  both ends: the program that asks, and the one that is run
//	ask.go      what they say
package ask

import "time"

// Request are questions that are asked at once.
type Request struct {
	Address   string        `json:"address"`          // of Prometheus, where a question has none
	Config    string        `json:"config,omitempty"` // file with the credentials for this address, as promtool's --http.config.file
	Timeout   time.Duration `json:"timeout"`          // of one question
	Questions []Question    `json:"questions"`
}

// Reply are the answers to a request, one for each question; or what is wrong with all of it.
type Reply struct {
	Answers []Answer `json:"answers"`
	Error   string   `json:"error,omitempty"`
}

// Question is one query, or what a JSON API is asked.
type Question struct {
	Web     *Web          `json:"web,omitempty"`
	Address string        `json:"address,omitempty"` // that the Release names; it is never sent the credentials of another one
	Query   string        `json:"query,omitempty"`
	At      time.Time     `json:"at"`               // the last number is of this time
	Window  time.Duration `json:"window,omitempty"` // between the numbers; 0: one number
	Windows int           `json:"windows,omitempty"`
}

// Web asks a JSON API. An expression judges what it answers.
type Web struct {
	Method  string        `json:"method"`
	URL     string        `json:"url"`
	Headers []Header      `json:"headers,omitempty"`
	Body    string        `json:"body,omitempty"`
	Ok      string        `json:"ok,omitempty"`
	Timeout time.Duration `json:"timeout"`
}

// Header is one of a question's: a text, or the variable that has it.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value,omitempty"`
	Env   string `json:"env,omitempty"`
}

// What an expression says.
const (
	Good    = "good"
	Bad     = "bad"
	Unknown = "unknown"
)

// Answer are the series that came, or why none did.
type Answer struct {
	Verdict string   `json:"verdict,omitempty"` // of a JSON API
	Why     string   `json:"why,omitempty"`
	Series  []Series `json:"series,omitempty"`
	Error   string   `json:"error,omitempty"`
}

// Series are the numbers of one set of labels. JSON has no word for what is no number:
// these are text.
type Series struct {
	Le     string   `json:"le,omitempty"`
	Values []string `json:"values"`
}
