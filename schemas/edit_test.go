package schemas_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
)

// tracksWritten are ways to write spec.tracks with blue live, and the rest of
// spec that an edit may touch.
var tracksWritten = []string{
	"tracks: {blue: {image: \"cart:7\"}, green: {}}",
	"tracks: {blue: cart:7}",
	"tracks: { 'blue': 'cart:7' , green: ~ } # both",
	"tracks:\n    blue: {image: cart:7}   # serves\n    green: {}   # idle\n",
	"tracks:\n    green:\n    # serves\n    blue: cart:7",
	"tracks:\n    blue:\n      # was 6\n      image: 'cart:7' # pinned\n\n    # the other one\n    green:\n      image: cart:8   # new\n      env:\n        A: |\n          two\n          lines\n      # last\n",
	"tracks:\n    blue: {\n      image: \"cart:7\", # {a bracket\n      env: {it's: 'a \"b', c: \"}\"} }\n    green: {env: {A: b}, image: \"cart:8\", snapshot: keep}",
	"tracks: {\n      green: {snapshot: keep, image: cart:8},\n      blue: {image: cart:7, config: {flags: {a: b}}},\n    }",
	"\"tracks\":\n    \"blue\":\n      \"image\": \"cart:7\"\n    \"green\":\n      snapshot: keep\n      env: {Ä: ü, B: c} # odd\n      image: cart:8 # plain",
}

// around are places of a Release: alone, behind other documents, in a set.
var around = []string{
	"# head\n---\n%s\n---\n# tail\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n",
	"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ü}\n--- # mark\n%s\n",
	"%s",
}

const editable = `# a Release, with remarks — everywhere
apiVersion: cutover.dev/v1alpha1
kind: Release
metadata:   {name: cart}  # odd   spaces
spec:
  workload:   cart
  %s

  # where it stands
%s
  strategy: {steps: [5, 25], }   # percent
  traffic:
  - provider: service # the last line`

// stagesWritten are ways to write live, next and stage.
var stagesWritten = []string{
	"  live: blue # now\n  stage: stable   # moves\n  next: {image: cart:9} # bots",
	"",
	"  stage: \"stable\"\n  live: 'blue'",
	"  next: cart:9",
	"  next:\n    image: cart:9 # bots",
	"  paused: freeze until Monday # why\n  stage: stable",
	"  paused: {reason: aborted at shift-5}",
	"  stage: stable\n  paused:\n    reason: 'aborted at shift-5' # who\n",
}

func tracks(i int) schemas.Track {
	return []schemas.Track{
		{},
		{Version: schemas.Version{Image: "ghcr.io/acme/cart@sha256:" + strings.Repeat("ab", 32)}},
		{Version: schemas.Version{Image: "cart:1.5"}, Snapshot: "keep"},
		{Version: schemas.Version{Image: "cart:1.5", Images: []schemas.NamedImage{{Container: "log", Image: "log:2"}}}},
		{Version: schemas.Version{Image: "cart:1.5"}, Env: []schemas.NamedText{{Name: "A", Value: "yes"}, {Name: "B", Value: "a: 'b\"\n#"}}},
		{Version: schemas.Version{Image: "cart:1.5"}, Args: []string{"serve", "--a=b, c", "", "[x]", "yes"}},
		{Version: schemas.Version{Image: "cart:1.5"}, Config: []schemas.TrackConfig{{Name: "flags", Data: []schemas.NamedText{{Name: "a.b", Value: "1.0"}}}}},
	}[i]
}

// releaseOf reads the one Release in a file.
func releaseOf(t *testing.T, text string) *schemas.Release {
	t.Helper()
	docs, found := schemas.Documents("release.yaml", []byte(text))
	require.Empty(t, found, text)
	for _, d := range docs {
		if d.Mine() {
			releases, found := schemas.Parse(d, providers)
			require.Empty(t, found, text)
			return releases[0]
		}
	}
	t.Fatal("no Release")
	return nil
}

// TestEdit: whatever is changed in whatever layout, the text says what is
// wanted (Edit sees to that), and no other line is another one.
func TestEdit(t *testing.T) {
	n, tries := 0, 20
	if testing.Short() {
		tries = 3
	}
	for i, tw := range tracksWritten {
		for j, sw := range stagesWritten {
			for k, place := range around {
				text := fmt.Sprintf(place, fmt.Sprintf(editable, tw, sw))
				r := releaseOf(t, text)
				rnd := rand.New(rand.NewPCG(uint64(i), uint64(j*10+k)))
				for range tries {
					want := wanted(*r, rnd)
					got, found := r.Edit([]byte(text), want, providers)
					require.Empty(t, found, "%s\nwanted %+v\n%s", text, want.Spec, got)
					kept(t, text, string(got))
					n++
				}
			}
		}
	}
	require.Greater(t, n, 100*tries)
}

// wanted is a Release changed at random.
func wanted(r schemas.Release, rnd *rand.Rand) *schemas.Release {
	coin := func() bool { return rnd.IntN(2) == 0 }
	if coin() {
		r.Spec.Stage = "shift-5"
	}
	if coin() {
		r.Spec.Live = "green"
	}
	if coin() {
		r.Spec.Tracks.Blue = tracks(1 + rnd.IntN(6))
	}
	if coin() || r.Spec.Live == "green" {
		r.Spec.Tracks.Green = tracks(1 + rnd.IntN(6))
	}
	if r.Spec.Live == "green" && coin() {
		r.Spec.Tracks.Blue = tracks(0)
	}
	if coin() {
		r.Spec.Next = &schemas.Version{Image: "cart:10"}
	}
	switch rnd.IntN(3) {
	case 0:
		r.Spec.Paused = nil
	case 1:
		r.Spec.Paused = &schemas.Paused{Reason: "aborted at " + r.Spec.Stage}
	}
	return &r
}

