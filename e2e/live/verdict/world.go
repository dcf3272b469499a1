package verdict

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// world is a state made by chance: some workloads with a Service each, and routes to them.
type world struct {
	services []service
	routes   []object
}

// service is a Service; and a Deployment of the same name, if it has pods.
type service struct {
	name, selects string // whose pods
	pods          int    // of its Deployment; -1: there is none
	port          int
}

// object is one object of a router.
type object struct {
	name, host string
	rules      []rule
}

// rule sends requests to Services by weights.
type rule struct {
	path   string
	exact  bool
	header bool // only requests with x-canary: "1"
	shares []share
}

type share struct {
	service string
	weight  int
}

// What chance picks from.
var (
	worldHosts = []string{"shop.example.com", "shop.example.com", "cart.example.com", "*.example.com"}
	worldPaths = []string{"/", "/", "/cart", "/cart/items", "/help"}
	worldNames = []string{"ash", "birch", "cedar"}
)

// Worlds are so many edges between worlds of chance behind a router, the same for each
// seed: a world, and what one to three changes make of it.
func Worlds(router string, n int, seed uint64) []Edge {
	var all []Edge
	for i := range n {
		r := rand.New(rand.NewPCG(seed, uint64(i))) //nolint:gosec // to be repeated
		from := chance(r, router)
		to := from.clone()
		for range 1 + r.IntN(3) {
			changes[r.IntN(len(changes))](r, router, &to)
		}
		all = append(all, Edge{fmt.Sprintf("%s random %d", router, i), from.text(router), to.text(router), true})
	}
	return all
}

// chance makes a world in which all Services have pods.
func chance(r *rand.Rand, router string) world {
	var w world
	for _, name := range worldNames {
		w.services = append(w.services, service{name, name, 1 + r.IntN(2), 8010 + r.IntN(2)})
	}
	for i := range 1 + r.IntN(3) {
		w.routes = append(w.routes, w.anyRoute(r, router, i))
	}
	return w
}

func (w world) anyRoute(r *rand.Rand, router string, n int) object {
	made := object{name: fmt.Sprintf("route-%d", n), host: pick(r, worldHosts)}
	for range 1 + r.IntN(2) {
		made.rules = append(made.rules, w.anyRule(r, router))
	}
	return made
}

// anyRule is a rule to one or two Services. An Ingress has no headers of its own.
func (w world) anyRule(r *rand.Rand, router string) rule {
	made := rule{path: pick(r, worldPaths), exact: r.IntN(4) == 0, header: router != "ingressNginx" && r.IntN(4) == 0}
	first := r.IntN(len(w.services))
	made.shares = []share{{w.services[first].name, 100}}
	if r.IntN(2) == 0 {
		second := (first + 1 + r.IntN(len(w.services)-1)) % len(w.services)
		weight := pick(r, []int{0, 10, 50, 90})
		made.shares = []share{{w.services[first].name, 100 - weight}, {w.services[second].name, weight}}
	}
	return made
}

func pick[T any](r *rand.Rand, all []T) T { return all[r.IntN(len(all))] }

