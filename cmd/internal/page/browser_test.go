package page_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/cutoverdev/cutover/cmd/internal/page"
	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/stretchr/testify/require"
)

// browser is a real Chromium with a page open.
type browser struct {
	context.Context
	t       *testing.T
	asked   []string // every URL that the page asked for
	printed []string // what its script wrote to the console, and what it threw
}

// open starts Chromium on a page.
func open(t *testing.T, p page.Page) *browser {
	t.Helper()
	golden.Needs(t, "chromium", "chromium")
	var b bytes.Buffer
	require.NoError(t, p.HTML(&b))
	file := filepath.Join(t.TempDir(), "page.html")
	require.NoError(t, os.WriteFile(file, b.Bytes(), 0o644))
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath("chromium"), chromedp.NoSandbox)...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	c := &browser{Context: ctx, t: t}
	c.do(chromedp.Navigate("about:blank"))
	require.NoError(t, chromedp.Listen(ctx, c.note))
	call(c, network.Enable, network.EnableParams{})
	c.do(chromedp.Navigate((&url.URL{Scheme: "file", Path: file}).String()))
	return c
}

// note takes down what the page does beside being shown.
func (b *browser) note(event any) {
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.asked = append(b.asked, e.Request.URL)
	case *runtime.EventConsoleAPICalled:
		b.printed = append(b.printed, string(e.Type))
	case *runtime.EventExceptionThrown:
		b.printed = append(b.printed, e.ExceptionDetails.Text)
	}
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	require.NoError(b.t, chromedp.Do(b, steps...))
}

// call sends one command of the DevTools protocol.
func call[P, R any](b *browser, command cdp.Command[P, R], params P) R {
	b.t.Helper()
	result, err := chromedp.Call(b, command, params)
	require.NoError(b.t, err)
	return result
}

// eval is what a JavaScript expression comes to.
func eval[T any](b *browser, script string) T {
	b.t.Helper()
	result, err := chromedp.Run(b, chromedp.Evaluate[T](script))
	require.NoError(b.t, err)
	return result
}

// TestPageFits: on a phone and on a desk, by day and by night, nothing is cut off, the
// text can be told from its ground, and the page asks for nothing beside itself.
func TestPageFits(t *testing.T) {
	b := open(t, fleet())
	for _, width := range []int64{360, 1280} {
		for _, scheme := range []string{"light", "dark"} {
			t.Run(fmt.Sprintf("%s %d", scheme, width), func(t *testing.T) {
				call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1})
				call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
					Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
				})
				require.LessOrEqual(t, eval[int64](b, "document.documentElement.scrollWidth"), width, "the page scrolls sideways")
				require.Empty(t, eval[[]string](b, cutOff))
				require.Empty(t, eval[[]string](b, faint), "contrast below 4.5 (WCAG 2.2, 1.4.3)")
			})
		}
	}
	require.Len(t, b.asked, 1, "the page itself: %s", b.asked)
	require.Empty(t, b.printed)
}

// cutOff are the elements whose text is wider than they are, but for those that
// scroll by themselves.
const cutOff = `[...document.querySelectorAll("h1,h2,h3,p,li,dd,dt,summary")]
	.filter((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 && getComputedStyle(e).display !== "inline").map((e) => e.textContent)`

// faint are the texts that are hard to tell from the ground of the page.
const faint = `(() => {
	const light = (colour) => {
		const [r, g, b] = colour.match(/[\d.]+/g).map(Number).map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const ground = light(getComputedStyle(document.body).backgroundColor);
	return [...document.querySelectorAll("main *")].filter((e) => e.textContent.trim()).filter((e) => {
		const ink = light(getComputedStyle(e).color);
		return (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05) < 4.5;
	}).map((e) => e.tagName + " " + e.className + " " + e.textContent);
})()`

// TestBarsMeasureShares: a bar is as long as the share that its words say.
func TestBarsMeasureShares(t *testing.T) {
	golden.Long(t)
	b := open(t, one())
	got := eval[[][]float64](b, `[...document.querySelectorAll(".stages li")].map((row) => {
		const bar = row.querySelector(".bar"), full = bar.clientWidth;
		return ["blue", "green"].map((t) => Math.round(100 * (bar.querySelector("." + t)?.getBoundingClientRect().width ?? 0) / full));
	})`)
	require.Equal(t, [][]float64{{100, 0}, {75, 25}, {0, 100}}, got)
	require.Equal(t, "shift-25", eval[string](b, `document.querySelector("[aria-current=step] .name").firstChild.textContent`))
}

// TestFleetSorts: a click on a head sorts by its column, a second one the other way.
func TestFleetSorts(t *testing.T) {
	golden.Long(t)
	b := open(t, fleet())
	order := func() []string {
		return eval[[]string](b, `[...document.querySelectorAll(".fleet tbody tr")].map((r) => r.cells[0].textContent)`)
	}
	require.Equal(t, []string{"a/cart", "b/checkout", "c/web"}, order())
	for _, c := range []struct {
		column string
		want   []string
	}{
		{"Requests", []string{"a/cart", "c/web", "b/checkout"}}, // 0, 5, 25 %: numbers, not words
		{"Since", []string{"c/web", "b/checkout", "a/cart"}},    // 90 s, 1 h, 3 d
	} {
		head := fmt.Sprintf(`//table//button[text()=%q]`, c.column)
		b.do(chromedp.Click(head))
		require.Equal(t, c.want, order(), c.column)
		require.Equal(t, c.column, eval[string](b, `document.querySelector("[aria-sort=ascending]").textContent`))
		b.do(chromedp.Click(head))
		last := order()
		require.Equal(t, c.want[0], last[2], c.column)
		require.Len(t, eval[[]string](b, `[...document.querySelectorAll("[aria-sort]")].map((h) => h.ariaSort)`), 1)
	}
}

// TestPageIsRead: a screen reader meets the headings, the table with heads of its rows
// and columns, the present stage, and every word that a bar stands for.
func TestPageIsRead(t *testing.T) {
	b := open(t, fleet())
	heard := map[string]bool{}
	for _, n := range call(b, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{}).Nodes {
		if !n.Ignored && n.Role != nil && n.Name != nil {
			heard[text(t, n.Role)+" "+text(t, n.Name)] = true
		}
	}
	for _, want := range []string{
		"heading Releases", "heading checkout b, namespace shop", "columnheader Stage", "rowheader c/web", "region releases",
		"heading The next commit: shift-25 → shift-100 refuted", "StaticText blue 75 %, green 25 % · pods: blue 4, green 3 · at least 10m",
		"StaticText Service/shop/checkout", "StaticText 503 (25 % of these requests)",
	} {
		require.True(t, heard[want], "%s is not among %v", want, heard)
	}
	require.Empty(t, eval[[]string](b, `[...document.querySelectorAll("[id]")].map((e) => e.id).filter((id, i, all) => all.indexOf(id) !== i)`))
}

func text(t *testing.T, v *accessibility.Value) string {
	var s string
	require.NoError(t, json.Unmarshal(v.Value, &s))
	return s
}

// TestPagePrints: on paper nothing stays folded away.
func TestPagePrints(t *testing.T) {
	golden.Long(t)
	b := open(t, one())
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	require.Positive(t, eval[float64](b, `document.querySelector(".diff").getBoundingClientRect().height`), "the diff is folded away")
	pdf, err := chromedp.Run(b, chromedp.PrintToPDF())
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(pdf, []byte("%PDF-")))
}
