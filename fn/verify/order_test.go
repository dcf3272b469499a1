package verify

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/interleave"
	"github.com/cutoverdev/cutover/fn/verify/problem"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/routers"
	"github.com/stretchr/testify/require"
)

// TestOrderFree holds the decomposition by request to brute force: thousands of
// random small edges, each read anew in every one of its 2^k mixes, with new
// pods ready and not. It shares the readers of routes and the choice of
// requests with what it tests, and nothing else.
//
// In one corner the decomposition is more careful: if a canary of ingress-nginx
// and its main backend share pods, it takes each in its own worst case, which
// may not be one mix.
func TestOrderFree(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 9017))
	refuted, mixes, careful := 0, 0, 0
	edges := edges
	if testing.Short() {
		edges /= 10
	}
	for i := range edges {
		a := randomApp(rng)
		b := a.mutated(rng)
		if i%4 == 0 {
			a, b = apart(rng)
		}
		from, to := cluster.NewState(brute, a.objects(t)), cluster.NewState(brute, b.objects(t))
		e := interleave.NewTransition(from, to, interleave.Bound{})
		e.Endpoints.Bound = pick(rng, interleave.Bound{}, interleave.Bound{N: 2}, interleave.Bound{N: 60, Percent: true})
		want, known, n := bruteForce(e)
		got := sayable(verdicts(interleave.CheckRequests(e)), known)
		want = sayable(want, known)
		mixes += n
		if len(want) > 0 {
			refuted++
		}
		if a.router == ingressNginx {
			was := len(got)
			got = slices.DeleteFunc(got, func(v string) bool {
				return strings.HasPrefix(v, "capacity-short ") && !slices.Contains(want, v)
			})
			careful += was - len(got)
		}
		require.Equal(t, want, got, "edge %d\n%s\n→\n%s", i, kube.Stream(nil, from.Objects), kube.Stream(nil, to.Objects))
	}
	t.Logf("%d of %d edges refuted, %d mixes read; %d requests refuted too many", refuted, edges, mixes, careful)
	require.Greater(t, refuted, edges/4)
	require.Less(t, refuted, edges*9/10)
	require.Less(t, careful, edges/100)
}

const edges, ingressNginx = 3000, 3

var brute = cluster.Router{Providers: routers.Table}

// verdicts are the ids and requests of problems.
func verdicts(problems []problem.Problem) []string {
	var all []string
	for _, p := range problems {
		if p.Story == nil {
			continue // no verdict: it is listed
		}
		if p.ID == "versions-mixed" {
			continue // of states, mostly
		}
		all = append(all, verdict(p.ID, p.Story.Request))
	}
	sort.Strings(all)
	return slices.Compact(all)
}

// verdict is an id and a request. Why nothing answers, the Service or its pods,
// is one here: a backend that lacks both is told once.
func verdict(id, request string) string {
	if slices.Contains([]string{"backend-missing", "backend-empty", "apex-empty"}, id) {
		id = "dead"
	}
	return id + " " + request
}

// sayable drops what an end gets wrong by itself; that a backend has too few pods
// where some backend of the request has none, which is not said then; and that a
// request which gets an error in one mix reaches another rule in a second one, which
// may be said or not.
func sayable(found []string, known map[string]bool) []string {
	var kept []string
	for _, v := range found {
		id, request, _ := strings.Cut(v, " ")
		dead := known["dead "+request] || slices.Contains(found, "dead "+request)
		if !known[v] && (!dead || id != "capacity-short" && id != "route-gap") {
			kept = append(kept, v)
		}
	}
	return kept
}

// app is a random small application.
type app struct {
	router   int // 0: none, else an index of routers
	pods     [3]pods
	services [3]svc
	routes   [2]randomRoute
	subsets  [2]bool
	grants   bool
}

type pods struct {
	there   bool
	count   int // -1: not said
	version string
	floor   int // 0: no autoscaler
	image   int
}

