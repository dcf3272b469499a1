#!/usr/bin/env bash
# external-dns takes the weights of Route 53 off records that another provider is to write.
#
# sigs.k8s.io/external-dns v0.22.0. aws/weight of a DNSEndpoint is a property of the
# provider aws. Before records are compared, source/wrappers/post_processor.go takes away
# what belongs to another provider than --provider says. With the provider webhook, which
# stands for all servers that external-dns does not know, its own records are written with
# their set identifiers and without a weight; nothing is logged. A server that shares by
# weight, and is reached by a webhook, shares evenly, or refuses the record.
#
# Seen:
#   aws: aws/weight=90
#   webhook: none
#   cloudflare: aws/weight=90
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat > main.go <<'END'
package main

import (
	"fmt"

	"sigs.k8s.io/external-dns/endpoint"
)

func main() {
	for _, provider := range []string{"aws", "webhook", "cloudflare"} {
		e := endpoint.NewEndpoint("shop.example.com", endpoint.RecordTypeCNAME, "lb-west.example.net").
			WithSetIdentifier("west").WithProviderSpecific("aws/weight", "90")
		e.RetainProviderProperties(provider)
		said := "none"
		for _, p := range e.ProviderSpecific {
			said = p.Name + "=" + p.Value
		}
		fmt.Printf("%s: %s\n", provider, said)
	}
}
END
go mod init probe >/dev/null 2>&1
go mod edit -require sigs.k8s.io/external-dns@v0.22.0
go run -mod=mod . 2>/dev/null > got
cat got

diff - got <<'END'
aws: aws/weight=90
webhook: none
cloudflare: aws/weight=90
END
