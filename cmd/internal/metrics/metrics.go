// Package metrics asks Prometheus, and what speaks its language: Thanos, Mimir,
// VictoriaMetrics, the managed services of clouds. It imports what no other program of
// the project may: its libraries take several times as long to start as cutover.
package metrics

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/ask"
	"github.com/prometheus/client_golang/api"
	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
)

const (
	workers  = 32       // questions at a time
	maxBytes = 16 << 20 // of an answer
	maxTries = 2        // a Prometheus that restarts is asked once more
)

// Source answers requests, and keeps its connections from one to the next.
type Source struct {
	busy chan struct{} // a place for each question that is asked
	mu   sync.Mutex
	all  map[who]v1.API
}

// who is asked: the address of a request, the file with the credentials for it, and the
// address that a question has.
type who struct{ address, config, own string }

// NewSource is one that has asked nobody yet.
func NewSource() *Source {
	return &Source{busy: make(chan struct{}, workers), all: map[who]v1.API{}}
}

// Answer asks all questions of a request. What is wrong with one of them is its answer; the
// error is of what concerns all. Several may be answered at a time.
func (s *Source) Answer(r ask.Request) ([]ask.Answer, error) {
	clients, err := s.clients(r)
	if err != nil {
		return nil, err
	}
	answers := make([]ask.Answer, len(r.Questions))
	var all sync.WaitGroup
	for i, q := range r.Questions {
		s.busy <- struct{}{}
		all.Go(func() {
			answers[i] = clients.ask(q, r.Timeout)
			<-s.busy
		})
	}
	all.Wait()
	return answers, nil
}

// clients has one for each address that is asked.
type clients map[string]v1.API

// clients are those for the questions of a request.
func (s *Source) clients(r ask.Request) (clients, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := clients{}
	for _, q := range r.Questions {
		if _, ok := all[q.Address]; ok || q.Web != nil {
			continue
		}
		key := who{r.Address, r.Config, q.Address}
		if s.all[key] == nil {
			client, err := key.client()
			if err != nil {
				return nil, err
			}
			s.all[key] = client
		}
		all[q.Address] = s.all[key]
	}
	return all, nil
}

// client is a new one.
func (w who) client() (v1.API, error) {
	cfg, err := readCredentials(w.config)
	if err != nil {
		return nil, err
	}
	if w.own != "" && !sameOrigin(w.own, w.address) {
		return newClient(w.own, noCredentials)
	}
	return newClient(w.address, cfg)
}

// sameOrigin reports whether credentials for one address may go to another: who can
// change a Release must not be able to send them to a place of their own.
func sameOrigin(a, b string) bool {
	x, err := url.Parse(a)
	y, failed := url.Parse(b)
	return err == nil && failed == nil && x.Scheme == y.Scheme && x.Host == y.Host
}

func newClient(address string, cfg credentials) (v1.API, error) {
	if address == "" {
		return nil, errors.New("nobody says where Prometheus is: --prometheus, CUTOVER_PROMETHEUS or spec.analysis.prometheus.address")
	}
	rt, err := cfg.transport()
	if err != nil {
		return nil, err
	}
	c, err := api.NewClient(api.Config{Address: address, RoundTripper: bounded{rt}})
	if err != nil {
		return nil, err
	}
	return v1.NewAPI(c), nil
}

// bounded reads no more of an answer than a sane one has.
type bounded struct{ http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.RoundTripper.RoundTrip(r)
	if res != nil {
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, maxBytes), res.Body}
	}
	return res, err
}

func (c clients) ask(q ask.Question, timeout time.Duration) ask.Answer {
	if q.Web != nil {
		return web(*q.Web)
	}
	var value model.Value
	var err error
	for try := range maxTries {
		ctx, cancel := context.WithTimeout(context.Background(), timeout)
		value, err = query(ctx, c[q.Address], q)
		cancel()
		if err == nil || errors.Is(err, context.DeadlineExceeded) || try+1 == maxTries {
			break
		}
		time.Sleep(200 * time.Millisecond)
	}
	if err != nil {
		return ask.Answer{Error: plain(err)}
	}
	series, err := seriesOf(value, q)
	if err != nil {
		return ask.Answer{Error: err.Error()}
	}
	return ask.Answer{Series: series}
}

func query(ctx context.Context, c v1.API, q ask.Question) (model.Value, error) {
	if q.Window == 0 {
		value, _, _, err := c.Query(ctx, q.Query, q.At)
		return value, err
	}
	span := v1.Range{Start: q.At.Add(-time.Duration(q.Windows-1) * q.Window), End: q.At, Step: q.Window}
	value, _, _, err := c.QueryRange(ctx, q.Query, span)
	return value, err
}

// plain is what is wrong in one line, without the address and the query, which may be
// long, and what stands in them.
func plain(err error) string {
	if u := (*url.Error)(nil); errors.As(err, &u) {
		err = u.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "too slow"
	}
	text := strings.Join(strings.Fields(err.Error()), " ")
	return text[:min(len(text), 200)]
}

// seriesOf are the numbers of a value. A window without a number has NaN, so that those of
// both tracks stand side by side.
func seriesOf(value model.Value, q ask.Question) ([]ask.Series, error) {
	var all []ask.Series
	switch v := value.(type) {
	case *model.Scalar:
		return []ask.Series{{Values: []string{word(v.Value)}}}, nil
	case model.Vector:
		for _, s := range v {
			all = append(all, ask.Series{Le: string(s.Metric[model.BucketLabel]), Values: []string{word(s.Value)}})
		}
	case model.Matrix:
		for _, s := range v {
			one := ask.Series{Le: string(s.Metric[model.BucketLabel]), Values: slices.Repeat([]string{"NaN"}, q.Windows)}
			for _, p := range s.Values {
				back := int(q.At.Sub(p.Timestamp.Time()).Round(q.Window) / q.Window)
				if i := q.Windows - 1 - back; i >= 0 && i < q.Windows {
					one.Values[i] = word(p.Value)
				}
			}
			all = append(all, one)
		}
	default:
		return nil, fmt.Errorf("the answer is a %s and not numbers", value.Type())
	}
	return all, nil
}

func word(v model.SampleValue) string { return strconv.FormatFloat(float64(v), 'g', -1, 64) }