type svc struct {
	there    bool
	selector string // version, or "" for all
	port     int
}

type randomRoute struct {
	there  bool
	host   string
	weight int
	to     [2]int
	header bool // green for a header
	path   string
}

var versions = []string{"blue", "green", "grey"}

func pick[T any](rng *rand.Rand, all ...T) T { return all[rng.IntN(len(all))] }

func randomApp(rng *rand.Rand) app {
	a := app{router: rng.IntN(4), grants: true}
	for i := range a.pods {
		a.pods[i] = randomPods(rng, i)
		a.services[i] = randomService(rng, i)
	}
	for i := range a.routes {
		a.routes[i] = anyRoute(rng)
	}
	a.routes[0].there = true
	a.subsets = [2]bool{rng.IntN(5) > 0, rng.IntN(5) > 0}
	return a
}

func randomPods(rng *rand.Rand, i int) pods {
	return pods{rng.IntN(6) > 0, pick(rng, -1, 0, 1, 2, 4), pick(rng, versions[i], versions[i], versions[i], "green"), pick(rng, 0, 0, 0, 2, 3), rng.IntN(2)}
}

func randomService(rng *rand.Rand, i int) svc {
	return svc{rng.IntN(8) > 0, pick(rng, versions[i], versions[i], versions[i], ""), pick(rng, 80, 80, 80, 81)}
}

func anyRoute(rng *rand.Rand) randomRoute {
	return randomRoute{rng.IntN(2) > 0, pick(rng, "a.example", "b.example", "*.example", ""), pick(rng, 0, 5, 50, 100), [2]int{rng.IntN(3), rng.IntN(3)}, rng.IntN(3) == 0, pick(rng, "/", "/x")}
}

// mutated is an application after a commit or two.
func (a app) mutated(rng *rand.Rand) app {
	for range 1 + rng.IntN(4) {
		i := rng.IntN(3)
		switch rng.IntN(9) {
		case 0:
			a.pods[i] = randomPods(rng, i)
		case 1:
			a.pods[i].there = !a.pods[i].there
		case 2:
			a.pods[i].count = pick(rng, -1, 0, 1, 3)
		case 3:
			a.pods[i].floor = pick(rng, 0, 1, 3)
		case 4:
			a.services[i] = randomService(rng, i)
		case 5:
			a.services[i].there = !a.services[i].there
		case 6:
			a.routes[i%2] = anyRoute(rng)
		case 7:
			a.routes[i%2].weight = pick(rng, 0, 5, 50, 100)
		case 8:
			a.subsets[i%2] = !a.subsets[i%2]
		}
	}
	return a
}

// apart is two routes of one host, or of hosts that cover each other, which share
// no Service and change in one commit: nothing but the host brings them together.
func apart(rng *rand.Rand) (a, b app) {
	a = app{router: 1 + rng.IntN(3), grants: true, subsets: [2]bool{true, true}}
	for i := range a.pods {
		a.pods[i] = pods{true, 2, versions[i], 0, 0}
		a.services[i] = svc{true, versions[i], 80}
	}
	a.pods[2].there = rng.IntN(2) > 0
	host := func() string { return pick(rng, "a.example", "a.example", "*.example") }
	for i := range a.routes {
		a.routes[i] = randomRoute{true, host(), 50, [2]int{i, i}, false, pick(rng, "/", "/x")}
	}
	b = a
	for i := range b.routes {
		to := pick(rng, i, i, 2)
		b.routes[i] = randomRoute{true, host(), 50, [2]int{to, to}, false, pick(rng, "/", "/x")}
	}
	return a, b
}

