package scenario

import (
	"testing"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/load"
	"github.com/cutoverdev/cutover/e2e/live/tree"
)

// TestPromised: the preview's host is promised an answer only between two states that have
// the preview.
func TestPromised(t *testing.T) {
	at := func(second int) time.Time { return time.Unix(int64(second), 0) }
	stage := func(from, to int, preview bool) phase {
		return phase{from: at(from), to: at(to), parts: []part{{stage: tree.Stage{Preview: preview}}}}
	}
	r := &run{phases: []phase{stage(0, 10, false), stage(20, 30, true), stage(40, 50, true), stage(60, 70, false)}}
	for second, want := range map[int]bool{5: false, 15: false, 25: true, 35: true, 45: true, 55: false, 65: false} {
		if got := r.promised(load.Answer{Sent: at(second)}); got != want {
			t.Errorf("at %d: %v", second, got)
		}
	}
}

func TestTrackOf(t *testing.T) {
	for pod, want := range map[string]string{"shop-blue-5d-x": "blue", "shop-green-5d-x": "green", "shop-5d9f-x": plain, "shop-blueish-1": plain, "cart-green-5d-x": "green"} {
		if got := trackOf(pod); got != want {
			t.Errorf("%s: %s", pod, got)
		}
	}
}
