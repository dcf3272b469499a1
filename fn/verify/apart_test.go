package verify_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
)

// twoClusters is a world of two clusters: the pods in each, and how records in the first
// share the requests between them.
type twoClusters struct {
	pods    [2]int // -1: no Deployment
	weights [2]int
}

var clusterNames = [2]string{"west", "east"}

// objects are the manifests of a world. Requests come in at a Service of type LoadBalancer
// in each, or through an Ingress, whose address the records say.
func (w twoClusters) objects(t *testing.T, ingress bool) []kube.Object {
	t.Helper()
	var all []kube.Object
	in := func(cluster, text string) {
		objects, found := kube.Parse(cluster+".yaml", []byte(text))
		require.Empty(t, found)
		for i := range objects {
			objects[i].Cluster = cluster
		}
		all = append(all, objects...)
	}
	kind, names, located := "type: LoadBalancer, ", ", external-dns.kubernetes.io/hostname: CLUSTER.example.net", ""
	if ingress {
		kind, names, located = "", "", `, annotations: {cutover.dev/clusters: "west.example.net=west,east.example.net=east"}`
	}
	for i, c := range clusterNames {
		in(c, strings.ReplaceAll(`
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, annotations: {cutover.dev/accept: request-gone`+names+`}}
spec: {`+kind+`selector: {app: web}, ports: [{port: 443, targetPort: 8402}]}
`, "CLUSTER", c))
		if ingress {
			in(c, `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec:
  ingressClassName: haproxy
  rules:
  - host: shop.example.com
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 443}}}}]}
`)
		}
		if w.pods[i] >= 0 {
			in(c, fmt.Sprintf(`
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: %d
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:1", readinessProbe: {tcpSocket: {port: 8402}}}]}
`, w.pods[i]))
		}
	}
	records := ""
	for i, c := range clusterNames {
		records += fmt.Sprintf(`
  - {dnsName: shop.example.com, recordType: CNAME, recordTTL: 60, setIdentifier: %s, targets: [%s.example.net], providerSpecific: [{name: aws/weight, value: "%d"}]}`,
			c, c, w.weights[i])
	}
	in(clusterNames[0], "apiVersion: externaldns.k8s.io/v1alpha1\nkind: DNSEndpoint\nmetadata: {name: shop, namespace: shop"+located+"}\nspec:\n  endpoints:"+records+"\n")
	return all
}

// loses reports whether some mix of what is applied loses requests: each Deployment and the
// records are as before or after, whatever the others are.
func loses(from, to twoClusters) bool {
	for mix := range 8 {
		at := from
		if mix&1 != 0 {
			at.weights = to.weights
		}
		for i := range at.pods {
			if mix&(2<<i) != 0 {
				at.pods[i] = to.pods[i]
			}
			if at.weights[i] > 0 && at.pods[i] <= 0 {
				return true
			}
		}
	}
	return false
}

// TestApartOrderFree: the verdict over two clusters is that of brute force over every mix
// of what their agents have applied, in every world of a small kind.
func TestApartOrderFree(t *testing.T) {
	var worlds []twoClusters
	for _, a := range []int{-1, 0, 2} {
		for _, b := range []int{-1, 0, 2} {
			for _, weights := range [][2]int{{100, 0}, {50, 50}, {0, 100}} {
				worlds = append(worlds, twoClusters{[2]int{a, b}, weights})
			}
		}
	}
	for _, ingress := range []bool{false, true} {
		states := make([]cluster.State, len(worlds))
		for i, w := range worlds {
			states[i] = cluster.NewState(router, w.objects(t, ingress))
			require.Equal(t, loses(w, w), schemas.Failed(verify.Check(states[i], "")), "%v at rest, ingress %v", w, ingress)
		}
		for i, from := range worlds {
			for j, to := range worlds {
				if i == j || loses(from, from) || loses(to, to) {
					continue // at rest
				}
				found := verify.Edge{From: states[i], To: states[j]}.Check()
				require.Equal(t, loses(from, to), schemas.Failed(found), "%v → %v, ingress %v: %v", from, to, ingress, found)
			}
		}
	}
}

// oneMesh is a world of two clusters of one mesh. Service 0 may stand in both, Service 1 in
// east alone; a route in each cluster shares requests between the two.
type oneMesh struct {
	there   [2][2]bool // by Service and cluster
	pods    [2][2]int
	weights [2][2]int // by cluster
}

