package main

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/spf13/cobra"
)

// start holds the flags of the verb.
type start struct {
	life
	images    []string
	supersede bool
}

func newStart(now func() time.Time) *cobra.Command {
	s := start{life: life{now: now}}
	c := s.command(&cobra.Command{
		Use:   "start [DIR]",
		Short: "Begin a release: a new version, or the manifests as they are now",
		Long: `Start puts a version on the idle track of the release in DIR, makes that track
from the manifests, and moves to the first stage, at which its pods start and get
no requests. The live track stays what it is, whatever the manifests say.

The version is --image; or spec.next, if live runs another; or what the Release
says of the idle track already; or live's own, where only the manifests have
changed.

It refuses while a release is under way. With --supersede it walks that one back
to stable, a commit at a time, and notes the version in spec.next: call it again
until the new release has begun.`,
		Example: `  cutover start shop --image ghcr.io/acme/checkout:1.6.0 --commit
  cutover start shop --supersede --commit --push`,
	}, s.decide)
	c.Flags().StringArrayVar(&s.images, "image", nil, "the version: an image, or container=image for one more container")
	c.Flags().BoolVar(&s.supersede, "supersede", false, "walk the release that is under way back first")
	return c
}

func (s *start) decide(g ground) (move, []schemas.Finding, error) {
	for _, image := range s.images {
		if !reference.MatchString(image) {
			return move{}, nil, fmt.Errorf("--image %q is neither an image nor container=image", image)
		}
	}
	at, _ := g.tree.Stands(g.name())
	switch under := at != "stable" && at != ""; {
	case under && s.supersede && !g.release.Adopting():
		return s.back(g)
	case under && g.release.Adopting():
		return move{}, []schemas.Finding{g.release.Find("under-way", "spec.stage", "the workload is being adopted: it stands at "+at, "promote it until it stands at stable")}, nil
	case under:
		return move{}, []schemas.Finding{g.release.Find("under-way", "spec.stage", "a release is under way: it stands at "+at, "promote it to its end, abort it, or --supersede it")}, nil
	}
	m, found := g.standing("start")
	if schemas.Failed(found) {
		return m, found, nil
	}
	found, err := s.unsaved(g)
	if err != nil || schemas.Failed(found) {
		return m, found, err
	}
	track := schemas.Other(g.release.Spec.Live)
	entry := s.entry(g.release)
	m, found = g.begin(m, g.release.Put(track, entry), nil)
	for i, f := range found {
		if f.ID == "tracks-same" {
			found[i] = g.release.Find("nothing-new", "spec.next", "live runs "+entry.Image+" as the manifests are now", "another image, or a change of the manifests")
		}
	}
	return m, found, nil
}

// entry is what the candidate's track will say: nothing of how an old version
// was kept, unless it is that very version that is kept.
func (s *start) entry(r *schemas.Release) schemas.Track {
	live, idle := r.Spec.Tracks.Get(r.Spec.Live), r.Spec.Tracks.Get(schemas.Other(r.Spec.Live))
	entry := idle
	if entry.Idle() {
		entry = live
		entry.Snapshot = ""
	}
	next := s.version(r)
	if n := r.Spec.Next; next.Idle() && n != nil && !sameVersion(*n, live.Version) {
		next = *n
	}
	if next.Idle() {
		return entry
	}
	was := entry.Version
	if next.Image != "" {
		entry.Image = next.Image
	}
	entry.Images = slices.Clone(entry.Images)
	for _, image := range next.Images {
		i := slices.IndexFunc(entry.Images, func(n schemas.NamedImage) bool { return n.Container == image.Container })
		if i < 0 {
			entry.Images = append(entry.Images, image)
			continue
		}
		entry.Images[i] = image
	}
	if !sameVersion(was, entry.Version) {
		entry.Snapshot = ""
	}
	return entry
}

// reference is an image by the characters it may have, or container=image.
var reference = regexp.MustCompile(`^([a-z0-9-]+=)?[A-Za-z0-9][A-Za-z0-9._/:@-]*$`)

// version is what --image says. The container whose image a track sets may be
// called by its name, too.
func (s *start) version(r *schemas.Release) schemas.Version {
	var v schemas.Version
	main := cmp.Or(r.Spec.Workload.Container, r.Spec.Workload.Name, r.Metadata.Name)
	for _, image := range s.images {
		container, ref, named := strings.Cut(image, "=")
		if !named {
			ref = container
		}
		if named && container != main {
			v.Images = append(v.Images, schemas.NamedImage{Container: container, Image: ref})
			continue
		}
		v.Image = ref
	}
	return v
}

func sameVersion(a, b schemas.Version) bool {
	return a.Image == b.Image && slices.Equal(a.Images, b.Images)
}

// begin makes the candidate of a Release at stable, and goes to the first stage
// with what it became. kept are snapshots to take in the place of the ground's.
func (g ground) begin(m move, r *schemas.Release, kept workload.Snapshots) (move, []schemas.Finding) {
	out, _, found := g.generate(with(r, "stable"), kept)
	if schemas.Failed(found) {
		return m, found
	}
	tree := overlay.Tree{}
	for _, f := range overlay.Files(out) {
		tree[f.Path] = f.Data
	}
	i := slices.IndexFunc(out.Releases, func(o generators.Release) bool { return o.Metadata.Name == g.name() })
	m.want = with(r, out.Releases[i].Stages[0].Next)
	out, m.release, found = g.generate(m.want, snapshots(tree, g.name()))
	if schemas.Failed(found) {
		return m, found
	}
	m.to, _ = m.release.Stage(m.want.Spec.Stage)
	return g.whole(m, out), nil
}

// back goes one commit back on the way to stable, and notes what is to come.
func (s *start) back(g ground) (move, []schemas.Finding, error) {
	m, found, err := s.abort(g)
	if err != nil || schemas.Failed(found) {
		return m, found, err
	}
	if g.release.Spec.Paused == nil {
		m.want.Spec.Paused = nil // what comes next is known
	}
	if v := s.version(g.release); !v.Idle() {
		m.want.Spec.Next = &v
	}
	if n := m.want.Spec.Next; n != nil && n.Image != "" {
		m.note = fmt.Sprintf("superseded by %s", tagged(n.Image))
	}
	return m, nil, nil
}
