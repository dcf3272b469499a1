package dns

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// shares are the annotations by which records are shared.
var shares = []route.Annotation{
	{Key: prefix + hostnameKey, Shares: true, Hosts: true},
	{Key: legacy + hostnameKey, Shares: true, Hosts: true},
	{Key: prefix + setKey, Shares: true},
	{Key: legacy + setKey, Shares: true},
	{Key: prefix + weightKey, Shares: true},
	{Key: legacy + weightKey, Shares: true},
}

// weighs reports whether an object asks by annotation for a record that has a share of a
// name: a Service, an Ingress, a route of the Gateway API.
func weighs(o kube.Object) bool {
	if !isSource(o) {
		return false
	}
	for _, p := range []string{prefix, legacy} {
		for _, key := range []string{setKey, weightKey} {
			if o.Text("metadata", "annotations", p+key) != "" {
				return true
			}
		}
	}
	return false
}

// isSource reports whether external-dns makes records of an object by annotation, and
// knows there who gets requests: sources service, ingress and gateway-*route.
func isSource(o kube.Object) bool {
	switch o.Group {
	case "":
		return o.Kind == "Service"
	case "networking.k8s.io":
		return o.Kind == "Ingress"
	case "gateway.networking.k8s.io":
		return strings.HasSuffix(o.Kind, "Route")
	}
	return false
}

// annotated are the names of which some record is asked for by annotation with a share, with
// all records that annotations ask for there. A name of one plain record is left out: its
// Service is an entry of its own. sets are those of DNSEndpoints.
func annotated(sets []*set, w route.World) []*set {
	shared := map[string]*set{}
	var all []*set
	for _, o := range w.Objects() {
		if !weighs(o) {
			continue
		}
		for _, name := range hostsOf(o) {
			if shared[name] == nil {
				shared[name] = &set{name: name, kind: "A"}
				all = append(all, shared[name])
			}
		}
	}
	if all == nil {
		return nil
	}
	for _, o := range w.Objects() {
		if !isSource(o) || o.Kind != "Service" && !asks(o) {
			continue
		}
		for _, name := range hostsOf(o) {
			if s := shared[name]; s != nil {
				r := asked(o)
				if w.Cluster != "" {
					r.strange = fmt.Sprintf("has a share by %s, and the external-dns of another cluster may write more of them", o.ID)
				}
				s.records = append(s.records, r)
			}
		}
	}
	for _, s := range sets {
		if other := shared[s.name]; other != nil && s.kind == "A" {
			s.records[0].strange = fmt.Sprintf("has records in a DNSEndpoint and by annotations of %s, and which of them stand external-dns says",
				other.records[0].ID)
			other.records = nil
		}
	}
	return slices.DeleteFunc(all, func(s *set) bool { return len(s.records) == 0 })
}

// asks reports whether an object says anything to external-dns: of Ingresses and routes it
// takes the hosts only where it is told to look at such.
func asks(o kube.Object) bool {
	said, _ := annotations(o)
	return len(said) > 0
}

// asked is the record that an object asks for by annotation.
func asked(o kube.Object) record {
	said, same := annotations(o)
	r := record{Object: o, id: said[setKey], targets: route.CommaList(said[targetKey])}
	for _, key := range slices.Sorted(maps.Keys(said)) {
		if name, ok := strings.CutPrefix(key, awsKeys); ok {
			r.properties = append(r.properties, property{"aws/" + name, said[key]})
		}
	}
	if kind := said["record-type"]; kind != "" {
		r.properties = append(r.properties, property{"record-type", kind})
	}
	if len(r.targets) == 0 && o.Kind == "Service" {
		r.targets, r.own = []string{""}, true
	}
	switch controller, named := said["controller"]; {
	case !same:
		r.strange = fmt.Sprintf("has a record by %s, whose annotations do not say the same under %s and %s", o.ID, prefix, legacy)
	case named && controller != "dns-controller":
		r.strange = fmt.Sprintf("has a record by %s, whose controller is %.40q", o.ID, controller)
	case r.id == "":
		r.strange = fmt.Sprintf("has a share, and %s asks for a record of it without %s: Route 53 takes no plain record beside one with a share",
			o.ID, setKey)
	case r.own && o.Text("spec", "type") != "LoadBalancer":
		r.strange = fmt.Sprintf("has a record by %s, which is no Service of type LoadBalancer", o.ID)
	case len(r.targets) > 1 && slices.ContainsFunc(r.targets, func(t string) bool { return !isAddress(t) }):
		r.strange = fmt.Sprintf("has a record by %s that leads to a name and to more, and beside a CNAME nothing stands", o.ID)
	case len(r.targets) == 0:
		r.strange = fmt.Sprintf("has a record by %s, and no manifest says who its load balancer is", o.ID)
	}
	return r
}

// annotations are what an object says to external-dns, by the key without its prefix; not
// the same if its two prefixes do not say the same. Which of them is read depends on the
// version and on --enable-legacy-annotation-prefix.
func annotations(o kube.Object) (all map[string]string, same bool) {
	now, before := map[string]string{}, map[string]string{}
	for key, value := range kube.Pairs(o.Node, "metadata", "annotations") {
		if rest, ok := strings.CutPrefix(key, prefix); ok {
			now[rest] = value
		}
		if rest, ok := strings.CutPrefix(key, legacy); ok {
			before[rest] = value
		}
	}
	switch {
	case len(now) == 0:
		return before, true
	case len(before) == 0:
		return now, true
	}
	return now, maps.Equal(now, before)
}

// hostsOf are the names of which external-dns makes records for an object, each once. A
// route that names none has those of its listeners, and is left out.
func hostsOf(o kube.Object) []string {
	said, _ := annotations(o)
	only := strings.ToLower(said["ingress-hostname-source"] + said["gateway-hostname-source"])
	var all []string
	if only != "annotation-only" {
		all = ownHosts(o)
	}
	if only != "defined-hosts-only" {
		all = append(all, namesOf(o)...)
		for _, p := range []string{prefix, legacy} {
			for _, name := range route.CommaList(o.Text("metadata", "annotations", p+internalKey)) {
				all = append(all, canonical(name))
			}
		}
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(name string) bool { return name == "" })
}

// ownHosts are the hosts of a routing object.
func ownHosts(o kube.Object) []string {
	var all []string
	for _, rule := range kube.Items(o.Node, "spec", "rules") {
		all = append(all, canonical(kube.Text(rule, "host")))
	}
	for _, tls := range kube.Items(o.Node, "spec", "tls") {
		for _, n := range kube.Items(tls, "hosts") {
			all = append(all, canonical(n.Value))
		}
	}
	for _, n := range kube.Items(o.Node, "spec", "hostnames") {
		all = append(all, canonical(n.Value))
	}
	return all
}
