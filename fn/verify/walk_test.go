package verify_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
)

// TestIdempotent: what a render leaves is what the next one makes, at every
// stage, in whatever order snapshots are read; and from one base, it makes no
// difference whether there are snapshots.
func TestIdempotent(t *testing.T) {
	unique := 0
	for _, c := range golden.Sample(golden.Releases(t), 4) {
		t.Run(c.Name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(7, uint64(len(c.Name))))
			in, _ := c.Generate(t)
			if more, _ := enriched(rng, in, &unique); !schemas.Failed(second(generators.Generate(more))) {
				in = more
			}
			made, _ := generators.Generate(in)
			stages := made.Releases[0].Stages // but for stable, all the same to a track
			for _, s := range []generators.Stage{stages[0], stages[rng.IntN(len(stages))]} {
				at := moved(in, s.Name)
				first, found := generators.Generate(at)
				require.False(t, schemas.Failed(found), golden.Lines(found))
				at.Snapshots = golden.Snapshots(t, first)
				for range 2 {
					again, found := generators.Generate(at)
					require.False(t, schemas.Failed(found), golden.Lines(found))
					require.Equal(t, files(first), files(again), s.Name)
					shuffle(rng, at.Snapshots)
				}
			}
		})
	}
}

func second(_ generators.Output, found []schemas.Finding) []schemas.Finding { return found }

func shuffle(rng *rand.Rand, all map[string]workload.Snapshots) {
	for _, tracks := range all {
		for _, name := range schemas.TrackNames {
			objects := tracks[name]
			rng.Shuffle(len(objects), func(i, j int) { objects[i], objects[j] = objects[j], objects[i] })
		}
	}
}

// files is a tree as text, by path.
func files(out generators.Output) map[string]string {
	all := map[string]string{}
	for _, f := range overlay.Files(out) {
		all[f.Path] = string(f.Data)
	}
	return all
}

// TestWalk lives through releases: start, forward, now and then an abort, close,
// start again on the other track. Manifests are edited on the way, and every
// render is the next one's snapshots. At each of them:
//
//	track                       is
//	candidate at stable         what the manifests make of it, unless its snapshot is to be kept
//	live; candidate after that  what it was, though stages and manifests change
//	idle                        what it was when it ran, though nothing refers to it
func TestWalk(t *testing.T) {
	golden.Long(t)
	unique, tally := 0, map[string]int{}
	for _, c := range golden.Releases(t) {
		t.Run(c.Name, func(t *testing.T) {
			in, _ := c.Generate(t)
			if in.Releases[0].Adopting() {
				t.Skip("until stable the manifests are what answers, too")
			}
			for _, f := range c.Files() {
				if strings.HasPrefix(f.Name, "rendered/") {
					return // begins in the middle of a life
				}
			}
			for seed := range (rounds(t, c) + 9) / 10 {
				w := newWalk(t, rand.New(rand.NewPCG(uint64(seed), uint64(len(c.Name)))), moved(in, "stable"), 1)
				w.unique, w.tally = &unique, tally
				w.live()
			}
		})
	}
	for _, what := range []string{"made", "kept", "idle", "edited", "aborted", "closed", "back"} {
		require.NotZero(t, tally[what], what)
	}
	t.Log(tally)
}

// TestWalkTogether lives through the releases of sets, as TestWalk does.
func TestWalkTogether(t *testing.T) {
	golden.Long(t)
	unique, tally := 0, map[string]int{}
	for _, c := range golden.Sets(t) {
		t.Run(c.Name, func(t *testing.T) {
			in, _ := c.Generate(t)
			if slices.ContainsFunc(in.Releases, (*schemas.Release).Adopting) {
				t.Skip("until stable the manifests are what answers, too")
			}
			stable := slices.Repeat([]string{"stable"}, len(in.Releases))
			for seed := range 4 {
				w := newWalk(t, rand.New(rand.NewPCG(uint64(seed), uint64(len(c.Name)))), moved(in, stable...), len(in.Releases))
				w.unique, w.tally = &unique, tally
				w.live()
			}
		})
	}
	for _, what := range []string{"made", "kept", "idle", "edited", "aborted", "closed", "back"} {
		require.NotZero(t, tally[what], what)
	}
	t.Log(tally)
}

// walk is the life of a release so far, or of those of a set.
type walk struct {
	t       *testing.T
	rng     *rand.Rand
	unique  *int
	members int // the first so many Releases
	in      generators.Input
	out     generators.Output
	parts   map[string]map[string]string // the frozen parts of each track of each release
	ran     map[string]schemas.Track     // what the idle track ran
	past    []string
	refused []schemas.Finding // what was said of the last input
	tally   map[string]int
}

func newWalk(t *testing.T, rng *rand.Rand, in generators.Input, members int) walk {
	return walk{t: t, rng: rng, members: members, in: in, parts: map[string]map[string]string{}, ran: map[string]schemas.Track{}}
}

// live goes from release to release.
func (w *walk) live() {
	require.True(w.t, w.render(w.in), "stable")
	for w.release() && len(w.past) < 20*w.members {
	}
}

// render commits an input, unless it is refused.
func (w *walk) render(in generators.Input) bool {
	out, found := generators.Generate(in)
	if w.refused = found; schemas.Failed(found) {
		return false
	}
	plain := in
	plain.Snapshots = nil
	fresh, wrong := generators.Generate(plain)
	for n := range w.members {
		w.frozen(out.Releases[n], fresh, n, schemas.Failed(wrong))
	}
	w.in, w.out = in, out
	w.in.Snapshots = golden.Snapshots(w.t, out)
	return true
}

