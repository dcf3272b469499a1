package contour

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/stage"
	"go.yaml.in/yaml/v3"
)

func render(r route.Route) []kube.Object {
	plain := spec(r)
	of := r
	if isTLS(r) {
		of.Stage.Split, of.Stage.Preview = stage.Split{Weight: r.Stage.Split.Weight}, false
	}
	var objects []kube.Object
	switch split := splitSpec(of, plain); {
	case r.Own != nil:
		objects = append(objects, r.Own.Without("status").With(split, "spec"))
	case len(r.Hosts) == 1:
		objects = append(objects, object(r.Meta(r.Name), withHost(split, hostOf(r, r.Hosts[0]))))
	default:
		objects = append(objects, object(r.Meta(r.Name), split))
		for i, host := range r.Hosts {
			objects = append(objects, object(r.Meta(fmt.Sprintf("%s-host-%d", r.Name, i+1)), including(r, host)))
		}
	}
	return append(objects, previews(of, plain)...)
}

func object(meta kube.Meta, spec *yaml.Node) kube.Object {
	return route.NewObject(group+"/v1", "HTTPProxy", meta, spec)
}

// withHost is a spec with a virtualhost, which stands before the rest.
func withHost(spec *yaml.Node, v virtualHost) *yaml.Node {
	if kube.Get(spec, "virtualhost") != nil {
		return kube.Put(spec, v, "virtualhost")
	}
	first := *spec
	first.Content = slices.Concat([]*yaml.Node{kube.Node("virtualhost"), kube.Node(v)}, spec.Content)
	return &first
}

// including is the HTTPProxy of a host that includes the one with the routes.
func including(r route.Route, host string) *yaml.Node {
	v := hostOf(r, host)
	s := httpProxy{Class: optionsOf(r.Traffic).Class, VirtualHost: &v}
	if isTLS(r) {
		s.TCPProxy = &tcpProxy{Include: &include{Name: r.Name}}
	} else {
		s.Includes = []include{{Name: r.Name}}
	}
	return kube.Node(s)
}

// previews are an HTTPProxy for each preview host, with the candidate in the apex's place.
func previews(r route.Route, plain *yaml.Node) []kube.Object {
	var objects []kube.Object
	for i, host := range r.PreviewHosts() {
		meta := r.PreviewMeta()
		if i > 0 {
			meta.Name += fmt.Sprintf("-%d", i+1)
		}
		spec := eachRoute(plain, func(n *yaml.Node) []*yaml.Node { return []*yaml.Node{toCandidate(r, n)} })
		if r.Own != nil {
			spec = kube.Put(spec, host, "virtualhost", "fqdn")
		} else {
			spec = withHost(spec, hostOf(r, host))
		}
		objects = append(objects, object(meta, spec))
	}
	return objects
}
