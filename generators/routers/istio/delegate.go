package istio

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// This file says what becomes of the rules of a VirtualService that another one
// hands requests over to (Istio 1.31, pilot/pkg/model: virtualservice.go,
// virtualservice_controller.go).

// delegate is the VirtualService that a rule hands over to, and its rules under that
// one. Istio leaves the rule out, and ok is false, where the delegate is not found,
// may not be seen, or delegates again.
func (rd *reader) delegate(vs virtualServiceObject, root http) (to virtualServiceObject, merged []http, ok bool) {
	namespace := cmp.Or(root.Delegate.Namespace, vs.Namespace)
	i := slices.IndexFunc(rd.virtualServices, func(s virtualServiceObject) bool {
		return s.Name == root.Delegate.Name && kube.SameNamespace(s.Namespace, namespace)
	})
	if i < 0 {
		rd.NotJudged(vs.Object, "delegate %s/%s is not here", namespace, root.Delegate.Name)
		return virtualServiceObject{}, nil, false
	}
	to = rd.virtualServices[i]
	switch {
	case len(to.spec.Hosts) > 0:
		rd.Report(to.Object, "delegate-lost", "leave hosts out; those of the other one count",
			"has hosts, so that %s cannot hand over to it: Istio leaves out the rule that does", vs.ID)
		return virtualServiceObject{}, nil, false
	case !to.exported(vs.Namespace):
		rd.Report(to.Object, "delegate-lost", "exportTo: ["+vs.Namespace+"], or no exportTo",
			"exportTo hides it from %s, which hands over to it: Istio leaves out the rule that does", vs.ID)
		return virtualServiceObject{}, nil, false
	case slices.ContainsFunc(to.spec.HTTP, func(h http) bool { return h.Delegate != nil }):
		rd.NotJudged(to.Object, "a delegate delegates again")
		return virtualServiceObject{}, nil, false
	}
	for n, leaf := range to.spec.HTTP {
		matches, ok := mergedMatches(qualified(root.Match, vs.Namespace), qualified(leaf.Match, to.Namespace))
		rd.delegated = append(rd.delegated, delegatedRule{to, n, vs, ok})
		if !ok {
			continue
		}
		leaf.Match = matches
		merged = append(merged, inherited(root, leaf))
	}
	return to, merged, true
}

// lostDelegates reports the rules of delegates that Istio makes under no root.
func (rd *reader) lostDelegates() {
	for _, p := range rd.delegated {
		same := func(o delegatedRule) bool { return o.made && o.rule == p.rule && o.Key() == p.Key() }
		if !p.made && !slices.ContainsFunc(rd.delegated, same) {
			rd.Report(p.Object, "delegate-lost", "matches that are parts of those of the root; or none, and those of the root hold",
				"Istio leaves out http[%d]: one of its matches is wider than every match by which %s delegates to it", p.rule, p.root.ID)
		}
	}
}

// exported reports whether a VirtualService is for those of a namespace.
func (vs virtualServiceObject) exported(namespace string) bool {
	return len(vs.spec.ExportTo) == 0 || slices.ContainsFunc(vs.spec.ExportTo, func(t string) bool {
		return t == "*" || t == namespace || t == "." && kube.SameNamespace(vs.Namespace, namespace)
	})
}

// inherited is a delegate's rule with what only the root says.
func inherited(root, leaf http) http {
	if leaf.DirectResponse.IsZero() {
		leaf.DirectResponse = root.DirectResponse
	}
	if leaf.Fault.IsZero() {
		leaf.Fault = root.Fault
	}
	leaf.Mirror = cmp.Or(leaf.Mirror, root.Mirror)
	leaf.MirrorPercent = cmp.Or(leaf.MirrorPercent, root.MirrorPercent)
	if leaf.Mirrors == nil {
		leaf.Mirrors = root.Mirrors
	}
	return leaf
}

// qualified are matches whose gateways have their namespaces.
func qualified(matches []match, namespace string) []match {
	all := slices.Clone(matches)
	for i, m := range all {
		all[i].Gateways = nil
		for _, g := range m.Gateways {
			all[i].Gateways = append(all[i].Gateways, canonicalGateway(g, namespace))
		}
	}
	return all
}

