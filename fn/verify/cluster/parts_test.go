package cluster

import (
	"fmt"
	"testing"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/routers"
	"github.com/stretchr/testify/require"
)

const (
	webPods = `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {matchLabels: {app: web}}, ` +
		`template: {metadata: {labels: {app: web, part: shop}}}}}`
	httpRoute = `{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: %s, namespace: shop}, spec: {parentRefs: [{name: edge}], ` +
		`hostnames: [%s], rules: [{backendRefs: [{name: %s, port: 80}]}]}}`
)

// TestPartsNear: each row has what one group holds, what another does, and whether the
// two can have to do with each other. It is so from both sides.
func TestPartsNear(t *testing.T) {
	for _, c := range []struct {
		name, one, other string
		near             bool
	}{
		{"nothing", webPods, `{apiVersion: v1, kind: Service, metadata: {name: cart}, spec: {selector: {app: cart}}}`, false},
		{"a name", `{apiVersion: v1, kind: Service, metadata: {name: web}}`, fmt.Sprintf(httpRoute, "cart", "cart.example.com", "web"), true},
		{
			"a host in the cluster", `{apiVersion: v1, kind: Service, metadata: {name: web}}`,
			`{apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: {name: r}, spec: {host: web.shop.svc.cluster.local}}`, true,
		},
		{"the same host", fmt.Sprintf(httpRoute, "a", "x.example.com", "a"), fmt.Sprintf(httpRoute, "b", "x.example.com", "b"), true},
		{"another host", fmt.Sprintf(httpRoute, "a", "x.example.com", "a"), fmt.Sprintf(httpRoute, "b", "y.example.com", "b"), false},
		{"a wildcard", fmt.Sprintf(httpRoute, "a", "x.y.example.com", "a"), fmt.Sprintf(httpRoute, "b", `"*.example.com"`, "b"), true},
		{"two wildcards", fmt.Sprintf(httpRoute, "a", `"*.y.example.com"`, "a"), fmt.Sprintf(httpRoute, "b", `"*.example.com"`, "b"), true},
		{"another wildcard", fmt.Sprintf(httpRoute, "a", "x.example.com", "a"), fmt.Sprintf(httpRoute, "b", `"*.x.example.com"`, "b"), false},
		{"every host", fmt.Sprintf(httpRoute, "a", "x.example.com", "a"), fmt.Sprintf(httpRoute, "b", "", "b"), true},
		{"a selector", webPods, `{apiVersion: v1, kind: Service, metadata: {name: all}, spec: {selector: {part: shop}}}`, true},
		{"half a selector", webPods, `{apiVersion: v1, kind: Service, metadata: {name: all}, spec: {selector: {part: shop, app: x}}}`, false},
		{"no selector", webPods, `{apiVersion: v1, kind: Service, metadata: {name: all}, spec: {selector: {}}}`, false},
		{"any pod", webPods, `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: all}, spec: {podSelector: {}}}`, true},
		{
			"a namespace that is called so", `{apiVersion: v1, kind: Service, metadata: {name: shop}}`,
			`{apiVersion: v1, kind: Service, metadata: {name: cart, namespace: shop}}`, false,
		},
	} {
		one, other := parsed(t, c.one), parsed(t, c.other)
		for _, sides := range [][2][]kube.Object{{one, other}, {other, one}} {
			near, all := NewParts(Router{Providers: routers.Table}, [][]kube.Object{sides[0]}).Near(sides[1])
			require.Equal(t, c.near, all || len(near) == 1, c.name)
		}
	}
}

func parsed(t *testing.T, text string) []kube.Object {
	t.Helper()
	objects, found := kube.Parse("x.yaml", []byte(text))
	require.Empty(t, found)
	return objects
}
