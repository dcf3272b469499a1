package check

import (
	"io/fs"
	"os"
	"slices"

	"github.com/cutoverdev/cutover/cmd/internal/build"
	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/generators/overlay"
)

// effects are who got the requests of each release at a revision, and who gets them
// now, by what rendered/live says of it. What is as it was has none.
func effects(dir string, old folder.Revision) []report.Effect {
	var before []overlay.Told
	if path, there := old.Path(dir); there {
		before = tells(path)
	}
	var all []report.Effect
	for _, now := range tells(dir) {
		was := overlay.Told{Release: now.Release}
		if i := slices.IndexFunc(before, func(t overlay.Told) bool { return t.Release == now.Release }); i >= 0 {
			was = before[i]
			before = slices.Delete(before, i, i+1)
		}
		if was.Stage != now.Stage || !slices.Equal(was.Tracks, now.Tracks) {
			all = append(all, report.Effect{
				Folder: dir, Release: now.Release, From: was.Stage, To: now.Stage, Before: was.Tracks, After: now.Tracks,
			})
		}
	}
	for _, gone := range before {
		all = append(all, report.Effect{Folder: dir, Release: gone.Release, From: gone.Stage, Before: gone.Tracks})
	}
	return all
}

// tells reads what the rendered/live of a folder says. A link that leads out of the
// folder is not followed.
func tells(dir string) []overlay.Told {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil
	}
	defer func() { _ = root.Close() }()
	f, err := root.Open(overlay.LiveFile)
	if err != nil {
		names, _ := fs.Glob(root.FS(), overlay.Live+"/*/kustomization.yaml") // of several clusters, which say the same
		if len(names) == 0 {
			return nil
		}
		if f, err = root.Open(names[0]); err != nil {
			return nil
		}
	}
	defer func() { _ = f.Close() }()
	data, err := build.ReadLimited(f)
	if err != nil {
		return nil
	}
	return overlay.Tells(data)
}
