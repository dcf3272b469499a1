package round

import (
	"context"
	"math"
	"strconv"
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/ask"
	"github.com/cutoverdev/cutover/fn/advance"
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
	}
	return nil
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
