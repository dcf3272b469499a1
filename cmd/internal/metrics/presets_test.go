package metrics

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/ask"
	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/e2e/scrape"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/routers"
	"github.com/stretchr/testify/require"
)

// requests are those of a track.
type requests struct{ all, failed, fast int }

// exposed are the series of a router as a file in testdata/series has them, for one track.
// Lines that begin with the name of a track are of that one alone.
func exposed(text, track string, n requests) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		only, rest, _ := strings.Cut(line, " ")
		switch {
		case strings.HasPrefix(line, "#"):
			continue
		case only == "blue" || only == "green":
			if only != track {
				continue
			}
			line = rest
		}
		b.WriteString(strings.NewReplacer("TRACK", track, " OK", " "+strconv.Itoa(n.all-n.failed), " FAILED", " "+strconv.Itoa(n.failed),
			" FAST", " "+strconv.Itoa(n.fast), " ALL", " "+strconv.Itoa(n.all)).Replace(line))
	}
	return b.String()
}

// TestPresetsCount: a real Prometheus scrapes the series of every router as upstream
// writes them, and every preset gives the right number for both tracks: of blue, which has
// served for long, what came since the stage began; of green, whose series are new, all.
func TestPresetsCount(t *testing.T) {
	golden.Long(t)
	e := &scrape.Exporter{}
	address := scrape.Prometheus(t, e)
	type counted struct {
		name string
		of   route.Metrics
	}
	var all []counted
	var before, after strings.Builder
	told := map[string]bool{}
	for _, p := range routers.Table {
		for _, m := range p.Metrics {
			name := strings.TrimSuffix(p.Name+"-"+m.Of, "-")
			if m.Requests.Name == "" {
				continue
			}
			text, err := os.ReadFile(filepath.Join("testdata", "series", name+".txt"))
			require.NoError(t, err, "%s counts requests: show its series in testdata/series/%s.txt", name, name)
			all = append(all, counted{name, m})
			add := func(b *strings.Builder, track string, n requests) {
				for line := range strings.Lines(exposed(string(text), track, n)) {
					series, _, _ := strings.Cut(line, "} ")
					if key := fmt.Sprintf("%p %s", b, series); !told[key] { // two routers write the same series
						told[key] = true
						b.WriteString(line)
					}
				}
			}
			add(&before, "blue", requests{5000, 40, 4000})
			add(&after, "blue", requests{5000 + 1000, 40 + 10, 4000 + 900})
			add(&after, "green", requests{200, 30, 120})
		}
	}
	e.Shows(t, before.String(), 20)
	began := time.Now()
	e.Shows(t, after.String(), 20)
	now := time.Now()
	window := now.Sub(began).Round(time.Second) + time.Second
	for _, c := range all {
		t.Run(c.name, func(t *testing.T) {
			checkCounts(t, address, c.of, now, window, "blue", "green")
			if c.of.Alone != "" {
				checkCounts(t, address, c.of.Sole(), now, window, "green")
			}
		})
	}
}

func checkCounts(t *testing.T, address string, m route.Metrics, now time.Time, window time.Duration, tracks ...string) {
	q := m.Counts()
	for _, want := range []struct {
		track             string
		all, failed, fast float64
	}{{"blue", 1000, 10, 900}, {"green", 200, 30, 120}} {
		if !slices.Contains(tracks, want.track) {
			continue
		}
		a := route.Asked{Namespace: "shop", Home: "shop", Service: "cart-" + want.track, Port: "9017", Route: "cart", Window: fmt.Sprintf("%.0fs", window.Seconds())}
		answers, err := NewSource().Answer(ask.Request{Address: address, Timeout: 10 * time.Second, Questions: []ask.Question{
			{Query: a.In(q.All), At: now}, {Query: a.In(q.Failed), At: now}, {Query: a.In(q.Buckets), At: now},
		}})
		require.NoError(t, err)
		near(t, want.all, one(t, answers[0]), want.track+" all")
		near(t, want.failed, one(t, answers[1]), want.track+" failed")
		if q.Buckets == "" {
			continue // the router has no histogram, which its page says
		}
		require.Empty(t, answers[2].Error)
		least, n := "", 0.0
		for _, s := range answers[2].Series {
			if v, _ := strconv.ParseFloat(s.Le, 64); v == 0.05 || v == 50 {
				least, n = s.Le, number(t, s.Values[0])
			}
		}
		require.Equal(t, map[bool]string{true: "50", false: "0.05"}[m.Millis], least)
		near(t, want.fast, n, want.track+" fast")
	}
}

func one(t *testing.T, a ask.Answer) float64 {
	t.Helper()
	require.Empty(t, a.Error)
	require.Len(t, a.Series, 1)
	return number(t, a.Series[0].Values[0])
}

func number(t *testing.T, word string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(word, 64)
	require.NoError(t, err)
	return v
}

// near: Prometheus extrapolates to the ends of a window, by a scrape or so.
func near(t *testing.T, want, got float64, what string) {
	t.Helper()
	require.InEpsilon(t, want, got, 0.1, what)
}
