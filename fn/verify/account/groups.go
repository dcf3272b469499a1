package account

import (
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
)

// quiet are groups of which no object touches requests: monitoring, backups,
// reports, snapshots. A leading dot stands for all that end so.
var quiet = strings.Fields(`monitoring.coreos.com monitoring.grafana.com grafana.integreatly.org loki.grafana.com tempo.grafana.com
	operator.victoriametrics.com
	jaegertracing.io logging.banzaicloud.io logging-extensions.banzaicloud.io fluentbit.fluent.io fluentd.fluent.io logging.openshift.io
	metrics.k8s.io
	velero.io k8up.io volsync.backube snapshot.storage.k8s.io stash.appscode.com
	wgpolicyk8s.io openreports.io reports.kyverno.io aquasecurity.github.io
	app.k8s.io events.k8s.io sloth.slok.dev pyrra.dev robusta.dev pagerduty.openshift.io backstage.io`)

// unknown is a kind that no table has. An object of a quiet group that nothing names
// touches no requests; of all others nothing is known.
func unknown(o kube.Object) kind {
	for _, group := range quiet {
		if o.Group == group {
			return kind{o.Group, o.Kind, []line{
				{paths: "**", harmless: "monitoring, backups and reports of " + group + " touch no requests", when: unnamed},
			}}
		}
	}
	return kind{group: o.Group, kinds: o.Kind}
}
