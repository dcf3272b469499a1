package alb

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/route"
)

func hostsOf(host string) []string {
	if host == "" {
		return nil
	}
	return []string{host}
}

// matchingOf are the requests of a path of an Ingress; odd says why the controller refuses
// it. Of the values of one field, and of all hosts and all paths, either is enough (v3.5,
// model_build_listener_rules.go, buildRuleConditions).
func matchingOf(m member, host string, p pathSpec) (at matching, odd string) {
	at = matching{hosts: hostsOf(host), matches: []route.Match{{}}}
	var all []condition
	key := "conditions." + p.Backend.Service.Name
	if value := m.said(key); value != "" && json.Unmarshal([]byte(value), &all) != nil {
		return at, key + " is no JSON that the controller reads"
	}
	var paths []route.Match
	var alternatives [][]route.Match
	if odd = at.ingressPath(m, p, &paths); odd != "" {
		return at, odd
	}
	for _, c := range all {
		more, why := at.condition(c, &paths)
		if why != "" {
			return at, key + " " + why + ", which the controller refuses"
		}
		if len(more) > 0 {
			alternatives = append(alternatives, more)
		}
	}
	for _, more := range append([][]route.Match{paths}, alternatives...) {
		if at.matches = product(at.matches, more); len(at.matches) > route.MaxRules {
			return at, "" // which says that there are too many
		}
	}
	return at, ""
}

// ingressPath is the path of an Ingress: a prefix is a path and all below it, and one of
// no type a pattern.
func (at *matching) ingressPath(m member, p pathSpec, paths *[]route.Match) (odd string) {
	wild := strings.ContainsAny(p.Path, "*?")
	add := func(kind route.PathKind, value string) {
		*paths = append(*paths, route.Match{Path: &route.PathMatch{Kind: kind, Value: value}})
	}
	at.paths = []string{p.Path}
	switch {
	case wild && (p.PathType == "Exact" || p.PathType == "Prefix"):
		return "path " + p.Path + " of type " + p.PathType + " has a wildcard, which the controller refuses"
	case p.Path == "":
		at.paths = nil
	case p.PathType == "Exact":
		add(route.PathIs, p.Path)
	case p.PathType == "Prefix":
		at.paths = []string{strings.TrimSuffix(p.Path, "/"), strings.TrimSuffix(p.Path, "/") + "/*"}
		add(route.PathPrefix, p.Path)
	case m.said("use-regex-path-match") == "true":
		*paths = append(*paths, route.Match{Other: []string{"the path, by expression"}})
	default:
		*paths = append(*paths, route.Match{Path: pathPattern(p.Path)})
	}
	return ""
}

// condition are the ways to fit a condition; those of hosts and paths join the others.
func (at *matching) condition(c condition, paths *[]route.Match) (all []route.Match, odd string) {
	switch {
	case c.Field == "host-header" && c.Host.said():
		at.hosts = append(at.hosts, c.Host.Values...)
		if len(c.Host.Regex) > 0 {
			at.hosts = append(at.hosts, "*")
			return []route.Match{{Other: []string{"the host, by expression"}}}, ""
		}
		return at.oddHosts(), ""
	case c.Field == "path-pattern" && c.Path.said():
		at.paths = append(at.paths, c.Path.Values...)
		for _, v := range c.Path.Values {
			*paths = append(*paths, route.Match{Path: pathPattern(v)})
		}
		if len(c.Path.Regex) > 0 {
			*paths = append(*paths, route.Match{Other: []string{"the path, by expression"}})
		}
		return nil, ""
	case c.Field == "http-header" && c.Header != nil && c.Header.values.said():
		if len(c.Header.Regex) > 0 {
			return []route.Match{{Other: []string{"header " + c.Header.Name + ", by expression"}}}, ""
		}
		return []route.Match{
			{Headers: []route.Condition{{Name: strings.ToLower(c.Header.Name), Kind: route.TextMatches, Value: anyOf(c.Header.Values, false)}}},
		}, ""
	case c.Field == "http-request-method" && c.Method.said():
		for _, v := range c.Method.Values {
			all = append(all, route.Match{Method: v})
		}
		return all, ""
	case c.Field == "query-string" && c.Query != nil && len(c.Query.Values) > 0:
		return queries(c.Query.Values), ""
	case c.Field == "source-ip" && c.Source.said():
		return []route.Match{{Other: []string{"source-ip " + strings.Join(c.Source.Values, ", ")}}}, ""
	}
	return nil, fmt.Sprintf("has a condition on %q without what it is", c.Field)
}

