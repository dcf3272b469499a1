package generators

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/agent"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/structure"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// checkReleases: a release's name is the name of its folder.
func checkReleases(releases []*schemas.Release) []schemas.Finding {
	first := map[string]*schemas.Release{}
	var found []schemas.Finding
	for _, r := range releases {
		name := r.Metadata.Name
		if other := first[name]; other != nil {
			found = append(found, r.Find("release-duplicate", "metadata.name", fmt.Sprintf("%q names a Release in %s too", name, other.File()),
				"give each Release in a folder a name of its own"))
		}
		first[name] = r
	}
	return found
}

// checkInput: kustomize builds what is rendered, and so must be able to build what
// it is made from.
func checkInput(objects []kube.Object, rules *structure.Rules) []schemas.Finding {
	var found []schemas.Finding
	judge := structure.NewJudge(rules)
	defined := structure.Defined(objects)
	for _, o := range objects {
		if !defined[o.Group+" "+o.Kind] {
			found = append(found, refusals(judge, o)...)
		}
		if n, why := kube.Unbuildable(o.Node); n != nil {
			f := o.Find("yaml-key", why+": kustomize does not build it", "put it in quotes, or leave it out")
			f.Line, f.Col = n.Line, n.Column
			found = append(found, f)
		}
	}
	return found
}

// objectRefused is the id of objects that the API server refuses.
const objectRefused = "object-refused"

// refusals: the API server takes every object, or the stage that has it never arrives.
func refusals(judge *structure.Judge, o kube.Object) []schemas.Finding {
	var found []schemas.Finding
	if workload.Accepts(o, objectRefused) {
		return nil
	}
	for _, fault := range judge.Faults(o) {
		f := o.Find(objectRefused, fault.Message+": the API server refuses the object", fault.Hint, fault.Path...)
		if fault.Applied {
			f.Message += " where it is applied on the server's side, as by Flux"
		}
		if fault.Applied && agent.ServerSide(o).Empty() {
			f.Severity = schemas.Warning
		}
		found = append(found, f)
	}
	return found
}

// checkRoutes: the API server takes every route that a release makes. What is wrong with
// the user's own the input says already.
func checkRoutes(in Input, out Output) []schemas.Finding {
	var found []schemas.Finding
	judge := structure.NewJudge(in.Rules)
	defined := structure.Defined(in.Objects)
	for _, r := range out.Releases {
		told := map[string]bool{}
		for _, o := range made(r) {
			if defined[o.Group+" "+o.Kind] {
				continue
			}
			for _, fault := range judge.Faults(o) {
				where := o.ID.String() + " with " + kube.PathText(fault.Path)
				if !fault.Applied && !told[where] {
					told[where] = true
					found = append(found, r.Find(objectRefused, strings.TrimSuffix(trafficPath(in, r.Release, o), ".hosts"),
						"would make "+where+", and the API server refuses that: "+fault.Message, fault.Hint))
				}
			}
		}
	}
	return found
}

// made are the routes of the stages that have something of their own beside weights, but
// for the user's own.
func made(r Release) []kube.Object {
	stages := widest(r.Stages)
	for _, s := range r.Stages {
		if len(s.Split.Match) > 0 || s.Split.Affinity {
			stages = append(stages, s)
		}
	}
	var all []kube.Object
	for _, s := range stages {
		for _, o := range s.Routes {
			if !slices.Contains(r.Own, o.Key()) {
				all = append(all, o)
			}
		}
	}
	return all
}

// once drops the refusals of what another finding is about.
func once(found []schemas.Finding) []schemas.Finding {
	all := slices.DeleteFunc(slices.Clone(found), func(f schemas.Finding) bool { return f.ID == objectRefused || f.Severity == schemas.Info })
	return slices.DeleteFunc(found, func(f schemas.Finding) bool {
		return f.ID == objectRefused && slices.ContainsFunc(all, func(other schemas.Finding) bool {
			return other.Object == f.Object && near(other.Path, f.Path)
		})
	})
}

// near reports whether two paths are one, or one leads to a part of the other.
func near(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	rest, below := strings.CutPrefix(b, a+".")
	return a == b || a != "" && below && !strings.Contains(rest, ".")
}

