package workload

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// ApexesAnnotation is on a track's Service and says where each apex led when
// the track was made:
//
//	cutover.dev/apexes: cart 80=8080 443=https; cart-admin 80=8081
//
// An apex leads there for as long as it selects the track, whatever the
// manifests say by then.
const ApexesAnnotation = "cutover.dev/apexes"

// record writes down the ports of Services, and where they lead.
func record(apexes []kube.Object) string {
	var all []string
	for _, o := range apexes {
		words := []string{o.Name}
		for _, n := range kube.Items(o.Node, "spec", "ports") {
			p := readPort(n)
			words = append(words, p.key()+"="+p.Target.Value)
		}
		all = append(all, strings.Join(words, " "))
	}
	slices.Sort(all)
	return strings.Join(all, "; ")
}

// key is the number of a port, and its protocol where that is not TCP.
func (p Port) key() string {
	if p.Protocol == "TCP" {
		return fmt.Sprint(p.Number)
	}
	return fmt.Sprintf("%d/%s", p.Number, p.Protocol)
}

// places is where each apex leads, by port.
type places map[string]map[string]string

// recorded is where each apex leads while it selects a track. ok is no for a
// track that follows the manifests.
func (s *Source) recorded(track string) (apexes places, ok bool) {
	apexes, ok = s.records[track]
	return apexes, ok && !s.anew(track)
}

// readRecords reads where the apexes led when the snapshots were made.
func (s *Source) readRecords() map[string]places {
	all := map[string]places{}
	for _, track := range schemas.TrackNames {
		kept, _ := s.keptService(track)
		if text := kept.Text("metadata", "annotations", ApexesAnnotation); text != "" {
			all[track] = readApexes(text)
		}
	}
	return all
}

// readApexes reads what record wrote.
func readApexes(text string) places {
	apexes := places{}
	for apex := range strings.SplitSeq(text, "; ") {
		words := strings.Fields(apex)
		if len(words) == 0 {
			continue
		}
		ports := map[string]string{}
		for _, w := range words[1:] {
			port, target, _ := strings.Cut(w, "=")
			ports[port] = target
		}
		apexes[words[0]] = ports
	}
	return apexes
}

// Selecting is a Service that selects a track, or both if track is "".
func Selecting(o kube.Object, track string) kube.Object {
	o = o.Without("status")
	if track == "" {
		return o.Without("spec", "selector", TrackLabel)
	}
	return o.With(track, "spec", "selector", TrackLabel)
}

// At are the apexes while they select a track, or both if that is "". What the
// track knows nothing of is left out: it appears when the apexes move to a track
// that does.
func (s *Source) At(track string) []kube.Object {
	from := track
	if from == "" {
		from = s.Release.Spec.Live // both lead to the same: see CheckTargets
	}
	recorded, frozen := s.recorded(from)
	var apexes []kube.Object
	for _, o := range s.Apexes {
		ports, known := recorded[o.Name]
		switch {
		case !frozen || s.inPlace:
			apexes = append(apexes, Selecting(o, track))
		case known:
			apexes = append(apexes, leading(Selecting(o, track), ports))
		}
	}
	return apexes
}

// leading is a Service whose ports lead where they were recorded to.
func leading(o kube.Object, ports map[string]string) kube.Object {
	asRecorded := func(n *yamlNode) bool {
		p := readPort(n)
		return ports[p.key()] == p.Target.Value
	}
	if !slices.ContainsFunc(kube.Items(o.Node, "spec", "ports"), func(n *yamlNode) bool { return !asRecorded(n) }) {
		return o // as it is written
	}
	return o.Edit(func(list *yamlNode) *yamlNode {
		return kube.Each(list, func(n *yamlNode) []*yamlNode {
			target, known := ports[readPort(n).key()]
			switch {
			case !known:
				return nil
			case asRecorded(n):
				return []*yamlNode{n}
			}
			return []*yamlNode{kube.Put(n, targetNode(target), "targetPort")}
		})
	}, "spec", "ports")
}

// targetNode is a targetPort: a number, or the name of a container port.
func targetNode(target string) *yamlNode {
	n := kube.Node(target)
	if strings.Trim(target, "0123456789") == "" {
		n.Tag, n.Style = "!!int", 0
	}
	return n
}

