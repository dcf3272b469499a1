package haproxy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/route"
)

// This file reads what haproxytech (v3.2) does with the paths of Ingresses. Without
// route-acl a path stands in a map, by which the longest wins. With it, there is a
// use_backend rule before the map (pkg/route/route.go, AddCustomRoute):
//
//	use_backend store_svc_cart-green-share_web if { var(txn.host) -m str cart.example.com } { path -m reg ^/cart($|/) } { rand(100) lt 7 }

// conditionalLocation is a location whose Service has a condition.
type conditionalLocation struct {
	location
	share, total int // of rand(total) lt share; total 0: it is no share
	when         route.Match
	nothing      bool // it never holds
}

// path is what use_backend asks of the path: the whole of it, or its first segments.
func (c conditionalLocation) path() *route.PathMatch {
	if c.pathType == "Exact" {
		return &route.PathMatch{Kind: route.PathIs, Value: c.location.path}
	}
	return &route.PathMatch{Kind: route.PathPrefix, Value: c.location.path}
}

func (rd *reader) readConditions() {
	var plain []location
	var shares, matches []conditionalLocation
	for _, p := range rd.places {
		svc, there := rd.service(p)
		acl := annotation(svc, technology, aclKey)
		switch {
		case there && acl != "" && !p.fallback:
			c := parseACL(acl)
			c.location = p
			switch {
			case c.nothing:
			case c.total > 0:
				shares = append(shares, c)
			default:
				matches = append(matches, c)
			}
		case there || !rd.elsewhere(p): // what names no Service there is no path
			plain = append(plain, p)
		}
	}
	for i, c := range shares {
		if slices.ContainsFunc(shares[:i], func(d conditionalLocation) bool {
			return d.host == c.host && d.location.path == c.location.path && d.Service != c.Service
		}) {
			rd.once(c.Object, "several Services share the requests of one path by rand(): each asks anew, and their shares are not judged")
		}
	}
	for _, p := range plain {
		rd.plain(p, shares)
	}
	for _, c := range shares {
		rd.beyond(c, plain)
	}
	for _, c := range matches {
		r := rd.base(c.location)
		r.Hosts, r.Backends, r.Match.Path = rd.under(c.host), []route.Backend{rd.spoken(c.location)}, c.path()
		r.Match.Headers, r.Match.Cookies, r.Match.Other, r.Match.Method = c.when.Headers, c.when.Cookies, c.when.Other, c.when.Method
		rd.rule(r, 0)
	}
}

// elsewhere reports whether another place with the same host and path has its Service,
// and no condition.
func (rd *reader) elsewhere(p location) bool {
	return slices.ContainsFunc(rd.places, func(q location) bool {
		svc, there := rd.service(q)
		return there && annotation(svc, technology, aclKey) == "" && q.host == p.host && q.path == p.path && q.pathType == p.pathType
	})
}

// plain is a path of the map, and the shares of it that conditions take away.
func (rd *reader) plain(p location, shares []conditionalLocation) {
	r := rd.base(p)
	if to := annotation(p.Object, technology, "request-redirect"); to != "" {
		r.Action, r.Effects = route.Redirect, []route.Effect{{Name: "the redirect", Value: to}}
		rd.rule(r, rankOf(p)...)
		return
	}
	r.Backends = []route.Backend{rd.spoken(p)}
	for _, c := range shares {
		path, whole, some := narrower(c.path(), r.Match.Path)
		apart := p.fallback && c.host != "" // the default backend is for other hosts too
		if !some || !apart && !rd.takes(c, p.host) {
			continue
		}
		rd.reportBelow(c, p)
		one := r
		one.Match.Path, one.Backends = path, rd.shared(c, r.Backends)
		if apart {
			one.Hosts = rd.under(c.host)
		}
		if whole && !apart {
			r = one
			continue
		}
		rd.rule(one, append(rankOf(p), 0)...)
	}
	rd.rule(r, append(rankOf(p), 1)...)
}

// reportBelow reports a condition that takes requests of a longer path, which leads
// elsewhere than its own path does.
func (rd *reader) reportBelow(c conditionalLocation, p location) {
	same := slices.ContainsFunc(rd.places, func(q location) bool {
		return q.host == c.host && q.path == c.location.path && q.Service == p.Service
	})
	if !same && !p.fallback && len(p.path) > len(c.location.path) {
		rd.reportOnce(c.Object, "haproxy-below", "a host of its own for one of them",
			fmt.Sprintf("its share of %s takes requests of %s too, which lead to Service %s: route-acl goes before longer paths",
				c.location.path, p.path, p.Service))
	}
}

// shared are a place's backends, and the one that gets its share first.
func (rd *reader) shared(c conditionalLocation, rest []route.Backend) []route.Backend {
	sum := 0
	for _, b := range rest {
		sum += b.Weight
	}
	var weights []int
	for _, b := range rest {
		weights = append(weights, b.Weight*(c.total-c.share))
	}
	weights = route.PercentWeights(append(weights, c.share*sum))
	all := append(slices.Clone(rest), rd.spoken(c.location))
	for i := range all {
		all[i].Weight = weights[i]
	}
	return all
}

