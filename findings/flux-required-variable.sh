#!/usr/bin/env bash
# Flux: the message of `${TAG:?message}` becomes the value.
#
# github.com/fluxcd/pkg/envsubst v1.7.1, the substitution of kustomize-controller.
# In a shell `${TAG:?…}` stops with the message when TAG is missing, and people write
# it to be stopped. Here there is no error: the message is put where the value
# belongs, as if it were the default of `${TAG:-…}`. The readme lists the form as not
# supported; nothing refuses it.
#
# Seen:
#   version: ${TAG:?set TAG in postBuild} gives: version: set TAG in postBuild
#   version: ${TAG:-1.4.0} gives: version: 1.4.0
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat > main.go <<'END'
package main

import (
	"fmt"

	"github.com/fluxcd/pkg/envsubst"
)

func main() {
	none := func(string) (string, bool) { return "", true }
	for _, text := range []string{"version: ${TAG:?set TAG in postBuild}", "version: ${TAG:-1.4.0}"} {
		out, err := envsubst.Eval(text, none)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s gives: %s\n", text, out)
	}
}
END
go mod init probe
go get github.com/fluxcd/pkg/envsubst@v1.7.1
go run . | tee got

diff - got <<'END'
version: ${TAG:?set TAG in postBuild} gives: version: set TAG in postBuild
version: ${TAG:-1.4.0} gives: version: 1.4.0
END
