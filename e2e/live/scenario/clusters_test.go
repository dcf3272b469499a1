package scenario

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/applier"
	"github.com/cutoverdev/cutover/e2e/live/load"
)

// told is what happened to two sides, in order.
type told struct {
	mu  sync.Mutex
	all []string
}

func (l *told) say(what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, what)
}

// of is what happened to one of them.
func (l *told) of(name string) []string {
	var all []string
	for _, what := range l.all {
		if rest, ok := strings.CutPrefix(what, name+" "); ok {
			all = append(all, rest)
		}
	}
	return all
}

func (l *told) side(name string) *side {
	note := func(what string) func() error {
		return func() error { l.say(name + " " + what); return nil }
	}
	return &side{
		name: name, suspend: note("stops"), resume: note("goes on"),
		apply: func(ctx context.Context, _ string) (applier.Story, error) {
			l.say(name + " applies")
			select {
			case <-ctx.Done():
				return nil, context.Cause(ctx)
			case <-time.After(1500 * time.Millisecond):
			}
			l.say(name + " has applied")
			return applier.Story{"done"}, nil
		},
	}
}

// TestBehind: a side that is late gives a commit up, stays stopped until the next one, and
// applies that.
func TestBehind(t *testing.T) {
	l := &told{}
	r := &run{Scenario: Scenario{East: "worst", Pause: time.Hour}, Rig: &Rig{}, commits: 1, late: "east"}
	r.sides = []*side{l.side("west"), l.side("east")}
	if _, err := r.both(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if r.behind == nil || r.behind.name != "east" || r.late != "" {
		t.Fatalf("%+v is behind", r.behind)
	}
	r.commits = 9 // where no pause is drawn
	story, err := r.both(t.Context(), "")
	if err != nil || r.behind != nil {
		t.Fatal(err, r.behind)
	}
	for name, want := range map[string][]string{
		"east": {"applies", "stops", "goes on", "applies", "has applied"},
		"west": {"applies", "has applied", "applies", "has applied"},
	} {
		if got := l.of(name); !slices.Equal(got, want) {
			t.Errorf("%s %q, want %q", name, got, want)
		}
	}
	if text := story.String(); !strings.Contains(text, "west:, done") || !strings.Contains(text, "east:, done") {
		t.Error(text)
	}
}

// TestBoth: an error says which cluster it is from.
func TestBoth(t *testing.T) {
	l := &told{}
	r := &run{Scenario: Scenario{East: "worst"}, Rig: &Rig{}, sides: []*side{l.side("west"), l.side("east")}}
	r.sides[1].apply = func(context.Context, string) (applier.Story, error) { return nil, errors.New("no such kind") }
	if _, err := r.both(t.Context(), ""); err == nil || err.Error() != "east: no such kind" {
		t.Error(err)
	}
}

// TestPauses: at each commit but the first one side is stopped for seconds; or at one commit
// of a scenario for as long as it says.
func TestPauses(t *testing.T) {
	l := &told{}
	for _, lasts := range []time.Duration{0, 2 * time.Minute} {
		r := &run{Scenario: Scenario{East: "worst", Pause: lasts}, Rig: &Rig{}, number: 6, sides: []*side{l.side("west"), l.side("east")}}
		n, of := 0, map[string]bool{}
		for range 20 {
			for _, p := range r.pauses(r.chance()) {
				n++
				of[p.of.name] = true
				if p.lasts < 3*time.Second || lasts > 0 && p.lasts != lasts {
					t.Errorf("%+v", p)
				}
			}
		}
		if want := map[bool]int{true: 1, false: 19}[lasts > 0]; n != want || lasts == 0 && len(of) != 2 {
			t.Errorf("%d pauses of %v, and there are to be %d", n, of, want)
		}
	}
}

// TestAstray: who is led to west is answered by the track that is there.
func TestAstray(t *testing.T) {
	for _, c := range []struct {
		name, pod string
		want      int
	}{
		{westName, "shop-blue-5d-x", 0}, {eastName, "shop-green-5d-x", 0}, {eastName, "shop-blue-5d-x", 1}, {"", "shop-blue-5d-x", 0},
	} {
		r := &run{}
		r.astray([]load.Answer{{Status: 200, Pod: c.pod, Lead: load.Lead{Name: c.name}}})
		if len(r.out.Faults) != c.want {
			t.Errorf("%+v: %v", c, r.out.Faults)
		}
	}
}
