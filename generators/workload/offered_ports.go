package workload

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
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
	if recorded, frozen := s.Recorded(track); frozen && !s.InPlace {
		if target, there = recorded[apex.Name][p.Key()]; !there {
			return false, false
		}
		ports = s.PortsOf(track)
		pods, _ = s.SnapshotWorkload(track)
	}
	k := slices.IndexFunc(ports, p.same)
	return true, k < 0 || leadsTo(pods, ports[k].Target.Value) == leadsTo(pods, target)
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
		return [][]Port{s.PortsOf(c)}
	}
	return [][]Port{s.PortsOf(c), s.Ports}
}

// PortsOf are the ports of a track's Service: those it was made with while the
// track is kept as it is.
func (s *Source) PortsOf(track string) []Port {
	kept, there := s.SnapshotService(track)
	if !there || s.MadeAnew(track) {
		return s.Ports
	}
	return readPorts(kept)
}

// Several reports whether a track's Service has several ports.
func (s *Source) Several() bool {
	return slices.ContainsFunc(schemas.TrackNames[:], func(track string) bool { return len(s.PortsOf(track)) > 1 })
}

// checkOffered: on whichever track the apexes are, one of them offers the port.
func checkOffered(s *Source, at string, p Port) []schemas.Finding {
	live, c := s.Release.Spec.Live, s.Release.Candidate()
	for _, track := range schemas.TrackNames {
		if idle := track != live && track != c; !idle && len(s.Offering(p, track)) == 0 {
			return []schemas.Finding{s.Release.Find("port-unknown", at,
				fmt.Sprintf("no Service offers port %s of track %s any more, and a route still leads there", p.Key(), track),
				"keep it until no route leads there")}
		}
	}
	return nil
}

// Port resolves what a traffic entry calls a port of the Service. Both tracks
// have it, as far as they run.
func (s *Source) Port(at string, want schemas.Port) (Port, []schemas.Finding) {
	fail := func(id, message, hint string) (Port, []schemas.Finding) {
		return Port{}, []schemas.Finding{s.Release.Find(id, at, message, hint)}
	}
	if len(s.Apexes) == 0 {
		return fail("apex-missing", fmt.Sprintf("no Service selects the pods of %s", s.Object.ID),
			"a router needs one: put it beside the workload")
	}
	live := s.PortsOf(s.Release.Spec.Live)
	p, ok := meant(live, want)
	switch {
	case !ok && want == (schemas.Port{}):
		return fail("port-ambiguous",
			fmt.Sprintf("the Services of %s have %d ports, and this entry does not say which one it means", s.Object.ID, len(live)),
			"port: one of "+portList(live))
	case !ok:
		return fail("port-unknown", fmt.Sprintf("no Service of %s has port %s", s.Object.ID, want), "one of "+portList(live))
	}
	for _, next := range s.candidates() {
		q, ok := meant(next, want)
		switch {
		case !ok && want == (schemas.Port{}):
			return fail("port-ambiguous",
				fmt.Sprintf("the Services of %s have %d ports, and this entry does not say which one it means", s.Object.ID, len(next)),
				"port: one of "+portList(next))
		case !ok || !p.same(q):
			return fail("port-unknown",
				fmt.Sprintf("%s has no port %s", s.Name(s.Release.Candidate()), cmp.Or(want, schemas.Port{Number: p.Number})), "one of "+portList(next))
		}
	}
	return p, checkOffered(s, at, p)
}
