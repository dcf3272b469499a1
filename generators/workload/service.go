package workload

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

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

// checkOffers: Services have names, and ports have numbers and names, that an
// API server takes. Tracks keep a record of them.
func (s *Source) checkOffers() []schemas.Finding {
	var found []schemas.Finding
	for _, o := range s.Apexes {
		if !schemas.IsLabel(o.Name) {
			found = append(found, o.Find("name", fmt.Sprintf("%q is not a DNS label", o.Name), "lower case letters, digits and -, at most 63, such as checkout", "metadata", "name"))
		}
		for i, n := range kube.Items(o.Node, "spec", "ports") {
			p := readPort(n)
			target, isNumber := kube.Number(n, "targetPort")
			switch {
			case !isPort(p.Number):
				found = append(found, o.Find("port", fmt.Sprintf("%s is not a port", cmp.Or(kube.Text(n, "port"), "nothing")), "use 1 to 65535", "spec", "ports", fmt.Sprint(i), "port"))
			case !slices.Contains([]string{"TCP", "UDP", "SCTP"}, p.Protocol):
				found = append(found, o.Find("port", fmt.Sprintf("%q is not a protocol", p.Protocol), "TCP, UDP or SCTP", "spec", "ports", fmt.Sprint(i), "protocol"))
			case isNumber && !isPort(target) || !isNumber && !schemas.IsLabel(p.Target.Value):
				found = append(found, o.Find("port", fmt.Sprintf("%q is neither a port nor a port's name", p.Target.Value), "a number from 1 to 65535, or the name of a container port", "spec", "ports", fmt.Sprint(i), "targetPort"))
			}
		}
	}
	return found
}

func isPort(n int) bool { return 1 <= n && n <= 65535 }

// freeName is the port's name, with the number and then the protocol behind it
// where another port has the name already. Names are needed, and must differ,
// from two ports on.
func freeName(p Port, taken []Port) string {
	numbered := fmt.Sprintf("%s-%d", cmp.Or(p.Name, "port"), p.Number)
	for _, name := range []string{p.Name, numbered} {
		if name != "" && !slices.ContainsFunc(taken, func(q Port) bool { return q.Name == name }) {
			return name
		}
	}
	return numbered + "-" + strings.ToLower(p.Protocol)
}

// Port resolves what a traffic entry calls a port of the Service. Both tracks
// have it, as far as they run.
func (s *Source) Port(at string, want schemas.Port) (Port, []schemas.Finding) {
	fail := func(id, message, hint string) (Port, []schemas.Finding) {
		return Port{}, []schemas.Finding{s.Release.Find(id, at, message, hint)}
	}
	if len(s.Apexes) == 0 {
		return fail("apex-missing", fmt.Sprintf("no Service selects the pods of %s", s.Object.ID), "a router needs one: put it beside the workload")
	}
	live := s.portsOf(s.Release.Spec.Live)
	p, ok := meant(live, want)
	switch {
	case !ok && want == (schemas.Port{}):
		return fail("port-ambiguous", fmt.Sprintf("the Services of %s have %d ports", s.Object.ID, len(live)), "port: one of "+portList(live))
	case !ok:
		return fail("port-unknown", fmt.Sprintf("no Service of %s has port %s", s.Object.ID, want), "one of "+portList(live))
	}
	for _, next := range s.candidates() {
		q, ok := meant(next, want)
		switch {
		case !ok && want == (schemas.Port{}):
			return fail("port-ambiguous", fmt.Sprintf("the Services of %s have %d ports", s.Object.ID, len(next)), "port: one of "+portList(next))
		case !ok || !p.same(q):
			return fail("port-unknown", fmt.Sprintf("%s has no port %s", s.Name(s.Release.Candidate()), cmp.Or(want, schemas.Port{Number: p.Number})), "one of "+portList(next))
		}
	}
	return p, s.checkOffered(at, p)
}

// meant is the port that a traffic entry means among those of a track: the only
// one if it names none.
func meant(ports []Port, want schemas.Port) (Port, bool) {
	if want == (schemas.Port{}) {
		return append(slices.Clip(ports), Port{})[0], len(ports) == 1
	}
	i := slices.IndexFunc(ports, func(p Port) bool {
		return want.Number == p.Number || want.Number == 0 && want.Name == p.Name
	})
	if i < 0 {
		return Port{}, false
	}
	return ports[i], true
}

// candidates are the ports of the candidate, as it is and as the manifests would
// make it: an abort can lead to stable at any time, and nothing refuses it there.
func (s *Source) candidates() [][]Port {
	c := s.Release.Candidate()
	switch {
	case c == "":
		return nil
	case s.Release.Spec.Tracks.Get(c).Snapshot == "keep":
		return [][]Port{s.portsOf(c)}
	}
	return [][]Port{s.portsOf(c), s.Ports}
}

// checkOffered: on whichever track the apexes are, one of them offers the port.
func (s *Source) checkOffered(at string, p Port) []schemas.Finding {
	live, c := s.Release.Spec.Live, s.Release.Candidate()
	for _, track := range schemas.TrackNames {
		if idle := track != live && track != c; !idle && len(s.Offering(p, track)) == 0 {
			return []schemas.Finding{s.Release.Find("port-unknown", at, fmt.Sprintf("no Service offers port %s of %s any more", p.key(), track), "put it back, until no route leads there")}
		}
	}
	return nil
}

