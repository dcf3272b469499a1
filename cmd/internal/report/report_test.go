package report

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
)

// sample has one of everything that a format has to tell apart.
func sample() Report {
	return Report{
		Subject: "shop/rendered", States: 3, Edges: 7,
		Findings: []schemas.Finding{
			{File: "web.yaml", Line: 4, Col: 9, ID: "backend-empty", Message: "5 % get 503\nat once", Hint: "two commits"},
			{File: "api.yaml", ID: "weight-omitted", Severity: schemas.Warning, Message: "counts as 1"},
			{ID: "pods-replaced", Severity: schemas.Info, Accepted: true, Message: "is meant"},
		},
		NotJudged: []string{"Secret shop/key: not read"},
		Skips:     []Skip{{Release: "web", From: "stable", To: "shift-5"}, {Release: "web", From: "stable", To: "settle", Safe: true}},
		Agents:    []Advice{{Edge: "a → b", Agent: "argocd", Orders: []verify.Rescue{{How: "sync waves", Saves: true}}}},
	}
}

func TestPrintText(t *testing.T) {
	var stdout, stderr bytes.Buffer
	require.ErrorIs(t, sample().Print("text", &stdout, &stderr), ErrFindings)
	require.Equal(t, `web.yaml:4:9: 5 % get 503
at once [backend-empty]
	hint: two commits
api.yaml: warning: counts as 1 [weight-omitted]
a → b with argocd, sync waves: saves it
`, stderr.String())
	require.Equal(t, `not judged: Secret shop/key: not read
web: if the agent skips stages


  from stable to  (shift-5) settle 

  (in brackets: drops requests)
outcome: refuted
`, stdout.String())
}

func TestPrintJSON(t *testing.T) {
	var stdout bytes.Buffer
	require.ErrorIs(t, sample().Print("json", &stdout, nil), ErrFindings)
	var got struct {
		Outcome  string
		Safe     bool
		Findings []struct {
			ID, Severity, Message string
			Accepted              bool
		}
		Squash []Skip
	}
	require.NoError(t, json.Unmarshal(stdout.Bytes(), &got))
	require.Equal(t, "refuted", got.Outcome)
	require.False(t, got.Safe)
	require.Len(t, got.Findings, 3)
	require.Equal(t, "warning", got.Findings[1].Severity)
	require.True(t, got.Findings[2].Accepted)
	require.Equal(t, sample().Skips, got.Squash)
}

func TestPrintSARIF(t *testing.T) {
	var stdout bytes.Buffer
	require.ErrorIs(t, sample().Print("sarif", &stdout, nil), ErrFindings)
	var got struct {
		Version string
		Runs    []struct {
			Results []struct {
				RuleID, Level string
				Locations     []any
				Suppressions  []any
			}
		}
	}
	require.NoError(t, json.Unmarshal(stdout.Bytes(), &got))
	require.Equal(t, "2.1.0", got.Version)
	results := got.Runs[0].Results
	require.Len(t, results, 4)
	require.Equal(t, "error", results[0].Level)
	require.Len(t, results[0].Locations, 1)
	require.Empty(t, results[2].Locations)
	require.Len(t, results[2].Suppressions, 1)
	require.Equal(t, "not-judged", results[3].RuleID)
}

func TestPrintGitHub(t *testing.T) {
	var stdout bytes.Buffer
	require.ErrorIs(t, sample().Print("github", &stdout, nil), ErrFindings)
	require.Equal(t, `::error file=web.yaml,line=4,col=9,title=backend-empty::5 %25 get 503%0Aat once%0Ahint: two commits
::warning file=api.yaml,title=weight-omitted::counts as 1
::notice title=not judged::Secret shop/key: not read
`, stdout.String())
}

// TestOutcome: what ends a command, and with what.
func TestOutcome(t *testing.T) {
	open := Report{NotJudged: []string{"something"}}
	strict := open
	strict.Strict = true
	unreadable := Report{Findings: []schemas.Finding{{ID: "stale"}, {ID: schemas.Unreadable}}}
	for name, c := range map[string]struct {
		report Report
		want   Outcome
		err    error
	}{
		"proven":     {Report{Findings: []schemas.Finding{{ID: "stale", Severity: schemas.Warning}}}, Proven, nil},
		"refuted":    {Report{Findings: []schemas.Finding{{ID: "stale"}}, NotJudged: open.NotJudged}, Refuted, ErrFindings},
		"not judged": {open, NotJudged, nil},
		"strict":     {strict, NotJudged, ErrFindings},
		"unreadable": {unreadable, Refuted, ErrUnreadable},
	} {
		var b bytes.Buffer
		require.Equal(t, c.want, c.report.Outcome(), name)
		require.Equal(t, c.err, c.report.Print("text", &b, &b), name)
		require.Contains(t, b.String(), "outcome: "+string(c.want)+"\n", name)
	}
}

func TestAccept(t *testing.T) {
	r := sample()
	r.Accept([]string{"backend-empty", "no-such"})
	require.Equal(t, NotJudged, r.Outcome())
	require.Equal(t, []string{"", "api.yaml", "web.yaml"}, []string{r.Findings[0].File, r.Findings[1].File, r.Findings[2].File}, "sorted")
	require.False(t, r.Findings[1].Accepted)
	r.Accept([]string{"weight-omitted"})
	for _, f := range r.Findings {
		require.True(t, f.Accepted, f.ID)
	}
}

func TestJoined(t *testing.T) {
	one := sample()
	require.Equal(t, one, Joined(map[string]Report{"shop": one}))
	other := Report{States: 1, Edges: 2, NotJudged: []string{"first"}}
	sum := Joined(map[string]Report{"shop": one, "cart": other})
	require.Equal(t, "2 folders", sum.Subject)
	require.Equal(t, []int{4, 9, 3}, []int{sum.States, sum.Edges, len(sum.Findings)})
	require.Equal(t, append(other.NotJudged, one.NotJudged...), sum.NotJudged, "in order of the folders")
}
