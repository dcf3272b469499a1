package gatewayapi

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// need is something that an implementation must have, and the field that asks for it:
// a feature, or one of the profiles.
type need struct{ what, at string }

// checkImplementation refuses what the implementation's report says that it lacks, and
// warns of what the report says nothing about.
func checkImplementation(r route.Route) []schemas.Finding {
	i := slices.IndexFunc(implementations, func(i implementation) bool { return i.name == optionsOf(r).Implementation })
	if i < 0 {
		return nil
	}
	its := implementations[i]
	var found []schemas.Finding
	told := map[string]bool{}
	for _, n := range needs(r) {
		if told[n.what] || its.can(n.what) {
			continue
		}
		told[n.what] = true
		source := fmt.Sprintf("the conformance report of %s %s", its.name, its.version)
		if word(its.lacks, n.what) {
			found = append(found, r.Release.Find("cannot", n.at, fmt.Sprintf("%s says that it has no %s", source, n.what), others(n.what)))
			continue
		}
		f := r.Release.Find(
			"cannot",
			n.at,
			fmt.Sprintf("%s (Gateway API %s) says nothing of %s", source, its.api, n.what),
			"try it on a route that no client uses; "+others(n.what),
		)
		f.Severity = schemas.Warning
		found = append(found, f)
	}
	return found
}

// can reports whether an implementation says that it has a feature or profile.
func (i implementation) can(what string) bool {
	for _, p := range profiles {
		if p.name == what {
			return word(i.passed, p.word) || word(i.partial, p.word)
		}
	}
	return word(i.has, what)
}

// others names the implementations that have something.
func others(what string) string {
	var names []string
	for _, i := range implementations {
		if i.can(what) {
			names = append(names, i.name)
		}
	}
	if len(names) == 0 {
		return "no implementation says that it can; leave it out"
	}
	return strings.Join(names, ", ") + " can"
}

// needs are what an entry asks of its implementation, in the order of the Release.
func needs(r route.Route) []need {
	all := strategyNeeds(r)
	add := func(when bool, what, field string) {
		if when {
			all = append(all, need{what, r.At + field})
		}
	}
	for _, p := range profilesOf(r) {
		add(true, p, ".protocol")
	}
	if r.Protocol != "http" {
		return all
	}
	mesh := onlyMesh(r)
	add(r.Affinity != nil, responses, ".affinity")
	add(r.Timeout > 0, timeout, ".timeout")
	add(r.Retries != nil, retries, ".retries")
	add(r.Retries != nil && r.Retries.PerTry > 0, backendTimeout, ".retries.perTry")
	if w := r.Rewrite; w != nil {
		add(w.Path != "" && !mesh, rewritePath, ".rewrite.path")
		add(w.Path != "" && mesh, meshRewrite, ".rewrite.path")
		add(w.Host != "", rewriteHost, ".rewrite.host")
	}
	add(r.CORS != nil, cors, ".cors")
	add(r.Headers != nil && r.Headers.Response != nil, responses, ".headers.response")
	add(len(optionsOf(r).ListenerSets) > 0, listenerSets, ".options.listenerSets")
	return all
}

// profilesOf are the profiles for an entry's protocol, at Gateways and in a mesh.
func profilesOf(r route.Route) []string {
	var names []string
	for _, p := range profiles {
		atGateways, inMesh := !onlyMesh(r) &&
			p.word == r.Protocol, slices.Contains(optionsOf(r).Gateways, route.MeshEntry) &&
			p.word == "mesh-"+r.Protocol
		if r.Own == nil && (atGateways || inMesh) {
			names = append(names, p.name)
		}
	}
	return names
}

// onlyMesh reports whether an entry has no Gateway.
func onlyMesh(r route.Route) bool {
	o := optionsOf(r)
	return r.Own == nil && len(o.ListenerSets) == 0 && !slices.ContainsFunc(o.Gateways, func(g string) bool { return g != route.MeshEntry })
}

// strategyNeeds are what steps and preview ask for, of HTTP.
func strategyNeeds(r route.Route) []need {
	if r.Protocol != "http" {
		return nil
	}
	var all []need
	query := queries
	if onlyMesh(r) {
		query = meshQueries
	}
	for at, m := range route.AllMatches(r.Release) {
		if len(m.Query) > 0 {
			all = append(all, need{query, at + ".query"})
		}
		if m.Method != "" {
			all = append(all, need{methods, at + ".method"})
		}
	}
	mirror := func(percent int, at string) {
		if percent > 0 {
			all = append(all, need{mirrors, at})
		}
		if percent > 0 && percent < 100 {
			all = append(all, need{mirrorShare, at})
		}
	}
	for i, s := range r.Release.Spec.Strategy.Steps {
		mirror(s.Mirror, fmt.Sprintf("spec.strategy.steps[%d].mirror", i))
	}
	if v := r.Release.Spec.Strategy.Preview; v != nil {
		mirror(v.Mirror, "spec.strategy.preview.mirror")
	}
	return all
}
