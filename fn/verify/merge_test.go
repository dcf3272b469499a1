package verify

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
)

// TestMergesPorts: what is said of a change of ports is what the strategic merge
// of Kubernetes itself makes of it (apimachinery v0.37).
func TestMergesPorts(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	count := map[bool]int{}
	for range 4000 {
		from := somePorts(r)
		to := changedPorts(r, from)
		if len(from) == 0 || len(to) == 0 {
			continue // no Service
		}
		got, err := mergedPorts(from, to)
		right := err == nil && equalPorts(got, to)
		_, ok := kube.MergesPorts(portNodes(from), portNodes(to), "port")
		require.Equal(t, right, ok, "from %v\nto %v\ngot %v %v", from, to, got, err)
		count[ok]++
	}
	require.Greater(t, count[true], 500)
	require.Greater(t, count[false], 500)
}

// mergedPorts is what a three-way merge leaves in the cluster.
func mergedPorts(from, to []corev1.ServicePort) ([]corev1.ServicePort, error) {
	service := func(ports []corev1.ServicePort) []byte {
		data, err := json.Marshal(corev1.Service{Spec: corev1.ServiceSpec{Ports: ports}})
		if err != nil {
			panic(err)
		}
		return data
	}
	meta, err := strategicpatch.NewPatchMetaFromStruct(corev1.Service{})
	if err != nil {
		return nil, err
	}
	patch, err := strategicpatch.CreateThreeWayMergePatch(service(from), service(to), service(from), meta, true)
	if err != nil {
		return nil, err
	}
	out, err := strategicpatch.StrategicMergePatch(service(from), patch, corev1.Service{})
	if err != nil {
		return nil, err
	}
	var s corev1.Service
	err = json.Unmarshal(out, &s)
	return s.Spec.Ports, err
}

func aPort(r *rand.Rand, number int32, protocol corev1.Protocol) corev1.ServicePort {
	return corev1.ServicePort{Name: fmt.Sprintf("p%d-%s", number, protocol), Port: number, Protocol: protocol, TargetPort: intstr.FromInt32(5000 + r.Int32N(3))}
}

func somePorts(r *rand.Rand) []corev1.ServicePort {
	var all []corev1.ServicePort
	for _, number := range []int32{53, 80} {
		for _, protocol := range []corev1.Protocol{"TCP", "UDP"} {
			if r.IntN(3) > 0 {
				all = append(all, aPort(r, number, protocol))
			}
		}
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// changedPorts are other ports, or the same with a change or two.
func changedPorts(r *rand.Rand, from []corev1.ServicePort) []corev1.ServicePort {
	if r.IntN(4) == 0 || len(from) == 0 {
		return somePorts(r)
	}
	all := slices.Clone(from)
	for range 1 + r.IntN(2) {
		i := r.IntN(len(from))
		switch {
		case i >= len(all):
		case r.IntN(5) == 0:
			all = slices.Delete(all, i, i+1)
		case r.IntN(4) == 0:
			all[i].Name += "x"
		case r.IntN(3) == 0:
			r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		default:
			all[i].TargetPort = intstr.FromInt32(5000 + r.Int32N(3))
		}
	}
	return all
}

func equalPorts(a, b []corev1.ServicePort) bool {
	return len(a) == len(b) && !slices.ContainsFunc(b, func(p corev1.ServicePort) bool { return !slices.Contains(a, p) })
}

func portNodes(ports []corev1.ServicePort) []*yaml.Node {
	var all []*yaml.Node
	for _, p := range ports {
		all = append(all, kube.Node(map[string]any{"name": p.Name, "port": int(p.Port), "protocol": string(p.Protocol), "targetPort": p.TargetPort.IntValue()}))
	}
	return all
}
