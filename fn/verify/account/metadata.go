package account

// first are lines that go before those of kinds: policies are of many kinds.
var first = []line{
	{paths: "+ - spec.**", harmless: "is for Services that nobody is sent to", when: unsentPolicy},
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
