package release

import (
	"bytes"
	"io"
	"path/filepath"

	"github.com/cutoverdev/cutover/cmd/internal/build"
	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/cmd/internal/load"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/schemas"
)

// folderAt reads the folder as it was at a commit, with whatever it leads to in
// the repository.
func (co checkout) folderAt(rev string) (checkout, []schemas.Finding, error) {
	old, err := folder.OpenRevision(co.Shown("."), rev)
	if err != nil {
		return checkout{}, nil, err
	}
	defer old.Close()
	dir, ok := old.Path(co.Shown("."))
	if !ok {
		return checkout{}, co.missing(co.Shown("."), rev), nil
	}
	in, stdin, ok := co.inputAt(old)
	if !ok {
		return checkout{}, co.missing(co.path, rev), nil
	}
	l, err := in.Read(dir, stdin)
	if err != nil {
		return checkout{}, nil, err
	}
	defer l.Close()
	return checkout{Loaded: l}, l.Found, nil
}

func (co checkout) missing(name, rev string) []schemas.Finding {
	return []schemas.Finding{{File: name, ID: "release-missing", Message: "was not there at " + rev}}
}

// inputAt is where the manifests were. Git knows nothing of those that come from
// standard input or from outside of the repository: they are as they are now. ok
// is false if they were not there.
func (co checkout) inputAt(old folder.Revision) (in load.Input, stdin io.Reader, ok bool) {
	in = load.Input{Classes: co.In.Classes, Path: co.path}
	switch {
	case co.path == "-":
		return in, bytes.NewReader(kube.Stream(nil, co.In.Objects)), true
	case co.path != "" && old.Covers(co.path):
		in.Path, ok = old.Path(co.path)
		return in, nil, ok
	}
	return in, nil, true
}

// unsaved finds manifests that are not as they are committed: a candidate made
// of them would be one that Git cannot make again.
func (v *life) unsaved(co checkout) ([]schemas.Finding, error) {
	if co.head == "" || !v.Commit {
		return nil, nil
	}
	dirty, err := co.repo.Dirty()
	if err != nil {
		return nil, err
	}
	var here, anywhere []schemas.Finding
	for _, name := range dirty {
		if _, ours := co.texts[name]; ours || below(name, overlay.Root) || folder.IsTemporary(name) {
			continue
		}
		anywhere = append(anywhere, co.dirtyFinding(name))
		if filepath.IsLocal(name) && build.IsInput(name) {
			here = append(here, co.dirtyFinding(name))
		}
	}
	if len(here) > 0 || len(anywhere) == 0 {
		return here, nil
	}
	same, err := co.makesTheSame()
	if err != nil || same {
		return nil, err
	}
	return anywhere, nil
}

// makesTheSame reports whether the manifests are the same as they are committed.
// Any file may be one: of a base elsewhere, or what a generator puts into a
// ConfigMap.
func (co checkout) makesTheSame() (bool, error) {
	then, found, err := co.folderAt(co.head)
	if err != nil || schemas.Failed(found) {
		return false, err
	}
	return bytes.Equal(kube.Stream(nil, then.In.Objects), kube.Stream(nil, co.In.Objects)), nil
}
