package custom

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// check refuses what paths and numbers do not say.
func check(r route.Route) []schemas.Finding {
	if r.Own == nil {
		return []schemas.Finding{r.Find("required", "route", "route is missing",
			"route: {apiVersion: …, kind: …, name: …}, the object that sends requests to the workload today")}
	}
	if !foreign(r.Own.Group) {
		return []schemas.Finding{r.Find("route-kind", "route", r.Own.Kind+" is a kind of Kubernetes' own",
			"the provider of your router; cutover providers lists them")}
	}
	s, problems := newSplitter(r)
	var found []schemas.Finding
	for _, p := range problems {
		found = append(found, r.Find("custom-path", "options."+p.field, p.why, hintOf(p.field)))
	}
	if found != nil {
		return found
	}
	if s.Source.Away() && s.namespace == nil && !s.form.has("{namespace}") {
		return []schemas.Finding{r.Find("cannot", "options", fmt.Sprintf("track %s has a namespace of its own, and no path says where a backend "+
			"names one", r.Release.Away()), "namespace: the path of it below a backend, if the kind has one; or {namespace} in form")}
	}
	if found = s.checkPaths(); found != nil {
		return found
	}
	found = append(found, s.checkHosts()...)
	found = append(found, s.checkBackends()...)
	if schemas.Failed(found) {
		return found
	}
	return append(found, s.checkElsewhere()...)
}

// hintOf is what to write in a field that does not work.
func hintOf(field string) string {
	switch field {
	case "empty", "missing":
		return "400 to 599, the status that the router answers with; 503 is the default"
	case "default":
		return "0 or more, what the router counts where no weight is written"
	case "form":
		return "{service} with what stands around it: http://{service}.{namespace}.svc:{port}"
	}
	return "a path as the object has it: cutover explain spec.traffic.options.custom"
}

// checkPaths: what an option names stands in the object. A misspelt path would be read
// as a field that is left out, and nothing would be checked by it.
func (s splitter) checkPaths() []schemas.Finding {
	var found []schemas.Finding
	fail := func(field, why string) {
		found = append(found, s.Find("custom-path", "options."+field, why, hintOf(field)))
	}
	var items []*yaml.Node
	for _, one := range s.lists {
		for _, at := range one.rule.places(s.own, route.MaxRules) {
			items = append(items, one.items(kube.Get(s.own, at...))...)
		}
	}
	if len(items) == 0 {
		fail("backends", fmt.Sprintf("%s has no backend at %s", s.Own.ID, strings.Join(s.Backends, ", ")))
		return found
	}
	what, holders := "backend at "+strings.Join(s.Backends, ", "), items
	in := func(field string, p path) {
		if p != nil && !slices.ContainsFunc(holders, func(n *yaml.Node) bool { return kube.Get(n, p...) != nil }) {
			fail(field, fmt.Sprintf("no %s of %s has %s", what, s.Own.ID, p))
		}
	}
	if s.upstreams != nil {
		in("upstreams.by", s.by)
		what, holders = "item of "+s.upstreams.String(), kube.Items(s.own, s.upstreams.list()...)
		if len(holders) == 0 {
			fail("upstreams.list", fmt.Sprintf("%s has no item at %s", s.Own.ID, s.upstreams))
			return found
		}
		in("upstreams.name", s.upstreamName)
	}
	in("service", s.service)
	in("namespace", s.layout.namespace)
	in("port", s.port)
	return found
}

// checkHosts: a preview needs hosts that can be changed, and room for them.
func (s splitter) checkHosts() []schemas.Finding {
	v := s.Release.Spec.Strategy.Preview
	if v == nil || len(v.Hosts) == 0 {
		return nil
	}
	fail := func(why, hint string) []schemas.Finding {
		return []schemas.Finding{s.Find("custom-path", "options.hosts", why, hint)}
	}
	if len(s.hosts) == 0 {
		return fail("a preview host needs a copy of "+s.Own.ID.String()+" with other hosts, and hosts does not say where they stand",
			"hosts: spec.hosts[], or no preview.hosts")
	}
	for _, p := range s.hosts {
		_, rest := p.rule()
		holds := func(at path) bool { return kube.Text(s.own, at...) != "" }
		if !slices.ContainsFunc(p.places(s.own, route.MaxRules), holds) {
			return fail(fmt.Sprintf("%s holds no host in %s", p, s.Own.ID), "the path of its hosts as the object has it")
		}
		if !rest.isList() && len(v.Hosts) > 1 {
			return fail(fmt.Sprintf("%s holds one host, and the preview has %d", p, len(v.Hosts)), "one host under spec.strategy.preview.hosts")
		}
	}
	return nil
}

// checkBackends: some list names an apex, and every one that does can be split.
func (s splitter) checkBackends() []schemas.Finding {
	var found []schemas.Finding
	some := false
	for i, one := range s.lists {
		field := fmt.Sprintf("options.backends[%d]", i)
		for _, at := range one.rule.places(s.own, route.MaxRules) {
			rule := kube.Get(s.own, at...)
			items := one.items(rule)
			for _, item := range items {
				if named, ok := s.named(item); ok {
					found = append(found, s.CheckPlace(named.service, named.port)...)
				}
			}
			where := append(slices.Clip(at), one.rest[0]...)
			names := slices.ContainsFunc(items, s.apex)
			switch some = some || names; {
			case !names:
			case !one.rest[len(one.rest)-1].isList():
				found = append(found, s.Find("custom-path", field, fmt.Sprintf("%s of %s is one backend, and a release needs two beside each other",
					where, s.Own.ID),
					"a list of backends, with [] behind it; a kind that has none cannot share requests by data"))
			default:
				found = append(found, s.checkWeights(field, where, items)...)
			}
		}
	}
	if !some && len(found) == 0 {
		hint := "the Service that selects the workload, as one of " + strings.Join(s.Backends, ", ")
		found = append(found, s.Find("route-apex", "route", s.Own.ID.String()+" has no backend "+strings.Join(s.Apexes(), " or "), hint))
	}
	return found
}

// checkWeights: what every step gives the candidate can be said in whole weights.
func (s splitter) checkWeights(field string, where path, items []*yaml.Node) []schemas.Finding {
	weights := []int{0, 100}
	for _, step := range s.Release.Spec.Strategy.Steps {
		weights = append(weights, step.Weight)
	}
	slices.Sort(weights)
	for _, w := range slices.Compact(weights) {
		s.Route.Tracks[0].Weight, s.Route.Tracks[1].Weight = 100-w, w
		if _, why := s.shares(items); why != "" {
			message := fmt.Sprintf("%s of %s %s", where, s.Own.ID, why)
			if w > 0 && w < 100 {
				message += fmt.Sprintf(", with %d %% for the candidate", w)
			}
			return []schemas.Finding{s.Find("custom-weight", field, message,
				"weights that can be shared out, a larger total, or default: for those that are left out")}
		}
	}
	return nil
}

// checkElsewhere warns of a place that names an apex and is not described: it is not
// split, and goes to the main track.
func (s splitter) checkElsewhere() []schemas.Finding {
	split := s.weighted()
	for _, apex := range s.Apexes() {
		at := mention(split, nil, apex)
		if at == nil {
			continue
		}
		f := s.Find("custom-elsewhere", "options.backends", fmt.Sprintf("%s of %s is %s too, and none of these paths leads there: it is not "+
			"split, and has the main track alone", at, s.Own.ID, apex),
			"one more path, if requests go there; nothing to do if it is a name")
		f.Severity = schemas.Warning
		return []schemas.Finding{f}
	}
	return nil
}
