package release

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
)

// Standing is what there is to say of a release.
type Standing struct {
	Folder    string     `json:"folder"`
	Release   string     `json:"release"`           // or the set
	Set       string     `json:"set,omitempty"`     // that it moves together with
	Members   []string   `json:"members,omitempty"` // of a set
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

	stale bool    // what is rendered is not what would be
	past  history // since when it stands there
	prove prover  // finds out what else it is blocked by; nil: nothing else
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
	found, err := each(dir, o, func(l Look) error {
		if err := l.Prove(); err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(s Standing) bool { return s.Release == l.Set && len(s.Members) > 0 })
		switch {
		case l.Set == "":
			all = append(all, l.Standing)
		case i < 0:
			all = append(all, l.ofSet(), l.Standing)
		default: // behind those before it
			all[i].join(l.Standing)
			all = slices.Insert(all, i+len(all[i].Members), l.Standing)
		}
		return nil
	}, func() error { return nil })
	return all, found, err
}

// Look is a release as it stands, and how it was made.
type Look struct {
	Standing
	Of    generators.Release
	At    generators.Stage
	Joint stage.Joint // where the set stands that it is in
	seen  string      // what it looks like in Git
	draft bool        // its files have changes that are not committed
}

// Bare is a look without the objects of the release: what is measured needs none of them,
// and there may be thousands of looks. Nothing can be proven of it.
func (l Look) Bare() Look {
	l.Of, l.At = l.Of.Bare(), generators.Stage{Stage: l.At.Stage}
	l.past, l.prove = history{}, nil
	return l
}

// Prove completes what a release is blocked by with what the verifier says of its next
// edge. It can be called as long as the folder is open.
func (l *Look) Prove() error {
	if l.prove == nil {
		return nil
	}
	found, err := l.prove()
	l.blocked(found, l.past)
	l.prove = nil
	return err
}

// Looks calls visit with looks at all releases of a folder, whose next edges are not proven
// yet. The folder is open until it returns.
func Looks(dir string, o Options, visit func([]Look) error) ([]schemas.Finding, error) {
	var all []Look
	return each(dir, o, func(l Look) error {
		all = append(all, l)
		return nil
	}, func() error { return visit(all) })
}

// each calls visit with every release of a folder, and then last. What was made of one is
// not kept.
func each(dir string, o Options, visit func(Look) error, last func() error) ([]schemas.Finding, error) {
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
	var sets []*together
	for _, s := range generators.Sets(out.Releases) {
		sets = append(sets, &together{Set: s})
	}
	for i, r := range out.Releases {
		out.Releases[i] = generators.Release{}
		one, err := v.one(co.on(r.Release), r)
		if err != nil {
			return nil, errors.Join(err, last())
		}
		one.Folder = dir
		at, _ := r.Stage(r.Spec.Stage)
		l := Look{Standing: one, Of: r, At: at, draft: moved || co.drafted(fileOf(r.Release))}
		co.about(r.Metadata.Name, co.In.Releases)
		l.seen = co.seen()
		if s := slices.IndexFunc(sets, func(s *together) bool { return s.Name == co.set }); s >= 0 {
			if err := v.oneOfSet(co, sets[s], &l); err != nil {
				return nil, errors.Join(err, last())
			}
		}
		if err := visit(l); err != nil {
			return nil, err
		}
	}
	return nil, last()
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
	one.stale = len(found) > 0
	p, err := v.history(co, 0)
	if err != nil {
		return one, err
	}
	one.past = p
	if len(p.residences) > 0 && p.pushed {
		one.Since = &p.residences[0].since
	}
	if len(found) == 0 && at.Name != "stable" && r.Set() == "" {
		found, one.prove, err = v.promotable(co, r, at)
	}
	one.blocked(found, p)
	return one, err
}

