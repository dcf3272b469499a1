package ingressnginx

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/ingress"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// check refuses what two Ingresses have no words for.
func check(r route.Route) []schemas.Finding {
	retired := r.Find("nginx-retired", "provider", "ingress-nginx is retired: no fixes since March 2026",
		"provider: gatewayAPI says the same for any Gateway; Traefik from v3.7 and Higress read these Ingresses")
	retired.Severity = schemas.Warning
	found := []schemas.Finding{retired}
	if isTraefik(r) {
		found = nil
	}
	if large := checkSize(r); large != nil {
		return append(found, large...)
	}
	found = append(found, checkMatches(r)...)
	if rewrites(r) {
		for i, p := range r.Paths {
			if p.Prefix == "" {
				found = append(found, r.Find("cannot", fmt.Sprintf("paths[%d]", i), "ingressNginx can rewrite prefixes only",
					"a prefix; istio and gatewayAPI can rewrite exact paths"))
			}
		}
	}
	options, _ := r.Options.(options)
	for _, t := range options.Annotations {
		if why, hint := refused(r, fullKey(t.Name)); why != "" {
			found = append(found, r.Find("annotation", "options.annotations."+t.Name, why, hint))
		}
	}
	return append(found, checkOwn(r)...)
}

// checkSize: every host has every path, with a backend.
func checkSize(r route.Route) []schemas.Finding {
	size, hosts := 0, max(1, len(r.Hosts))
	if v := r.Release.Spec.Strategy.Preview; v != nil {
		hosts = max(hosts, len(v.Hosts))
	}
	for _, rule := range specOf(r, []string{""}, "").Rules {
		for _, p := range rule.Paths() {
			size += len(`{"path":"","pathType":"","backend":{}}`) + len(p.Path)
		}
	}
	return r.CheckSize("an Ingress", size*hosts)
}

// checkMatches: a canary Ingress knows one header and one cookie, either
// of them enough, and of the cookie one value.
func checkMatches(r route.Route) []schemas.Finding {
	var found []schemas.Finding
	fail := func(at, message, hint string) {
		found = append(found, r.Release.Find("nginx-match", at, message, hint+"; istio and gatewayAPI can match more"))
	}
	most := func(at string, matches []schemas.Match) {
		headers, cookies := 0, 0
		for i, m := range matches {
			here := fmt.Sprintf("%s[%d]", at, i)
			headers, cookies = headers+len(m.Headers), cookies+len(m.Cookies)
			if len(m.Headers)+len(m.Cookies) > 1 {
				fail(here, "ingressNginx cannot ask for two conditions at once", "one condition in each entry")
			}
			for _, c := range m.Cookies {
				if c.Exact != "always" {
					fail(here+".cookies."+c.Name, "ingressNginx knows one value of a cookie, always", c.Name+": always")
				}
			}
		}
		if headers > 1 || cookies > 1 {
			fail(at, fmt.Sprintf("ingressNginx matches one header and one cookie, not %d and %d", headers, cookies), "one of each")
		}
	}
	var always []schemas.Match
	if v := r.Release.Spec.Strategy.Preview; v != nil {
		always = v.Match
		most("spec.strategy.preview.match", always)
	}
	for i, s := range r.Release.Spec.Strategy.Steps {
		if len(s.Match) > 0 {
			most(fmt.Sprintf("spec.strategy.steps[%d].match", i), append(slices.Clip(s.Match), always...))
		}
	}
	return found
}

// checkOwn: the user's Ingress names an apex, and says nothing that a
// release must say or undo.
func checkOwn(r route.Route) []schemas.Finding {
	if r.Own == nil {
		return nil
	}
	var found []schemas.Finding
	options, _ := r.Options.(options)
	if len(options.Annotations) > 0 {
		found = append(found, r.Find("route-owns", "options.annotations", "annotations are said by the Ingress "+r.Own.Name+" itself",
			"write them there"))
	}
	places := ingress.CheckPlaces(r)
	found = append(found, places...)
	if spec := ingress.Own(r, nil, ""); len(places) == 0 && spec.DefaultBackend == nil && len(spec.Rules) == 0 {
		found = append(found, r.Find("route-apex", "route", r.Own.ID.String()+" has no backend "+strings.Join(r.Apexes(), " or "),
			"the Service that selects the workload, as backend"))
	}
	for key := range kube.Pairs(r.Own.Node, "metadata", "annotations") {
		if why, hint := refused(r, key); why != "" {
			found = append(found, r.Own.Find("annotation", why, hint, "metadata", "annotations", key))
		}
	}
	return found
}

// refused says why an annotation cannot stand on the main Ingress of a
// release, "" if it can.
func refused(r route.Route, key string) (why, hint string) {
	name, ours := strings.CutPrefix(key, prefix)
	switch {
	case ours && isTraefik(r) && inList(unknownToTraefik, name):
		return "is passed over by Traefik", "what Traefik v3.7 knows, or a Middleware of its own under provider traefik"
	case strings.HasPrefix(key, prefix+"canary"):
		return "is written by the stages", "leave it out"
	case key == prefix+"affinity":
		return "its cookie keeps clients on a track whatever the weights are, beyond an abort",
			"istio and gatewayAPI have affinity that an abort ends"
	}
	return "", ""
}
