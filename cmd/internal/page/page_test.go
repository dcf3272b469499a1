package page_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/page"
	"github.com/cutoverdev/cutover/cmd/internal/release"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
)

var noon = time.Date(2026, 5, 3, 12, 0, 0, 0, time.UTC)

// one is a page of one release whose next commit drops requests.
func one() page.Page { return page.Page{At: noon, Cards: []page.Card{checkout()}} }

// fleet is a page of three releases.
func fleet() page.Page {
	cart, web := card("a", "cart", 0, 72*time.Hour), card("c", "web", 5, 90*time.Second)
	cart.Stage = "stable"
	return page.Page{At: noon, Cards: []page.Card{cart, checkout(), web}}
}

func card(folder, name string, weight int, ago time.Duration) page.Card {
	since := noon.Add(-ago)
	return page.Card{Standing: release.Standing{
		Folder: folder, Release: name, Stage: "shift", Live: release.Version{Track: "blue", Image: "example.com/" + name + ":1.4.0"},
		Weight: weight, Since: &since,
	}}
}

func checkout() page.Card {
	c := card("b", "checkout", 25, time.Hour)
	c.Namespace, c.Stage, c.Standing.Next, c.Abort = "shop", "shift-25", "shift-100", "shift-25-abort"
	c.Candidate = &release.Version{Track: "green", Image: "example.com/checkout:1.5.0-<rc>"}
	c.Blocked = []release.Blocked{{ID: "hold", Message: "shift-25 must be held for 10m; 4m left"}}
	c.Stages = []page.Stage{
		stageOf("stable", 0, 0), stageOf("shift-25", 25, 3), stageOf("shift-100", 100, 3),
	}
	c.Stages[1].Here, c.Stages[1].Hold, c.Stages[1].Changes = true, schemas.Duration(10*time.Minute), []string{"green 0 → 25 %"}
	c.Next = &page.Commit{
		From: "shift-25", To: "shift-100", Changes: []string{"green 25 → 100 %"},
		Diff: "--- a Service/checkout\n+++ b Service/checkout\n@@ -1,1 +1,1 @@\n-track: blue # " + strings.Repeat("long ", 80) + "\n+track: green\n",
		Report: report.Report{Subject: "b/rendered", Edges: 1, NotJudged: []string{"EnvoyFilter/shop/limit: no rule reads it"}, Findings: []schemas.Finding{{
			ID: "dead-route", Message: "25 % of requests to <shop.example.com> get 503", Hint: "apply the pods first",
			Story: &schemas.Story{
				Request: "shop.example.com/", Share: 25, Outcome: "503",
				Applied: []string{"HTTPRoute/shop/checkout"}, Waiting: []string{"Service/shop/checkout"},
			},
		}}},
	}
	return c
}

func stageOf(name string, green, pods int) page.Stage {
	return page.Stage{
		Name: name, Shares: []page.Share{{Track: "blue", Amount: 100 - green}, {Track: "green", Amount: green}},
		Pods: []page.Share{{Track: "blue", Amount: 4}, {Track: "green", Amount: pods}},
	}
}

// TestEscapes: what stands in manifests is text in both drawings, whatever it looks like.
func TestEscapes(t *testing.T) {
	p := one()
	p.Cards[0].Blocked[0].Message = "`<img src=x onerror=alert(1)>` @everyone [a](b)"
	p.Cards[0].Next.Diff = "+```\n+</details>\n"
	var html, markdown bytes.Buffer
	require.NoError(t, p.HTML(&html))
	require.NoError(t, p.Markdown(&markdown))
	require.NotContains(t, html.String(), "<img")
	require.NotContains(t, html.String(), "<rc>")
	require.NotContains(t, markdown.String(), "<img")
	require.NotContains(t, markdown.String(), "@everyone")
	require.Contains(t, markdown.String(), "````diff\n+```\n+</details>\n````\n", "the fence is longer than any within")
}

// TestMarkdownFitsAComment: a diff of any size leaves the comment below what GitHub takes.
func TestMarkdownFitsAComment(t *testing.T) {
	p := one()
	p.Cards[0].Next.Diff = strings.Repeat("+ a line of a diff\n", 50_000)
	var b bytes.Buffer
	require.NoError(t, p.Markdown(&b))
	require.Less(t, b.Len(), 65_536)
	require.Contains(t, b.String(), "… cutover diff shows the rest\n")
}
