package track

import (
	"fmt"

	"github.com/cutoverdev/cutover/generators/workload"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
)

// Plain are the workload as the manifests have it and what belongs to it, while
// it runs beside the live track or in its place. Its budgets stay as long as it
// gets requests: at beside they count the track's pods too, which then cannot
// be evicted; without them the plain pods could all be while the track starts.
func (m Maker) Plain(st stage.Stage) []kube.Object {
	if st.Plain == 0 {
		return nil
	}
	o := m.Object
	if st.Adopted() {
		// Controllers leave alone what has another owner (ControllerRefManager,
		// Kubernetes 1.30), and an autoscaler that counts the track's pods too
		// makes as many pods of both as the load needs.
		o = workload.Accepting(o, "selector-overlap")
	}
	objects := append([]kube.Object{o}, m.Scalers...)
	if st.Adopted() && len(m.Apexes) > 0 {
		objects = append(objects, m.standIn())
	}
	if st.Main == schemas.Plain {
		objects = append(objects, m.Budgets...)
	}
	return objects
}

// standIn is a Service that selects the plain pods as long as tracks run beside
// them. Nobody calls it. It is there for meshes: a sidecar refuses requests for
// a pod that no Service selects any more, and those of clients that have not
// heard of the handover still come (istio#26861, argo-rollouts#4195).
func (m Maker) standIn() kube.Object {
	return m.Service(m.Name(schemas.Plain), "").With("request-gone", "metadata", "annotations", workload.AcceptAnnotation)
}

// CheckAdoption refuses an adoption in which the workload of the manifests and
// the live track answer the same requests and are not the same.
func (m Maker) CheckAdoption(tracks [2]Track) []schemas.Finding {
	r := m.Release
	live := r.Spec.Live
	switch {
	case !r.Adopting():
		return nil
	case m.InPlace:
		return []schemas.Finding{r.Find("adopt", "spec.stage",
			fmt.Sprintf("stage %q runs the workload beside its track, which a kpt package cannot: it keeps the workload as a source that is "+
				"not applied", r.Spec.Stage), "cutover render writes these stages; or stage: stable, and apply the track before the rest")}
	case find(tracks, live).Revision != m.plainRevision():
		return []schemas.Finding{r.Find("adopt", "spec.tracks."+live,
			fmt.Sprintf("track %s does not run the same version as %s in the manifests, %s, and both get requests", live, m.Object.ID,
				kube.Text(m.MainContainer(), "image")),
			"the same image, env and configuration in both; a new version is a release of its own, from stable")}
	}
	return append(m.checkData(), m.checkStores()...)
}

// plainRevision is the revision of a track that says nothing beside the manifests.
func (m Maker) plainRevision() string {
	r, plain := *m.Release, *m.Source
	r.Spec.Tracks = schemas.Tracks{}
	plain.Release = &r
	t, _ := Maker{&plain}.fresh(r.Spec.Live)
	return t.Revision
}

// checkData warns of volumes that do not change hands.
func (m Maker) checkData() []schemas.Finding {
	if v := m.VolumeChoice(); v == "" || v == "shared" {
		return nil
	}
	f := m.Release.Find("adopt-volumes", "spec.workload.volumes",
		fmt.Sprintf("what %s has written to its volumes is not on those of %s", m.Object.ID, m.Name(m.Release.Spec.Live)),
		"nothing that must last, or copy it at beside; shared volumes change hands by themselves")
	f.Severity = schemas.Warning
	return []schemas.Finding{f}
}