// objects writes the application and reads it.
func (a app) objects(t *testing.T) []kube.Object {
	t.Helper()
	var b strings.Builder
	doc := func(format string, args ...any) { fmt.Fprintf(&b, "---\n"+format+"\n", args...) }
	for i, p := range a.pods {
		if p.there {
			replicas := ""
			if p.count >= 0 {
				replicas = fmt.Sprintf("replicas: %d, ", p.count)
			}
			doc("{apiVersion: apps/v1, kind: Deployment, metadata: {name: %[1]s}, spec: {%[2]sstrategy: {rollingUpdate: {maxUnavailable: 1}}, selector: {matchLabels: {n: %[1]s}}, template: {metadata: {labels: {app: web, n: %[1]s, v: %[3]s}}, spec: {containers: [{name: c, image: \"%[1]s:%[4]d\"}]}}}}", versions[i], replicas, p.version, p.image)
		}
		if p.there && p.floor > 0 {
			doc("{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: %s}, spec: {minReplicas: %d, maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: %[1]s}}}", versions[i], p.floor)
		}
	}
	for i, s := range a.services {
		if !s.there {
			continue
		}
		selector := "app: web"
		if s.selector != "" {
			selector = "v: " + s.selector
		}
		doc("{apiVersion: v1, kind: Service, metadata: {name: %s}, spec: {selector: {%s}, ports: [{port: %d}]}}", versions[i], selector, s.port)
	}
	for i, r := range a.routes {
		if r.there {
			doc("%s", strings.Join([]string{"", a.httpRoute(i, r), a.virtualService(i, r), a.ingress(i, r)}[a.router:a.router+1], ""))
		}
	}
	if a.router == 2 {
		for i, there := range a.subsets {
			if there {
				doc("{apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: {name: %[1]s}, spec: {host: %[1]s, subsets: [{name: one, labels: {v: %[1]s}}]}}", versions[i])
			}
		}
	}
	objects, found := kube.Parse("app.yaml", []byte(b.String()))
	require.Empty(t, found, b.String())
	return objects
}

func (a app) httpRoute(i int, r randomRoute) string {
	hosts, match := "", ""
	if r.host != "" {
		hosts = fmt.Sprintf("hostnames: [%q], ", r.host)
	}
	if r.header {
		match = fmt.Sprintf("{matches: [{path: {value: %s}, headers: [{name: x, value: y}]}], backendRefs: [{name: %s, port: 80}]}, ", r.path, versions[r.to[1]])
	}
	return fmt.Sprintf("{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: r%d}, spec: {parentRefs: [{name: gw}], %srules: [%s{matches: [{path: {value: %s}}], backendRefs: [{name: %s, port: 80, weight: %d}, {name: %s, port: 80, weight: %d}]}]}}",
		i, hosts, match, r.path, versions[r.to[0]], 100-r.weight, versions[r.to[1]], r.weight)
}

func (a app) virtualService(i int, r randomRoute) string {
	host, gateways := r.host, "gateways: [gw], "
	switch host {
	case "":
		host = "*"
	case "b.example": // a Service's own, in the mesh
		host, gateways = "grey", ""
	}
	subset := ""
	if r.header {
		subset = ", subset: one"
	}
	return fmt.Sprintf("{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: r%d}, spec: {%shosts: [%q], http: [{match: [{uri: {prefix: %s}}], route: [{destination: {host: %s%s}, weight: %d}, {destination: {host: %s, port: {number: 80}}, weight: %d}]}]}}",
		i, gateways, host, r.path, versions[r.to[0]], subset, 100-r.weight, versions[r.to[1]], r.weight)
}

func (a app) ingress(i int, r randomRoute) string {
	host := ""
	if r.host != "" {
		host = fmt.Sprintf("host: %q, ", r.host)
	}
	one := func(name, annotations string, to int) string {
		return fmt.Sprintf("{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: %s%s}, spec: {ingressClassName: nginx, rules: [{%shttp: {paths: [{path: %s, pathType: Prefix, backend: {service: {name: %s, port: {number: 80}}}}]}}]}}", name, annotations, host, r.path, versions[to])
	}
	canary := fmt.Sprintf(", annotations: {nginx.ingress.kubernetes.io/canary: \"true\", nginx.ingress.kubernetes.io/canary-weight: \"%d\"}", r.weight)
	if r.header {
		canary = strings.Replace(canary, "}", ", nginx.ingress.kubernetes.io/canary-by-header: x}", 1)
	}
	return one(fmt.Sprintf("r%d", i), "", r.to[0]) + "\n---\n" + one(fmt.Sprintf("r%d-canary", i), canary, r.to[1])
}

