package round

import (
	"context"
	"math"
	"strconv"
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/ask"
	"github.com/cutoverdev/cutover/fn/advance"
	"github.com/cutoverdev/cutover/fn/evidence"
	"github.com/cutoverdev/cutover/schemas"
)

// mostWindows bounds how far back numbers are read, window by window.
const mostWindows = 500

// ask asks the questions of all releases at once, and judges the answers.
func (s Source) ask(ctx context.Context, all []*Result, now time.Time) error {
	request := ask.Request{Address: s.Address, Config: s.Config, Timeout: s.Timeout}
	for _, r := range all {
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
	answers, err := ask.Questions(ctx, request)
	if err != nil {
		return err
	}
	for _, r := range all {
		var given []advance.Answer
		for range r.asked {
			given = append(given, answered(answers[0]))
			answers = answers[1:]
		}
		r.verdicts = advance.Judge(r.look.Of, r.look.At.Stage, r.since, given)
		for _, m := range r.webs {
			r.verdicts = append(r.verdicts, advance.Verdict{Bound: m.Name, Verdict: said(answers[0]), Queries: []string{m.Web.URL}})
			answers = answers[1:]
		}
	}
	return nil
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