// CheckTargets refuses tracks that differ in where a port leads, where one
// Service is to select both.
func (s *Source) CheckTargets(at string) []schemas.Finding {
	c := s.Release.Candidate()
	if c == "" {
		return nil
	}
	live := s.portsOf(s.Release.Spec.Live)
	for _, p := range slices.Concat(s.candidates()...) {
		i := slices.IndexFunc(live, p.same)
		if i >= 0 && live[i].Target.Value != p.Target.Value {
			return []schemas.Finding{s.Release.Find("ports-differ", at, fmt.Sprintf("port %d leads to %s on %s and to %s on %s, and one Service is to select both", p.Number, live[i].Target.Value, s.Release.Spec.Live, p.Target.Value, c),
				"name the container ports and target the name")}
		}
	}
	return nil
}

// used are the tracks that clients use, or will unless the release is aborted:
// live until nothing leads back to it, the candidate once it has started.
func (s *Source) used() []string {
	live, c := s.Release.Spec.Live, s.Release.Candidate()
	switch {
	case c == "" || s.Release.Spec.Stage == "stable":
		return []string{live}
	case s.Release.Spec.Stage == "retire":
		return []string{c}
	}
	return []string{live, c}
}

// checkPorts: a port that clients use does not go while its track serves.
func (s *Source) checkPorts() []schemas.Finding {
	var found []schemas.Finding
	told := map[string]bool{}
	for _, track := range s.used() {
		recorded, _ := s.recorded(track)
		for _, o := range s.Apexes {
			offers := map[string]bool{}
			for _, n := range kube.Items(o.Node, "spec", "ports") {
				offers[readPort(n).key()] = true
			}
			found = append(found, s.checkInPlace(o, track, recorded[o.Name])...)
			var gone []string
			for _, port := range slices.Sorted(maps.Keys(recorded[o.Name])) {
				if !offers[port] && !told[o.Name+" "+port] {
					told[o.Name+" "+port] = true
					gone = append(gone, port)
				}
			}
			if len(gone) > 0 {
				found = append(found, portRemoved(o, fmt.Sprintf("offers port %s no more, which clients of %s use", strings.Join(gone, ", "), track), "keep it beside the new one until nobody calls it", "spec", "ports"))
			}
		}
		for _, name := range slices.Sorted(maps.Keys(recorded)) {
			if !told[name] && len(recorded[name]) > 0 {
				told[name] = true
				found = append(found, s.checkGone(name, track)...)
			}
		}
	}
	return found
}

// checkGone: a Service that clients use goes on leading to its track. What has
// gone altogether is accepted by an annotation of the workload.
func (s *Source) checkGone(name, track string) []schemas.Finding {
	named := func(o kube.Object) bool { return o.Is("", "Service") && o.Name == name }
	if slices.ContainsFunc(s.Apexes, named) {
		return nil
	}
	if i := slices.IndexFunc(s.input, named); i >= 0 {
		return []schemas.Finding{portRemoved(s.input[i], fmt.Sprintf("selects the pods no more, and clients of %s use it", track), "let it select them until nobody calls it", "spec", "selector")}
	}
	return []schemas.Finding{portRemoved(s.Object, fmt.Sprintf("Service %s has gone, which clients of %s use", name, track), "keep it until nobody calls it")}
}

func portRemoved(o kube.Object, message, hint string, path ...string) schemas.Finding {
	f := o.Find("port-removed", message, fmt.Sprintf("%s, or accept that they are refused: annotation %s: port-removed", hint, AcceptAnnotation), path...)
	if Accepts(o, "port-removed") {
		f.Severity, f.Hint = schemas.Warning, ""
	}
	return f
}

// checkInPlace: an apex that is edited where it stands leads to one port at a
// time, and that is the one of the tracks that serve.
func (s *Source) checkInPlace(o kube.Object, track string, recorded map[string]string) []schemas.Finding {
	if !s.inPlace {
		return nil
	}
	for i, n := range kube.Items(o.Node, "spec", "ports") {
		p := readPort(n)
		if was, known := recorded[p.key()]; known && was != p.Target.Value {
			return []schemas.Finding{o.Find("ports-differ", fmt.Sprintf("port %s leads to %s, and %s serves it at %s", p.key(), p.Target.Value, track, was),
				"put it back, and offer the new port under another number: this Service is edited where it stands, and cannot lead to both", "spec", "ports", fmt.Sprint(i), "targetPort")}
		}
	}
	return nil
}
