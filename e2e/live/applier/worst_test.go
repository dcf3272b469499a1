package applier

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/cluster"
)

// TestOperations: everything is applied, what is gone from Git is deleted, and the order is
// one of chance, deletes in between.
func TestOperations(t *testing.T) {
	object := func(kind, name string) cluster.Object {
		return cluster.Object{APIVersion: "v1", Kind: kind, Name: name}
	}
	gone := object("Service", "old")
	w := Worst{Rand: rand.New(rand.NewPCG(1, 1)), has: map[string]cluster.Object{
		gone.Key(): gone, object("Service", "a").Key(): object("Service", "a"),
	}}
	to := []cluster.Object{object("Service", "a"), object("ConfigMap", "b"), object("Secret", "c")}
	orders := map[string]bool{}
	early := false
	for range 50 {
		var words []string
		for _, op := range w.operations(to) {
			words = append(words, op.String())
		}
		orders[Story(words).String()] = true
		early = early || words[0] == "delete Service/old"
		slices.Sort(words)
		if got := Story(words).String(); got != "apply ConfigMap/b, apply Secret/c, apply Service/a, delete Service/old" {
			t.Fatal(got)
		}
	}
	if len(orders) < 10 || !early {
		t.Errorf("%d orders of 24, a delete first: %v", len(orders), early)
	}
}

// TestSuspend: one that is stopped goes on when it is let, and not before; and gives up if
// nobody waits for it any more.
func TestSuspend(t *testing.T) {
	w := &Worst{}
	if err := w.Suspend(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	var story Story
	go func() { ended <- w.do(ctx, []operation{{object: cluster.Object{Kind: "Service", Name: "a"}}}, &story) }()
	select {
	case err := <-ended:
		t.Fatal("it went on", err)
	case <-time.After(50 * time.Millisecond):
	}
	cancel()
	if err := w.Resume(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, context.Canceled) || len(story) > 0 {
		t.Error(err, story)
	}
}
