package routers_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/VictoriaMetrics/metricsql"
	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/routers"
	"github.com/stretchr/testify/require"
)

// sentence is how a fact is written: from a capital letter or a name to a full stop.
var sentence = regexp.MustCompile(`(?s)^\S.*\.$`)

// TestFacts: every provider says what surprises in it, what it lacks and which series
// it writes, or why none.
func TestFacts(t *testing.T) {
	refuted := map[string]bool{} // by case
	for _, c := range golden.Cases(t, "verify") {
		refuted[strings.TrimPrefix(c.Name, "verify/")] = len(c.Section("want/findings")) > 0
	}
	for _, p := range routers.Table {
		require.NotEmpty(t, p.Traps, "%s: Traps are missing: what surprises people in it?", p.Name)
		require.NotEmpty(t, p.Lacks, "%s: Lacks is missing: what can it that no Release says?", p.Name)
		require.NotEmpty(t, p.Metrics, "%s: Metrics are missing: its series, or one with a Reason", p.Name)
		shown := false
		for _, trap := range p.Traps {
			require.Regexp(t, sentence, trap.Is, p.Name)
			require.Regexp(t, sentence, trap.Kept, p.Name)
			if trap.Case != "" {
				require.True(t, refuted[trap.Case], "%s: testdata/verify/%s.txtar is not there, or finds nothing", p.Name, trap.Case)
				shown = shown || strings.HasPrefix(trap.Case, p.Name+"/")
			}
		}
		require.True(t, shown, "%s: none of its traps has a Case of its own that is refuted, testdata/verify/%s/….txtar", p.Name, p.Name)
		for _, lack := range p.Lacks {
			require.Regexp(t, sentence, lack, p.Name)
		}
		if r := p.Retired; r != nil {
			require.Regexp(t, `^\d{4}-\d{2}$`, r.Since, p.Name)
			require.NotEmpty(t, r.What, p.Name)
			require.NotEmpty(t, r.Instead, p.Name)
			require.Regexp(t, `^https://`, r.Source, p.Name)
		}
	}
}

// TestStructures: of every kind that a provider writes or reads, and that is none of
// Kubernetes' own, there is the upstream structure, to hold what is written to it.
func TestStructures(t *testing.T) {
	for _, p := range routers.Table {
		titles := map[string]bool{}
		files, err := filepath.Glob(filepath.Join(golden.Root(), "testdata/traffic", p.Name, "*.json"))
		require.NoError(t, err)
		for _, file := range files {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			var s struct{ Title string }
			require.NoError(t, json.Unmarshal(data, &s), file)
			titles[s.Title] = true
		}
		for _, k := range p.Kinds {
			want := k.Group + "/" + k.Versions[0] + " " + k.Kind
			require.True(t, k.BuiltIn || titles[want], "%s: no file in testdata/traffic/%s has the structure of %s: say the CRD that defines it, and run make schemas", p.Name, p.Name, want)
		}
	}
}

// TestMetrics: the questions of every router, asked of both tracks, are PromQL, and
// every series in them is told apart by the track's Service. The parser is of
// MetricsQL, which has all of PromQL and some more.
func TestMetrics(t *testing.T) {
	for _, p := range routers.Table {
		of := map[string]bool{}
		for _, m := range p.Metrics {
			require.False(t, of[m.Of], "%s: two of %q", p.Name, m.Of)
			of[m.Of] = true
			if m.Reason != "" {
				require.Regexp(t, sentence, m.Reason, p.Name)
				require.Equal(t, route.Metrics{Of: m.Of, Version: m.Version, Source: m.Source, Reason: m.Reason}, m, "%s: a reason, and series all the same", p.Name)
				continue
			}
			require.NotEmpty(t, m.Version, "%s: Version of %q", p.Name, m.Of)
			require.Regexp(t, `^https://`, m.Source, p.Name)
			require.NotEmpty(t, m.Requests.Name, p.Name)
			require.NotEmpty(t, m.Queries().Errors, "%s: which requests failed?", p.Name)
			require.True(t, m.Latency.Name != "" && m.Calls != route.Series{} || m.Unsaid != "", "%s: Unsaid says why there is no Latency, or no Calls", p.Name)
			checkQueries(t, p.Name, m)
		}
	}
}

func checkQueries(t *testing.T, name string, m route.Metrics) {
	t.Helper()
	q := m.Queries()
	asked := map[string][]string{}
	for _, track := range []string{"blue", "green"} {
		a := route.Asked{Namespace: "shop", Service: "cart-" + track, Port: "9017", Route: "cart", Window: "5m", Quantile: "0.99"}
		for _, text := range []string{q.Errors, q.Calls, q.Latency, q.Rate} {
			query := a.In(text)
			if query == "" {
				continue
			}
			require.NotContains(t, query, "{{", name)
			expr, err := metricsql.Parse(query)
			require.NoError(t, err, "%s: %s", name, query)
			series := selectors(expr)
			require.NotEmpty(t, series, query)
			for _, s := range series {
				require.True(t, slices.ContainsFunc(s.LabelFilterss[0], func(f metricsql.LabelFilter) bool {
					return !f.IsNegative && strings.Contains(f.Value, "cart-"+track)
				}), "%s: no label names the Service: %s", name, query)
			}
			asked[text] = append(asked[text], query)
		}
	}
	for text, of := range asked {
		require.NotEqual(t, of[0], of[1], "%s: both tracks are asked the same: %s", name, text)
	}
	require.Subset(t, []string{"namespace", "service", "port", "route", "window", "quantile"},
		slices.Sorted(maps.Keys(words(q.Errors+q.Calls+q.Latency+q.Rate))), name)
}

// selectors are the series that a question asks for.
func selectors(e metricsql.Expr) []*metricsql.MetricExpr {
	var all []*metricsql.MetricExpr
	metricsql.VisitAll(e, func(e metricsql.Expr) {
		if m, ok := e.(*metricsql.MetricExpr); ok {
			all = append(all, m)
		}
	})
	return all
}

var word = regexp.MustCompile(`\{\{(\w+)\}\}`)

func words(text string) map[string]bool {
	all := map[string]bool{}
	for _, m := range word.FindAllStringSubmatch(text, -1) {
		all[m[1]] = true
	}
	return all
}
