#!/usr/bin/env bash
# Istio refuses a VirtualService that names a host and the wildcard over it.
#
# istio.io/istio, commit eed52ebb66ad of 2026-08-27, pkg/config/validation, as
# in the webhook and istioctl. `*.example.com` beside `shop.example.com` in the hosts
# of one VirtualService is "duplicate hosts"; it has to be two objects, or the
# wildcard alone. A Gateway takes the same two hosts in one server, and the hosts
# are not equal.
#
# Seen:
#   VirtualService [*.example.com shop.example.com]: duplicate hosts in virtual service: *.example.com & shop.example.com
#   VirtualService [*.example.com]: <nil>
#   Gateway [*.example.com shop.example.com]: <nil>
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

var meta = config.Meta{Name: "web", Namespace: "shop"}

func service(hosts ...string) {
	to := []*networking.HTTPRouteDestination{{Destination: &networking.Destination{Host: "web"}}}
	vs := &networking.VirtualService{Hosts: hosts, Gateways: []string{"public"}, Http: []*networking.HTTPRoute{{Route: to}}}
	_, err := validation.ValidateVirtualService(config.Config{Meta: meta, Spec: vs})
	fmt.Printf("VirtualService %v: %v\n", hosts, err)
}

func gateway(hosts ...string) {
	server := &networking.Server{Hosts: hosts, Port: &networking.Port{Number: 8080, Name: "http", Protocol: "HTTP"}}
	_, err := validation.ValidateGateway(config.Config{Meta: meta, Spec: &networking.Gateway{Servers: []*networking.Server{server}}})
	fmt.Printf("Gateway %v: %v\n", hosts, err)
}

func main() {
	service("*.example.com", "shop.example.com")
	service("*.example.com")
	gateway("*.example.com", "shop.example.com")
}
END
go mod init probe
go get istio.io/istio/pkg/config/validation@v0.0.0-20260827124520-eed52ebb66ad
go run -mod=mod . | tee got

diff - got <<'END'
VirtualService [*.example.com shop.example.com]: duplicate hosts in virtual service: *.example.com & shop.example.com
VirtualService [*.example.com]: <nil>
Gateway [*.example.com shop.example.com]: <nil>
END
