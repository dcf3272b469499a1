package release

import (
	"cmp"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/load"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// Options say which release moves, and how.
type Options struct {
	load.Input
	Release  string        // its name; "": the only one of the folder
	Commit   bool          // make one commit of exactly the files that change
	Push     bool          // and push it
	Dry      bool          // change nothing; say what would be changed
	Force    bool          // go on in spite of what is found
	Branch   string        // to commit to; "": the one that is checked out
	Delivery string        // the revision that the agent follows; "": the upstream branch, or HEAD
	Observed string        // file with what the cluster holds; -: Stdin; "": no evidence
	Arrives  time.Duration // an agent has applied by then what it follows
	Now      func() time.Time

	Stdin          io.Reader
	Stdout, Stderr io.Writer
}

// Arrival is how long Argo CD takes to see a commit without a webhook: it polls
// every 120 s and up to 60 s later (argo-cd 3.6, docs/user-guide/auto_sync.md).
const Arrival = 3 * time.Minute

// ErrMoved is returned if the release no longer stands as it was looked at: somebody else
// was faster, and what was decided is decided anew at the next look.
var ErrMoved = errors.New("somebody else has moved the release meanwhile")

// life is a verb that moves a release from one stage to another. All of them do
// the same:
//
//	checkout  what is committed
//	decide    the verb's own part: which move
//	gate      hold, pause, what the verifier says of the edge
//	write     rendered/, then live/, then the Release
//	commit    exactly these files
//	push      or take it back, catch up, and begin again
type life struct {
	Options
	aborts  bool          // goes on though others have moved the release
	asked   bool          // the remote, whether it has more
	kept    bool          // something was written to the branch that is checked out now
	cluster []kube.Object // what Observed holds, read once
	expect  string        // what the release must look like still; "": whatever it does
	grounds []string      // the evidence, for the commit
	reason  string        // why it is aborted, for whoever finds it paused
}

// arrival is how long the agent may take: what the Release says, unless a flag says otherwise.
func (v *life) arrival(r *schemas.Release) schemas.Duration {
	if v.Arrives != Arrival || r == nil {
		return schemas.Duration(v.Arrives)
	}
	return r.Spec.Arrives
}

// version is what --image says. The container whose image a track sets may be
// called by its name, too.
func version(r *schemas.Release, images []string) schemas.Version {
	var v schemas.Version
	main := r.Metadata.Name
	if w := r.Spec.Workload; w != nil { // nil: spec.app describes it
		main = cmp.Or(w.Container, w.Name, main)
	}
	for _, image := range images {
		container, ref, named := strings.Cut(image, "=")
		if !named {
			ref = container
		}
		if named && container != main {
			v.Images = append(v.Images, schemas.NamedImage{Container: container, Image: ref})
			continue
		}
		v.Image = ref
	}
	return v
}
