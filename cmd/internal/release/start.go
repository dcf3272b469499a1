package release

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators"
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
	if co.set != "" {
		return s.all(co)
	}
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
	entry := s.entry(co.release, s.Images)
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
func (s *start) entry(r *schemas.Release, images []string) schemas.Track {
	live, idle := r.Spec.Tracks.Get(r.Spec.Live), r.Spec.Tracks.Get(schemas.Other(r.Spec.Live))
	entry := idle
	if entry.Idle() {
		entry = live
		entry.Snapshot = ""
	}
	next := version(r, images)
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

// back goes one commit back on the way to stable, and notes what is to come.
func (s *start) back(co checkout) (move, []schemas.Finding, error) {
	m, found, err := s.abort(co)
	if err != nil || schemas.Failed(found) {
		return m, found, err
	}
	if co.release.Spec.Paused == nil {
		m.want.Spec.Paused = nil // what comes next is known
	}
	if v := version(co.release, s.Images); !v.Idle() {
		m.want.Spec.Next = &v
	}
	if n := m.want.Spec.Next; n != nil && n.Image != "" {
		m.note = fmt.Sprintf("superseded by %s", Tag(n.Image))
	}
	return m, nil, nil
}

// all begins the releases of those members that have something new.
func (s *start) all(co checkout) (move, []schemas.Finding, error) {
	images, err := s.imagesOf(co)
	if err != nil {
		return move{}, nil, err
	}
	for _, r := range co.members {
		at := co.stands()[r.Metadata.Name]
		switch under := at != "stable" && at != ""; {
		case under && s.Supersede && !r.Adopting():
			return s.allBack(co, images)
		case under:
			return move{}, []schemas.Finding{r.Find("under-way", "spec.stage", "a release is under way: the set has "+co.stood(),
				"promote it to its end, abort it, or --supersede it; a workload that is adopted goes on to stable first")}, nil
		}
	}
	g, found := co.group("start")
	if schemas.Failed(found) {
		return move{}, found, nil
	}
	made := make([]generators.Release, len(g.parts))
	for i := range g.parts {
		m, r := &g.parts[i], co.members[i]
		entry := s.entry(r, images[r.Metadata.Name])
		live := r.Spec.Tracks.Get(r.Spec.Live)
		if reflect.DeepEqual(entry.Version, live.Version) && len(images[r.Metadata.Name]) == 0 && len(m.was.Ahead()) == 0 {
			continue // nothing is new
		}
		one := co.on(r)
		more, err := s.unsaved(one)
		if err != nil {
			return move{}, nil, err
		}
		made[i], found = one.generate(with(r.Put(schemas.Other(r.Spec.Live), entry), "stable"), nil)
		found = append(more, found...)
		if schemas.Failed(found) {
			return move{}, found, nil
		}
	}
	m, found := g.begin(co, made, nil)
	if m.want == nil && len(found) == 0 {
		found = []schemas.Finding{co.release.Find("nothing-new", "spec.next", "every member of "+co.set+" runs what it would be started with",
			"spec.next or --image NAME=IMAGE of a member, or a change of the manifests")}
	}
	return m, found, nil
}

// imagesOf are the images that --image gives each member: NAME=IMAGE, NAME/CONTAINER=IMAGE.
func (s *start) imagesOf(co checkout) (map[string][]string, error) {
	all := map[string][]string{}
	for _, image := range s.Images {
		who, ref, named := strings.Cut(image, "=")
		name, container, more := strings.Cut(who, "/")
		if !named || !reference.MatchString(ref) || called(name, co.members) == nil {
			var names []string
			for _, r := range co.members {
				names = append(names, r.Metadata.Name)
			}
			return nil, fmt.Errorf("--image %q: NAME=IMAGE, or NAME/CONTAINER=IMAGE, with NAME one of %s", image, strings.Join(names, ", "))
		}
		if more {
			ref = container + "=" + ref
		}
		all[name] = append(all[name], ref)
	}
	return all, nil
}

// allBack goes one commit back on the way to stable, and notes what is to come.
func (s *start) allBack(co checkout, images map[string][]string) (move, []schemas.Finding, error) {
	m, found, err := s.abortAll(co)
	if err != nil || schemas.Failed(found) {
		return m, found, err
	}
	var to []string
	for i, r := range co.members {
		want := *m.parts[i].want
		if r.Spec.Paused == nil {
			want.Spec.Paused = nil // what comes next is known
		}
		if v := version(r, images[r.Metadata.Name]); !v.Idle() {
			want.Spec.Next = &v
		}
		if n := want.Spec.Next; n != nil && n.Image != "" && !sameVersion(*n, r.Spec.Tracks.Get(r.Spec.Live).Version) {
			to = append(to, r.Metadata.Name+" "+Tag(n.Image))
		}
		m.parts[i].want = &want
	}
	if len(to) > 0 {
		m.note = "superseded by " + schemas.And(to)
	}
	m.line, found = co.rewritten(m.parts)
	return m, found, nil
}
