package dns

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// record is one endpoint of a DNSEndpoint.
type record struct {
	kube.Object
	node *yaml.Node
}

// set are all records of one name and type, from every object.
type set struct {
	name, kind string
	records    []record
}

// read returns a rule for every name: external-dns makes the records, and resolvers
// give them to clients. A target is a Service that has the address or asks for the
// name; of any other nobody knows who answers there.
func read(objects []kube.Object, w route.World) ([]route.Rule, []route.Unread) {
	var rules []route.Rule
	sets, unread := sorted(objects)
	known := known(w)
	for _, s := range sets {
		weights, left := s.weights()
		unread = append(unread, left...)
		if weights == nil {
			continue
		}
		backends, why := s.backends(weights, known)
		if why != "" {
			unread = append(unread, s.notJudged(why))
			continue
		}
		via := route.Entry{Kind: "DNS", Name: "records"}
		if s.kind == "AAAA" {
			via.Name = "AAAA records"
		}
		rules = append(rules, route.Rule{
			Via: []route.Entry{via}, Protocol: "tcp", Hosts: []string{s.name}, Backends: backends,
			Empty: route.Refused, Dangling: route.Refused, Source: s.records[0].Object,
		})
	}
	return rules, unread
}

// sorted are the records by name and type, in the order in which the names come.
func sorted(objects []kube.Object) (sets []*set, unread []route.Unread) {
	by := map[[2]string]*set{}
	for _, o := range objects {
		endpoints := kube.Items(o.Node, "spec", "endpoints")
		if len(endpoints) > route.MaxRules {
			unread = append(unread, route.TooManyRules(o))
			continue
		}
		for _, n := range endpoints {
			name, kind := canonical(kube.Text(n, "dnsName")), kube.Text(n, "recordType")
			if name == "" {
				unread = append(unread, route.Unread{Source: o, Why: "has a record without a name" + route.WholeUnread})
				continue
			}
			switch kind {
			case "A", "AAAA", "CNAME":
			case "TXT", "MX", "NS", "CAA", "PTR":
				continue // no request goes there
			default:
				unread = append(unread, route.Unread{Source: o, Why: fmt.Sprintf("has a record of type %q for %s: who is found by it is not judged",
					kind, name)})
				continue
			}
			if kind == "CNAME" {
				kind = "A" // it answers for both, and no A may stand beside it
			}
			key := [2]string{name, kind}
			if by[key] == nil {
				by[key] = &set{name: name, kind: kind}
				sets = append(sets, by[key])
			}
			by[key].records = append(by[key].records, record{o, n})
		}
	}
	return sets, unread
}

func (s *set) notJudged(why string) route.Unread {
	return route.Unread{Source: s.records[0].Object, Why: fmt.Sprintf("%s %s: who answers there is not judged", s.name, why)}
}

// weights are those of the records, nil where it is not known who gets requests.
func (s *set) weights() ([]int, []route.Unread) {
	if len(s.records) == 1 && kube.Text(s.records[0].node, "setIdentifier") == "" {
		return []int{1}, nil
	}
	var all []int
	sum := 0
	seen := map[string]bool{}
	for _, r := range s.records {
		id := kube.Text(r.node, "setIdentifier")
		text, weighted := r.property(weight)
		switch {
		case id == "":
			return nil, []route.Unread{s.notJudged("has several records, of which one has no setIdentifier, and which of them counts " +
				"external-dns says")}
		case seen[id]:
			return nil, []route.Unread{s.notJudged(fmt.Sprintf("has two records with setIdentifier %s", id))}
		case !weighted:
			return nil, []route.Unread{s.notJudged("is shared by something else than " + weight)}
		}
		w, err := strconv.Atoi(text)
		if err != nil || w < 0 || w > 255 { // external-dns takes 0 for what is no number (v0.23.0)
			return nil, []route.Unread{s.notJudged(fmt.Sprintf("has the weight %.40q, and Route 53 takes 0 to 255", text))}
		}
		seen[id], all, sum = true, append(all, w), sum+w
	}
	if sum > 0 {
		return all, nil
	}
	for i := range all {
		all[i] = 1
	}
	return all, []route.Unread{{
		Source: s.records[0].Object, ID: "dns-even", Hint: "a weight above 0 for the one that is to answer",
		Why: fmt.Sprintf("gives every record of %s weight 0: Route 53 shares requests evenly then", s.name),
	}}
}

// property is what a record tells one provider.
func (r record) property(name string) (value string, ok bool) {
	for _, p := range kube.Items(r.node, "providerSpecific") {
		if kube.Text(p, "name") == name {
			return kube.Text(p, "value"), true
		}
	}
	return "", false
}

// understood are the properties that change nothing of who gets requests while targets
// are well.
var understood = []string{weight, alias, "aws/evaluate-target-health"}

// maxTargets bounds the targets of a name.
const maxTargets = 64

// backends are the targets of all records: those of one share its weight evenly.
func (s *set) backends(weights []int, known map[string][]kube.Object) (all []route.Backend, why string) {
	factor, total := 1, 0
	for _, r := range s.records {
		n := len(kube.Items(r.node, "targets"))
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
		for _, p := range kube.Items(r.node, "providerSpecific") {
			if name := kube.Text(p, "name"); !slices.Contains(understood, name) {
				return nil, "is shared by " + name + " too"
			}
		}
	}
	for i, r := range s.records {
		targets := kube.Items(r.node, "targets")
		for _, t := range targets {
			b := backend(canonical(t.Value), known)
			b.Weight = weights[i] * factor / len(targets)
			all = append(all, b)
		}
	}
	return all, ""
}

// misled says why nobody is found by a record: a CNAME leads to a name, and an A or AAAA
// record to addresses of its own length (RFC 1035, 3596). An A record may lead to a name
// too, where it is an alias of Route 53.
func (r record) misled() string {
	kind := kube.Text(r.node, "recordType")
	for _, t := range kube.Items(r.node, "targets") {
		a, err := netip.ParseAddr(t.Value)
		if err == nil && (kind == "CNAME" || kind == "A" && !a.Is4() || kind == "AAAA" && !a.Is6()) {
			return fmt.Sprintf("has a %s record that leads to %s", kind, t.Value)
		}
	}
	return ""
}

func lcm(a, b int) int {
	n, m := a, b
	for m != 0 {
		n, m = m, n%m
	}
	return a / n * b
}

// backend is the Service that a target leads to.
func backend(target string, known map[string][]kube.Object) route.Backend {
	switch at := known[target]; {
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

// known are the Services of a state by the names that they ask external-dns for, and by
// the addresses that they have or ask for.
func known(w route.World) map[string][]kube.Object {
	all := map[string][]kube.Object{}
	for _, o := range w.All("", "Service") {
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