// bruteForce reads every mix of an edge and sends every request through it.
// What an end gets wrong by itself is known, and said of the end.
func bruteForce(e *interleave.Transition) (found []string, known map[string]bool, mixes int) {
	var requests []route.Request
	for _, g := range allGroups(e) {
		requests = append(requests, g...)
	}
	return bruteForceOf(e, requests)
}

// bruteForceOf does so with some requests.
func bruteForceOf(e *interleave.Transition, requests []route.Request) (found []string, known map[string]bool, mixes int) {
	ids, working := looked(e)
	type end struct{ from, to outcome }
	ends := map[string]end{}
	known = map[string]bool{}
	for _, q := range requests {
		one := end{lookAt(e.From.Objects, e.From.Rules, q, atRest(e.From)), lookAt(e.To.Objects, e.To.Rules, q, atRest(e.To))}
		ends[interleave.RequestText(q)] = one
		for _, id := range append(one.from.ids, one.to.ids...) {
			known[verdict(id, interleave.RequestText(q))] = true
		}
	}
	told := map[string]bool{}
	tell := func(id string, q route.Request) { told[verdict(id, interleave.RequestText(q))] = true }
	for bits := range 1 << len(ids) {
		objects := mixed(e, ids, bits)
		rules, _ := route.ReadAll(routers.Table, route.NewWorld(objects, nil))
		for settled := range 1 << len(ids) {
			if settled&^(bits&working) != 0 { // pods of what is not applied are as they were
				continue
			}
			mixes++
			ready := readiness(e, ids, objects, bits, settled)
			for _, q := range requests {
				end := ends[interleave.RequestText(q)]
				service := q.Via.Kind == "Service"
				switch {
				case !end.from.answered:
					continue
				case !end.to.answered && (end.to.noRule || service || end.to.direct), end.to.answered && named(e.From, q) && !named(e.To, q):
					tell("request-gone", q)
					continue
				case !end.to.answered:
					continue
				}
				got := lookAt(objects, rules, q, ready)
				switch {
				case got.noService:
					tell("backend-missing", q)
					continue
				case got.noRule:
					tell("route-gap", q)
					continue
				case got.dead && service:
					tell("apex-empty", q)
				}
				if !service {
					for _, id := range got.ids {
						tell(id, q)
					}
					if astray(e, q, append(end.from.rules, end.to.rules...), got.rules) {
						tell("route-gap", q)
					}
				}
				if len(q.Headers) == 0 && got.capacity < math.Min(end.from.capacity, end.to.capacity)-1e-9 {
					tell("capacity-short", q)
				}
			}
		}
	}
	for id := range told {
		found = append(found, id)
	}
	sort.Strings(found)
	return found, known, mixes
}

