package traefik

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// This file follows references to Services and TraefikServices (Traefik v3.7,
// pkg/provider/kubernetes/crd/kubernetes_http.go, pkg/server/service/service.go). One
// that leads nowhere takes the whole router with it: weights of 0 are looked up too.

// Bounds of what is followed.
const (
	maxWeight = 1 << 20 // of one reference
	maxParts  = 1 << 16 // that a request is divided into at one place
	maxOpen   = 32      // TraefikServices in each other
)

// told: Traefik follows a Service that is a name only where its provider is told to; an
// IngressRoute at any port (v3.7.9, getServicePort of pkg/provider/kubernetes/crd), an
// Ingress at those that the Service lists (loadService of ingress).
const told = "follows such only with allowExternalNameServices"

var (
	followed = route.Names{Maybe: told, Search: true}
	listed   = route.Names{Maybe: told, Search: true, Listed: true}
)

// share is what a reference gets of requests.
type share struct {
	resolved
	weight int
}

// behind is what stands behind the services of a router or a TraefikService. A single one
// of a router gets everything whatever its weight; else an omitted one is 1, and 0 gets
// nothing (v3.7, kubernetes_http.go; pkg/server/service/loadbalancer/wrr).
func (rd *reader) behind(o kube.Object, namespace string, list []service) resolved {
	var shares []share
	sum := 0
	for _, s := range list {
		if o.Kind != "IngressRouteTCP" && (len(list) > 1 || o.Kind == "TraefikService") {
			rd.nameService(o, namespace, s)
		}
		one := share{rd.follow(o, namespace, s), 1}
		if s.Weight != nil && (len(list) > 1 || o.Kind == "TraefikService") {
			one.weight = min(max(*s.Weight, 0), maxWeight)
		}
		sum += one.weight
		shares = append(shares, one)
	}
	if sum == 0 {
		rd.Report(o, "weight-none", "a weight above 0", "all weights are 0: requests get 503")
		none := route.Backend{Namespace: o.Namespace, Service: o.Name}
		if len(shares) > 0 && len(shares[0].backends) > 0 {
			none = shares[0].backends[0]
		}
		none.Weight, none.Broken = 1, "all weights of "+o.ID.String()+" are 0"
		return resolved{none: true, backends: []route.Backend{none}}
	}
	return rd.joined(o, shares, sum)
}

// joined are the shares as one, each backend once.
func (rd *reader) joined(o kube.Object, shares []share, sum int) resolved {
	parts := 1
	for _, s := range shares {
		whole := total(s.backends)
		if parts = parts / gcd(parts, whole) * whole; parts > maxParts {
			rd.NotJudged(o, "divides requests into more than %d parts: what it leads to is not judged", maxParts)
			return resolved{backends: []route.Backend{{Unknown: "a share of too many parts", Weight: 1}}}
		}
	}
	var all resolved
	for _, s := range shares {
		if s.none && s.weight == 0 {
			continue
		}
		all.none = all.none || s.none
		factor := parts / total(s.backends) * s.weight
		for _, b := range s.backends {
			b.Weight *= factor
			all.backends = append(all.backends, b)
		}
		for _, m := range s.mirrors {
			m.Weight = (m.Weight*s.weight + sum - 1) / max(sum, 1)
			all.mirrors = append(all.mirrors, m)
		}
		all.sticky = cmp.Or(all.sticky, s.sticky)
		all.options = withOptions(all.options, s.options)
	}
	all.backends, all.mirrors = once(all.backends), once(all.mirrors)
	for i := range all.mirrors {
		all.mirrors[i].Weight = min(all.mirrors[i].Weight, 100)
	}
	if divisor := divisor(all.backends); divisor > 1 && len(all.backends) > 1 {
		for i := range all.backends {
			all.backends[i].Weight /= divisor
		}
	}
	return all
}

// once is each backend once, with its weights added up.
func once(all []route.Backend) []route.Backend {
	type key struct{ namespace, service, port, unknown, broken, speaks string }
	var out []route.Backend
	at := map[key]int{}
	for _, b := range all {
		k := key{b.Namespace, b.Service, b.Port, b.Unknown, b.Broken, b.Speaks}
		i, twice := at[k]
		if !twice {
			at[k] = len(out)
			out = append(out, b)
			continue
		}
		out[i].Weight += b.Weight
	}
	return out
}

// divisor is the largest number by which all weights can be divided.
func divisor(all []route.Backend) int {
	d := 0
	for _, b := range all {
		d = gcd(d, b.Weight)
	}
	return d
}

