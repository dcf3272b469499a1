package release

import (
	"slices"
	"time"

	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/schemas"
)

// Standing is what there is to say of a release.
type Standing struct {
	Folder    string     `json:"folder"`
	Release   string     `json:"release"`
	Namespace string     `json:"namespace,omitempty"`
	Stage     string     `json:"stage"`
	Live      Version    `json:"live"`
	Candidate *Version   `json:"candidate,omitempty"`
	Weight    int        `json:"weight"`          // percent to the candidate
	Since     *time.Time `json:"since,omitempty"` // absent where nothing is committed
	Next      string     `json:"next,omitempty"`  // where promote, or at stable start, leads
	Abort     string     `json:"abort,omitempty"` // where abort leads
	Waiting   string     `json:"waiting,omitempty"`
	Blocked   []Blocked  `json:"blocked"`
	Ahead     []string   `json:"ahead"` // what the next start brings beside the version
}

// Version is what runs on a track.
type Version struct {
	Track string `json:"track"`
	Image string `json:"image"`
}

// Blocked is one reason why promote would be refused.
type Blocked struct {
	ID      string `json:"id"`
	Message string `json:"message"`
	Wait    string `json:"-"` // how long, of a squash
}

// Status says where the releases of one folder stand, since when, and what keeps
// them there.
func Status(dir string, o Options) ([]Standing, []schemas.Finding, error) {
	var all []Standing
	found, err := each(dir, o, func(l Look) { all = append(all, l.Standing) })
	return all, found, err
}

// Look is a release as it stands, and how it was made.
type Look struct {
	Standing
	Of    generators.Release
	At    generators.Stage
	seen  string // what it looks like in Git
	draft bool   // its files have changes that are not committed
}

// Bare is a look without the objects of the release: what is measured needs none of them,
// and there may be thousands of looks.
func (l Look) Bare() Look {
	l.Of, l.At = l.Of.Bare(), generators.Stage{Stage: l.At.Stage}
	return l
}

// Looks looks at all releases of a folder.
func Looks(dir string, o Options) ([]Look, []schemas.Finding, error) {
	var all []Look
	found, err := each(dir, o, func(l Look) { all = append(all, l) })
	return all, found, err
}

// each calls visit with every release of a folder. What was made of one is not kept.
func each(dir string, o Options, visit func(Look)) ([]schemas.Finding, error) {
	co, err := readCheckout(o.Input, dir, everyRelease, o.Stdin)
	if err != nil {
		return nil, err
	}
	defer co.Close()
	if schemas.Failed(co.Found) {
		return co.Found, nil
	}
	out, found := generators.Generate(co.In)
	if schemas.Failed(found) {
		return found, nil
	}
	v := life{Options: o}
	moved := slices.ContainsFunc(co.points().clusters, func(c string) bool { return co.drafted(overlay.LiveFileOf(c)) })
	for i, r := range out.Releases {
		out.Releases[i] = generators.Release{}
		co.release = r.Release
		one, err := v.one(co, r)
		if err != nil {
			return nil, err
		}
		one.Folder = dir
		at, _ := r.Stage(r.Spec.Stage)
		visit(Look{Standing: one, Of: r, At: at, seen: co.seen(), draft: moved || co.drafted(fileOf(r.Release))})
	}
	return nil, nil
}

// drafted reports whether a file has changes that are not committed.
func (co checkout) drafted(name string) bool { return len(co.dirty(map[string][]byte{name: nil})) > 0 }

// one says where a release stands.
func (v *life) one(co checkout, r generators.Release) (Standing, error) {
	at, _ := r.Stage(r.Spec.Stage)
	one := Standing{
		Release: r.Metadata.Name, Namespace: r.Metadata.Namespace, Stage: at.Name, Next: at.Next, Abort: at.Abort,
		Live: versionOn(r, r.Spec.Live), Blocked: []Blocked{}, Ahead: append([]string{}, r.Ahead()...),
	}
	if c := r.Candidate(); c != "" {
		v := versionOn(r, c)
		one.Candidate, one.Weight = &v, at.Weight(c)
	}
	if n := r.Spec.Next; n != nil && !sameVersion(*n, r.Spec.Tracks.Get(r.Spec.Live).Version) &&
		(one.Candidate == nil || n.Image != one.Candidate.Image) {
		one.Waiting = n.Image
	}
	var found []schemas.Finding
	files := co.stale(overlay.Own(r))
	stands, rendered := co.stands()[co.name()]
	if !rendered || stands != at.Name {
		files = append(files, co.liveFiles()...)
	}
	if len(files) > 0 {
		found = append(found, co.staleFinding(files))
	}
	found = append(found, co.parted()...)
	p, err := v.history(co, 0)
	if err != nil {
		return one, err
	}
	if len(p.residences) > 0 && p.pushed {
		one.Since = &p.residences[0].since
	}
	if len(found) == 0 && at.Name != "stable" {
		found, err = v.promotable(co, r, at)
	}
	for _, f := range found {
		if f.Severity == schemas.Error {
			one.Blocked = append(one.Blocked, Blocked{f.ID, f.Message, p.wait()})
		}
	}
	return one, err
}

// promotable is what promote would be refused for.
func (v *life) promotable(co checkout, r generators.Release, at generators.Stage) ([]schemas.Finding, error) {
	m := move{verb: "promote", was: r, release: r, from: at, hold: at.Hold}
	var found []schemas.Finding
	switch next := with(co.release, at.Next); {
	case at.Next == "":
		m, found = co.closing(m)
	case co.release.Adopting() && !next.Adopting():
		m.want = next
		m, found = co.ending(m)
	default:
		m.to, _ = r.Stage(at.Next)
		m.want = next
		m, found = co.pointer(m)
	}
	if schemas.Failed(found) {
		return found, nil
	}
	return v.gate(co, m)
}

func versionOn(r generators.Release, track string) Version {
	return Version{track, r.Tracks[trackIndex(track)].Image()}
}