// same reports whether two ports are one to clients.
func (p Port) same(q Port) bool { return p.Number == q.Number && p.Protocol == q.Protocol }

func portList(ports []Port) string {
	var names []string
	for _, p := range ports {
		names = append(names, fmt.Sprintf("%d (%s)", p.Number, p.Name))
	}
	return list(names)
}

// portsOf are the ports of a track's Service: those it was made with while the
// track is kept as it is.
func (s *Source) portsOf(track string) []Port {
	kept, there := s.keptService(track)
	if !there || s.anew(track) {
		return s.Ports
	}
	return readPorts(kept)
}

// Several reports whether a track's Service has several ports.
func (s *Source) Several() bool {
	return slices.ContainsFunc(schemas.TrackNames[:], func(track string) bool { return len(s.portsOf(track)) > 1 })
}

// keptService is the Service of a track's snapshot.
func (s *Source) keptService(track string) (kube.Object, bool) {
	for _, o := range s.snapshots[track] {
		if o.Is("", "Service") && o.Name == s.Name(track) && o.Namespace == s.Namespace() {
			return o, true
		}
	}
	return kube.Object{}, false
}

// services are those of a track made anew: none for a workload that no Service
// selects.
func (s *Source) services(track string) []kube.Object {
	if len(s.Ports) == 0 {
		return nil
	}
	o := s.owned(s.made(s.Name(track), track, s.Ports), track)
	return []kube.Object{o.With(record(s.Apexes), "metadata", "annotations", ApexesAnnotation)}
}

// Service is a ClusterIP Service with the workload's ports. It selects the
// pods of one track, or of both if track is "".
func (s *Source) Service(name, track string) kube.Object {
	return s.made(name, track, s.portsOf(cmp.Or(track, s.Release.Spec.Live)))
}

// carriedFields say how connections are made to a Service, not who gets them:
// a track's Service has them from the first apex.
var carriedFields = []string{"trafficDistribution", "internalTrafficPolicy", "ipFamilies", "ipFamilyPolicy", "sessionAffinity", "sessionAffinityConfig"}

// made is a Service with what the first apex says of connections, and what
// routers read there.
func (s *Source) made(name, track string, ports []Port) kube.Object {
	svc := service{APIVersion: "v1", Kind: "Service", Metadata: s.meta(name)}
	svc.Spec.Type = "ClusterIP"
	svc.Spec.Selector = s.selector(track)
	if track != "" { // nobody calls it but the routes, so that it may be empty
		svc.Metadata.Annotations = map[string]string{AcceptAnnotation: "request-gone"}
	}
	for _, p := range ports {
		svc.Spec.Ports = append(svc.Spec.Ports, servicePort{p.Name, p.AppProtocol, p.Protocol, p.Number, p.Target})
	}
	o := kube.Make(svc)
	if len(s.Apexes) == 0 {
		return o
	}
	apex := primaryFirst(s.Apexes, s.Release.Name())[0]
	for _, field := range []string{"labels", "annotations"} {
		for key, value := range kube.Pairs(apex.Node, "metadata", field) {
			if s.carries(key) && !bound(key, value) {
				o = o.With(value, "metadata", field, key)
			}
		}
	}
	o = s.mergeable(o)
	for _, field := range carriedFields {
		if v := apex.Get("spec", field); v != nil {
			o = o.With(v, "spec", field)
		}
	}
	return o
}

// topologyMode is read by kube-proxy, where trafficDistribution is not known yet.
const topologyMode = "service.kubernetes.io/topology-mode"

// carries reports whether a router reads an annotation or label of Services.
func (s *Source) carries(key string) bool {
	return key == topologyMode || slices.ContainsFunc(s.carried, func(c string) bool {
		if part, any := strings.CutPrefix(c, "*"); any {
			return strings.Contains(key, part)
		}
		return key == c || strings.HasSuffix(c, "/") && strings.HasPrefix(key, c)
	})
}

// bound reports whether an annotation is for one Service alone: it names what only
// one can have, or routes to the Service by its name.
func bound(key, value string) bool {
	return key == "cloud.google.com/neg" && strings.Contains(value, `"name"`) || key == "getambassador.io/config"
}

// checkMarks: what routers read in a Service and only one can have stays with the apex.
func (s *Source) checkMarks() []schemas.Finding {
	var found []schemas.Finding
	for _, o := range s.Apexes {
		for key, value := range kube.Pairs(o.Node, "metadata", "annotations") {
			if bound(key, value) && len(s.carried) > 0 {
				f := o.Find("policy-lost", fmt.Sprintf("%s is for this Service alone, and requests go to %s and %s", key, s.Name(schemas.Blue), s.Name(schemas.Green)),
					"an object of its own for each of the two, in the place of the annotation", "metadata", "annotations", key)
				f.Severity = schemas.Warning
				found = append(found, f)
			}
		}
	}
	return found
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
