package workload

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/agent"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// This file holds what volumes: clone cannot do, and what a copy of a volume is not.

// SnapshotGroup is that of snapshots of volumes.
const SnapshotGroup = "snapshot.storage.k8s.io"

// MostCopies is for how many pods of a StatefulSet copies are made.
const MostCopies = 500

// cloned is a claim, or a template of claims, of which the candidate gets copies.
type cloned struct {
	object kube.Object // that says it
	path   []string    // where in the object
	name   string      // of the claim, or of the template
	spec   *yaml.Node  // of the claim
	kept   []*yaml.Node
}

// checkClones: the copies can be made, go with the pods, and the next ones find their names
// free.
func checkClones(s *Source) []schemas.Finding {
	if !s.Clones() {
		return nil
	}
	var found []schemas.Finding
	if len(s.claimTemplates()) > 0 && len(s.Scalers) > 0 {
		found = append(found, s.Release.Find("volumes-impossible", "spec.workload.volumes",
			fmt.Sprintf("%s adds pods to %s whose volumes would be empty: a copy is made for each pod by its number", s.Scalers[0].ID, s.Object.ID),
			"a fixed number of replicas; or scratch, perTrack"))
	}
	if n := max(s.Release.Spec.Capacity, s.DefaultCapacity()); len(s.claimTemplates()) > 0 && n > MostCopies {
		found = append(found, s.Release.Find("volumes-impossible", "spec.workload.volumes",
			fmt.Sprintf("%d pods would have copies of their own, and at most %d are made", n, MostCopies), "scratch or perTrack"))
	}
	for _, c := range s.cloned() {
		found = append(found, s.checkKeeps(c)...)
		found = append(found, s.checkUnlike(c)...)
		found = append(found, s.checkDriver(c)...)
	}
	if schemas.Failed(found) || s.Release.Candidate() == "" {
		return found
	}
	return append(found, s.checkWrites())
}

// cloned are the claims of which the candidate gets copies.
func (s *Source) cloned() []cloned {
	var all []cloned
	for i, t := range s.claimTemplates() {
		c := cloned{s.Object, []string{"spec", "volumeClaimTemplates", fmt.Sprint(i)}, kube.Text(t, "metadata", "name"), kube.Get(t, "spec"), nil}
		if kept, ok := s.SnapshotWorkload(s.Release.Spec.Live); ok {
			for _, t := range kube.Items(kept.Node, "spec", "volumeClaimTemplates") {
				if kube.Text(t, "metadata", "name") == c.name {
					c.kept = append(c.kept, kube.Get(t, "spec"))
				}
			}
		}
		c.kept = append(c.kept, s.keptClaims(c.name+"-"+s.Name(s.Release.Spec.Live)+"-")...)
		all = append(all, c)
	}
	for _, name := range Referenced(s.Object.Get("spec", "template", "spec"), "PersistentVolumeClaim") {
		for _, o := range s.Manifests {
			if o.Is("", "PersistentVolumeClaim") && o.Name == name {
				all = append(all, cloned{o, nil, name, o.Get("spec"), s.keptClaims(name + "-" + s.Release.Spec.Live)})
			}
		}
	}
	return all
}

// keptClaims are the specs of claims of the live track whose names begin so.
func (s *Source) keptClaims(prefix string) []*yaml.Node {
	var all []*yaml.Node
	for _, o := range s.Snapshots[s.Release.Spec.Live] {
		if o.Is("", "PersistentVolumeClaim") && strings.HasPrefix(o.Name, prefix) {
			all = append(all, o.Get("spec"))
		}
	}
	return all
}

// checkKeeps: what is told to stay when its track goes would be found by the next copy of
// the same name, and cannot become one.
func (s *Source) checkKeeps(c cloned) []schemas.Finding {
	at := kube.Object{Node: kube.Get(c.object.Node, c.path...)}
	notes := agent.Keeps(at)
	if len(notes) == 0 {
		return nil
	}
	return []schemas.Finding{c.object.Find("clone-kept",
		fmt.Sprintf("%s is told to stay when it leaves Git (%s): the copy of the release after the next has the same name, and finds it there",
			c.name, notes[0].Text), "leave that out, copies go with the pods of their track; or volumes: perTrack",
		slices.Concat(c.path, notes[0].Path)...)}
}

