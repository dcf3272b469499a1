package verdict

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/applier"
	"github.com/cutoverdev/cutover/e2e/live/cluster"
)

// Rig is what edges are applied to.
type Rig struct {
	*cluster.Cluster
	Cutover string // the program
	Seed    uint64
	Orders  int // of chance, for each edge
	Log     func(format string, args ...any)
}

// worker applies one edge after the other.
type worker struct {
	place
	rig  *Rig
	dir  string
	left []cluster.Object // by the attempt before

	models []model // of both states, where the edge is of random worlds
}

// Result is an edge, judged and applied.
type Result struct {
	Edge     string
	Judgment Judgment
	Attempts []Attempt
	Skipped  string // why it was not applied
}

// Run judges and applies edges, some at a time, until all are done or the context ends.
func (rig *Rig) Run(ctx context.Context, edges []Edge, workers int) ([]Result, error) {
	results := make([]Result, len(edges))
	next := make(chan int)
	var wait sync.WaitGroup
	var mu sync.Mutex
	var failed error
	for n := range workers {
		w := &worker{place: place{fmt.Sprintf("w%d", n), 8100 + n}, rig: rig}
		if err := w.start(ctx); err != nil {
			return nil, err
		}
		wait.Go(func() {
			for i := range next {
				r, err := w.try(ctx, edges[i])
				mu.Lock()
				results[i] = r
				if err != nil {
					failed = errors.Join(failed, fmt.Errorf("%s: %w", edges[i].Name, err))
				}
				mu.Unlock()
				rig.Log("edge %d of %d %s", i+1, len(edges), r)
				if err != nil {
					rig.Log("\t%v", err)
				}
			}
		})
	}
	for i := range edges {
		select {
		case next <- i:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(next)
	wait.Wait()
	var done []Result
	for _, r := range results {
		if r.Edge != "" {
			done = append(done, r)
		}
	}
	return done, failed
}

// start makes the worker's namespaces and its router.
func (w *worker) start(ctx context.Context) error {
	w.dir = filepath.Join(w.rig.Dir, w.name)
	if err := os.MkdirAll(w.dir, 0o755); err != nil {
		return err
	}
	var spaces []string
	for _, name := range named {
		space := w.namespace(name)
		spaces = append(spaces, space)
		text := fmt.Sprintf(`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":%q,"labels":{%q:%q}}}`, space, cluster.Worker, w.name)
		o := cluster.Object{APIVersion: "v1", Kind: "Namespace", Name: space, JSON: []byte(text)}
		if err := applier.Persist(ctx, func() error { return w.rig.Apply(ctx, o) }); err != nil {
			return err
		}
	}
	return w.rig.Traefik(w.name, w.port, spaces...)
}

// try judges an edge, and applies it in some orders.
func (w *worker) try(ctx context.Context, e Edge) (Result, error) {
	r := Result{Edge: e.Name}
	ctx, cancel := context.WithTimeoutCause(ctx, 5*time.Minute, errors.New("the edge takes more than five minutes"))
	defer cancel()
	e, err := e.ByTraefik()
	if err != nil {
		return r, err
	}
	if r.Judgment, err = judge(ctx, w.rig.Cutover, w.dir, e); err != nil {
		return r, err
	}
	from, err := w.put(e.From)
	if err != nil {
		return r, err
	}
	to, err := w.put(e.To)
	if err != nil {
		return r, err
	}
	ops := operations(from, to)
	if len(ops) == 0 {
		r.Skipped = "it changes nothing"
		return r, nil
	}
	w.models = e.models()
	w.rig.Kubelet.Listen(w.name, ports(from, to))
	for _, order := range w.orders(r.Judgment, ops, e.Name) {
		a, err := w.replay(ctx, r.Judgment, from, to, order.ops)
		if errors.Is(err, errNotTaken) {
			r.Skipped = err.Error()
			return r, nil
		}
		if err != nil {
			return r, err
		}
		for range again {
			if len(a.Unforeseen) == 0 {
				break
			}
			next, err := w.replay(ctx, r.Judgment, from, to, order.ops)
			if err != nil {
				return r, err
			}
			a.Foreseen, a.Unforeseen = next.Foreseen, next.Unforeseen
		}
		a.Told = order.told
		r.Attempts = append(r.Attempts, a)
	}
	return r, nil
}

// again is how often an order is tried once more whose requests others answer than verify
// reads: on a busy machine a state may be looked at before it has arrived, but not each time.
const again = 2

// sequence is an order, and whether a counterexample told it.
type sequence struct {
	ops  []operation
	told bool
}

// orders are those of the first counterexamples, and some of chance. One operation has one
// order.
func (w *worker) orders(j Judgment, ops []operation, name string) []sequence {
	var all []sequence
	seen := map[string]bool{}
	add := func(s sequence) {
		if key := fmt.Sprint(s.ops); !seen[key] && len(all) < 2+w.rig.Orders {
			seen[key] = true
			all = append(all, s)
		}
	}
	for _, s := range j.stories() {
		if len(all) < 2 {
			add(sequence{w.told(s, ops), true})
		}
	}
	r := rand.New(rand.NewPCG(w.rig.Seed, uint64(len(name)))) //nolint:gosec // to be repeated
	for range w.rig.Orders {
		add(sequence{shuffled(r, ops), false})
	}
	return all
}

// ports are the numbers at which Services send requests to pods that declare no ports.
func ports(states ...[]cluster.Object) []int {
	var all []int
	for _, state := range states {
		for _, o := range state {
			var service struct {
				Spec struct {
					Ports []struct {
						Port       int
						TargetPort any
					}
				}
			}
			if o.Kind != "Service" || json.Unmarshal(o.JSON, &service) != nil {
				continue
			}
			for _, p := range service.Spec.Ports {
				switch at := p.TargetPort.(type) {
				case nil:
					all = append(all, p.Port)
				case float64:
					all = append(all, int(at))
				}
			}
		}
	}
	return all
}

// String is a result in a line.
func (r Result) String() string {
	if r.Skipped != "" {
		return r.Edge + ": skipped: " + r.Skipped
	}
	ids := strings.Join(r.Judgment.errors(), ",")
	lost := 0
	for _, a := range r.Attempts {
		lost += len(a.Lost)
	}
	return fmt.Sprintf("%s: %s %s, dropped %d, lost %d in %d orders", r.Edge, r.Judgment.Outcome, ids, r.dropped(), lost, len(r.Attempts))
}

// dropped is how many requests were dropped in all orders.
func (r Result) dropped() int {
	n := 0
	for _, a := range r.Attempts {
		for _, k := range a.Dropped {
			n += k
		}
	}
	return n
}
