package scenario

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/applier"
	"github.com/cutoverdev/cutover/e2e/live/record"
)

// DNSClients are those who call the host of two clusters, each of whom asks DNS by itself.
const DNSClients = 60

// DNSTTL is how long they keep an answer: spec.traffic.options.ttl in [routers]. Its own
// default is a minute.
const DNSTTL = time.Second

// left is a side whose applier was stopped at a commit, and is still when the next is made.
type left struct {
	*side
	ended chan struct{} // when it has given up the old commit
}

// pause is when an applier is stopped, and for how long.
type pause struct {
	after, lasts time.Duration
	of           *side
}

// pauses are drawn for a commit: seconds for one of two appliers, or once for a scenario
// what it says.
func (r *run) pauses(of *rand.Rand) []pause {
	p := pause{
		after: time.Duration(of.Int64N(int64(1500 * time.Millisecond))),
		lasts: 3*time.Second + time.Duration(of.Int64N(int64(5*time.Second))),
		of:    r.sides[of.IntN(2)],
	}
	commit := r.commits
	r.commits++
	switch {
	case commit == 0: // what there is before the release
		return nil
	case r.Pause == 0:
		return []pause{p}
	case commit == 1+int(r.number)%4:
		p.lasts = r.Pause
		return []pause{p}
	}
	return nil
}

// chance is that of a commit.
func (r *run) chance() *rand.Rand {
	return rand.New(rand.NewPCG(r.Seed, r.number<<16+uint64(r.commits))) //nolint:gosec // to be repeated
}

// done is what one of those who do something at a commit has done.
type done struct {
	story applier.Story
	err   error
}

// both brings a commit to both clusters, by two appliers that know nothing of each other,
// of which one is stopped on the way.
func (r *run) both(ctx context.Context, _ string) (applier.Story, error) {
	if r.late != "" {
		return r.leave(ctx)
	}
	behind := r.behind
	r.behind = nil
	of := r.chance()
	var all []func() done
	for _, p := range r.pauses(of) {
		all = append(all, func() done { return p.make(ctx) })
	}
	late := time.Second + time.Duration(of.Int64N(int64(2*time.Second)))
	for _, s := range r.sides {
		all = append(all, func() done {
			if behind != nil && behind.side == s {
				time.Sleep(late)
				if err := behind.on(); err != nil {
					return done{err: err}
				}
			}
			return s.bring(ctx)
		})
	}
	results := make(chan done)
	for _, do := range all {
		go func() { results <- do() }()
	}
	var sum done
	for range all {
		d := <-results
		sum = done{append(sum.story, d.story...), errors.Join(sum.err, d.err)}
	}
	return sum.story, sum.err
}

// bring applies what is committed, and says in which cluster.
func (s *side) bring(ctx context.Context) done {
	story, err := s.apply(ctx, "")
	if err != nil {
		err = fmt.Errorf("%s: %w", s.name, err)
	}
	return done{append(applier.Story{s.name + ":"}, story...), err}
}

// on lets an applier go on that was stopped at an older commit, which it gives up.
func (l *left) on() error {
	err := l.resume()
	<-l.ended
	return err
}

// make stops an applier, and lets it go on.
func (p pause) make(ctx context.Context) done {
	time.Sleep(p.after)
	if err := p.of.suspend(); err != nil {
		return done{err: fmt.Errorf("stop %s: %w", p.of.name, err)}
	}
	select {
	case <-ctx.Done():
	case <-time.After(p.lasts):
	}
	told := fmt.Sprintf("%s was stopped after %s for %s", p.of.name, p.after.Round(time.Millisecond), p.lasts.Round(time.Millisecond))
	return done{applier.Story{told}, p.of.resume()}
}

// leave brings a commit to one cluster, and stops the applier of the other on its way: it
// goes on after the next commit.
func (r *run) leave(ctx context.Context) (applier.Story, error) {
	stays, goes := r.sides[0], r.sides[1]
	if r.late == goes.name {
		stays, goes = goes, stays
	}
	r.late = ""
	r.commits++
	within, cancel := context.WithCancel(ctx)
	l := &left{stays, make(chan struct{})}
	go func() {
		defer close(l.ended)
		_, _ = stays.apply(within, "")
	}()
	time.Sleep(time.Duration(rand.Int64N(int64(time.Second))))
	err := stays.suspend()
	cancel()
	if err != nil {
		return nil, err
	}
	r.behind = l
	d := goes.bring(ctx)
	return append(applier.Story{stays.name + " is stopped"}, d.story...), d.err
}

// release lets an applier go on that is still stopped at the end.
func (r *run) release() {
	if r.behind != nil {
		_ = r.behind.on()
	}
}

// recorded waits until the DNS server knows the records of the commit, and nobody keeps an
// older answer.
func (r *run) recorded(ctx context.Context) error {
	if r.East == "" {
		return nil
	}
	objects, err := r.tree.Build("rendered/live/west", r.namespace)
	if err != nil {
		return err
	}
	var want []record.Record
	for _, o := range objects {
		var is struct {
			Spec struct{ Endpoints []record.Record }
		}
		if o.Kind != "DNSEndpoint" {
			continue
		}
		if err := json.Unmarshal(o.JSON, &is); err != nil {
			return err
		}
		want = append(want, is.Spec.Endpoints...)
	}
	if len(want) == 0 {
		return errors.New("west has no records")
	}
	err = r.Eventually(2*time.Minute, "the records arrive", func(context.Context) error { return r.Zone.Has(want) })
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(2 * DNSTTL):
	}
	return err
}

// appliers are those of a scenario, for people.
func (s Scenario) appliers() string {
	if s.East != "" {
		return s.Applier + ", " + s.East
	}
	return s.Applier
}
