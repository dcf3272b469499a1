package main

import (
	"bytes"
	"io"

	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/generators/kube"
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
