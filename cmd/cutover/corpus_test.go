package main

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/routers"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// app is a real application of the corpus.
type app struct {
	dir       string
	more      string // further manifests
	provider  string // the only one that they are for
	large     bool   // each track is live in one of the ways alone, to bound the time
	workloads []runs // all there are
}

// runs is a workload: how its ports are called, or, where nobody calls it, none.
type runs struct {
	name   string
	scaled bool
	ports  []port
	routes []string // the author's own
}

type port struct{ port, protocol string }

var apps = []app{
	{dir: "podinfo/kustomize", workloads: []runs{{name: "podinfo", scaled: true, ports: []port{{"http", "http"}, {"grpc", "grpc"}}}}},
	{dir: "online-boutique/base", large: true, workloads: boutique},
	{dir: "online-boutique/base", more: "online-boutique/istio-manifests", provider: "istio", workloads: boutique},
}

var boutique = []runs{
	{name: "adservice", ports: []port{{"9555", "grpc"}}},
	{name: "cartservice", ports: []port{{"7070", "grpc"}}},
	{name: "checkoutservice", ports: []port{{"5050", "grpc"}}},
	{name: "currencyservice", ports: []port{{"7000", "grpc"}}},
	{name: "emailservice", ports: []port{{"5000", "grpc"}}},
	{name: "frontend", ports: []port{{"80", "http"}}, routes: []string{"frontend-ingress", "frontend"}},
	{name: "loadgenerator"},
	{name: "paymentservice", ports: []port{{"50051", "grpc"}}},
	{name: "productcatalogservice", ports: []port{{"3550", "grpc"}}},
	{name: "recommendationservice", ports: []port{{"8080", "grpc"}}},
	{name: "redis-cart", ports: []port{{"6379", "tcp"}}},
	{name: "shippingservice", ports: []port{{"50051", "grpc"}}},
}

// strategies are the ways to release, by name.
var strategies = map[string]string{"canary": "steps: [10, 50]", "blue-green": ""}

// corpusOptions are the options of entries, by provider, or provider and protocol, where
// there are no defaults.
var corpusOptions = map[string]string{
	"istio":       "{gateways: [edge/public, mesh]}",
	"gatewayAPI":  "{gateways: [edge/public]}",
	"gke":         "{gateways: [edge/public]}",
	"traefik tcp": "{entryPoints: [redis]}",
	"nginx tcp":   "{listener: redis}",
	"nginx grpc":  "{wildcardTLS: true}",
	"alb":         "{group: front, listenPorts: ['HTTPS:443']}",
	"dns":         "{weights: route53}",
	"haproxy":     "{class: edge}",
	"haproxy tcp": "{class: edge, port: 6380}",
}

// corpusRoutes are objects of the user's own, by provider, where it works on nothing
// else: one for a port of a workload, and what the entry says of it. The applications
// have none.
var corpusRoutes = map[string]func(workload string, p port) (object, entry string){
	"custom": func(workload string, p port) (object, entry string) {
		name := workload + "-" + p.protocol
		object = fmt.Sprintf("apiVersion: apisix.apache.org/v2\nkind: ApisixRoute\nmetadata: {name: %s}\nspec:\n"+
			"  http: [{name: all, match: {hosts: [%s.example.com], paths: [/*]}, backends: [{serviceName: %s, servicePort: %s, weight: 100}]}]\n",
			name, name, workload, p.port)
		return object, fmt.Sprintf(", route: {apiVersion: apisix.apache.org/v2, kind: ApisixRoute, name: %s}, "+
			"options: {backends: 'spec.http[].backends[]', service: serviceName, port: servicePort, hosts: 'spec.http[].match.hosts[]'}", name)
	},
}

// tally is what TestCorpus has seen.
type tally struct {
	releases, stages, edges, states int
	refused                         map[string]int // by workload and reason
	critical                        map[string]int // by check, what the authors' own have too
	empty                           int            // Services of tracks without pods
}

func (a *tally) add(b tally) {
	a.releases, a.stages, a.edges, a.states = a.releases+b.releases, a.stages+b.stages, a.edges+b.edges, a.states+b.states
	a.empty += b.empty
	for reason, n := range b.refused {
		a.refused[reason] += n
	}
	for check, n := range b.critical {
		a.critical[check] += n
	}
}

