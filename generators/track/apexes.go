package track

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/workload"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// Selecting is a Service that selects a track, or both if track is "".
func Selecting(o kube.Object, track string) kube.Object {
	o = o.Without("status")
	if track == "" {
		return o.Without("spec", "selector", workload.TrackLabel)
	}
	return o.With(track, "spec", "selector", workload.TrackLabel)
}

// byAddress are fields that only a Service with a cluster IP has.
var byAddress = []string{
	"selector", "clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "sessionAffinity", "sessionAffinityConfig", "internalTrafficPolicy",
	"trafficDistribution", "publishNotReadyAddresses",
}

// leads is an apex that leads to a track: by its selector, or, as selectors end with a
// namespace, by the name of the track's Service.
func (m Maker) leads(o kube.Object, track string) kube.Object {
	if !m.Away() {
		return Selecting(o, track)
	}
	o = o.Without("status")
	for _, field := range byAddress {
		o = o.Without("spec", field)
	}
	if workload.Accepts(o, "apex-gap") { // which it is from the first stage on, or never
		o = workload.Accepting(o, "service-kind")
	}
	return o.With("ExternalName", "spec", "type").
		With(fmt.Sprintf("%s.%s.svc.%s", m.Name(track), m.Home(track), m.Release.Spec.Domain), "spec", "externalName")
}

// At are the apexes while they select a track, or both if that is "". What the
// track knows nothing of is left out: it appears when the apexes move to a track
// that does.
func (m Maker) At(track string) []kube.Object {
	from := track
	if from == "" {
		from = m.Release.Spec.Live // both lead to the same: see CheckTargets
	}
	recorded, frozen := m.Recorded(from)
	var apexes []kube.Object
	for _, o := range m.Apexes {
		ports, known := recorded[o.Name]
		switch {
		case !frozen || m.InPlace:
			apexes = append(apexes, m.called(m.leads(o, track)))
		case known:
			apexes = append(apexes, m.called(leading(m.leads(o, track), ports)))
		}
	}
	return apexes
}

// called is an apex without the ports of pods, where it is a name: ingress-nginx asks what a
// name leads to at its targetPort (v1.15.1, externalNamePorts), and the track's Service
// listens on the ports that both have.
func (m Maker) called(o kube.Object) kube.Object {
	if !m.Away() || o.Get("spec", "ports") == nil {
		return o
	}
	gone := func(*yaml.Node) *yaml.Node { return nil }
	return o.Edit(func(ports *yaml.Node) *yaml.Node { return kube.EditAll(ports, gone, "*", "targetPort") }, "spec", "ports")
}

// leading is a Service whose ports lead where they were recorded to.
func leading(o kube.Object, ports map[string]string) kube.Object {
	asRecorded := func(n *yaml.Node) bool {
		p := workload.ReadPort(n)
		return ports[p.Key()] == p.Target.Value
	}
	if !slices.ContainsFunc(kube.Items(o.Node, "spec", "ports"), func(n *yaml.Node) bool { return !asRecorded(n) }) {
		return o // as it is written
	}
	return o.Edit(func(list *yaml.Node) *yaml.Node {
		return kube.Each(list, func(n *yaml.Node) []*yaml.Node {
			target, known := ports[workload.ReadPort(n).Key()]
			switch {
			case !known:
				return nil
			case asRecorded(n):
				return []*yaml.Node{n}
			}
			return []*yaml.Node{kube.Put(n, targetNode(target), "targetPort")}
		})
	}, "spec", "ports")
}

// targetNode is a targetPort: a number, or the name of a container port.
func targetNode(target string) *yaml.Node {
	n := kube.Node(target)
	if strings.Trim(target, "0123456789") == "" {
		n.Tag, n.Style = "!!int", 0
	}
	return n
}
