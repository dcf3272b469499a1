package haproxy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/ingress"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// checkMatches: haproxytech has one condition for a Service, and haproxy-ingress a line
// for each header.
func checkMatches(r route.Route) []schemas.Finding {
	var found []schemas.Finding
	fail := func(at, message, hint string) {
		found = append(found, r.Release.Find("haproxy-match", at, message, hint))
	}
	for at, m := range route.AllMatches(r.Release) {
		if controllerOf(r) == technology && len(m.Headers)+len(m.Cookies) > 1 {
			fail(at, "haproxytech cannot ask for two conditions at once", "one condition; controller: haproxy-ingress can ask for more")
		}
		for _, c := range slices.Concat(m.Headers, m.Cookies) {
			if strings.ContainsAny(c.Exact+c.Prefix+c.Regex, "\r\n") {
				fail(at, "the value of "+c.Name+" has more than one line", "a value of one line")
			}
		}
	}
	if controllerOf(r) != technology {
		return found
	}
	always := 0
	if v := r.Release.Spec.Strategy.Preview; v != nil {
		always = len(v.Match)
	}
	for i, s := range r.Release.Spec.Strategy.Steps {
		if n := len(s.Match) + always; n > 1 && len(s.Match) > 0 {
			fail(fmt.Sprintf("spec.strategy.steps[%d]", i), fmt.Sprintf("haproxytech has one condition at a time, not %d", n),
				"one match, of the preview or of the step; controller: haproxy-ingress can have more")
		}
	}
	if always > 1 {
		fail("spec.strategy.preview.match", fmt.Sprintf("haproxytech has one condition at a time, not %d", always),
			"one match; controller: haproxy-ingress can have more")
	}
	return found
}

// checkBelow: no other Ingress has a path below one of the entry's on a host of its own.
// Header matches and route-acl go before longer paths, so that the candidate would get
// its requests (haproxy-ingress v0.16, pkg/haproxy/types/maps.go; haproxytech v3.2,
// pkg/route/route.go).
func checkBelow(r route.Route) []schemas.Finding {
	if !asksMatches(r) && controllerOf(r) == community {
		return nil
	}
	ours := specOf(r, r.Hosts, "")
	for _, o := range r.World.All("networking.k8s.io", "Ingress") {
		var theirs spec
		n := o.Get("spec")
		if n == nil || n.Decode(&theirs) != nil {
			continue
		}
		own := r.Own != nil && o.Key() == r.Own.Key()
		if host, path, ok := below(r, ours, theirs, own); ok {
			return []schemas.Finding{r.Find("haproxy-below", "", fmt.Sprintf(
				"%s has %s on host %q, below a path of this entry: HAProxy looks at conditions before longer paths, "+
					"and the candidate would get requests for it", o.ID, path, host),
				"a host of its own for one of them; gatewayAPI keeps to its paths")}
		}
	}
	return nil
}

// below is the first path of an Ingress that lies below one of ours and leads elsewhere.
func below(r route.Route, ours, theirs spec, own bool) (host, path string, ok bool) {
	for _, t := range theirs.Rules {
		for _, p := range t.Paths() {
			if own && ingress.Replaced(r, &p.Backend, "") != nil {
				continue
			}
			for _, o := range ours.Rules {
				if (route.HostFits(o.Host, t.Host) || o.Host == "") && slices.ContainsFunc(o.Paths(), func(q pathSpec) bool { return covers(q, p) }) {
					return t.Host, p.Path, true
				}
			}
		}
	}
	return "", "", false
}

// covers reports whether a path that is longer, or exact, lies below this one.
func covers(p, q pathSpec) bool {
	if p.PathType == "Exact" || len(q.Path) < len(p.Path) || q.Path == p.Path && q.PathType != "Exact" {
		return false
	}
	m := route.PathMatch{Kind: route.PathPrefix, Value: p.Path}
	return m.Fits(q.Path) == route.Yes
}

// classOf is the class of an Ingress: the annotation goes before the field (haproxy-ingress
// v0.16, pkg/controller/services/cache.go), which is all that haproxytech reads.
func classOf(o kube.Object) string {
	if class := o.Text("metadata", "annotations", route.ClassAnnotation); class != "" {
		return class
	}
	return o.Text("spec", "ingressClassName")
}
