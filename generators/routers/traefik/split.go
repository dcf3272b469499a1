package traefik

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// part is a router that names the apex, with the beginning of the names of what it needs.
type part struct {
	route.Route
	node *yaml.Node
	name string
}

// parts are the routers of a spec that name the apex.
func parts(r route.Route, spec *yaml.Node) []part {
	var all []part
	for _, n := range kube.Items(spec, "routes") {
		if len(apexServices(r, n)) == 0 {
			continue
		}
		name := r.Name
		if len(all) > 0 {
			name += fmt.Sprintf("-%d", len(all)+1)
		}
		all = append(all, part{r, n, name})
	}
	return all
}

// splitSpec is a spec with the tracks in the apex's place.
func splitSpec(r route.Route, spec *yaml.Node) *yaml.Node {
	all := parts(r, spec)
	pins := pinValues(r, all)
	return kube.Edit(spec, func(list *yaml.Node) *yaml.Node {
		return kube.Each(list, func(n *yaml.Node) []*yaml.Node {
			i := slices.IndexFunc(all, func(p part) bool { return p.node == n })
			if i < 0 {
				return []*yaml.Node{n}
			}
			return all[i].split(pins)
		})
	}, "routes")
}

// split is what takes the place of a router that names the apex: one for clients that
// stay on the candidate, one for each match, and the weights. The first ones have a
// priority that is higher by one, and so come before nothing else that came before.
func (p part) split(pins []string) []*yaml.Node {
	var all []*yaml.Node
	first := func(rule string) {
		n := kube.Put(p.toCandidate(), allOf(kube.Text(p.node, "match"), rule), "match")
		n = kube.Put(n, p.priority()+1, "priority")
		same := func(o *yaml.Node) bool { return kube.Text(o, "match") == kube.Text(n, "match") }
		if !slices.ContainsFunc(all, same) {
			all = append(all, n)
		}
	}
	if p.Sticky() != nil {
		first(stickyRule(p.Affinity.Cookie, pins))
	}
	for _, m := range p.Matches() {
		first(matchRule(m))
	}
	return append(all, p.weighted())
}

// priority is that of the router.
func (p part) priority() int {
	said, _ := kube.Number(p.node, "priority")
	return cmp.Or(said, len(kube.Text(p.node, "match")))
}

// stickyRule holds for clients with a cookie that leads to the candidate.
func stickyRule(name string, values []string) string {
	return call("HeaderRegexp", "Cookie", `^(?:.*;\s*)?`+route.QuoteMeta(name)+"=(?:"+strings.Join(values, "|")+`)(?:\s*;.*)?$`)
}

// toCandidate is the router with the candidate in the apex's place.
func (p part) toCandidate() *yaml.Node {
	candidate, _ := p.Candidate()
	return kube.Edit(p.node, func(list *yaml.Node) *yaml.Node {
		return kube.Each(list, func(s *yaml.Node) []*yaml.Node {
			if isApex(p.Route, s) {
				s = serviceTo(p.Route, s, candidate)
			}
			return []*yaml.Node{s}
		})
	}, "services")
}

// weighted is the router with both tracks in the apex's place; while requests are
// copied, it leads to the TraefikService that does so.
func (p part) weighted() *yaml.Node {
	if _, ok := p.Candidate(); ok && p.Stage.Split.Mirror > 0 && p.copies() {
		return kube.Put(p.node, []service{{Name: p.name + "-mirror", Kind: "TraefikService"}}, "services")
	}
	return kube.Put(p.node, p.shares(), "services")
}

// copies reports whether the router's requests can be copied: those of connections cannot.
func (p part) copies() bool { return p.Protocol == "http" && route.Mirrors(p.Release) }

// shares are the services of the router once the apex is two tracks. A track without
// requests is left out: without allowEmptyServices, one Service without pods takes the
// whole router with it, whatever its weight (v3.7, loadServers: no servers found).
func (p part) shares() []*yaml.Node {
	list := kube.Items(p.node, "services")
	var all []*yaml.Node
	var weights []int
	add := func(s *yaml.Node, weight int) {
		if weight > 0 {
			all, weights = append(all, s), append(weights, weight)
		}
	}
	for _, s := range list {
		weight := 1
		if w, said := kube.Number(s, "weight"); said && len(list) > 1 {
			weight = w
		}
		if !isApex(p.Route, s) {
			all, weights = append(all, s), append(weights, weight*100)
			continue
		}
		for _, t := range p.Tracks {
			add(p.share(s, t), weight*t.Weight)
		}
	}
	weights = route.PercentWeights(weights)
	for i := range all {
		if len(all) > 1 {
			all[i] = kube.Put(all[i], weights[i], "weight")
		}
	}
	return all
}

// share is a track in the apex's place. The candidate's answers carry the cookie by which
// clients stay, so that a TraefikService stands before it.
func (p part) share(s *yaml.Node, t route.Target) *yaml.Node {
	if p.Sticky() != nil && t.Track == p.Stage.Candidate {
		return kube.Node(service{Name: p.name + "-sticky", Kind: "TraefikService"})
	}
	return serviceTo(p.Route, s, t)
}