// astray reports whether one of the rules that answer a request in a mix is another one
// than those that do at the ends, and leads to a Service and pods that none of them leads to.
func astray(e *interleave.Transition, q route.Request, ends, rules []route.Rule) bool {
	place := func(r route.Rule) string {
		host := ""
		for _, h := range cluster.HostsOf(r) {
			if route.HostFits(h, q.Host) {
				host = max(host, fmt.Sprint(strings.HasPrefix(h, "a") || strings.HasPrefix(h, "b"), len(h), h))
			}
		}
		return fmt.Sprint(r.Source.Name, host, r.Match.Path, r.Match.Headers)
	}
	reached := map[string]bool{}
	reach := func(b route.Backend) (all []string) {
		all = append(all, "service "+b.Service)
		for _, p := range append(e.From.Selected(b), e.To.Selected(b)...) {
			all = append(all, p.Workload.Name)
		}
		return all
	}
	for _, r := range ends {
		for _, b := range r.Backends {
			for _, at := range reach(b) {
				reached[at] = true
			}
		}
	}
	for _, r := range rules {
		if r.Match.Fits(q) != route.Yes || slices.ContainsFunc(ends, func(o route.Rule) bool { return place(o) == place(r) }) {
			continue
		}
		for _, b := range r.Backends {
			if b.Weight > 0 && b.Broken == "" && !slices.ContainsFunc(reach(b), func(at string) bool { return reached[at] }) {
				return true
			}
		}
	}
	return false
}

// named reports whether the host that a client in the mesh calls is a Service's.
func named(s cluster.State, q route.Request) bool {
	return q.Via.Kind == "mesh" && slices.ContainsFunc(s.Objects, func(o kube.Object) bool {
		return o.Is("", "Service") && route.MeshHost(o.Namespace, o.Name) == q.Host
	})
}

// looked are the changed objects that are looked at, and which of them are
// workloads.
func looked(e *interleave.Transition) (ids []kube.ID, working int) {
	for _, id := range cluster.SortedIDs(e.Changed) {
		o := cluster.Subject(e.Changed[id])
		if !o.Is("", "Service") && !cluster.RunsPods(o) && !scales(o) && !brute.Routing(o) {
			continue
		}
		if cluster.RunsPods(o) {
			working |= 1 << len(ids)
		}
		ids = append(ids, id)
	}
	return ids, working
}

func scales(o kube.Object) bool {
	return o.Kind == "HorizontalPodAutoscaler" || o.Kind == "ScaledObject"
}

// allGroups are the requests of an edge, of each host of each entry.
func allGroups(e *interleave.Transition) [][]route.Request {
	var all [][]route.Request
	seen := map[string]bool{}
	for _, s := range []cluster.State{e.From, e.To} {
		for _, r := range s.Rules {
			for _, via := range r.Via {
				for _, h := range cluster.HostsOf(r) {
					if key := fmt.Sprint(via, h); !seen[key] {
						seen[key] = true
						k := e.Sampler.Requests(via, e.SampleHost(h), append(forHost(e.From.Rules, via, e.SampleHost(h)), forHost(e.To.Rules, via, e.SampleHost(h))...))
						all = append(all, k.List)
					}
				}
			}
		}
	}
	return all
}

// forHost are the rules of an entry that may be for a host.
func forHost(rules []route.Rule, via route.Entry, host string) []route.Rule {
	var all []route.Rule
	for _, r := range rules {
		if slices.Contains(r.Via, via) && slices.ContainsFunc(cluster.HostsOf(r), func(h string) bool { return route.HostFits(h, host) }) {
			all = append(all, r)
		}
	}
	return all
}

func mixed(e *interleave.Transition, ids []kube.ID, bits int) []kube.Object {
	var objects []kube.Object
	for _, o := range e.From.Objects {
		if _, ok := e.Changed[o.Key()]; !ok {
			objects = append(objects, o)
		}
	}
	for i, id := range ids {
		o := e.Changed[id].From
		if bits&(1<<i) != 0 {
			o = e.Changed[id].To
		}
		if o.Node != nil {
			objects = append(objects, o)
		}
	}
	return objects
}

// atRest is how many pods each workload of a state has.
func atRest(s cluster.State) map[kube.ID]int {
	all := map[kube.ID]int{}
	for _, p := range s.Pods {
		all[p.Workload.Key()] = p.Count
	}
	return all
}

