package verify

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/interleave"
	"github.com/cutoverdev/cutover/fn/verify/problem"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/stretchr/testify/require"
)

// spreads is how many random edges TestSpread looks at: -short a tenth of them, and
// CUTOVER_SEARCH=all twenty times as many.
const spreads = 400

// TestSpread holds the verdict to brute force, as TestOrderFree does, where routes have
// expressions, several of them share a host, and they, their gateways and backends are
// of two namespaces. Then it sends requests that the verifier has not chosen: texts that
// nobody derived from the expressions. One that is lost in some mix must be refuted for
// its host and entry, or something of the edge is listed as not judged.
func TestSpread(t *testing.T) {
	rng := rand.New(rand.NewPCG(12, 9018))
	n := spreads
	switch {
	case testing.Short():
		n /= 10
	case golden.Exhaustive():
		n *= 20
	}
	refuted, listed := 0, 0
	for i := range n {
		a := randomSpread(rng)
		b := a.mutated(rng)
		if i%2 == 0 {
			a, b = calm(rng)
		}
		from, to := cluster.NewState(brute, a.objects(t)), cluster.NewState(brute, b.objects(t))
		e := interleave.NewTransition(from, to, interleave.Bound{})
		problems := interleave.CheckRequests(e)
		if slices.ContainsFunc(problems, func(p problem.Problem) bool { return p.Unjudged || p.ID == "edge-size" }) {
			listed++
			continue
		}
		about := fmt.Sprintf("edge %d\n%s\n→\n%s", i, kube.Stream(nil, from.Objects), kube.Stream(nil, to.Objects))
		want, known, _ := bruteForce(e)
		want = sayable(want, known)
		require.Equal(t, want, sayable(verdicts(problems), known), about)
		if len(want) > 0 {
			refuted++
		}
		foreign := foreignRequests(e)
		lost, known, _ := bruteForceOf(e, foreign)
		for _, v := range sayable(lost, known) {
			require.True(t, refutedNear(v, foreign, problems), "%s\n%s", v, about)
		}
	}
	t.Logf("%d of %d edges refuted, %d not judged", refuted, n, listed)
	require.Greater(t, refuted, n/5)
	require.Less(t, refuted, n*9/10)
	require.Less(t, listed, n/4)
}

// foreignRequests are requests to the hosts and entries of an edge, by paths and headers
// that are not made of its expressions.
func foreignRequests(e *interleave.Transition) []route.Request {
	var all []route.Request
	for _, g := range allGroups(e) {
		if g[0].Via.Kind == "Service" {
			continue // who calls it by name sends one kind of requests
		}
		for _, path := range []string{"/", "/a", "/ab", "/abb", "/a/7", "/a/77/c", "/b", "/b7", "/c/x"} {
			for _, x := range []string{"", "y", "yy", "n7", "z"} {
				one := g[0]
				one.Path, one.Headers = path, map[string]string{}
				if x != "" {
					one.Headers["x"] = x
				}
				all = append(all, one)
			}
		}
	}
	return all
}

// refutedNear reports whether a verdict on one of some requests is told of some request
// to the same host through the same entry.
func refutedNear(v string, requests []route.Request, problems []problem.Problem) bool {
	id, text, _ := strings.Cut(v, " ")
	i := slices.IndexFunc(requests, func(q route.Request) bool { return interleave.RequestText(q) == text })
	host := strings.TrimSuffix(interleave.RequestText(route.Request{Via: requests[i].Via, Host: requests[i].Host}), " ")
	before, after, _ := strings.Cut(host, " ") // a.example, through Gateway shop/front
	return slices.ContainsFunc(verdicts(problems), func(told string) bool {
		of, request, _ := strings.Cut(told, " ")
		return of == id && strings.HasPrefix(request, before+"/") && strings.HasSuffix(request, " "+after)
	})
}

// spread is a random application over two namespaces: a text for each place, "" if
// nothing stands there. Gateways do not change.
type spread struct {
	istio    bool
	gateways string
	parts    [14]string
}

var namespaces = []string{"shop", "away"}

func randomSpread(rng *rand.Rand) spread {
	s := spread{istio: rng.IntN(2) > 0}
	for _, ns := range namespaces {
		s.gateways += gatewayIn(rng, ns, s.istio)
	}
	for i := range s.parts {
		s.parts[i] = s.part(rng, i)
	}
	return s
}

// mutated is an application after a commit that makes one to four places anew.
func (s spread) mutated(rng *rand.Rand) spread {
	for range 1 + rng.IntN(4) {
		i := pick(rng, rng.IntN(len(s.parts)), 9+rng.IntN(5))
		s.parts[i] = s.part(rng, i)
	}
	return s
}

// calm is a commit that writes one or two routes anew where all else is there and ready:
// only requests that fall between their expressions are lost.
func calm(rng *rand.Rand) (a, b spread) {
	a.istio = rng.IntN(2) > 0
	for _, ns := range namespaces {
		a.gateways += gatewayIn(rand.New(rand.NewPCG(0, 0)), ns, a.istio) // lets all in
	}
	for i := range 9 {
		for a.parts[i] == "" || i < 4 && !strings.Contains(a.parts[i], "replicas: 3") {
			a.parts[i] = a.part(rng, i)
		}
	}
	b = a
	for i := range 1 + rng.IntN(2) {
		a.parts[9+i], b.parts[9+i] = a.part(rng, 9+i), a.part(rng, 9+i)
	}
	return a, b
}

