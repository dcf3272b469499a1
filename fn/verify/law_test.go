package verify_test

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/routers"
	"github.com/cutoverdev/cutover/generators/routers/custom"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
)

var router = cluster.Router{Providers: routers.Table}

// unasked are the entries of cases at which no request is sent, and why.
var unasked = map[string]string{}

// TestLaw renders every case of every provider at many weights, writes the
// objects as text, reads them back and sends requests through what was read,
// Services and selectors included: what arrives is what was asked for.
func TestLaw(t *testing.T) {
	for _, p := range routers.Table {
		for _, c := range golden.Sample(golden.Cases(t, "traffic/"+p.Name), 4) {
			if c.Has("release.yaml") {
				t.Run(c.Name, func(t *testing.T) { lawOf(t, c) })
			}
		}
	}
}

// TestLawEveryWeight goes through 1 to 99 percent with the first case of each provider
// that shares requests, and with those that share them in another way.
func TestLawEveryWeight(t *testing.T) {
	golden.Long(t)
	for _, p := range routers.Table {
		cases := golden.Cases(t, "traffic/"+p.Name)
		first := slices.IndexFunc(cases, sharing)
		require.GreaterOrEqual(t, first, 0, "%s: no case in testdata/traffic/%s shares requests: a Release with want/shift-….yaml", p.Name, p.Name)
		for i, c := range cases {
			if i == first || slices.Contains([]string{"traffic/istio/subsets", "traffic/istio/route", "traffic/gatewayAPI/route", "traffic/custom/apisix", "traffic/custom/openshift"}, c.Name) {
				everyWeight(t, c)
			}
		}
	}
}

// sharing reports whether a case has a stage at which both tracks get requests, or is
// of service, which writes no routes.
func sharing(c *golden.Case) bool {
	return c.Name == "traffic/service/atomic" || c.Has("release.yaml") && slices.ContainsFunc(c.Wanted(), func(name string) bool { return strings.HasPrefix(name, "shift-") })
}

func everyWeight(t *testing.T, c *golden.Case) {
	t.Helper()
	for w := 1; w < 100; w++ {
		if strings.HasPrefix(c.Name, "traffic/service/") && w > 50 {
			break // live stays full: more than half cannot be
		}
		law(t, c, w, sent{})
	}
}

// lawOf holds a case to the law, and itself to sending requests for each entry.
func lawOf(t *testing.T, c *golden.Case) {
	n := sent{}
	for _, w := range []int{0, 3, 20, 50} {
		law(t, c, w, n)
	}
	in, _ := c.Load()
	for _, e := range in.Releases[0].Spec.Traffic {
		name := cmp.Or(e.Name, e.Provider)
		why, known := unasked[c.Name+": "+name]
		require.Equal(t, known, n[name] == 0, "entry %s: %d requests were sent, and unasked says %q", name, n[name], why)
	}
}

// sent counts the requests that are sent, by the entry that they are sent for.
type sent map[string]int

// law generates a case with its first step at a weight, 0 for as it stands, and
// holds every stage to it.
func law(t *testing.T, c *golden.Case, weight int, n sent) {
	t.Helper()
	in, found := c.Load()
	require.False(t, schemas.Failed(found), golden.Lines(found))
	r := in.Releases[0]
	if weight > 0 {
		step := schemas.Step{Weight: weight}
		if len(r.Spec.Strategy.Steps) > 0 {
			step = r.Spec.Strategy.Steps[0]
			step.Weight = weight
		}
		r.Spec.Strategy.Steps = []schemas.Step{step}
	}
	if r.Spec.Traffic[0].Provider == "service" {
		r.Spec.Capacity = 100 // so that pods come near every percentage
	}
	out, found := generators.Generate(in)
	if weight > 0 && slices.ContainsFunc(found, unshareable) {
		return
	}
	require.False(t, schemas.Failed(found), golden.Lines(found))
	for _, s := range out.Releases[0].Stages {
		objects := reparse(t, slices.Concat(out.Shared, out.Releases[0].Objects(s)))
		for _, state := range cluster.NewState(router, objects).Each() {
			checkStage(t, in, out.Releases[0], s, state, n)
		}
	}
}

// unshareable: the entry takes no weight, or not this one. A plain record is not shared,
// nor are the connections of a router without weights, Services between two namespaces, and a part of a whole percent.
func unshareable(f schemas.Finding) bool {
	return f.ID == "dns-weights" || f.ID == "cannot" &&
		(strings.Contains(f.Message, "none selects pods of two namespaces") || strings.Contains(f.Message, "share requests by weight") || strings.Contains(f.Message, "weights are whole percents"))
}

