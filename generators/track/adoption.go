package track

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/workload"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
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
	t, _ := Maker{Source: &plain}.fresh(r.Spec.Live)
	return t.Revision
}

// passing are the paths, and what is below them, at which nothing lies that a
// client would miss.
var passing = []string{"/tmp", "/var/tmp", "/run", "/var/run", "/var/log", "/var/cache", "/cache", "/dev/shm"}

// writers are images, by the end of their names, of stores that one pod writes: two of
// them side by side are two stores, or two writers of one volume.
var writers = []string{
	"postgres", "postgresql", "mysql", "mariadb", "percona", "mongo", "mongodb", "redis", "valkey", "keydb", "rabbitmq",
	"etcd", "elasticsearch", "opensearch", "influxdb", "clickhouse", "neo4j", "couchdb", "minio", "kafka", "zookeeper", "vault",
}

// checkStores warns of data that the only pod keeps to itself, in an emptyDir or as a
// data base does: while the workload and its track both answer, there are two of
// them. Several pods are used to that, and what init containers or sidecars share
// with the container is no data of clients.
func (m Maker) checkStores() []schemas.Finding {
	if m.plainPods() > 1 || len(m.Apexes) == 0 {
		return nil
	}
	var found []schemas.Finding
	spec := m.Object.Get("spec", "template", "spec")
	for _, v := range kube.Items(spec, "volumes") {
		name := kube.Text(v, "name")
		if path, ok := storePath(spec, name); ok && kube.Get(v, "emptyDir") != nil {
			f := m.Object.Find("adopt-store",
				fmt.Sprintf("the only pod of %s keeps %s in emptyDir %s: while that pod and a track both answer, each has data of its own",
					m.Object.ID, path, name),
				"nothing if what lies there is a cache; otherwise adopt it while nobody writes, or use volumes that both share", "spec", "template",
				"spec", "volumes")
			f.Severity = schemas.Warning
			found = append(found, f)
		}
	}
	if store := m.store(); store != "" && len(found) == 0 {
		f := m.Object.Find("adopt-store",
			fmt.Sprintf("the only pod of %s is %s: while that pod and a track both answer, there are two of them, and clients reach both",
				m.Object.ID, store),
			"leave it as it is, without a Release: what else is here can be released beside it", "spec", "template", "spec", "containers")
		f.Severity = schemas.Warning
		found = append(found, f)
	}
	return found
}

// store is the data store that the workload runs, by its image; "" if none is known.
func (m Maker) store() string {
	image := kube.Text(m.MainContainer(), "image")
	image = image[strings.LastIndex(image, "/")+1:]
	name, _, _ := strings.Cut(image, "@")
	name, _, _ = strings.Cut(name, ":")
	if slices.Contains(writers, name) {
		return name
	}
	return ""
}

// storePath is where one container alone mounts a volume to write to, if that is
// a place for data.
func storePath(spec *yaml.Node, volume string) (path string, ok bool) {
	users := 0
	for _, field := range []string{"initContainers", "containers"} {
		for _, c := range kube.Items(spec, field) {
			for _, m := range kube.Items(c, "volumeMounts") {
				if kube.Text(m, "name") == volume {
					users++
					path, ok = kube.Text(m, "mountPath"), kube.Text(m, "readOnly") != "true"
				}
			}
		}
	}
	for _, p := range passing {
		if path == p || strings.HasPrefix(path, p+"/") {
			return path, false
		}
	}
	return path, ok && users == 1
}

// checkData warns of volumes that do not change hands.
func (m Maker) checkData() []schemas.Finding {
	if v := m.VolumeChoice(); v == "" || v == "shared" || !m.HasVolumes() {
		return nil
	}
	f := m.Release.Find("adopt-volumes", "spec.workload.volumes",
		fmt.Sprintf("what %s has written to its volumes is not on those of %s", m.Object.ID, m.Name(m.Release.Spec.Live)),
		"nothing that must last, or copy it at beside; shared volumes change hands by themselves")
	f.Severity = schemas.Warning
	return []schemas.Finding{f}
}
