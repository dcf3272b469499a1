#!/usr/bin/env bash
# Grafana's foundation SDK answers a valid dashboard with an error that is not nil.
#
# github.com/grafana/grafana-foundation-sdk/go v0.0.22. UnmarshalJSONStrict returns its
# list of errors as an error, also when the list is empty: a nil slice in an interface.
# Whoever asks `err != nil`, as everybody does, refuses every dashboard.
#
# Seen:
#   {"title":"web","schemaVersion":42,"templating":{},"annotations":{}}: err == nil false, text ""
#   {"titel":"web","schemaVersion":42,"templating":{},"annotations":{}}: err == nil false, text "Dashboard: unexpected field 'titel'"
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat > main.go <<'END'
package main

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

func main() {
	for _, text := range []string{`{"title":"web","schemaVersion":42,"templating":{},"annotations":{}}`, `{"titel":"web","schemaVersion":42,"templating":{},"annotations":{}}`} {
		var d dashboard.Dashboard
		err := d.UnmarshalJSONStrict([]byte(text))
		said := "nil"
		if err != nil {
			said = fmt.Sprintf("%q", err.Error())
		}
		fmt.Printf("%s: err == nil %v, text %s\n", text, err == nil, said)
	}
}
END
go mod init seen > /dev/null 2>&1
go get github.com/grafana/grafana-foundation-sdk/go@v0.0.22 > /dev/null 2>&1
go run . | tee seen.txt
cmp seen.txt - <<'END'
{"title":"web","schemaVersion":42,"templating":{},"annotations":{}}: err == nil false, text ""
{"titel":"web","schemaVersion":42,"templating":{},"annotations":{}}: err == nil false, text "Dashboard: unexpected field 'titel'"
END
