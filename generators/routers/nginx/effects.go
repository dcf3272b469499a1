package nginx

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// This file says what objects do to requests beside sending them on.

// What is read elsewhere of a VirtualServer, of a route and of an upstream.
var (
	readOfServer   = []string{"ingressClassName", "host", "listener", "tls", "policies", "upstreams", "routes", "subroutes", "externalDNS"}
	readOfRoute    = []string{"path", "policies", "route", "routeSelector", "action", "splits", "matches"}
	readOfUpstream = []string{"name", "service", "port", "subselector", "type", "tls", "read-timeout"}
)

// How policies keep requests out: those that they do not like, and all but those that
// they know (v5.5.4, PolicySpec).
var (
	refusing  = []string{"rateLimit", "waf"}
	admitting = []string{"jwt", "basicAuth", "ingressMTLS", "oidc", "apiKey", "externalAuth"}
)

// placeEffects are those of a path: of its host, its policies and its own fields.
func (rd *reader) placeEffects(p part, at place) []route.Effect {
	all := fieldEffects(p.Get("spec"), readOfServer, []string{"spec"})
	if p.Text("spec", "tls", "redirect", "basedOn") == "x-forwarded-proto" {
		all = append(all, route.Effect{
			Name: "redirect", Path: []string{"spec", "tls", "redirect"}, Value: kube.Hash(p.Get("spec", "tls", "redirect")),
		})
	}
	all = append(all, fieldEffects(kube.Items(at.Node, "spec", at.list)[at.index], readOfRoute, []string{"spec", at.list})...)
	own := rd.policyEffects(at.part, at.policies, []string{"spec", at.list, "policies"})
	for _, e := range rd.policyEffects(p, p.spec.Policies, []string{"spec", "policies"}) {
		// A policy of the path takes the place of one of its kind for the host.
		if !slices.ContainsFunc(own, func(o route.Effect) bool { return o.Name == e.Name }) {
			own = append(own, e)
		}
	}
	return append(all, own...)
}

// fieldEffects are the fields of a mapping that nobody reads elsewhere.
func fieldEffects(n *yaml.Node, but, path []string) []route.Effect {
	var all []route.Effect
	if n == nil {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if key := n.Content[i].Value; !slices.Contains(but, key) {
			all = append(all, route.Effect{Name: key, Path: append(slices.Clip(path), key), Value: kube.Hash(n.Content[i+1])})
		}
	}
	return all
}

// policyEffects are those of Policies. One that is in no manifest may be there.
func (rd *reader) policyEffects(p part, refs []policyRef, path []string) []route.Effect {
	var all []route.Effect
	for _, ref := range refs {
		o, ok := rd.world.Find(group, "Policy", cmp.Or(ref.Namespace, p.Namespace), ref.Name)
		if !ok {
			rd.missing(p.Object, "names Policy "+ref.Name+
				", which is in no manifest: what it does to requests is not judged, and without it they get 500")
			continue
		}
		if class := o.Text("spec", "ingressClassName"); class != "" && classOf(class) != classOf(p.spec.Class) {
			rd.missing(o, "is of class "+class+", and "+p.ID.String()+" of another, which names it: its requests get 500")
		}
		spec := o.Get("spec")
		if spec == nil {
			continue
		}
		for i := 0; i+1 < len(spec.Content); i += 2 {
			if key := spec.Content[i].Value; key != "ingressClassName" {
				all = append(all, policyEffect(key, spec.Content[i+1], path))
			}
		}
	}
	return all
}

// missing notes, once for an object, why a Policy may not be there.
func (rd *reader) missing(o kube.Object, why string) {
	for _, u := range rd.Unread {
		if u.Why == why && u.Source.ID == o.ID {
			return
		}
	}
	rd.NotJudged(o, "%s", why)
}

func policyEffect(key string, value *yaml.Node, path []string) route.Effect {
	one := route.Effect{Name: "the policy " + key, Path: path, Value: kube.Hash(value)}
	switch {
	case slices.Contains(refusing, key):
		one.Bars = route.BarsSome
	case slices.Contains(admitting, key):
		one.Bars = route.BarsOthers
	case key == "accessControl" && kube.Get(value, "allow") != nil:
		one.Bars = route.BarsOthers
		for _, r := range kube.Items(value, "allow") {
			one.Admitted = append(one.Admitted, r.Value)
		}
	case key == "accessControl":
		one.Bars = route.BarsSome
	}
	return one
}

// actionEffects are those of an action: how it changes requests, and how its upstream's
// pods are spoken to. A cookie that is set takes requests from nobody.
func (p place) actionEffects(a *action) []route.Effect {
	var all []route.Effect
	if a.Proxy != nil {
		changes := *a.Proxy
		changes.Upstream = ""
		if r := changes.Response; r != nil {
			kept := *r
			kept.Add = slices.DeleteFunc(slices.Clone(r.Add), func(h addedHeader) bool { return strings.EqualFold(h.Name, "Set-Cookie") })
			changes.Response = &kept
			if len(kept.Add)+len(kept.Hide) == 0 {
				changes.Response = nil
			}
		}
		if changes != (proxy{}) {
			all = append(all, p.effect("proxy", kube.Hash(kube.Node(changes))))
		}
	}
	name := a.destination()
	for _, u := range kube.Items(p.Node, "spec", "upstreams") {
		if kube.Text(u, "name") != name || name == "" {
			continue
		}
		for _, e := range fieldEffects(u, readOfUpstream, []string{"spec", "upstreams"}) {
			e.Repeats = true
			all = append(all, e)
		}
		if limit := kube.Text(u, "read-timeout"); limit != "" {
			all = append(all, route.Effect{
				Name: "read-timeout", Path: []string{"spec", "upstreams", "read-timeout"}, Value: limit,
				Bars: route.BarsSome, Limit: seconds(limit), Default: 60,
			})
		}
	}
	return all
}

func (p place) effect(name, value string) route.Effect {
	return route.Effect{Name: name, Path: []string{"spec", p.list}, Value: value, Repeats: true}
}

// answer is what NGINX answers by itself. That it ends is harmless: pods answer.
func (p place) answer(name string, n *yaml.Node) route.Effect {
	return route.Effect{Name: name, Path: []string{"spec", p.list}, Value: kube.Hash(n), Bars: route.BarsSome}
}

// seconds is a time in nginx's words; 0 if it is none that is read here.
func seconds(text string) float64 {
	d, err := time.ParseDuration(text)
	if err != nil {
		d, _ = time.ParseDuration(text + "s")
	}
	return d.Seconds()
}

// distinct are effects in their order, each once.
func distinct(all []route.Effect) []route.Effect {
	var out []route.Effect
	for _, e := range all {
		if !slices.ContainsFunc(out, func(o route.Effect) bool { return o.Name == e.Name && o.Value == e.Value }) {
			out = append(out, e)
		}
	}
	return route.SortEffects(out)
}
