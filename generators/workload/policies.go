package workload

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/policy"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// This file holds the policies for the apexes. A router that sends requests to
// the Services of the tracks finds none there, unless each track has its own.

// policyKind is a kind of policies for Services of which every track can have a
// copy: it says how its Service is spoken to, and nothing of any other.
type policyKind struct {
	group, kind string
	sections    bool // a target may be one port
	many        bool // several may be for one Service
}

// policyKinds, as of Gateway API v1.6, GKE (networking.gke.io/v1), the AWS
// gateway controllers (application-networking.k8s.aws/v1alpha1,
// gateway.k8s.aws/v1beta1), Azure's alb.networking.azure.io/v1, Envoy Gateway
// v1.5, kgateway v2.1, NGINX Gateway Fabric v2.1, APISIX v2 and Istio 1.31.
var policyKinds = []policyKind{
	{group: "gateway.networking.k8s.io", kind: "BackendTLSPolicy", sections: true},
	{group: "gateway.networking.k8s.io", kind: "BackendLBPolicy"},
	{group: "gateway.networking.x-k8s.io", kind: "XBackendTrafficPolicy"},
	{group: "networking.gke.io", kind: "HealthCheckPolicy"},
	{group: "networking.gke.io", kind: "GCPBackendPolicy"},
	{group: "networking.gke.io", kind: "GCPTrafficDistributionPolicy"},
	{group: "application-networking.k8s.aws", kind: "TargetGroupPolicy"},
	{group: "gateway.k8s.aws", kind: "TargetGroupConfiguration"},
	{group: "alb.networking.azure.io", kind: "BackendTLSPolicy", sections: true},
	{group: "alb.networking.azure.io", kind: "HealthCheckPolicy", sections: true},
	{group: "alb.networking.azure.io", kind: "BackendLoadBalancingPolicy", sections: true},
	{group: "gateway.envoyproxy.io", kind: "BackendTrafficPolicy", sections: true},
	{group: "gateway.kgateway.dev", kind: "BackendConfigPolicy"},
	{group: "gateway.nginx.org", kind: "UpstreamSettingsPolicy"},
	{group: "apisix.apache.org", kind: "BackendTrafficPolicy", sections: true},
	{group: "security.istio.io", kind: "AuthorizationPolicy", many: true},
	{group: "security.istio.io", kind: "RequestAuthentication", many: true},
	{group: "telemetry.istio.io", kind: "Telemetry", many: true},
	{group: "extensions.istio.io", kind: "WasmPlugin", many: true},
	{group: DestinationRules, kind: "DestinationRule", sections: true},
}

// DestinationRules is the group of DestinationRules, which name a host.
const DestinationRules = "networking.istio.io"

// attachPolicies finds the policies for the apexes, and refuses those that the
// tracks cannot have. Where only the apexes themselves move, they go on naming
// what requests are sent to.
func (s *Source) attachPolicies(objects []kube.Object) []schemas.Finding {
	routed := func(t schemas.Traffic) bool { return t.Provider != "service" }
	if len(s.Apexes) == 0 || !slices.ContainsFunc(s.Release.Spec.Traffic, routed) {
		return nil
	}
	var found []schemas.Finding
	first := map[string]kube.Object{}
	for _, o := range objects {
		path, on := s.policyFor(o)
		if !on || covered(s, o, objects) || s.splits(o) {
			continue
		}
		if at, held := policy.Held(o); held {
			found = append(found, o.Find("session-split",
				o.ID.String()+" keeps clients on the track that answered first, whatever the weights are, even after an abort",
				"leave it out; affinity of the Release keeps clients on a track until an abort ends it", at...))
			continue
		}
		why := uncopied(s, o, first)
		if why == "" {
			s.Policies = append(s.Policies, o)
			continue
		}
		found = append(found, policyLost(s, o, why, path))
	}
	return found
}

// splits reports whether an object is a route that the release works on: some say by a
// targetRef whose requests they take (Kuma 2.12, MeshHTTPRoute).
func (s *Source) splits(o kube.Object) bool {
	return slices.ContainsFunc(s.Release.Spec.Traffic, func(t schemas.Traffic) bool {
		return t.Route != nil && o.Kind == t.Route.Kind && o.Name == t.Route.Name &&
			kube.SameNamespace(o.Namespace, cmp.Or(t.Route.Namespace, s.Namespace()))
	})
}

// policyLost says that a policy stays behind.
func policyLost(s *Source, o kube.Object, why string, path []string) schemas.Finding {
	blue, green := s.Name(schemas.Blue), s.Name(schemas.Green)
	f := o.Find("policy-lost",
		fmt.Sprintf("%s applies to %s, but a release sends requests to Services %s and %s, which it does not name: %s", o.ID, s.named(o), blue,
			green, why),
		fmt.Sprintf("write one of this kind for each of %s and %s, or accept that it does not hold: annotation %s: policy-lost", blue, green,
			AcceptAnnotation), path...)
	return Lost(o, f)
}

