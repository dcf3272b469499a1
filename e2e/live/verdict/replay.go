package verdict

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/applier"
	"github.com/cutoverdev/cutover/e2e/live/cluster"
	"github.com/cutoverdev/cutover/e2e/live/load"
)

// Attempt is an edge applied once.
type Attempt struct {
	Order    []string
	Told     bool // by the counterexample
	Sent     int
	Promised int            // kinds of requests that were answered before and after
	Dropped  map[string]int // of those, by request and status
	Lost     []string       // requests that were answered before, and are not in the end
	Moved    []string       // requests that other versions answer in the end than before
	First    string         // the first of them
	Refused  []string       // objects that the API server did not take

	Foreseen   int      // kinds of requests of which verify's reading says who answers them
	Unforeseen []string // those that others answered
}

// errNotTaken says that the state before could not be made.
var errNotTaken = errors.New("the API server does not take the state before")

// Times of an attempt.
const (
	atRest  = 800 * time.Millisecond // each state is looked at for so long
	between = 4 * cluster.Throttle   // the wait within an order
	arrives = 6 * time.Second        // a state that has not arrived by then never will
)

// replay makes the first state, and goes to the second in an order.
func (w *worker) replay(ctx context.Context, j Judgment, from, to []cluster.Object, order []operation) (Attempt, error) {
	var a Attempt
	if err := w.wipe(ctx); err != nil {
		return a, err
	}
	w.left = slices.Concat(from, to)
	for _, o := range from {
		if err := applier.Persist(ctx, func() error { return w.rig.Apply(ctx, o) }); err != nil {
			return a, fmt.Errorf("%w: %s: %w", errNotTaken, o, err)
		}
	}
	w.settle(ctx)
	targets := w.requests(j, from, to)
	l := load.Start(ctx, w.rig.Client, targets)
	before := time.Now()
	time.Sleep(atRest)
	begin := time.Now()
	for _, op := range order {
		a.Order = append(a.Order, op.String())
		err := applier.Persist(ctx, func() error { return w.do(ctx, op) })
		if err != nil {
			a.Refused = append(a.Refused, fmt.Sprintf("%s: %v", op.object, err))
		}
		if op.wait {
			time.Sleep(between)
		}
	}
	w.settle(ctx)
	end := time.Now()
	time.Sleep(atRest)
	after := time.Now()
	l.Stop()
	at := [4]time.Time{before, begin, end, after}
	a.count(l, targets, at)
	w.compare(&a, l, targets, at)
	return a, context.Cause(ctx)
}

func (w *worker) do(ctx context.Context, op operation) error {
	if op.gone {
		return w.rig.Delete(ctx, op.object)
	}
	return w.rig.Apply(ctx, op.object)
}

// settle waits until a state has arrived and the router knows, or it never will.
func (w *worker) settle(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, arrives)
	defer cancel()
	_ = applier.Arrived(ctx, w.rig.Client, w.name)
	time.Sleep(between)
}

// wipe deletes what the attempt before has left, and waits until its pods are gone.
func (w *worker) wipe(ctx context.Context) error {
	all := w.left
	spaces := map[string]bool{w.name: true}
	for _, o := range all {
		spaces[o.Namespace] = true
	}
	for space := range spaces {
		w.rig.Kubelet.Hurry(space, true)
		defer w.rig.Kubelet.Hurry(space, false)
	}
	for _, o := range all {
		if err := applier.Persist(ctx, func() error { return w.rig.Delete(ctx, o) }); err != nil {
			return err
		}
	}
	// The garbage collector would come to it; this is sooner.
	for space := range spaces {
		for _, path := range []string{"/apis/apps/v1/namespaces/" + space + "/replicasets", "/api/v1/namespaces/" + space + "/pods"} {
			err := applier.Persist(ctx, func() error {
				return w.rig.Do(ctx, http.MethodDelete, path, "application/json", []byte(`{"gracePeriodSeconds":0}`), nil)
			})
			if err != nil {
				return err
			}
		}
	}
	return w.rig.Eventually(30*time.Second, "the pods of the edge before are gone", func(ctx context.Context) error {
		for space := range spaces {
			var list struct {
				Items []struct{ Metadata struct{ Name string } }
			}
			if err := w.rig.Get(ctx, "/api/v1/namespaces/"+space+"/pods", &list); err != nil {
				return err
			}
			if len(list.Items) > 0 {
				return fmt.Errorf("%d pods in %s", len(list.Items), space)
			}
		}
		return nil
	})
}

// count finds the requests that are promised, for they are answered before and after, and
// were dropped on the way; and those that are lost. at are the times at which the first
// state was looked at and left, and the second.
func (a *Attempt) count(l *load.Load, targets []load.Target, at [4]time.Time) {
	a.Dropped = map[string]int{}
	for _, t := range targets {
		before, after := load.Of(l.Answers(t.Name, at[0], at[1])), load.Of(l.Answers(t.Name, at[2], at[3]))
		a.Sent += len(l.Answers(t.Name, at[0], at[3]))
		if before.Sent == 0 || after.Sent == 0 || before.Failed > 0 {
			continue
		}
		if after.Failed > 0 {
			a.Lost = append(a.Lost, fmt.Sprintf("%s: %d of %d", strings.TrimSpace(t.Name), after.Failed, after.Sent))
			continue
		}
		a.Promised++
		if was, is := versions(before), versions(after); was != is {
			a.Moved = append(a.Moved, fmt.Sprintf("%s: from %s to %s", strings.TrimSpace(t.Name), was, is))
		}
		for _, bad := range load.Failures(l.Answers(t.Name, at[1], at[2])) {
			if a.First == "" {
				a.First = bad.String()
			}
			a.Dropped[fmt.Sprintf("%s: %d", strings.TrimSpace(t.Name), bad.Status)]++
		}
	}
}

// versions are who answered.
func versions(c load.Count) string {
	return strings.Join(slices.Sorted(maps.Keys(c.Images)), " and ")
}