// changes are what people do to a state, right or wrong.
var changes = []func(r *rand.Rand, router string, w *world){
	func(r *rand.Rand, _ string, w *world) { // other weights
		rule := w.someRule(r)
		if rule != nil && len(rule.shares) == 2 {
			rule.shares[0].weight = pick(r, []int{0, 25, 75, 100})
			rule.shares[1].weight = 100 - rule.shares[0].weight
		}
	},
	func(r *rand.Rand, _ string, w *world) { // another Service
		if rule := w.someRule(r); rule != nil {
			rule.shares = []share{{pick(r, append(slices.Clone(worldNames), "dogwood")), 100}}
		}
	},
	func(r *rand.Rand, router string, w *world) { // a rule more
		if len(w.routes) > 0 {
			route := &w.routes[r.IntN(len(w.routes))]
			route.rules = append(route.rules, w.anyRule(r, router))
		}
	},
	func(r *rand.Rand, _ string, w *world) { // a rule less, or its route
		if len(w.routes) == 0 {
			return
		}
		i := r.IntN(len(w.routes))
		if route := &w.routes[i]; len(route.rules) > 1 {
			route.rules = route.rules[1:]
			return
		}
		w.routes = slices.Delete(w.routes, i, i+1)
	},
	func(r *rand.Rand, router string, w *world) { // a route more
		w.routes = append(w.routes, w.anyRoute(r, router, 3+r.IntN(2)))
	},
	func(r *rand.Rand, _ string, w *world) { // another host
		if len(w.routes) > 0 {
			w.routes[r.IntN(len(w.routes))].host = pick(r, worldHosts)
		}
	},
	func(r *rand.Rand, _ string, w *world) { // another path
		if rule := w.someRule(r); rule != nil {
			rule.path, rule.exact = pick(r, worldPaths), r.IntN(2) == 0
		}
	},
	func(r *rand.Rand, _ string, w *world) { // other pods
		w.services[r.IntN(len(w.services))].pods = pick(r, []int{0, 2, 3})
	},
	func(r *rand.Rand, _ string, w *world) { // the pods of another
		w.services[r.IntN(len(w.services))].selects = pick(r, worldNames)
	},
	func(r *rand.Rand, _ string, w *world) { // a Service less, with its pods
		if i := r.IntN(len(w.services)); len(w.services) > 2 {
			w.services = slices.Delete(w.services, i, i+1)
		}
	},
	func(_ *rand.Rand, _ string, w *world) { // a Service more, and somebody who goes there
		if !slices.ContainsFunc(w.services, func(s service) bool { return s.name == "elm" }) {
			w.services = append(w.services, service{"elm", "elm", 1, 8012})
			w.routes = append(w.routes, object{"route-elm", "elm.example.com", []rule{{path: "/", shares: []share{{"elm", 100}}}}})
		}
	},
}

// someRule is a rule of the world, or nil.
func (w *world) someRule(r *rand.Rand) *rule {
	if len(w.routes) == 0 {
		return nil
	}
	route := &w.routes[r.IntN(len(w.routes))]
	return &route.rules[r.IntN(len(route.rules))]
}

func (w world) clone() world {
	made := world{services: slices.Clone(w.services)}
	for _, from := range w.routes {
		from.rules = slices.Clone(from.rules)
		for i := range from.rules {
			from.rules[i].shares = slices.Clone(from.rules[i].shares)
		}
		made.routes = append(made.routes, from)
	}
	return made
}

// port is that of a Service, or of one that is not there.
func (w world) port(name string) int {
	for _, s := range w.services {
		if s.name == name {
			return s.port
		}
	}
	return 8010
}

// text is the world as manifests.
func (w world) text(router string) string {
	var b strings.Builder
	for _, s := range w.services {
		fmt.Fprintf(&b, worldService, s.name, s.selects, s.port)
		fmt.Fprintf(&b, worldPods, s.name, s.pods)
	}
	write := map[string]func(world, object) string{
		"gatewayAPI": world.httpRoute, "traefik": world.ingressRoute, "ingressNginx": world.ingresses,
	}[router]
	if router == "gatewayAPI" { // whose class says who orders the routes
		b.WriteString(worldGateway)
	}
	for _, one := range w.routes {
		b.WriteString(write(w, one))
	}
	return b.String()
}

const worldGateway = `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: infra}
spec:
  gatewayClassName: traefik
  listeners: [{name: web, protocol: HTTP, port: 8000, allowedRoutes: {namespaces: {from: All}}}]
`

const worldService = `---
apiVersion: v1
kind: Service
metadata: {name: %[1]s, namespace: shop}
spec:
  selector: {app: %[2]s}
  ports: [{name: http, port: %[3]d, targetPort: http}]
`

const worldPods = `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: %[1]s, namespace: shop}
spec:
  replicas: %[2]d
  strategy: {rollingUpdate: {maxUnavailable: 0}}
  selector: {matchLabels: {app: %[1]s}}
  template:
    metadata: {labels: {app: %[1]s}}
    spec:
      terminationGracePeriodSeconds: 20
      containers:
      - name: %[1]s
        image: example.com/%[1]s:1
        ports: [{name: http, containerPort: 8080}]
        readinessProbe: {httpGet: {path: /ready, port: http}}
        lifecycle: {preStop: {sleep: {seconds: 2}}}
`

