package workload

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
)

// Offering are the names of the apexes that offer a port while they select a
// track, and lead where the track's Service leads at that port.
func (s *Source) Offering(p Port, track string) []string {
	var names []string
	for _, o := range s.Apexes {
		if _, same := s.offers(p, o, track); same {
			names = append(names, o.Name)
		}
	}
	return names
}

// Offers reports whether an apex has a port while it selects a track, and if so
// whether the track's Service can take its place there: it has one port of a
// number, and where two apexes lead to different container ports, it follows
// the first.
func (s *Source) Offers(p Port, apex, track string) (there, same bool) {
	i := slices.IndexFunc(s.Apexes, func(o kube.Object) bool { return o.Name == apex })
	if i < 0 {
		return false, false
	}
	return s.offers(p, s.Apexes[i], track)
}

func (s *Source) offers(p Port, apex kube.Object, track string) (there, same bool) {
	offered := readPorts(apex)
	j := slices.IndexFunc(offered, p.same)
	if j < 0 {
		return false, false
	}
	target, ports, pods := offered[j].Target.Value, s.Ports, s.Object
	if recorded, frozen := s.recorded(track); frozen && !s.inPlace {
		if target, there = recorded[apex.Name][p.key()]; !there {
			return false, false
		}
		ports = s.portsOf(track)
		pods, _ = s.kept(track)
	}
	k := slices.IndexFunc(ports, p.same)
	return true, k < 0 || leadsTo(pods, ports[k].Target.Value) == leadsTo(pods, target)
}

// leadsTo is the number of a targetPort that the pod template of a workload
// has a name for; any other as it is.
func leadsTo(pods kube.Object, target string) string {
	for _, c := range kube.Items(pods.Node, "spec", "template", "spec", "containers") {
		for _, p := range kube.Items(c, "ports") {
			if kube.Text(p, "name") == target {
				return kube.Text(p, "containerPort")
			}
		}
	}
	return target
}

// PortOf is a port of an apex by what a route calls it: its number, its name, or
// nothing where it is the only one.
func (s *Source) PortOf(apex, port string) (Port, bool) {
	for _, o := range s.Apexes {
		if o.Name != apex {
			continue
		}
		ports := readPorts(o)
		i := slices.IndexFunc(ports, func(p Port) bool {
			return port == "" && len(ports) == 1 || port == fmt.Sprint(p.Number) || port != "" && port == p.Name
		})
		if i >= 0 {
			return ports[i], true
		}
	}
	return Port{}, false
}

func readPorts(svc kube.Object) []Port {
	var ports []Port
	for _, n := range kube.Items(svc.Node, "spec", "ports") {
		ports = append(ports, readPort(n))
	}
	return ports
}
