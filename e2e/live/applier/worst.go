package applier

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/cluster"
)

// Worst applies in an order of chance, with pauses, deletes in between, and may be killed
// half-way or find the API server away.
type Worst struct {
	Client *cluster.Client
	Rand   *rand.Rand
	Pause  time.Duration // between two objects, at the most
	has    map[string]cluster.Object
	gate   sync.Mutex // held while it is stopped
}

// Suspend stops it before its next object, and Resume lets it go on.
func (w *Worst) Suspend() error { w.gate.Lock(); return nil }

// Resume is the other half of [Worst.Suspend].
func (w *Worst) Resume() error { w.gate.Unlock(); return nil }

// Trouble is what happens to an applier on its way.
type Trouble struct {
	Killed bool                                       // once, half-way; it starts anew and applies what Git says by then
	Away   func(context.Context, time.Duration) error // takes the API server away meanwhile
}

// Apply goes from what was applied before to the objects given, and says in which order.
func (w *Worst) Apply(ctx context.Context, to []cluster.Object, trouble Trouble) (Story, error) {
	var story Story
	if trouble.Away != nil {
		away := make(chan error, 1)
		go func() { away <- trouble.Away(ctx, 3*time.Second) }()
		story = append(story, "the API server goes away")
		err := w.apply(ctx, to, trouble, &story)
		return story, errors.Join(err, <-away)
	}
	return story, w.apply(ctx, to, trouble, &story)
}

// apply does the work, in two lives if it is killed.
func (w *Worst) apply(ctx context.Context, to []cluster.Object, trouble Trouble, story *Story) error {
	if trouble.Killed {
		ops := w.operations(to)
		half := ops[:len(ops)/2]
		if err := w.do(ctx, half, story); err != nil {
			return err
		}
		*story = append(*story, "killed")
		time.Sleep(time.Second)
	}
	return w.do(ctx, w.operations(to), story)
}

// Story is what an applier did, in order.
type Story []string

func (s Story) String() string { return strings.Join(s, ", ") }

// operation applies an object, or deletes it.
type operation struct {
	object cluster.Object
	gone   bool
}

func (o operation) String() string {
	if o.gone {
		return "delete " + o.object.String()
	}
	return "apply " + o.object.String()
}

// operations are all that there is to do, shuffled. A namespace comes first, for nothing
// can be made without it.
func (w *Worst) operations(to []cluster.Object) []operation {
	var all []operation
	keep := map[string]bool{}
	for _, o := range to {
		keep[o.Key()] = true
		all = append(all, operation{object: o})
	}
	for _, o := range sorted(w.has) {
		if !keep[o.Key()] {
			all = append(all, operation{o, true})
		}
	}
	w.Rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

func (w *Worst) do(ctx context.Context, all []operation, story *Story) error {
	for _, op := range all {
		w.gate.Lock()
		w.gate.Unlock() //nolint:staticcheck // it waits
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		*story = append(*story, op.String())
		if err := Persist(ctx, func() error { return w.one(ctx, op) }); err != nil {
			return fmt.Errorf("%s: %w", op, err)
		}
		if w.Pause > 0 {
			time.Sleep(time.Duration(w.Rand.Int64N(int64(w.Pause))))
		}
	}
	return nil
}

func (w *Worst) one(ctx context.Context, op operation) error {
	if w.has == nil {
		w.has = map[string]cluster.Object{}
	}
	if op.gone {
		err := w.Client.Delete(ctx, op.object)
		if err == nil {
			delete(w.has, op.object.Key())
		}
		return err
	}
	err := w.Client.Apply(ctx, op.object)
	if err == nil {
		w.has[op.object.Key()] = op.object
	}
	return err
}

// Persist tries again while the API server is away or of two minds, for half a minute.
func Persist(ctx context.Context, do func() error) error {
	ctx, cancel := context.WithTimeout(ctx, 40*time.Second)
	defer cancel()
	for {
		err := do()
		var refused *cluster.Refusal
		final := errors.As(err, &refused) && refused.Code != http.StatusConflict && refused.Code < 500 &&
			refused.Code != http.StatusTooManyRequests && refused.Code != http.StatusUnauthorized && refused.Code != http.StatusForbidden
		if err == nil || final {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(err, context.Cause(ctx))
		case <-time.After(200 * time.Millisecond):
		}
	}
}