// reparse writes objects as text and reads the text.
func reparse(t *testing.T, objects []kube.Object) []kube.Object {
	t.Helper()
	again, found := kube.Parse("stage.yaml", kube.Stream(nil, objects))
	require.Empty(t, found)
	require.Len(t, again, len(objects))
	for i := range again {
		again[i].Cluster = objects[i].Cluster
	}
	return again
}

// checkStage sends requests for everything the Release names.
func checkStage(t *testing.T, in generators.Input, r generators.Release, s generators.Stage, state cluster.State, n sent) {
	t.Helper()
	for _, u := range state.Unread {
		if strings.Contains(u.Why, "only with allowCrossNamespace") {
			continue // which the case says is set
		}
		require.True(t, u.Source.Is("", "Service"), "%s: part of what was written is not read: %s %s", s.Name, u.Source.ID, u.Why)
	}
	for _, e := range r.Spec.Traffic {
		name := cmp.Or(e.Name, e.Provider)
		switch {
		case e.Provider == "service":
			n[name] += checkApexShares(t, s, state)
		case e.Route != nil:
			n[name] += checkOwn(t, in, s, state, e)
		default:
			n[name] += checkEntry(t, r, s, state, e)
		}
	}
}

// checkEntry: the entry's hosts and paths get the split; matches, cookies and
// preview hosts the candidate. It returns how many requests got the split.
func checkEntry(t *testing.T, r generators.Release, s generators.Stage, state cluster.State, e schemas.Traffic) (n int) {
	t.Helper()
	all := entries(s, state, r.Metadata.Name, e)
	require.NotEmpty(t, all, "%s: no rule of the entry is read", s.Name)
	for _, via := range all {
		for _, host := range hosts(s, via, e) {
			for _, path := range paths(e) {
				number, _ := port(s, e)
				req := route.Request{Via: via, Host: host, Path: path, Method: "GET", Port: number}
				where := fmt.Sprintf("%s: %s %s%s at %v", s.Name, e.Provider, host, path, via)
				expect(t, where, state, req, float64(s.Weight(schemas.Green)))
				checkMatches(t, where, r, s, state, req, e)
				n++
			}
		}
	}
	if s.Preview && r.Spec.Strategy.Preview != nil {
		for _, host := range r.Spec.Strategy.Preview.Hosts {
			req := route.Request{Via: entries(s, state, r.Metadata.Name, e)[0], Host: host, Path: paths(e)[0], Method: "GET"}
			expect(t, s.Name+": preview "+host, state, req, toCandidate(s))
		}
	}
	return n
}

// hosts are those that clients of an entry name: in the mesh, the apexes that have its port,
// and no other port of that number.
func hosts(s generators.Stage, via route.Entry, e schemas.Traffic) []string {
	switch {
	case via.Kind == route.MeshEntry:
		var all []string
		number, name := port(s, e)
		for _, apex := range s.Apexes {
			if n, called := portOf(apex, e); n == number && called == name {
				all = append(all, route.MeshHost(apex.Namespace, apex.Name))
			}
		}
		return all
	case len(e.Hosts) == 0:
		return []string{""}
	}
	return e.Hosts
}

func toCandidate(s generators.Stage) float64 {
	if s.Candidate == schemas.Green {
		return 100
	}
	return 0
}

// checkMatches: requests that fit a match of the stage go to the candidate, and
// those that fail one of its conditions do not.
func checkMatches(t *testing.T, where string, r generators.Release, s generators.Stage, state cluster.State, req route.Request, e schemas.Traffic) {
	t.Helper()
	matches := slices.Clone(s.Split.Match)
	if v := r.Spec.Strategy.Preview; v != nil && s.Preview {
		matches = append(matches, v.Match...)
	}
	for _, m := range matches {
		fits, ok := fit(req, m)
		if !ok {
			continue // another path
		}
		if s.Candidate != "" && s.Running(schemas.Other(s.Candidate)) {
			expect(t, where+" that fits "+fmt.Sprint(m), state, fits, toCandidate(s))
		}
		for _, miss := range misses(fits, m) {
			expect(t, where+" that misses "+fmt.Sprint(m), state, miss, float64(s.Weight(schemas.Green)))
		}
	}
	if e.Affinity == nil || !s.Split.Affinity {
		return
	}
	revision := r.Tracks[1].Revision
	if s.Candidate == schemas.Blue {
		revision = r.Tracks[0].Revision
	}
	value := s.Candidate + "-" + revision
	if p, _ := route.Lookup(routers.Table, e.Provider); p.Cookie != nil { // cases have one entry, named as the release
		value = p.Cookie(r.Tracks[0].Always[0].Namespace, r.Metadata.Name, route.Target{Track: s.Candidate, Revision: revision})
	}
	if value == "" { // the router alone knows what is in its cookie: the rule says that it keeps clients
		rules := route.Decide(state.Rules, req)
		require.Equal(t, &route.Sticky{Cookie: e.Affinity.Cookie}, rules[len(rules)-1].Sticky, where)
		return
	}
	stays := req
	stays.Cookies = map[string]string{"first": "1", e.Affinity.Cookie: value, "z": "2"}
	expect(t, where+" with the cookie", state, stays, toCandidate(s))
	stays.Cookies = map[string]string{e.Affinity.Cookie: s.Candidate + "-older"}
	expect(t, where+" with an old cookie", state, stays, float64(s.Weight(schemas.Green)))
}

