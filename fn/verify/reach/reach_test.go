package reach_test

import (
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/reach"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/routers"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
)

// world has a route with two paths to two Services, a Service that clients call by its
// name, pods that nobody sends requests, and what hangs on these.
const world = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec: {gatewayClassName: c, infrastructure: {parametersRef: {group: g, kind: Proxy, name: tuned}}, listeners: [{name: web, port: 8100, protocol: HTTP}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop, namespace: shop}
spec:
  parentRefs: [{name: edge}]
  hostnames: [shop.example.com]
  rules:
  - matches: [{path: {type: PathPrefix, value: /cart}}]
    filters: [{type: ExtensionRef, extensionRef: {group: g, kind: Login, name: people}}]
    backendRefs: [{name: cart, port: 8301}]
  - matches: [{path: {type: PathPrefix, value: /pay}}]
    backendRefs: [{name: pay, port: 8302}]
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {selector: {app: cart}, ports: [{port: 8301}]}
---
apiVersion: v1
kind: Service
metadata: {name: pay, namespace: shop}
spec: {selector: {app: pay}, ports: [{port: 8302}]}
---
apiVersion: v1
kind: Service
metadata: {name: stock, namespace: shop}
spec: {selector: {app: stock}, ports: [{port: 8303}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart-pods, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec: {serviceAccountName: clerk, containers: [{name: a, image: "a:1", envFrom: [{configMapRef: {name: words}}]}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: stock-pods, namespace: shop}
spec:
  selector: {matchLabels: {app: stock}}
  template:
    metadata: {labels: {app: stock, tier: back}}
    spec: {containers: [{name: a, image: "a:1", envFrom: [{configMapRef: {name: words}}]}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: idle-pods, namespace: shop}
spec:
  selector: {matchLabels: {app: idle}}
  template:
    metadata: {labels: {app: idle}}
    spec: {containers: [{name: a, image: "a:1"}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: words, namespace: shop}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: nobodys, namespace: shop}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: clerk, namespace: shop}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: clerks, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: clerk, namespace: shop}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: shop}
---
apiVersion: g/v1
kind: Login
metadata: {name: people, namespace: shop}
---
apiVersion: g/v1
kind: Proxy
metadata: {name: tuned, namespace: shop}
---
apiVersion: g/v1
kind: Retries
metadata: {name: often, namespace: shop}
spec: {targetRefs: [{group: "", kind: Service, name: pay}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: back, namespace: shop}
spec: {podSelector: {matchLabels: {tier: back}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: shut, namespace: shop}
spec: {podSelector: {}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: more, namespace: shop}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: stock-pods}}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: near, namespace: shop}
spec: {host: stock.shop.svc.cluster.local}
---
apiVersion: strange.example.org/v1
kind: Way
metadata: {name: away, namespace: shop}
spec: {hosts: [way.example.com]}
---
apiVersion: strange.example.org/v1
kind: Way
metadata: {name: traefiks, namespace: shop}
spec: {routes: [{match: "Host(` + "`t.example.com`" + `)"}]}
---
apiVersion: g/v1
kind: Retries
metadata: {name: others, namespace: other}
spec: {targetRefs: [{group: "", kind: Service, name: stock, namespace: shop}]}
`

// TestRequests: each row has an object of the world, and the requests that it may touch.
func TestRequests(t *testing.T) {
	objects, found := kube.Parse("world.yaml", []byte(world))
	require.Empty(t, found)
	state := cluster.NewState(cluster.Router{Providers: routers.Table}, objects)
	for _, c := range []struct{ kind, name, want string }{
		{"HTTPRoute", "shop", "shop.example.com/cart and shop.example.com/pay"},
		{"Gateway", "edge", "shop.example.com/cart and shop.example.com/pay"},
		{"Proxy", "tuned", "shop.example.com/cart and shop.example.com/pay"},
		{"Login", "people", "shop.example.com/cart and shop.example.com/pay"},
		{"Service", "cart", "shop.example.com/cart"},
		{"Service", "stock", "Service stock"},
		{"Deployment", "cart-pods", "shop.example.com/cart"},
		{"Deployment", "stock-pods", "Service stock"},
		{"Deployment", "idle-pods", ""},
		{"ConfigMap", "words", "shop.example.com/cart and Service stock"},
		{"ConfigMap", "nobodys", ""},
		{"ServiceAccount", "clerk", "shop.example.com/cart"},
		{"RoleBinding", "clerks", "shop.example.com/cart"},
		{"Role", "reader", "shop.example.com/cart"},
		{"Retries", "often", "shop.example.com/pay"},
		{"Retries", "others", "Service shop/stock"},
		{"NetworkPolicy", "back", "Service stock"},
		{"NetworkPolicy", "shut", "all of namespace shop"},
		{"HorizontalPodAutoscaler", "more", "Service stock"},
		{"DestinationRule", "near", "Service stock"},
		{"Way", "away", "way.example.com"},
		{"Way", "traefiks", "t.example.com"},
	} {
		for _, o := range objects {
			if o.Kind == c.kind && o.Name == c.name {
				require.Equal(t, c.want, schemas.And(reach.Requests(o, state, state)), "%s %s", c.kind, c.name)
			}
		}
	}
}

// TestFew: of many hosts and paths the first few are named.
func TestFew(t *testing.T) {
	rule := func(path string) string {
		return "{path: " + path + ", pathType: Prefix, backend: {service: {name: web, port: {number: 8301}}}}"
	}
	ingress := func(paths ...string) string {
		var rules []string
		for _, host := range []string{"a", "b", "c", "d", "e"} {
			rules = append(rules, "{host: "+host+".example.com, http: {paths: ["+strings.Join(paths, ", ")+"]}}")
		}
		return "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web, namespace: shop}\n" +
			"spec: {ingressClassName: nginx, rules: [" + strings.Join(rules, ", ") + "]}\n"
	}
	for _, c := range []struct{ ingress, want string }{
		{ingress(rule("/x"), rule("/y")), "a.example.com/x, a.example.com/y, b.example.com/x and 7 more"},
		{ingress(rule("/x"), rule("/")), "a.example.com, b.example.com, c.example.com and 2 more"},
		{ingress(rule("/r"), rule("/s"), rule("/t"), rule("/u")), "a.example.com, b.example.com, c.example.com and 2 more"},
	} {
		objects, found := kube.Parse("a.yaml", []byte(c.ingress))
		require.Empty(t, found)
		state := cluster.NewState(cluster.Router{Providers: routers.Table}, objects)
		require.Equal(t, c.want, schemas.And(reach.Requests(objects[0], state)))
	}
}
