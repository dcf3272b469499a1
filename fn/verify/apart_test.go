package verify_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
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
