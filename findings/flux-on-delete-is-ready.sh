#!/usr/bin/env bash
# Flux takes a StatefulSet without one ready pod for ready, if pods are replaced by hand.
#
# github.com/fluxcd/cli-utils v1.3.0, pkg/kstatus: what `wait: true` and
# `dependsOn` of a Flux Kustomization ask. With updateStrategy OnDelete the status of
# a StatefulSet is looked at no further than observedGeneration: it is Current with 0
# of 3 pods ready, and everything that waits for it goes on. The same object with
# RollingUpdate is InProgress.
#
# Seen:
#   OnDelete, 0 of 3 ready: Current
#   RollingUpdate, 0 of 3 ready: InProgress
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat > main.go <<'END'
package main

import (
	"fmt"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

const set = `{"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "queue", "generation": 2},
  "spec": {"replicas": 3, "updateStrategy": {"type": %q}},
  "status": {"observedGeneration": 2, "replicas": 3, "readyReplicas": 0}}`

func main() {
	for _, strategy := range []string{"OnDelete", "RollingUpdate"} {
		o := &unstructured.Unstructured{}
		if err := o.UnmarshalJSON(fmt.Appendf(nil, set, strategy)); err != nil {
			panic(err)
		}
		result, err := status.Compute(o)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s, 0 of 3 ready: %s\n", strategy, result.Status)
	}
}
END
go mod init probe
go get github.com/fluxcd/cli-utils/pkg/kstatus/status@v1.3.0
go run -mod=mod . | tee got

diff - got <<'END'
OnDelete, 0 of 3 ready: Current
RollingUpdate, 0 of 3 ready: InProgress
END
