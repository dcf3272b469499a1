package haproxy

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// This file reads what haproxy-ingress (v0.16.1) does with the paths of Ingresses.

// group are the pods of a Service with a label, and their weight.
type group struct {
	label, value string
	weight       int
}

// maxWeight is HAProxy's highest; what is more counts as much.
const maxWeight = 256

// groupsOf reads label=value=weight,…; no if the controller leaves all of it out
// (pkg/converters/ingress/annotations/backend.go, buildBackendBlueGreenBalance).
func groupsOf(text string) (groups []group, why string) {
	for part := range strings.SplitSeq(text, ",") {
		words := strings.Split(part, "=")
		if len(words) != 3 {
			return nil, strconv.Quote(part) + " is not label=value=weight"
		}
		weight, err := strconv.Atoi(words[2])
		if err != nil {
			return nil, strconv.Quote(words[2]) + " is no weight"
		}
		groups = append(groups, group{words[0], words[1], min(max(weight, 0), maxWeight)})
	}
	return groups, ""
}

// byLabel reads a path: header matches before others, then exact paths, then longer ones
// before shorter ones, and expressions last (pkg/haproxy/types/maps.go).
func (rd *reader) byLabel(p location) {
	r := rd.base(p)
	r.Match.Headers = append(headersOf(p.Object, headerKey, route.TextIs), headersOf(p.Object, headerRegexKey, route.TextMatches)...)
	rank := []int{btoi(p.host == ""), -len(r.Match.Headers), 0, -len(p.path), 0}
	switch p.kind(community) {
	case route.PathPrefix:
		rank[2] = 1
	case route.PathLeading:
		rank[2], rank[4] = 1, 1
	case route.PathMatches:
		rank[2] = 2
	}
	if p.fallback {
		rank = []int{2}
	}
	if alias := annotation(p.Object, community, "server-alias-regex"); alias != "" {
		rd.once(p.Object, "server-alias-regex "+alias+" is an expression: what these hosts get is not judged")
	}
	if to := annotation(p.Object, community, "redirect-to"); to != "" {
		r.Action, r.Effects = route.Redirect, []route.Effect{{Name: "the redirect", Value: to}}
		rd.rule(r, rank...)
		return
	}
	p.Speaks = strings.ToLower(rd.speaks(p))
	if isTrue(p.Object, community, "ssl-passthrough") && p.path == "/" {
		p.Speaks = "TLS as it comes from clients"
	}
	rd.balance(p, r, rank)
}

// weightless is said of pods that HAProxy knows and sends nothing to.
const weightless = "all its pods have weight 0"

// balance makes rules of a place whose Service's pods are weighed, or are not.
func (rd *reader) balance(p location, r route.Rule, rank []int) {
	text := cmp.Or(rd.of(p, balanceKey), rd.of(p, deployKey))
	groups, why := groupsOf(text)
	if text == "" || why != "" || rd.of(p, "service-upstream") == "true" {
		if text != "" && why != "" {
			rd.reportOnce(p.Object, "haproxy-balance", balanceKey+": track=blue=93,track=green=7",
				fmt.Sprintf("%s of Service %s is left out, and all its pods get the same: %s", balanceKey, p.Service, why))
		}
		r.Backends = []route.Backend{p.Backend}
		if rd.of(p, "initial-weight") == "0" {
			r.Backends[0].Broken, r.Dangling = weightless, route.Status503
		}
		rd.selected(p, r, rank, groups)
		rd.rule(r, append(rank, 2)...)
		return
	}
	if mode := rd.of(p, modeKey); mode == "pod" {
		rd.reportOnce(p.Object, "haproxy-balance", modeKey+": deploy, which shares by group",
			fmt.Sprintf("weights of Service %s are those of pods: with more of them a group gets more", p.Service))
	}
	r.Backends, r.Empty = weighed(p, groups), route.Fallback
	none := !slices.ContainsFunc(groups, func(g group) bool { return g.weight > 0 })
	if none || rd.of(p, "initial-weight") == "0" { // pods that no group has have weight 0 anyway
		r.Empty, r.Dangling = route.Status503, route.Status503
		for i := range r.Backends {
			r.Backends[i].Weight, r.Backends[i].Broken = 1, weightless
		}
	}
	rd.selected(p, r, rank, groups)
	rd.rule(r, append(rank, 2)...)
}

// weighed are the groups as backends. What a group without ready pods cannot answer, the
// others do: the largest is the one that is held to it.
func weighed(p location, groups []group) []route.Backend {
	var all []route.Backend
	largest := 0
	for i, g := range groups {
		b := p.Backend
		b.Labels, b.Weight = map[string]string{g.label: g.value}, g.weight
		all = append(all, b)
		if g.weight > groups[largest].weight {
			largest = i
		}
	}
	all[largest].Main = true
	return all
}

