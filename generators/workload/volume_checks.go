package workload

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// VolumeChoice is what persistent volumes are to the tracks, as the Release says:
// scratch, perTrack, shared or clone; "" if it does not say.
func (s *Source) VolumeChoice() string {
	if w := s.Release.Spec.Workload; w != nil {
		return w.Volumes
	}
	return ""
}

func (s *Source) claimTemplates() []*yaml.Node {
	return kube.Items(s.Object.Node, "spec", "volumeClaimTemplates")
}

// ClaimTemplate is a template of claims that a track's pods have.
func (s *Source) ClaimTemplate(track, name string) (*yaml.Node, bool) {
	o, there := s.SnapshotWorkload(track)
	if !there {
		o = s.Object
	}
	all := kube.Items(o.Node, "spec", "volumeClaimTemplates")
	i := slices.IndexFunc(all, func(n *yaml.Node) bool { return kube.Text(n, "metadata", "name") == name })
	if i < 0 {
		return nil, false
	}
	return all[i], true
}

// Clones reports whether the candidate's volumes begin as copies of the live track's: the
// Release says so, and there are any.
func (s *Source) Clones() bool { return s.VolumeChoice() == "clone" && s.HasVolumes() }

// HasVolumes reports whether the pods have persistent volumes.
func (s *Source) HasVolumes() bool {
	return len(Referenced(s.Object.Get("spec", "template", "spec"), "PersistentVolumeClaim"))+len(s.claimTemplates()) > 0
}

// checkVolumes: a workload with persistent volumes has chosen what they are to
// two tracks, and the choice can be had.
func checkVolumes(s *Source) []schemas.Finding {
	names := Referenced(s.Object.Get("spec", "template", "spec"), "PersistentVolumeClaim")
	templates := s.claimTemplates()
	choice := s.VolumeChoice()
	fail := func(id, message, hint string) []schemas.Finding {
		return []schemas.Finding{s.Release.Find(id, "spec.workload.volumes", message, hint)}
	}
	switch {
	case choice != "clone" && s.Release.Spec.Workload != nil && s.Release.Spec.Workload.Snapshots != "":
		return []schemas.Finding{s.Release.Find("volumes-impossible", "spec.workload.snapshotClass", "snapshots are taken to make copies from",
			"volumes: clone; or leave snapshotClass out")}
	case len(names)+len(templates) == 0 && choice == "clone":
		none := fail("volumes-impossible", fmt.Sprintf("%s has no persistent volumes: there is nothing to copy", s.Object.ID),
			"leave volumes out")
		none[0].Severity = schemas.Warning // the manifests may have lost them while a release runs, and an abort must go on
		return none
	case len(names)+len(templates) == 0:
		return nil
	case choice == "":
		return fail("volumes-missing", fmt.Sprintf("%s has persistent volumes, and two tracks of it will run at once", s.Object.ID),
			"scratch: new ones that go with the pods; perTrack: new ones that stay with the track; shared: the same for both; "+
				"clone: copies of the live track's")
	case choice == "shared" && len(templates) > 0:
		return fail("volumes-impossible", "volumeClaimTemplates make a volume for each pod, which two StatefulSets cannot share",
			"scratch, perTrack or clone")
	}
	var found []schemas.Finding
	for _, name := range names {
		found = append(found, checkClaim(s, name, choice)...)
	}
	return found
}

// checkClaim: a claim is there to be copied, or can be mounted by pods of two
// tracks, which may be on two nodes.
func checkClaim(s *Source, name, choice string) []schemas.Finding {
	i := slices.IndexFunc(s.Manifests, func(c kube.Object) bool { return c.Is("", "PersistentVolumeClaim") && c.Name == name })
	switch {
	case i < 0 && choice != "shared":
		return []schemas.Finding{s.Release.Find("volumes-impossible", "spec.workload.volumes",
			fmt.Sprintf("PersistentVolumeClaim %s is not among the manifests and cannot be copied", name), "put it beside the workload, or shared")}
	case i >= 0 && choice != "shared" && s.Manifests[i].Text("spec", "volumeName") != "":
		return []schemas.Finding{s.Manifests[i].Find("volumes-impossible",
			s.Manifests[i].ID.String()+" names its volume, and a volume can have one claim only: no track can have a copy",
			"leave volumeName out, or volumes: shared", "spec", "volumeName")}
	case i >= 0 && choice == "shared" &&
		!slices.ContainsFunc(kube.Items(s.Manifests[i].Node, "spec", "accessModes"), func(n *yaml.Node) bool {
			return n.Value == "ReadWriteMany" || n.Value == "ReadOnlyMany"
		}):
		return []schemas.Finding{s.Manifests[i].Find("volumes-impossible",
			s.Manifests[i].ID.String()+" can be mounted on one node only, and the pods of two tracks may run on different nodes",
			"ReadWriteMany, or volumes: perTrack", "spec", "accessModes")}
	}
	return nil
}

// checkPeers warns of pods that are called by names which they lose.
func checkPeers(s *Source) []schemas.Finding {
	template := s.Object.Get("spec", "template")
	if s.Object.Kind != "StatefulSet" || template == nil {
		return nil
	}
	peer := mention(template, regexp.MustCompile(`(?:^|[^-\w])(`+regexp.QuoteMeta(s.Object.Name)+`-[0-9]+)\b`))
	number, ok := strings.CutPrefix(peer, s.Object.Name)
	if !ok {
		return nil
	}
	f := s.Object.Find("peer-names",
		fmt.Sprintf("%s names a pod, %s, in its template: on the tracks that pod is called %s and %s", s.Object.ID, peer,
			s.Name(schemas.Blue)+number, s.Name(schemas.Green)+number),
		"find peers by the domain of the pod's own host name: it is the track's Service", "spec", "template")
	f.Severity = schemas.Warning
	return []schemas.Finding{f}
}
