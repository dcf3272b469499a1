package scenario

import (
	"fmt"
	"strings"
)

// router is how an application is reached.
type router struct {
	options string // of the traffic entry
	route   string // what people write before they have a Release
}

// routers are those of the rig: Traefik plays all three.
var routers = map[string]router{
	"gatewayAPI": {
		options: "{gateways: [infra/public]}",
		route: `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop, namespace: NS}
spec:
  parentRefs: [{name: public, namespace: infra}]
  hostnames: [NS.example.com]
  rules: [{backendRefs: [{name: shop, port: 80}]}]
`,
	},
	"traefik": {
		options: "{entryPoints: [web]}",
		route: "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: shop, namespace: NS}\nspec:\n  entryPoints: [web]\n" +
			"  routes: [{match: \"Host(`NS.example.com`)\", kind: Rule, services: [{name: shop, port: 80}]}]\n",
	},
	"istio":   {options: "{gateways: [mesh]}"},
	"service": {options: "{}"}, // no router: clients in the cluster
	"overlap": {options: "{switch: overlap}"},
	"ingressNginx": {
		options: "{class: nginx}",
		route: `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: NS}
spec:
  ingressClassName: nginx
  rules: [{host: NS.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: shop, port: {number: 80}}}}]}}]
`,
	},
}

const workload = `apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: NS}
spec:
  REPLICAS
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      terminationGracePeriodSeconds: 20
      containers:
      - name: shop
        image: example.com/shop:1
        ports: [{name: http, containerPort: 8080}]
        readinessProbe: {httpGet: {path: /ready, port: http}}
        lifecycle: {preStop: {sleep: {seconds: 2}}}
---
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: NS}
spec:
  selector: {app: shop}
  ports: [{name: http, port: 80, targetPort: http}]
`

const autoscaler = `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: shop, namespace: NS}
spec:
  minReplicas: 2
  maxReplicas: 4
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]
`

// files are what a person has written: manifests and Releases. They are all in a
// namespace of their own, and so are their hosts.
func (s Scenario) files(namespace string) map[string]string {
	text := strings.Replace(workload, "REPLICAS", "replicas: 3", 1)
	if s.Scaled {
		text = strings.Replace(workload, "  REPLICAS\n", "", 1) + autoscaler
	}
	if s.Router == "istio" { // a client of gRPC needs no preStop hook, but Istio the name of the protocol
		text = strings.ReplaceAll(text, "{name: http, port: 80", "{name: grpc, port: 80")
	}
	all := map[string]string{"base/shop.yaml": text, "release.yaml": s.release("shop", "NS")}
	if s.Begin == "plain" {
		all["base/route.yaml"] = routers[s.Router].route
	}
	if s.Second {
		all["base/cart.yaml"] = strings.ReplaceAll(strings.Replace(workload, "REPLICAS", "replicas: 2", 1), "shop", "cart")
		all["cart.yaml"] = strings.ReplaceAll(Scenario{Router: s.Router}.release("shop", "cart.NS"), "shop", "cart")
	}
	for name := range all {
		all[name] = strings.ReplaceAll(all[name], "NS", namespace)
	}
	return all
}

func (s Scenario) release(name, host string) string {
	var strategy []string
	if s.Steps != "" {
		strategy = append(strategy, "steps: "+s.Steps)
	}
	if s.Preview {
		hosts := "hosts: [next.NS.example.com], "
		if s.Router == "istio" {
			hosts = ""
		}
		strategy = append(strategy, `preview: {`+hosts+`match: [{headers: {x-preview: "1"}}]}`)
	}
	stage := s.Begin
	if stage == "" {
		stage = "stable"
	}
	work := ""
	if s.Jobs {
		work = "  jobs: " + jobs + "\n"
	}
	if s.Metrics {
		work += "  analysis: {metrics: {errors: {max: 5%}, latency: {quantile: 95%, max: 1s}}}\n"
	}
	return fmt.Sprintf(release, name, name, stage, strings.Join(strategy, ", "), work, s.traffic(host))
}

// traffic is the one entry of spec.traffic.
func (s Scenario) traffic(host string) string {
	options := routers[s.Router].options
	switch {
	case s.routerless():
		return "{provider: service, options: " + options + "}"
	case s.Router == "istio":
		return "{provider: istio, port: grpc, protocol: grpc, options: " + options + "}"
	case s.Begin == "plain":
		return fmt.Sprintf("{provider: %s, route: {kind: %s, name: shop}, options: %s}", s.Router, kindOf[s.Router], options)
	}
	return fmt.Sprintf("{provider: %s, hosts: [%s.example.com], options: %s}", s.Router, host, options)
}

// jobs are those of a release that has some.
const jobs = `{expand: {phase: expand, image: "example.com/migrate:1", args: [expand]}, ` +
	`smoke: {at: shift-50, command: [shop, smoke-test]}, contract: {phase: contract, image: "example.com/migrate:1", args: [contract]}}`

// routerless reports whether there are only Services.
func (s Scenario) routerless() bool { return s.Router == "service" || s.Router == "overlap" }

const release = `apiVersion: cutover.dev/v1alpha1
kind: Release
metadata: {name: %s, namespace: NS}
spec:
  workload: %s
  live: blue
  tracks:
    blue: {image: "example.com/shop:1"}
  stage: %s
  strategy: {%s}
%s  traffic:
  - %s
`

var kindOf = map[string]string{"gatewayAPI": "HTTPRoute", "traefik": "IngressRoute", "ingressNginx": "Ingress"}
