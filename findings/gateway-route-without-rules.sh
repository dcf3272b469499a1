#!/usr/bin/env bash
# An HTTPRoute that says nothing answers everything, with errors.
#
# sigs.k8s.io/gateway-api v1.6.3, the HTTPRoute of the standard channel, filled in by
# k8s.io/apiextensions-apiserver v0.37.2 as an API server does it. Where `rules` is
# left out the schema writes a rule for the prefix / that has no backends. Who takes
# the rules away to switch a route off makes it the catch-all of its hosts, with
# nobody behind it; being older, it also wins over a younger route for /. An empty
# list in the same place is refused.
#
# Seen:
#   rules [{"matches":[{"path":{"type":"PathPrefix","value":"/"}}]}]: accepted
#   rules []: refused
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat > main.go <<'END'
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	v1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"sigs.k8s.io/yaml"
)

// props are what the definition in a file says of version v1.
func props(file string) *apiextensions.JSONSchemaProps {
	text, err := os.ReadFile(file)
	check(err)
	var def v1.CustomResourceDefinition
	check(yaml.Unmarshal(text, &def))
	for _, v := range def.Spec.Versions {
		if v.Name == "v1" {
			out := &apiextensions.JSONSchemaProps{}
			check(v1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(v.Schema.OpenAPIV3Schema, out, nil))
			return out
		}
	}
	panic("no v1")
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	p := props(os.Args[1])
	structural, err := schema.NewStructural(p)
	check(err)
	validator, _, err := validation.NewSchemaValidator(p)
	check(err)
	for _, spec := range []map[string]any{{}, {"rules": []any{}}} {
		route := map[string]any{"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": map[string]any{"name": "web"}, "spec": spec}
		defaulting.Default(route, structural)
		rules, err := json.Marshal(spec["rules"])
		check(err)
		if len(validation.ValidateCustomResource(nil, route, validator)) > 0 {
			fmt.Printf("rules %s: refused\n", rules)
			continue
		}
		fmt.Printf("rules %s: accepted\n", rules)
	}
}
END
go mod init probe
go get k8s.io/apiextensions-apiserver/pkg/apiserver/validation@v0.37.2 sigs.k8s.io/yaml@v1.6.0
go get sigs.k8s.io/gateway-api@v1.6.3
crds=$(go list -m -f '{{.Dir}}' sigs.k8s.io/gateway-api)/config/crd/standard
go run -mod=mod . "$crds/gateway.networking.k8s.io_httproutes.yaml" | tee got

diff - got <<'END'
rules [{"matches":[{"path":{"type":"PathPrefix","value":"/"}}]}]: accepted
rules []: refused
END
