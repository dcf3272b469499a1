package release

import (
	"fmt"

	"github.com/cutoverdev/cutover/generators"
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
	if co.head == "" {
		return move{}, nil, fmt.Errorf("rollback looks for old versions in Git, and this folder is not committed")
	}
	if co.set != "" {
		return v.all(co)
	}
	m, found := co.standing("rollback")
	if schemas.Failed(found) {
		return m, found, nil
	}
	if m.from.Name != "stable" && !schemas.Retired(m.from.Name) {
		return m, []schemas.Finding{co.release.Find("under-way", "spec.stage", "a release is under way: it stands at "+m.from.Name,
			"abort takes it back: the old version still runs")}, nil
	}
	old, found, err := v.find(co, serves(co.release))
	if err != nil || schemas.Failed(found) {
		return m, found, err
	}
	want, kept, found, err := co.again(old)
	if err != nil || schemas.Failed(found) {
		return m, found, err
	}
	m.hold, m.returns = 0, old.rev
	m, found = co.begin(m, want, kept)
	for i, f := range found {
		if f.ID == "tracks-same" {
			found[i] = co.noOther("it is what runs now")
		}
	}
	return m, found, nil
}

// again is the Release with an old version as its candidate, and the snapshots of both
// tracks.
func (co checkout) again(old served) (r *schemas.Release, kept workload.Snapshots, found []schemas.Finding, err error) {
	now := serves(co.release)
	idle := schemas.Other(now)
	kept = workload.Snapshots{now: co.In.Snapshots[co.name()][now], idle: old.snapshot[idle]}
	if old.track != idle {
		kept[idle], found, err = co.elsewhere(old, idle)
		if err != nil || schemas.Failed(found) {
			return nil, nil, found, err
		}
	}
	entry := old.entry
	entry.Snapshot = "keep"
	want := *co.release
	want.Spec.Live = now
	return want.Put(idle, entry), kept, nil, nil
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

// all goes back to what served before the last release of the set: of those members that
// it moved.
func (v *rollback) all(co checkout) (move, []schemas.Finding, error) {
	g, found := co.group("rollback")
	if schemas.Failed(found) {
		return move{}, found, nil
	}
	for _, m := range g.parts {
		if m.from.Name != "stable" && !schemas.Retired(m.from.Name) {
			return move{}, []schemas.Finding{co.release.Find("under-way", "spec.stage", "a release is under way: the set has "+co.stood(),
				"abort takes it back: the old versions still run")}, nil
		}
	}
	olds, found, err := v.findAll(co)
	if err != nil || schemas.Failed(found) {
		return move{}, found, err
	}
	made, returns := make([]generators.Release, len(g.parts)), make([]string, len(g.parts))
	for i, old := range olds {
		one := co.on(co.members[i])
		if old.rev == "" { // it stays, or ends
			if schemas.Retired(g.parts[i].from.Name) {
				g.parts[i], found = one.closing(g.parts[i])
			}
			if schemas.Failed(found) {
				return move{}, found, nil
			}
			continue
		}
		var want *schemas.Release
		var kept workload.Snapshots
		want, kept, found, err = one.again(old)
		if err != nil || schemas.Failed(found) {
			return move{}, found, err
		}
		made[i], found = one.generate(with(want, "stable"), kept)
		if schemas.Failed(found) {
			return move{}, found, nil
		}
		returns[i] = old.rev
	}
	m, found := g.begin(co, made, returns)
	return m, found, nil
}

// findAll are the versions to go back to, one for each member; without a revision where a
// member stays as it is.
func (v *rollback) findAll(co checkout) ([]served, []schemas.Finding, error) {
	var revs []string
	if v.to != "" {
		hash, ok := co.repo.Head(v.to)
		if !ok {
			return nil, nil, fmt.Errorf("no revision %q", v.to)
		}
		revs = []string{hash}
	} else {
		paths := []string{fileOf(co.release)}
		for _, r := range co.members {
			paths = append(paths, overlay.Root+"/"+r.Metadata.Name)
		}
		commits, err := co.repo.History(co.head, paths...)
		if err != nil {
			return nil, nil, err
		}
		for _, c := range commits {
			revs = append(revs, c.Hash)
		}
	}
	for _, rev := range revs {
		olds, any, err := co.servedThen(rev)
		if err != nil || any {
			return olds, nil, err
		}
	}
	why := "no other version has served since the releases are in Git"
	if v.to != "" {
		why = "the same versions served at " + v.to
	}
	return nil, []schemas.Finding{co.noOther(why)}, nil
}

// servedThen are the versions of the members that served at a revision and are not those
// that serve now.
func (co checkout) servedThen(rev string) (olds []served, any bool, err error) {
	for _, r := range co.members {
		now := serves(r)
		old, ok, err := co.on(r).servedAt(rev)
		if err != nil {
			return nil, false, err
		}
		if !ok || old.track == now && sameVersion(old.entry.Version, r.Spec.Tracks.Get(now).Version) {
			old = served{}
		}
		olds, any = append(olds, old), any || old.rev != ""
	}
	return olds, any, nil
}
