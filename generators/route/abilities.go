package route

import (
	"fmt"

	"github.com/cutoverdev/cutover/schemas"
)

// Ability is something a Release can ask of a router. Abilities are a set.
type Ability uint32

// The abilities, and what a Release asks them with.
const (
	Weights       Ability = 1 << iota // strategy.steps
	Matches                           // match.headers with exact values
	MatchPatterns                     // match.headers with prefix or regex
	MatchCookies                      // match.cookies
	MatchQuery                        // match.query
	MatchMethod                       // match.method
	MatchPath                         // match.path
	Mirror                            // mirror
	Affinity                          // affinity
	Previews                          // preview.hosts
	Hosts                             // hosts
	Paths                             // paths by prefix
	PathExact                         // paths: {exact: …}
	PathRegex                         // paths: {regex: …}
	Timeout                           // timeout
	Retries                           // retries
	Rewrite                           // rewrite
	CORS                              // cors
	HeaderEdits                       // headers
	TLS                               // tls
	OwnRoute                          // route
	Namespaces                        // tracks.<track>.namespace
	Clusters                          // tracks.blue.cluster, tracks.green.cluster
)

// ability says in words what an [Ability] is; verb completes "istio cannot …".
type ability struct {
	Ability
	name, verb string
}

var abilities = []ability{
	{Weights, "weights", "share requests by weight"},
	{Matches, "match headers", "match headers"},
	{MatchPatterns, "match header patterns", "match headers by prefix or expression"},
	{MatchCookies, "match cookies", "match cookies"},
	{MatchQuery, "match query", "match query parameters"},
	{MatchMethod, "match method", "match methods"},
	{MatchPath, "match path", "match paths for the candidate alone"},
	{Mirror, "mirror", "mirror requests"},
	{Affinity, "affinity", "keep a client on a track"},
	{Previews, "preview hosts", "lead a preview host to the candidate"},
	{Hosts, "hosts", "tell hosts apart"},
	{Paths, "paths", "tell paths apart"},
	{PathExact, "exact paths", "match exact paths"},
	{PathRegex, "path expressions", "match paths by expression"},
	{Timeout, "timeout", "limit the time of a request"},
	{Retries, "retries", "retry requests"},
	{Rewrite, "rewrite", "rewrite requests"},
	{CORS, "cors", "answer for cross-origin requests"},
	{HeaderEdits, "headers", "change headers"},
	{TLS, "tls", "serve a certificate by itself"},
	{OwnRoute, "own route", "work on an object of the user's own"},
	{Namespaces, "namespaces", "lead to a track in another namespace"},
	{Clusters, "two clusters", "lead to tracks in two clusters"},
}

// Can are a router's abilities by protocol: http, grpc, tls, tcp, udp. A protocol that is
// not there cannot be routed. [Missing] compares them with what a Release asks.
type Can map[string]Ability

// Names lists the abilities in a set, in the order of the docs.
func (a Ability) Names() []string {
	var names []string
	for _, x := range abilities {
		if a&x.Ability != 0 {
			names = append(names, x.name)
		}
	}
	return names
}

// Want is an ability that a Release asks for, and the path of the field that does.
type Want struct {
	Ability
	path string
}

// Wants lists what a Release asks of the router of an entry that stands at a path,
// in the order of the Release; an ability may be listed several times.
func Wants(r *schemas.Release, t schemas.Traffic, at string) []Want {
	strategy := r.Spec.Strategy
	var all []Want
	add := func(when bool, a Ability, path string) {
		if when {
			all = append(all, Want{a, path})
		}
	}
	for i, s := range strategy.Steps {
		step := fmt.Sprintf("spec.strategy.steps[%d]", i)
		add(s.Weight > 0 && s.Weight < 100, Weights, step)
		add(s.Mirror > 0, Mirror, step+".mirror")
		all = append(all, matchWants(s.Match, step)...)
	}
	if v := strategy.Preview; v != nil {
		add(len(v.Hosts) > 0, Previews, "spec.strategy.preview.hosts")
		add(v.Mirror > 0, Mirror, "spec.strategy.preview.mirror")
		all = append(all, matchWants(v.Match, "spec.strategy.preview")...)
	}
	add(r.Clusters() != nil, Clusters, at+".provider")
	add(len(t.Hosts) > 0, Hosts, at+".hosts")
	for i, p := range t.Paths {
		path := fmt.Sprintf("%s.paths[%d]", at, i)
		add(p.Prefix != "" && p.Prefix != "/", Paths, path)
		add(p.Exact != "", PathExact, path)
		add(p.Regex != "", PathRegex, path)
	}
	add(t.Affinity != nil, Affinity, at+".affinity")
	add(t.Timeout > 0, Timeout, at+".timeout")
	add(t.Retries != nil, Retries, at+".retries")
	add(t.Rewrite != nil, Rewrite, at+".rewrite")
	add(t.CORS != nil, CORS, at+".cors")
	add(t.Headers != nil, HeaderEdits, at+".headers")
	add(t.TLS != nil, TLS, at+".tls")
	add(t.Route != nil, OwnRoute, at+".route")
	add(r.Away() != "", Namespaces, "spec.tracks."+r.Away()+".namespace")
	return all
}

func matchWants(matches []schemas.Match, at string) []Want {
	var all []Want
	for i, m := range matches {
		path := fmt.Sprintf("%s.match[%d]", at, i)
		for _, h := range m.Headers {
			a := Matches
			if h.Exact == "" {
				a = MatchPatterns
			}
			all = append(all, Want{a, path + ".headers." + h.Name})
		}
		for _, w := range []struct {
			when bool
			a    Ability
			key  string
		}{
			{m.Path != nil && m.Path.Regex != "", PathRegex, "path"},
			{m.Path != nil && m.Path.Exact != "", PathExact, "path"},
			{len(m.Cookies) > 0, MatchCookies, "cookies"},
			{len(m.Query) > 0, MatchQuery, "query"},
			{m.Method != "", MatchMethod, "method"},
			{m.Path != nil, MatchPath, "path"},
		} {
			if w.when {
				all = append(all, Want{w.a, path + "." + w.key})
			}
		}
	}
	return all
}