// TestCorpus renders every workload of real applications for every provider,
// canary and blue/green, live on either track (of large ones one in each way); builds every stage with plain
// kustomize, checks every edge, and has kube-score find nothing critical that
// the author's own manifests do not have. Set CORPUS to the folder with them.
func TestCorpus(t *testing.T) {
	corpus := os.Getenv("CORPUS")
	if corpus == "" {
		t.Skip("CORPUS is not set")
	}
	all := tally{refused: map[string]int{}, critical: map[string]int{}}
	for _, a := range apps {
		input := a.input(t, corpus)
		authors := kustomize(t, input)
		require.Equal(t, workloads(authors), names(a.workloads), "workloads of "+a.dir)
		before := scores(t, authors)
		for _, p := range routers.Table {
			if a.provider != "" && a.provider != p.Name {
				continue
			}
			for _, live := range schemas.TrackNames {
				for _, strategy := range slices.Sorted(maps.Keys(strategies)) {
					if a.large && (live == schemas.Blue) != (strategy == "canary") {
						continue // half of a large application: the others have the rest
					}
					t.Run(path.Join(cmp.Or(a.more, a.dir), p.Name, live, strategy), func(t *testing.T) {
						c := corpusCase{a.routed(t, input, p), a, p, live, strategy, before}
						all.add(c.run(t))
					})
				}
			}
		}
	}
	t.Logf("%d releases: workloads, by provider, canary and blue/green, live on blue and green; refused: %v", all.releases, all.refused)
	t.Logf("%d stages built, %d edges checked, %d states of whole applications scored", all.stages, all.edges, all.states)
	t.Logf("critical for kube-score, as the author's own are: %v; Services of tracks that have no pods: %d", all.critical, all.empty)
}

// corpusCase is an application released by one provider in one way.
type corpusCase struct {
	input    string
	app      app
	provider route.Provider
	live     string
	strategy string
	before   map[score]bool // what is critical of the author's own
}

func (c corpusCase) run(t *testing.T) tally {
	t.Helper()
	dir := t.TempDir()
	n := tally{refused: c.write(t, dir)}
	n.releases = len(c.app.workloads) - len(n.refused)
	if n.releases == 0 {
		return n
	}
	cutover(t, exitFine, "render", dir, "--input", c.input)
	stdout, _ := cutover(t, exitFine, "verify", dir, "--input", c.input)
	said := regexp.MustCompile(`(\d+) stages and (\d+) edges`).FindStringSubmatch(stdout)
	require.NotNil(t, said, stdout)
	stages, err := strconv.Atoi(said[1])
	require.NoError(t, err)
	n.edges, err = strconv.Atoi(said[2])
	require.NoError(t, err)
	checkShared(t, c.input, dir)
	built := buildStages(t, dir)
	n.stages = len(built)
	require.Equal(t, stages, n.stages)
	n.critical = map[string]int{}
	for name, state := range states(t, dir, built) {
		n.states++
		asleep := empty(t, state)
		for s := range scores(t, state) {
			if asleep[s] {
				n.empty++
				continue
			}
			if c.provider.Name == "alb" && s.check == "ingress-targets-service" {
				continue // the backend of a rule is the name of an action, which is no Service
			}
			s.name = strings.TrimSuffix(strings.TrimSuffix(s.name, "-"+schemas.Blue), "-"+schemas.Green)
			require.True(t, c.before[s], "%s: critical for kube-score, unlike the author's own: %v", name, s)
			n.critical[s.check]++
		}
	}
	return n
}

// write writes the Releases that the provider can carry out. The others are
// refused with a reason.
func (c corpusCase) write(t *testing.T, dir string) (refused map[string]int) {
	t.Helper()
	refused = map[string]int{}
	for _, w := range c.app.workloads {
		file := filepath.Join(dir, w.name+".yaml")
		require.NoError(t, os.WriteFile(file, []byte(c.release(w)), 0o666))
		id, reason := c.refusal(w)
		if id == "" {
			continue
		}
		_, stderr := cutover(t, exitFindings, "render", dir, "--input", c.input)
		require.Contains(t, stderr, "["+id+"]")
		require.NoError(t, os.Remove(file))
		refused[w.name+": "+reason]++
	}
	return refused
}

// refusal is the finding that says why a workload cannot be released so.
func (c corpusCase) refusal(w runs) (id, reason string) {
	for _, p := range w.ports {
		can, knows := c.provider.Can[p.protocol]
		if !knows {
			return "cannot", c.provider.Name + " cannot route " + p.protocol
		}
		if can&route.Weights == 0 && c.strategy == "canary" {
			return "cannot", c.provider.Name + " cannot share " + p.protocol
		}
	}
	if c.provider.Name == "service" && w.scaled && c.strategy == "canary" {
		return "ratio", "its autoscaler sets the number of pods that service would count"
	}
	return "", ""
}

func (c corpusCase) release(w runs) string {
	other := schemas.Other(c.live)
	kind, entries, steps := w.name, []string{}, strategies[c.strategy]
	for i, p := range w.ports {
		entries = append(entries, c.entry(w.name, p, i))
	}
	if c.app.more != "" && len(w.routes) > 0 {
		entries = nil
		for _, name := range w.routes {
			entries = append(entries, fmt.Sprintf("{provider: istio, name: %[1]s, port: 80, route: {kind: VirtualService, name: %[1]s}}", name))
		}
	}
	if len(entries) == 0 {
		kind = fmt.Sprintf("{name: %s, starts: withTraffic}", w.name)
	}
	return fmt.Sprintf(`apiVersion: cutover.dev/v1alpha1
kind: Release
metadata: {name: %[1]s}
spec:
  workload: %[2]s
  live: %[3]s
  tracks: {%[3]s: {image: "registry.example.com/%[1]s:1"}, %[4]s: {image: "registry.example.com/%[1]s:2"}}
  capacity: 4
  strategy: {%[5]s}
  traffic: [%[6]s]
`, w.name, kind, c.live, other, steps, strings.Join(entries, ", "))
}