// objects are the manifests of a world; over says how the route of a cluster names Services.
func (w oneMesh) objects(t *testing.T, over func(cluster string, weights [2]int) string) []kube.Object {
	t.Helper()
	var all []kube.Object
	for c, name := range clusterNames {
		text := over(name, w.weights[c])
		for s, there := range w.there {
			if there[c] {
				text += fmt.Sprintf("---\napiVersion: v1\nkind: Service\nmetadata: {name: web-%d, namespace: shop, annotations: {cutover.dev/accept: request-gone}}\n"+
					"spec: {selector: {app: web-%d}, ports: [{port: 443, targetPort: 8402}]}\n", s, s)
			}
			text += fmt.Sprintf(`---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web-%d, namespace: shop}
spec:
  replicas: %d
  selector: {matchLabels: {app: web-%d}}
  template:
    metadata: {labels: {app: web-%d}}
    spec: {containers: [{name: web, image: "web:%d", readinessProbe: {tcpSocket: {port: 8402}}}]}
`, s, w.pods[s][c], s, s, s)
		}
		objects, found := kube.Parse(name+".yaml", []byte(text))
		require.Empty(t, found)
		for i := range objects {
			objects[i].Cluster = name
		}
		all = append(all, objects...)
	}
	return all
}

// capacity is for how many requests there are pods, where they come in; 0: some are lost.
func (w oneMesh) capacity(cluster int) float64 {
	least := math.Inf(1)
	for s, weight := range w.weights[cluster] {
		pods := 0
		for c, there := range w.there[s] {
			if there {
				pods += w.pods[s][c]
			}
		}
		if weight > 0 {
			least = min(least, float64(100*pods)/float64(weight))
		}
	}
	return least
}

// loses reports whether some mix of what is applied answers less than both ends do.
func (w oneMesh) loses(to oneMesh) bool {
	var moves []func(at *oneMesh)
	for a := range 2 {
		moves = append(moves, func(at *oneMesh) { at.weights[a] = to.weights[a] })
		for b := range 2 {
			moves = append(moves, func(at *oneMesh) { at.there[a][b] = to.there[a][b] }, func(at *oneMesh) { at.pods[a][b] = to.pods[a][b] })
		}
	}
	for mix := range 1 << len(moves) {
		at := w
		for i, move := range moves {
			if mix&(1<<i) != 0 {
				move(&at)
			}
		}
		for c := range clusterNames {
			if at.capacity(c) < max(min(w.capacity(c), to.capacity(c)), 1) {
				return true
			}
		}
	}
	return false
}

// oneMeshes are worlds in which the routes of the clusters differ, and such in which one
// Service stands in both. Where none stands anywhere, nobody knows what there is.
func oneMeshes() []oneMesh {
	var all []oneMesh
	weights := [][2]int{{100, 0}, {50, 50}, {0, 100}}
	for state := range 64 {
		if state&7 == 0 {
			continue
		}
		w := oneMesh{there: [2][2]bool{{state&1 != 0, state&2 != 0}, {false, state&4 != 0}}}
		w.pods = [2][2]int{{state & 8 / 4, state & 16 / 8}, {0, state & 32 / 16}}
		for _, west := range weights {
			for _, east := range weights {
				if w.weights = [2][2]int{west, east}; west == east || state&18 == 0 {
					all = append(all, w)
				}
			}
		}
	}
	return all
}

// TestMeshOrderFree: the verdict over two clusters of one mesh is that of brute force over
// every mix of what their agents have applied. Where a Service stands in both, how its pods
// share requests is listed as not judged.
func TestMeshOrderFree(t *testing.T) {
	in := func(_ string, weights [2]int) string {
		return fmt.Sprintf(`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: shop, annotations: {cutover.dev/clusters: "east,west"}}
spec:
  hosts: [shop.example.com]
  gateways: [edge/public]
  http:
  - route:
    - {destination: {host: web-0, port: {number: 443}}, weight: %d}
    - {destination: {host: web-1.shop.svc.cluster.local, port: {number: 443}}, weight: %d}
`, weights[0], weights[1])
	}
	orderFree(t, oneMeshes(), in)
}

// orderFree compares the verdict over every pair of some worlds with brute force.
func orderFree(t *testing.T, worlds []oneMesh, over func(string, [2]int) string) {
	t.Helper()
	var rest []oneMesh
	var states []cluster.State
	for _, w := range worlds {
		s := cluster.NewState(router, w.objects(t, over))
		require.Equal(t, w.loses(w), schemas.Failed(verify.Check(s, "")), "%v at rest", w)
		shared := slices.ContainsFunc(s.Unread, func(u route.Unread) bool { return strings.Contains(u.Why, "how they share them is not judged") })
		require.Equal(t, w.there[0] == [2]bool{true, true}, shared, "%v: %v", w, s.Unread)
		if !w.loses(w) {
			rest, states = append(rest, w), append(states, s)
		}
	}
	require.Greater(t, len(rest), 40)
	lost := 0
	for i, from := range rest {
		for j, to := range rest {
			if i == j {
				continue
			}
			found := verify.Edge{From: states[i], To: states[j]}.Check()
			if from.loses(to) {
				lost++
			}
			require.Equal(t, from.loses(to), schemas.Failed(found), "%v → %v: %v", from, to, found)
		}
	}
	require.Greater(t, lost, 100)
}
