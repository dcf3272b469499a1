#!/usr/bin/env bash
# `maxUnavailable: 10%` of one pod is none, and takes the one pod.
#
# k8s.io/kubectl v0.37.2, pkg/util/deployment, the arithmetic of the Deployment
# controller. maxUnavailable is rounded down, so 10 % of 1 pod, and of 9, is 0. With
# maxSurge 0 that would stand still, and instead of being refused it becomes 1: a
# single pod is stopped before its successor starts. With any maxSurge above 0, be it
# 1 %, the same 10 % really are none.
#
# Seen:
#   1 pods, surge 0, unavailable 10%: 0 more, 1 fewer
#   9 pods, surge 0, unavailable 10%: 0 more, 1 fewer
#   1 pods, surge 1%, unavailable 10%: 1 more, 0 fewer
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat > main.go <<'END'
package main

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/kubectl/pkg/util/deployment"
)

func roll(pods int32, surge, unavailable string) {
	s, u := intstr.Parse(surge), intstr.Parse(unavailable)
	more, fewer, err := deployment.ResolveFenceposts(&s, &u, pods)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%d pods, surge %s, unavailable %s: %d more, %d fewer\n", pods, surge, unavailable, more, fewer)
}

func main() {
	roll(1, "0", "10%")
	roll(9, "0", "10%")
	roll(1, "1%", "10%")
}
END
go mod init probe
go get k8s.io/kubectl/pkg/util/deployment@v0.37.2 k8s.io/apimachinery/pkg/util/intstr@v0.37.2
go run -mod=mod . | tee got

diff - got <<'END'
1 pods, surge 0, unavailable 10%: 0 more, 1 fewer
9 pods, surge 0, unavailable 10%: 0 more, 1 fewer
1 pods, surge 1%, unavailable 10%: 1 more, 0 fewer
END