// checkClaims: an object belongs to one release.
func checkClaims(works []*work) []schemas.Finding {
	owner := map[kube.ID]*work{}
	var found []schemas.Finding
	for _, w := range works {
		told := map[*work]bool{}
		for _, id := range w.taken() { // the workload comes first: the rest follows from it
			other := owner[id]
			switch {
			case other == nil || other == w:
				owner[id] = w
			case !told[other] && other.release.Metadata.Name != w.release.Metadata.Name:
				told[other] = true
				found = append(found, claimFinding(w, other, id))
			}
		}
	}
	return found
}

// claimFinding says what two releases share: an object under route:, or the
// workload. Services and budgets of two workloads are found before.
func claimFinding(w, other *work, id kube.ID) schemas.Finding {
	name := other.release.Metadata.Name
	message := fmt.Sprintf("%s belongs to release %s as well", id, name)
	for _, r := range w.routes {
		if r.Own != nil && r.Own.Key() == id {
			return r.Find("claim-route", "route", message, "one release moves the backends of an object")
		}
	}
	return w.release.Find("claim-workload", "spec.workload.name", message, "keep one Release for the workload")
}

// place is where an object stands, of which another cluster may have one as well.
type place struct {
	cluster string
	key     kube.ID
}

// checkObjects: what is generated has names of its own, and they are not too long.
func checkObjects(out Output) []schemas.Finding {
	var found []schemas.Finding
	owner := map[kube.ID]string{}
	for _, o := range out.Shared {
		owner[o.Key()] = fmt.Sprintf("in %s", o.File)
	}
	for _, r := range out.Releases {
		mine, told := map[kube.ID]bool{}, map[kube.ID]bool{}
		for _, s := range r.Stages {
			here := map[place]bool{}
			for _, o := range r.Objects(s) {
				id, at := o.Key(), place{o.Cluster, o.Key()}
				if here[at] && !told[id] {
					told[id] = true
					found = append(found, r.Find("name-taken", "metadata.name", fmt.Sprintf("the release would make %s more than once", id),
						"rename the one that is yours"))
				}
				here[at] = true
				if mine[id] {
					continue
				}
				mine[id] = true
				if where, taken := owner[id]; taken {
					found = append(found, r.Find("name-taken", "metadata.name",
						fmt.Sprintf("the release would make %s, which %s already defines", id, where), "rename one of the two"))
				}
				if o.Is("", "Service") && len(o.Name) > 63 {
					found = append(found, r.Find("name-length", "metadata.name",
						fmt.Sprintf("the name of Service %q has %d characters, and 63 are allowed", o.Name, len(o.Name)),
						"at most 63 with what is put behind the name"))
				}
			}
		}
		for id := range mine {
			owner[id] = "in release " + r.Metadata.Name
		}
	}
	return found
}

// claim is a host and path that an object routes at an entry.
type claim struct {
	entry route.Entry
	host  string
	path  string
}

// checkHosts: nothing else routes what a release routes.
func checkHosts(in Input, out Output) []schemas.Finding {
	var found []schemas.Finding
	owner := map[claim]*schemas.Release{}
	others, _ := route.ReadAll(in.Providers, route.NewWorld(out.Shared, in.Classes))
	foreign := claims(others)
	for _, r := range out.Releases {
		mine := map[claim]kube.Object{}
		for _, s := range widest(r.Stages) {
			rules, unread := route.ReadAll(in.Providers, route.NewWorld(s.Routes, in.Classes))
			maps.Copy(mine, claims(rules))
			found = append(found, checkEntries(in, r, rules, unread)...)
		}
		told := map[kube.ID]bool{}
		for _, c := range sortedClaims(mine) {
			if o, taken := foreign[c]; taken && !told[o.Key()] {
				told[o.Key()] = true
				found = append(found, o.Find("route-taken", fmt.Sprintf("%s routes %s, as release %s does", o.ID, c.words(), r.Metadata.Name),
					routeHint(in, o), "spec"))
			}
			if other := owner[c]; other != nil && other != r.Release {
				found = append(found, r.Find("claim-host", trafficPath(in, r.Release, mine[c]),
					fmt.Sprintf("release %s routes %s too", other.Metadata.Name, c.words()), "let one release alone route a host and path"))
			}
			owner[c] = r.Release
		}
	}
	return found
}