func (v *values) said() bool { return v != nil && (len(v.Values) > 0) != (len(v.Regex) > 0) }

// oddHosts are the conditions of hosts with wildcards elsewhere than at the beginning,
// under which every host may be.
func (at *matching) oddHosts() []route.Match {
	var odd []string
	at.hosts = slices.DeleteFunc(at.hosts, func(h string) bool {
		is := h != "*" && strings.ContainsAny(strings.TrimPrefix(h, "*."), "*?")
		if is {
			odd = append(odd, h)
		}
		return is
	})
	if len(odd) == 0 {
		return nil
	}
	at.hosts = append(at.hosts, "*")
	return []route.Match{{Other: []string{"host " + strings.Join(odd, ", ")}}}
}

// queries are the ways to fit a condition on parameters: any of them, and of one
// parameter any value.
func queries(list []pair) []route.Match {
	byKey := map[string][]string{}
	var keys []string
	for _, p := range list {
		if byKey[p.Key] == nil {
			keys = append(keys, p.Key)
		}
		byKey[p.Key] = append(byKey[p.Key], p.Value)
	}
	var all []route.Match
	for _, key := range keys {
		if key == "" {
			all = append(all, route.Match{Other: []string{"query-string " + strings.Join(byKey[key], ", ")}})
			continue
		}
		all = append(all, route.Match{Query: []route.Condition{{Name: key, Kind: route.TextMatches, Value: anyOf(byKey[key], true)}}})
	}
	return all
}

// product are the ways to fit one of each list; an empty list is fitted by all.
func product(a, b []route.Match) []route.Match {
	if len(b) == 0 {
		return a
	}
	var all []route.Match
	for _, x := range a {
		for _, y := range b {
			all = append(all, route.Match{
				Path: cmp.Or(x.Path, y.Path), Method: cmp.Or(x.Method, y.Method), Headers: slices.Concat(x.Headers, y.Headers),
				Query: slices.Concat(x.Query, y.Query), Other: slices.Concat(x.Other, y.Other),
			})
			if len(all) > route.MaxRules {
				return all
			}
		}
	}
	return all
}

// pathPattern is a path with wildcards: * is any text and ? any one sign.
func pathPattern(p string) *route.PathMatch {
	switch i := strings.IndexAny(p, "*?"); {
	case i < 0:
		return &route.PathMatch{Kind: route.PathIs, Value: p}
	case i == len(p)-1 && p[i] == '*':
		return &route.PathMatch{Kind: route.PathLeading, Value: p[:i]}
	}
	return &route.PathMatch{Kind: route.PathMatches, Value: expression(p, false)}
}

// anyOf is an expression for values with wildcards, without regard to case (Elastic Load
// Balancing API 2015-12-01, HttpHeaderConditionConfig, QueryStringConditionConfig).
func anyOf(list []string, escapes bool) string {
	var all []string
	for _, v := range list {
		all = append(all, expression(v, escapes))
	}
	if len(all) == 1 {
		return "(?i)" + all[0]
	}
	return "(?i)(?:" + strings.Join(all, "|") + ")"
}

func expression(p string, escapes bool) string {
	var b strings.Builder
	signs := []rune(p)
	for i := 0; i < len(signs); i++ {
		switch c := signs[i]; {
		case escapes && c == '\\' && i+1 < len(signs):
			i++
			b.WriteString(regexp.QuoteMeta(string(signs[i])))
		case c == '*':
			b.WriteString(".*")
		case c == '?':
			b.WriteString(".")
		default:
			b.WriteString(regexp.QuoteMeta(string(c)))
		}
	}
	return b.String()
}
