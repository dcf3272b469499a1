package report

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/beside"
	"github.com/cutoverdev/cutover/e2e/live/image"
	"github.com/cutoverdev/cutover/e2e/live/scenario"
	"github.com/cutoverdev/cutover/e2e/live/verdict"
)

// TestWrite: what a run has shown is on the page.
func TestWrite(t *testing.T) {
	file := filepath.Join(t.TempDir(), "page.md")
	run := Run{
		Outcomes: []scenario.Outcome{{
			Scenario: "canary", Router: "traefik", Applier: "argocd", Sent: 1234567, Failed: 2, Moves: 9, Jobs: 10, Unsent: 1, Sick: 1042,
			Splits: []scenario.Split{{Stage: "shift-5", Percent: 5, Hits: 61, N: 1000}}, Faults: []string{"dropped: x\n\ton y"}, Drift: []string{"Service/a OutOfSync"},
		}},
		Results: []verdict.Result{{
			Edge: "a-case", Judgment: verdict.Judgment{Outcome: "proven"},
			Attempts: []verdict.Attempt{{Order: []string{"apply Service/a"}, Sent: 40, Dropped: map[string]int{"shop: 503": 3}}},
		}},
		Beside: []beside.Outcome{
			{Name: "cutover", Version: "this one", CPU: 1500 * time.Millisecond, Objects: 9, Phases: []beside.Phase{{Name: "it goes back", Sent: 1000, Bad: 400 * time.Millisecond}}},
			{Name: "another", Version: "v2", Phases: []beside.Phase{{Name: "it goes back", Sent: 900, Failed: 7, First: "503"}}},
		},
		Image: image.Outcome{Trees: 52, Applications: []string{"podinfo"}, Exec: 218 * time.Millisecond, Container: 729 * time.Millisecond},
		Built: []string{"etcd"}, Lasted: 61 * time.Second,
	}
	if err := run.Write(file); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"**1 234 567 requests in 1 scenarios with 9 commits, 2 failed.**", "| argocd | traefik | canary | 9 | 1 234 567 | 2 | 6.1/5 |",
		"| 5 % | 1 000 | 6.10 % (+1.6 σ) |", "| proven | 1 | 0 | 0 | 0 |", "- a-case: proven ; shop: 503 dropped 3 times in the order apply Service/a",
		"Not Synced and Healthy after that: Service/a OutOfSync.", "| etcd | v3.6.16 |", "- argocd, traefik, canary: dropped: x on y", "took 1m1s",
		"| it goes back | 0 of 1 000 failed, the bad version answered for 0.4 s | 7 of 900 failed |", "| 1.5 s in 0s | 0.0 s in 0s |",
		"52 trees of podinfo with the function as a program", "takes 218 ms with the program and 729 ms", "10 Jobs of releases ran under both",
		"Not counted is 1 call of gRPC that the client ended by itself", "version answered 1 042 requests with 500 until",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

// TestHas: what is said of a scenario is on the page where that has run.
func TestHas(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"a namespace for each track", "them keep what DNS said for 1s each"},
		{"two clusters, and back", "60 clients\nask it, each keeps an answer for its TTL of 1s"},
	} {
		for _, has := range []bool{true, false} {
			file := filepath.Join(t.TempDir(), "page.md")
			run := Run{Outcomes: []scenario.Outcome{{Scenario: map[bool]string{true: c.name, false: "canary"}[has]}}}
			if err := run.Write(file); err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(text), c.want) != has {
				t.Errorf("%q: %v\n%s", c.want, !has, text)
			}
		}
	}
}
