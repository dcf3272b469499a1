package release

import (
	"bytes"
	"slices"

	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// move is one commit in the life of a release.
type move struct {
	verb         string
	want         *schemas.Release   // the Release afterwards
	release      generators.Release // with its stages
	from         generators.Stage
	to           generators.Stage
	was          generators.Release // what from is a stage of
	changes      map[string][]byte  // what becomes of files of rendered/, nil: they go
	hold         schemas.Duration   // least time at from
	drains       bool               // hold is for the requests of pods that go
	neverRefused bool               // never refused: an abort that takes requests away
	ahead        bool               // its set goes on, whether it moves itself or not: its jobs count
	resumes      bool               // in spite of a pause, which ends with it
	returns      string             // revision at which the version served that comes back
	note         string             // why, behind what it does
	line         []byte             // the Release's file as it is written, where its Release alone does not say it
	own          []overlay.File     // the release's files afterwards, as far as live/ is made of them
	set          string             // the ReleaseSet whose releases move together
	parts        []move             // one for each of them, those that stay included; nil: the release moves alone
	forced       []schemas.Finding  // what was overridden
	grounds      []string           // the evidence it is made on
}

// each are the moves of the releases that move: as a rule, this one.
func (m move) each() []move {
	if m.parts != nil {
		return m.parts
	}
	return []move{m}
}

// pointer makes a move that changes nothing but where live/ leads.
func (co checkout) pointer(m move) (move, []schemas.Finding) {
	m.changes, m.own = map[string][]byte{}, co.owned()[co.name()]
	if !co.point(m, m.own) {
		return m, []schemas.Finding{co.staleFinding(co.liveFiles())}
	}
	return m, nil
}

// point changes where every cluster is led to. It reports whether all of live/ knows the
// release.
func (co checkout) point(m move, own []overlay.File) bool {
	all := true
	for _, c := range clustersOf(m.release.Release) {
		name := overlay.LiveFileOf(c)
		if live, ok := overlay.Point(c, co.tree[name], own, m.release, m.to); ok {
			m.changes[name] = live
			continue
		}
		all = false
	}
	return all
}

// whole makes a move that writes the release's own files anew. What live/ says
// of other releases stays.
func (co checkout) whole(m move) move {
	m.changes = map[string][]byte{}
	for _, f := range co.owned()[co.name()] {
		m.changes[f.Path] = nil
	}
	m.own = overlay.Own(m.release)
	for _, f := range m.own {
		m.changes[f.Path] = f.Data
	}
	co.point(m, m.own)
	return m
}

// source reads rendered/ as it is after a move.
func (co checkout) source(m move) overlay.Source {
	return func(name string) ([]byte, bool) {
		if data, changed := m.changes[name]; changed {
			return data, data != nil
		}
		return co.tree.Source(name)
	}
}

// files are the files that the move changes, nil for those that go.
func (co checkout) files(m move) (map[string][]byte, []schemas.Finding) {
	files := map[string][]byte{}
	for name, data := range m.changes {
		if old, ok := co.tree[name]; ok != (data != nil) || !bytes.Equal(old, data) {
			files[name] = data
		}
	}
	name := fileOf(co.release)
	text, found := m.line, []schemas.Finding(nil)
	if text == nil {
		text, found = co.edited(m.want)
	}
	if !bytes.Equal(text, co.texts[name]) {
		files[name] = text
	}
	return files, found
}

// edited is the text of the Release's file with the Release as it is wanted.
func (co checkout) edited(want *schemas.Release) ([]byte, []schemas.Finding) {
	return co.release.Edit(co.texts[fileOf(co.release)], want, route.Decoding(co.In.Providers))
}

// before is what the checkout has of a file, nil if nothing.
func (co checkout) before(name string) []byte {
	if text, ok := co.texts[name]; ok {
		return text
	}
	return co.tree[name]
}

// dirty finds files in the work tree that are neither as they are committed nor
// as the move would leave them: somebody else's work, which is not touched.
func (co checkout) dirty(files map[string][]byte) []schemas.Finding {
	if co.head == "" {
		return nil
	}
	var found []schemas.Finding
	for name, want := range files {
		have, there := co.Folder.Read(name)
		old := co.before(name)
		untouched := there == (old != nil) && bytes.Equal(have, old)
		done := there == (want != nil) && bytes.Equal(have, want)
		if !untouched && !done {
			found = append(found, co.dirtyFinding(name))
		}
	}
	return schemas.Sort(found)
}

// with is the Release at another stage.
func with(r *schemas.Release, stage string) *schemas.Release {
	next := *r
	next.Spec.Stage = stage
	return &next
}

// standing is a move from where the release stands, provided that it stands
// there as it would be rendered.
func (co checkout) standing(verb string) (move, []schemas.Finding) {
	m := move{verb: verb}
	if schemas.Failed(co.Found) {
		return m, co.Found
	}
	r, found := co.generate(co.release, nil)
	if schemas.Failed(found) {
		return m, found
	}
	if files := co.stale(overlay.Own(r)); len(files) > 0 {
		return m, []schemas.Finding{co.staleFinding(files)}
	}
	m.was, m.release = r, r
	m.from, _ = r.Stage(co.release.Spec.Stage)
	m.hold = m.from.Hold
	at, ok := co.stands()[co.name()]
	here := slices.Equal(co.points().clusters, clustersOf(co.release))
	if !ok || !here || at != m.from.Name && co.head != "" {
		return m, []schemas.Finding{co.staleFinding(co.liveFiles())}
	}
	return m, co.parted()
}

// closing ends a release.
func (co checkout) closing(m move) (move, []schemas.Finding) {
	m.want = co.release.Closed()
	return co.ending(m)
}

// ending goes to stable of a Release that has other stages than before.
func (co checkout) ending(m move) (move, []schemas.Finding) {
	var found []schemas.Finding
	m.release, found = co.generate(m.want, nil)
	if schemas.Failed(found) {
		return m, found
	}
	m.to = m.release.Stages[0]
	return co.whole(m), nil
}

// begin makes the candidate of a Release at stable, and goes to the first stage
// with what it became. kept are snapshots to take in the place of the checkout's.
func (co checkout) begin(m move, r *schemas.Release, kept workload.Snapshots) (move, []schemas.Finding) {
	made, found := co.generate(with(r, "stable"), kept)
	if schemas.Failed(found) {
		return m, found
	}
	return co.goes(m, made, made.Stages[0].Next)
}

// goes makes a release that was made at stable go to another stage, with what its tracks
// became there.
func (co checkout) goes(m move, made generators.Release, to string) (move, []schemas.Finding) {
	var found []schemas.Finding
	m.want = with(made.Release, to)
	m.release, found = co.generate(m.want, snapshots(treeOf(made), co.name()))
	if schemas.Failed(found) {
		return m, found
	}
	m.to, _ = m.release.Stage(m.want.Spec.Stage)
	return co.whole(m), nil
}

func sameVersion(a, b schemas.Version) bool {
	return a.Image == b.Image && slices.Equal(a.Images, b.Images)
}
