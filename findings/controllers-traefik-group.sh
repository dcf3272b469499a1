#!/usr/bin/env bash
# Two controllers write Traefik's objects in a group that Traefik no longer reads.
#
# github.com/argoproj/argo-rollouts v1.9.0 and github.com/fluxcd/flagger v1.36.1, beside
# github.com/traefik/traefik/v3 v3.7.13. Traefik 3 serves traefik.io only. Argo Rollouts
# looks for the older group unless --traefik-api-group and --traefik-api-version say
# otherwise; Flagger has no such option: with Traefik 3 its provider traefik finds no
# TraefikService ("the server could not find the requested resource"), and the Canary
# stays at its beginning. Its provider gatewayapi:v1 works with the same Traefik.
#
# Seen:
#   rollouts traefik.containo.us
#   flagger  traefik.containo.us
#   traefik  traefik.io
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

# probe NAME MODULE PACKAGE EXPRESSION prints the group that a package has.
probe() {
	mkdir "$1" && cd "$1"
	cat > main.go <<END
package main

import (
	"fmt"

	of "$3"
)

func main() { fmt.Println($4) }
END
	go mod init probe
	go get "$2"
	printf '%-8s ' "$1" >> ../got
	go run -mod=mod . >> ../got
	cd ..
}

probe rollouts github.com/argoproj/argo-rollouts@v1.9.0 github.com/argoproj/argo-rollouts/utils/defaults of.DefaultTraefikAPIGroup
probe flagger github.com/fluxcd/flagger@v1.36.1 github.com/fluxcd/flagger/pkg/apis/traefik of.GroupName
module=$(cd rollouts && go mod download -json github.com/traefik/traefik/v3@v3.7.13 | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
printf 'traefik  %s\n' "$(sed -n 's/^  group: //p' "$module"/docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml | sort -u)" >> got
cat got

diff - got <<'END'
rollouts traefik.containo.us
flagger  traefik.containo.us
traefik  traefik.io
END