// fit is a request like req that a match holds for.
func fit(req route.Request, m schemas.Match) (route.Request, bool) {
	req.Headers, req.Cookies, req.Query = map[string]string{}, map[string]string{"other": "x"}, map[string]string{}
	for _, part := range []struct {
		list []schemas.NamedString
		to   map[string]string
		name func(string) string
	}{{m.Headers, req.Headers, strings.ToLower}, {m.Cookies, req.Cookies, same}, {m.Query, req.Query, same}} {
		for _, n := range part.list {
			part.to[part.name(n.Name)] = example(n.String)
		}
	}
	if m.Method != "" {
		req.Method = m.Method
	}
	if m.Path == nil {
		return req, true
	}
	want := m.Path.Exact + m.Path.Prefix
	if !strings.HasPrefix(want, req.Path) {
		return req, false
	}
	req.Path = want
	return req, true
}

func same(s string) string { return s }

// example is a text that a condition of the test data holds for.
func example(s schemas.String) string {
	known := map[string]string{"2[0-9]+": "207", "qa-.*": "qa-7"}
	switch {
	case s.Prefix != "":
		return s.Prefix + "rest"
	case s.Regex != "":
		return known[s.Regex]
	}
	return s.Exact
}

// misses are requests that fail one condition of a match each.
func misses(req route.Request, m schemas.Match) []route.Request {
	var all []route.Request
	for _, h := range m.Headers {
		one := req
		one.Headers = maps.Clone(req.Headers)
		one.Headers[strings.ToLower(h.Name)] = "no"
		all = append(all, one)
	}
	for _, c := range m.Cookies {
		one := req
		one.Cookies = maps.Clone(req.Cookies)
		one.Cookies[c.Name] = "no"
		all = append(all, one)
	}
	for _, q := range m.Query {
		one := req
		one.Query = maps.Clone(req.Query)
		delete(one.Query, q.Name)
		all = append(all, one)
	}
	if m.Method != "" {
		one := req
		one.Method = "DELETE"
		all = append(all, one)
	}
	return all
}

// entries are where requests for an entry come in. Several entries that istio has in the
// mesh are one object, which tells them apart by their ports.
func entries(s generators.Stage, state cluster.State, release string, e schemas.Traffic) []route.Entry {
	name := release
	if e.Name != "" {
		name += "-" + e.Name
	}
	number, _ := port(s, e)
	var all []route.Entry
	for _, rule := range state.Rules {
		ours := rule.Source.Name == name || rule.Source.Name == release+"-mesh" && rule.Match.Port == number ||
			rule.Source.Is("", "Service") && rule.Source.Text("metadata", "labels", workload.ReleaseLabel) == release
		if !ours || cluster.Direct(rule) || rule.Action == route.Redirect {
			continue
		}
		for _, via := range rule.Via {
			if !slices.Contains(all, via) {
				all = append(all, via)
			}
		}
	}
	return all
}

func paths(e schemas.Traffic) []string {
	if e.Protocol == "tcp" || e.Protocol == "tls" {
		return []string{""}
	}
	var all []string
	for _, p := range e.Paths {
		switch {
		case p.Exact != "":
			all = append(all, p.Exact)
		case p.Regex != "":
			all = append(all, "/v7/cart")
		default:
			prefix := strings.TrimSuffix(p.Prefix, "/")
			all = append(all, prefix, prefix+"/below")
		}
	}
	if all == nil {
		all = []string{"/", "/any"}
	}
	return all
}

// port is the port that an entry means, of the first apex that has it.
func port(s generators.Stage, e schemas.Traffic) (number int, name string) {
	for _, apex := range s.Apexes {
		if number, name = portOf(apex, e); number > 0 {
			break
		}
	}
	return number, name
}

// portOf is the port of an apex that an entry means; 0: it has none.
func portOf(apex kube.Object, e schemas.Traffic) (number int, name string) {
	for _, p := range kube.Items(apex.Node, "spec", "ports") {
		number, _ := strconv.Atoi(kube.Text(p, "port"))
		name := kube.Text(p, "name")
		if e.Port.Number == number || e.Port.Name != "" && name == e.Port.Name || e.Port == (schemas.Port{}) {
			return number, name
		}
	}
	return 0, ""
}

