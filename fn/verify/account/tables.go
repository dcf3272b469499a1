package account

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// tables are all kinds that are known, by whose they are.
var tables = [][]kind{core, admission, apps, routing, addons, monitoring, agents}

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

// unknown is a kind that no table has. An object of a quiet group that nothing names
// touches no requests; of all others nothing is known.
func unknown(o kube.Object) kind {
	switch {
	case word(operated, o.Kind) && slices.Contains(quiet, o.Group):
		return kind{o.Group, o.Kind, []line{
			{paths: "metadata.labels.*", harmless: "labels of the object, by which nobody selects", when: plain},
			{paths: "**", left: "an operator runs pods for it, which Services may lead to"},
		}}
	case slices.Contains(quiet, o.Group):
		return kind{o.Group, o.Kind, []line{
			{paths: "**", harmless: "monitoring, backups and reports of " + o.Group + " touch no requests", when: unnamed},
		}}
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

// first are lines that go before those of kinds: policies are of many kinds.
var first = []line{
	{paths: "+ - spec.**", harmless: "is for Services that nobody is sent to", when: unsentPolicy},
	{paths: "metadata.labels.*", left: "something chooses the object by it", when: picked},
}

// everywhere are the fields that every kind has.
var everywhere = []line{
	{paths: "apiVersion", harmless: "the same object by another version of its API"},
	{paths: "status.** metadata.creationTimestamp metadata.generation metadata.resourceVersion metadata.uid metadata.managedFields[].** " +
		"metadata.selfLink", harmless: "the API server's own"},
	{paths: "metadata.namespace", harmless: "the same namespace, written out or left to the agent"},
	{paths: told, judged: "agent-changes agent-force " + listed, when: hung},
	{paths: told, harmless: "no request hangs on the object", when: quietly},
	{paths: "metadata.annotations.*", harmless: "tells a router of a Service that nobody is sent to", when: both(ofRouters, unsent)},
	{paths: "metadata.finalizers[] metadata.ownerReferences[].** metadata.deletionTimestamp", left: "when it goes"},
}

// told is what objects tell the agent that applies them.
const told = "metadata.annotations.argocd.argoproj.io/hook metadata.annotations.argocd.argoproj.io/hook-delete-policy " +
	"metadata.annotations.argocd.argoproj.io/sync-options metadata.annotations.argocd.argoproj.io/compare-options" +
	" metadata.annotations.helm.sh/hook metadata.annotations.helm.sh/hook-delete-policy metadata.annotations.helm.sh/hook-weight " +
	"metadata.annotations.helm.sh/resource-policy" +
	" metadata.annotations.kustomize.toolkit.fluxcd.io/reconcile metadata.annotations.kustomize.toolkit.fluxcd.io/ssa " +
	"metadata.annotations.kustomize.toolkit.fluxcd.io/force metadata.annotations.kustomize.toolkit.fluxcd.io/prune " +
	"metadata.annotations.kustomize.toolkit.fluxcd.io/substitute" +
	" metadata.labels.kustomize.toolkit.fluxcd.io/reconcile metadata.labels.kustomize.toolkit.fluxcd.io/prune"
