package workload

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// claims gives a track the persistent volumes that the Release chose: scratch
// goes with the pods, perTrack stays with the track, shared is one for both.
func (s *Source) claims(o kube.Object, track string) (_ kube.Object, always, pods []kube.Object) {
	choice := s.volumes()
	if choice == "shared" || choice == "" {
		return o, nil, nil
	}
	spec := o.Get("spec", "template", "spec")
	names := map[string]string{}
	for _, name := range named(spec, "PersistentVolumeClaim") {
		i := slices.IndexFunc(s.input, func(c kube.Object) bool { return c.Is("", "PersistentVolumeClaim") && c.Name == name })
		if i < 0 {
			continue // a finding by now
		}
		claim := s.copied(s.input[i], track)
		names[name] = claim.Name
		if choice == "perTrack" {
			always = append(always, claim)
		} else {
			pods = append(pods, claim)
		}
	}
	if len(names) > 0 {
		o = o.With(renamed(spec, "PersistentVolumeClaim", names), "spec", "template", "spec")
	}
	return o, always, pods
}

// retention is what becomes of volumes by what they are to the tracks: fields of
// apps/v1 StatefulSetPersistentVolumeClaimRetentionPolicy (stable since
// Kubernetes 1.32, on by default since 1.27).
var retention = map[string]string{"scratch": "Delete", "perTrack": "Retain"}

// retain says what becomes of the volumes of claim templates when the track's
// workload goes, and, where the user is silent, when it has fewer pods.
func (s *Source) retain(o kube.Object) kube.Object {
	policy, chosen := retention[s.volumes()]
	if !chosen || len(kube.Items(o.Node, "spec", "volumeClaimTemplates")) == 0 {
		return o
	}
	o = o.With(policy, "spec", retentionField, "whenDeleted")
	if absent(o, "spec", retentionField, "whenScaled") {
		o = o.With(policy, "spec", retentionField, "whenScaled")
	}
	return o
}

const retentionField = "persistentVolumeClaimRetentionPolicy"

func (s *Source) volumes() string {
	if w := s.Release.Spec.Workload; w != nil {
		return w.Volumes
	}
	return ""
}

func (s *Source) claimTemplates() []*yamlNode {
	return kube.Items(s.Object.Node, "spec", "volumeClaimTemplates")
}

// checkVolumes: a workload with persistent volumes has chosen what they are to
// two tracks, and the choice can be had.
func (s *Source) checkVolumes() []schemas.Finding {
	names := named(s.Object.Get("spec", "template", "spec"), "PersistentVolumeClaim")
	templates := s.claimTemplates()
	choice := s.volumes()
	fail := func(id, message, hint string) []schemas.Finding {
		return []schemas.Finding{s.Release.Find(id, "spec.workload.volumes", message, hint)}
	}
	switch {
	case len(names)+len(templates) == 0:
		return nil
	case choice == "":
		return fail("volumes-missing", fmt.Sprintf("%s has persistent volumes, and two tracks of it will run at once", s.Object.ID), "scratch: new ones that go with the pods; perTrack: new ones that stay with the track; shared: the same for both")
	case choice == "shared" && len(templates) > 0:
		return fail("volumes-impossible", "claim templates make a volume for each pod, which two StatefulSets cannot share", "scratch or perTrack")
	}
	var found []schemas.Finding
	for _, name := range names {
		found = append(found, s.checkClaim(name, choice)...)
	}
	return found
}

// checkClaim: a claim is there to be copied, or can be mounted by pods of two
// tracks, which may be on two nodes.
func (s *Source) checkClaim(name, choice string) []schemas.Finding {
	i := slices.IndexFunc(s.input, func(c kube.Object) bool { return c.Is("", "PersistentVolumeClaim") && c.Name == name })
	switch {
	case i < 0 && choice != "shared":
		return []schemas.Finding{s.Release.Find("volumes-impossible", "spec.workload.volumes", fmt.Sprintf("PersistentVolumeClaim %s is not among the manifests and cannot be copied", name), "put it beside the workload, or shared")}
	case i >= 0 && choice != "shared" && s.input[i].Text("spec", "volumeName") != "":
		return []schemas.Finding{s.input[i].Find("volumes-impossible", "names the one volume that it takes, and a volume has one claim", "leave volumeName out, or volumes: shared", "spec", "volumeName")}
	case i >= 0 && choice == "shared" && !slices.ContainsFunc(kube.Items(s.input[i].Node, "spec", "accessModes"), func(n *yamlNode) bool { return n.Value == "ReadWriteMany" || n.Value == "ReadOnlyMany" }):
		return []schemas.Finding{s.input[i].Find("volumes-impossible", "can be mounted on one node only, and pods of two tracks may be on two", "ReadWriteMany, or volumes: perTrack", "spec", "accessModes")}
	}
	return nil
}

// governing is the track's headless Service of a StatefulSet, if it names one
// that is among the manifests. What the user's own is labelled and annotated for
// (a monitor, a DNS name) is not done twice.
func (s *Source) governing(o kube.Object, track string) (kube.Object, []kube.Object) {
	name := o.Text("spec", "serviceName")
	i := slices.IndexFunc(s.Apexes, func(a kube.Object) bool { return a.Name == name })
	if o.Kind != "StatefulSet" || i < 0 {
		return o, nil
	}
	svc := s.Apexes[i].Renamed(s.Name(track)+"-headless").
		Without("metadata", "labels").
		With(map[string]string{AcceptAnnotation: "request-gone"}, "metadata", "annotations").
		With(track, "spec", "selector", TrackLabel).Without("status")
	svc = s.owned(svc, track)
	return o.With(svc.Name, "spec", "serviceName"), []kube.Object{svc}
}

// checkPeers warns of pods that are called by names which they lose.
func (s *Source) checkPeers() []schemas.Finding {
	template := s.Object.Get("spec", "template")
	if s.Object.Kind != "StatefulSet" || template == nil {
		return nil
	}
	peer := mention(template, regexp.MustCompile(`(?:^|[^-\w])(`+regexp.QuoteMeta(s.Object.Name)+`-[0-9]+)\b`))
	number, ok := strings.CutPrefix(peer, s.Object.Name)
	if !ok {
		return nil
	}
	f := s.Object.Find("peer-names", fmt.Sprintf("names a pod, %s: on the tracks it is called %s and %s", peer, s.Name(schemas.Blue)+number, s.Name(schemas.Green)+number),
		"find peers by the domain of the pod's own host name: it is the track's Service", "spec", "template")
	f.Severity = schemas.Warning
	return []schemas.Finding{f}
}