// checkEntries: the routes that a release writes do not get in each other's way.
func checkEntries(in Input, r Release, rules []route.Rule, unread []route.Unread) []schemas.Finding {
	type request struct {
		claim
		port int
	}
	var found []schemas.Finding
	written := func(o kube.Object) bool { return !slices.Contains(r.Own, o.Key()) }
	for _, u := range unread {
		if u.ID != "" && written(u.Source) {
			found = append(found, r.Find(u.ID, trafficPath(in, r.Release, u.Source), u.Source.ID.String()+" "+u.Why, u.Hint))
		}
	}
	first := map[request]kube.Object{}
	told := map[[2]kube.ID]bool{}
	for _, rule := range rules {
		if len(rule.Match.Headers)+len(rule.Match.Cookies) > 0 {
			continue // some requests of a host that others are for: a match may have an object of its own
		}
		for _, c := range claimed(rule) {
			o, taken := first[request{c, rule.Match.Port}]
			if !taken {
				first[request{c, rule.Match.Port}] = rule.Source
				continue
			}
			pair := [2]kube.ID{o.Key(), rule.Source.Key()}
			if pair[0] == pair[1] || told[pair] || !written(o) || !written(rule.Source) {
				continue
			}
			told[pair] = true
			found = append(found, r.Find("claim-host", trafficPath(in, r.Release, rule.Source),
				fmt.Sprintf("%s routes %s, as %s does", rule.Source.ID, c.words(), o.ID), "give each entry a host or path of its own"))
		}
	}
	return found
}

// widest are stages that route, between them, every host and path there ever is.
func widest(stages []Stage) []Stage {
	stages = slices.DeleteFunc(slices.Clone(stages), func(s Stage) bool { return s.Plain > 0 })
	i := slices.IndexFunc(stages, func(s Stage) bool { return s.Preview })
	if i < 0 {
		return stages[:1]
	}
	return []Stage{stages[0], stages[i]}
}

func (c claim) words() string {
	host := c.host
	if host == "*" {
		host = "every host"
	}
	return host + " " + c.path
}

// claims are what rules route, and by which object first.
func claims(rules []route.Rule) map[claim]kube.Object {
	all := map[claim]kube.Object{}
	for _, rule := range rules {
		for _, c := range claimed(rule) {
			if _, taken := all[c]; !taken {
				all[c] = rule.Source
			}
		}
	}
	return all
}

// claimed is what a rule routes, but for a Service's, which is its own host.
func claimed(rule route.Rule) []claim {
	if rule.Source.Is("", "Service") {
		return nil
	}
	hosts := rule.Hosts
	if len(hosts) == 0 {
		hosts = []string{"*"}
	}
	var all []claim
	for _, via := range rule.Via {
		for _, h := range hosts {
			all = append(all, claim{via, h, pathClaim(rule.Match.Path)})
		}
	}
	return all
}

// pathClaim is the path of a rule, so that equal paths are equal text.
func pathClaim(p *route.PathMatch) string {
	if p == nil {
		return "/"
	}
	path := strings.TrimSuffix(p.Value, "/")
	switch {
	case p.Kind == route.PathMatches:
		return "expression " + p.Value
	case path == "":
		return "/"
	}
	return path
}

func sortedClaims(m map[claim]kube.Object) []claim {
	var all []claim
	for c := range m {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b claim) int {
		return strings.Compare(a.entry.Kind+a.entry.Name+a.host+a.path, b.entry.Kind+b.entry.Name+b.host+b.path)
	})
	return all
}

// routeHint says how to keep an object that is in the way.
func routeHint(in Input, o kube.Object) string {
	for _, p := range in.Providers {
		if k, ok := p.KindOf(o); ok && k.Own {
			return fmt.Sprintf("delete it, or keep it: route: {kind: %s, name: %s} in the place of hosts", o.Kind, o.Name)
		}
	}
	return "delete it: the release writes its own"
}

// trafficPath is the entry that made an object: of those that can, the one whose
// name it bears.
func trafficPath(in Input, r *schemas.Release, o kube.Object) string {
	path, longest := "spec.traffic", -1
	for i, t := range r.Spec.Traffic {
		p, _ := route.Lookup(in.Providers, t.Provider)
		name := routeName(r, t)
		bears := 0
		if o.Name == name || strings.HasPrefix(o.Name, name+"-") {
			bears = len(name)
		}
		if _, ok := p.KindOf(o); ok && bears > longest {
			path, longest = fmt.Sprintf("spec.traffic[%d].hosts", i), bears
		}
	}
	return path
}
