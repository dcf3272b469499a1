#!/usr/bin/env bash
# `replicas: null` takes an autoscaler's pods away at every apply, changed or not.
#
# k8s.io/apimachinery v0.37.2, util/strategicpatch, with the types of k8s.io/api
# v0.37.2. In the cluster an autoscaler has set 7. The manifest says null before
# and after, so nothing changed; the three-way merge makes a patch all the same,
# and the patch removes the 7. The API server then fills in its default, one pod.
# A manifest without the line makes no patch at all.
#
# Seen:
#   {"spec":{}} makes the patch {}
#   {"spec":{"replicas":null}} makes the patch {"spec":{"replicas":null}}
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat > main.go <<'END'
package main

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
)

func main() {
	meta, err := strategicpatch.NewPatchMetaFromStruct(appsv1.Deployment{})
	if err != nil {
		panic(err)
	}
	cluster := []byte(`{"spec":{"replicas":7}}`)
	for _, manifest := range []string{`{"spec":{}}`, `{"spec":{"replicas":null}}`} {
		patch, err := strategicpatch.CreateThreeWayMergePatch([]byte(manifest), []byte(manifest), cluster, meta, true)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s makes the patch %s\n", manifest, patch)
	}
}
END
go mod init probe
go get k8s.io/apimachinery/pkg/util/strategicpatch@v0.37.2 k8s.io/api/apps/v1@v0.37.2
go run . | tee got

diff - got <<'END'
{"spec":{}} makes the patch {}
{"spec":{"replicas":null}} makes the patch {"spec":{"replicas":null}}
END
