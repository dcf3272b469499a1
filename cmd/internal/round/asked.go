package round

import (
	"context"
	"math"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/ask"
	"github.com/cutoverdev/cutover/fn/advance"
	"github.com/cutoverdev/cutover/fn/evidence"
	"github.com/cutoverdev/cutover/schemas"
)

// mostWindows bounds how far back numbers are read, window by window.
const mostWindows = 500

// looking is the part of a round that looks and asks.
type looking struct {
	Round
	asker *ask.Asker
	busy  chan struct{} // a place for each folder that is worked on and not waited for

	mu    sync.Mutex
	all   []*Result
	wrong []error // why nobody could be asked, each once
}

// answering are the releases of a folder that are judged, and the answers for them.
type answering struct {
	judged []*Result
	wait   func() ([]ask.Answer, error)
	given  []ask.Answer
	failed error
}

// come waits for the answers.
func (a *answering) come() { a.given, a.failed = a.wait() }

// ask asks the questions of all releases of a folder at once.
func (l *looking) ask(ctx context.Context, all []*Result) *answering {
	request := ask.Request{Address: l.Address, Config: l.Config, Timeout: l.Timeout}
	a := &answering{}
	now := l.Now()
	for _, r := range all {
		if !r.judged {
			continue
		}
		r.asked = advance.Questions(r.look.Of, r.look.At.Stage, r.since)
		if len(r.webs) > 0 && !l.Webs {
			r.verdicts = []advance.Verdict{advance.Unknown("JSON APIs are not asked without --web")}
			continue
		}
		a.judged = append(a.judged, r)
		address := ""
		if p := r.look.Of.Spec.Analysis.Prometheus; p != nil {
			address = p.Address
		}
		for _, q := range r.asked {
			request.Questions = append(request.Questions, asked(q, address, now, r.since))
		}
		for _, m := range r.webs {
			request.Questions = append(request.Questions, ask.Question{Web: webOf(r, *m.Web)})
		}
	}
	a.wait = l.asker.Ask(ctx, request)
	return a
}

// judge judges the answers. That nobody could be asked is said once.
func (l *looking) judge(a *answering) {
	if a.failed != nil {
		l.mu.Lock()
		if !slices.ContainsFunc(l.wrong, func(e error) bool { return e.Error() == a.failed.Error() }) {
			l.wrong = append(l.wrong, a.failed)
		}
		l.mu.Unlock()
		for _, r := range a.judged {
			r.verdicts = []advance.Verdict{advance.Unknown(a.failed.Error())}
		}
		return
	}
	for _, r := range a.judged {
		var given []advance.Answer
		for range r.asked {
			given = append(given, answered(a.given[0]))
			a.given = a.given[1:]
		}
		r.verdicts = advance.Judge(r.look.Of, r.look.At.Stage, r.since, given)
		for _, m := range r.webs {
			r.verdicts = append(r.verdicts, advance.Verdict{Bound: m.Name, Verdict: said(a.given[0]), Queries: []string{m.Web.URL}})
			a.given = a.given[1:]
		}
	}
}

// webOf is a question to a JSON API with the words in braces filled in.
func webOf(r *Result, w schemas.Web) *ask.Web {
	in := func(text string) string { return advance.Words(r.look.Of, r.look.At.Candidate, r.since, text) }
	one := ask.Web{Method: w.Method, URL: in(w.URL), Body: in(w.Body), Ok: w.Ok, Timeout: time.Duration(w.Timeout)}
	for _, h := range w.Headers {
		one.Headers = append(one.Headers, ask.Header{Name: h.Name, Value: h.Value, Env: h.Env})
	}
	return &one
}

// said is the verdict of an expression.
func said(a ask.Answer) evidence.Verdict {
	v := evidence.Verdict{Why: a.Why}
	switch a.Verdict {
	case ask.Good:
		v.Outcome = evidence.NotWorse
	case ask.Bad:
		v.Outcome = evidence.Worse
	}
	return v
}

// asked is a question at a time. Of numbers window by window only those windows count
// that began with the stage or later.
func asked(q advance.Question, address string, now time.Time, since time.Duration) ask.Question {
	one := ask.Question{Address: address, Query: q.Query, At: now}
	if q.Window > 0 {
		one.Window = q.Window
		one.Windows = int(min(mostWindows, since/q.Window))
	}
	return one
}

func answered(a ask.Answer) advance.Answer {
	given := advance.Answer{Error: a.Error}
	for _, s := range a.Series {
		one := advance.Series{Le: s.Le}
		for _, word := range s.Values {
			v, err := strconv.ParseFloat(word, 64)
			if err != nil {
				v = math.NaN()
			}
			one.Values = append(one.Values, v)
		}
		given.Series = append(given.Series, one)
	}
	return given
}