func (w world) httpRoute(r object) string {
	var b strings.Builder
	fmt.Fprintf(&b, "---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: %s, namespace: shop}\nspec:\n", r.name)
	fmt.Fprintf(&b, "  parentRefs: [{name: public, namespace: infra}]\n  hostnames: [%q]\n  rules:\n", r.host)
	for _, one := range r.rules {
		kind, headers := "PathPrefix", ""
		if one.exact {
			kind = "Exact"
		}
		if one.header {
			headers = `, headers: [{name: x-canary, value: "1"}]`
		}
		fmt.Fprintf(&b, "  - matches: [{path: {type: %s, value: %s}%s}]\n    backendRefs:\n", kind, one.path, headers)
		for _, s := range one.shares {
			fmt.Fprintf(&b, "    - {name: %s, port: %d, weight: %d}\n", s.service, w.port(s.service), s.weight)
		}
	}
	return b.String()
}

// ingressRoute writes a TraefikService for each rule that shares requests out.
func (w world) ingressRoute(r object) string {
	var b, extra strings.Builder
	fmt.Fprintf(&b, "---\napiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: %s, namespace: shop}\nspec:\n", r.name)
	b.WriteString("  entryPoints: [web]\n  routes:\n")
	for i, one := range r.rules {
		fmt.Fprintf(&b, "  - kind: Rule\n    match: %s\n    services:\n", traefikMatch(r.host, one))
		if len(one.shares) == 1 {
			fmt.Fprintf(&b, "    - {name: %s, port: %d}\n", one.shares[0].service, w.port(one.shares[0].service))
			continue
		}
		name := fmt.Sprintf("%s-%d", r.name, i)
		fmt.Fprintf(&b, "    - {kind: TraefikService, name: %s}\n", name)
		fmt.Fprintf(&extra, "---\napiVersion: traefik.io/v1alpha1\nkind: TraefikService\nmetadata: {name: %s, namespace: shop}\nspec:\n", name)
		extra.WriteString("  weighted:\n    services:\n")
		for _, s := range one.shares {
			fmt.Fprintf(&extra, "    - {name: %s, port: %d, weight: %d}\n", s.service, w.port(s.service), s.weight)
		}
	}
	return b.String() + extra.String()
}

func traefikMatch(host string, r rule) string {
	match := "Host(`" + host + "`)"
	if label, ok := strings.CutPrefix(host, "*."); ok {
		match = "HostRegexp(`^[^.]+\\." + strings.ReplaceAll(label, ".", "\\.") + "$`)"
	}
	verb := "PathPrefix"
	if r.exact {
		verb = "Path"
	}
	match += " && " + verb + "(`" + r.path + "`)"
	if r.header {
		match += " && Header(`x-canary`, `1`)"
	}
	return match
}

// ingresses writes a canary beside the Ingress of each rule that shares requests out.
func (w world) ingresses(r object) string {
	var b strings.Builder
	for i, one := range r.rules {
		name := fmt.Sprintf("%s-%d", r.name, i)
		b.WriteString(w.ingress(name, r.host, "", one, one.shares[0].service))
		if len(one.shares) == 2 {
			notes := fmt.Sprintf(`, annotations: {nginx.ingress.kubernetes.io/canary: "true", nginx.ingress.kubernetes.io/canary-weight: "%d"}`,
				one.shares[1].weight)
			b.WriteString(w.ingress(name+"-canary", r.host, notes, one, one.shares[1].service))
		}
	}
	return b.String()
}

func (w world) ingress(name, host, notes string, r rule, to string) string {
	kind := "Prefix"
	if r.exact {
		kind = "Exact"
	}
	return fmt.Sprintf(`---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: %s, namespace: shop%s}
spec:
  ingressClassName: nginx
  rules: [{host: %q, http: {paths: [{path: %s, pathType: %s, backend: {service: {name: %s, port: {number: %d}}}}]}}]
`, name, notes, host, r.path, kind, to, w.port(to))
}
