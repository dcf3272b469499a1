#!/usr/bin/env bash
# Applied client-side, a Service cannot lose its UDP port 53 and keep TCP port 53.
#
# k8s.io/apimachinery v0.37.2, util/strategicpatch, with the types of k8s.io/api
# v0.37.2: what kubectl apply does, and Argo CD unless told otherwise. An API
# server takes two ports of one number if their protocols differ. The merge takes
# the number alone for the key, so it has one element where there are two:
# taking away UDP deletes both, and a new targetPort for both reaches the first
# only. Nothing fails while the patch is made.
#
# Seen:
#   udp removed: []
#   both moved: [tcp:5353 udp:53]
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat > main.go <<'END'
package main

import (
	"encoding/json"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
)

func port(name string, protocol corev1.Protocol, target int32) corev1.ServicePort {
	return corev1.ServicePort{Name: name, Protocol: protocol, Port: 53, TargetPort: intstr.FromInt32(target)}
}

func encode(ports ...corev1.ServicePort) []byte {
	out, err := json.Marshal(corev1.Service{Spec: corev1.ServiceSpec{Ports: ports}})
	check(err)
	return out
}

// apply is what the cluster has after a client has applied wanted over before.
func apply(before, wanted []byte) []string {
	meta, err := strategicpatch.NewPatchMetaFromStruct(corev1.Service{})
	check(err)
	patch, err := strategicpatch.CreateThreeWayMergePatch(before, wanted, before, meta, true)
	check(err)
	after, err := strategicpatch.StrategicMergePatch(before, patch, corev1.Service{})
	check(err)
	var svc corev1.Service
	check(json.Unmarshal(after, &svc))
	ports := []string{}
	for _, p := range svc.Spec.Ports {
		ports = append(ports, p.Name+":"+p.TargetPort.String())
	}
	return ports
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	both := encode(port("tcp", "TCP", 53), port("udp", "UDP", 53))
	fmt.Println("udp removed:", apply(both, encode(port("tcp", "TCP", 53))))
	fmt.Println("both moved:", apply(both, encode(port("tcp", "TCP", 5353), port("udp", "UDP", 5353))))
}
END
go mod init probe
go get k8s.io/apimachinery/pkg/util/strategicpatch@v0.37.2 k8s.io/api/core/v1@v0.37.2
go run . | tee got

diff - got <<'END'
udp removed: []
both moved: [tcp:5353 udp:53]
END
