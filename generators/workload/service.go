package workload

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// Port is one port of the track Services.
type Port struct {
	Name        string
	Number      int
	Protocol    string    // TCP, UDP or SCTP
	AppProtocol string    // "" if the user gave none
	Target      *yamlNode // number or name of a container port
}

// ports collects what the apexes offer, the one named like the workload first.
// Where two offer different things under one number, the first wins and the
// finding says so.
func ports(apexes []kube.Object, name string) ([]Port, []schemas.Finding) {
	var all []Port
	var found []schemas.Finding
	for _, apex := range primaryFirst(apexes, name) {
		for i, n := range kube.Items(apex.Node, "spec", "ports") {
			p := readPort(n)
			j := slices.IndexFunc(all, func(q Port) bool { return q.Number == p.Number && q.Protocol == p.Protocol })
			switch {
			case j < 0:
				p.Name = freeName(p, all)
				all = append(all, p)
			case !kube.Equal(all[j].Target, p.Target):
				f := apex.Find("port-clash", fmt.Sprintf("port %d leads to %s here and to %s in the Service before", p.Number, p.Target.Value, all[j].Target.Value),
					"routers use the first", "spec", "ports", fmt.Sprint(i))
				f.Severity = schemas.Warning
				found = append(found, f)
			}
		}
	}
	return all, found
}

// primaryFirst puts the apex that is named like the workload before the others.
func primaryFirst(apexes []kube.Object, name string) []kube.Object {
	sorted := slices.Clone(apexes)
	slices.SortStableFunc(sorted, func(a, b kube.Object) int {
		switch {
		case a.Name == name && b.Name != name:
			return -1
		case b.Name == name && a.Name != name:
			return 1
		}
		return 0
	})
	return sorted
}

func readPort(n *yamlNode) Port {
	p := Port{Name: kube.Text(n, "name"), Protocol: kube.Text(n, "protocol"), AppProtocol: kube.Text(n, "appProtocol"), Target: kube.Get(n, "targetPort")}
	p.Number, _ = kube.Number(n, "port")
	if p.Protocol == "" {
		p.Protocol = "TCP"
	}
	if p.Target == nil {
		p.Target = kube.Node(p.Number)
	}
	return p
}

// freeName is the port's name, with the number behind it where another port
// has the name already. Names are needed, and must differ, from two ports on.
func freeName(p Port, taken []Port) string {
	name := p.Name
	if name == "" {
		name = "port"
	}
	if slices.ContainsFunc(taken, func(q Port) bool { return q.Name == name }) || p.Name == "" {
		return fmt.Sprintf("%s-%d", name, p.Number)
	}
	return name
}

// Port resolves what a traffic entry calls a port of the Service.
func (s *Source) Port(at string, want schemas.Port) (Port, []schemas.Finding) {
	fail := func(id, message, hint string) (Port, []schemas.Finding) {
		return Port{}, []schemas.Finding{s.Release.Find(id, at, message, hint)}
	}
	if len(s.Apexes) == 0 {
		return fail("apex-missing", fmt.Sprintf("no Service selects the pods of %s", s.Object.ID), "a router needs one: put it beside the workload")
	}
	if want == (schemas.Port{}) {
		if len(s.Ports) == 1 {
			return s.Ports[0], nil
		}
		return fail("port-ambiguous", fmt.Sprintf("the Services of %s have %d ports", s.Object.ID, len(s.Ports)), "port: one of "+s.portList())
	}
	i := slices.IndexFunc(s.Ports, func(p Port) bool {
		return want.Number == p.Number || want.Number == 0 && want.Name == p.Name
	})
	if i < 0 {
		return fail("port-unknown", fmt.Sprintf("no Service of %s has port %s", s.Object.ID, want), "one of "+s.portList())
	}
	return s.Ports[i], nil
}

func (s *Source) portList() string {
	var names []string
	for _, p := range s.Ports {
		names = append(names, fmt.Sprintf("%d (%s)", p.Number, p.Name))
	}
	return list(names)
}

// service is the ClusterIP Service of a track.
func (s *Source) service(track string) kube.Object { return s.Service(s.Name(track), track) }

// Service is a ClusterIP Service with the workload's ports. It selects the
// pods of one track, or of both if track is "".
func (s *Source) Service(name, track string) kube.Object {
	svc := service{APIVersion: "v1", Kind: "Service", Metadata: s.meta(name)}
	svc.Spec.Type = "ClusterIP"
	svc.Spec.Selector = s.selector(track)
	if track == "" {
		delete(svc.Spec.Selector, TrackLabel)
	}
	for _, p := range s.Ports {
		svc.Spec.Ports = append(svc.Spec.Ports, servicePort{p.Name, p.AppProtocol, p.Protocol, p.Number, p.Target})
	}
	return kube.Make(svc)
}

// service is the part of core/v1 Service written here.
type service struct {
	APIVersion string    `yaml:"apiVersion"`
	Kind       string    `yaml:"kind"`
	Metadata   kube.Meta `yaml:"metadata"`
	Spec       struct {
		Type     string            `yaml:"type"`
		Selector map[string]string `yaml:"selector"`
		Ports    []servicePort     `yaml:"ports"`
	} `yaml:"spec"`
}

type servicePort struct {
	Name        string    `yaml:"name"`
	AppProtocol string    `yaml:"appProtocol,omitempty"`
	Protocol    string    `yaml:"protocol"`
	Port        int       `yaml:"port"`
	TargetPort  *yamlNode `yaml:"targetPort"`
}

// Apex is a Service of the user's that selects a track, or both if track is "".
func Apex(o kube.Object, track string) kube.Object {
	o = o.Without("status")
	if track == "" {
		return o.Without("spec", "selector", TrackLabel)
	}
	return o.With(track, "spec", "selector", TrackLabel)
}
