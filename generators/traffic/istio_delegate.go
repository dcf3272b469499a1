package traffic

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
)

// This file says what becomes of the rules of a VirtualService that another one
// hands requests over to (Istio 1.31, pilot/pkg/model: virtualservice.go,
// virtualservice_controller.go).

// delegate reads the rules of the VirtualService that a rule hands over to. What
// Istio does not find or may not see it leaves out, and the rule with it. A
// delegate cannot delegate again.
func (rd *istioReader) delegate(vs istioNamed, base Rule, root istioHTTP) []Rule {
	namespace := cmp.Or(root.Delegate.Namespace, vs.Namespace)
	i := slices.IndexFunc(rd.services, func(s istioNamed) bool {
		return s.Name == root.Delegate.Name && kube.SameNamespace(s.Namespace, namespace)
	})
	if i < 0 {
		rd.skip(vs.Object, "delegate %s/%s is not here", namespace, root.Delegate.Name)
		return nil
	}
	to := rd.services[i]
	switch {
	case len(to.spec.Hosts) > 0:
		rd.odd(to.Object, "delegate-lost", "leave hosts out; those of the other one count", "has hosts, so that %s cannot hand over to it: Istio leaves out the rule that does", vs.ID)
		return nil
	case !to.exported(vs.Namespace):
		rd.odd(to.Object, "delegate-lost", "exportTo: ["+vs.Namespace+"], or no exportTo", "exportTo hides it from %s, which hands over to it: Istio leaves out the rule that does", vs.ID)
		return nil
	case slices.ContainsFunc(to.spec.HTTP, func(h istioHTTP) bool { return h.Delegate != nil }):
		rd.skip(to.Object, "a delegate delegates again")
		return nil
	}
	var merged []istioHTTP
	for n, leaf := range to.spec.HTTP {
		matches, ok := istioMerged(istioQualified(root.Match, vs.Namespace), istioQualified(leaf.Match, to.Namespace))
		rd.placed = append(rd.placed, istioPart{to, n, vs, ok})
		if !ok {
			continue
		}
		leaf.Match = matches
		merged = append(merged, istioInherited(root, leaf))
	}
	base.Source = to.Object
	return rd.http(to, base, merged)
}

// istioPart is a rule of a delegate under a root, and whether Istio makes it.
type istioPart struct {
	istioNamed
	rule int
	root istioNamed
	made bool
}

// lost reports the rules of delegates that Istio makes under no root.
func (rd *istioReader) lost() {
	for _, p := range rd.placed {
		same := func(o istioPart) bool { return o.made && o.rule == p.rule && o.Key() == p.Key() }
		if !p.made && !slices.ContainsFunc(rd.placed, same) {
			rd.odd(p.Object, "delegate-lost", "matches that are parts of those of the root; or none, and those of the root hold",
				"Istio leaves out http[%d]: one of its matches is no part of any match with which %s hands over", p.rule, p.root.ID)
		}
	}
}

// exported reports whether a VirtualService is for those of a namespace.
func (vs istioNamed) exported(namespace string) bool {
	return len(vs.spec.ExportTo) == 0 || slices.ContainsFunc(vs.spec.ExportTo, func(t string) bool {
		return t == "*" || t == namespace || t == "." && kube.SameNamespace(vs.Namespace, namespace)
	})
}

