// Package agent reads what objects tell the agents that apply them: Argo CD
// (argo-cd 3.6, gitops-engine/pkg/sync) and Flux (kustomize-controller v1.7,
// fluxcd/pkg/ssa). An annotation names its agent by itself; Argo CD reads those
// of Helm too.
package agent

import (
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
)

// The agents whose annotations are known.
const (
	ArgoCD = "argocd"
	Flux   = "flux"
)

// Annotations by which they are told something. Flux reads labels of the same
// names too (fluxcd/pkg/ssa/utils, AnyInMetadata), whatever their case.
const (
	ArgoHook       = "argocd.argoproj.io/hook"
	ArgoHookDelete = "argocd.argoproj.io/hook-delete-policy"
	ArgoOptions    = "argocd.argoproj.io/sync-options"
	ArgoWave       = "argocd.argoproj.io/sync-wave"

	HelmHook       = "helm.sh/hook"
	HelmHookDelete = "helm.sh/hook-delete-policy"
	HelmWeight     = "helm.sh/hook-weight"

	FluxReconcile  = "kustomize.toolkit.fluxcd.io/reconcile"
	FluxApply      = "kustomize.toolkit.fluxcd.io/ssa"
	FluxForce      = "kustomize.toolkit.fluxcd.io/force"
	FluxPrune      = "kustomize.toolkit.fluxcd.io/prune"
	FluxSubstitute = "kustomize.toolkit.fluxcd.io/substitute"
)

// Note is something that an object tells an agent.
type Note struct {
	Agent string
	Path  []string // of the annotation or label in the object
	Text  string   // as it is written: key: value
}

// Empty reports whether there is no note.
func (n Note) Empty() bool { return n.Agent == "" }

// For reports whether a note is read where an agent is at work; "" is any.
func (n Note) For(agent string) bool { return !n.Empty() && (agent == "" || agent == n.Agent) }

func argo(o kube.Object, key string) Note {
	return Note{ArgoCD, []string{"metadata", "annotations", key}, key + ": " + o.Text("metadata", "annotations", key)}
}

// flux is the note of a key that has a value, in annotations or labels.
func flux(o kube.Object, key, value string) Note {
	for _, field := range []string{"annotations", "labels"} {
		if v := o.Text("metadata", field, key); strings.EqualFold(v, value) {
			return Note{Flux, []string{"metadata", field, key}, key + ": " + v}
		}
	}
	return Note{}
}

// Words are those of an annotation, with commas between them.
func Words(o kube.Object, key string) []string {
	return strings.FieldsFunc(o.Text("metadata", "annotations", key), func(r rune) bool { return r == ',' || r == ' ' })
}

// Option reports whether an object has an option of Argo CD's.
func Option(o kube.Object, option string) bool { return slices.Contains(Words(o, ArgoOptions), option) }

// Skips says by what an agent is told not to apply an object. With once it does
// while the object is not there yet.
func Skips(o kube.Object) (note Note, once bool) {
	for _, n := range []Note{flux(o, FluxReconcile, "disabled"), flux(o, FluxApply, "Ignore")} {
		if !n.Empty() {
			return n, false
		}
	}
	if n := flux(o, FluxApply, "IfNotPresent"); !n.Empty() {
		return n, true
	}
	return LeavesOut(o), false
}

// LeavesOut is where an object says that it is a hook, and names no phase that a sync
// runs: Argo CD leaves it out of what is synced, and prunes what it applied before the
// object said so (gitops-engine c9c369ef, pkg/sync).
func LeavesOut(o kube.Object) Note {
	if key, ok := hooked(o); ok && len(Phases(o)) == 0 {
		return argo(o, key)
	}
	return Note{}
}

// phases are the hooks of a sync that an object can be, by what is written.
var phases = map[string]string{
	"PreSync": "PreSync", "Sync": "Sync", "PostSync": "PostSync",
	"pre-install": "PreSync", "pre-upgrade": "PreSync", "post-install": "PostSync", "post-upgrade": "PostSync",
}

// others are hooks that a sync that succeeds does not run.
var others = []string{"Skip", "SyncFail", "PreDelete", "PostDelete"}

// hooked is the annotation that makes an object a hook. Argo CD's own goes
// before Helm's (gitops-engine/pkg/sync/hook).
func hooked(o kube.Object) (key string, ok bool) {
	for _, key := range []string{ArgoHook, HelmHook} {
		if o.Get("metadata", "annotations", key) != nil {
			return key, o.Text("metadata", "annotations", key) != "crd-install"
		}
	}
	return "", false
}

// Phases are the phases of a sync in which an object is applied as a hook.
func Phases(o kube.Object) []string {
	var all []string
	own := false
	for _, w := range Words(o, ArgoHook) {
		own = own || phases[w] != "" || slices.Contains(others, w)
		if p := phases[w]; p == w {
			all = append(all, p)
		}
	}
	if own {
		return all
	}
	for _, w := range Words(o, HelmHook) {
		if p := phases[w]; p != "" && p != w {
			all = append(all, p)
		}
	}
	return all
}