// frozen holds the tracks of a release to what they were, or to what is made of the
// manifests, of which the n-th release of fresh is made.
func (w *walk) frozen(r generators.Release, fresh generators.Output, n int, wrong bool) {
	for i, name := range schemas.TrackNames {
		parts := frozenParts(r.Tracks[i].Objects(1), name)
		key := r.Metadata.Name + "/" + name
		was := w.parts[key]
		switch version := r.Spec.Tracks.Get(name); {
		case version.Idle():
			if len(was) > 2 { // its Service and more: it ran once
				w.tally["idle"]++
				require.Equal(w.t, was, parts, "%v: idle %s", w.past, key)
			}
		case was == nil, r.Spec.Stage == "stable" && name == r.Candidate() && version.Snapshot != "keep":
			w.tally["made"]++
			if !wrong {
				was = frozenParts(fresh.Releases[n].Tracks[i].Objects(1), name)
				require.Equal(w.t, was, parts, "%v: %s made anew", w.past, key)
			}
		default:
			w.tally["kept"]++
			require.Equal(w.t, was, parts, "%v: %s serves", w.past, key)
		}
		w.parts[key] = parts
	}
}

// release goes from stable to stable with the roles swapped. Once it has
// started, nothing on the way is refused; the start is, where the manifests have
// become what the Release does not fit.
func (w *walk) release() bool {
	if w.rests() && !w.start() {
		return false
	}
	for range 40 * w.members { // a walk with aborts may be long
		w.edit()
		next, abort := w.ways()
		if abort != nil && w.rng.IntN(6) == 0 {
			next = abort
			w.tally["aborted"]++
		}
		if next == nil {
			w.swap()
			return true
		}
		w.past = append(w.past, strings.Join(next, "+"))
		require.True(w.t, w.render(moved(w.in, next...)), "%v: %s", w.past, golden.Lines(w.refused))
	}
	return false
}

// rests reports whether nothing is to come.
func (w *walk) rests() bool {
	return !slices.ContainsFunc(w.out.Releases[:w.members], func(r generators.Release) bool { return r.Candidate() != "" })
}

// ways are where promote leads and where abort does: the stage of each member, nil where
// nothing follows.
func (w *walk) ways() (next, abort []string) {
	if sets := generators.Sets(w.out.Releases); len(sets) > 0 {
		at, ok := sets[0].At()
		require.True(w.t, ok, "%v", w.past)
		to, _ := sets[0].Stage(at.Next)
		back, _ := sets[0].Stage(at.Abort)
		return to.At, back.At
	}
	s, ok := w.out.Releases[0].Stage(w.out.Releases[0].Spec.Stage)
	require.True(w.t, ok, "%v", w.past)
	if s.Next != "" {
		next = []string{s.Next}
	}
	if s.Abort != "" {
		abort = []string{s.Abort}
	}
	return next, abort
}

// edit changes the manifests in a commit of its own, unless that is refused.
func (w *walk) edit() {
	if w.rng.IntN(2) == 0 {
		return
	}
	in, what := edited(w.rng, w.in, w.unique, 1)
	w.past = append(w.past, "edit: "+what)
	if w.render(in) {
		w.tally["edited"]++
		return
	}
	w.past = append(w.past, "refused")
}

// start names a new version on the idle track, of a set on those of most members.
func (w *walk) start() bool {
	in := w.in
	in.Releases = slices.Clone(in.Releases)
	for n := range w.members {
		if n == 0 || w.rng.IntN(3) > 0 {
			in.Releases[n] = w.started(in.Releases[n])
		}
	}
	w.past = append(w.past, "start")
	ok := w.render(in)
	for _, f := range w.refused {
		if f.Severity == schemas.Error {
			require.Contains(w.t, justified, f.ID, "%v: %s", w.past, f)
		}
	}
	return ok
}

// started is a Release with a new version on the idle track, or with the one that ran
// there.
func (w *walk) started(from *schemas.Release) *schemas.Release {
	r := *from
	*w.unique++
	idle, version := schemas.Other(r.Spec.Live), r.Spec.Tracks.Get(r.Spec.Live)
	version.Image = fmt.Sprintf("%s-%d", strings.SplitN(version.Image, "-", 2)[0], *w.unique)
	version.Snapshot = ""
	place := r.Spec.Tracks.Get(idle)
	version.Namespace, version.Cluster = place.Namespace, place.Cluster
	if ran, ok := w.ran[r.Metadata.Name+"/"+idle]; ok && w.rng.IntN(3) == 0 {
		version = ran
		version.Snapshot = "keep"
		w.tally["back"]++
	}
	setTrack(&r, idle, version)
	return &r
}

// swap closes the releases.
func (w *walk) swap() {
	in := w.in
	in.Releases = slices.Clone(in.Releases)
	for n := range w.members {
		if schemas.Retired(in.Releases[n].Spec.Stage) {
			in.Releases[n] = w.closed(in.Releases[n])
		}
	}
	w.past = append(w.past, "close")
	require.True(w.t, w.render(in), "%v: %s", w.past, golden.Lines(w.refused))
	w.tally["closed"]++
}

// closed is a Release with the roles swapped and the old live track idle.
func (w *walk) closed(from *schemas.Release) *schemas.Release {
	r := *from
	old := r.Spec.Live
	r.Spec.Live, r.Spec.Stage = r.Candidate(), "stable"
	ran := r.Spec.Tracks.Get(old)
	w.ran[r.Metadata.Name+"/"+old] = ran
	setTrack(&r, old, schemas.Track{Namespace: ran.Namespace, Cluster: ran.Cluster}) // of the place
	return &r
}

func setTrack(r *schemas.Release, name string, t schemas.Track) {
	if name == schemas.Blue {
		r.Spec.Tracks.Blue = t
		return
	}
	r.Spec.Tracks.Green = t
}
