#!/usr/bin/env bash
# Istio refuses `regex: "*"` for "has the header" and takes it for "has it not".
#
# istio.io/istio, commit eed52ebb66ad of 2026-08-27, pkg/config/validation, as
# in the webhook and istioctl. `*` is no expression of RE2. Under `withoutHeaders`
# it is taken all the same, and means that the header is not there at all; under
# `headers` the same text is an error, and presence is written `{}`.
#
# Seen:
#   headers: {x-preview: {regex: *}} refused
#   headers: {x-preview: {}} accepted
#   withoutHeaders: {x-preview: {regex: *}} accepted
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat > main.go <<'END'
package main

import (
	"fmt"

	networking "istio.io/api/networking/v1alpha3"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/validation"
)

func verdict(match *networking.HTTPMatchRequest) string {
	to := []*networking.HTTPRouteDestination{{Destination: &networking.Destination{Host: "web"}}}
	vs := &networking.VirtualService{Hosts: []string{"web"}, Http: []*networking.HTTPRoute{{Route: to, Match: []*networking.HTTPMatchRequest{match}}}}
	meta := config.Meta{Name: "web", Namespace: "shop"}
	if _, err := validation.ValidateVirtualService(config.Config{Meta: meta, Spec: vs}); err != nil {
		return "refused"
	}
	return "accepted"
}

func main() {
	star := map[string]*networking.StringMatch{"x-preview": {MatchType: &networking.StringMatch_Regex{Regex: "*"}}}
	any := map[string]*networking.StringMatch{"x-preview": {}}
	fmt.Println("headers: {x-preview: {regex: *}}", verdict(&networking.HTTPMatchRequest{Headers: star}))
	fmt.Println("headers: {x-preview: {}}", verdict(&networking.HTTPMatchRequest{Headers: any}))
	fmt.Println("withoutHeaders: {x-preview: {regex: *}}", verdict(&networking.HTTPMatchRequest{WithoutHeaders: star}))
}
END
go mod init probe
go get istio.io/istio/pkg/config/validation@v0.0.0-20260827124520-eed52ebb66ad
go run -mod=mod . | tee got

diff - got <<'END'
headers: {x-preview: {regex: *}} refused
headers: {x-preview: {}} accepted
withoutHeaders: {x-preview: {regex: *}} accepted
END
