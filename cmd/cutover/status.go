package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/git"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/spf13/cobra"
)

// status holds the flags of the verb.
type status struct {
	life
	recursive bool
	format    string
}

func newStatus(now func() time.Time) *cobra.Command {
	s := status{life: life{now: now}}
	c := &cobra.Command{
		Use:   "status [DIR]",
		Short: "Show where releases stand, since when, and what keeps them there",
		Long: `Status reads what is committed: the stage of every release in DIR, the versions,
since when it stands there, where promote and start lead, and what they would be
refused for. Ahead is what the next start brings beside the version.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return s.run(c, dirOf(args)) },
	}
	s.input.flags(c)
	c.Flags().BoolVarP(&s.recursive, "recursive", "R", false, "every folder with Releases at and below DIR")
	c.Flags().StringVarP(&s.format, "output", "o", "table", "table or json")
	c.Flags().StringVar(&s.delivery, "delivery", "", "the revision that the agent follows (default: the upstream branch, or HEAD if there is none)")
	c.Flags().DurationVar(&s.arrives, "arrives", arrival, "an agent has applied by then what it follows")
	return c
}

// standing is what there is to say of a release.
type standing struct {
	Folder    string     `json:"folder"`
	Release   string     `json:"release"`
	Namespace string     `json:"namespace,omitempty"`
	Stage     string     `json:"stage"`
	Live      running    `json:"live"`
	Candidate *running   `json:"candidate,omitempty"`
	Weight    int        `json:"weight"`          // percent to the candidate
	Since     *time.Time `json:"since,omitempty"` // absent where nothing is committed
	Next      string     `json:"next,omitempty"`  // where promote, or at stable start, leads
	Abort     string     `json:"abort,omitempty"` // where abort leads
	Waiting   string     `json:"waiting,omitempty"`
	Blocked   []blocked  `json:"blocked"`
	Ahead     []string   `json:"ahead"` // what the next start brings beside the version
}

type running struct {
	Track string `json:"track"`
	Image string `json:"image"`
}

// blocked is one reason why promote would be refused.
type blocked struct {
	ID      string `json:"id"`
	Message string `json:"message"`
}

func (s *status) run(c *cobra.Command, dir string) error {
	if s.format != "table" && s.format != "json" {
		return fmt.Errorf("-o %s: not one of table, json", s.format)
	}
	s.fleet = &git.Fleet{}
	defer s.fleet.Close()
	var lock sync.Mutex
	all := map[string][]standing{}
	err := s.folders(c, dir, s.recursive, func(dir string, _, stderr io.Writer) error {
		here, found, err := s.folder(dir, c.InOrStdin())
		lock.Lock()
		all[dir] = here
		lock.Unlock()
		if err != nil {
			return err
		}
		return errorsOnly(stderr, found)
	})
	var list []standing
	for _, dir := range slices.Sorted(maps.Keys(all)) {
		list = append(list, all[dir]...)
	}
	if s.format == "json" {
		e := json.NewEncoder(c.OutOrStdout())
		e.SetIndent("", "  ")
		if failed := e.Encode(append([]standing{}, list...)); failed != nil {
			return failed
		}
		return err
	}
	if len(list) == 0 {
		return err
	}
	return errors.Join(s.table(c.OutOrStdout(), list), err)
}

// folder says where the releases of one folder stand.
func (s *status) folder(dir string, stdin io.Reader) ([]standing, []schemas.Finding, error) {
	g, err := s.ground(dir, everyRelease, stdin)
	if err != nil {
		return nil, nil, err
	}
	defer g.Close()
	if schemas.Failed(g.found) {
		return nil, g.found, nil
	}
	out, found := generators.Generate(g.in)
	if schemas.Failed(found) {
		return nil, found, nil
	}
	var all []standing
	want := treeOf(out)
	for _, r := range out.Releases {
		g.release = r.Release
		one, err := s.one(g, want, r)
		if err != nil {
			return nil, nil, err
		}
		one.Folder = dir
		all = append(all, one)
	}
	return all, nil, nil
}

// one says where a release stands.
func (s *status) one(g ground, want overlay.Tree, r generators.Release) (standing, error) {
	at, _ := r.Stage(r.Spec.Stage)
	one := standing{
		Release: r.Metadata.Name, Namespace: r.Metadata.Namespace, Stage: at.Name, Next: at.Next, Abort: at.Abort,
		Live: versionOn(r, r.Spec.Live), Blocked: []blocked{}, Ahead: append([]string{}, r.Ahead()...),
	}
	if c := r.Candidate(); c != "" {
		v := versionOn(r, c)
		one.Candidate, one.Weight = &v, at.Weight(c)
	}
	if n := r.Spec.Next; n != nil && !sameVersion(*n, r.Spec.Tracks.Get(r.Spec.Live).Version) && (one.Candidate == nil || n.Image != one.Candidate.Image) {
		one.Waiting = n.Image
	}
	var found []schemas.Finding
	files := g.stale(want)
	stands, rendered := g.tree.Stands(g.name())
	if !rendered || stands != at.Name {
		files = append(files, overlay.LiveFile)
	}
	if len(files) > 0 {
		found = append(found, g.staleFinding(files))
	}
	p, err := s.past(g, 0)
	if err != nil {
		return one, err
	}
	if len(p.stands) > 0 && p.pushed {
		one.Since = &p.stands[0].since
	}
	if len(files) == 0 && at.Name != "stable" {
		found, err = s.promotable(g, r, at)
	}
	for _, f := range found {
		if f.Severity == schemas.Error {
			one.Blocked = append(one.Blocked, blocked{f.ID, f.Message})
		}
	}
	return one, err
}

// promotable is what promote would be refused for.
func (s *status) promotable(g ground, r generators.Release, at generators.Stage) ([]schemas.Finding, error) {
	m := move{verb: "promote", was: r, release: r, from: at, hold: at.Hold}
	var found []schemas.Finding
	switch next := with(g.release, at.Next); {
	case at.Next == "":
		m, found = g.closing(m)
	case g.release.Adopting() && !next.Adopting():
		m.want = next
		m, found = g.ending(m)
	default:
		m.to, _ = r.Stage(at.Next)
		m.want = next
		m, found = g.pointer(m)
	}
	if schemas.Failed(found) {
		return found, nil
	}
	return s.gate(g, m)
}

func versionOn(r generators.Release, track string) running {
	return running{track, r.Tracks[trackIndex(track)].Image()}
}

// table writes a line for each release.
func (s *status) table(w io.Writer, all []standing) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "RELEASE\tSTAGE\tLIVE\tCANDIDATE\tSINCE\tNEXT\tBLOCKED BY")
	for _, one := range all {
		name := one.Release
		if s.recursive {
			name = strings.TrimPrefix(one.Folder+"/", "./") + name
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", name, one.Stage, one.Live, dash(one.candidate()), s.since(one), dash(one.next()), dash(one.blocks()))
	}
	return t.Flush()
}

func (v running) String() string { return fmt.Sprintf("%s (%s)", tagged(v.Image), v.Track) }

func (one standing) candidate() string {
	if one.Candidate == nil {
		return ""
	}
	return fmt.Sprintf("%s %d %%", one.Candidate, one.Weight)
}

// since is how long the release has stood where it stands.
func (s *status) since(one standing) string {
	if one.Since == nil {
		return "-"
	}
	return brief(s.now().Sub(*one.Since)).String()
}

// next is what comes: a stage, the end, or what start would begin.
func (one standing) next() string {
	switch {
	case one.Stage == "retire":
		return "close"
	case one.Stage != "stable":
		return one.Next
	case one.Waiting != "":
		return "start " + tagged(one.Waiting)
	case one.Candidate != nil:
		return "start " + tagged(one.Candidate.Image)
	case len(one.Ahead) > 0:
		return "start: base is ahead"
	}
	return ""
}

// blocks are the reasons in a few words. Behind a squash stands what it would
// drop, which the word says already.
func (one standing) blocks() string {
	var all []string
	for _, b := range one.Blocked {
		word := b.ID
		if b.ID == "hold" || b.ID == "paused" {
			word = b.ID + ": " + b.Message
		}
		if !slices.Contains(all, word) {
			all = append(all, word)
		}
		if b.ID == "squash" {
			break
		}
	}
	return strings.Join(all, "; ")
}
