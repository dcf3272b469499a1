#!/usr/bin/env bash
# Flagger makes an invalid Deployment out of one whose preStop hook sleeps.
#
# github.com/fluxcd/flagger v1.36.1 copies the Deployment of a Canary into one called
# NAME-primary, by the types of k8s.io/api v0.27.11, which do not know the field
# lifecycle.preStop.sleep (Kubernetes since 1.29). The hook arrives empty, the API server
# refuses it ("Required value: must specify a handler type"), and the Canary stays at
# its beginning. A hook of exec is copied as it is. The script copies hooks by the same types.
#
# Seen:
#   k8s.io/api v0.27.11
#   {"preStop":{}}
#   {"preStop":{"exec":{"command":["sleep","5"]}}}
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat > main.go <<'END'
package main

import (
	"encoding/json"
	"fmt"

	_ "github.com/fluxcd/flagger/pkg/apis/flagger/v1beta1"
	core "k8s.io/api/core/v1"
)

func main() {
	for _, hook := range []string{`{"preStop":{"sleep":{"seconds":5}}}`, `{"preStop":{"exec":{"command":["sleep","5"]}}}`} {
		var copied core.Lifecycle
		if err := json.Unmarshal([]byte(hook), &copied); err != nil {
			panic(err)
		}
		text, err := json.Marshal(copied)
		if err != nil {
			panic(err)
		}
		fmt.Println(string(text))
	}
}
END
go mod init probe
go get github.com/fluxcd/flagger@v1.36.1
go mod edit -replace k8s.io/api=k8s.io/api@"$(go mod download -json github.com/fluxcd/flagger@v1.36.1 | sed -n 's/.*"GoMod": "\(.*\)".*/\1/p' | xargs sed -n 's/^\tk8s.io\/api \(.*\)/\1/p')"
{
	go list -mod=mod -m -f '{{.Path}} {{with .Replace}}{{.Version}}{{else}}{{.Version}}{{end}}' k8s.io/api
	go run -mod=mod .
} | tee got

diff - got <<'END'
k8s.io/api v0.27.11
{"preStop":{}}
{"preStop":{"exec":{"command":["sleep","5"]}}}
END
