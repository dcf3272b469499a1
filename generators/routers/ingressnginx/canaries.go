package ingressnginx

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators/route"
)

// alternatives finds the canary of each upstream. Only the first counts
// (balancer.lua, route_to_alternative_balancer).
func alternatives(mains, canaries []location) (map[string]location, []route.Unread) {
	type place struct{ class, host, path, pathType string }
	at := func(l location) place {
		class, _ := route.IngressClass(l.Object) // each is another controller
		return place{class, l.host, l.path, l.pathType}
	}
	ordinary, first := map[string]bool{}, map[place]location{}
	for _, m := range mains {
		ordinary[m.upstream()] = true
		if _, taken := first[at(m)]; !taken {
			first[at(m)] = m
		}
	}
	alternatives := map[string]location{}
	var unread []route.Unread
	odd := func(c location, id, hint, format string, args ...any) {
		unread = append(unread, route.Unread{Source: c.Object, Why: fmt.Sprintf(format, args...), ID: id, Hint: hint})
	}
	for _, c := range canaries {
		m, ok := first[at(c)]
		if !ok {
			odd(c, "canary-lost", c.nearest(mains),
				"no main Ingress of its class has host %q, path %s and pathType %s: this canary gets no requests", c.host, c.path, c.pathType)
			continue
		}
		main := m.upstream()
		switch other, taken := alternatives[main]; {
		case main == c.upstream(): // both lead to the same pods
		case ordinary[c.upstream()]:
			odd(c, "canary-shared", "a Service of its own for each Ingress",
				"Service %s is the backend of another Ingress too: this canary gets no requests", c.backend.Service)
		case !taken:
			alternatives[main] = c
		case other.upstream() != c.upstream():
			odd(c, "canary-twice", "one canary for each rule", "%s is a canary of the same rule: this one gets no requests", other.ID)
		}
	}
	return alternatives, unread
}

// nearest says what a canary that found no main Ingress should look like.
func (l location) nearest(mains []location) string {
	for _, same := range []func(m location) bool{
		func(m location) bool { return m.host == l.host && m.path == l.path },
		func(m location) bool { return m.host == l.host },
	} {
		if i := slices.IndexFunc(mains, same); i >= 0 {
			return fmt.Sprintf("path %s and pathType %s to the letter, as %s has them", mains[i].path, mains[i].pathType, mains[i].ID)
		}
	}
	return "host, path and pathType of the main Ingress, to the letter"
}
