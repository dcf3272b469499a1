package monitoring

import (
	_ "embed"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/generators/workload"
)

//go:embed dashboard.json
var dashboard string

// Words that stand in the text of the dashboard for the names of a release.
const (
	releaseWord   = "RELEASE"
	namespaceWord = "NAMESPACE"
	nameWord      = "UID"
)

// Make are the objects that are the same at every stage.
func Make(w Watched) []kube.Object {
	var all []kube.Object
	if w.Spec.Monitoring.Rules != "none" {
		rules := append(w.records(), w.alerts()...)
		all = append(all, w.object("tracks", rules))
	}
	if w.Spec.Monitoring.Dashboard != "none" {
		all = append(all, w.dashboard())
	}
	return all
}

// Standing tells Prometheus where the release stands. ok is false where it has no rules.
func Standing(w Watched, s stage.Stage) (o kube.Object, ok bool) {
	if w.Spec.Monitoring.Rules == "none" {
		return o, false
	}
	var rules []rule
	for _, t := range s.Tracks {
		if t.Pods == 0 {
			continue
		}
		role := "live"
		if t.Name == s.Candidate {
			role = "candidate"
		}
		labels := w.labels(t.Name)
		labels["stage"], labels["role"], labels["image"] = s.Name, role, w.Images(t.Name)
		rules = append(rules, rule{Record: weight, Expr: "vector(" + number(float64(s.Weight(t.Name))) + ")", Labels: labels})
	}
	return w.object("stage", rules), true
}

// object is a PrometheusRule.
func (w Watched) object(name string, rules []rule) kube.Object {
	o := prometheusRule{APIVersion: "monitoring.coreos.com/v1", Kind: "PrometheusRule", Metadata: w.meta(name)}
	o.Spec.Groups = []group{{"cutover-" + w.Release.Metadata.Name + "-" + name, rules}}
	return kube.Make(o)
}

// dashboard is a ConfigMap as the sidecar of Grafana's chart reads it.
func (w Watched) dashboard() kube.Object {
	name := w.Release.Metadata.Name
	uid := "cutover-" + kube.Hash(kube.Node(w.Namespace), kube.Node(name))
	meta := w.meta("dashboard")
	meta.Labels["grafana_dashboard"] = "1"
	text := strings.NewReplacer(releaseWord, name, namespaceWord, w.Namespace, nameWord, uid).Replace(dashboard)
	return kube.Make(struct {
		APIVersion string            `yaml:"apiVersion"`
		Kind       string            `yaml:"kind"`
		Metadata   kube.Meta         `yaml:"metadata"`
		Data       map[string]string `yaml:"data"`
	}{"v1", "ConfigMap", meta, map[string]string{name + "-release.json": text}})
}

func (w Watched) meta(name string) kube.Meta {
	m := kube.Meta{Name: w.Release.Metadata.Name + "-" + name, Namespace: w.Namespace, Labels: map[string]string{}}
	for _, l := range w.Spec.Monitoring.Labels {
		m.Labels[l.Name] = l.Value
	}
	m.Labels[workload.ReleaseLabel] = w.Release.Metadata.Name
	return m
}
