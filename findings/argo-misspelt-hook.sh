#!/usr/bin/env bash
# Argo CD does not sync an object whose hook annotation is misspelt, or empty.
#
# github.com/argoproj/argo-cd/gitops-engine, commit c9c369efcc5b of 2026-09-14,
# pkg/sync. The annotation alone makes an object a hook; its words say
# in which phases it runs. With no word that the engine knows it runs in none, and
# the engine ignores the object as if it were not in Git: it is not applied, one that
# is in the cluster is left over for pruning, and there is no error anywhere. `helm.sh/hook: test` does the same to any manifest, Helm or not.
# Case counts, and there is no suggestion. (`crd-install` is let through.)
#
# Seen:
#   argocd.argoproj.io/hook=PreSync: hook [PreSync], ignored: false
#   argocd.argoproj.io/hook=Presync: hook [], ignored: true
#   argocd.argoproj.io/hook=: hook [], ignored: true
#   helm.sh/hook=test: hook [], ignored: true
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat > main.go <<'END'
package main

import (
	"fmt"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync/hook"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync/ignore"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func main() {
	for _, a := range [][2]string{
		{"argocd.argoproj.io/hook", "PreSync"}, {"argocd.argoproj.io/hook", "Presync"},
		{"argocd.argoproj.io/hook", ""}, {"helm.sh/hook", "test"},
	} {
		route := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute"}}
		route.SetAnnotations(map[string]string{a[0]: a[1]})
		fmt.Printf("%s=%s: hook %v, ignored: %v\n", a[0], a[1], hook.Types(route), ignore.Ignore(route))
	}
}
END
go mod init probe
go get github.com/argoproj/argo-cd/gitops-engine/pkg/sync/ignore@v0.0.0-20260914071520-c9c369efcc5b
go run -mod=mod . | tee got

diff - got <<'END'
argocd.argoproj.io/hook=PreSync: hook [PreSync], ignored: false
argocd.argoproj.io/hook=Presync: hook [], ignored: true
argocd.argoproj.io/hook=: hook [], ignored: true
helm.sh/hook=test: hook [], ignored: true
END
