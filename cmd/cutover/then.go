package main

import (
	"bytes"
	"io"
	"path/filepath"

	"github.com/cutoverdev/cutover/cmd/internal/build"
	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/schemas"
)

// folderAt reads the folder as it was at a commit, with whatever it leads to in
// the repository.
func (g ground) folderAt(rev string) (ground, []schemas.Finding, error) {
	old, err := folder.OpenRevision(g.Shown("."), rev)
	if err != nil {
		return ground{}, nil, err
	}
	defer old.Close()
	dir, ok := old.Path(g.Shown("."))
	if !ok {
		return ground{}, g.missing(g.Shown("."), rev), nil
	}
	in, stdin, ok := g.inputAt(old)
	if !ok {
		return ground{}, g.missing(g.path, rev), nil
	}
	l, err := in.read(dir, stdin)
	if err != nil {
		return ground{}, nil, err
	}
	defer l.Close()
	return ground{loaded: l}, l.found, nil
}

func (g ground) missing(name, rev string) []schemas.Finding {
	return []schemas.Finding{{File: name, ID: "release-missing", Message: "was not there at " + rev}}
}

// inputAt is where the manifests were. Git knows nothing of those that come from
// standard input or from outside of the repository: they are as they are now. ok
// is false if they were not there.
func (g ground) inputAt(old folder.Revision) (in input, stdin io.Reader, ok bool) {
	in = input{classes: g.in.Classes, path: g.path}
	switch {
	case g.path == "-":
		return in, bytes.NewReader(kube.Stream(nil, g.in.Objects)), true
	case g.path != "" && old.Covers(g.path):
		in.path, ok = old.Path(g.path)
		return in, nil, ok
	}
	return in, nil, true
}

// unsaved finds manifests that are not as they are committed: a candidate made
// of them would be one that Git cannot make again.
func (v *life) unsaved(g ground) ([]schemas.Finding, error) {
	if g.head == "" || !v.commit {
		return nil, nil
	}
	dirty, err := g.repo.Dirty()
	if err != nil {
		return nil, err
	}
	var here, anywhere []schemas.Finding
	for _, name := range dirty {
		if _, ours := g.texts[name]; ours || below(name, overlay.Root) {
			continue
		}
		anywhere = append(anywhere, g.dirtyFinding(name))
		if filepath.IsLocal(name) && build.IsInput(name) {
			here = append(here, g.dirtyFinding(name))
		}
	}
	if len(here) > 0 || len(anywhere) == 0 {
		return here, nil
	}
	same, err := g.makesTheSame()
	if err != nil || same {
		return nil, err
	}
	return anywhere, nil
}

// makesTheSame reports whether the manifests are the same as they are committed.
// Any file may be one: of a base elsewhere, or what a generator puts into a
// ConfigMap.
func (g ground) makesTheSame() (bool, error) {
	then, found, err := g.folderAt(g.head)
	if err != nil || schemas.Failed(found) {
		return false, err
	}
	return bytes.Equal(kube.Stream(nil, then.in.Objects), kube.Stream(nil, g.in.Objects)), nil
}