// readiness is how many ready pods each workload of a mix has.
func readiness(e *interleave.Transition, ids []kube.ID, objects []kube.Object, bits, settled int) map[kube.ID]int {
	was, will := atRest(e.From), atRest(e.To)
	floors := map[kube.ID]int{}
	for _, o := range objects {
		switch o.Kind {
		case "HorizontalPodAutoscaler":
			floors[scaled(o)], _ = kube.Number(o.Node, "spec", "minReplicas")
		case "ScaledObject":
			floors[scaled(o)], _ = kube.Number(o.Node, "spec", "minReplicaCount")
		}
	}
	all := map[kube.ID]int{}
	for _, o := range objects {
		if !cluster.RunsPods(o) {
			continue
		}
		id := o.Key()
		i := slices.Index(ids, id)
		floor, scaled := floors[id]
		n := was[id]
		if scaled {
			n = min(n, floor)
		}
		if i >= 0 && bits&(1<<i) != 0 {
			n = applied(e.Changed[id], was[id], will[id], e.Endpoints.Bound)
			if settled&(1<<i) != 0 {
				n = will[id]
			}
		}
		all[id] = n
	}
	return all
}

// applied is how many pods are ready once a manifest is applied, at first. A rolling
// update that keeps the bound takes none away.
func applied(c cluster.Change, was, total int, bound interleave.Bound) int {
	if c.Made() {
		return 0
	}
	old, now := c.From.Get("spec", "replicas"), c.To.Get("spec", "replicas")
	if said, ok := kube.Number(now); ok && !kube.Equal(old, now) {
		total = min(total, said)
	}
	if old != nil && now == nil {
		total = min(total, 1)
	}
	n := min(was, total)
	if kube.Equal(c.From.Get("spec", "template"), c.To.Get("spec", "template")) {
		return n
	}
	kept := max(0, min(n, total-rolling(c.To, total)))
	need := float64(max(1, bound.N))
	if bound.Percent {
		need = float64(n) * float64(bound.N) / 100
	}
	if float64(kept) >= min(need, float64(n)) {
		return n
	}
	return kept
}

// scaled is what an autoscaler scales.
func scaled(o kube.Object) kube.ID {
	kind := o.Text("spec", "scaleTargetRef", "kind")
	if kind == "" {
		kind = "Deployment"
	}
	return kube.ID{Group: "apps", Kind: kind, Namespace: o.Namespace, Name: o.Text("spec", "scaleTargetRef", "name")}
}

// rolling is how many of n pods are gone while they are replaced.
func rolling(o kube.Object, n int) int {
	if o.Kind == "StatefulSet" {
		return 1
	}
	if o.Text("spec", "strategy", "type") == "Recreate" {
		return n
	}
	text := o.Text("spec", "strategy", "rollingUpdate", "maxUnavailable")
	if k, err := strconv.Atoi(text); err == nil {
		return k
	}
	percent := 25
	if text != "" {
		percent, _ = strconv.Atoi(strings.TrimSuffix(text, "%"))
	}
	return n * percent / 100
}

// outcome is what a mix does with a request.
type outcome struct {
	answered, noRule, dead bool
	direct, noService      bool // a mesh without a route: by a Service itself, or by none
	ids                    []string
	capacity               float64
	rules                  []route.Rule // that answered
}

