package draft

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// route finds the routes that lead to the workload's Services. Those that a
// release can split become entries, the others lead to it by its Services as
// they do now.
func (d *draft) route() {
	world := route.NewWorld(d.in.Objects, d.in.Classes)
	rules, unread := route.ReadAll(d.in.Providers, world)
	var all []entry
	for _, r := range rules {
		b, leads := d.leads(r)
		if !leads || r.Source.Is("", "Service") {
			continue
		}
		i := slices.IndexFunc(all, func(e entry) bool { return e.route.Key() == r.Source.Key() })
		if i < 0 {
			i = len(all)
			all = append(all, entry{route: r.Source, protocol: r.Protocol, port: d.port(b)})
		}
		all[i].saw(r)
	}
	if d.worker {
		return
	}
	for _, u := range unread {
		if u.ID == "" && d.mentions(u.Source.Get("spec")) {
			d.left = append(d.left, fmt.Sprintf("%s, which %s", u.Source.ID, u.Why))
		}
	}
	if len(all) == 0 {
		return
	}
	fallback := d.entries
	var kept []entry
	for _, e := range all {
		reason := ""
		p, _ := route.Claimant(d.in.Providers, e.route, world)
		e.provider = p.Name
		switch {
		case p.Exclusive != nil && !p.Exclusive(e.route, world):
			reason = "whose router is not known; --class tells"
		case !ownable(p, e.route):
			reason = fmt.Sprintf("which %s can only take the place of: hosts and paths here, and no such object among the manifests", p.Name)
		default:
			if why := d.refusal(e); why != "" {
				reason = "which cannot be split: " + why
			}
		}
		if reason != "" {
			d.left = append(d.left, fmt.Sprintf("%s, %s", e.route.ID, reason))
			continue
		}
		kept = append(kept, e)
	}
	if d.entries = named(kept); len(kept) == 0 {
		d.entries = fallback
	}
}

// mentions reports whether a Service of the workload's is named somewhere.
func (d *draft) mentions(n *yaml.Node) bool {
	if n == nil {
		return false
	}
	if n.Kind == yaml.ScalarNode && slices.ContainsFunc(d.source.Apexes, func(o kube.Object) bool { return o.Name == n.Value }) {
		return true
	}
	return slices.ContainsFunc(n.Content, d.mentions)
}

// leads reports whether a rule sends requests to a Service of the workload's.
func (d *draft) leads(r route.Rule) (route.Backend, bool) {
	for _, b := range r.Backends {
		mine := func(o kube.Object) bool { return o.Name == b.Service && kube.SameNamespace(o.Namespace, b.Namespace) }
		if b.Unknown == "" && slices.ContainsFunc(d.source.Apexes, mine) {
			return b, true
		}
	}
	return route.Backend{}, false
}

// port is the port of a backend where the workload has several.
func (d *draft) port(b route.Backend) string {
	if len(d.source.Ports) < 2 {
		return ""
	}
	return b.Port
}

// ownable reports whether a provider works on an object where it stands.
func ownable(p route.Provider, o kube.Object) bool {
	k, ok := p.KindOf(o)
	return ok && k.Own && (p.Describe == nil || p.DraftOwn != nil)
}

// refusal is why an entry cannot be in the Release, "" if it can. What an object
// tells its agent, and what is not known of it, are no reasons to leave it out: they
// are to be mended there.
func (d *draft) refusal(e entry) string {
	before := d.entries
	defer func() { d.entries = before }()
	without := len(untold(d.try()))
	d.entries = []entry{e}
	found := untold(d.try())
	if len(found) <= without {
		return ""
	}
	i := slices.IndexFunc(found, func(f schemas.Finding) bool { return strings.HasPrefix(f.Path, "spec.traffic") })
	return found[max(i, 0)].Message
}

// untold are the findings that are not about what is to be mended in an object.
func untold(found []schemas.Finding) []schemas.Finding {
	return slices.DeleteFunc(slices.Clone(found), func(f schemas.Finding) bool {
		return strings.HasPrefix(f.ID, "agent-") || f.ID == "value-unknown"
	})
}

// named gives entries of one provider names that tell them apart.
func named(entries []entry) []entry {
	count := map[string]int{}
	for _, e := range entries {
		count[e.provider]++
	}
	taken := map[string]bool{}
	for i, e := range entries {
		if count[e.provider] < 2 {
			continue
		}
		name := e.route.Name
		if taken[name] {
			name = strings.ToLower(e.route.Kind) + "-" + name
		}
		for n := 2; taken[name]; n++ {
			name = fmt.Sprintf("%s-%d", e.route.Name, n)
		}
		taken[name] = true
		entries[i].name = name
	}
	return entries
}

// saw takes down what a rule answers to.
func (e *entry) saw(r route.Rule) {
	hosts := strings.Join(r.Hosts, ", ")
	if hosts == "" {
		hosts = "every host"
	}
	for _, via := range r.Via {
		text := hosts + " at " + strings.TrimSpace(via.Kind+" "+via.Name)
		if !slices.Contains(e.says, text) {
			e.says = append(e.says, text)
		}
	}
}
