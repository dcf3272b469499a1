package workload

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// checkAway refuses what cannot be had while a track stands in another namespace than the
// workload: a selector and a volume end at the border of theirs.
func checkAway(s *Source) []schemas.Finding {
	if !s.Away() {
		return nil
	}
	at := "spec.tracks." + s.Release.Away() + ".namespace"
	found := s.checkHome(at)
	claims := len(Referenced(s.Object.Get("spec", "template", "spec"), "PersistentVolumeClaim")) + len(s.claimTemplates())
	if v := s.VolumeChoice(); (v == "shared" || v == "clone") && claims > 0 {
		found = append(found, s.Release.Find("track-namespace", "spec.workload.volumes",
			fmt.Sprintf("volumes: %s is for tracks in one namespace: no claim is named from another", v), "scratch or perTrack"))
	}
	if len(s.Apexes) > 0 && len(s.Ports) == 0 {
		found = append(found, s.Apexes[0].Find("track-namespace",
			"has no ports, and a track in another namespace is called by a Service of its own", "the ports of the workload", "spec", "ports"))
	}
	for _, o := range s.Apexes {
		found = append(found, s.checkNamed(o)...)
	}
	return found
}

// checkHome: it is known where the apexes are, and they can become names.
func (s *Source) checkHome(at string) []schemas.Finding {
	switch {
	case s.Namespace() == "":
		return []schemas.Finding{s.Object.Find("track-namespace",
			fmt.Sprintf("%s does not say its namespace, and %s has one: what belongs where is not known", s.Object.ID, at),
			fmt.Sprintf("namespace: %s, there and in what belongs to it", s.Release.Metadata.Namespace), "metadata", "namespace")}
	case s.InPlace:
		return []schemas.Finding{s.Release.Find("track-namespace", at,
			"tracks in namespaces of their own are not for a kpt package: its Services are edited where they stand, and would lose their selectors",
			"cutover render, which writes them beside the manifests")}
	}
	return nil
}

// checkNamed: an apex can become a name for the Service of a track, which has its ports.
func (s *Source) checkNamed(o kube.Object) []schemas.Finding {
	refuse := func(why, hint string, path ...string) []schemas.Finding {
		return []schemas.Finding{o.Find("track-namespace",
			fmt.Sprintf("%s %s: while track %s has a namespace of its own, its Services can only be names of the tracks' Services", o.ID, why,
				s.Release.Away()), hint, path...)}
	}
	switch kind := cmp.Or(o.Text("spec", "type"), "ClusterIP"); {
	case kind == "NodePort" || kind == "LoadBalancer":
		return refuse("is of type "+kind, "put it behind a router that can lead to other namespaces, and make it a ClusterIP Service", "spec",
			"type")
	case o.Text("spec", "clusterIP") == "None":
		return refuse("is headless", "a ClusterIP Service; who must know each pod asks the track's own Service", "spec", "clusterIP")
	}
	for i, p := range readPorts(o) {
		j := slices.IndexFunc(s.Ports, p.same)
		if j >= 0 && !kube.Equal(s.Ports[j].Target, p.Target) {
			return refuse(fmt.Sprintf("leads port %d to %s, and another one leads it to %s", p.Number, p.Target.Value, s.Ports[j].Target.Value),
				"another number for one of the two ports", "spec", "ports", fmt.Sprint(i))
		}
	}
	return nil
}
