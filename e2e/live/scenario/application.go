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
	"dns":     {options: "{weights: route53, ttl: 1s, sync: 1s, targets: {blue: " + westName + ", green: " + eastName + "}, cluster: west}"},
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
	for _, app := range s.apps()[1:] {
		all["base/"+app+".yaml"] = strings.ReplaceAll(strings.Replace(workload, "REPLICAS", "replicas: 2", 1), "shop", app)
	}
	switch {
	case s.Second:
		all["cart.yaml"] = s.member("cart")
	case s.Set:
		all["release.yaml"] = s.set()
	case s.Spaces:
		all["base/shop.yaml"] = spread(text)
		all["base/namespaces.yaml"] = spaces
	case s.East != "":
		all["base/shop.yaml"] = strings.Replace(text, bare, accepted("request-gone"), 1)
		all["base/route.yaml"] = routers[s.Front].route
	}
	for name := range all {
		all[name] = strings.ReplaceAll(all[name], "NS", namespace)
	}
	return all
}

// apps are the applications of a scenario. All have shop.
func (s Scenario) apps() []string {
	switch {
	case s.Set:
		return []string{"shop", "cart", "mail"}
	case s.Second:
		return []string{"shop", "cart"}
	}
	return []string{"shop"}
}

// member is the Release of another application than shop.
func (s Scenario) member(app string) string {
	other := Scenario{Router: s.Router}
	switch {
	case app == "mail":
		other.Router = "service"
	case s.Set:
		other.Steps = "[50]"
	}
	return strings.ReplaceAll(other.release("shop", "cart.NS"), "shop", app)
}

// set is a ReleaseSet of all applications.
func (s Scenario) set() string {
	var b strings.Builder
	b.WriteString("apiVersion: cutover.dev/v1alpha1\nkind: ReleaseSet\nmetadata: {name: all}\ntogether: true\nitems:\n")
	for _, app := range s.apps() {
		text := s.release("shop", "NS")
		if app != "shop" {
			text = s.member(app)
		}
		b.WriteString("- " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ") + "\n")
	}
	return b.String()
}

// homes are the namespaces of a scenario.
func (s Scenario) homes(namespace string) []string {
	if s.Spaces {
		return []string{namespace, namespace + "-blue", namespace + "-green"}
	}
	return []string{namespace}
}

// Names of what stands in front of each cluster: nobody else in the rig has them.
const (
	westName = "lb-west.example.net"
	eastName = "lb-east.example.net"
)

// bare is the Service before anything is said of it.
const bare = "kind: Service\nmetadata: {name: shop, namespace: NS}"

// accepted is the Service of which somebody knows what a finding says.
func accepted(finding string) string {
	return "kind: Service\nmetadata: {name: shop, namespace: NS, annotations: {cutover.dev/accept: " + finding + "}}"
}

const spaces = "apiVersion: v1\nkind: Namespace\nmetadata: {name: NS-blue}\n---\n" +
	"apiVersion: v1\nkind: Namespace\nmetadata: {name: NS-green}\n"

// spread is the application with what has to go along to another namespace, and a Service
// whose address nobody has.
func spread(text string) string {
	text = strings.Replace(text, bare, accepted("apex-gap"), 1)
	return strings.Replace(text, "      containers:\n      - name: shop\n",
		"      serviceAccountName: shop\n      containers:\n      - name: shop\n        envFrom: [{configMapRef: {name: shop}}]\n", 1) + along
}

const along = `---
apiVersion: v1
kind: ServiceAccount
metadata: {name: shop, namespace: NS}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: shop, namespace: NS}
data: {CURRENCY: EUR}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: shop, namespace: NS}
spec:
  podSelector: {matchLabels: {app: shop}}
  policyTypes: [Ingress]
  ingress: [{from: [{podSelector: {matchLabels: {calls: shop}}}, {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: infra}}}]}]
`

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
	return fmt.Sprintf(release, name, name, s.tracks(), stage, strings.Join(strategy, ", "), work, s.traffic(host))
}

// tracks is spec.tracks.
func (s Scenario) tracks() string {
	if s.Spaces {
		return `{blue: {image: "example.com/shop:1", namespace: NS-blue}, green: {namespace: NS-green}}`
	}
	if s.East != "" {
		return `{blue: {image: "example.com/shop:1", cluster: west}, green: {cluster: east}}`
	}
	return "\n    blue: {image: \"example.com/shop:1\"}"
}

// traffic is the one entry of spec.traffic.
func (s Scenario) traffic(host string) string {
	options := routers[s.Router].options
	if s.Spaces && s.Router == "traefik" {
		options = strings.Replace(options, "{", "{allowCrossNamespace: true, ", 1)
	}
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
  tracks: %s
  stage: %s
  strategy: {%s}
%s  traffic:
  - %s
`

var kindOf = map[string]string{"gatewayAPI": "HTTPRoute", "traefik": "IngressRoute", "ingressNginx": "Ingress"}
