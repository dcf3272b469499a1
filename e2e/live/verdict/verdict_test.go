package verdict

import (
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/live/cluster"
)

// TestCases: the edges of testdata are read, and enough of them can be carried.
func TestCases(t *testing.T) {
	all, err := Cases("../../..")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, e := range all {
		if e.Carried() {
			n++
		}
	}
	if n < 300 {
		t.Errorf("%d of %d edges can be carried", n, len(all))
	}
}

// TestTold: a counterexample's order is what it says.
func TestTold(t *testing.T) {
	at := place{"w0", 8100}
	ops := []operation{
		{object: cluster.Object{Kind: "Service", Namespace: "w0", Name: "green"}},
		{object: cluster.Object{Kind: "HTTPRoute", Namespace: "w0-shop", Name: "web"}},
		{object: cluster.Object{Kind: "Deployment", Namespace: "w0", Name: "old"}, gone: true},
	}
	for _, one := range []struct {
		story Story
		want  string
	}{
		{Story{Applied: []string{"HTTPRoute/shop/web"}, Waiting: []string{"Service/green"}}, "apply HTTPRoute/web, wait; delete Deployment/old; apply Service/green"},
		{Story{Applied: []string{"Deployment/old (removed)"}}, "delete Deployment/old, wait; apply Service/green; apply HTTPRoute/web"},
		{Story{Waiting: []string{"HTTPRoute/shop/web"}}, "apply Service/green; delete Deployment/old, wait; apply HTTPRoute/web"},
	} {
		var got []string
		for _, op := range at.told(one.story, ops) {
			got = append(got, op.String())
		}
		if text := strings.Join(got, "; "); text != one.want {
			t.Errorf("%v:\n%s\n%s", one.story, text, one.want)
		}
	}
}

// TestMutants: every operator finds something to break.
func TestMutants(t *testing.T) {
	state := `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"shop-blue"},"spec":{"replicas":3,"template":{"spec":{"containers":[{"image":"a:1"}]}}}}
---
{"apiVersion":"v1","kind":"Service","metadata":{"name":"shop-blue"},"spec":{"selector":{"cutover.dev/track":"blue"},"ports":[{"port":80,"targetPort":"http"}]}}
---
{"apiVersion":"x/v1","kind":"HTTPRoute","metadata":{"name":"shop"},"spec":{"hostnames":["shop.example.com"],"backendRefs":[{"name":"shop-green"}]}}
---
{"apiVersion":"x/v1","kind":"Ingress","metadata":{"name":"shop"},"spec":{"host":"shop.example.com","backendRefs":[{"name":"shop-green"}]}}
---
{"apiVersion":"x/v1","kind":"IngressRoute","metadata":{"name":"shop"},"spec":{"host":"shop.example.com","backendRefs":[{"name":"shop-green"}]}}
`
	all, err := Mutants("tree", []Edge{{Name: "a → b", From: state, To: state}}, 100, 1)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]int{}
	for _, e := range all[1:] {
		_, rest, _ := strings.Cut(e.Name, ", ")
		for _, op := range operators {
			if strings.HasPrefix(rest, op.name+" ") {
				names[op.name]++
			}
		}
		if e.To == e.From {
			t.Errorf("%s breaks nothing", e.Name)
		}
	}
	for _, op := range operators {
		if names[op.name] == 0 {
			t.Errorf("no mutant of %s", op.name)
		}
	}
}

// TestPut: a state is moved to the worker's namespaces, with the gateways that it names.
func TestPut(t *testing.T) {
	objects, err := place{"w0", 8100}.put(`apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec: {parentRefs: [{name: gw, namespace: edge, sectionName: http}, {name: gw, namespace: edge, sectionName: http}]}
`)
	if err != nil {
		t.Fatal(err)
	}
	if len(objects) != 2 || objects[0].Namespace != "w0-shop" || objects[1].Key() != "gateway.networking.k8s.io|Gateway|w0-edge|gw" {
		t.Fatalf("%v", objects)
	}
	for _, want := range []string{`"namespace":"w0-edge"`, `"namespace":"w0-shop"`} {
		if !strings.Contains(string(objects[0].JSON), want) {
			t.Errorf("%s has no %s", objects[0].JSON, want)
		}
	}
	if !strings.Contains(string(objects[1].JSON), `"port":8100`) {
		t.Error(string(objects[1].JSON))
	}
}

// TestTally: an edge counts by the worst that happened on it, and a proven one that lost
// requests is wrong unless the verdict says that these end.
func TestTally(t *testing.T) {
	result := func(outcome string, findings []Finding, a Attempt) Result {
		return Result{Edge: outcome, Judgment: Judgment{Outcome: outcome, Findings: findings}, Attempts: []Attempt{a}}
	}
	ends := Finding{ID: "request-gone", Severity: "info", Accepted: true}
	renamed := Finding{ID: "port-renamed", Severity: "info", Accepted: true}
	refuted := func(id string) []Finding { return []Finding{{ID: id, Severity: "error"}} }
	lost := Attempt{Lost: []string{"shop.example.com/: 3 of 9"}}
	dropped := Attempt{Dropped: map[string]int{"shop.example.com/: 503": 2}}
	for _, one := range []struct {
		name                                       string
		result                                     Result
		wrong, unjudged, kinder, unexplained, cell int
	}{
		{name: "proven, nothing", result: result("proven", nil, Attempt{}), cell: 3},
		{name: "proven, dropped", result: result("proven", nil, dropped), wrong: 1},
		{name: "proven, lost", result: result("proven", nil, lost), wrong: 1, cell: 1},
		{name: "proven, lost as accepted", result: result("proven", []Finding{ends}, lost), cell: 1},
		{name: "proven, lost, something else accepted", result: result("proven", []Finding{renamed}, lost), wrong: 1, cell: 1},
		{name: "proven, a Service goes", result: result("proven", nil, Attempt{Lost: []string{"Service/shop:80: 9 of 9"}}), cell: 3},
		{name: "not judged, dropped", result: result("not judged", nil, dropped), unjudged: 1},
		{name: "refuted, dropped", result: result("refuted", refuted("backend-empty"), dropped)},
		{name: "refuted, a Service goes", result: result("refuted", refuted("request-gone"), Attempt{Lost: []string{"Service/shop:80: 9 of 9"}}), cell: 1},
		{name: "refuted, by others", result: result("refuted", refuted("selector-moved"), Attempt{Moved: []string{"Service/shop:80: from 1 to 2"}}), cell: 2},
		{name: "refuted, nothing, known why", result: result("refuted", refuted("capacity-short"), Attempt{}), kinder: 1, cell: 3},
		{name: "refuted, nothing, for no reason", result: result("refuted", refuted("backend-empty"), Attempt{}), unexplained: 1, cell: 3},
	} {
		m := Tally([]Result{one.result})
		got := [4]int{len(m.Wrong), len(m.Unjudged), len(m.Kinder), len(m.Unexplained)}
		if want := [4]int{one.wrong, one.unjudged, one.kinder, one.unexplained}; got != want {
			t.Errorf("%s: %v, want %v", one.name, got, want)
		}
		c := m.Cells[one.result.Judgment.Outcome]
		if cells := [4]int{c.Dropped, c.Lost, c.Moved, c.Nothing}; cells[one.cell] != 1 {
			t.Errorf("%s: %v", one.name, cells)
		}
	}
}
