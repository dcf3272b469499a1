package istio

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// This file says which DestinationRule counts for a client: one, the closest to
// the host, of the first namespace that has any: the client's, the Service's, the
// mesh's own (Istio 1.31, pilot/pkg/model: push_context.go destinationRule,
// destination_rule.go). Only those of one namespace for one host are joined.

const (
	rootNamespace = "istio-system"   // the mesh's own namespace, unless the mesh's configuration says otherwise
	clusterDomain = ".cluster.local" // likewise
)

// readPolicy reads a DestinationRule, and reports subsets that another one for
// its host has defined.
func (rd *reader) readPolicy(o kube.Object) {
	var spec destinationRule
	if !rd.Decode(o, &spec) {
		return
	}
	rd.reportPartial(o, spec)
	host := canonicalHost(spec.Host, o.Namespace)
	if strings.HasSuffix(host, ".svc") {
		host += clusterDomain
	}
	if rd.destinationRules[o.Namespace] == nil {
		rd.destinationRules[o.Namespace] = map[string][]destinationRuleObject{}
	}
	at := rd.destinationRules[o.Namespace]
	for i, s := range spec.Subsets {
		_, before := subsetOf(at[host], s.Name)
		twice := slices.ContainsFunc(spec.Subsets[:i], func(t subset) bool { return t.Name == s.Name })
		if twice || before && spec.Selector.IsZero() {
			rd.Report(o, "subset-twice", "one DestinationRule for the host",
				"subset %s of %s is defined elsewhere too: the older definition counts", s.Name, spec.Host)
		}
	}
	at[host] = append(at[host], destinationRuleObject{o, spec})
}

// subsetOf are the labels of a subset that some DestinationRules define together.
func subsetOf(all []destinationRuleObject, name string) (map[string]string, bool) {
	for _, p := range all {
		i := slices.IndexFunc(p.spec.Subsets, func(s subset) bool { return s.Name == name })
		if i >= 0 {
			return p.spec.Subsets[i].Labels, true
		}
	}
	return nil, false
}

// exported reports whether clients of a namespace may see a DestinationRule. One
// with a selector is for its own namespace.
func (p destinationRuleObject) exported(client string) bool {
	own := kube.SameNamespace(p.Namespace, client)
	if !p.spec.Selector.IsZero() {
		return own
	}
	return len(p.spec.ExportTo) == 0 || slices.ContainsFunc(p.spec.ExportTo, func(t string) bool {
		return t == "*" || t == client || t == "." && own
	})
}

// private reports whether a DestinationRule is for its own namespace alone.
func (p destinationRuleObject) private() bool {
	return !p.spec.Selector.IsZero() || len(p.spec.ExportTo) == 1 && (p.spec.ExportTo[0] == "." || p.spec.ExportTo[0] == p.Namespace)
}

// closest are the DestinationRules of a namespace for the host of a Service: those
// whose host fits best, among those that count at all.
func (all destinationRules) closest(namespace, host string, counts func(destinationRuleObject) bool) []destinationRuleObject {
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
		found = slices.DeleteFunc(slices.Clone(found), func(p destinationRuleObject) bool { return !counts(p) })
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// forClient are the DestinationRules that clients of a namespace use for a Service.
func (all destinationRules) forClient(client, namespace, name string) []destinationRuleObject {
	host := route.MeshHost(namespace, name) + clusterDomain
	own := func(p destinationRuleObject) bool { return p.exported(client) }
	if client == rootNamespace {
		own = destinationRuleObject.private
	}
	if found := all.closest(client, host, own); len(found) > 0 {
		return found
	}
	for _, from := range []string{namespace, rootNamespace} {
		found := all.closest(from, host, func(p destinationRuleObject) bool { return !p.private() })
		found = slices.DeleteFunc(found, func(p destinationRuleObject) bool { return !p.exported(client) })
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// definingSubset is a DestinationRule that defines a subset of a Service, whether it
// counts or not.
func (all destinationRules) definingSubset(b route.Backend, subset string) (destinationRuleObject, bool) {
	host := route.MeshHost(b.Namespace, b.Service) + clusterDomain
	for _, namespace := range slices.Sorted(maps.Keys(all)) {
		found := all.closest(namespace, host, func(p destinationRuleObject) bool {
			_, ok := subsetOf([]destinationRuleObject{p}, subset)
			return ok
		})
		if len(found) > 0 {
			return found[0], true
		}
	}
	return destinationRuleObject{}, false
}

// subset narrows a backend to a subset, as those see it who come in at some
// entries: the namespace of a gateway is taken for that of its pods, and that of a
// VirtualService for that of its clients in the mesh.
func (rd *reader) subset(vs virtualServiceObject, via []route.Entry, b route.Backend, name string) route.Backend {
	for i, client := range clientNamespaces(vs, via) {
		counting := rd.destinationRules.forClient(client, b.Namespace, b.Service)
		labels, ok := subsetOf(counting, name)
		switch {
		case !ok:
			return rd.undefinedSubset(vs, b, name, counting)
		case i > 0 && !maps.Equal(labels, b.Labels):
			rd.NotJudged(vs.Object,
				"subset %s of %s is one thing at one gateway and another at the next: what it leads to is not judged",
				name, b.Service)
		}
		b.Labels = labels
	}
	return b
}

// undefinedSubset is a backend whose subset those DestinationRules do not define that
// count for it.
func (rd *reader) undefinedSubset(vs virtualServiceObject, b route.Backend, name string, counting []destinationRuleObject) route.Backend {
	p, ok := rd.destinationRules.definingSubset(b, name)
	switch {
	case !ok:
		b.Broken = fmt.Sprintf("no DestinationRule defines subset %s of %s", name, b.Service)
	case len(counting) > 0:
		b.Broken = fmt.Sprintf("subset %s is defined in %s, but %s takes its place for Service %s", name, p.ID, counting[0].ID, b.Service)
	case p.private():
		b.Broken = fmt.Sprintf("%s, which defines subset %s of Service %s, is for clients of its own namespace alone", p.ID, name, b.Service)
	default:
		rd.NotJudged(vs.Object,
			"subset %s of %s is defined by %s, which counts for clients of its own namespace, "+
				"and for all if that is the mesh's own: what it leads to is not judged",
			name, b.Service, p.ID)
		b.Unknown = "subset " + name + " of Service " + b.Service
	}
	return b
}

// clientNamespaces are the namespaces of those who come in at some entries.
func clientNamespaces(vs virtualServiceObject, via []route.Entry) []string {
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
