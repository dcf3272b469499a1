package release

import (
	"fmt"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// Rollback begins a release back to the version that served at a revision, or, if
// to is empty, to the last one that served before the present one. It returns
// [report.ErrFindings] if it is refused and the reasons are printed.
func Rollback(dir string, o Options, to string) error {
	v := rollback{life{Options: o}, to}
	return v.run(dir, v.decide)
}

type rollback struct {
	life
	to string
}

// served is a version that got all requests, with what it was made from.
type served struct {
	track    string
	entry    schemas.Track
	rev      string
	snapshot workload.Snapshots
}

func (v *rollback) decide(co checkout) (move, []schemas.Finding, error) {
	m, found := co.standing("rollback")
	if schemas.Failed(found) {
		return m, found, nil
	}
	if co.head == "" {
		return m, nil, fmt.Errorf("rollback looks for old versions in Git, and this folder is not committed")
	}
	if m.from.Name != "stable" && !schemas.Retired(m.from.Name) {
		return m, []schemas.Finding{co.release.Find("under-way", "spec.stage", "a release is under way: it stands at "+m.from.Name,
			"abort takes it back: the old version still runs")}, nil
	}
	now := serves(co.release)
	old, found, err := v.find(co, now)
	if err != nil || schemas.Failed(found) {
		return m, found, err
	}
	idle := schemas.Other(now)
	kept := workload.Snapshots{now: co.In.Snapshots[co.name()][now], idle: old.snapshot[idle]}
	if old.track != idle {
		kept[idle], found, err = co.elsewhere(old, idle)
		if err != nil || schemas.Failed(found) {
			return m, found, err
		}
	}
	entry := old.entry
	entry.Snapshot = "keep"
	want := *co.release
	want.Spec.Live = now
	m.hold, m.returns = 0, old.rev
	m, found = co.begin(m, want.Put(idle, entry), kept)
	for i, f := range found {
		if f.ID == "tracks-same" {
			found[i] = co.noOther("it is what runs now")
		}
	}
	return m, found, nil
}

func (co checkout) noOther(why string) schemas.Finding {
	return co.release.Find("no-other-version", "spec.live", "there is nothing to go back to: "+why,
		"--to names a revision at which the wanted version served")
}

// serves is the track whose version counts: the live one, or the candidate once
// the other's pods are gone.
func serves(r *schemas.Release) string {
	if schemas.Retired(r.Spec.Stage) && r.Candidate() != "" {
		return r.Candidate()
	}
	return r.Spec.Live
}

// find is the version to go back to.
func (v *rollback) find(co checkout, now string) (served, []schemas.Finding, error) {
	if v.to != "" {
		hash, ok := co.repo.Head(v.to)
		if !ok {
			return served{}, nil, fmt.Errorf("no revision %q", v.to)
		}
		old, ok, err := co.servedAt(hash)
		if err == nil && !ok {
			return old, []schemas.Finding{co.noOther("at " + v.to + " the release was not there")}, nil
		}
		return old, nil, err
	}
	commits, err := co.repo.History(co.head, fileOf(co.release), overlay.Root+"/"+co.name())
	if err != nil {
		return served{}, nil, err
	}
	present := co.release.Spec.Tracks.Get(now)
	for _, c := range commits {
		old, ok, err := co.servedAt(c.Hash)
		if err != nil {
			return old, nil, err
		}
		if ok && (old.track != now || !sameVersion(old.entry.Version, present.Version)) {
			return old, nil, nil
		}
	}
	return served{}, []schemas.Finding{co.noOther("no other version has served since the release is in Git")}, nil
}

// servedAt is the version that got all requests at a commit. ok is false if the
// release was not there, or in between two versions.
func (co checkout) servedAt(rev string) (old served, ok bool, err error) {
	text, ok, err := co.repo.File(rev, fileOf(co.release))
	if err != nil || !ok {
		return old, false, err
	}
	docs, _ := schemas.Documents(co.release.File(), text)
	for _, doc := range docs {
		if !doc.Mine() {
			continue
		}
		releases, _ := schemas.Parse(doc, route.Decoding(co.In.Providers))
		for _, r := range releases {
			if r.Metadata.Name != co.name() {
				continue
			}
			tree, err := co.treeAt(rev)
			track := serves(r)
			return served{track, r.Spec.Tracks.Get(track), rev, snapshots(tree, co.name())}, err == nil, err
		}
	}
	return old, false, nil
}

// elsewhere makes an old version anew on the other track, from the manifests of
// its time: those of the newest commit, from the one it served at backwards, that
// make the very same.
func (co checkout) elsewhere(old served, track string) ([]kube.Object, []schemas.Finding, error) {
	commits, err := co.repo.History(old.rev, ".")
	if err != nil {
		return nil, nil, err
	}
	want := *co.release
	want.Spec.Live, want.Spec.Stage = old.track, "stable"
	release := want.Put(track, old.entry)
	wanted := revisionOf(old.snapshot[old.track])
	for _, c := range commits[:min(len(commits), looks)] {
		then, found, err := co.folderAt(c.Hash)
		if err != nil {
			return nil, nil, err
		}
		if schemas.Failed(found) {
			continue
		}
		here := co
		here.In.Objects = then.In.Objects
		r, found := here.generate(release, workload.Snapshots{old.track: co.In.Snapshots[co.name()][old.track]})
		if schemas.Failed(found) || r.Tracks[trackIndex(track)].Revision != wanted {
			continue
		}
		return snapshots(treeOf(r), co.name())[track], nil, nil
	}
	return nil, []schemas.Finding{co.noOther(fmt.Sprintf("%s ran on %s, which serves, and no manifests in Git make the same on %s",
		Tag(old.entry.Image), old.track, track))}, nil
}

// looks bounds how many commits are searched for the manifests of a version.
const looks = 100

// revisionOf is the revision of the workload in a snapshot.
func revisionOf(snapshot []kube.Object) string {
	for _, o := range snapshot {
		if rev := o.Text("metadata", "annotations", workload.RevisionAnnotation); rev != "" {
			return rev
		}
	}
	return ""
}
