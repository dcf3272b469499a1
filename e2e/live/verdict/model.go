package verdict

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/load"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/routers"
)

// model is a random world as verify reads it: who answers which request. The router says
// whether that is so.
type model struct {
	state cluster.State
	via   route.Entry // the one by which requests come in
}

// modelOf reads a world; ok is no if requests come in by several entries, or by none.
func modelOf(text string) (m model, ok bool) {
	objects, found := kube.Parse("world", []byte(text))
	if len(found) > 0 {
		return m, false
	}
	m.state = cluster.NewState(cluster.Router{Providers: routers.Table}, objects)
	entries := map[route.Entry]bool{}
	for _, r := range m.state.Rules {
		for _, via := range r.Via {
			if !cluster.Direct(r) {
				m.via = via
				entries[via] = true
			}
		}
	}
	return m, len(entries) == 1 && (m.via.Kind != "IngressClass" || !m.clashes())
}

// clashes reports whether two routes claim the same: of two Ingresses the older one counts,
// which no manifest tells, and whose canary is which hangs on it, for other hosts of the same
// Service, too.
func (m model) clashes() bool {
	seen := map[string]kube.ID{}
	for _, r := range slices.DeleteFunc(slices.Clone(m.state.Rules), cluster.Direct) {
		for _, host := range cluster.HostsOf(r) {
			path := ""
			if r.Match.Path != nil {
				path = string(r.Match.Path.Kind) + " " + r.Match.Path.Value
			}
			key := fmt.Sprint(host, r.Tier, path)
			if first, ok := seen[key]; ok && first != r.Source.Key() {
				return true
			}
			seen[key] = r.Source.Key()
		}
	}
	return false
}

// models are those of both states of an edge of random worlds, if both can be read.
func (e Edge) models() []model {
	if !e.random {
		return nil
	}
	from, ok := modelOf(e.From)
	to, also := modelOf(e.To)
	if !ok || !also {
		return nil
	}
	return []model{from, to}
}

// foreseen is what a request is to get: from some of these images, or an error.
type foreseen struct {
	images []string
	errors bool
}

// foresee says what a request gets. ok is no where two routes claim it with the same right,
// and where a Service is missing: verify does not say which of the routes is then tried next.
func (m model) foresee(t load.Target, path string) (f foreseen, ok bool) {
	q := route.Request{Via: m.via, Host: t.Host, Path: path, Method: "GET", Headers: map[string]string{}}
	for name, value := range t.Header {
		q.Headers[strings.ToLower(name)] = value
	}
	rules := m.state.Index.Covering(m.via, t.Host)
	decided := route.Decide(rules, q)
	if len(decided) == 0 {
		return foreseen{errors: true}, true
	}
	if len(decided) > 1 || m.claimed(rules, decided[0], q) {
		return f, false
	}
	for _, b := range decided[0].Backends {
		s, there := m.state.World.Find("", "Service", b.Namespace, b.Service)
		if !there {
			return f, false
		}
		if b.Weight == 0 {
			continue
		}
		app := s.Text("spec", "selector", "app")
		d, deployed := m.state.World.Find("apps", "Deployment", b.Namespace, app)
		if n, err := strconv.Atoi(d.Text("spec", "replicas")); !deployed || err != nil || n == 0 {
			f.errors = true
			continue
		}
		f.images = append(f.images, "example.com/"+app+":1")
	}
	return f, true
}

// claimed reports whether another route takes a request with the same right.
func (m model) claimed(rules []route.Rule, first route.Rule, q route.Request) bool {
	return slices.ContainsFunc(rules, func(r route.Rule) bool {
		return r.Source.Key() != first.Source.Key() && r.Tier == first.Tier && len(route.Decide([]route.Rule{r}, q)) > 0
	})
}

// holds reports whether answers are what was foreseen.
func (f foreseen) holds(c load.Count) bool {
	for image := range c.Images {
		if !slices.Contains(f.images, image) {
			return false
		}
	}
	return f.errors || c.Failed == 0
}

// compare holds what was answered at the ends of an attempt to what was foreseen.
func (w *worker) compare(a *Attempt, l *load.Load, targets []load.Target, at [4]time.Time) {
	for i, m := range w.models {
		for _, t := range targets {
			path, routed := strings.CutPrefix(t.URL, w.url())
			c := load.Of(l.Answers(t.Name, at[2*i], at[2*i+1]))
			f, ok := m.foresee(t, path)
			if !routed || !ok || c.Sent == 0 {
				continue
			}
			a.Foreseen++
			if !f.holds(c) {
				a.Unforeseen = append(a.Unforeseen, fmt.Sprintf("%s in the %s state: %d of %d failed, answered by %v; foreseen: %v, errors %t",
					strings.TrimSpace(t.Name), []string{"first", "second"}[i], c.Failed, c.Sent, slices.Sorted(maps.Keys(c.Images)), f.images, f.errors))
			}
		}
	}
}
