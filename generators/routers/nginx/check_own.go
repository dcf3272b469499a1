package nginx

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// checkOwn: the user's own object leads to an apex, in a way that can be split.
func checkOwn(r route.Route) []schemas.Finding {
	var found []schemas.Finding
	plain := r.Own.Get("spec")
	apexes := apexUpstreams(r, plain)
	fail := func(id, message, hint string) {
		found = append(found, r.Find(id, "route", r.Own.ID.String()+" "+message, hint))
	}
	for _, u := range kube.Items(plain, "upstreams") {
		_, service := serviceOf(kube.Text(u, "service"))
		found = append(found, r.CheckPlace(service, kube.Text(u, "port"))...)
	}
	done := doings(plain)
	if !slices.ContainsFunc(done, func(n *yaml.Node) bool { return leads(apexes, n) }) && len(found) == 0 {
		fail("route-apex", "leads to no upstream of "+strings.Join(r.Apexes(), " or "),
			"an upstream with the Service that selects the workload and its port, and a route that passes to it")
	}
	found = append(found, checkUpstreamNames(r, plain, apexes)...)
	found = append(found, checkWeights(r, apexes, done)...)
	if path := unrewritten(plain, apexes); path != "" {
		fail("cannot", "rewrites "+path+", and under splits NGINX rewrites no path with = or ^~", "the path as an expression: ~^/old$")
	}
	preview := r.Release.Spec.Strategy.Preview
	if r.Own.Kind == "VirtualServerRoute" && preview != nil && len(preview.Hosts) > 0 {
		found = append(found, r.Release.Find("cannot", "spec.strategy.preview.hosts",
			r.Own.ID.String()+" is a part of the VirtualServer of its host, and there is none of another host", "preview by match"))
	}
	return found
}

// doings are what says what is done: routes, their matches, and the spec of a
// TransportServer.
func doings(spec *yaml.Node) []*yaml.Node {
	all := []*yaml.Node{spec}
	for _, key := range []string{"routes", "subroutes"} {
		for _, n := range kube.Items(spec, key) {
			all = append(append(all, n), kube.Items(n, "matches")...)
		}
	}
	return all
}

// checkUpstreamNames: the tracks' upstreams have names that nobody else has.
func checkUpstreamNames(r route.Route, spec *yaml.Node, apexes names) []schemas.Finding {
	var found []schemas.Finding
	for _, u := range kube.Items(spec, "upstreams") {
		for _, name := range apexes {
			for _, t := range r.Tracks {
				if to := upstreamName(name, t); kube.Text(u, "name") == to || !label.MatchString(to) {
					found = append(found, r.Find("cannot", "route",
						fmt.Sprintf("%s would need upstream %s for %s, and has it for something else or cannot", r.Own.ID, to, t.Track),
						"another name for upstream "+name))
				}
			}
		}
	}
	return found
}

// checkWeights: the tracks' parts of what the object gives the apex are whole percents.
func checkWeights(r route.Route, apexes names, done []*yaml.Node) []schemas.Finding {
	var found []schemas.Finding
	for i, step := range r.Release.Spec.Strategy.Steps {
		for _, n := range done {
			for _, s := range kube.Items(n, "splits") {
				weight, _ := kube.Number(s, "weight")
				if leadsTo(apexes, kube.Get(s, "action")) && weight*step.Weight%100 != 0 {
					found = append(found, r.Release.Find("cannot", fmt.Sprintf("spec.strategy.steps[%d]", i),
						fmt.Sprintf("nginx cannot give the candidate %d of the %d percent that %s gives the apex: weights are whole percents",
							step.Weight, weight, r.Own.ID),
						fmt.Sprintf("a step by which %d percent can be divided", weight)))
				}
			}
		}
	}
	return found
}

// unrewritten is a path that is rewritten so that splits end it (v5.5.4, generateRewrites).
func unrewritten(spec *yaml.Node, apexes names) string {
	for _, key := range []string{"routes", "subroutes"} {
		for _, n := range kube.Items(spec, key) {
			path := kube.Text(n, "path")
			if !strings.HasPrefix(path, "=") && !strings.HasPrefix(path, "^~") {
				continue
			}
			for _, a := range actions(n) {
				if leadsTo(apexes, a) && kube.Text(a, "proxy", "rewritePath") != "" {
					return path
				}
			}
		}
	}
	return ""
}
