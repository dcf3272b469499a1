#!/usr/bin/env bash
# Traefik puts the path of an HTTPRoute before its host.
#
# github.com/traefik/traefik/v3 v3.7.13, its Gateway API provider. By the specification
# (sigs.k8s.io/gateway-api v1.6, HTTPRouteSpec.hostnames and HTTPRouteRule.matches) the
# closest host decides first, and paths are compared among routes of that host. Traefik
# adds both up in one number, in which a path weighs more than any host: a route of
# *.example.com for the exact path /, or for a longer prefix, takes requests away from the
# route of shop.example.com. The highest number is tried first.
#
# Seen:
#   shop.example.com PathPrefix / 17
#   *.example.com PathPrefix /cart 10513
#   *.example.com Exact / 100013
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

# Its own module, with a test beside its code, for the function is not exported. Its zip
# leaves out a module that it needs, whose two types are empty.
module=$(go mod download -json github.com/traefik/traefik/v3@v3.7.13 | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
cp -r "$module" traefik
chmod -R u+w traefik
mkdir ext
printf 'module github.com/traefik/traefik/dynamic/ext\n\ngo 1.26.0\n' > ext/go.mod
printf 'package ext\n\ntype HTTP struct{}\n\ntype Router struct{}\n' > ext/ext.go
cd traefik
go mod edit -replace github.com/traefik/traefik/dynamic/ext="$dir/ext"
provider=pkg/provider/kubernetes/gateway
rm -f $provider/*_test.go
cat > $provider/probe_test.go <<'END'
package gateway

import (
	"fmt"
	"testing"

	api "sigs.k8s.io/gateway-api/apis/v1"
)

func TestProbe(t *testing.T) {
	say := func(host api.Hostname, kind api.PathMatchType, path string) {
		match := api.HTTPRouteMatch{Path: &api.HTTPPathMatch{Type: &kind, Value: &path}}
		_, priority := buildMatchRule([]api.Hostname{host}, match)
		fmt.Println("probe", host, kind, path, priority)
	}
	say("shop.example.com", api.PathMatchPathPrefix, "/")
	say("*.example.com", api.PathMatchPathPrefix, "/cart")
	say("*.example.com", api.PathMatchExact, "/")
}
END
go test -mod=mod -run '^TestProbe$' -v ./$provider | sed -n 's/^probe //p' > ../got
cat ../got

diff - ../got <<'END'
shop.example.com PathPrefix / 17
*.example.com PathPrefix /cart 10513
*.example.com Exact / 100013
END
