#!/usr/bin/env bash
# Flux: a first variable for one object empties `${…}` in all others.
#
# github.com/fluxcd/pkg/kustomize v1.35.6, what kustomize-controller builds with.
# While a Kustomization has no postBuild variable, text with dollars is left alone.
# The first variable, of whatever name, turns substitution on for every object: a
# name that is not given becomes nothing (no error outside of strict mode), and two
# dollars become one, so that what Kubernetes was told not to expand, it expands.
# Here a ConfigMap with a configuration of nginx loses its variables because
# somebody gave a region to another file.
#
# Seen:
#   no variable: proxy_set_header Host ${host}; run --at=$$(POD_IP)
#   region=eu: proxy_set_header Host ; run --at=$(POD_IP)
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat > main.go <<'END'
package main

import (
	"context"
	"fmt"

	flux "github.com/fluxcd/pkg/kustomize"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/kustomize/api/provider"
)

const object = `{apiVersion: v1, kind: ConfigMap, metadata: {name: nginx}, data: {
  conf: 'proxy_set_header Host ${host};', command: 'run --at=$$(POD_IP)'}}`

// built is what Flux makes of the object, given variables.
func built(vars map[string]any) string {
	res, err := provider.NewDefaultDepProvider().GetResourceFactory().FromBytes([]byte(object))
	check(err)
	owner := unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{"postBuild": map[string]any{"substitute": vars}}}}
	res, err = flux.SubstituteVariables(context.Background(), nil, owner, res, flux.SubstituteWithDryRun(true))
	check(err)
	data := res.GetDataMap()
	return data["conf"] + " " + data["command"]
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	fmt.Println("no variable:", built(map[string]any{}))
	fmt.Println("region=eu:", built(map[string]any{"region": "eu"}))
}
END
go mod init probe
go get github.com/fluxcd/pkg/kustomize@v1.35.6
go run -mod=mod . | tee got

diff - got <<'END'
no variable: proxy_set_header Host ${host}; run --at=$$(POD_IP)
region=eu: proxy_set_header Host ; run --at=$(POD_IP)
END