// policies are when a hook is deleted.
func policies(o kube.Object) []string {
	all := Words(o, ArgoHookDelete)
	for _, w := range Words(o, HelmHookDelete) {
		switch w {
		case "before-hook-creation":
			all = append(all, "BeforeHookCreation")
		case "hook-succeeded":
			all = append(all, "HookSucceeded")
		case "hook-failed":
			all = append(all, "HookFailed")
		}
	}
	return all
}

// Remakes says by what an object is deleted when it is applied, and made anew: it
// is a hook, unless it is told to be deleted when it fails only; or it is replaced
// by force (kubectl replace --force), which it may say where it is applied or in
// the cluster (gitops-engine/pkg/sync, applyObject). The object in the cluster may
// be none.
func Remakes(o, live kube.Object) Note {
	if key, ok := hooked(o); ok && len(Phases(o)) > 0 {
		p := policies(o)
		if len(p) == 0 || slices.Contains(p, "BeforeHookCreation") || slices.Contains(p, "HookSucceeded") {
			return argo(o, key)
		}
	}
	if replace := Replaces(o, live); !replace.Empty() && (Option(o, "Force=true") || Option(live, "Force=true")) {
		return replace
	}
	return Note{}
}

// Forces says by what an object is deleted and made anew if it cannot be changed
// as it is.
func Forces(o, live kube.Object) Note {
	if n := optional(o, live, "Force=true"); !n.Empty() {
		return n
	}
	return flux(o, FluxForce, "enabled")
}

// Replaces says by what an object is put as a whole: what it does not say falls
// to its default.
func Replaces(o, live kube.Object) Note { return optional(o, live, "Replace=true") }

// optional is the note of an option, which counts where it is applied and in the
// cluster.
func optional(o, live kube.Object, option string) Note {
	for _, at := range []kube.Object{o, live} {
		if at.Node != nil && Option(at, option) {
			return argo(at, ArgoOptions)
		}
	}
	return Note{}
}

// Keeps says by what an object stays in the cluster when it leaves the manifests.
// Hooks are not pruned, nor is what Flux does not reconcile. Not among them is
// helm.sh/resource-policy: keep, which Argo CD heeds only when a whole Application
// is deleted.
func Keeps(o kube.Object) []Note {
	var all []Note
	if Option(o, "Prune=false") {
		all = append(all, argo(o, ArgoOptions))
	}
	if key, ok := hooked(o); ok {
		all = append(all, argo(o, key))
	}
	for _, key := range []string{FluxPrune, FluxReconcile} {
		if n := flux(o, key, "disabled"); !n.Empty() {
			all = append(all, n)
		}
	}
	return all
}

// Wave is the wave of Argo CD's in which an object is applied.
func Wave(o kube.Object) int {
	if n, err := strconv.Atoi(o.Text("metadata", "annotations", ArgoWave)); err == nil {
		return n
	}
	n, _ := strconv.Atoi(o.Text("metadata", "annotations", HelmWeight))
	return n
}

// WaveNote is where an object says its wave.
func WaveNote(o kube.Object) Note {
	if o.Text("metadata", "annotations", ArgoWave) != "" {
		return argo(o, ArgoWave)
	}
	return argo(o, HelmWeight)
}

// ServerSide says by what an object is applied on the server's side, where list
// elements are known by their keys.
func ServerSide(o kube.Object) Note {
	if Option(o, "ServerSideApply=true") {
		return argo(o, ArgoOptions)
	}
	for _, field := range []string{"annotations", "labels"} {
		for key, v := range kube.Pairs(o.Node, "metadata", field) {
			if strings.HasPrefix(key, "kustomize.toolkit.fluxcd.io/") {
				return Note{Flux, []string{"metadata", field, key}, key + ": " + v}
			}
		}
	}
	return Note{}
}

// Plain is an object without what would keep an agent from applying it, or from
// taking it away, and without what makes it anew: so are copies that a release
// makes and takes away itself. Its wave stays.
func Plain(o kube.Object) kube.Object {
	for _, field := range []string{"annotations", "labels"} {
		for _, key := range []string{FluxReconcile, FluxApply, FluxForce, FluxPrune, ArgoHook, ArgoHookDelete, HelmHook, HelmHookDelete} {
			o = o.Without("metadata", field, key)
		}
	}
	words := Words(o, ArgoOptions)
	rest := slices.DeleteFunc(slices.Clone(words), func(w string) bool {
		return slices.Contains([]string{"Prune=false", "Prune=confirm", "Replace=true", "Force=true"}, w)
	})
	switch {
	case len(rest) == len(words):
		return o
	case len(rest) > 0:
		return o.With(strings.Join(rest, ","), "metadata", "annotations", ArgoOptions)
	}
	o = o.Without("metadata", "annotations", ArgoOptions)
	if n := o.Get("metadata", "annotations"); n != nil && len(n.Content) == 0 {
		return o.Without("metadata", "annotations")
	}
	return o
}

// HookNote is where an object says that it is a hook.
func HookNote(o kube.Object) Note {
	key, ok := hooked(o)
	if !ok {
		return Note{}
	}
	return argo(o, key)
}
