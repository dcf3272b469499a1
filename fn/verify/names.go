package verify

import (
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
)

// Groups of the objects that rules look at by kind.
const (
	gatewayGroup = "gateway.networking.k8s.io"
	ingressGroup = "networking.k8s.io"
	istioGroup   = "networking.istio.io"
)

// Annotations by which agents and controllers are told something.
const (
	argoHook       = "argocd.argoproj.io/hook"
	argoHookDelete = "argocd.argoproj.io/hook-delete-policy"
	argoOptions    = "argocd.argoproj.io/sync-options"
	fluxForce      = "kustomize.toolkit.fluxcd.io/force"
	fluxPrune      = "kustomize.toolkit.fluxcd.io/prune"

	classFormerly = "kubernetes.io/ingress.class"
	defaultClass  = "ingressclass.kubernetes.io/is-default-class"
)

// annotated are the words of an annotation, with commas between them.
func annotated(o kube.Object, key string) []string {
	return strings.FieldsFunc(o.Text("metadata", "annotations", key), func(r rune) bool { return r == ',' || r == ' ' })
}
