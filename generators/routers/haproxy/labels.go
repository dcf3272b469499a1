package haproxy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// This file writes for haproxy-ingress: one Service over both tracks, whose annotation
// says what the pods of each get, and an Ingress for each match.

// labelled are the objects of an entry. Its Ingress does not change while a release runs.
func labelled(r route.Route) []kube.Object {
	objects := []kube.Object{bothTracks(r), main(r, sharedService(r))}
	candidate, ok := r.Candidate()
	if !ok {
		return objects
	}
	for i, m := range r.Matches() {
		meta := r.Meta(fmt.Sprintf("%s-match-%d", r.Name, i+1))
		if r.Own != nil && r.Own.Namespace != "" {
			meta.Namespace = r.Own.Namespace
		}
		meta.Annotations = headerMatches(m)
		objects = append(objects, newIngress(r, meta, ruled(specOf(r, r.Hosts, candidate.Service))))
	}
	return objects
}

// ruled is a spec with its default backend as a rule: a default backend asks for no
// headers.
func ruled(s spec) spec {
	if s.DefaultBackend == nil {
		return s
	}
	all := http{Paths: []pathSpec{{Path: "/", PathType: "Prefix", Backend: *s.DefaultBackend}}}
	s.Rules = append(slices.Clip(s.Rules), ruleSpec{HTTP: &all})
	s.DefaultBackend = nil
	return s
}

func sharedService(r route.Route) string { return r.Name + "-haproxy" }

// bothTracks is the Service over both tracks. initial-weight makes the weights of pods
// exact to a percent: they are whole numbers (v0.16.1, pkg/converters/utils/lbweight.go).
func bothTracks(r route.Route) kube.Object {
	var groups []string
	for _, t := range r.Tracks {
		groups = append(groups, fmt.Sprintf("%s=%s=%d", workload.TrackLabel, t.Track, t.Weight))
	}
	prefix := prefixes[community][0]
	o := r.Maker.Service(sharedService(r), "")
	for _, a := range [][2]string{
		{prefix + balanceKey, strings.Join(groups, ",")},
		{prefix + modeKey, "deploy"},
		{prefix + "initial-weight", "100"},
		{workload.AcceptAnnotation, "request-gone"}, // nobody calls it but HAProxy
	} {
		o = o.With(a[1], "metadata", "annotations", a[0])
	}
	return o
}

// headerMatches are the annotations for a match. A cookie is a part of a header.
func headerMatches(m schemas.Match) map[string]string {
	var exact, expressions []string
	for _, h := range m.Headers {
		switch {
		case h.Exact != "":
			exact = append(exact, h.Name+": "+h.Exact)
		case h.Prefix != "":
			expressions = append(expressions, h.Name+": ^"+route.QuoteMeta(h.Prefix))
		default:
			expressions = append(expressions, h.Name+": ^("+h.Regex+")$")
		}
	}
	for _, c := range m.Cookies {
		value := route.QuoteMeta(c.Exact) + cookieEnd
		switch {
		case c.Prefix != "":
			value = route.QuoteMeta(c.Prefix)
		case c.Regex != "":
			value = "(" + c.Regex + ")" + cookieEnd
		}
		expressions = append(expressions, "cookie: "+cookieStart+route.QuoteMeta(c.Name)+"="+value)
	}
	a := map[string]string{}
	if len(exact) > 0 {
		a[prefixes[community][0]+headerKey] = strings.Join(exact, "\n")
	}
	if len(expressions) > 0 {
		a[prefixes[community][0]+headerRegexKey] = strings.Join(expressions, "\n")
	}
	return a
}
