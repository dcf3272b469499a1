package overlay

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"path"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// Tree is generated files by their path.
type Tree map[string][]byte

// Source reads the files of a tree.
func (t Tree) Source(path string) (data []byte, ok bool) {
	data, ok = t[path]
	return data, ok
}

// Owned are the files of each folder in rendered/, as a rule a release, in order of
// path.
func (t Tree) Owned() map[string][]File {
	owned := map[string][]File{}
	for name, data := range t {
		if parts := strings.SplitN(name, "/", 3); len(parts) == 3 {
			owned[parts[1]] = append(owned[parts[1]], File{name, data})
		}
	}
	for _, files := range owned {
		slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	}
	return owned
}

// Below are the files of a folder and those below it, in order of path.
func (t Tree) Below(dir string) []File {
	var files []File
	for name, data := range t {
		if strings.HasPrefix(name, dir+"/") {
			files = append(files, File{name, data})
		}
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return files
}

// Stand is where a release stands.
type Stand struct{ Release, Stage string }

// Stands are the stages that a text of [LiveFile] leads to, in its order. only is no if
// it leads to something else besides, but for what no release owns.
func Stands(live []byte) (all []Stand, only bool) {
	only = true
	for line := range bytes.Lines(live) {
		text := strings.TrimSuffix(string(line), "\n")
		rest, ours := strings.CutPrefix(text, "- ../")
		rest, apart := strings.CutPrefix(rest, "../")
		release, stage, ok := strings.Cut(rest, "/stages/")
		if apart {
			stage, _, _ = strings.Cut(stage, "/") // what follows is the cluster
		}
		switch {
		case ours && ok:
			all = append(all, Stand{release, strings.TrimSpace(stage)})
			only = only && !apart && !strings.Contains(release+stage, "/")
		case !strings.HasPrefix(text, "#") && !slices.Contains(liveLines, text):
			only = false
		}
	}
	return all, only
}

// liveLines are the other lines of live/.
var liveLines = []string{"apiVersion: kustomize.config.k8s.io/v1beta1", "kind: Kustomization", "resources:", "- ../shared"}

// Clusters are the clusters for whose agents a tree has a folder; one without a name where
// there is but one agent, or none yet.
func (t Tree) Clusters() []string {
	if _, ok := t[LiveFile]; ok {
		return []string{""}
	}
	var all []string
	for _, f := range t.Below(Live) {
		if dir, base := path.Split(f.Path); base == "kustomization.yaml" {
			all = append(all, path.Base(dir))
		}
	}
	if all == nil {
		all = []string{""}
	}
	return all
}

// pointer is how the line of live/ begins that says where a release stands.
func pointer(cluster, release string) string {
	return "- " + upFromLive(cluster) + release + "/stages/"
}

// Builds are the folders whose files make what stands at a stage of a release in some
// clusters: the stage's own, and those of the tracks and of the monitoring that it names.
func Builds(read Source, release, stage string, clusters []string) []string {
	dirs := []string{StageDir(release, stage)}
	for _, c := range clusters {
		data, _ := read(path.Join(dirs[0], c, "kustomization.yaml"))
		for line := range bytes.Lines(data) {
			if rest, ok := bytes.CutPrefix(line, []byte("- "+upFromStage(c)+"tracks/")); ok {
				dirs = append(dirs, trackDir(release, string(bytes.TrimSpace(rest))))
			}
			if string(bytes.TrimSpace(line)) == "- "+upFromStage(c)+monitoringDir {
				dirs = append(dirs, path.Join(Root, release, monitoringDir))
			}
		}
	}
	return dirs
}

// Point moves a release with files of its own to another stage, and changes nothing but
// what the text of the live file of a cluster says of it. ok is false if that does not know
// the release.
func Point(cluster string, was []byte, own []File, r generators.Release, s generators.Stage) (live []byte, ok bool) {
	b := newBlock(r, s, own)
	pointer := pointer(cluster, b.name)
	behind := ""
	if cluster != "" {
		behind = "/" + cluster
	}
	began, pointed := false, false
	live = make([]byte, 0, len(was)+len(b.text)+len(s.Name))
	for rest := was; len(rest) > 0; {
		begin, points := lineOf(rest, "# "+b.name+": "), lineOf(rest, pointer)
		at := min(begin, points)
		live, rest = append(live, rest[:at]...), rest[at:]
		switch {
		case len(rest) == 0:
		case points < begin:
			pointed = true
			live, rest = append(append(live, pointer...), s.Name+behind+"\n"...), rest[lineEnd(rest):]
		default:
			began = true
			live = append(live, b.text...)
			for rest = rest[lineEnd(rest):]; bytes.HasPrefix(rest, []byte("#  ")); {
				rest = rest[lineEnd(rest):]
			}
		}
	}
	return live, began && pointed
}

// lineOf is where the first line begins that begins with some words, the end of the text
// if none does.
func lineOf(text []byte, words string) int {
	if bytes.HasPrefix(text, []byte(words)) {
		return 0
	}
	if i := bytes.Index(text, []byte("\n"+words)); i >= 0 {
		return i + 1
	}
	return len(text)
}

// lineEnd is where the first line of a text ends.
func lineEnd(text []byte) int {
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		return i + 1
	}
	return len(text)
}

