package route

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCounts(t *testing.T) {
	m := Metrics{
		Track: `service="{{service}}",canary=""`, Or: `canary="{{service}}"`,
		Requests: Series{"requests", ""}, Failed: Series{"", `service!="",code=~"5.."`}, Calls: Series{"bad_calls", ""}, Latency: Series{"took", `service="a,b=c"`},
	}.Here([][2]string{{"cluster", `eu"1`}}, [][2]string{{"service", "exported_service"}})
	c := m.Counts()
	in := func(s string) string {
		return "increase(" + s + "[{{window}}]) and " + s + " offset {{window}} or max_over_time(" + s + "[{{window}}]) unless " + s + " offset {{window}}"
	}
	const cluster = `,cluster="eu\"1"`
	blue, or := `{exported_service="{{service}}",canary=""`+cluster, `{canary="{{service}}"`+cluster
	require.Equal(t, "sum("+in("requests"+blue+"}")+" or "+in("requests"+or+"}")+")", c.All)
	require.Equal(t, "sum("+in("requests"+blue+`,exported_service!="",code=~"5.."}`)+" or "+in("requests"+or+`,exported_service!="",code=~"5.."}`)+")", c.Failed)
	require.Equal(t, "sum("+in("bad_calls"+blue+"}")+" or "+in("bad_calls"+or+"}")+")", c.Calls)
	require.Equal(t, "sum by (le) ("+in("took_bucket"+blue+`,exported_service="a,b=c"}`)+" or "+in("took_bucket"+or+`,exported_service="a,b=c"}`)+")", c.Buckets)
	require.Equal(t, Counts{}, Metrics{Reason: "There are none."}.Counts())
}
