package istio

import (
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

func render(r route.Route) []kube.Object {
	var objects []kube.Object
	for _, part := range parts(r) {
		objects = append(objects, services(part)...)
	}
	return append(objects, destinations(r)...)
}

// parts are the entries to write a VirtualService each for: one, unless
// several are in the mesh. There only one VirtualService counts for a host, so
// what they have to say of the mesh goes into one, see [joinEntries].
func parts(r route.Route) []route.Route {
	inMesh := func(t schemas.Traffic) bool {
		return t.Provider == r.Provider && t.Route == nil && slices.Contains(optionsOf(t).Gateways, route.MeshEntry)
	}
	meshed := slices.DeleteFunc(slices.Clone(r.Release.Spec.Traffic), func(t schemas.Traffic) bool { return !inMesh(t) })
	if len(meshed) < 2 || !inMesh(r.Traffic) {
		return []route.Route{r}
	}
	var parts []route.Route
	options := optionsOf(r.Traffic)
	if edge := withoutMesh(options.Gateways); len(edge) > 0 {
		at := r
		options.Gateways = edge
		at.Options = options
		parts = append(parts, at)
	}
	r.Name, r.Hosts = r.Release.Metadata.Name+"-"+route.MeshEntry, nil
	options.Gateways = []string{route.MeshEntry}
	r.Options = options
	return append(parts, r)
}

// joinEntries is the one VirtualService in the mesh of two entries.
func joinEntries(a, b kube.Object) (kube.Object, bool) {
	for _, o := range []kube.Object{a, b} {
		if o.Kind != "VirtualService" || !kube.Equal(o.Get("spec", "gateways"), kube.Node([]string{route.MeshEntry})) {
			return kube.Object{}, false
		}
	}
	for _, key := range append([]string{"hosts"}, ruleLists...) {
		both := slices.Clone(kube.Items(a.Node, "spec", key))
		for _, n := range kube.Items(b.Node, "spec", key) {
			if !slices.ContainsFunc(both, func(m *yaml.Node) bool { return kube.Equal(m, n) }) {
				both = append(both, n)
			}
		}
		if len(both) > 0 {
			a = a.With(both, "spec", key)
		}
	}
	return a, true
}

// services are the VirtualServices of an entry: its own, and that of its
// preview hosts.
func services(r route.Route) []kube.Object {
	spec := spec(r)
	split := eachRule(spec, ruleLists[:1], func(rule *yaml.Node) []*yaml.Node { return splitRoute(r, rule) })
	split = eachRule(split, ruleLists[1:], func(rule *yaml.Node) []*yaml.Node { return splitRoute(byWeight(r), rule) })
	var objects []kube.Object
	if r.Own != nil {
		objects = append(objects, meshed(r, r.Own.Without("status").With(split, "spec")))
	} else {
		objects = append(objects, meshed(r, route.NewObject(group+"/v1", "VirtualService", r.Meta(r.Name), split)))
	}
	if hosts := r.PreviewHosts(); len(hosts) > 0 {
		o := route.NewObject(group+"/v1", "VirtualService", r.PreviewMeta(), kube.Put(preview(r, spec), hosts, "hosts"))
		objects = append(objects, meshed(r, o))
	}
	return objects
}

// meshed says which clusters are one mesh, where tracks are in two: no manifest tells.
func meshed(r route.Route, o kube.Object) kube.Object {
	clusters := r.Release.Clusters()
	if clusters == nil {
		return o
	}
	return o.With(strings.Join(clusters, ","), "metadata", "annotations", workload.ClustersAnnotation)
}

// preview is the spec with the candidate in the apex's place: of HTTP, for
// a connection does not say which host it is for.
func preview(r route.Route, spec *yaml.Node) *yaml.Node {
	for _, key := range ruleLists[1:] {
		if kube.Get(spec, key) != nil {
			spec = kube.Edit(spec, func(*yaml.Node) *yaml.Node { return nil }, key)
		}
	}
	return eachRule(spec, ruleLists[:1], func(rule *yaml.Node) []*yaml.Node { return []*yaml.Node{toCandidate(r, rule)} })
}

// destinations are the DestinationRules, which exist at every stage.
func destinations(r route.Route) []kube.Object {
	options := optionsOf(r.Traffic)
	rule := func(namespace, host string, subsets []subset) kube.Object {
		spec, meta := destinationRule{Host: host, Subsets: subsets}, r.Meta(host)
		meta.Namespace = namespace // clients of every namespace find it beside the Service
		if options.TrafficPolicy != nil {
			spec.TrafficPolicy = *options.TrafficPolicy
		}
		return route.NewObject(group+"/v1", "DestinationRule", meta, spec)
	}
	if !options.Subsets {
		a, b := r.Tracks[0], r.Tracks[1]
		return []kube.Object{rule(a.Namespace, a.Service, nil), rule(b.Namespace, b.Service, nil)}
	}
	var subsets []subset
	for _, t := range r.Tracks {
		subsets = append(subsets, subset{t.Track, map[string]string{workload.TrackLabel: t.Track}})
	}
	both := tracksService(r)
	// nobody calls it but the routes
	svc := r.Maker.Service(both, "").With("request-gone", "metadata", "annotations", workload.AcceptAnnotation)
	return []kube.Object{svc, rule(r.Source.Namespace(), both, subsets)}
}