// istioInherited is a delegate's rule with what only the root says.
func istioInherited(root, leaf istioHTTP) istioHTTP {
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

// istioQualified are matches whose gateways have their namespaces.
func istioQualified(matches []istioMatch, namespace string) []istioMatch {
	all := slices.Clone(matches)
	for i, m := range all {
		all[i].Gateways = nil
		for _, g := range m.Gateways {
			all[i].Gateways = append(all[i].Gateways, istioGateway(g, namespace))
		}
	}
	return all
}

// istioMerged are the matches of a delegate's rule under those of the root; no if
// one of them is a part of none, for then Istio drops the whole rule.
func istioMerged(root, leaf []istioMatch) ([]istioMatch, bool) {
	if len(root) == 0 || len(leaf) == 0 {
		return append(slices.Clip(root), leaf...), true
	}
	var all []istioMatch
	for _, l := range leaf {
		before := len(all)
		for _, r := range root {
			if !istioConflict(r, l) {
				all = append(all, istioMergedMatch(r, l))
			}
			if len(all) > maxRules {
				return all, true // which the reader says
			}
		}
		if len(all) == before {
			return nil, false
		}
	}
	return all, true
}

// istioMergedMatch is a delegate's match with what only the root's says.
func istioMergedMatch(root, leaf istioMatch) istioMatch {
	leaf.URI = cmp.Or(leaf.URI, root.URI)
	leaf.Scheme = cmp.Or(leaf.Scheme, root.Scheme)
	leaf.Method = cmp.Or(leaf.Method, root.Method)
	leaf.Authority = cmp.Or(leaf.Authority, root.Authority)
	leaf.Headers = over(root.Headers, leaf.Headers)
	leaf.WithoutHeaders = over(root.WithoutHeaders, leaf.WithoutHeaders)
	leaf.QueryParams = over(root.QueryParams, leaf.QueryParams)
	leaf.SourceLabels = over(root.SourceLabels, leaf.SourceLabels)
	leaf.SourceNamespace = cmp.Or(leaf.SourceNamespace, root.SourceNamespace)
	leaf.Port = cmp.Or(leaf.Port, root.Port)
	if len(leaf.Gateways) == 0 {
		leaf.Gateways = root.Gateways
	}
	leaf.Other = over(root.Other, leaf.Other)
	return leaf
}

// over is one map over another.
func over[V any](under, above map[string]V) map[string]V {
	all := map[string]V{}
	maps.Copy(all, under)
	maps.Copy(all, above)
	return all
}

// istioConflict reports whether a delegate's match is no part of the root's.
func istioConflict(root, leaf istioMatch) bool {
	return istioConflicts(root.URI, leaf.URI) || istioConflicts(root.Scheme, leaf.Scheme) ||
		istioConflicts(root.Method, leaf.Method) || istioConflicts(root.Authority, leaf.Authority) ||
		istioNamedConflict(root.Headers, leaf.Headers) || istioNamedConflict(root.WithoutHeaders, leaf.WithoutHeaders) ||
		istioNamedConflict(root.QueryParams, leaf.QueryParams) ||
		root.IgnoreURICase != leaf.IgnoreURICase ||
		root.Port > 0 && leaf.Port > 0 && root.Port != leaf.Port ||
		root.SourceNamespace != "" && root.SourceNamespace != leaf.SourceNamespace ||
		istioLabelsConflict(root.SourceLabels, leaf.SourceLabels) ||
		len(root.Gateways) > 0 && len(leaf.Gateways) > 0 && !istioAllOf(root.Gateways, leaf.Gateways)
}

// istioAllOf reports whether a root has all gateways of a delegate, and as many.
func istioAllOf(root, leaf []string) bool {
	return len(root) >= len(leaf) && !slices.ContainsFunc(leaf, func(g string) bool { return !slices.Contains(root, g) })
}

func istioNamedConflict(root, leaf map[string]istioString) bool {
	for name, l := range leaf {
		if r, both := root[name]; both && istioConflicts(&r, &l) {
			return true
		}
	}
	return false
}

func istioLabelsConflict(root, leaf map[string]string) bool {
	for key, l := range leaf {
		if r, both := root[key]; both && r != l {
			return true
		}
	}
	return false
}

// istioConflicts reports whether a text of a delegate is no part of the root's.
// Two expressions always conflict, be they the same; so do two that say nothing.
func istioConflicts(root, leaf *istioString) bool {
	switch {
	case root == nil || leaf == nil:
		return false
	case root.Regex != "" && *leaf != (istioString{}), leaf.Regex != "" && *root != (istioString{}):
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
