package track

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/workload"

	"github.com/cutoverdev/cutover/generators/agent"
	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// services are those of a track made anew: none for a workload that no Service
// selects.
func (m Maker) services(track string) []kube.Object {
	if len(m.Ports) == 0 {
		return nil
	}
	o := m.owned(m.made(m.Name(track), track, m.Ports), track)
	return []kube.Object{o.With(workload.RecordApexes(m.Apexes), "metadata", "annotations", workload.ApexesAnnotation)}
}

// Service is a ClusterIP Service with the workload's ports. It selects the
// pods of one track, or of both if track is "".
func (m Maker) Service(name, track string) kube.Object {
	return m.made(name, track, m.PortsOf(cmp.Or(track, m.Release.Spec.Live)))
}

// carriedFields say how connections are made to a Service, not who gets them:
// a track's Service has them from the first apex.
var carriedFields = []string{
	"trafficDistribution", "internalTrafficPolicy", "ipFamilies", "ipFamilyPolicy", "sessionAffinity", "sessionAffinityConfig",
}

// made is a Service with what the first apex says of connections, and what
// routers read there.
func (m Maker) made(name, track string, ports []workload.Port) kube.Object {
	svc := workload.ServiceManifest{APIVersion: "v1", Kind: "Service", Metadata: m.meta(name)}
	if track != "" {
		svc.Metadata.Namespace = m.Home(track)
	}
	svc.Spec.Type = "ClusterIP"
	svc.Spec.Selector = m.selector(track)
	if track != "" { // nobody calls it but the routes, so that it may be empty
		svc.Metadata.Annotations = map[string]string{workload.AcceptAnnotation: "request-gone"}
	}
	for _, p := range ports {
		svc.Spec.Ports = append(svc.Spec.Ports, workload.ServicePort{
			Name: p.Name, AppProtocol: p.AppProtocol, Protocol: p.Protocol, Port: p.Number, TargetPort: p.Target,
		})
	}
	o := kube.Make(svc)
	if len(m.Apexes) == 0 {
		return o
	}
	apex := workload.PrimaryFirst(m.Apexes, m.Release.Name())[0]
	for _, field := range []string{"labels", "annotations"} {
		for key, value := range kube.Pairs(apex.Node, "metadata", field) {
			if m.carries(key) && !workload.OneServiceOnly(key, value) {
				o = o.With(value, "metadata", field, key)
			}
		}
	}
	o = m.mergeable(o)
	for _, field := range carriedFields {
		if v := apex.Get("spec", field); v != nil {
			o = o.With(v, "spec", field)
		}
	}
	return o
}

// topologyMode is read by kube-proxy, where trafficDistribution is not known yet.
const topologyMode = "service.kubernetes.io/topology-mode"

// carries reports whether a router reads an annotation or label of Services.
func (m Maker) carries(key string) bool {
	return key == topologyMode || slices.ContainsFunc(m.ServiceAnnotations, func(c string) bool {
		if part, any := strings.CutPrefix(c, "*"); any {
			return strings.Contains(key, part)
		}
		return key == c || strings.HasSuffix(c, "/") && strings.HasPrefix(key, c)
	})
}

// copies are the policies of a track.
func (m Maker) copies(track string) []kube.Object {
	var all []kube.Object
	for _, o := range m.Policies {
		c := m.copied(o, track).Without("status")
		if o.Is(workload.DestinationRules, "DestinationRule") {
			c = c.With(m.hostOf(o, track), "spec", "host").Without("spec", "subsets")
			all = append(all, m.sameAsKept(c, track))
			continue
		}
		all = append(all, m.sameAsKept(m.aimed(c, o, track), track))
	}
	return all
}

// hostOf is the host of a DestinationRule with the track's Service in the apex's place, in
// its form: cart.shop.svc.cluster.local becomes cart-blue.shop.….
func (m Maker) hostOf(o kube.Object, track string) string {
	parts := strings.Split(o.Text("spec", "host"), ".")
	parts[0] = m.Name(track)
	if len(parts) > 1 && m.Away() {
		parts[1] = m.Home(track)
	}
	return strings.Join(parts, ".")
}

// aimed is a policy with the track's Service in the place of what it was for.
func (m Maker) aimed(c, o kube.Object, track string) kube.Object {
	refs := m.PolicyTargets(o, track)
	for _, field := range []string{"targetRef", "targetReference"} {
		if o.Get("spec", field) != nil {
			return c.With(refs[0], "spec", field)
		}
	}
	return c.Without("spec", "targetSelectors").With(&yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: refs}, "spec", "targetRefs")
}

// mergeable is a Service of a track, applied as the apexes are.
func (m Maker) mergeable(o kube.Object) kube.Object {
	if slices.ContainsFunc(m.Apexes, func(apex kube.Object) bool { return workload.Accepts(apex, "ports-merged") }) {
		o = workload.Accepting(o, "ports-merged")
	}
	if slices.ContainsFunc(m.Apexes, func(apex kube.Object) bool { return agent.Option(apex, "ServerSideApply=true") }) {
		o = o.With("ServerSideApply=true", "metadata", "annotations", agent.ArgoOptions)
	}
	return o
}

// serverSide reports whether a Service says that it is applied from the server's side.
func serverSide(o kube.Object) bool {
	return workload.Accepts(o, "ports-merged") || agent.Option(o, "ServerSideApply=true")
}
