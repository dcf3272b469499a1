package gatewaysplit

import (
	"github.com/cutoverdev/cutover/generators/gatewayroute"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// Render are the routes of an entry at a stage, and the grants that they need.
func (d Dialect) Render(of route.Route) []kube.Object {
	r := entry{of, d}
	spec, kind := spec(r), kind(r)
	each := func(fn func(*yaml.Node) []*yaml.Node) *yaml.Node {
		return kube.Edit(spec, func(rules *yaml.Node) *yaml.Node { return kube.Each(rules, fn) }, "rules")
	}
	split := each(func(rule *yaml.Node) []*yaml.Node { return split(r, rule) })
	var objects []kube.Object
	if r.Own != nil {
		objects = append(objects, r.Own.Without("status").With(withDefaults(split, kind), "spec"))
	} else {
		objects = append(objects, route.NewObject(r.APIVersion(of, kind), kind, r.Meta(r.Name), split))
	}
	if hosts := r.PreviewHosts(); len(hosts) > 0 {
		preview := atGateways(each(func(rule *yaml.Node) []*yaml.Node { return []*yaml.Node{toCandidate(r, rule)} }))
		objects = append(
			objects,
			route.NewObject(r.APIVersion(of, kind), kind, r.PreviewMeta(), withDefaults(kube.Put(preview, hosts, "hostnames"), kind)),
		)
	}
	return append(objects, grants(r, kind)...)
}

// atGateways is a spec without the Services that it is for: in a mesh,
// hosts are ignored, and the candidate would get everything (GEP-1294).
func atGateways(spec *yaml.Node) *yaml.Node {
	if kube.Get(spec, "parentRefs") == nil {
		return spec
	}
	return kube.Edit(spec, func(parents *yaml.Node) *yaml.Node {
		return kube.Each(parents, func(p *yaml.Node) []*yaml.Node {
			if kube.Text(p, "kind") == "Service" {
				return nil
			}
			return []*yaml.Node{p}
		})
	}, "parentRefs")
}

// grants let a route name the Services of tracks in other namespaces, at every stage.
func grants(r entry, kind string) []kube.Object {
	var all []kube.Object
	for i, t := range r.Tracks {
		if kube.SameNamespace(t.Namespace, r.Stands()) || i > 0 && t.Namespace == r.Tracks[0].Namespace {
			continue
		}
		grant := grant{From: []grantFrom{{gatewayroute.Group, kind, r.Stands()}}}
		for _, to := range r.Tracks {
			if to.Namespace == t.Namespace {
				grant.To = append(grant.To, grantTo{"", "Service", to.Service})
			}
		}
		meta := r.Meta(r.Name + "-tracks")
		meta.Namespace = t.Namespace
		all = append(all, route.NewObject(gatewayroute.Group+"/v1beta1", "ReferenceGrant", meta, grant))
	}
	return all
}
