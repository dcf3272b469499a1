package route

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestQueries: the questions are made of the series, and of nothing where there is none.
func TestQueries(t *testing.T) {
	m := Metrics{
		Track:    `service="{{service}}",namespace="{{namespace}}"`,
		Requests: Series{"requests_total", `reporter="source"`},
		Failed:   Series{Labels: `code=~"5.."`},
		Latency:  Series{Name: "request_ms"},
		Millis:   true,
	}
	require.Equal(t, Queries{
		Errors: `(sum(rate(requests_total{service="{{service}}",namespace="{{namespace}}",reporter="source",code=~"5.."}[{{window}}])) or vector(0))` +
			` / sum(rate(requests_total{service="{{service}}",namespace="{{namespace}}",reporter="source"}[{{window}}]))`,
		Latency: `histogram_quantile({{quantile}}, sum by (le) (rate(request_ms_bucket{service="{{service}}",namespace="{{namespace}}"}[{{window}}]))) / 1000`,
		Rate:    `sum(rate(requests_total{service="{{service}}",namespace="{{namespace}}",reporter="source"}[{{window}}]))`,
	}, m.Queries())
	m.Calls = Series{Labels: `grpc="14"`}
	require.Contains(t, m.Queries().Calls, `namespace="{{namespace}}",reporter="source",grpc="14"}[`)
	m.Or = `canary="{{service}}"`
	require.Equal(t, `sum(rate(requests_total{service="{{service}}",namespace="{{namespace}}",reporter="source"}[{{window}}])`+
		` or rate(requests_total{canary="{{service}}",reporter="source"}[{{window}}]))`, m.Queries().Rate)
	require.Equal(t, m.Queries(), m.Both("here == 1").Queries(), "nothing is counted otherwise")
	m.Alone = `route="{{route}}"`
	require.Equal(t, `sum(rate(requests_total{service="{{service}}",namespace="{{namespace}}",reporter="source"}[{{window}}])`+
		` or rate(requests_total{canary="{{service}}",reporter="source"}[{{window}}])`+
		` or rate(requests_total{route="{{route}}",reporter="source"}[{{window}}]) and on () here == 1)`, m.Both("here == 1").Queries().Rate)
	require.NotContains(t, m.Queries().Rate, "route", "without knowing whose they are")
	m.Or, m.Alone = "", ""
	m.Failed = Series{Name: "failures_total"}
	require.Contains(t, m.Queries().Errors, `rate(failures_total{service="{{service}}",namespace="{{namespace}}"}[`, "a counter of its own has the labels that it says")
	require.Equal(t, Queries{}, Metrics{Reason: "There are none."}.Queries())

	asked := Asked{Namespace: "shop", Service: "cart-blue", Port: "80", Route: "cart", Window: "5m", Quantile: "0.99"}
	require.Equal(t, `shop/cart-blue:80 by cart [5m] 0.99`, asked.In("{{namespace}}/{{service}}:{{port}} by {{route}} [{{window}}] {{quantile}}"))
}
