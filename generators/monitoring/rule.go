package monitoring

import (
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
)

// The series that are recorded.
const (
	requests = "cutover_track:requests:rate5m"
	errors   = "cutover_track:errors:ratio5m"
	latency  = "cutover_track:latency_seconds:quantile5m"
	metric   = "cutover_track:metric"
	weight   = "cutover_track:weight_percent"
)

// window is that of the series which a router counts.
const window = "5m"

// prometheusRule is monitoring.coreos.com/v1 PrometheusRule (prometheus-operator v0.95).
type prometheusRule struct {
	APIVersion string    `yaml:"apiVersion"`
	Kind       string    `yaml:"kind"`
	Metadata   kube.Meta `yaml:"metadata"`
	Spec       struct {
		Groups []group `yaml:"groups"`
	} `yaml:"spec"`
}

// group is one of a rules file of Prometheus.
type group struct {
	Name  string `yaml:"name"`
	Rules []rule `yaml:"rules"`
}

// rule records a series, or alerts.
type rule struct {
	Record      string            `yaml:"record,omitempty"`
	Alert       string            `yaml:"alert,omitempty"`
	Expr        string            `yaml:"expr"`
	For         string            `yaml:"for,omitempty"`
	Labels      map[string]string `yaml:"labels,omitempty"`
	Annotations map[string]string `yaml:"annotations,omitempty"`
}

// labels are those of a track's series.
func (w Watched) labels(track string) map[string]string {
	l := map[string]string{"release": w.Release.Metadata.Name, "track": track}
	if w.Namespace != "" {
		l["namespace"] = w.Namespace
	}
	return l
}

// of is a recorded series of both tracks.
func (w Watched) of(name string, more ...string) string {
	all := []string{`release="` + w.Release.Metadata.Name + `"`, `namespace="` + w.Namespace + `"`}
	return name + "{" + strings.Join(append(all, more...), ",") + "}"
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