// checkUnlike: a copy is at least as large as what it is made from, and of the same mode
// (Kubernetes, CSI Volume Cloning).
func (s *Source) checkUnlike(c cloned) []schemas.Finding {
	size, want := []string{"resources", "requests", "storage"}, kube.Text(c.spec, "resources", "requests", "storage")
	n, ok := kube.Amount(want)
	for _, kept := range c.kept {
		if has := kube.Text(kept, size...); ok && has != "" {
			if m, ok := kube.Amount(has); ok && n < m {
				return []schemas.Finding{c.object.Find("clone-unlike",
					fmt.Sprintf("%s wants %s, and the live track's has %s: a copy cannot be smaller than what it is made from", c.name, want, has),
					"at least "+has, slices.Concat(c.path, []string{"spec"}, size)...)}
			}
		}
		if mode, was := volumeMode(c.spec), volumeMode(kept); mode != was {
			return []schemas.Finding{c.object.Find("clone-unlike",
				fmt.Sprintf("%s is a %s volume, and the live track's is a %s volume: neither can be made from the other", c.name, mode, was),
				"volumeMode: "+was+"; or volumes: perTrack", slices.Concat(c.path, []string{"spec", "volumeMode"})...)}
		}
	}
	return nil
}

func volumeMode(spec *yaml.Node) string {
	if mode := kube.Text(spec, "volumeMode"); mode != "" {
		return mode
	}
	return "Filesystem"
}

// unclonable are provisioners that make no copies: nothing is provisioned, or the claim is
// refused, or, worst, the volume is empty and nobody says so (rancher/local-path-provisioner
// issue 352; kubernetes-sigs/nfs-subdir-external-provisioner issues 182 and 365; Kubernetes
// v1.37, pkg/controller/volume/persistentvolume: only CSI plugins provision from a source).
var unclonable = []struct{ prefix, suffix, why string }{
	{"kubernetes.io/no-provisioner", "", "provisions nothing"},
	{"kubernetes.io/", "", "is no CSI driver, and refuses claims with a data source"},
	{"rancher.io/local-path", "", "ignores data sources: the volume would be empty"},
	{"", "/nfs-subdir-external-provisioner", "ignores data sources: the volume would be empty"},
}

// checkDriver: the class of the volumes, if it is among the manifests, can make copies.
func (s *Source) checkDriver(c cloned) []schemas.Finding {
	name, said := kube.Text(c.spec, "storageClassName"), kube.Get(c.spec, "storageClassName") != nil
	for _, o := range s.Manifests {
		standard := o.Text("metadata", "annotations", "storageclass.kubernetes.io/is-default-class") == "true"
		if !o.Is("storage.k8s.io", "StorageClass") || said && o.Name != name || !said && !standard {
			continue
		}
		driver := o.Text("provisioner")
		for _, u := range unclonable {
			if strings.HasPrefix(driver, u.prefix) && strings.HasSuffix(driver, u.suffix) {
				return []schemas.Finding{c.object.Find("clone-driver",
					fmt.Sprintf("%s is of StorageClass %s, whose provisioner, %s, %s", c.name, o.Name, driver, u.why),
					"a class of a CSI driver that can clone, or take snapshots; or volumes: perTrack",
					slices.Concat(c.path, []string{"spec", "storageClassName"})...)}
			}
		}
	}
	return nil
}

// checkWrites says what copies do not do: they are of one moment.
func (s *Source) checkWrites() schemas.Finding {
	live, candidate := s.Name(s.Release.Spec.Live), s.Name(s.Release.Candidate())
	f := s.Release.Find("clone-writes", "spec.workload.volumes",
		fmt.Sprintf("from stage clone on there are two copies of the data: what %s writes after it is gone when the release is promoted, "+
			"what %s writes is gone when it is aborted", live, candidate),
		fmt.Sprintf("stop writes before clone, or volumes: shared; where clients only read, or the loss can be borne, accept it: "+
			"annotation %s: clone-writes on %s", AcceptAnnotation, s.Object.ID))
	f.Severity = schemas.Warning
	if Accepts(s.Object, f.ID) {
		f.Severity, f.Hint = schemas.Info, ""
	}
	return f
}
