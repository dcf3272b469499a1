package haproxy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// This file writes for haproxytech: an Ingress for the main track, and one for the
// candidate, whose Services have conditions.
//
//	stage                main Ingress   candidate's Ingress
//	stable … prepare     live           –
//	preview … shift-100  live           candidate: match, share
//	settle, unpreview    candidate      candidate, rand(100) lt 100
//	retire               candidate      –
//
// The Services with conditions are there at every stage, and never without a condition:
// a Service that has none takes the path from the main Ingress.

const (
	shareSuffix = "-share" // of the Service that has a share by weight
	matchSuffix = "-match" // of the Service that has the requests of a match
	never       = "always_false"
)

func conditional(r route.Route) []kube.Object {
	objects := []kube.Object{main(r, r.Main().Service)}
	candidate, ok := r.Candidate()
	beside := ok && candidateBeside(r)
	shares, matches := beside && r.Stage.Split.Weight > 0, beside && len(r.Matches()) > 0
	for _, part := range []struct {
		suffix       string
		asked, stand bool
	}{{shareSuffix, shares, true}, {matchSuffix, matches, asksMatches(r)}} {
		if !part.stand {
			continue
		}
		for _, t := range r.Tracks {
			condition := never
			if part.asked && t.Track == candidate.Track {
				condition = conditionOf(r, part.suffix)
			}
			o := r.Maker.Service(t.Service+part.suffix, t.Track)
			objects = append(objects, o.With(condition, "metadata", "annotations", prefixes[technology][0]+aclKey))
		}
		if part.asked {
			meta := r.Meta(r.Name + part.suffix)
			if r.Own != nil && r.Own.Namespace != "" {
				meta.Namespace = r.Own.Namespace
			}
			objects = append(objects, newIngress(r, meta, outermost(specOf(r, r.Hosts, candidate.Service+part.suffix))))
		}
	}
	return objects
}

// outermost is a spec without paths that lie below others of it: a request would meet the
// condition of each, and with two of them a share of 7 percent would be one of 13.5.
func outermost(s spec) spec {
	var rules []ruleSpec
	for _, r := range s.Rules {
		var paths []pathSpec
		for _, p := range r.Paths() {
			if !coversElsewhere(s, r.Host, p) {
				paths = append(paths, p)
			}
		}
		if len(paths) > 0 {
			rules = append(rules, ruleSpec{Host: r.Host, HTTP: &http{Paths: paths}})
		}
	}
	s.Rules = rules
	return s
}

// coversElsewhere reports whether another path of a spec is for all requests of a path.
func coversElsewhere(s spec, host string, p pathSpec) bool {
	return slices.ContainsFunc(s.Rules, func(r ruleSpec) bool {
		wider := r.Host != host && (r.Host == "" || route.HostFits(r.Host, host))
		return (wider || r.Host == host) && slices.ContainsFunc(r.Paths(), func(q pathSpec) bool {
			return covers(q, p) || wider && q.Path == p.Path && q.PathType == p.PathType
		})
	})
}

// asksMatches reports whether any step or the preview has a match.
func asksMatches(r route.Route) bool {
	for range route.AllMatches(r.Release) {
		return true
	}
	return false
}

// conditionOf is the condition of the candidate's Service at a stage.
func conditionOf(r route.Route, suffix string) string {
	if suffix == shareSuffix {
		return fmt.Sprintf("rand(100) lt %d", r.Stage.Split.Weight)
	}
	m := r.Matches()[0]
	for _, h := range m.Headers {
		return condition("req.hdr("+h.Name+")", h)
	}
	for _, c := range m.Cookies {
		return condition("req.cook("+c.Name+")", c)
	}
	return never
}

// condition is one of HAProxy's, on a text that it fetches.
func condition(fetch string, s schemas.NamedString) string {
	switch {
	case s.Prefix != "":
		return fetch + " -m beg " + quoted(s.Prefix)
	case s.Regex != "":
		return fetch + " -m reg " + quoted("^("+s.Regex+")$")
	}
	return fetch + " -m str " + quoted(s.Exact)
}

// quoted is a word of HAProxy's configuration: bare, or in single quotes, in which
// everything is as it is (HAProxy 3.2, configuration manual, 2.2 Quoting and escaping).
func quoted(s string) string {
	if bare.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