// Referenced are the apexes that a policy is for.
func (s *Source) named(o kube.Object) string {
	if apex, ok := s.apexOf(o); ok && o.Is(DestinationRules, "DestinationRule") {
		return apex.Name
	}
	var all []string
	for _, t := range policy.Targets(o) {
		for _, apex := range s.targeted(t) {
			all = append(all, apex.Name)
		}
	}
	slices.Sort(all)
	return CommaList(slices.Compact(all))
}

// called are the names of the apexes.
func (s *Source) called() string {
	var names []string
	for _, o := range s.Apexes {
		names = append(names, o.Name)
	}
	return CommaList(names)
}

// policyFor reports whether an object is a policy for an apex, and where it says so.
func (s *Source) policyFor(o kube.Object) (path []string, on bool) {
	if o.Is(DestinationRules, "DestinationRule") {
		_, on = s.apexOf(o)
		return []string{"spec", "host"}, on && o.Get("spec", "trafficPolicy") != nil && !s.routedBy("istio")
	}
	for _, t := range policy.Targets(o) {
		if slices.ContainsFunc(s.Apexes, func(apex kube.Object) bool { return names(t, apex) }) {
			return t.Path, true
		}
	}
	return nil, false
}

// names reports whether a target is a Service: by its own name, or by that of
// the MeshService that Kuma (2.9) makes of it, which formerly ended in its
// namespace and port.
func names(t policy.Target, apex kube.Object) bool {
	if t.Kind == "MeshService" {
		return t.Name == apex.Name || strings.HasPrefix(t.Name, apex.Name+"_"+apex.Namespace+"_svc")
	}
	return t.Names(apex)
}

// routedBy reports whether the release has an entry for a provider.
func (s *Source) routedBy(provider string) bool {
	return slices.ContainsFunc(s.Release.Spec.Traffic, func(t schemas.Traffic) bool { return t.Provider == provider })
}

// apexOf is the apex that the host of a DestinationRule names.
func (s *Source) apexOf(o kube.Object) (kube.Object, bool) {
	in, name, ok := policy.Service(o.Text("spec", "host"), o.Namespace)
	i := slices.IndexFunc(s.Apexes, func(apex kube.Object) bool { return ok && apex.Name == name && kube.SameNamespace(apex.Namespace, in) })
	if i < 0 {
		return kube.Object{}, false
	}
	return s.Apexes[i], true
}

// covered reports whether somebody wrote a policy of the kind for each track.
func covered(s *Source, o kube.Object, objects []kube.Object) bool {
	for _, track := range schemas.TrackNames {
		own := kube.Object{ID: kube.ID{Kind: "Service", Namespace: s.Home(track), Name: s.Name(track)}}
		if !slices.ContainsFunc(objects, func(p kube.Object) bool { return p.Is(o.Group, o.Kind) && isFor(p, own) }) {
			return false
		}
	}
	return true
}

// isFor reports whether a policy is for a Service.
func isFor(p, service kube.Object) bool {
	if p.Is(DestinationRules, "DestinationRule") {
		in, name, ok := policy.Service(p.Text("spec", "host"), p.Namespace)
		return ok && name == service.Name && kube.SameNamespace(in, service.Namespace)
	}
	return slices.ContainsFunc(policy.Targets(p), func(t policy.Target) bool { return names(t, service) })
}

// kindOfPolicy is what is known of the kind of a policy.
func kindOfPolicy(o kube.Object) (policyKind, bool) {
	i := slices.IndexFunc(policyKinds, func(k policyKind) bool { return o.Is(k.group, k.kind) })
	if i < 0 {
		return policyKind{}, false
	}
	return policyKinds[i], true
}

// uncopied is why tracks cannot have copies of a policy, "" if they can. first
// holds what the tracks get already.
func uncopied(s *Source, o kube.Object, first map[string]kube.Object) string {
	k, known := kindOfPolicy(o)
	switch {
	case !known:
		return "cutover does not know what a copy of this kind would do"
	case !kube.SameNamespace(o.Namespace, s.Namespace()):
		return "a copy would stand in another namespace"
	case o.Kind == "DestinationRule":
		return unruled(s, o, first)
	}
	if refs := s.PolicyTargets(o, s.Release.Spec.Live); len(refs) > 1 && o.Get("spec", "targetRefs") == nil &&
		o.Get("spec", "targetSelectors") == nil {
		return fmt.Sprintf("a track has one Service for %s, and the policy can name one thing alone", s.called())
	}
	for _, n := range s.PolicyTargets(o, s.Release.Spec.Live) {
		section := kube.Text(n, "sectionName")
		if section == "" && !k.sections && s.wide(o, s.Release.Spec.Live) {
			return fmt.Sprintf("a track has one Service for %s, and the policy is for %s alone", s.called(), s.named(o))
		}
		key := k.group + " " + k.kind + " " + section
		if other, taken := first[key]; taken && !k.many && other.Key() != o.Key() {
			return fmt.Sprintf("a track has one Service, and %s is for it too", other.ID)
		}
		first[key] = o
	}
	return ""
}

