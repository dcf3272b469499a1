package verify_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/assert"
)

// TestRouterData takes away, one by one, what a router tells the rules as data: an
// annotation and each thing that it says, the ends of TLS, what a gateway is known by.
// The report of some case in testdata/verify must then be
// another one, or nobody would see that the rules no longer look there. Which fields of
// its kinds are judged is held by TestEveryChange.
func TestRouterData(t *testing.T) {
	cases := dataCases(t)
	for i, p := range router.Providers {
		for _, l := range golden.Sample(losses(p), 24) {
			without := router
			without.Providers = slices.Clone(router.Providers)
			without.Providers[i] = l.left
			shown := slices.ContainsFunc(cases, func(c dataCase) bool {
				return slices.ContainsFunc(l.words, c.mentions) && c.outcome(t, without) != c.said
			})
			assert.True(t, shown, "%s: no case of testdata/verify shows %s", p.Name, l.what)
		}
	}
}

// loss is a provider with one thing less.
type loss struct {
	what  string
	words []string // cases that have none of them need no look
	left  route.Provider
}

// losses are a provider without each of the things that it says as data.
func losses(p route.Provider) []loss {
	var all []loss
	kinds := kindsOf(p)
	lose := func(what string, words []string, change func(*route.Provider)) {
		one := p
		change(&one)
		all = append(all, loss{what, words, one})
	}
	lines := func(what string, has bool, change func(*route.Provider)) {
		if has {
			lose(what, kinds, change)
		}
	}
	lines("TLSEnds", p.TLSEnds != nil, func(p *route.Provider) { p.TLSEnds = nil })
	lines("Depends", p.Depends != nil, func(p *route.Provider) { p.Depends = nil })
	lines("Ports", p.Ports != nil, func(p *route.Provider) { p.Ports = nil })
	lines("Looks", p.Looks != nil, func(p *route.Provider) { p.Looks = nil })
	lines("Describe", p.Describe != nil, func(p *route.Provider) { p.Describe = nil })
	lines("Grants", p.Grants.Given != nil, func(p *route.Provider) { p.Grants = route.Grants{} })
	for i, k := range p.TLSPolicies {
		lose("TLSPolicies "+k.Group+"/"+k.Kind, []string{k.Kind}, func(p *route.Provider) { p.TLSPolicies = slices.Delete(slices.Clone(p.TLSPolicies), i, i+1) })
	}
	for i, a := range p.Annotations {
		for what, one := range lessOf(a) {
			lose(fmt.Sprintf("Annotations %s: %s", a.Key, what), []string{a.Key}, func(p *route.Provider) {
				p.Annotations = slices.Clone(p.Annotations)
				p.Annotations[i] = one
			})
		}
	}
	for i, g := range p.Gateways {
		for what, one := range lessOfGateway(g) {
			lose(fmt.Sprintf("Gateways %s: %s", g.Kind, what), []string{"kind: " + g.Kind}, func(p *route.Provider) {
				p.Gateways = slices.Clone(p.Gateways)
				p.Gateways[i] = one
			})
		}
	}
	return all
}

// kindsOf are the words by which a case is found that has an object of a provider's.
func kindsOf(p route.Provider) []string {
	if p.Describe != nil {
		return []string{"cutover.dev/"}
	}
	var all []string
	for _, k := range p.Kinds {
		all = append(all, "kind: "+k.Kind)
	}
	return all
}

// lessOf are an annotation without each thing that it says.
func lessOf(a route.Annotation) map[string]route.Annotation {
	all := map[string]route.Annotation{}
	lose := func(what string, said bool, change func(*route.Annotation)) {
		if said {
			one := a
			change(&one)
			all[what] = one
		}
	}
	lose("Names", len(a.Names) > 0, func(a *route.Annotation) { a.Names = nil })
	lose("Form", a.Form != "", func(a *route.Annotation) { a.Form = "" })
	lose("Moves", a.Moves, func(a *route.Annotation) { a.Moves = false })
	lose("Default", a.Default != "", func(a *route.Annotation) { a.Default = "" })
	lose("Listens", a.Listens, func(a *route.Annotation) { a.Listens = false })
	lose("Speaks", a.Speaks, func(a *route.Annotation) { a.Speaks = false })
	lose("Hosts", a.Hosts, func(a *route.Annotation) { a.Hosts = false })
	return all
}

// lessOfGateway are a kind of gateway without each thing that it says.
func lessOfGateway(g route.Gateway) map[string]route.Gateway {
	all := map[string]route.Gateway{}
	lose := func(what string, said bool, change func(*route.Gateway)) {
		if said {
			one := g
			change(&one)
			all[what] = one
		}
	}
	lose("Listeners", g.Listeners != nil, func(g *route.Gateway) { g.Listeners = func(kube.Object, route.World) []route.Listener { return nil } })
	lose("Class", g.Class != "", func(g *route.Gateway) { g.Class = "" })
	lose("ClassKind", g.ClassKind != "", func(g *route.Gateway) { g.ClassKind = "" })
	lose("Parameters", g.Parameters != "", func(g *route.Gateway) { g.Parameters = "" })
	lose("Selector", g.Selector != "", func(g *route.Gateway) { g.Selector = "" })
	lose("SecretsByPods", g.SecretsByPods, func(g *route.Gateway) { g.SecretsByPods = false })
	lose("Infrastructure", g.Infrastructure != "", func(g *route.Gateway) { g.Infrastructure = "" })
	lose("Owner", g.Owner != nil, func(g *route.Gateway) { g.Owner = nil })
	lose("Addresses", g.Addresses != nil, func(g *route.Gateway) { g.Addresses = nil })
	return all
}

// dataCase is a case of testdata/verify, and its report.
type dataCase struct {
	*golden.Case
	text, said string
}

func dataCases(t *testing.T) []dataCase {
	t.Helper()
	var all []dataCase
	for _, c := range golden.Cases(t, "verify") {
		one := dataCase{Case: c}
		for _, f := range c.Files() {
			one.text += string(f.Data)
		}
		one.said = one.outcome(t, router)
		all = append(all, one)
	}
	return all
}

func (c dataCase) mentions(word string) bool { return strings.Contains(c.text, word) }

// outcome is what is reported of the case, as far as its sections hold it.
func (c dataCase) outcome(t *testing.T, by cluster.Router) string {
	found, unread, left := judged(commits(t, c.Case, by))
	if !c.Has("want/left") {
		left = nil
	}
	return golden.Lines(schemas.Sort(found)) + strings.Join(append(unread, left...), "")
}