// blocked notes what promote would be refused for.
func (s *Standing) blocked(found []schemas.Finding, p history) {
	for _, f := range found {
		if b := (Blocked{f.ID, f.Message, p.wait()}); f.Severity == schemas.Error && !slices.Contains(s.Blocked, b) {
			s.Blocked = append(s.Blocked, b)
		}
	}
}

// promotable is what promote would be refused for, in two parts.
func (v *life) promotable(co checkout, r generators.Release, at generators.Stage) ([]schemas.Finding, prover, error) {
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
		return found, nil, nil
	}
	return v.gates(co, m)
}

func versionOn(r generators.Release, track string) Version {
	return Version{track, r.Tracks[trackIndex(track)].Image()}
}

// together is a set as it stands, and what promote would be refused for.
type together struct {
	generators.Set
	looked bool
	found  []schemas.Finding
	prove  prover
}

// gateOf looks once at what promote would be refused for.
func (v *life) gateOf(co checkout, s *together, at stage.Joint) error {
	if s.looked {
		return nil
	}
	s.looked = true
	m := next(co, s.Set, at)
	if m.parts == nil {
		return nil
	}
	found, prove, err := v.gates(co, m)
	if err == nil {
		s.found, s.prove = found, sync.OnceValues(prove)
	}
	return err
}

// oneOfSet says of a release where its set stands, and what keeps all of it there.
func (v *life) oneOfSet(co checkout, s *together, l *Look) error {
	l.Set = s.Name
	at, ok := s.At()
	if !ok {
		return nil // which is a finding
	}
	l.Joint = at
	i := slices.IndexFunc(s.Members, func(r generators.Release) bool { return r.Metadata.Name == l.Release })
	l.Next, l.Abort = "", at.Abort
	if to, ok := s.Stage(at.Next); ok && to.At[i] != at.At[i] {
		l.Next = to.At[i]
	}
	if l.stale || at.Name == "stable" {
		return nil
	}
	p, err := v.history(co.on(co.members[i]), 0)
	if err != nil {
		return err
	}
	err = v.gateOf(co, s, at)
	l.past, l.prove = p, s.prove
	l.blocked(s.found, p)
	return err
}

// next is the move that promote would make of a set; without parts where there is none.
func next(co checkout, s generators.Set, at stage.Joint) move {
	g := group{Set: s}
	for i, r := range co.members {
		from, _ := s.Members[i].Stage(at.At[i])
		g.parts = append(g.parts, move{
			verb: "promote", was: s.Members[i], release: s.Members[i], from: from, to: from, want: r, hold: from.Hold,
		})
	}
	to, ok := s.Stage(at.Next)
	if !ok {
		to = stage.Joint{Name: "stable"}
	}
	for i := range g.parts {
		g.parts[i].ahead = g.ahead(at, to)
		if len(g.promoted(co, i, to)) > 0 {
			return move{}
		}
	}
	m, found := g.move(co, at.Name, to.Name)
	if len(found) > 0 {
		return move{}
	}
	return m
}

// ofSet is what there is to say of the set of a release, as far as this one shows it.
func (l Look) ofSet() Standing {
	s := Standing{
		Folder: l.Folder, Release: l.Set, Namespace: l.Namespace, Stage: l.Joint.Name, Next: l.Joint.Next, Abort: l.Joint.Abort,
		Blocked: []Blocked{}, Ahead: []string{},
	}
	s.join(l.Standing)
	return s
}

// join notes what a member says of its set.
func (s *Standing) join(one Standing) {
	s.Members = append(s.Members, one.Release)
	if one.Since != nil && (s.Since == nil || s.Since.Before(*one.Since)) {
		s.Since = one.Since
	}
	if s.Stage == "stable" {
		s.Next = ""
	}
	if one.Waiting != "" {
		s.Waiting = strings.TrimPrefix(s.Waiting+", "+one.Release+" "+Tag(one.Waiting), ", ")
	}
	for _, b := range one.Blocked {
		if !slices.Contains(s.Blocked, b) {
			s.Blocked = append(s.Blocked, b)
		}
	}
}