// selected are the rules of a header or cookie that names the label of pods, which go
// before weights: the first pod with the label that is up, whatever else there is.
func (rd *reader) selected(p location, r route.Rule, rank []int, groups []group) {
	for i, key := range []string{selectorHeader, selectorCookie} {
		name, label, ok := strings.Cut(rd.of(p, key), ":")
		if !ok {
			continue
		}
		some := false
		for _, g := range groups {
			if g.label != label {
				continue
			}
			some = true
			one := r
			one.Backends = slices.Concat([]route.Backend{p.Backend}, mains(r.Backends))
			one.Backends[0].Labels, one.Backends[0].Weight = map[string]string{g.label: g.value}, 100
			one.Empty = route.Fallback
			is := route.Condition{Name: name, Kind: route.TextIs, Value: g.value}
			if key == selectorHeader {
				is.Name = strings.ToLower(name)
				one.Match.Headers = append(slices.Clip(r.Match.Headers), is)
			} else {
				one.Match.Cookies = append(slices.Clip(r.Match.Cookies), is)
			}
			rd.rule(one, append(slices.Clip(rank), i)...)
		}
		if !some {
			rd.once(p.Object, fmt.Sprintf("%s chooses pods by the label %s, with values that no %s lists: who gets these requests is not judged",
				key, label, balanceKey))
		}
	}
}

// mains are backends that another one falls back to, which get nothing by themselves.
func mains(all []route.Backend) []route.Backend {
	all = slices.Clone(all)
	for i := range all {
		all[i].Weight, all[i].Main = 0, all[i].Main || len(all) == 1
	}
	return slices.DeleteFunc(all, func(b route.Backend) bool { return !b.Main })
}

// headersOf are the header matches of an Ingress, a line each: a name, a colon or a space,
// and a value. Expressions match anywhere in a value.
func headersOf(o kube.Object, key string, kind route.TextKind) []route.Condition {
	var all []route.Condition
	for line := range strings.SplitSeq(annotation(o, community, key), "\n") {
		line = strings.TrimSpace(line)
		i := strings.IndexAny(line, ": ")
		if i <= 0 {
			continue
		}
		c := route.Condition{Name: strings.ToLower(line[:i]), Kind: kind, Value: strings.TrimSpace(line[i+1:])}
		if kind == route.TextMatches {
			c.Value = anywhere(c.Value)
		}
		all = append(all, c)
	}
	return all
}

// anywhere is an expression for the whole text, of one that matches anywhere in it.
func anywhere(expr string) string {
	rest, anchored := strings.CutPrefix(expr, "^")
	if !anchored {
		rest = ".*(" + rest + ")"
	}
	if before, ok := strings.CutSuffix(rest, "$"); ok && !strings.HasSuffix(before, `\`) && strings.HasPrefix(expr, "^") {
		return before
	}
	return rest + ".*"
}

// connection reads a path or default backend of an Ingress with tcp-service-port: a
// listener of its own, with TLS told apart by its host.
func (rd *reader) connection(p location, port string) {
	r := rd.base(p)
	r.Via = []route.Entry{{Kind: "HAProxy port", Name: cmp.Or(rd.class, "default") + ":" + port}}
	r.Match, r.Protocol, r.Sticky = route.Match{}, "tcp", nil
	if p.host != "" {
		r.Protocol = "tls"
	} else {
		r.Hosts = nil
	}
	r.Empty, r.Dangling = route.Refused, route.Refused
	if p.path != "/" {
		rd.once(p.Object, "connections have no paths: haproxy-ingress leaves "+p.path+" out")
		return
	}
	rd.balance(p, r, []int{math.MinInt, btoi(p.host == "")})
}

// redirects are the hosts that only lead to another one (redirect-from), and the root
// that leads to a path (app-root).
func (rd *reader) redirects() {
	for _, p := range rd.places {
		r := rd.base(p)
		r.Action, r.Effects = route.Redirect, nil
		if root := annotation(p.Object, community, "app-root"); root != "" && p.path == "/" {
			one := r
			one.Match = route.Match{Path: &route.PathMatch{Kind: route.PathIs, Value: "/"}}
			rd.rule(one, math.MinInt)
		}
		from := annotation(p.Object, community, "redirect-from")
		if from != "" && !slices.Contains(rd.hosts, from) {
			r.Hosts, r.Match = []string{from}, route.Match{}
			rd.rule(r, math.MaxInt)
		}
	}
}

func btoi(is bool) int {
	if is {
		return 1
	}
	return 0
}