func total(all []route.Backend) int {
	sum := 0
	for _, b := range all {
		sum += b.Weight
	}
	return max(sum, 1)
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// follow is what stands behind one reference.
func (rd *reader) follow(o kube.Object, namespace string, s service) resolved {
	in := cmp.Or(s.Namespace, namespace)
	broken := func(format string, args ...any) resolved {
		return resolved{backends: []route.Backend{{Namespace: in, Service: s.Name, Weight: 1, Broken: fmt.Sprintf(format, args...)}}}
	}
	if name, provider, other := strings.Cut(s.Name, "@"); other {
		return resolved{backends: []route.Backend{{Unknown: name + " of Traefik's provider " + provider, Weight: 1}}}
	}
	if !kube.SameNamespace(in, namespace) {
		rd.NotJudged(o,
			"names %s of namespace %s: Traefik follows that only with allowCrossNamespace, and has no such router without",
			s.Name, in)
	}
	switch s.Kind {
	case "", "Service":
		if s.Port.Value == "" || s.Port.Value == "0" {
			return broken("Service %s is named without a port, which Traefik refuses", s.Name)
		}
		if _, err := strconv.Atoi(s.Port.Value); err == nil && s.Port.ShortTag() == "!!str" {
			return broken("port %q of Service %s is a text, which Traefik compares with names of ports: write the number without quotation marks",
				s.Port.Value, s.Name)
		}
		middle, why := rd.middle(o, namespace, s.Middlewares)
		if why != "" {
			return broken("%s", why)
		}
		options := withOptions(optionEffects(s), effects(middle))
		to := route.Backend{Namespace: in, Service: s.Name, Port: s.Port.Value, Weight: 1, Speaks: rd.speaks(o, in, s)}
		return resolved{backends: []route.Backend{to}, options: options}
	case "TraefikService":
		return rd.traefikService(kube.ID{Group: group, Kind: "TraefikService", Namespace: in, Name: s.Name}, broken)
	}
	return broken("%s is of kind %s, which Traefik does not know", s.Name, s.Kind)
}

// speaks is what Traefik speaks to a Service: what the reference says, and else https
// where the port is 443 or its name begins so (v3.7, kubernetes_http.go,
// parseServiceProtocol).
func (rd *reader) speaks(o kube.Object, namespace string, s service) string {
	if s.Scheme != "" || o.Kind == "IngressRouteTCP" {
		return s.Scheme
	}
	if s.Port.Value == "443" || strings.HasPrefix(s.Port.Value, "https") {
		return "https"
	}
	there, _ := rd.world.Find("", "Service", namespace, s.Name)
	for _, p := range kube.Items(there.Node, "spec", "ports") {
		name, number := kube.Text(p, "name"), kube.Text(p, "port")
		if name == s.Port.Value && number == "443" || number == s.Port.Value && strings.HasPrefix(name, "https") {
			return "https"
		}
	}
	return "http"
}

// withOptions are both lists, each effect once.
func withOptions(all, more []route.Effect) []route.Effect {
	all = slices.Clip(all)
	for _, e := range more {
		if !slices.ContainsFunc(all, func(o route.Effect) bool { return o.Value == e.Value }) {
			all = append(all, e)
		}
	}
	return all
}

// traefikService is what stands behind a TraefikService.
func (rd *reader) traefikService(id kube.ID, broken func(string, ...any) resolved) resolved {
	t, ok := rd.services[id]
	if !ok {
		t, ok = rd.services[kube.ID{Group: id.Group, Kind: id.Kind, Name: id.Name}] // which the agent puts anywhere
	}
	known, done := rd.resolved[t.Key()]
	switch {
	case !ok:
		return broken("TraefikService %s is not there", id.Name)
	case len(rd.open) > maxOpen:
		return resolved{backends: []route.Backend{{Unknown: "a TraefikService behind too many others", Weight: 1}}}
	case rd.open[t.Key()]:
		return broken("TraefikService %s leads to itself", id.Name)
	case done:
		return known
	}
	rd.open[t.Key()] = true
	known = rd.inside(t, broken)
	delete(rd.open, t.Key())
	rd.resolved[t.Key()] = known
	return known
}

// inside is what a TraefikService does with requests. Of several things that it says, one
// counts, in this order.
func (rd *reader) inside(t traefikObject, broken func(string, ...any) resolved) resolved {
	switch s := t.spec; {
	case s.Weighted != nil:
		all := rd.behind(t.Object, t.Namespace, s.Weighted.Services)
		if s.Weighted.Sticky != nil && s.Weighted.Sticky.Cookie != nil {
			all.sticky = &route.Sticky{Cookie: s.Weighted.Sticky.Cookie.Name}
		}
		return all
	case s.Mirroring != nil:
		for _, one := range append([]service{s.Mirroring.service}, s.Mirroring.Mirrors...) {
			rd.nameService(t.Object, t.Namespace, one)
		}
		all := rd.follow(t.Object, t.Namespace, s.Mirroring.service)
		all.mirrors = slices.Clip(all.mirrors) // which others have too
		for _, m := range s.Mirroring.Mirrors {
			copied := rd.follow(t.Object, t.Namespace, m)
			all.options = withOptions(all.options, copied.options)
			whole := total(copied.backends)
			for _, b := range copied.backends {
				b.Weight = (min(max(m.Percent, 0), 100)*b.Weight + whole - 1) / whole
				all.mirrors = append(all.mirrors, b)
			}
		}
		return all
	case s.Highest != nil:
		return rd.behind(t.Object, t.Namespace, s.Highest.Services)
	case s.Failover != nil:
		rd.NotJudged(t.Object, "fails over to %s: what is answered there is not judged", s.Failover.Fallback.Name)
		return rd.follow(t.Object, t.Namespace, s.Failover.Service)
	}
	return broken("TraefikService %s says nothing of where its requests go", t.Name)
}

// errorPages are the Services of the middleware errors: one that is not there takes the
// router with it.
func (rd *reader) errorPages(all []kube.Object) []route.Backend {
	var pages []route.Backend
	for _, o := range all {
		var s service
		n := o.Get("spec", "errors", "service")
		if n == nil || n.Decode(&s) != nil {
			continue
		}
		pages = append(pages, rd.follow(o, o.Namespace, s).backends...)
	}
	for i := range pages {
		pages[i].Weight = 0
	}
	return pages
}
