package metrics

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/cutoverdev/cutover/cmd/internal/ask"
	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
)

// mostCost bounds what an expression may compute, in units of CEL: a second or so.
const mostCost = 1_000_000

// prefix begins the variables that a Release may have sent somewhere.
const prefix = "CUTOVER_"

// web asks a JSON API and judges its answer. What is wrong on the way is not known yet.
func web(w ask.Web) ask.Answer {
	status, headers, body, err := fetched(w)
	if err != nil {
		return ask.Answer{Verdict: ask.Unknown, Why: plain(err)}
	}
	if w.Ok == "" {
		if status/100 == 2 {
			return ask.Answer{Verdict: ask.Good, Why: fmt.Sprintf("status %d", status)}
		}
		return ask.Answer{Verdict: ask.Bad, Why: fmt.Sprintf("status %d", status)}
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil && len(body) > 0 {
		return ask.Answer{Verdict: ask.Unknown, Why: fmt.Sprintf("status %d, and the body is no JSON", status)}
	}
	return judged(w.Ok, map[string]any{"status": status, "headers": headers, "body": value})
}

func fetched(w ask.Web) (status int, headers map[string]string, body []byte, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), w.Timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, w.Method, w.URL, strings.NewReader(w.Body))
	if err != nil {
		return 0, nil, nil, err
	}
	r.Header.Set("Accept", "application/json")
	for _, h := range w.Headers {
		value, there := h.Value, true
		if h.Env != "" {
			value, there = os.LookupEnv(h.Env)
		}
		if !there || h.Env != "" && !strings.HasPrefix(h.Env, prefix) {
			return 0, nil, nil, fmt.Errorf("the header %s is the variable %s, which is not set", h.Name, h.Env)
		}
		r.Header.Set(h.Name, value)
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // the headers go nowhere else
	c := http.Client{CheckRedirect: stay}
	res, err := c.Do(r)
	if err != nil {
		return 0, nil, nil, err
	}
	defer func() { _ = res.Body.Close() }()
	body, err = io.ReadAll(io.LimitReader(res.Body, maxBytes))
	headers = map[string]string{}
	for name, values := range res.Header {
		headers[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	return res.StatusCode, headers, body, err
}

// judged is what an expression says of an answer.
func judged(expression string, of map[string]any) ask.Answer {
	value, err := evaluated(expression, of)
	switch {
	case err != nil:
		return ask.Answer{Verdict: ask.Unknown, Why: plain(err)}
	case value == types.True:
		return ask.Answer{Verdict: ask.Good, Why: expression}
	case value == types.False:
		return ask.Answer{Verdict: ask.Bad, Why: "not " + expression}
	case value == types.NullValue:
		return ask.Answer{Verdict: ask.Unknown, Why: expression + " is null"}
	}
	return ask.Answer{Verdict: ask.Unknown, Why: expression + " is neither true nor false"}
}

func evaluated(expression string, of map[string]any) (any, error) {
	env, err := cel.NewEnv(
		cel.Variable("status", cel.IntType), cel.Variable("body", cel.DynType),
		cel.Variable("headers", cel.MapType(cel.StringType, cel.StringType)),
		cel.CrossTypeNumericComparisons(true),
	)
	if err != nil {
		return nil, err
	}
	tree, issues := env.Compile(expression)
	if issues.Err() != nil {
		return nil, errors.New(expression + ": " + issues.Err().Error())
	}
	program, err := env.Program(tree, cel.CostLimit(mostCost))
	if err != nil {
		return nil, err
	}
	value, _, err := program.Eval(of)
	return value, err
}