// entry is the provider's traffic entry for a port of a workload: with a host if the
// router tells hosts apart, and with options where it cannot do without.
func (c corpusCase) entry(name string, p port, index int) string {
	host := name + ".example.com"
	if index > 0 {
		host = p.protocol + "." + host
	}
	more := ""
	if c.provider.Can[p.protocol]&route.Hosts != 0 {
		more = fmt.Sprintf(", hosts: [%s]", host)
	}
	if own := corpusRoutes[c.provider.Name]; own != nil {
		_, more = own(name, p)
	}
	if options := cmp.Or(corpusOptions[c.provider.Name+" "+p.protocol], corpusOptions[c.provider.Name]); options != "" {
		more += ", options: " + options
	}
	return fmt.Sprintf("{provider: %s, name: %s, port: %s, protocol: %s%s}", c.provider.Name, p.protocol, p.port, p.protocol, more)
}

// input is the folder with the app's manifests, or a new one with all of them.
func (a app) input(t *testing.T, corpus string) string {
	t.Helper()
	dir := filepath.Join(corpus, a.dir)
	if a.more == "" {
		return dir
	}
	all, list := t.TempDir(), "resources:\n"
	for _, from := range []string{a.dir, a.more} {
		files, err := filepath.Glob(filepath.Join(corpus, from, "*.yaml"))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			name := filepath.Base(from) + "-" + filepath.Base(file)
			if filepath.Base(file) == "kustomization.yaml" {
				continue
			}
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(all, name), data, 0o666))
			list += "- " + name + "\n"
		}
	}
	require.NoError(t, os.WriteFile(filepath.Join(all, "kustomization.yaml"), []byte(list), 0o666))
	return all
}

// routed is the input with a route for each port, if the provider works on nothing else.
func (a app) routed(t *testing.T, input string, p route.Provider) string {
	t.Helper()
	own := corpusRoutes[p.Name]
	if own == nil {
		return input
	}
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(input)))
	var objects []string
	for _, w := range a.workloads {
		for _, port := range w.ports {
			object, _ := own(w.name, port)
			objects = append(objects, object)
		}
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "routes.yaml"), []byte(strings.Join(objects, "---\n")), 0o666))
	file := filepath.Join(dir, "kustomization.yaml")
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	listed := regexp.MustCompile(`(?m)^resources:\n( *)- `).ReplaceAllString(string(data), "resources:\n$1- routes.yaml\n$1- ")
	require.NotEqual(t, string(data), listed)
	require.NoError(t, os.WriteFile(file, []byte(listed), 0o666))
	return dir
}

func names(all []runs) []string {
	var names []string
	for _, w := range all {
		names = append(names, w.name)
	}
	return names
}

// workloads are the names of what runs pods, in order.
func workloads(manifests []byte) []string {
	var names []string
	objects, _ := kube.Parse("built", manifests)
	for _, o := range objects {
		if o.Get("spec", "template", "spec", "containers") != nil {
			names = append(names, o.Name)
		}
	}
	slices.Sort(names)
	return names
}

// checkShared: objects that no release owns come out byte for byte.
func checkShared(t *testing.T, input, dir string) {
	t.Helper()
	var all []byte
	files, err := filepath.Glob(filepath.Join(input, "*.yaml"))
	require.NoError(t, err)
	for _, f := range files {
		data, err := os.ReadFile(f)
		require.NoError(t, err)
		all = append(all, data...)
	}
	shared, err := filepath.Glob(filepath.Join(dir, overlay.Root, "shared", "*-*.yaml"))
	require.NoError(t, err)
	for _, f := range shared {
		data, err := os.ReadFile(f)
		require.NoError(t, err)
		require.True(t, bytes.Contains(all, bytes.TrimPrefix(data, []byte(overlay.Header))), f)
	}
}

// kustomize builds a folder in this process.
func kustomize(t *testing.T, folder string) []byte {
	t.Helper()
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), folder)
	require.NoError(t, err)
	data, err := built.AsYaml()
	require.NoError(t, err)
	objects, found := kube.Parse(folder, data)
	require.Empty(t, found)
	require.NotEmpty(t, objects)
	return data
}

// stageOf is a stage of a release.
type stageOf struct{ release, stage string }

// buildStages builds every stage, and live, with kustomize.
func buildStages(t *testing.T, dir string) map[stageOf][]byte {
	t.Helper()
	kustomize(t, filepath.Join(dir, overlay.Live))
	folders, err := filepath.Glob(filepath.Join(dir, overlay.Root, "*", "stages", "*"))
	require.NoError(t, err)
	require.NotEmpty(t, folders)
	built := map[stageOf][]byte{}
	for _, folder := range folders {
		at := stageOf{filepath.Base(filepath.Dir(filepath.Dir(folder))), filepath.Base(folder)}
		built[at] = kustomize(t, folder)
	}
	return built
}
