package beside

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/cluster"
	"github.com/cutoverdev/cutover/e2e/live/load"
)

// Rig is what the application is moved on.
type Rig struct {
	*cluster.Cluster
	Cutover string // the program
	Rate    int    // requests per second through the router; half as many to the Service
	Dwell   time.Duration
	Only    *regexp.Regexp // names of movers
	Log     func(format string, args ...any)
}

// Phase is what was done, and what came of it.
type Phase struct {
	Name         string
	Sent, Failed int
	First        string        // the first that failed
	Bad          time.Duration // from the decision until the last answer of the bad version; 0: nothing was decided
	Lasted       time.Duration
}

// Outcome is a mover's.
type Outcome struct {
	Name, Version string
	Phases        []Phase
	Objects       int           // in the namespace at 50 %, without pods, ReplicaSets, endpoints and events
	CPU           time.Duration // of its own programs, over the whole
	Lasted        time.Duration
	Fault         string // why it did not come to its end
}

// FirstFailure is the first request that failed, and in which phase.
func (o Outcome) FirstFailure() string {
	for _, p := range o.Phases {
		if p.First != "" {
			return p.Name + ": " + p.First
		}
	}
	return "none"
}

// Images of the application, in the order in which they are released.
const (
	first  = "example.com/shop:1"
	second = "example.com/shop:2"
	third  = "example.com/shop:3"
	bad    = "example.com/shop:bad"
	worse  = "example.com/shop:worse"
)

// outage is how long the mover's controller is away in the last phase, once it has been
// decided to go back.
const outage = 15 * time.Second

// Run moves the application by each mover.
func (rig *Rig) Run(ctx context.Context) ([]Outcome, error) {
	var all []Outcome
	var failed error
	for _, m := range []mover{&byCutover{}, &byRollouts{}, &byFlagger{}} {
		if name, _ := m.name(); !rig.Only.MatchString(name) {
			continue
		}
		o := rig.move(ctx, m)
		if o.Fault != "" {
			failed = errors.Join(failed, fmt.Errorf("%s: %s", o.Name, o.Fault))
		}
		all = append(all, o)
	}
	return all, failed
}

// move takes the application through all phases.
func (rig *Rig) move(ctx context.Context, m mover) Outcome {
	o := Outcome{}
	o.Name, o.Version = m.name()
	began := time.Now()
	ctx, cancel := context.WithTimeoutCause(ctx, 10*time.Minute, errors.New("it takes more than ten minutes"))
	defer cancel()
	s := &stand{Rig: rig, namespace: m.namespace(), out: &o}
	if err := s.all(ctx, m); err != nil {
		o.Fault = err.Error()
	}
	o.CPU, o.Lasted = m.cpu(), time.Since(began)
	m.end()
	return o
}

// stand is the application while one mover moves it.
type stand struct {
	*Rig
	namespace string
	load      *load.Load
	out       *Outcome
}

func (s *stand) all(ctx context.Context, m mover) error {
	if err := s.applyAll(ctx, application); err != nil {
		return err
	}
	if err := s.serves(ctx); err != nil {
		return err
	}
	s.load = load.Start(ctx, s.Client, []load.Target{
		{Name: "router", URL: "http://127.0.0.1:8000/", Host: s.namespace + ".example.com", Rate: s.Rate},
		{Name: "Service", Service: s.namespace + "/shop", Port: 80, Rate: max(1, s.Rate/2)},
	})
	defer s.load.Stop()
	for _, p := range phases {
		if err := s.phase(ctx, m, p); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

// phase is a line of the table below.
type phase struct {
	name string
	do   func(ctx context.Context, s *stand, m mover) (decided time.Time, err error)
	bad  string // the version that is to be gone
}

var phases = []phase{
	{name: "it takes the application over", do: func(ctx context.Context, s *stand, m mover) (time.Time, error) {
		return time.Time{}, m.begin(ctx, s)
	}},
	{name: "a release by 25 and 50 %", do: func(ctx context.Context, s *stand, m mover) (time.Time, error) {
		return time.Time{}, s.release(ctx, m, second, func() error { return nil })
	}},
	{name: "a release goes back at 50 %", bad: bad, do: func(ctx context.Context, s *stand, m mover) (time.Time, error) {
		if err := s.half(ctx, m, bad); err != nil {
			return time.Time{}, err
		}
		decided := time.Now()
		return decided, errors.Join(m.abort(ctx, s), m.back(ctx, s))
	}},
	{name: "its programs are killed at 25 %", do: func(ctx context.Context, s *stand, m mover) (time.Time, error) {
		return time.Time{}, s.release(ctx, m, third, func() error { return m.restart(ctx, s, time.Second) })
	}},
	{name: "it is to go back at 50 %, and nothing runs", bad: worse, do: func(ctx context.Context, s *stand, m mover) (time.Time, error) {
		if err := s.half(ctx, m, worse); err != nil {
			return time.Time{}, err
		}
		decided := time.Now()
		away := make(chan error, 1)
		go func() { away <- m.restart(ctx, s, outage) }()
		time.Sleep(time.Second)
		return decided, errors.Join(m.abort(ctx, s), <-away, m.back(ctx, s))
	}},
}

// release moves a version through both steps to the end, and does something at the first.
func (s *stand) release(ctx context.Context, m mover, image string, at25 func() error) error {
	if err := errors.Join(m.start(ctx, s, image), m.step(ctx, s, 25)); err != nil {
		return err
	}
	if err := s.dwell(ctx); err != nil {
		return err
	}
	if err := at25(); err != nil {
		return err
	}
	if err := m.step(ctx, s, 50); err != nil {
		return err
	}
	if err := s.dwell(ctx); err != nil {
		return err
	}
	return m.finish(ctx, s)
}

// half moves a version to 50 %.
func (s *stand) half(ctx context.Context, m mover, image string) error {
	if err := errors.Join(m.start(ctx, s, image), m.step(ctx, s, 25), m.step(ctx, s, 50)); err != nil {
		return err
	}
	s.out.Objects = max(s.out.Objects, s.objects(ctx))
	return s.dwell(ctx)
}

func (s *stand) dwell(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(s.Dwell):
		return nil
	}
}
