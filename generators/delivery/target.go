package delivery

import (
	"regexp"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
)

// Target is a folder that an agent applies.
type Target struct {
	Name      string        // of the agent's object
	Path      string        // of rendered/live, from the root of the repository
	Namespace string        // of objects that name none; "": each names its own
	Routes    []kube.Object // by which requests go, at any stage
}

// Source is the repository that an agent follows.
type Source struct {
	URL      string
	Revision string // branch
	Home     string // namespace of the agent's objects; "": the one its installation makes
	Set      bool   // of Argo CD: one ApplicationSet for all targets
	Notify   []Channel
}

// sourceName is the name of the GitRepository of Flux.
const sourceName = "cutover"

// name refers to an object beside another one.
type name struct {
	Name string `yaml:"name"`
}

// scp is an address of Git's as scp writes it.
var scp = regexp.MustCompile(`^([^/@:]+@)?([^/:]+):(.+)$`)

// httpsOrSSH is an address in the form of a URL, as Flux wants it
// (source-controller v1.9, GitRepository spec.url).
func httpsOrSSH(address string) string {
	if strings.Contains(address, "://") {
		return address
	}
	if m := scp.FindStringSubmatch(address); m != nil {
		return "ssh://" + m[1] + m[2] + "/" + strings.TrimPrefix(m[3], "/")
	}
	return address
}
