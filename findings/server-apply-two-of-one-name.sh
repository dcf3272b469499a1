#!/usr/bin/env bash
# A Deployment that every client can create cannot be applied server-side.
#
# k8s.io/client-go v0.37.2 (applyconfigurations, over structured-merge-diff):
# server-side apply, as Flux does it, keeps lists by key and refuses the whole
# object when two elements have one key. Two variables of one name, two names for
# one container port and a pull secret listed twice all decode strictly, and a
# create takes them. One such object stops the whole sync of a Flux Kustomization.
#
# Seen:
#   env: .spec.template.spec.containers[name="app"].env: duplicate entries for key [name="MODE"]
#   ports: .spec.template.spec.containers[name="app"].ports: duplicate entries for key [containerPort=8080,protocol="TCP"]
#   pull secrets: .spec.template.spec.imagePullSecrets: duplicate entries for key [name="registry"]
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat > main.go <<'END'
package main

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/applyconfigurations"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/yaml"
)

// said is what server-side apply says of a Deployment whose pods are given.
func said(pods string) error {
	text := []byte(`{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {template: {spec: ` + pods + `}}}`)
	if err := yaml.UnmarshalStrict(text, &appsv1.Deployment{}); err != nil {
		panic(err)
	}
	u := &unstructured.Unstructured{}
	if err := yaml.Unmarshal(text, &u.Object); err != nil {
		panic(err)
	}
	_, err := applyconfigurations.NewTypeConverter(scheme.Scheme).ObjectToTyped(u)
	return err
}

func main() {
	fmt.Println("env:", said(`{containers: [{name: app, env: [{name: MODE, value: a}, {name: MODE, value: b}]}]}`))
	fmt.Println("ports:", said(`{containers: [{name: app, ports: [{name: http, containerPort: 8080}, {name: web, containerPort: 8080}]}]}`))
	fmt.Println("pull secrets:", said(`{imagePullSecrets: [{name: registry}, {name: registry}], containers: [{name: app}]}`))
}
END
go mod init probe
go get k8s.io/client-go/applyconfigurations@v0.37.2 k8s.io/client-go/kubernetes/scheme@v0.37.2 sigs.k8s.io/yaml@v1.6.0
go run . | tee got

diff - got <<'END'
env: .spec.template.spec.containers[name="app"].env: duplicate entries for key [name="MODE"]
ports: .spec.template.spec.containers[name="app"].ports: duplicate entries for key [containerPort=8080,protocol="TCP"]
pull secrets: .spec.template.spec.imagePullSecrets: duplicate entries for key [name="registry"]
END