// lookAt follows a request through the routes of a mix to the pods.
func lookAt(objects []kube.Object, rules []route.Rule, q route.Request, ready map[kube.ID]int) outcome {
	answers := route.Decide(rules, q)
	free := q.Via.Kind == "mesh" && !slices.ContainsFunc(rules, func(r route.Rule) bool { return slices.Contains(r.Via, q.Via) && slices.Contains(r.Hosts, q.Host) })
	if free {
		for _, o := range objects { // no route: the Service itself
			if o.Is("", "Service") && route.MeshHost(o.Namespace, o.Name) == q.Host {
				answers = []route.Rule{{Backends: []route.Backend{{Namespace: o.Namespace, Service: o.Name, Weight: 1}}, Empty: route.Status503, Dangling: route.Status503, Source: o}}
			}
		}
	}
	if len(answers) == 0 {
		return outcome{noRule: true, noService: free, capacity: math.Inf(1)}
	}
	out := outcome{answered: true, direct: cluster.Direct(answers[0]), capacity: math.Inf(1), rules: answers}
	for _, r := range answers {
		if r.Action != route.Forward {
			continue
		}
		sum, alive, toMain := 0, false, false
		for _, b := range r.Backends {
			sum += b.Weight
		}
		for _, b := range r.Backends {
			if n, _ := podsBehind(objects, b, ready); n == 0 && b.Weight > 0 && !b.Main {
				toMain = r.Empty == route.Fallback
			}
		}
		for _, b := range r.Backends {
			n, missing := podsBehind(objects, b, ready)
			share := float64(b.Weight) / float64(sum)
			if toMain {
				share = map[bool]float64{true: 1}[b.Main]
			}
			switch {
			case b.Weight == 0 && !b.Main:
				continue
			case n > 0:
				if share > 0 {
					alive = true
					out.capacity = min(out.capacity, float64(n)/share)
				}
				continue
			case r.Empty == route.Fallback && !b.Main:
				continue
			case b.Main:
				out.answered = false
			}
			out.dead = true
			out.ids = append(out.ids, map[bool]string{true: "backend-missing", false: "backend-empty"}[missing])
		}
		out.answered = out.answered && alive
	}
	return out
}

// podsBehind are the ready pods of a backend; missing if it is not there.
func podsBehind(objects []kube.Object, b route.Backend, ready map[kube.ID]int) (n int, missing bool) {
	i := slices.IndexFunc(objects, func(o kube.Object) bool {
		return o.Kind == "Service" && o.Name == b.Service && (o.Namespace == b.Namespace || o.Namespace == "" || b.Namespace == "")
	})
	if i < 0 || b.Broken != "" {
		return 0, true
	}
	target, there := behindPort(objects[i], b.Port)
	if !there {
		return 0, true
	}
	if host := strings.Split(objects[i].Text("spec", "externalName"), "."); len(host) > 2 && host[2] == "svc" { // a name for another one
		b.Service, b.Namespace = host[0], host[1]
		return podsBehind(objects, b, ready)
	}
	if len(kube.Strings(objects[i].Node, "spec", "selector")) == 0 {
		return math.MaxInt32, false // somebody else fills it
	}
	for _, o := range objects {
		labels := kube.Strings(o.Node, "spec", "template", "metadata", "labels")
		fits := cluster.RunsPods(o) && o.Namespace == objects[i].Namespace && has(o, target)
		for k, v := range kube.Pairs(objects[i].Node, "spec", "selector") {
			fits = fits && labels[k] == v
		}
		for k, v := range b.Labels {
			fits = fits && labels[k] == v
		}
		if fits {
			n += ready[o.Key()]
		}
	}
	return n, false
}

// behindPort is where a port of a Service leads.
func behindPort(svc kube.Object, port string) (target string, there bool) {
	if port == "" {
		return "", true
	}
	for _, p := range kube.Items(svc.Node, "spec", "ports") {
		number := kube.Text(p, "port")
		if protocol := kube.Text(p, "protocol"); protocol != "" && protocol != "TCP" {
			number += "/" + protocol
		}
		if port == number || port == kube.Text(p, "name") {
			return kube.Text(p, "targetPort"), true
		}
	}
	return "", false
}

// has reports whether pods have a port: every one that is a number, and those
// that they name.
func has(o kube.Object, target string) bool {
	if target == "" || strings.Trim(target, "0123456789") == "" {
		return true
	}
	for _, list := range []string{"containers", "initContainers"} {
		for _, c := range kube.Items(o.Node, "spec", "template", "spec", list) {
			for _, p := range kube.Items(c, "ports") {
				if kube.Text(p, "name") == target {
					return true
				}
			}
		}
	}
	return false
}
