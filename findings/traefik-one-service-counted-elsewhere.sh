#!/usr/bin/env bash
# Traefik counts the requests of a Service under another name once a route leads to it alone.
#
# github.com/traefik/traefik/v3 v3.7.13, its provider of IngressRoutes. Its metrics have the
# label service (traefik_service_requests_total). A route with two Services has a service
# for each, called namespace-name-port, whatever their weights are. A route with one Service
# has one that is called after the IngressRoute and a digest of its rule: the name of the
# Service is in no label. A query for one version of an application has numbers during a
# canary, and none from the moment that it has all requests.
#
# Seen:
#   two: shop-blue-80 shop-green-80 shop-web-<digest>
#   one: shop-web-<digest>
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
provider=pkg/provider/kubernetes/crd
rm -f $provider/*_test.go
cat > $provider/probe_test.go <<'END'
package crd

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/traefik/traefik/v3/pkg/provider/kubernetes/crd/generated/clientset/versioned/fake"
	traefikio "github.com/traefik/traefik/v3/pkg/provider/kubernetes/crd/traefikio/v1alpha1"
	"github.com/traefik/traefik/v3/pkg/provider/kubernetes/k8s"
	"k8s.io/apimachinery/pkg/runtime"
	kubefake "k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/kubernetes/scheme"
)

const service = `apiVersion: v1
kind: Service
metadata: {name: NAME, namespace: shop}
spec: {selector: {app: NAME}, ports: [{name: http, port: 80}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: NAME-1, namespace: shop, labels: {kubernetes.io/service-name: NAME}}
addressType: IPv4
ports: [{name: http, port: 80}]
endpoints: [{addresses: [10.0.0.1], conditions: {ready: true}}]
`

const route = `apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: web, namespace: shop}
spec:
  routes: [{kind: Rule, match: Host(SHOP), services: [SERVICES]}]
`

func TestProbe(t *testing.T) {
	if err := traefikio.AddToScheme(scheme.Scheme); err != nil {
		t.Fatal(err)
	}
	digest := regexp.MustCompile(`[0-9a-f]{20}`)
	for _, c := range [][2]string{
		{"two", "{name: blue, port: 80, weight: 75}, {name: green, port: 80, weight: 25}"},
		{"one", "{name: green, port: 80}"},
	} {
		var core []runtime.Object
		for _, name := range []string{"blue", "green"} {
			core = append(core, k8s.MustParseYaml([]byte(strings.ReplaceAll(service, "NAME", name)))...)
		}
		text := strings.NewReplacer("SHOP", "`shop.example.com`", "SERVICES", c[1]).Replace(route)
		client := newClientImpl(kubefake.NewClientset(core...), fake.NewClientset(k8s.MustParseYaml([]byte(text))...))
		events, err := client.WatchAll(nil, make(chan struct{}))
		if err != nil {
			t.Fatal(err)
		}
		<-events
		provider := Provider{SafeNaming: new(bool)}
		if err := provider.Init(); err != nil {
			t.Fatal(err)
		}
		names := slices.Sorted(maps.Keys(provider.loadConfigurationFromCRD(t.Context(), client).HTTP.Services))
		fmt.Println("probe", c[0]+":", digest.ReplaceAllString(strings.Join(names, " "), "<digest>"))
	}
}
END
go test -mod=mod -run '^TestProbe$' -v ./$provider | sed -n 's/^probe //p' > ../got
cat ../got

diff - ../got <<'END'
two: shop-blue-80 shop-green-80 shop-web-<digest>
one: shop-web-<digest>
END