// expect sends a request and compares green's share, in percent.
func expect(t *testing.T, where string, state cluster.State, req route.Request, green float64) {
	t.Helper()
	rules := route.Decide(state.Rules, req)
	require.Len(t, rules, 1, "%s: not one rule answers %+v", where, req)
	shares := shares(t, state, rules[0])
	require.InDelta(t, green, shares[schemas.Green], 0.001, "%s: green, of %v, by %s", where, shares, rules[0].Source.ID)
	require.InDelta(t, 100-green, shares[schemas.Blue], 0.001, "%s: blue, of %v", where, shares)
}

// shares are the percent of a rule's requests that reach the pods of each
// track, or another workload by its name.
func shares(t *testing.T, state cluster.State, rule route.Rule) map[string]float64 {
	t.Helper()
	all, rest := map[string]float64{}, 100.0
	for _, share := range state.Shares(rule) {
		track := share.Labels[workload.TrackLabel]
		if other := rule.Backends[0].Service; track == "" && !strings.HasPrefix(other, "cart-") {
			track = other // pods of another application
		}
		all[track] += share.Percent
		rest -= share.Percent
	}
	for _, b := range rule.Backends {
		if b.Weight > 0 && len(state.Reached(b)) == 0 {
			all[b.Service] += rest // to one Service that is no track's
		}
	}
	return all
}

// checkApexShares: the apexes select the main track, or both by their pods. It returns how
// many of their ports were looked at.
func checkApexShares(t *testing.T, s generators.Stage, state cluster.State) (n int) {
	t.Helper()
	for _, rule := range state.Rules {
		if !slices.ContainsFunc(s.Apexes, func(apex kube.Object) bool { return apex.Key() == rule.Source.Key() }) {
			continue
		}
		n++
		green := shares(t, state, rule)[schemas.Green]
		switch want := float64(s.Weight(schemas.Green)); {
		case s.Both:
			require.LessOrEqual(t, math.Abs(want-green), 1.0, "%s: %v %% of the pods for %v %%", s.Name, green, want)
		case s.Main == schemas.Green:
			require.InDelta(t, 100, green, 0.001, s.Name)
		default:
			require.InDelta(t, 0, green, 0.001, s.Name)
		}
	}
	return n
}

// checkOwn: what the user's own object sent to the apex is split; what it sent
// elsewhere goes there still. It returns how many of its rules were looked at.
func checkOwn(t *testing.T, in generators.Input, s generators.Stage, state cluster.State, e schemas.Traffic) (rules int) {
	t.Helper()
	before, _ := route.ReadAll(routers.Table, route.NewWorld(described(in.Objects, s), nil))
	for _, rule := range before {
		if rule.Source.Kind != e.Route.Kind {
			continue
		}
		rules++
		req := route.Request{Via: rule.Via[0], Host: cluster.HostsOf(rule)[0], Path: "/", Method: "GET", Port: rule.Match.Port, Headers: map[string]string{}, Query: map[string]string{}}
		if p := rule.Match.Path; p != nil {
			req.Path = p.Value
		}
		for _, h := range rule.Match.Headers {
			req.Headers[h.Name] = h.Value
		}
		for _, q := range rule.Match.Query {
			req.Query[q.Name] = q.Value
		}
		after := route.Decide(state.Rules, req)
		require.Len(t, after, 1, "%s: %+v", s.Name, req)
		want, sum := map[string]float64{}, 0
		for _, b := range rule.Backends {
			sum += b.Weight
		}
		for _, b := range rule.Backends {
			share := 100 * float64(b.Weight) / float64(sum)
			if !strings.HasPrefix(b.Service, "cart-") { // as every Service of the workload is called
				want[b.Service] += share
				continue
			}
			for _, track := range schemas.TrackNames {
				if part := share * float64(s.Weight(track)) / 100; part > 0 {
					want[track] += part
				}
			}
		}
		got := shares(t, state, after[0])
		require.InDeltaMapValues(t, want, got, 0.01, "%s: %+v", s.Name, req)
	}
	require.Positive(t, rules, "%s: nothing is read of the user's own object", s.Name)
	return rules
}

// described are objects of which those of kinds that no table knows say how they are
// read, as they do at a stage.
func described(objects []kube.Object, s generators.Stage) []kube.Object {
	all := slices.Clone(objects)
	for i, o := range all {
		for _, routed := range s.Routes {
			if note := routed.Text("metadata", "annotations", custom.Annotation); note != "" && routed.Key() == o.Key() {
				all[i] = o.With(note, "metadata", "annotations", custom.Annotation)
			}
		}
	}
	return all
}
