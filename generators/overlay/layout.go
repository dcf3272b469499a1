package overlay

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// Root is the folder that everything is written under.
const Root = "rendered"

// Live is the folder that the agent applies.
const Live = Root + "/live"

// Header is the first line of every generated file. A file without it is not ours.
const Header = schemas.Generated

// File is one generated file.
type File struct {
	Path string // slash-separated, below the folder of the Releases
	Data []byte
}

// FileName names the file of an object: kind-name.yaml, with the namespace or a
// number behind it where that is taken.
func FileName(o kube.Object, taken map[string]bool) string {
	name := notInNames.ReplaceAllString(strings.ToLower(o.Kind+"-"+o.Name), "-")
	for _, more := range []string{"", "-" + o.Namespace, "-" + o.Namespace + "-" + o.Group} {
		if file := strings.TrimRight(name+more, "-") + ".yaml"; !taken[file] {
			taken[file] = true
			return file
		}
	}
	for i := 2; ; i++ {
		if file := fmt.Sprintf("%s-%d.yaml", name, i); !taken[file] {
			taken[file] = true
			return file
		}
	}
}

var notInNames = regexp.MustCompile(`[^a-z0-9.-]+`)

// trackDir is the folder of a track.
func trackDir(release, track string) string { return path.Join(Root, release, "tracks", track) }

// jobsDir is the folder of a track that holds its jobs.
const jobsDir = "jobs"

// monitoringDir is the folder of a release that holds what watches its tracks.
const monitoringDir = "monitoring"

func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// LiveFile is the one file that a change of stage changes, where there is but one cluster.
const LiveFile = Live + "/kustomization.yaml"

// LiveOf is the folder that the agent of a cluster applies; of "" [Live] itself.
func LiveOf(cluster string) string { return path.Join(Live, cluster) }

// LiveFileOf is the file that a change of stage changes for a cluster; of "" [LiveFile].
func LiveFileOf(cluster string) string { return LiveOf(cluster) + "/kustomization.yaml" }

// clusters are those of a release's tracks; one without a name if there is but one.
func clusters(r *schemas.Release) []string {
	if all := r.Clusters(); all != nil {
		return all
	}
	return []string{""}
}

// clustersOf are those of an output: the same for all of its releases.
func clustersOf(out generators.Output) []string {
	if len(out.Releases) == 0 {
		return []string{""}
	}
	return clusters(out.Releases[0].Release)
}

// upFromStage leads from the folder of a stage in a cluster to that of the release.
func upFromStage(cluster string) string {
	if cluster == "" {
		return "../../"
	}
	return "../../../"
}

// upFromLive leads from the folder of an agent to rendered/.
func upFromLive(cluster string) string {
	if cluster == "" {
		return "../"
	}
	return "../../"
}

// StageDir is the folder of a stage.
func StageDir(release, stage string) string { return path.Join(Root, release, "stages", stage) }