// part is what stands at a place: pods of four Services, the Services, five routes, and a
// grant.
func (s spread) part(rng *rand.Rand, i int) string {
	if rng.IntN(6) == 0 {
		return ""
	}
	ns, name := namespaces[i%2], versions[i/2%2]
	switch {
	case i < 4:
		return fmt.Sprintf("---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: %[1]s, namespace: %[2]s}, spec: {replicas: %[3]d, selector: {matchLabels: {v: %[1]s}}, template: {metadata: {labels: {v: %[1]s}}, spec: {containers: [{name: c, image: \"i:1\"}]}}}}\n", name, ns, pick(rng, 0, 1, 3))
	case i < 8:
		return fmt.Sprintf("---\n{apiVersion: v1, kind: Service, metadata: {name: %[1]s, namespace: %[2]s}, spec: {selector: {v: %[1]s}, ports: [{port: 80}]}}\n", name, ns)
	case i == 8:
		return "---\n{apiVersion: gateway.networking.k8s.io/v1, kind: ReferenceGrant, metadata: {name: all, namespace: away}, spec: {from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}], to: [{group: \"\", kind: Service}]}}\n"
	case s.istio:
		return virtualServiceIn(rng, i)
	}
	return httpRouteIn(rng, i)
}

func gatewayIn(rng *rand.Rand, ns string, istio bool) string {
	if istio {
		return fmt.Sprintf("---\n{apiVersion: networking.istio.io/v1, kind: Gateway, metadata: {name: front, namespace: %s}, spec: {selector: {istio: edge}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [%q]}]}}\n", ns, pick(rng, "*", "*", "*.example", "shop/*"))
	}
	return fmt.Sprintf("---\n{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: front, namespace: %s}, spec: {gatewayClassName: edge, listeners: [{name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: %s}}}]}}\n", ns, pick(rng, "All", "All", "Same"))
}

// Conditions that overlap in part.
var (
	prefixes    = []string{"/", "/a", "/a/", "/b"}
	expressions = []string{"/a.*", "/(a|b)", "/a/[0-9]+", "/ab?", "/.*7", "/[^a].*"}
	headerTexts = []string{"y+", "[a-n]7", "y|z"}
)

func virtualServiceIn(rng *rand.Rand, i int) string {
	ns := pick(rng, namespaces...)
	gateways := pick(rng, "[shop/front]", "[away/front]", "[shop/front, away/front]")
	var rules []string
	for range 1 + rng.IntN(3) {
		match := pick(rng, "", fmt.Sprintf("uri: {prefix: %q}", pick(rng, prefixes...)), fmt.Sprintf("uri: {regex: %q}", pick(rng, expressions...)), fmt.Sprintf("uri: {exact: %q}", pick(rng, prefixes...)))
		if rng.IntN(3) == 0 {
			match = strings.TrimPrefix(match+fmt.Sprintf(", headers: {x: {regex: %q}}", pick(rng, headerTexts...)), ", ")
		}
		if match != "" {
			match = "match: [{" + match + "}], "
		}
		weight := pick(rng, 0, 30, 100)
		rules = append(rules, fmt.Sprintf("{%sroute: [{destination: {host: %s}, weight: %d}, {destination: {host: %s}, weight: %d}]}", match, destination(rng), 100-weight, destination(rng), weight))
	}
	return fmt.Sprintf("---\n{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: r%d, namespace: %s}, spec: {hosts: [%q], gateways: %s, http: [%s]}}\n", i, ns, pick(rng, "a.example", "a.example", "*.example", "b.example"), gateways, strings.Join(rules, ", "))
}

func destination(rng *rand.Rand) string {
	return pick(rng, versions[:2]...) + "." + pick(rng, namespaces...) + ".svc.cluster.local"
}

func httpRouteIn(rng *rand.Rand, i int) string {
	ns := pick(rng, namespaces...)
	var rules []string
	for range 1 + rng.IntN(3) {
		match := fmt.Sprintf("path: {type: %s, value: %q}", pick(rng, "PathPrefix", "Exact"), pick(rng, prefixes...))
		if rng.IntN(3) == 0 {
			match = fmt.Sprintf("path: {type: RegularExpression, value: %q}", pick(rng, expressions...))
		}
		if rng.IntN(3) == 0 {
			match += fmt.Sprintf(", headers: [{name: x, type: RegularExpression, value: %q}]", pick(rng, headerTexts...))
		}
		weight := pick(rng, 0, 30, 100)
		backend := func(weight int) string {
			return fmt.Sprintf("{name: %s, namespace: %s, port: 80, weight: %d}", pick(rng, versions[:2]...), pick(rng, ns, ns, "away"), weight)
		}
		rules = append(rules, fmt.Sprintf("{matches: [{%s}], backendRefs: [%s, %s]}", match, backend(100-weight), backend(weight)))
	}
	parents := pick(rng, "[{name: front, namespace: shop}]", "[{name: front, namespace: away}]", "[{name: front, namespace: shop}, {name: front, namespace: away}]")
	return fmt.Sprintf("---\n{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: r%d, namespace: %s}, spec: {parentRefs: %s, hostnames: [%q], rules: [%s]}}\n", i, ns, parents, pick(rng, "a.example", "a.example", "*.example", "b.example"), strings.Join(rules, ", "))
}

func (s spread) objects(t *testing.T) []kube.Object {
	t.Helper()
	text := s.gateways + strings.Join(s.parts[:], "")
	all, found := kube.Parse("spread.yaml", []byte(text))
	require.Empty(t, found, text)
	return all
}
