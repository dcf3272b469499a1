package workload

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// CheckTargets refuses tracks that differ in where a port leads, where one
// Service is to select both.
func CheckTargets(s *Source, at string) []schemas.Finding {
	c := s.Release.Candidate()
	if c == "" {
		return nil
	}
	live := s.PortsOf(s.Release.Spec.Live)
	for _, p := range slices.Concat(s.candidates()...) {
		i := slices.IndexFunc(live, p.same)
		if i >= 0 && live[i].Target.Value != p.Target.Value {
			return []schemas.Finding{s.Release.Find("ports-differ", at,
				fmt.Sprintf("port %d leads to container port %s on %s and to %s on %s: one Service cannot select both", p.Number, live[i].Target.Value,
					s.Release.Spec.Live, p.Target.Value, c),
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
	case schemas.Retired(s.Release.Spec.Stage):
		return []string{c}
	}
	return []string{live, c}
}

// checkPorts: a port that clients use does not go while its track serves.
func checkPorts(s *Source) []schemas.Finding {
	var found []schemas.Finding
	told := map[string]bool{}
	for _, track := range s.used() {
		recorded, _ := s.Recorded(track)
		for _, o := range s.Apexes {
			offers := map[string]bool{}
			for _, n := range kube.Items(o.Node, "spec", "ports") {
				offers[ReadPort(n).Key()] = true
			}
			found = append(found, checkInPlace(s, o, track, recorded[o.Name])...)
			var gone []string
			for _, port := range slices.Sorted(maps.Keys(recorded[o.Name])) {
				if !offers[port] && !told[o.Name+" "+port] {
					told[o.Name+" "+port] = true
					gone = append(gone, port)
				}
			}
			if len(gone) > 0 {
				found = append(found, portRemoved(o,
					fmt.Sprintf("%s no longer offers port %s, which clients of track %s use", o.ID, strings.Join(gone, ", "), track),
					"keep it beside the new one until no client uses it", "spec", "ports"))
			}
		}
		for _, name := range slices.Sorted(maps.Keys(recorded)) {
			if !told[name] && len(recorded[name]) > 0 {
				told[name] = true
				found = append(found, checkGone(s, name, track)...)
			}
		}
	}
	return found
}

// checkGone: a Service that clients use goes on leading to its track. What has
// gone altogether is accepted by an annotation of the workload.
func checkGone(s *Source, name, track string) []schemas.Finding {
	named := func(o kube.Object) bool { return o.Is("", "Service") && o.Name == name }
	if slices.ContainsFunc(s.Apexes, named) {
		return nil
	}
	if i := slices.IndexFunc(s.Manifests, named); i >= 0 {
		return []schemas.Finding{portRemoved(s.Manifests[i],
			fmt.Sprintf("%s no longer selects the pods, and clients of track %s use it", s.Manifests[i].ID, track),
			"let it select them until no client uses it", "spec", "selector")}
	}
	return []schemas.Finding{portRemoved(s.Object, fmt.Sprintf("Service %s is gone, and clients of track %s use it", name, track),
		"keep it until no client uses it")}
}

func portRemoved(o kube.Object, message, hint string, path ...string) schemas.Finding {
	f := o.Find("port-removed", message, fmt.Sprintf("%s; otherwise allow it with annotation %s: port-removed", hint, AcceptAnnotation),
		path...)
	if Accepts(o, "port-removed") {
		f.Severity, f.Hint = schemas.Warning, ""
	}
	return f
}

// checkInPlace: an apex that is edited where it stands leads to one port at a
// time, and that is the one of the tracks that serve.
func checkInPlace(s *Source, o kube.Object, track string, recorded map[string]string) []schemas.Finding {
	if !s.InPlace {
		return nil
	}
	for i, n := range kube.Items(o.Node, "spec", "ports") {
		p := ReadPort(n)
		if was, known := recorded[p.Key()]; known && was != p.Target.Value {
			return []schemas.Finding{o.Find("ports-differ",
				fmt.Sprintf("%s leads port %s to %s, and track %s serves it at %s", o.ID, p.Key(), p.Target.Value, track, was),
				"put it back, and offer the new port under another number: this Service is edited where it stands, and cannot lead to both", "spec",
				"ports", fmt.Sprint(i), "targetPort")}
		}
	}
	return nil
}