// unruled is why tracks cannot have copies of a DestinationRule: one Service has
// one, and it holds for all of its ports.
func unruled(s *Source, o kube.Object, first map[string]kube.Object) string {
	apex, _ := s.apexOf(o)
	if other, taken := first[DestinationRules]; taken {
		return fmt.Sprintf("a track has one Service, and %s is for it too", other.ID)
	}
	first[DestinationRules] = o
	if live := s.Release.Spec.Live; len(s.offeredBy(apex, live)) < len(s.PortsOf(live)) {
		return fmt.Sprintf("a track has one Service for %s, and the policy is for %s alone", s.called(), apex.Name)
	}
	return ""
}

// wide reports whether the Services of a track have ports that none of the apexes
// has which a policy is for as a whole.
func (s *Source) wide(o kube.Object, track string) bool {
	all := s.PortsOf(track)
	return slices.ContainsFunc(all, func(p Port) bool {
		return !slices.ContainsFunc(policy.Targets(o), func(t policy.Target) bool {
			offers := func(apex kube.Object) bool { return slices.ContainsFunc(s.offeredBy(apex, track), p.same) }
			return t.Section == "" && slices.ContainsFunc(s.targeted(t), offers)
		})
	})
}

// targeted are the apexes that a target is.
func (s *Source) targeted(t policy.Target) []kube.Object {
	return slices.DeleteFunc(slices.Clone(s.Apexes), func(apex kube.Object) bool { return !names(t, apex) })
}

// offeredBy are the ports of a track that an apex has too.
func (s *Source) offeredBy(apex kube.Object, track string) []Port {
	return slices.DeleteFunc(slices.Clone(s.PortsOf(track)), func(p Port) bool {
		return !slices.ContainsFunc(kube.Items(apex.Node, "spec", "ports"), func(n *yaml.Node) bool { return ReadPort(n).same(p) })
	})
}

// PolicyTargets are the references of a track's copy: to the whole Service, or to the
// ports of it that the policy was for.
func (s *Source) PolicyTargets(o kube.Object, track string) []*yaml.Node {
	k, _ := kindOfPolicy(o)
	var refs []*yaml.Node
	add := func(n *yaml.Node) {
		if !slices.ContainsFunc(refs, func(r *yaml.Node) bool { return kube.Equal(r, n) }) {
			refs = append(refs, n)
		}
	}
	for _, t := range policy.Targets(o) {
		for _, apex := range s.targeted(t) {
			n := o.Get(t.Path...)
			if t.Labels != nil {
				n = kube.Node(struct {
					Group string `yaml:"group"`
					Kind  string `yaml:"kind"`
				}{"", "Service"})
			}
			n = kube.Put(n, s.Name(track), "name")
			for _, section := range s.sections(t, apex, track, k.sections && s.wide(o, track)) {
				if section != "" {
					n = kube.Put(n, section, "sectionName")
				}
				add(n)
			}
		}
	}
	return refs
}

// sections are the ports of a track's Service that a target is, by name; one
// that is empty for all of them. apart asks for each port by itself.
func (s *Source) sections(t policy.Target, apex kube.Object, track string, apart bool) []string {
	if t.Section == "" && !apart {
		return []string{""}
	}
	var all []string
	for _, p := range s.offeredBy(apex, track) {
		meant := func(n *yaml.Node) bool { return ReadPort(n).same(p) && kube.Text(n, "name") == t.Section }
		if t.Section == "" || slices.ContainsFunc(kube.Items(apex.Node, "spec", "ports"), meant) {
			all = append(all, p.Name)
		}
	}
	if len(all) == 0 {
		return []string{t.Section}
	}
	return all
}

// Lost is how bad it is that a policy stays behind: accepted, or a DestinationRule
// without TLS, which no handshake fails for, it is a warning.
func Lost(o kube.Object, f schemas.Finding) schemas.Finding {
	if Accepts(o, f.ID) || o.Group == DestinationRules && !hasTLS(o) {
		f.Severity = schemas.Warning
	}
	return f
}

// hasTLS reports whether a DestinationRule says how TLS is spoken. Mutual TLS of
// the mesh is spoken without being told.
func hasTLS(o kube.Object) bool {
	spoken := func(n *yaml.Node) bool {
		mode := kube.Text(n, "tls", "mode")
		return mode != "" && mode != "ISTIO_MUTUAL"
	}
	policy := o.Get("spec", "trafficPolicy")
	return spoken(policy) || slices.ContainsFunc(kube.Items(policy, "portLevelSettings"), spoken)
}
