package alb

import (
	"encoding/json"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// This file says matches of a Release as conditions.

// conditionsOf are those that an Ingress has for the backends of a name; none if they
// cannot be read, which is refused.
func conditionsOf(o kube.Object, name string) []condition {
	var all []condition
	if json.Unmarshal([]byte(o.Text("metadata", "annotations", prefix+"conditions."+name)), &all) != nil {
		return nil
	}
	return all
}

// matchConditions are the conditions of a match, but for its path, which is the path of a
// rule: of two in one rule, either is enough (v3.5, buildRuleConditions).
func matchConditions(m schemas.Match) []condition {
	var all []condition
	for _, h := range m.Headers {
		c := condition{Field: "http-header", Header: &header{Name: h.Name}}
		c.Header.Values = []string{pattern(h.String, literal)}
		all = append(all, c)
	}
	for _, q := range m.Query {
		all = append(all, condition{Field: "query-string", Query: &queryValues{[]pair{{q.Name, pattern(q.String, escaped)}}}})
	}
	if m.Method != "" {
		all = append(all, condition{Field: "http-request-method", Method: &values{Values: []string{m.Method}}})
	}
	return all
}

// pattern is a text as a condition has it. Expressions are refused.
func pattern(s schemas.String, quote func(string) string) string {
	if s.Prefix != "" {
		return quote(s.Prefix) + "*"
	}
	return quote(s.Exact)
}

func literal(text string) string { return text }

// escaped is a text in which * and ? stand for themselves (Elastic Load Balancing
// API 2015-12-01, QueryStringConditionConfig); values of headers have no such way.
func escaped(text string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`).Replace(text)
}

// within is a path of an Ingress for the requests that have the path of a match too; no if
// none have both. Without a path in the match, the path itself.
func within(n *yaml.Node, m *schemas.Path) (*yaml.Node, bool) {
	if m == nil {
		return n, true
	}
	path, pathType := kube.Text(n, "path"), kube.Text(n, "pathType")
	exact := pathType == "Exact"
	switch {
	case exact && m.Exact != "":
		return n, path == m.Exact
	case exact:
		return n, below(path, m.Prefix)
	case m.Exact != "":
		n = kube.Put(kube.Put(n, m.Exact, "path"), "Exact", "pathType")
		return n, below(m.Exact, path)
	case below(path, m.Prefix):
		return n, true
	}
	return kube.Put(n, "/"+strings.Trim(m.Prefix, "/"), "path"), below(m.Prefix, path)
}

// below reports whether a path begins with the segments of another one.
func below(path, prefix string) bool {
	_, ok := strings.CutPrefix(strings.TrimSuffix(path, "/")+"/", strings.TrimSuffix(prefix, "/")+"/")
	return ok
}

// evaluations is how many values the rule of a path compares: those of its host, its path
// and its conditions.
func evaluations(host, path, pathType string, all []condition) int {
	n := 0
	if host != "" {
		n++
	}
	if path != "" {
		n++
	}
	if pathType == "Prefix" && path != "/" {
		n++ // the path, and what is below it
	}
	for _, c := range all {
		for _, v := range []*values{c.Host, c.Method, c.Path, c.Source} {
			if v != nil {
				n += len(v.Values) + len(v.Regex)
			}
		}
		if c.Header != nil {
			n += len(c.Header.Values) + len(c.Header.Regex)
		}
		if c.Query != nil {
			n += len(c.Query.Values)
		}
	}
	return n
}
