package nginx

import (
	"fmt"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// render is a VirtualServer for each host, for it has one, or a TransportServer; and the
// Policy that answers for cross-origin requests.
func render(r route.Route) []kube.Object {
	split, kind := splitSpec, "VirtualServer"
	if isConnections(r) {
		split, kind = switched, "TransportServer"
	}
	if r.Own != nil {
		objects := []kube.Object{r.Own.Without("status").With(split(r, spec(r, "")), "spec")}
		return append(objects, previews(r)...)
	}
	hosts := r.Hosts
	if len(hosts) == 0 {
		hosts = []string{""} // of tcp and udp
	}
	var objects []kube.Object
	for i, host := range hosts {
		objects = append(objects, object(kind, r.Meta(numbered(r.Name, i)), split(r, spec(r, host))))
	}
	if r.CORS != nil {
		policy := kube.Put(kube.Node(map[string]any{}), corsOf(r.CORS), "cors")
		if class := optionsOf(r.Traffic).Class; class != "" {
			policy = kube.Put(policy, class, "ingressClassName")
		}
		objects = append(objects, object("Policy", r.Meta(corsName(r)), policy))
	}
	return append(objects, previews(r)...)
}

// numbered is the name of the object for the host at an index.
func numbered(name string, index int) string {
	if index == 0 {
		return name
	}
	return fmt.Sprintf("%s-%d", name, index+1)
}

func object(kind string, meta kube.Meta, spec *yaml.Node) kube.Object {
	return route.NewObject(group+"/v1", kind, meta, spec)
}

// previews are a VirtualServer for each preview host, with the candidate in the apex's
// place.
func previews(r route.Route) []kube.Object {
	candidate, ok := r.Candidate()
	if !ok || isConnections(r) {
		return nil
	}
	var objects []kube.Object
	for i, host := range r.PreviewHosts() {
		meta := r.PreviewMeta()
		meta.Name = numbered(meta.Name, i)
		plain := spec(r, host)
		apexes := apexUpstreams(r, plain)
		plain = kube.EditAll(plain, func(u *yaml.Node) *yaml.Node {
			if !apexes.has(kube.Text(u, "name")) {
				return u
			}
			return upstreamTo(r, u, candidate)
		}, "upstreams", "*")
		plain = eachRoute(plain, func(n *yaml.Node) *yaml.Node { return toTrack(apexes, n, candidate) })
		objects = append(objects, object("VirtualServer", meta, kube.Put(plain, host, "host")))
	}
	return objects
}
