package schemas

// Monitoring has rules, alerts and a picture made of both tracks' series.
type Monitoring struct {
	Rules     string      `yaml:"rules" default:"PrometheusRule" enum:"PrometheusRule|none" doc:"object with the recording rules and alerts: PrometheusRule, which the Prometheus Operator, VictoriaMetrics' operator and Grafana Alloy read and whose spec is a rules file; or none"`
	Dashboard string      `yaml:"dashboard" default:"ConfigMap" enum:"ConfigMap|none" doc:"object with the Grafana dashboard: a ConfigMap with the label grafana_dashboard, which Grafana's sidecar reads; or none"`
	Labels    []NamedText `yaml:"labels" doc:"labels of these objects, by which Prometheus and Grafana choose theirs, as release: kube-prometheus-stack"`
	Alerts    []NamedText `yaml:"alerts" doc:"labels of every alert beside severity: warning, or in its place, as team: shop"`
	For       Duration    `yaml:"for" default:"5m" rule:"nonzero" doc:"how long a bound of spec.analysis is broken before an alert says so"`
	Stuck     Duration    `yaml:"stuck" default:"24h" rule:"nonzero" doc:"how long a release stands at one stage before an alert says so"`
}
