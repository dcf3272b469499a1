package main

import (
	"bytes"
	"maps"
	"strings"

	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/generators/traffic"
	"github.com/cutoverdev/cutover/schemas"
)

// move is one commit in the life of a release.
type move struct {
	verb    string
	want    *schemas.Release   // the Release afterwards
	release generators.Release // with its stages
	from    generators.Stage
	to      generators.Stage
	was     generators.Release // what from is a stage of
	tree    overlay.Tree       // rendered/ afterwards
	hold    schemas.Duration   // least time at from
	eager   bool               // never refused: an abort that takes requests away
	resumes bool               // in spite of a pause, which ends with it
	note    string             // why, behind what it does
	line    []byte             // the Release's file with another stage, where it is broken
	forced  []schemas.Finding  // what was overridden
}

// pointer makes a move that changes nothing but where live/ leads.
func (g ground) pointer(m move) (move, []schemas.Finding) {
	live, ok := g.tree.Point(m.release, m.to)
	if !ok {
		return m, []schemas.Finding{g.staleFinding([]string{overlay.LiveFile})}
	}
	m.tree = maps.Clone(g.tree)
	m.tree[overlay.LiveFile] = live
	return m, nil
}

// whole makes a move that writes the release's own files anew. What live/ says
// of other releases stays.
func (g ground) whole(m move, out generators.Output) move {
	dir := overlay.Root + "/" + g.name() + "/"
	m.tree = maps.Clone(g.tree)
	maps.DeleteFunc(m.tree, func(name string, _ []byte) bool { return strings.HasPrefix(name, dir) })
	for _, f := range overlay.Files(out) {
		if strings.HasPrefix(f.Path, dir) {
			m.tree[f.Path] = f.Data
		}
	}
	if live, ok := m.tree.Point(m.release, m.to); ok {
		m.tree[overlay.LiveFile] = live
	}
	return m
}

// files are the files that the move changes, nil for those that go.
func (g ground) files(m move) (map[string][]byte, []schemas.Finding) {
	files := map[string][]byte{}
	for name, data := range m.tree {
		if old, ok := g.tree[name]; !ok || !bytes.Equal(old, data) {
			files[name] = data
		}
	}
	for name := range g.tree {
		if _, ok := m.tree[name]; !ok {
			files[name] = nil
		}
	}
	name := fileOf(g.release)
	text, found := g.edited(m.want)
	if m.line != nil {
		text, found = m.line, nil
	}
	if !bytes.Equal(text, g.texts[name]) {
		files[name] = text
	}
	return files, found
}

// edited is the text of the Release's file with the Release as it is wanted.
func (g ground) edited(want *schemas.Release) ([]byte, []schemas.Finding) {
	return g.release.Edit(g.texts[fileOf(g.release)], want, traffic.Decoding(g.in.Providers))
}

// before is what the ground has of a file, nil if nothing.
func (g ground) before(name string) []byte {
	if text, ok := g.texts[name]; ok {
		return text
	}
	return g.tree[name]
}

// dirty finds files in the work tree that are neither as they are committed nor
// as the move would leave them: somebody else's work, which is not touched.
func (g ground) dirty(files map[string][]byte) []schemas.Finding {
	if g.head == "" {
		return nil
	}
	var found []schemas.Finding
	for name, want := range files {
		have, there := g.Folder.Read(name)
		old := g.before(name)
		untouched := there == (old != nil) && bytes.Equal(have, old)
		done := there == (want != nil) && bytes.Equal(have, want)
		if !untouched && !done {
			found = append(found, g.dirtyFinding(name))
		}
	}
	return schemas.Sort(found)
}

func (g ground) dirtyFinding(name string) schemas.Finding {
	return schemas.Finding{File: g.Shown(name), ID: "dirty", Message: "has changes that are not committed", Hint: "commit or stash them: what goes out is what is in Git"}
}

// with is the Release at another stage.
func with(r *schemas.Release, stage string) *schemas.Release {
	next := *r
	next.Spec.Stage = stage
	return &next
}

// overlayStage is the file that a stage begins with.
func overlayStage(release, stage string) string {
	return overlay.StageDir(release, stage) + "/kustomization.yaml"
}
