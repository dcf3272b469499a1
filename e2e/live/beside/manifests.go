package beside

// application is what everybody begins with: pods that serve behind a route. The hook is a
// command because Flagger loses one that sleeps.
const application = `apiVersion: v1
kind: Namespace
metadata: {name: NS}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      terminationGracePeriodSeconds: 20
      containers:
      - name: shop
        image: ` + first + `
        ports: [{name: http, containerPort: 8080}]
        readinessProbe: {httpGet: {path: /ready, port: http}}
        lifecycle: {preStop: {exec: {command: [sleep, "2"]}}}
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec:
  selector: {app: shop}
  ports: [{name: http, port: 80, targetPort: http}]
---
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: shop}
spec:
  entryPoints: [web]
  routes: [{match: "Host(` + "`NS.example.com`" + `)", kind: Rule, services: [{name: shop, port: 80}]}]
`

// weighted is the route once a TraefikService shares the requests out.
const weighted = `apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: shop}
spec:
  entryPoints: [web]
  routes: [{match: "Host(` + "`NS.example.com`" + `)", kind: Rule, services: [{name: shop, kind: TraefikService}]}]
`