// block is what live/ says of a release.
type block struct{ name, stage, text string }

// newBlock says in a comment who gets the requests of a release. Its first line
// changes with whatever changes in the release's files: what one branch renders
// anew and another promotes, Git does not merge in silence.
func newBlock(r generators.Release, s generators.Stage, files []File) block {
	b := strings.Builder{}
	built, all := digests(r.Release, s.Name, files)
	fmt.Fprintf(&b, "# %s: %s, %s of %s\n", r.Metadata.Name, s.Name, built, all)
	for _, t := range r.Tracks {
		pods := "no pods"
		if n := s.Pods(t.Name); n > 0 {
			pods = plural(n, "pod")
			if t.Scaled() {
				pods = "at least " + pods
			}
		}
		image := t.Image()
		if image == "" {
			image = "idle"
		}
		where := ""
		if c := r.Spec.Tracks.Get(t.Name).Cluster; c != "" {
			where = " in " + c
		}
		fmt.Fprintf(&b, "#   %-5s %s  %s%s, %s\n", t.Name, share(s, t.Name), pods, where, image)
	}
	if s.Plain > 0 {
		fmt.Fprintf(&b, "#   %s\n", plainWords(s))
	}
	if len(s.Jobs) > 0 {
		fmt.Fprintf(&b, "#   %s %s\n", "jobs ", strings.Join(s.Jobs, ", "))
	}
	return block{r.Metadata.Name, s.Name, b.String()}
}

// share is the part of the requests that a track gets, five characters wide.
func share(s generators.Stage, track string) string {
	if s.Shared() && s.Running(track) {
		return " some"
	}
	return fmt.Sprintf("%3d %%", s.Weight(track))
}

// plainWords says what the workload does that the tracks take the place of.
func plainWords(s generators.Stage) string {
	switch {
	case s.Main != schemas.Plain:
		return "the workload of the manifests stands by"
	case s.Shared():
		return "the workload of the manifests and the track both answer, each by its number of pods"
	}
	return "the workload of the manifests answers alone"
}

// digests name the bytes of a release's files: those that make what stands at a
// stage, and all of them.
func digests(r *schemas.Release, stage string, files []File) (built, all string) {
	files = slices.Clone(files)
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	dirs := Builds(func(path string) ([]byte, bool) {
		i := slices.IndexFunc(files, func(f File) bool { return f.Path == path })
		if i < 0 {
			return nil, false
		}
		return files[i].Data, true
	}, r.Metadata.Name, stage, clusters(r))
	here, whole := sha256.New(), sha256.New()
	for _, f := range files {
		add(whole, f)
		if slices.ContainsFunc(dirs, func(dir string) bool { return strings.HasPrefix(f.Path, dir+"/") }) {
			add(here, f)
		}
	}
	return name(here), name(whole)
}

func add(h hash.Hash, f File) {
	fmt.Fprintf(h, "%s %d\n", f.Path, len(f.Data))
	_, _ = h.Write(f.Data)
}

// shared names the bytes of the objects that no release owns.
func shared(objects []kube.Object) string {
	h := sha256.New()
	_, _ = h.Write(kube.Stream(nil, objects))
	return name(h)
}

func name(h hash.Hash) string { return "sha256:" + hex.EncodeToString(h.Sum(nil)[:8]) }

// Told is what the comment of live/ says of one release.
type Told struct {
	Release, Stage string
	Tracks         []string // a line for each: who gets which share, with how many pods
}

// Tells reads the comment of a live/ file: every release that it names, in its order.
func Tells(live []byte) []Told {
	var all []Told
	inside := false
	for line := range strings.Lines(string(live)) {
		words, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), "# ")
		name, rest, named := strings.Cut(words, ": ")
		stage, _, at := strings.Cut(rest, ", sha256:")
		switch {
		case !ok:
			inside = false
		case inside && strings.HasPrefix(words, "  "):
			last := &all[len(all)-1]
			last.Tracks = append(last.Tracks, strings.TrimSpace(words))
		case named && at && !strings.Contains(name, " "):
			all, inside = append(all, Told{Release: name, Stage: stage}), true
		default:
			inside = false
		}
	}
	return all
}
