package scenario

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/live/applier"
)

// TestMoves makes the moves of every scenario in a repository, with the real program and
// nobody who applies them: each goes on from stage to stage and ends at rest.
func TestMoves(t *testing.T) {
	if testing.Short() {
		t.Skip("some hundred commits")
	}
	cutover := filepath.Join(t.TempDir(), "cutover")
	build := exec.Command("go", "build", "-o", cutover, "./cmd/cutover")
	build.Dir = "../../.."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, s := range All() {
		if s.Applier != "worst" && s.East == "" || s.Metrics {
			continue
		}
		t.Run(s.Router+"/"+s.Name, func(t *testing.T) {
			t.Parallel()
			r := &run{Scenario: s, Rig: &Rig{Cutover: cutover}, namespace: "s1"}
			if err := r.write(t.Context(), t.TempDir()); err != nil {
				t.Fatal(err)
			}
			r.apply = func(context.Context, string) (applier.Story, error) { return nil, nil }
			var way []string
			r.look = func(ctx context.Context, _ string, _ applier.Story) error {
				err := r.read(ctx)
				way = append(way, r.plan.Stage)
				return err
			}
			for i, move := range s.Moves {
				if err := r.makeMove(t.Context(), move, i); err != nil {
					t.Fatalf("%s after %s: %v", move, strings.Join(way, " "), err)
				}
			}
			t.Log(strings.Join(way, " "))
			if at := r.plan.Stage; at != "stable" && at != "plain" {
				t.Errorf("it ends at %s", at)
			}
		})
	}
}

// TestEdges: a release has edges, in both directions.
func TestQuick(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Quick() {
		seen[s.Router] = true
	}
	if len(seen) != len(Routers) {
		t.Errorf("a quick run sees %v", seen)
	}
}
