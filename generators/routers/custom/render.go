package custom

import (
	"maps"
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// render is the user's own object with weights, and one like it for preview hosts.
func render(r route.Route) []kube.Object {
	s, _ := newSplitter(r)
	own := *r.Own
	own.Node = s.weighted()
	own = own.Without("status").With(s.note(), "metadata", "annotations", Annotation)
	objects := []kube.Object{own}
	if hosts := r.PreviewHosts(); len(hosts) > 0 {
		objects = append(objects, s.preview(hosts))
	}
	return objects
}

func (s splitter) note() string { return note{s.Fields, s.layout.protocol}.text() }

// preview is the user's object once more, under other hosts and all to the candidate.
func (s splitter) preview(hosts []string) kube.Object {
	candidate, _ := s.Candidate()
	n := s.toCandidate(candidate)
	for _, one := range s.lists {
		n = s.onHosts(n, one)
	}
	for _, p := range s.hosts {
		n = withHosts(n, p, hosts)
	}
	meta := s.PreviewMeta()
	meta.Annotations[Annotation] = s.note()
	for key, value := range kube.Pairs(s.own, "metadata", "annotations") {
		if key == route.ClassAnnotation || route.IsRouterAnnotation(key) {
			meta.Annotations[key] = value
		}
	}
	labels := kube.Strings(s.own, "metadata", "labels")
	maps.Copy(labels, meta.Labels)
	meta.Labels = labels
	o, _ := kube.FromNode(0, kube.Put(kube.Headless(n), meta, "metadata"))
	return o.Without("status")
}

// onHosts is an object without the rules for hosts on which no rule leads to an apex:
// under the preview's hosts they would meet those that do.
func (s splitter) onHosts(n *yaml.Node, one list) *yaml.Node {
	bound := slices.ContainsFunc(s.hosts, func(h path) bool { return len(h) > len(one.rule) && slices.Equal(h[:len(one.rule)], one.rule) })
	if !bound || !one.rule.isList() {
		return n
	}
	of := func(at path) []string {
		hosts, _ := s.hostsAt(*s.Own, one.rule, at)
		return hosts
	}
	var wanted []string
	rules := one.rule.places(s.own, route.MaxRules)
	for _, at := range rules {
		if slices.ContainsFunc(one.items(kube.Get(s.own, at...)), s.apex) {
			wanted = append(wanted, of(at)...)
		}
	}
	for _, at := range slices.Backward(rules) { // from behind, so that places stay
		hosts := of(at)
		if len(hosts) > 0 && !slices.ContainsFunc(hosts, func(h string) bool { return slices.Contains(wanted, h) }) {
			n = kube.Edit(n, func(*yaml.Node) *yaml.Node { return nil }, at...)
		}
	}
	return n
}

// withHosts is an object with other hosts at a path, in every item of the lists on the
// way there, also where it said none: it would be for all.
func withHosts(n *yaml.Node, p path, hosts []string) *yaml.Node {
	above, rest := p.rule()
	var value any = hosts
	if !rest.isList() {
		value = hosts[0]
	} else {
		rest = rest.list()
	}
	for _, at := range above.places(n, route.MaxRules) {
		n = kube.Put(n, value, slices.Concat(at, rest)...)
	}
	return n
}