// mergedMatches are the matches of a delegate's rule under those of the root; no if
// one of them is a part of none, for then Istio drops the whole rule.
func mergedMatches(root, leaf []match) ([]match, bool) {
	if len(root) == 0 || len(leaf) == 0 {
		return append(slices.Clip(root), leaf...), true
	}
	var all []match
	for _, l := range leaf {
		before := len(all)
		for _, r := range root {
			if !conflict(r, l) {
				all = append(all, mergedMatch(r, l))
			}
			if len(all) > route.MaxRules {
				return all, true // which the reader says
			}
		}
		if len(all) == before {
			return nil, false
		}
	}
	return all, true
}

// mergedMatch is a delegate's match with what only the root's says.
func mergedMatch(root, leaf match) match {
	leaf.URI = cmp.Or(leaf.URI, root.URI)
	leaf.Scheme = cmp.Or(leaf.Scheme, root.Scheme)
	leaf.Method = cmp.Or(leaf.Method, root.Method)
	leaf.Authority = cmp.Or(leaf.Authority, root.Authority)
	leaf.Headers = overlaid(root.Headers, leaf.Headers)
	leaf.WithoutHeaders = overlaid(root.WithoutHeaders, leaf.WithoutHeaders)
	leaf.QueryParams = overlaid(root.QueryParams, leaf.QueryParams)
	leaf.SourceLabels = overlaid(root.SourceLabels, leaf.SourceLabels)
	leaf.SourceNamespace = cmp.Or(leaf.SourceNamespace, root.SourceNamespace)
	leaf.Port = cmp.Or(leaf.Port, root.Port)
	if len(leaf.Gateways) == 0 {
		leaf.Gateways = root.Gateways
	}
	leaf.Other = overlaid(root.Other, leaf.Other)
	return leaf
}

// overlaid is one map over another.
func overlaid[V any](under, above map[string]V) map[string]V {
	all := map[string]V{}
	maps.Copy(all, under)
	maps.Copy(all, above)
	return all
}

// conflict reports whether a delegate's match is no part of the root's.
func conflict(root, leaf match) bool {
	return conflicts(root.URI, leaf.URI) || conflicts(root.Scheme, leaf.Scheme) ||
		conflicts(root.Method, leaf.Method) || conflicts(root.Authority, leaf.Authority) ||
		namedConflict(root.Headers, leaf.Headers) || namedConflict(root.WithoutHeaders, leaf.WithoutHeaders) ||
		namedConflict(root.QueryParams, leaf.QueryParams) ||
		root.IgnoreURICase != leaf.IgnoreURICase ||
		root.Port > 0 && leaf.Port > 0 && root.Port != leaf.Port ||
		root.SourceNamespace != "" && root.SourceNamespace != leaf.SourceNamespace ||
		labelsConflict(root.SourceLabels, leaf.SourceLabels) ||
		len(root.Gateways) > 0 && len(leaf.Gateways) > 0 && !allOf(root.Gateways, leaf.Gateways)
}

// allOf reports whether a root has all gateways of a delegate, and as many.
func allOf(root, leaf []string) bool {
	return len(root) >= len(leaf) && !slices.ContainsFunc(leaf, func(g string) bool { return !slices.Contains(root, g) })
}

func namedConflict(root, leaf map[string]stringMatch) bool {
	for name, l := range leaf {
		if r, both := root[name]; both && conflicts(&r, &l) {
			return true
		}
	}
	return false
}

func labelsConflict(root, leaf map[string]string) bool {
	for key, l := range leaf {
		if r, both := root[key]; both && r != l {
			return true
		}
	}
	return false
}

// conflicts reports whether a text of a delegate is no part of the root's.
// Two expressions always conflict, be they the same; so do two that say nothing.
func conflicts(root, leaf *stringMatch) bool {
	switch {
	case root == nil || leaf == nil:
		return false
	case root.Regex != "" && *leaf != (stringMatch{}), leaf.Regex != "" && *root != (stringMatch{}):
		return true
	case root.Exact != "":
		return leaf.Exact != root.Exact
	case root.Prefix != "" && leaf.Prefix != "":
		return !strings.HasPrefix(leaf.Prefix, root.Prefix)
	case root.Prefix != "" && leaf.Exact != "":
		return !strings.HasPrefix(leaf.Exact, root.Prefix)
	}
	return true
}