// beyond is what a condition takes of paths that are in no map: the rest of it gets 404.
func (rd *reader) beyond(c conditionalLocation, plain []location) {
	covered := slices.ContainsFunc(plain, func(p location) bool {
		_, whole, some := narrower(p.match(technology).Path, c.path())
		return some && whole && (p.host == c.host || p.fallback)
	})
	if covered {
		return
	}
	r := rd.base(c.location)
	r.Match.Path = c.path()
	r.Hosts, r.Backends = rd.under(c.host), rd.shared(c, []route.Backend{{
		Namespace: c.Namespace, Service: c.Service, Weight: c.total, Broken: "no Ingress has its path without a condition",
	}})
	rd.rule(r, 2, -len(c.location.path))
}

// rankOf orders the paths of the map: exact ones first, then longer ones.
func rankOf(p location) []int {
	switch {
	case p.fallback:
		return []int{3}
	case p.pathType == "Exact":
		return []int{1, 0, 0}
	}
	return []int{1, 1, -len(p.path)}
}

// spoken is the backend of a place, with what HAProxy speaks to it.
func (rd *reader) spoken(p location) route.Backend {
	b := p.Backend
	if b.Speaks = rd.speaks(p); isTrue(p.Object, technology, "server-ssl") || rd.of(p, "server-ssl") == "true" {
		b.Speaks += " over TLS"
	}
	return b
}

// takes reports whether a condition for a host is looked at for requests of another one.
func (rd *reader) takes(c conditionalLocation, host string) bool {
	return c.host == "" || c.host == host || strings.HasPrefix(c.host, "*.") && route.HostFits(c.host, host)
}

// under are the hosts of which the requests meet a condition for a host.
func (rd *reader) under(host string) []string {
	if host != "" && !strings.HasPrefix(host, "*.") {
		return []string{host}
	}
	all := []string{host}
	if host == "" {
		all = []string{"*"}
	}
	for _, h := range rd.hosts {
		if h != host && route.HostFits(all[0], h) {
			all = append(all, h)
		}
	}
	return all
}

// narrower is the path that both paths hold for: one of them, or none. whole says that it
// is all of the second.
func narrower(a, b *route.PathMatch) (path *route.PathMatch, whole, some bool) {
	switch {
	case *a == *b, a.Fits(b.Value) == route.Yes && a.Kind != route.PathIs:
		return b, true, true
	case b.Fits(a.Value) == route.Yes && b.Kind != route.PathIs:
		return a, false, true
	}
	return nil, false, false
}

// parseACL reads a condition; of what it does not know nobody knows when it holds.
func parseACL(text string) conditionalLocation {
	unknown := conditionalLocation{when: route.Match{Other: []string{aclKey + " " + text}}}
	words := strings.Fields(text)
	if len(words) == 1 {
		switch words[0] {
		case never:
			return conditionalLocation{nothing: true}
		case "always_true":
			return conditionalLocation{share: 1, total: 1}
		}
		return unknown
	}
	if len(words) == 0 || strings.ContainsAny(text, "{}") {
		return unknown
	}
	fetch, name, _ := strings.Cut(strings.TrimSuffix(words[0], ")"), "(")
	switch fetch {
	case "rand":
		if c, ok := parseShare(name, words[1:]); ok {
			return c
		}
	case "req.hdr", "hdr", "req.fhdr":
		if c, ok := parseText(strings.ToLower(name), words[1:]); ok {
			return conditionalLocation{when: route.Match{Headers: []route.Condition{c}}}
		}
	case "req.cook", "cook", "cookie":
		if c, ok := parseText(name, words[1:]); ok {
			return conditionalLocation{when: route.Match{Cookies: []route.Condition{c}}}
		}
	}
	return unknown
}

// parseShare reads rand(total) lt share: whole numbers from 0, all as likely.
func parseShare(total string, words []string) (conditionalLocation, bool) {
	n, err := strconv.Atoi(total)
	if err != nil || n <= 0 || len(words) != 2 {
		return conditionalLocation{}, false
	}
	m, err := strconv.Atoi(words[1])
	if err != nil {
		return conditionalLocation{}, false
	}
	switch words[0] {
	case "lt":
	case "le":
		m++
	case "ge":
		m = n - m
	case "gt":
		m = n - m - 1
	default:
		return conditionalLocation{}, false
	}
	m = min(max(m, 0), n)
	return conditionalLocation{share: m, total: n, nothing: m == 0}, true
}

// parseText reads -m str VALUE and the other ways to compare a text, with one value.
func parseText(name string, words []string) (route.Condition, bool) {
	c := route.Condition{Name: name, Kind: route.TextIs}
	if len(words) >= 2 && words[0] == "-m" {
		kind, ok := methods[words[1]]
		if !ok {
			return c, false
		}
		c.Kind, words = kind, words[2:]
	}
	if c.Kind == route.TextThere {
		return c, len(words) == 0
	}
	if c.Value = unquoted(strings.Join(words, " ")); c.Value == "" {
		return c, false
	}
	if c.Kind == route.TextMatches {
		c.Value = anywhere(c.Value)
	}
	return c, len(words) == 1 || c.Value != strings.Join(words, " ")
}

var methods = map[string]route.TextKind{
	"str": route.TextIs, "beg": route.TextLeading, "reg": route.TextMatches, "found": route.TextThere,
}

// unquoted is a word without its quotes.
func unquoted(s string) string {
	if inner, ok := strings.CutPrefix(s, "'"); ok {
		if inner, ok = strings.CutSuffix(inner, "'"); ok {
			return strings.ReplaceAll(inner, `'\''`, "'")
		}
	}
	if inner, err := strconv.Unquote(s); err == nil && strings.HasPrefix(s, `"`) {
		return inner
	}
	return s
}
