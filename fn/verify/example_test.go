package verify_test

import (
	"fmt"

	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/routers"
	"github.com/cutoverdev/cutover/schemas"
)

// A Service that moves to pods which start in the same commit: until they are ready
// nobody answers.
func ExampleEdge_Check() {
	state := func(version string) cluster.State {
		objects, _ := kube.Parse("shop.yaml", []byte(`
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart-`+version+`, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: cart, version: `+version+`}}
  template:
    metadata: {labels: {app: cart, version: `+version+`}}
    spec: {containers: [{name: cart, image: "cart:`+version+`"}]}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {selector: {app: cart, version: `+version+`}, ports: [{port: 80}]}
`))
		return cluster.NewState(cluster.Router{Providers: routers.Table}, objects)
	}
	edge := verify.Edge{Name: "v1 → v2", From: state("v1"), To: state("v2")}
	for _, f := range edge.Check() {
		if f.Severity == schemas.Error {
			fmt.Println(f.ID+":", f.Message)
		}
	}
	// Output:
	// apex-empty: v1 → v2: all requests to Service cart.shop.svc:80 are refused: Service cart has no ready pods if Deployment/shop/cart-v1 (removed) is applied before Service/shop/cart
}
