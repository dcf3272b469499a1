package agent

import (
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// Delivery says what agents change after a folder is built, so that the cluster
// gets something else than what was verified: Argo CD Applications and
// ApplicationSets (argo-cd 3.6), and Flux Kustomizations (kustomize-controller
// v1.7). dir is the folder's path from the root of the repository.
func Delivery(agents []kube.Object, dir string, s cluster.State) []schemas.Finding {
	var found []schemas.Finding
	for _, o := range agents {
		d := delivery{o, s, nil}
		switch {
		case o.Is("argoproj.io", "Application"):
			d.application(dir, always, "spec")
		case o.Is("argoproj.io", "ApplicationSet"):
			d.applications(dir)
		case o.Is("kustomize.toolkit.fluxcd.io", "Kustomization") && reaches(fluxPath(o), dir, always):
			d.kustomization()
		}
		found = append(found, d.found...)
	}
	return found
}

// SourceFile looks at an .argocd-source file, which Argo CD lays over an
// Application: image updaters write it.
func SourceFile(o kube.Object, s cluster.State) []schemas.Finding {
	d := delivery{o, s, nil}
	d.overrides("kustomize")
	d.images("kustomize", "images")
	d.everything(argoFields, "kustomize")
	return d.found
}
