package ingress

import (
	"cmp"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// Own is what of the user's Ingress leads to an apex, with another Service in the
// apex's place; under other hosts, if any are given. It is empty if the Ingress cannot
// be read, which the router's check has said.
func Own(r route.Route, hosts []string, service string) Spec {
	own, ok := specOf(r)
	if !ok {
		return own
	}
	led := Spec{IngressClassName: own.IngressClassName, TLS: own.TLS, DefaultBackend: Replaced(r, own.DefaultBackend, service)}
	var all []Path
	known := map[[2]string]bool{}
	for _, rule := range own.Rules {
		var paths []Path
		for _, p := range rule.Paths() {
			if to := Replaced(r, &p.Backend, service); to != nil {
				paths = append(paths, Path{cmp.Or(p.Path, "/"), p.PathType, *to})
			}
		}
		if len(paths) > 0 {
			led.Rules = append(led.Rules, Rule{rule.Host, &HTTP{paths}})
		}
		for _, p := range paths {
			if key := [2]string{p.Path, p.PathType}; !known[key] {
				known[key] = true
				all = append(all, p)
			}
		}
	}
	if len(hosts) == 0 {
		return led
	}
	if led.DefaultBackend != nil && len(all) == 0 {
		all = []Path{{"/", "Prefix", *led.DefaultBackend}}
	}
	return under(hosts, all, own)
}

// under is the user's Ingress with some paths, under other hosts.
func under(hosts []string, paths []Path, own Spec) Spec {
	led := Spec{IngressClassName: own.IngressClassName}
	if len(own.TLS) > 0 {
		led.TLS = []TLS{{hosts, own.TLS[0].SecretName}}
	}
	for _, h := range hosts {
		led.Rules = append(led.Rules, Rule{h, &HTTP{paths}})
	}
	return led
}

// Replaced is a backend with another Service, nil if it is no apex.
func Replaced(r route.Route, b *Backend, service string) *Backend {
	if b == nil || b.Service == nil {
		return nil
	}
	port, ok := Place(r, *b.Service)
	if !ok {
		return nil
	}
	return &Backend{Service: &Service{service, port}}
}

// Place is the port at which a track takes the place of a backend of the user's own
// Ingress; no where it is no apex. An Ingress names Services of its own namespace. A
// port is named there as in the apex; the track's Service may have the name for another
// one, so the port is said by its number.
func Place(r route.Route, s Service) (Port, bool) {
	if !kube.SameNamespace(r.Own.Namespace, r.Source.Namespace()) {
		return Port{}, false
	}
	p, ok := r.Place(s.Name, portText(s.Port))
	return Port{Number: p.Number}, ok
}

// CheckPlaces is why the tracks cannot take the place of an apex that the user's
// Ingress names.
func CheckPlaces(r route.Route) []schemas.Finding {
	own, ok := specOf(r)
	if !ok || !kube.SameNamespace(r.Own.Namespace, r.Source.Namespace()) {
		return nil
	}
	var found []schemas.Finding
	check := func(b *Backend) {
		if b != nil && b.Service != nil {
			found = append(found, r.CheckPlace(b.Service.Name, portText(b.Service.Port))...)
		}
	}
	check(own.DefaultBackend)
	for _, rule := range own.Rules {
		for _, p := range rule.Paths() {
			check(&p.Backend)
		}
	}
	return found
}

// specOf reads the spec of the user's Ingress.
func specOf(r route.Route) (own Spec, ok bool) {
	n := r.Own.Get("spec")
	return own, n != nil && n.Decode(&own) == nil
}

func portText(p Port) string { return route.PortText(p.Number, p.Name) }
