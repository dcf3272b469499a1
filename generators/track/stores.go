package track

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

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