// kept: every line of a text without a field that Edit writes is there in the
// other, in order.
func kept(t *testing.T, text, got string) {
	t.Helper()
	lines := strings.Split(got, "\n")
	inTracks := false
	for line := range strings.SplitSeq(text, "\n") {
		trimmed := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(strings.Trim(trimmed, `"`), "tracks"):
			inTracks = true
			continue
		case trimmed == "# where it stands":
			inTracks = false
		}
		if inTracks || strings.HasPrefix(trimmed, "live") || strings.HasPrefix(trimmed, "stage") || strings.HasPrefix(trimmed, "next") || strings.HasPrefix(trimmed, "paused") || strings.HasPrefix(trimmed, "reason") || strings.HasPrefix(trimmed, "image: cart:9") {
			continue
		}
		for len(lines) > 0 && lines[0] != line {
			lines = lines[1:]
		}
		require.NotEmpty(t, lines, "%q is gone:\n%s\n→\n%s", line, text, got)
	}
}

// TestEditShape shows what edits look like.
func TestEditShape(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"entry by entry", "tracks:\n    blue: {image: cart:7}   # serves\n    green: {}   # idle\n  stage: stable # moves", "tracks:\n    blue: {image: cart:7}   # serves\n    green: {image: cart:8}   # idle\n  stage: prepare # moves"},
		{"a word stays a word", "tracks:\n    blue: \"cart:7\"\n    green: \"cart:6\"", "tracks:\n    blue: \"cart:7\"\n    green: \"cart:8\"\n  stage: prepare"},
		{"keep does not outlive its version", "tracks:\n    blue: cart:7\n    green:\n      image: 'cart:6' # six\n      snapshot: keep # for a while\n      # end\n  stage: stable", "tracks:\n    blue: cart:7\n    green:\n      image: 'cart:8' # six\n      # end\n  stage: prepare"},
		{"in one line", "tracks: {blue: {image: cart:7}}", "tracks: {blue: {image: cart:7}, green: {image: cart:8}}\n  stage: prepare"},
	} {
		t.Run(c.name, func(t *testing.T) {
			head, tail := "apiVersion: cutover.dev/v1alpha1\nkind: Release\nmetadata: {name: cart}\nspec:\n  workload: cart\n  ", "\n  traffic: [{provider: service}]\n"
			r := releaseOf(t, head+c.text+tail)
			want := *r
			want.Spec.Stage = "prepare"
			want.Spec.Tracks.Green = schemas.Track{Version: schemas.Version{Image: "cart:8"}}
			got, found := r.Edit([]byte(head+c.text+tail), &want, providers)
			require.Empty(t, found)
			require.Equal(t, head+c.want+tail, string(got))
		})
	}
}

// TestEditInOneLine: a Release all in one line is paused, moved and taken on.
func TestEditInOneLine(t *testing.T) {
	const text = "{apiVersion: cutover.dev/v1alpha1, kind: Release, metadata: {name: cart}, spec: {workload: cart, tracks: {blue: \"cart:7\", green: \"cart:8\"}, stage: shift-5, strategy: {steps: [5]}, traffic: [{provider: istio}]}}\n"
	r := releaseOf(t, text)
	want := *r
	want.Spec.Stage, want.Spec.Paused = "prepare", &schemas.Paused{Reason: "aborted at shift-5"}
	paused, found := r.Edit([]byte(text), &want, providers)
	require.Empty(t, found)
	require.Contains(t, string(paused), "paused: {reason: aborted at shift-5}")
	again, found := releaseOf(t, string(paused)).Edit(paused, r, providers)
	require.Empty(t, found)
	require.Equal(t, text, string(again))
}

// TestEditClosed: closing empties an entry of many lines.
func TestEditClosed(t *testing.T) {
	text := "apiVersion: cutover.dev/v1alpha1\nkind: ReleaseSet\nmetadata: {name: all}\nitems:\n- apiVersion: cutover.dev/v1alpha1\n  kind: Release\n  metadata: {name: cart}\n  spec:\n    workload: cart\n    tracks:\n      blue: # old\n        image: cart:7\n        # inside\n      # between\n      green: {image: cart:8}\n    stage: retire\n    traffic: [{provider: service}]\n"
	want := "apiVersion: cutover.dev/v1alpha1\nkind: ReleaseSet\nmetadata: {name: all}\nitems:\n- apiVersion: cutover.dev/v1alpha1\n  kind: Release\n  metadata: {name: cart}\n  spec:\n    workload: cart\n    live: green\n    tracks:\n      blue: {} # old\n      # between\n      green: {image: cart:8}\n    stage: stable\n    traffic: [{provider: service}]\n"
	r := releaseOf(t, text)
	got, found := r.Edit([]byte(text), r.Closed(), providers)
	require.Empty(t, found)
	require.Equal(t, want, string(got))
}

// TestEditRefused: what an edit would leave without its anchor is left alone.
func TestEditRefused(t *testing.T) {
	text := "apiVersion: cutover.dev/v1alpha1\nkind: Release\nmetadata: {name: cart}\nspec:\n  workload: cart\n  tracks:\n    blue: &v {image: cart:7, env: {A: b}}\n    green:\n      <<: *v\n      image: cart:8\n  stage: retire\n  traffic: [{provider: service}]\n"
	r := releaseOf(t, text)
	_, found := r.Edit([]byte(text), r.Closed(), providers)
	require.Len(t, found, 1)
	require.Equal(t, "release.yaml:7:11: spec.tracks.blue: blue is an anchor, which may be used elsewhere [edit]\n\thint: change it by hand", found[0].String())
}
