package verify_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/rogpeppe/go-internal/txtar"
)

// timed are the cases that are timed: a release for each router.
var timed = []string{"traffic/istio/preview", "traffic/gatewayAPI/preview", "traffic/ingressNginx/preview", "traffic/service/atomic"}

// BenchmarkCheck checks every edge of a release.
func BenchmarkCheck(b *testing.B) {
	for _, c := range golden.Cases(b, "traffic") {
		if !slices.Contains(timed, c.Name) {
			continue
		}
		b.Run(c.Name, func(b *testing.B) {
			_, out := c.Generate(b)
			r := out.Releases[0]
			states := map[string]cluster.State{}
			for _, s := range r.Stages {
				states[s.Name] = cluster.NewState(router, r.Objects(s))
			}
			edges := stage.Edges(r.Plan())
			for b.Loop() {
				for _, e := range edges {
					verify.Edge{Name: "edge", From: states[e.From], To: states[e.To]}.Check()
				}
			}
			b.ReportMetric(float64(len(edges)*b.N)/b.Elapsed().Seconds(), "edges/s")
		})
	}
}

// BenchmarkStages reads and checks releases of more and more stages: the time
// for each edge stays.
func BenchmarkStages(b *testing.B) {
	for _, n := range []int{5, 20, 80} {
		b.Run(fmt.Sprint(n, " steps"), func(b *testing.B) {
			var steps []string
			for i := range n {
				steps = append(steps, fmt.Sprint(i+1))
			}
			plan := relation(b, variant(b, "traffic/gatewayAPI/canary", "steps: [7]", "steps: ["+strings.Join(steps, ", ")+"]"))
			require := len(plan.edges)
			for b.Loop() {
				plan.check(plan.edges)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*require), "µs/edge")
		})
	}
}

// BenchmarkWorld checks 1 000 releases, each in a namespace of its own, on all
// processors: every stage, every edge of the plan, and every squash.
func BenchmarkWorld(b *testing.B) {
	var world []plan
	for i := range 1000 {
		name := timed[i%len(timed)]
		world = append(world, relation(b, variant(b, name, "store", fmt.Sprintf("store-%d", i), "example.com", fmt.Sprintf("s%d.example.com", i))))
	}
	edges := 0
	for _, p := range world {
		edges += len(p.edges) + len(p.squashes)
	}
	b.ReportAllocs()
	held := heap()
	for b.Loop() {
		each(world, func(p plan) { p.check(append(slices.Clip(p.edges), p.squashes...)) })
	}
	b.ReportMetric(float64(len(world)*b.N)/b.Elapsed().Seconds(), "releases/s")
	b.ReportMetric(float64(edges*b.N)/b.Elapsed().Seconds(), "edges/s")
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(held, "MiB-read")
	b.ReportMetric(float64(m.Sys)/(1<<20), "MiB-peak")
}

// heap is what is held in memory.
func heap() float64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}

// each calls fn for every plan, on all processors.
func each(world []plan, fn func(plan)) {
	var wait sync.WaitGroup
	next := make(chan plan)
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for p := range next {
				fn(p)
			}
		})
	}
	for _, p := range world {
		next <- p
	}
	close(next)
	wait.Wait()
}

// plan is the stages of a release, and the edges to check.
type plan struct {
	objects         map[string][]kube.Object
	edges, squashes []stage.Edge
}

func relation(b *testing.B, c *golden.Case) plan {
	b.Helper()
	_, out := c.Generate(b)
	r := out.Releases[0]
	p := plan{objects: map[string][]kube.Object{}, edges: stage.Edges(r.Plan())}
	for i, s := range r.Stages {
		p.objects[s.Name] = slices.Concat(out.Shared, r.Objects(s))
		for _, later := range r.Stages[min(i+2, len(r.Stages)):] {
			p.squashes = append(p.squashes, stage.Edge{From: s.Name, To: later.Name})
		}
	}
	return p
}

