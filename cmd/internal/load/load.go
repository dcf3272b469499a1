package load

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/cmd/internal/build"
	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/cmd/internal/git"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/structure"
	"github.com/cutoverdev/cutover/schemas"
)

// Input says what a verb works on.
type Input struct {
	Path    string            // of the manifests; "": base/ in the folder, or the folder itself
	Classes map[string]string // ingress class or gateway class → provider
	Out     string            // folder that holds rendered/, if it is another one
	Fleet   *git.Fleet        // of the repositories that many folders are in
	Writes  bool              // what is loaded will be written to rendered/
	Texts   map[string][]byte // files with Releases, to be read in place of those on disk
	Rules   *structure.Rules  // shared by many folders
}

// Loaded is a folder with everything generated from it.
type Loaded struct {
	*folder.Folder
	Target *folder.Folder // holds rendered/: as a rule, the same
	In     generators.Input
	Out    generators.Output
	Found  []schemas.Finding
}

// Close releases the folders.
func (l Loaded) Close() {
	l.Folder.Close()
	if l.Target != l.Folder {
		l.Target.Close()
	}
}

// Load reads a folder and generates its stages. The caller closes it.
func (in Input) Load(dir string, stdin io.Reader) (Loaded, error) {
	l, err := in.Read(dir, stdin)
	if err == nil && !schemas.Failed(l.Found) {
		out, more := generators.Generate(l.In)
		l.Out, l.Found = out, append(l.Found, more...)
	}
	l.Found = schemas.Sort(l.Found)
	return l, err
}

// Read reads what the stages are generated from. The caller closes the folder
// if there is no error.
func (in Input) Read(dir string, stdin io.Reader) (Loaded, error) {
	f, err := folder.Open(dir)
	if err != nil {
		return Loaded{}, err
	}
	l := Loaded{Folder: f, Target: f}
	if in.Out != "" {
		tree, err := folder.Open(in.Out)
		if err != nil {
			l.Close()
			return Loaded{}, err
		}
		l.Target = tree
	}
	given, found, err := f.Load(folder.Source{Path: in.Path, Stdin: stdin, Classes: in.Classes, Tree: l.Target, Committed: in.Texts})
	if err != nil {
		l.Close()
		return Loaded{}, err
	}
	for i, f := range found {
		if in.Writes && f.ID == build.SecretGenerated || f.ID == kube.NameGenerated {
			found[i].Severity = schemas.Error
		}
	}
	l.In, l.Found = given, found
	l.In.Rules = in.Rules
	if len(given.Releases) == 0 && !schemas.Failed(found) {
		l.Found = append(found, Missing(dir))
	}
	return l, nil
}

// Pick finds the one release that has a stage of a name, which may be written
// release/stage.
func Pick(out generators.Output, name string) (generators.Release, generators.Stage, error) {
	release, short, qualified := strings.Cut(name, "/")
	if !qualified {
		release, short = "", name
	}
	var names []string
	var hits []generators.Release
	for _, r := range out.Releases {
		if release != "" && r.Metadata.Name != release {
			continue
		}
		for _, s := range r.Stages {
			names = append(names, s.Name)
		}
		if _, ok := r.Stage(short); ok {
			hits = append(hits, r)
		}
	}
	switch len(hits) {
	case 1:
		s, _ := hits[0].Stage(short)
		return hits[0], s, nil
	case 0:
		slices.Sort(names)
		return generators.Release{}, generators.Stage{}, fmt.Errorf("no stage %q; there are %s", name, strings.Join(slices.Compact(names), ", "))
	}
	return generators.Release{}, generators.Stage{}, fmt.Errorf("several releases have a stage %q; write %s/%s", name, hits[0].Metadata.Name,
		short)
}

// Missing is the finding about a folder without a Release.
func Missing(dir string) schemas.Finding {
	return schemas.Finding{
		File: dir, ID: "release-missing", Message: "there is no Release here",
		Hint: "cutover init writes one from the manifests; it is a YAML file with apiVersion: " + schemas.APIVersion + " and kind: " +
			schemas.KindRelease,
	}
}