// traefikServices are the TraefikServices that the router needs at some stage. They are
// there for as long as both tracks run, so that they are made before they are named, and
// go when nobody names them any more.
func (p part) traefikServices(namespace string) []kube.Object {
	candidate, ok := p.Candidate()
	if !ok || !p.Stage.Running(candidate.Track) || !p.Stage.Running(schemas.Other(candidate.Track)) {
		return nil
	}
	var all []kube.Object
	add := func(name string, v any, path ...string) {
		meta := p.Meta(name)
		meta.Namespace = namespace
		all = append(all, route.NewObject(group+"/v1alpha1", "TraefikService", meta, kube.Put(kube.Node(map[string]string{}), v, path...)))
	}
	to := serviceTo(p.Route, apexServices(p.Route, p.node)[0], candidate)
	to = kube.Edit(to, func(*yaml.Node) *yaml.Node { return nil }, "weight")
	if a := p.Affinity; a != nil {
		stays := service{Name: pin(p.name, candidate), Kind: "TraefikService"}
		add(stays.Name, []*yaml.Node{to}, "weighted", "services")
		add(p.name+"-sticky",
			weighted{[]service{stays}, &sticky{&cookie{a.Cookie, true, "lax", int(time.Duration(a.TTL) / time.Second)}}},
			"weighted")
	}
	if p.copies() {
		add(p.name+"-split", p.shares(), "weighted", "services")
		m := kube.Node(service{Name: p.name + "-split", Kind: "TraefikService"})
		if p.Stage.Split.Mirror > 0 {
			m = kube.Put(m, []*yaml.Node{kube.Put(to, p.Stage.Split.Mirror, "percent")}, "mirrors")
		}
		add(p.name+"-mirror", m, "mirroring")
	}
	return all
}

// pin is the name of the TraefikService that a cookie's value is made of: track and
// version, so that a cookie from an earlier release keeps nobody anywhere.
func pin(name string, t route.Target) string { return name + "-" + t.Track + "-" + t.Revision }

// pinValues are the cookies that keep a client on the candidate, whichever router of the
// object it came by.
func pinValues(r route.Route, all []part) []string {
	candidate, ok := r.Candidate()
	if !ok || r.Affinity == nil {
		return nil
	}
	var values []string
	for _, p := range all {
		values = append(values, cookieValues(namespaceOf(r), pin(p.name, candidate))...)
	}
	return values
}

// cookieValues are what Traefik puts into a cookie for a TraefikService: a hash of what
// it calls it, without safeNaming and with (v3.7, pkg/server/service/loadbalancer/sticky.go,
// pkg/provider/kubernetes/crd/name_builder.go).
func cookieValues(namespace, name string) []string {
	words := strings.FieldsFunc(namespace+"-"+name, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsNumber(c) })
	var values []string
	for _, full := range []string{strings.Join(words, "-"), namespace + "_" + name} {
		sum := sha256.Sum256([]byte(full))
		values = append(values, hex.EncodeToString(sum[:])[:16])
	}
	return values
}

// cookieOf is the value of the affinity cookie on a candidate, for an entry that makes
// objects of some name.
func cookieOf(namespace, name string, t route.Target) string {
	return cookieValues(namespace, pin(name, t))[0]
}

// namespaceOf is where the entry's objects are.
func namespaceOf(r route.Route) string {
	if r.Own != nil && r.Own.Namespace != "" {
		return r.Own.Namespace
	}
	return r.Source.Namespace()
}

// apexServices are the services of a router that are an apex.
func apexServices(r route.Route, n *yaml.Node) []*yaml.Node {
	return slices.DeleteFunc(slices.Clone(kube.Items(n, "services")), func(s *yaml.Node) bool { return !isApex(r, s) })
}

// isApex reports whether a service of a router is an apex of the release.
func isApex(r route.Route, s *yaml.Node) bool {
	name, port, ok := serviceOf(r, s)
	if !ok {
		return false
	}
	_, ok = r.Place(name, port)
	return ok
}

// serviceOf is the Service and the port of a reference to the release's namespace.
func serviceOf(r route.Route, s *yaml.Node) (name, port string, ok bool) {
	kind := kube.Text(s, "kind")
	in := cmp.Or(kube.Text(s, "namespace"), namespaceOf(r))
	return kube.Text(s, "name"), kube.Text(s, "port"), (kind == "" || kind == "Service") && kube.SameNamespace(in, r.Source.Namespace())
}

// serviceTo is a reference with a track in the apex's place.
func serviceTo(r route.Route, s *yaml.Node, t route.Target) *yaml.Node {
	name, called, _ := serviceOf(r, s)
	if port, _ := r.Place(name, called); called != fmt.Sprint(port.Number) {
		s = kube.Put(s, port.Number, "port")
	}
	s = kube.Put(s, t.Service, "name")
	if r.Source.Away() && cmp.Or(kube.Text(s, "namespace"), namespaceOf(r)) != t.Namespace {
		s = kube.Put(s, t.Namespace, "namespace")
	}
	return s
}
