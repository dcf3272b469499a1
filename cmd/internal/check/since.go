package check

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/cutoverdev/cutover/cmd/internal/folder"
	"github.com/cutoverdev/cutover/cmd/internal/load"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/schemas"
)

// FoldersSince are the folders of Releases at and below dir that are rendered, and
// those that an agent may follow since before, whether their Releases are still
// there or not. What has never been rendered nobody follows.
func FoldersSince(dir string, old folder.Revision) ([]string, error) {
	now, err := folder.Find(dir)
	if err != nil {
		return nil, err
	}
	now = slices.DeleteFunc(now, func(dir string) bool {
		_, err := os.Lstat(filepath.Join(dir, overlay.Root, "live"))
		return errors.Is(err, fs.ErrNotExist)
	})
	before, err := old.Live(dir)
	return slices.Compact(slices.Sorted(slices.Values(append(now, before...)))), err
}

// Since checks what has become of a folder's rendered/live since a revision, as one
// commit. A folder that was not there before has nobody to disappoint: only what it
// is now is checked. It returns an error if what is there now cannot be read.
func Since(dir string, old folder.Revision, o Options) (report.Report, error) {
	live := filepath.Join(dir, overlay.Root, "live")
	before, there, found := old.State(live)
	j := judgement{o, report.Report{Subject: live + " since " + old.Name(), Edges: 1, Findings: found, Effects: effects(dir, old)}}
	if _, err := os.Lstat(live); there && errors.Is(err, fs.ErrNotExist) {
		j.vanished(live, before)
		return j.end(), nil
	}
	now, more, err := folder.State(dir, live, nil)
	if err != nil {
		return report.Report{}, err
	}
	j.find(more...)
	if schemas.Failed(j.Findings) {
		return j.Report, nil
	}
	to := o.state(now)
	lost := there && j.repathed(live, before, now)
	if there && !lost {
		j.between(verify.Edge{From: o.state(before), To: to})
	} else {
		j.find(verify.Check(to, "")...)
		j.unread(to)
		j.lint(to)
	}
	j.delivered(live, to)
	err = j.apart(dir, o)
	return j.end(), err
}

// repathed finds that an agent's path has gone, as the tracks are in other clusters than
// before, and each has a folder of its own.
func (j *judgement) repathed(live string, before, now []kube.Object) bool {
	was, is := clustersAmong(before), clustersAmong(now)
	i := slices.IndexFunc(was, func(c string) bool { return !slices.Contains(is, c) })
	if i < 0 || len(now) == 0 {
		return false
	}
	paths := func(clusters []string) string {
		var all []string
		for _, c := range clusters {
			all = append(all, path.Join(overlay.Live, c))
		}
		return schemas.And(all)
	}
	j.find(schemas.Finding{
		File: filepath.ToSlash(filepath.Join(live, was[i])), ID: "live-gone",
		Message: fmt.Sprintf("builds nothing any more; in its place there is %s: an agent that follows it stops here, "+
			"and what it built is judged no further", paths(is)),
		Hint: "these clusters in a folder of Releases of its own: let an agent follow each path there, lead requests to it, and remove " +
			"this folder last; if no agent follows this path: --allow live-gone",
	})
	return true
}

// clustersAmong are the clusters that objects are in; "" is one agent's, which has no name.
func clustersAmong(objects []kube.Object) []string {
	var all []string
	for _, o := range objects {
		if !slices.Contains(all, o.Cluster) {
			all = append(all, o.Cluster)
		}
	}
	slices.Sort(all)
	return all
}

// apart finds releases that move together, of which somebody has moved one alone: in the
// file that says where they stand, or only where they are built.
func (j *judgement) apart(dir string, o Options) error {
	if !holdsSet(dir) {
		return nil
	}
	l, err := load.Input{Classes: o.Classes}.Load(dir, nil)
	if err != nil {
		return err
	}
	defer l.Close()
	for _, f := range l.Found {
		if f.ID == generators.SetApart {
			j.find(f)
			return nil
		}
	}
	live, _ := l.Folder.Read(overlay.LiveFile)
	stands, _ := overlay.Stands(live)
	for _, s := range generators.Sets(l.Out.Releases) {
		at := s.Now()
		for i, r := range s.Members {
			if k := slices.IndexFunc(stands, func(s overlay.Stand) bool { return s.Release == r.Metadata.Name }); k >= 0 {
				at[i] = stands[k].Stage
			}
		}
		if f, apart := s.Apart(at); apart {
			j.find(f)
		}
	}
	return nil
}

// holdsSet reports whether a folder may hold releases that move together.
func holdsSet(dir string) bool {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(entries, func(e os.DirEntry) bool {
		if !e.Type().IsRegular() || !folder.MayHold(e.Name()) {
			return false
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		return err == nil && folder.IsOurs(data) && bytes.Contains(data, []byte(schemas.Together))
	})
}

// vanished judges a rendered/live that is there no more. What becomes of its
// objects is up to the agent: one that finds no path stops, and one that is
// removed along with it may take all of them with it.
func (j *judgement) vanished(live string, before []kube.Object) {
	if schemas.Failed(j.Findings) {
		return
	}
	from := j.state(before)
	judged := verify.Edge{From: from, To: j.state(nil)}.Judge()
	j.unread(from)
	j.judged(judged)
	found := judged.Found
	i := slices.IndexFunc(found, func(f schemas.Finding) bool { return f.Severity == schemas.Error })
	if i < 0 {
		j.find(found...)
		return
	}
	j.find(schemas.Finding{
		File: filepath.ToSlash(live), ID: "live-gone",
		Message: fmt.Sprintf("was deleted: an agent that follows it stops here, or removes the %s that it built; then %s",
			report.Count(len(before), "object"), found[i].Message),
		Hint: "if the agent follows another path by now, or nobody calls what it built: --allow live-gone",
	})
}
