package main

import (
	"fmt"
	"time"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/generators/traffic"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/spf13/cobra"
)

// rollback holds the flags of the verb.
type rollback struct {
	life
	to string
}

func newRollback(now func() time.Time) *cobra.Command {
	r := rollback{life: life{now: now}}
	c := r.command(&cobra.Command{
		Use:   "rollback [DIR]",
		Short: "Begin a release back to a version that served before",
		Long: `Rollback begins a release to the version that served before the present one, or
to the one that served at a revision: with the image, the configuration and the
ports it had then, byte for byte, whatever the manifests say by now. It goes the
way of every release; promote it, and the version is back.

As long as the old version's pods are there, abort is faster: one commit gives
them every request again.`,
		Example: "  cutover rollback shop --commit --push\n  cutover rollback shop --to v2026.04 --commit",
	}, r.decide)
	c.Flags().StringVar(&r.to, "to", "", "revision at which the wanted version served (default: the last one at which another did)")
	return c
}

// served is a version that got all requests, with what it was made from.
type served struct {
	track    string
	entry    schemas.Track
	rev      string
	snapshot workload.Snapshots
}

func (v *rollback) decide(g ground) (move, []schemas.Finding, error) {
	m, found := g.standing("rollback")
	if schemas.Failed(found) {
		return m, found, nil
	}
	if g.head == "" {
		return m, nil, fmt.Errorf("rollback looks for old versions in Git, and this folder is not committed")
	}
	if m.from.Name != "stable" && m.from.Name != "retire" {
		return m, []schemas.Finding{g.release.Find("under-way", "spec.stage", "a release is under way: it stands at "+m.from.Name, "abort takes it back: the old version still runs")}, nil
	}
	now := serves(g.release)
	old, found, err := v.find(g, now)
	if err != nil || schemas.Failed(found) {
		return m, found, err
	}
	idle := schemas.Other(now)
	kept := workload.Snapshots{now: g.in.Snapshots[g.name()][now], idle: old.snapshot[idle]}
	if old.track != idle {
		kept[idle], found, err = g.elsewhere(old, idle)
		if err != nil || schemas.Failed(found) {
			return m, found, err
		}
	}
	entry := old.entry
	entry.Snapshot = "keep"
	want := *g.release
	want.Spec.Live = now
	m.hold = 0
	m, found = g.begin(m, want.Put(idle, entry), kept)
	for i, f := range found {
		if f.ID == "tracks-same" {
			found[i] = g.noOther("it is what runs now")
		}
	}
	return m, found, nil
}

func (g ground) noOther(why string) schemas.Finding {
	return g.release.Find("no-other-version", "spec.live", "there is nothing to go back to: "+why, "--to names a revision at which the wanted version served")
}

// serves is the track whose version counts: the live one, or the candidate once
// the other's pods are gone.
func serves(r *schemas.Release) string {
	if r.Spec.Stage == "retire" && r.Candidate() != "" {
		return r.Candidate()
	}
	return r.Spec.Live
}

// find is the version to go back to.
func (v *rollback) find(g ground, now string) (served, []schemas.Finding, error) {
	if v.to != "" {
		hash, ok := g.repo.Head(v.to)
		if !ok {
			return served{}, nil, fmt.Errorf("no revision %q", v.to)
		}
		old, ok, err := g.servedAt(hash)
		if err == nil && !ok {
			return old, []schemas.Finding{g.noOther("at " + v.to + " the release was not there")}, nil
		}
		return old, nil, err
	}
	commits, err := g.repo.History(g.head, fileOf(g.release), overlay.Root+"/"+g.name())
	if err != nil {
		return served{}, nil, err
	}
	present := g.release.Spec.Tracks.Get(now)
	for _, c := range commits {
		old, ok, err := g.servedAt(c.Hash)
		if err != nil {
			return old, nil, err
		}
		if ok && (old.track != now || !sameVersion(old.entry.Version, present.Version)) {
			return old, nil, nil
		}
	}
	return served{}, []schemas.Finding{g.noOther("no other version has served since the release is in Git")}, nil
}

// servedAt is the version that got all requests at a commit. ok is false if the
// release was not there, or in between two versions.
func (g ground) servedAt(rev string) (old served, ok bool, err error) {
	text, ok, err := g.repo.File(rev, fileOf(g.release))
	if err != nil || !ok {
		return old, false, err
	}
	docs, _ := schemas.Documents(g.release.File(), text)
	for _, doc := range docs {
		if !doc.Mine() {
			continue
		}
		releases, _ := schemas.Parse(doc, traffic.Decoding(g.in.Providers))
		for _, r := range releases {
			if r.Metadata.Name != g.name() {
				continue
			}
			tree, err := g.treeAt(rev)
			track := serves(r)
			return served{track, r.Spec.Tracks.Get(track), rev, snapshots(tree, g.name())}, err == nil, err
		}
	}
	return old, false, nil
}

// elsewhere makes an old version anew on the other track, from the manifests of
// its time: those of the newest commit, from the one it served at backwards, that
// make the very same.
func (g ground) elsewhere(old served, track string) ([]kube.Object, []schemas.Finding, error) {
	commits, err := g.repo.History(old.rev, ".")
	if err != nil {
		return nil, nil, err
	}
	want := *g.release
	want.Spec.Live, want.Spec.Stage = old.track, "stable"
	release := want.Put(track, old.entry)
	wanted := revisionOf(old.snapshot[old.track])
	for _, c := range commits[:min(len(commits), looks)] {
		then, found, err := g.folderAt(c.Hash)
		if err != nil {
			return nil, nil, err
		}
		if schemas.Failed(found) {
			continue
		}
		here := g
		here.in.Objects = then.in.Objects
		out, r, found := here.generate(release, workload.Snapshots{old.track: g.in.Snapshots[g.name()][old.track]})
		if schemas.Failed(found) || r.Tracks[trackIndex(track)].Revision != wanted {
			continue
		}
		tree := overlay.Tree{}
		for _, f := range overlay.Files(out) {
			tree[f.Path] = f.Data
		}
		return snapshots(tree, g.name())[track], nil, nil
	}
	return nil, []schemas.Finding{g.noOther(fmt.Sprintf("%s ran on %s, which serves, and no manifests in Git make the same on %s", tagged(old.entry.Image), old.track, track))}, nil
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
