package account

import (
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// tables are all kinds that are known, by whose they are.
var tables = [][]kind{core, apps, routing, istio, addons, agents}

// kindOf is what is known of an object's kind: from the tables, or from the router that
// reads it.
func kindOf(o kube.Object, f Facts) kind {
	for _, table := range tables {
		for _, k := range table {
			if k.group == o.Group && word(k.kinds, o.Kind) {
				return k
			}
		}
	}
	if lines := f.Lines(o); lines != nil {
		return kind{o.Group, o.Kind, ofRouter(lines)}
	}
	return unknown(o)
}

// claim is who answers for a difference.
func (k kind) claim(d Difference, f Facts) Claim {
	for _, lines := range [][]line{first, k.lines, everywhere} {
		for _, l := range lines {
			if l.fits(d.Path) && (l.when == nil || l.when(d, f)) {
				return l.claim(d)
			}
		}
	}
	if len(d.Path) == 3 && d.Path[0] == "metadata" {
		return marked(d)
	}
	return Claim{Path: d.Path}
}

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

// ofRouter are lines as a router says them.
func ofRouter(said []route.Line) []line {
	all := make([]line, 0, len(said))
	for _, l := range said {
		one := line{paths: l.Paths, judged: l.Judged, harmless: l.Harmless, left: l.Left, absent: l.Absent}
		if l.When != route.Always || l.If != nil {
			one.when = func(d Difference, f Facts) bool { return holds(l.When, d, f) && (l.If == nil || l.If(d.forRouter())) }
		}
		all = append(all, one)
	}
	return all
}
