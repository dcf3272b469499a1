package account

import (
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// This file compares rewrites: two rules of a route may say another text and mean
// the same for the requests of the narrower one.

// part is a condition on a path of a rule, and what the path becomes.
type part struct {
	value     string
	exact     bool
	segments  bool // a prefix holds for whole segments
	becomes   string
	rewritten bool
	whole     bool // all of the path is replaced
}

// rewritesAlike: the paths that both rules are for become the same ones.
func rewritesAlike(d Difference, _ Facts) bool {
	was, ok := parts(d.Rules[0])
	is, also := parts(d.Rules[1])
	if !ok || !also {
		return false
	}
	compared := false
	for _, path := range append(samples(was), samples(is)...) {
		a, at := become(was, path)
		b, too := become(is, path)
		if at && too {
			compared = true
			if a != b {
				return false
			}
		}
	}
	return compared
}

// samples are paths that conditions are for.
func samples(all []part) []string {
	var paths []string
	for _, p := range all {
		paths = append(paths, p.value, strings.TrimSuffix(p.value, "/")+"/x")
	}
	return paths
}

// become is what a path becomes by the longest condition that fits it.
func become(all []part, path string) (string, bool) {
	var best part
	found := false
	for _, p := range all {
		if p.fits(path) && (!found || len(p.value) > len(best.value)) {
			best, found = p, true
		}
	}
	return best.apply(path), found
}

func (p part) fits(path string) bool {
	rest, ok := strings.CutPrefix(path, p.value)
	return ok && (rest == "" || !p.exact && (!p.segments || strings.HasSuffix(p.value, "/") || rest[0] == '/'))
}

func (p part) apply(path string) string {
	switch {
	case !p.rewritten:
		return path
	case p.exact || p.whole:
		return p.becomes
	case !p.segments:
		return p.becomes + path[len(p.value):]
	}
	rest := strings.TrimPrefix(path, strings.TrimSuffix(p.value, "/"))
	if all := strings.TrimSuffix(p.becomes, "/") + rest; all != "" {
		return all
	}
	return "/"
}

// parts are the paths of a rule of a VirtualService or HTTPRoute. ok is no if one is
// an expression.
func parts(rule *yaml.Node) (all []part, ok bool) {
	base := part{value: "/"}
	if uri := kube.Get(rule, "rewrite", "uri"); uri != nil {
		base.becomes, base.rewritten = uri.Value, true
	}
	for _, f := range kube.Items(rule, "filters") {
		path := kube.Get(f, "urlRewrite", "path")
		if path != nil {
			base.rewritten, base.whole = true, kube.Text(path, "type") == "ReplaceFullPath"
			base.becomes = kube.Text(path, "replaceFullPath") + kube.Text(path, "replacePrefixMatch")
		}
	}
	for _, m := range kube.Items(rule, "match") {
		one := base
		exact, prefix := kube.Get(m, "uri", "exact"), kube.Get(m, "uri", "prefix")
		switch {
		case exact != nil:
			one.value, one.exact = exact.Value, true
		case prefix != nil:
			one.value = prefix.Value
		case kube.Get(m, "uri") != nil:
			return nil, false
		}
		all = append(all, one)
	}
	for _, m := range kube.Items(rule, "matches") {
		one := base
		one.segments = true
		if v := kube.Text(m, "path", "value"); v != "" {
			one.value = v
		}
		one.exact = kube.Text(m, "path", "type") == "Exact"
		if kube.Text(m, "path", "type") == "RegularExpression" {
			return nil, false
		}
		all = append(all, one)
	}
	if all == nil {
		base.segments = kube.Get(rule, "backendRefs") != nil
		all = append(all, base)
	}
	return all, rule != nil
}
