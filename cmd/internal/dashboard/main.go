// Dashboard writes the text of the Grafana dashboard that package monitoring fills in. It
// is a program of its own: Grafana's library would triple what cutover has to load, and
// cutover starts for every kustomize build.
package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// file is where the text stands.
const file = "generators/monitoring/dashboard.json"

func main() {
	text, err := board()
	if err == nil {
		err = os.WriteFile(file, text, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

// source is the Prometheus that the reader of the dashboard chooses. The word has no
// braces: Flux would put something of its own into them.
var source = common.DataSourceRef{Type: cog.ToPtr("prometheus"), Uid: cog.ToPtr("$datasource")}

// recorded is a series of the release that the words stand for.
func recorded(name, more string) string {
	return "cutover_track:" + name + `{release="RELEASE",namespace="NAMESPACE"` + more + "}"
}

// board is the dashboard: what each track does now, side by side; then both over time,
// with the stages behind them.
func board() ([]byte, error) {
	b := dashboard.NewDashboardBuilder("NAMESPACE/RELEASE: release") //nolint:staticcheck // every Grafana reads it, and only new ones v2
	b = b.Uid("UID").
		Tags([]string{"cutover"}).
		Time("now-3h", "now").
		Refresh("30s").
		Tooltip(dashboard.DashboardCursorSyncCrosshair).
		WithVariable(dashboard.NewDatasourceVariableBuilder("datasource").Label("Prometheus").Type("prometheus")).
		Annotation(dashboard.NewAnnotationQueryBuilder().
			Name("Stages").Enable(true).Datasource(source).IconColor("purple").
			Expr("count by (stage) (" + recorded("weight_percent", `,stage!="stable"`) + ")").
			TitleFormat("{{stage}}").TagKeys("stage").Step("60s")).
		WithPanel(now("blue", 0)).
		WithPanel(now("green", 12))
	for i, p := range []struct{ title, series, unit, more string }{
		{"Share that the stage gives", "weight_percent", "percent", ""},
		{"Requests", "requests:rate5m", "reqps", ""},
		{"Failed requests", "errors:ratio5m", "percentunit", ""},
		{"Latency", "latency_seconds:quantile5m", "s", ", {{quantile}}"},
	} {
		x, y := uint32(i%2*12), uint32(5+i/2*8)
		b = b.WithPanel(over(p.title, p.unit, x, y, 12).WithTarget(query(recorded(p.series, ""), "{{track}}"+p.more)))
	}
	b = b.WithPanel(over("Metrics of the analysis", "short", 0, 21, 24).
		WithTarget(query(recorded("metric", ""), "{{metric}}, {{track}}")))
	d, err := b.Build()
	if err != nil {
		return nil, err
	}
	text, err := compact(d)
	for _, p := range d.Panels { // each on a line of its own, so that a change of one is seen
		panel, failed := compact(p)
		text, err = bytes.Replace(text, panel, append([]byte("\n"), panel...), 1), cmp.Or(err, failed)
	}
	return append(text, '\n'), err
}

func compact(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(out.Bytes()), err
}

// now is what a track does at this moment.
func now(track string, x uint32) *stat.PanelBuilder {
	of := `,track="` + track + `"`
	return stat.NewPanelBuilder().
		Title(track).Datasource(source).GridPos(dashboard.GridPos{X: x, Y: 0, W: 12, H: 5}).
		ColorMode(common.BigValueColorModeNone).GraphMode(common.BigValueGraphModeNone).NoValue("–").
		Orientation(common.VizOrientationAuto).
		ReduceOptions(common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"})).
		WithTarget(query(recorded("weight_percent", of), "{{role}} at {{stage}}").RefId("A")).
		WithTarget(query(recorded("requests:rate5m", of), "requests").RefId("B")).
		WithTarget(query(recorded("errors:ratio5m", of), "failed").RefId("C")).
		WithTarget(query(recorded("latency_seconds:quantile5m", of), "latency").RefId("D")).
		OverrideByQuery("A", property("unit", "percent")).
		OverrideByQuery("B", property("unit", "reqps")).
		OverrideByQuery("C", property("unit", "percentunit")).
		OverrideByQuery("D", property("unit", "s"))
}

// over is a panel of both tracks over time, each in its colour.
func over(title, unit string, x, y, w uint32) *timeseries.PanelBuilder {
	return timeseries.NewPanelBuilder().
		Title(title).Datasource(source).Unit(unit).Min(0).FillOpacity(10).
		GridPos(dashboard.GridPos{X: x, Y: y, W: w, H: 8}).
		Tooltip(common.NewVizTooltipOptionsBuilder().Mode(common.TooltipDisplayModeMulti)).
		OverrideByRegexp("/blue/", property("color", map[string]string{"mode": "fixed", "fixedColor": "blue"})).
		OverrideByRegexp("/green/", property("color", map[string]string{"mode": "fixed", "fixedColor": "green"}))
}

// property is one that a panel has of some series alone.
func property(name string, value any) []dashboard.DynamicConfigValue {
	p := dashboard.DynamicConfigValue{Value: value}
	p.Id = name
	return []dashboard.DynamicConfigValue{p}
}

func query(expr, legend string) *prometheus.DataqueryBuilder {
	return prometheus.NewDataqueryBuilder().Expr(expr).LegendFormat(legend).Datasource(source)
}
