package release

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/schemas"
)

// Beginning says what start begins with.
type Beginning struct {
	Images    []string // the version: an image, or container=image for one more container
	Supersede bool     // walk the release that is under way back first
}

// Start puts a version on the idle track of the release in a folder and starts its
// pods. It returns [report.ErrFindings] if it is refused and the reasons are printed.
func Start(dir string, o Options, b Beginning) error {
	v := start{life{Options: o}, b}
	return v.run(dir, v.decide)
}

type start struct {
	life
	Beginning
}

func (s *start) decide(co checkout) (move, []schemas.Finding, error) {
	for _, image := range s.Images {
		if !reference.MatchString(image) {
			return move{}, nil, fmt.Errorf("--image %q is neither an image nor container=image", image)
		}
	}
	at := co.stands()[co.name()]
	switch under := at != "stable" && at != ""; {
	case under && s.Supersede && !co.release.Adopting():
		return s.back(co)
	case under && co.release.Adopting():
		return move{}, []schemas.Finding{co.release.Find("under-way", "spec.stage", "the workload is being adopted: it stands at "+at,
			"promote it until it stands at stable")}, nil
	case under:
		return move{}, []schemas.Finding{co.release.Find("under-way", "spec.stage", "a release is under way: it stands at "+at,
			"promote it to its end, abort it, or --supersede it")}, nil
	}
	m, found := co.standing("start")
	if schemas.Failed(found) {
		return m, found, nil
	}
	found, err := s.unsaved(co)
	if err != nil || schemas.Failed(found) {
		return m, found, err
	}
	track := schemas.Other(co.release.Spec.Live)
	entry := s.entry(co.release)
	m, found = co.begin(m, co.release.Put(track, entry), nil)
	for i, f := range found {
		if f.ID == "tracks-same" {
			found[i] = co.release.Find("nothing-new", "spec.next", "live runs "+entry.Image+" as the manifests are now",
				"another image, or a change of the manifests")
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
	main := r.Metadata.Name
	if w := r.Spec.Workload; w != nil { // nil: spec.app describes it
		main = cmp.Or(w.Container, w.Name, main)
	}
	for _, image := range s.Images {
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

// back goes one commit back on the way to stable, and notes what is to come.
func (s *start) back(co checkout) (move, []schemas.Finding, error) {
	m, found, err := s.abort(co)
	if err != nil || schemas.Failed(found) {
		return m, found, err
	}
	if co.release.Spec.Paused == nil {
		m.want.Spec.Paused = nil // what comes next is known
	}
	if v := s.version(co.release); !v.Idle() {
		m.want.Spec.Next = &v
	}
	if n := m.want.Spec.Next; n != nil && n.Image != "" {
		m.note = fmt.Sprintf("superseded by %s", Tag(n.Image))
	}
	return m, nil, nil
}
