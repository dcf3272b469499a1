package verify_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/stretchr/testify/require"
)

// hostile are states that cost much to look at for what they weigh. %d is a
// number that differs between the ends of an edge.
var hostile = map[string]string{
	"rules without hosts": routes(10, "", times(3000, "{}, ")),
	"headers":             routes(6, "", times(300, `{matches: [{headers: [{name: h%d, value: v}]}], backendRefs: [{name: a, port: 80}]}, `)),
	"paths":               routes(6, "", times(300, `{matches: [{path: {value: /p%d}, method: M%d}]}, `)),
	"expressions":         routes(6, "", times(300, `{matches: [{path: {type: RegularExpression, value: "/(a{1,90}b?){1,10}%d"}}]}, `)),
	"parents":             routes(10, times(1000, "{name: g%d}, "), times(1000, "{matches: [{}, {}]}, ")),
	"weights":             routes(3, "", times(16, `{backendRefs: [{name: a, port: 80, weight: 9223372036854775807}, {name: b, port: 80, weight: -%d}, {name: c, port: 80, weight: 9223372036854775807}]}, `)),
	"hosts":               virtualServices(8, times(2000, "h%d.example.com, "), times(1000, "g%d, "), times(300, "{route: [{destination: {host: a}}]}, ")),
	"wildcards":           virtualServices(8, times(3000, `"*.h%d.example.com", `), "", times(10, "{route: [{destination: {host: a}}]}, ")),
	"delegates": virtualServices(3, "a.example.com", "g", times(500, "{match: [{uri: {exact: /%d}}], delegate: {name: rest}}, ")) +
		"---\n{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: rest}, spec: {http: [" + times(500, "{match: [{headers: {x: {exact: v%d}}}], route: [{destination: {host: a}}]}, ") + "]}}\n",
	"paths of ingresses": ingresses(6, 1000),
	"ports":              times(8, "---\n{apiVersion: v1, kind: Service, metadata: {name: s%d}, spec: {selector: {app: a}, ports: ["+times(2000, "{port: %d}, ")+"]}}\n") + workloads,
	"template": `---
{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {selector: {app: a}, ports: [{port: 80}]}}
` + strings.Replace(workloads, "labels: {app: a}}, spec", "labels: {app: a}, annotations: {"+times(20000, "k%d: x, ")+"z@: x}}, spec", 1),
	"listeners": "---\n{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: g}, spec: {listeners: [{name: all, protocol: HTTP, port: 80}, " +
		times(63, "{name: l%d, protocol: HTTP, port: 80, hostname: '*.n@.example.com'}, ") + "]}}\n" +
		times(3000, "---\n{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: r%d}, spec: {parentRefs: [{name: g, sectionName: all}], hostnames: [h%d.n3.example.com, h%d.n4.example.com], rules: [{backendRefs: [{name: a, port: 80}]}]}}\n") + workloads,
	"labels": "---\n{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {selector: {" + times(3000, "l%d: x, ") + "}, ports: [{port: 80}]}}\n" + workloads,
}

const workloads = "---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {replicas: @, selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: c, image: \"i:@\"}]}}}}\n"

func times(n int, format string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(format, "%d", fmt.Sprint(i+1)))
	}
	return b.String()
}

func routes(n int, parents, rules string) string {
	var b strings.Builder
	for i := range n {
		if parents == "" {
			parents = "{name: g}"
		}
		fmt.Fprintf(&b, "---\n{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: r%d, labels: {x: x@}}, spec: {parentRefs: [%s], rules: [%s]}}\n", i, parents, rules)
	}
	return b.String() + workloads
}

func virtualServices(n int, hosts, gateways, http string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "---\n{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: r%d, labels: {x: x@}}, spec: {hosts: [%s], gateways: [%s], http: [%s]}}\n", i, hosts, gateways, http)
	}
	return b.String() + workloads
}

func ingresses(n, paths int) string {
	var b strings.Builder
	for i := range n {
		canary := ""
		if i%2 == 1 {
			canary = `annotations: {nginx.ingress.kubernetes.io/canary: "true", nginx.ingress.kubernetes.io/canary-weight: "@"}, `
		}
		fmt.Fprintf(&b, "---\n{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {%sname: r%d, labels: {x: x@}}, spec: {rules: [{http: {paths: [%s]}}]}}\n",
			canary, i, times(paths, fmt.Sprintf("{path: /p%%d, pathType: Prefix, backend: {service: {name: s%d, port: {number: 80}}}}, ", i)))
	}
	return b.String() + workloads
}

// longest is how long a hostile edge may take, on a machine that others use too:
// a few seconds on one that they do not.
const longest = 30 * time.Second

// TestHostile checks edges between states that are made to cost much. What is
// too much is not looked at, and that is said.
func TestHostile(t *testing.T) {
	golden.Long(t)
	for name, text := range hostile {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			var states [2]cluster.State
			for i, n := range []string{"3", "4"} {
				objects, found := kube.Parse("state.yaml", []byte(strings.ReplaceAll(text, "@", n)))
				require.Empty(t, found)
				states[i] = cluster.NewState(router, objects)
			}
			found := verify.Check(states[0], "from")
			found = append(found, verify.Edge{Name: "edge", From: states[0], To: states[1]}.Check()...)
			require.Less(t, time.Since(start), longest)
			if len(states[0].Rules) == 0 {
				require.Contains(t, golden.Lines(found), "[state-size]")
			}
		})
	}
}
