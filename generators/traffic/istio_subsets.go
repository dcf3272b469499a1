package traffic

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
)

// This file says which DestinationRule counts for a client: one, the closest to
// the host, of the first namespace that has any: the client's, the Service's, the
// mesh's own (Istio 1.31, pilot/pkg/model: push_context.go destinationRule,
// destination_rule.go). Only those of one namespace for one host are joined.

const (
	istioRoot   = "istio-system"   // the mesh's own namespace, unless the mesh's configuration says otherwise
	istioDomain = ".cluster.local" // likewise
)

// istioPolicy is a DestinationRule that was read.
type istioPolicy struct {
	kube.Object
	spec istioDestinationRule
}

// istioPolicies are the DestinationRules by namespace and host.
type istioPolicies map[string]map[string][]istioPolicy

// readPolicy reads a DestinationRule, and reports subsets that another one for
// its host has defined.
func (rd *istioReader) readPolicy(o kube.Object) {
	var spec istioDestinationRule
	if !rd.decode(o, &spec) {
		return
	}
	rd.partial(o, spec)
	host := istioHost(spec.Host, o.Namespace)
	if strings.HasSuffix(host, ".svc") {
		host += istioDomain
	}
	if rd.policies[o.Namespace] == nil {
		rd.policies[o.Namespace] = map[string][]istioPolicy{}
	}
	at := rd.policies[o.Namespace]
	for i, s := range spec.Subsets {
		_, before := subsetOf(at[host], s.Name)
		twice := slices.ContainsFunc(spec.Subsets[:i], func(t istioSubset) bool { return t.Name == s.Name })
		if twice || before && spec.Selector.IsZero() {
			rd.odd(o, "subset-twice", "one DestinationRule for the host", "subset %s of %s is defined elsewhere too: the older definition counts", s.Name, spec.Host)
		}
	}
	at[host] = append(at[host], istioPolicy{o, spec})
}

// subsetOf are the labels of a subset that some DestinationRules define together.
func subsetOf(all []istioPolicy, name string) (map[string]string, bool) {
	for _, p := range all {
		i := slices.IndexFunc(p.spec.Subsets, func(s istioSubset) bool { return s.Name == name })
		if i >= 0 {
			return p.spec.Subsets[i].Labels, true
		}
	}
	return nil, false
}

// exported reports whether clients of a namespace may see a DestinationRule. One
// with a selector is for its own namespace.
func (p istioPolicy) exported(client string) bool {
	own := kube.SameNamespace(p.Namespace, client)
	if !p.spec.Selector.IsZero() {
		return own
	}
	return len(p.spec.ExportTo) == 0 || slices.ContainsFunc(p.spec.ExportTo, func(t string) bool {
		return t == "*" || t == client || t == "." && own
	})
}

// private reports whether a DestinationRule is for its own namespace alone.
func (p istioPolicy) private() bool {
	return !p.spec.Selector.IsZero() || len(p.spec.ExportTo) == 1 && (p.spec.ExportTo[0] == "." || p.spec.ExportTo[0] == p.Namespace)
}

// closest are the DestinationRules of a namespace for the host of a Service: those
// whose host fits best, among those that count at all.
func (all istioPolicies) closest(namespace, host string, counts func(istioPolicy) bool) []istioPolicy {
	hosts := []string{host}
	for i, c := range host {
		if c == '.' {
			hosts = append(hosts, "*"+host[i:])
		}
	}
	for _, h := range append(hosts, "*") {
		found := all[namespace][h]
		if namespace != "" {
			found = append(slices.Clip(found), all[""][h]...) // which the agent puts anywhere
		}
		found = slices.DeleteFunc(slices.Clone(found), func(p istioPolicy) bool { return !counts(p) })
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// of are the DestinationRules that clients of a namespace use for a Service.
func (all istioPolicies) of(client, namespace, name string) []istioPolicy {
	host := MeshHost(namespace, name) + istioDomain
	own := func(p istioPolicy) bool { return p.exported(client) }
	if client == istioRoot {
		own = istioPolicy.private
	}
	if found := all.closest(client, host, own); len(found) > 0 {
		return found
	}
	for _, from := range []string{namespace, istioRoot} {
		found := all.closest(from, host, func(p istioPolicy) bool { return !p.private() })
		found = slices.DeleteFunc(found, func(p istioPolicy) bool { return !p.exported(client) })
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// elsewhere is a DestinationRule that defines a subset of a Service, whether it
// counts or not.
func (all istioPolicies) elsewhere(b Backend, subset string) (istioPolicy, bool) {
	host := MeshHost(b.Namespace, b.Service) + istioDomain
	for _, namespace := range slices.Sorted(maps.Keys(all)) {
		found := all.closest(namespace, host, func(p istioPolicy) bool {
			_, ok := subsetOf([]istioPolicy{p}, subset)
			return ok
		})
		if len(found) > 0 {
			return found[0], true
		}
	}
	return istioPolicy{}, false
}

// subset narrows a backend to a subset, as those see it who come in at some
// entries: the namespace of a gateway is taken for that of its pods, and that of a
// VirtualService for that of its clients in the mesh.
func (rd *istioReader) subset(vs istioNamed, via []Entry, b Backend, name string) Backend {
	for i, client := range istioClients(vs, via) {
		counting := rd.policies.of(client, b.Namespace, b.Service)
		labels, ok := subsetOf(counting, name)
		switch {
		case !ok:
			return rd.undefined(vs, b, name, counting)
		case i > 0 && !maps.Equal(labels, b.Labels):
			rd.skip(vs.Object, "subset %s of %s is one thing at one gateway and another at the next: what it leads to is not judged", name, b.Service)
		}
		b.Labels = labels
	}
	return b
}

// undefined is a backend whose subset those DestinationRules do not define that
// count for it.
func (rd *istioReader) undefined(vs istioNamed, b Backend, name string, counting []istioPolicy) Backend {
	p, ok := rd.policies.elsewhere(b, name)
	switch {
	case !ok:
		b.Broken = fmt.Sprintf("no DestinationRule defines subset %s of %s", name, b.Service)
	case len(counting) > 0:
		b.Broken = fmt.Sprintf("%s counts for Service %s, and not %s, which defines subset %s", counting[0].ID, b.Service, p.ID, name)
	case p.private():
		b.Broken = fmt.Sprintf("%s, which defines subset %s of Service %s, is for clients of its own namespace alone", p.ID, name, b.Service)
	default:
		rd.skip(vs.Object, "subset %s of %s is defined by %s, which counts for clients of its own namespace, and for all if that is the mesh's own: what it leads to is not judged", name, b.Service, p.ID)
		b.Unknown = "subset " + name + " of Service " + b.Service
	}
	return b
}

// istioClients are the namespaces of those who come in at some entries.
func istioClients(vs istioNamed, via []Entry) []string {
	var all []string
	for _, e := range via {
		client, _, ok := strings.Cut(e.Name, "/")
		if !ok {
			client = vs.Namespace
		}
		if !slices.Contains(all, client) {
			all = append(all, client)
		}
	}
	if all == nil {
		return []string{vs.Namespace}
	}
	return all
}
