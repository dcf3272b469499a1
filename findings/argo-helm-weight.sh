#!/usr/bin/env bash
# Argo CD: Helm's weight for hooks is the sync wave of an object that is no hook.
#
# github.com/argoproj/argo-cd/gitops-engine, commit c9c369efcc5b of 2026-09-14,
# pkg/sync. Helm reads `helm.sh/hook-weight` of hooks only. Argo CD
# reads it of every object, so a line that Helm passes over makes a second wave: the
# object then waits until all of the wave before it is healthy, and an abort waits
# for the candidate that broke. A wave that is not a whole number is no error; it
# falls back to that weight, or to 0.
#
# Seen:
#   helm.sh/hook-weight=5: a hook: false, wave 5
#   argocd.argoproj.io/sync-wave=1.5: a hook: false, wave 0
#   argocd.argoproj.io/sync-wave=1.5 helm.sh/hook-weight=5: a hook: false, wave 5
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat > main.go <<'END'
package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync/hook"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync/syncwaves"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func main() {
	for _, arg := range os.Args[1:] {
		annotations := map[string]string{}
		for _, pair := range strings.Fields(arg) {
			key, value, _ := strings.Cut(pair, "=")
			annotations[key] = value
		}
		o := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "apps/v1", "kind": "Deployment"}}
		o.SetAnnotations(annotations)
		fmt.Printf("%s: a hook: %v, wave %d\n", arg, hook.IsHook(o), syncwaves.Wave(o))
	}
}
END
go mod init probe
go get github.com/argoproj/argo-cd/gitops-engine/pkg/sync/syncwaves@v0.0.0-20260914071520-c9c369efcc5b
weight=helm.sh/hook-weight=5 wave=argocd.argoproj.io/sync-wave=1.5
go run -mod=mod . "$weight" "$wave" "$wave $weight" | tee got

diff - got <<'END'
helm.sh/hook-weight=5: a hook: false, wave 5
argocd.argoproj.io/sync-wave=1.5: a hook: false, wave 0
argocd.argoproj.io/sync-wave=1.5 helm.sh/hook-weight=5: a hook: false, wave 5
END
