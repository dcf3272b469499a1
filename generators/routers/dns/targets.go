package dns

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// understood are the properties that change nothing of who gets requests while targets
// are well.
var understood = []string{weight, alias, "aws/evaluate-target-health"}

// otherwise says what shares the records of a name beside weights, where each of them has its
// place: a health check, a region. "" if nothing does. Somebody answers, and who, the name
// server decides.
func (s *set) otherwise() string {
	seen := map[string]bool{}
	for _, r := range s.records {
		if seen[r.id] || r.id == "" && len(s.records) > 1 {
			return ""
		}
		seen[r.id] = true
	}
	for _, r := range s.records {
		for _, p := range r.properties {
			if !slices.Contains(understood, p.Name) {
				return "is shared by " + p.Name + " too"
			}
		}
		if _, weighted := r.property(weight); !weighted && r.id != "" {
			return "is shared by something else than " + weight
		}
	}
	return ""
}

// maxTargets bounds the targets of a name.
const maxTargets = 64

// backends are the targets of all records: those of one share its weight evenly.
func (s *set) backends(weights []int, at places) (all []route.Backend, why string) {
	factor, total := 1, 0
	for _, r := range s.records {
		n := len(r.targets)
		factor = lcm(factor, max(n, 1))
		if total += n; total > maxTargets || factor > 1<<12 {
			return nil, fmt.Sprintf("has more than %d targets", maxTargets)
		}
		if n == 0 {
			return nil, "has a record without targets"
		}
		if why := r.misled(); why != "" {
			return nil, why
		}
		for _, p := range r.properties {
			if !slices.Contains(understood, p.Name) {
				return nil, "is shared by " + p.Name + " too"
			}
		}
	}
	for i, r := range s.records {
		for _, t := range r.targets {
			b := route.Backend{Namespace: r.Namespace, Service: r.Name}
			if !r.own {
				b = at.backend(canonical(t), r.Object)
			}
			b.Weight = weights[i] * factor / len(r.targets)
			all = append(all, b)
		}
	}
	return all, ""
}

func lcm(a, b int) int {
	n, m := a, b
	for m != 0 {
		n, m = m, n%m
	}
	return a / n * b
}

// places are the Services that targets lead to, those of other clusters beside.
type places struct {
	here, abroad map[string][]kube.Object
	route.Place
}

// backend is the Service that a target of a record leads to, or the cluster.
func (p places) backend(target string, record kube.Object) route.Backend {
	switch at, in := p.here[target], clustersAt(record)[target]; {
	case len(at) == 0 && len(p.abroad[target]) == 1:
		return route.Backend{Unknown: target + ", of another cluster", Abroad: true}
	case len(at) == 0 && slices.Contains(p.Clusters, in):
		return route.Backend{Unknown: target + ", of cluster " + in, Abroad: true, In: in}
	case len(at) == 0:
		return route.Backend{Unknown: target + ", which no Service among the manifests has or asks for"}
	case len(at) > 1:
		return route.Backend{Unknown: target + ", which " + at[0].ID.String() + " and " + at[1].ID.String() + " both have"}
	default:
		return route.Backend{Namespace: at[0].Namespace, Service: at[0].Name}
	}
}

// addressAnnotations hold the addresses that a load balancer is asked for (MetalLB
// v0.15, kube-vip v1.0, Cilium 1.19).
var addressAnnotations = []string{
	"metallb.io/loadBalancerIPs", "metallb.universe.tf/loadBalancerIPs", "kube-vip.io/loadbalancerIPs", "lbipam.cilium.io/ips",
	"io.cilium/lb-ipam-ips",
}

// known are Services by the names that they ask external-dns for, and by
// the addresses that they have or ask for.
func known(services []kube.Object) map[string][]kube.Object {
	all := map[string][]kube.Object{}
	for _, o := range services {
		names := namesOf(o)
		for _, key := range addressAnnotations {
			names = append(names, route.CommaList(o.Text("metadata", "annotations", key))...)
		}
		for _, n := range kube.Items(o.Node, "spec", "externalIPs") {
			names = append(names, n.Value)
		}
		for _, n := range kube.Items(o.Node, "status", "loadBalancer", "ingress") {
			names = append(names, kube.Text(n, "ip"), kube.Text(n, "hostname"))
		}
		names = append(names, o.Text("spec", "loadBalancerIP"))
		slices.Sort(names)
		for _, name := range slices.Compact(names) {
			if name = canonical(strings.TrimSpace(name)); name != "" {
				all[name] = append(all[name], o)
			}
		}
	}
	return all
}

// isService reports whether an object is a Service that a record may lead to.
func isService(o kube.Object) bool { return o.Is("", "Service") }