// check reads the stages and checks them with some edges.
func (p plan) check(edges []stage.Edge) {
	states := map[string]cluster.State{}
	for name, objects := range p.objects {
		states[name] = cluster.NewState(router, objects)
		verify.Check(states[name], name)
	}
	for _, e := range edges {
		verify.Edge{Name: "edge", From: states[e.From], To: states[e.To]}.Check()
	}
}

// variant is a case with some of its text replaced.
func variant(b *testing.B, name string, replace ...string) *golden.Case {
	b.Helper()
	cases := golden.Cases(b, strings.TrimSuffix(name, name[strings.LastIndex(name, "/"):]))
	c := cases[slices.IndexFunc(cases, func(c *golden.Case) bool { return c.Name == name })]
	var files []txtar.File
	for _, f := range c.Files() {
		files = append(files, txtar.File{Name: f.Name, Data: []byte(strings.NewReplacer(replace...).Replace(string(f.Data)))})
	}
	return golden.New(files)
}

// BenchmarkFolder checks one edge on a folder of 1 000 applications that share a
// gateway, of which some change their weights, their pods, and both ends' rest.
func BenchmarkFolder(b *testing.B) {
	for _, kind := range []string{"HTTPRoute", "VirtualService", "Ingress"} {
		from := folder(b, kind, 0)
		for _, changed := range []int{3, 1000} {
			to := slices.Concat(folder(b, kind, 17)[:changed*perApp], from[changed*perApp:])
			b.Run(fmt.Sprint(kind, " ", changed), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					edge := verify.Edge{Name: "edge", From: cluster.NewState(router, from), To: cluster.NewState(router, to)}
					if found := edge.Check(); len(found) > 0 {
						b.Fatal(found[0])
					}
				}
			})
		}
	}
}

// perApp is how many objects an application of [folder] has.
const perApp = 5

func folder(b *testing.B, kind string, weight int) []kube.Object {
	b.Helper()
	route := map[string]string{
		"HTTPRoute":      "{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: app-%[1]d, namespace: shop}, spec: {parentRefs: [{name: gw}], hostnames: [app-%[1]d.example.com], rules: [{backendRefs: [{name: app-%[1]d-blue, port: 8317, weight: %[2]d}, {name: app-%[1]d-green, port: 8317, weight: %[3]d}]}]}}",
		"VirtualService": "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: app-%[1]d, namespace: shop}, spec: {gateways: [gw], hosts: [app-%[1]d.example.com], http: [{route: [{destination: {host: app-%[1]d-blue}, weight: %[2]d}, {destination: {host: app-%[1]d-green}, weight: %[3]d}]}]}}",
		"Ingress":        "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: app-%[1]d, namespace: shop, labels: {w: w%[2]d-%[3]d}}, spec: {ingressClassName: nginx, rules: [{host: app-%[1]d.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: app-%[1]d-blue, port: {number: 8317}}}}]}}]}}",
	}[kind]
	var text strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&text, "---\n"+route+"\n", i, 100-weight, weight)
		for _, track := range []string{"blue", "green"} {
			fmt.Fprintf(&text, "---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: app-%[1]d-%[2]s, namespace: shop}, spec: {replicas: 3, selector: {matchLabels: {app: app-%[1]d, v: %[2]s}}, template: {metadata: {labels: {app: app-%[1]d, v: %[2]s}}, spec: {containers: [{name: c, image: \"i:1\"}]}}}}\n", i, track)
			fmt.Fprintf(&text, "---\n{apiVersion: v1, kind: Service, metadata: {name: app-%[1]d-%[2]s, namespace: shop}, spec: {selector: {app: app-%[1]d, v: %[2]s}, ports: [{port: 8317}]}}\n", i, track)
		}
	}
	objects, found := kube.Parse("folder.yaml", []byte(text.String()))
	if len(found) > 0 {
		b.Fatal(found)
	}
	return objects
}
