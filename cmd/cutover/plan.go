package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/load"
	"github.com/cutoverdev/cutover/cmd/internal/page"
	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/spf13/cobra"
)

// plan holds the flags of the verb.
type plan struct {
	input
	format string
	rate   rate
	share  string
}

func newPlan() *cobra.Command {
	var p plan
	c := &cobra.Command{
		Use:   "plan [DIR]",
		Short: "Show the stages of the Releases in a folder",
		Long: `Plan lists the stages of every release in DIR (default: the present folder): who
runs, who gets the requests, how long to stay, where promote and abort lead, and
what changes on the way in. The stage the release stands at is marked with *.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return p.each(c, dirOf(args), false, func(l load.Loaded, r *result) error {
				stdout := r.stdout
				write, ok := planFormats[p.format]
				if !ok {
					return fmt.Errorf("-o %s: not one of table, json, mermaid", p.format)
				}
				if err := write(stdout, l.Out.Releases); err != nil || p.rate == 0 {
					return err
				}
				return p.foresight(stdout, l)
			})
		},
	}
	p.flags(c)
	c.Flags().StringVarP(&p.format, "output", "o", "table", "table, json or mermaid")
	c.Flags().Var(&p.rate, "rate", "requests a second of the workload: what spec.analysis can find at each stage")
	c.Flags().StringVar(&p.share, "errors", "0.1%", "with --rate: the share of them that fails at live")
	return c
}

// foresight is what a plan says of the evidence to come.
func (p plan) foresight(w io.Writer, l load.Loaded) error {
	share, err := schemas.ParseNumber(p.share)
	switch {
	case p.format != "table":
		return fmt.Errorf("--rate is for -o table, not for %s", p.format)
	case err != nil || share.Unit != "%" || share.Value < 0 || share.Value >= 100:
		return fmt.Errorf("--errors %s: percent of the requests, such as 0.1%%", p.share)
	}
	out, found := generators.Generate(supposed(l.In))
	if schemas.Failed(found) {
		return report.Findings(w, found)
	}
	return foresight(w, out.Releases, float64(p.rate), share.Part())
}

// rate is a number of requests a second.
type rate float64

func (r *rate) String() string { return strconv.FormatFloat(float64(*r), 'g', -1, 64) }

func (*rate) Type() string { return "number" }

// Set reads a flag's value.
func (r *rate) Set(text string) error {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || v <= 0 {
		return errors.New("requests a second are a number above 0, such as 100 or 0.5")
	}
	*r = rate(v)
	return nil
}

var planFormats = map[string]func(io.Writer, []generators.Release) error{
	"table":   planTable,
	"json":    planJSON,
	"mermaid": planMermaid,
}

// planTable writes a table for each release, the twins of aborts at its end.
func planTable(w io.Writer, releases []generators.Release) error {
	for _, s := range generators.Sets(releases) {
		if err := planSet(w, s); err != nil {
			return err
		}
	}
	for i, r := range releases {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s: live %s %s%s\n\n", r.Metadata.Name, r.Spec.Live, r.Tracks[trackIndex(r.Spec.Live)].Image(), candidateWords(r))
		planPlaces(w, r)
		var text strings.Builder
		t := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "  STAGE\tPODS blue/green\tREQUESTS blue/green\tMAIN\tHOLD\tPROMOTE\tABORT\tCHANGES")
		for j, s := range r.Stages {
			mark := " "
			if s.Name == r.Spec.Stage {
				mark = "*"
			}
			fmt.Fprintf(t, "%s %s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", mark, s.Name, podsCell(s.Stage), requestsCell(s.Stage),
				mainCell(s.Stage), durationCell(s.Hold), dash(s.Next), dash(s.Abort), strings.Join(page.Changes(r, j), "; "))
		}
		if err := errors.Join(t.Flush(), report.Lines(w, text.String(), planColour)); err != nil {
			return err
		}
		planAhead(w, r.Ahead())
	}
	return nil
}

// planSet writes the stages of a set: where each of its releases stands.
func planSet(w io.Writer, s generators.Set) error {
	fmt.Fprintf(w, "%s: %s that move together\n\n", s.Name, report.Count(len(s.Members), "release"))
	var text strings.Builder
	t := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprint(t, "  STAGE")
	for _, r := range s.Members {
		fmt.Fprint(t, "\t"+r.Metadata.Name)
	}
	fmt.Fprintln(t, "\tPROMOTE\tABORT")
	now, _ := s.At()
	for _, at := range s.Stages {
		mark := " "
		if at.Name == now.Name {
			mark = "*"
		}
		fmt.Fprintf(t, "%s %s\t%s\t%s\t%s\n", mark, at.Name, strings.Join(at.At, "\t"), dash(at.Next), dash(at.Abort))
	}
	if err := errors.Join(t.Flush(), report.Lines(w, text.String(), planColour)); err != nil {
		return err
	}
	fmt.Fprintln(w)
	return nil
}

// planColour makes the head of a plan stand out, and the stage that the release stands at.
func planColour(n int, line string) report.Colour {
	if strings.HasPrefix(line, "*") {
		return report.Green
	}
	return report.Head(n, line)
}

// planAhead says what the next start brings beside the version.
func planAhead(w io.Writer, ahead []string) {
	if len(ahead) == 0 {
		return
	}
	fmt.Fprintf(w, "\n  the manifests are ahead of what runs; the next start brings\n")
	for _, a := range ahead {
		fmt.Fprintf(w, "    %s\n", a)
	}
}

func trackIndex(name string) int {
	if name == schemas.TrackNames[0] {
		return 0
	}
	return 1
}

func candidateWords(r generators.Release) string {
	c := r.Candidate()
	if c == "" {
		return ", no candidate"
	}
	return fmt.Sprintf(", candidate %s %s", c, r.Tracks[trackIndex(c)].Image())
}

func podsCell(s stage.Stage) string {
	cell := fmt.Sprintf("%d / %d", s.Tracks[0].Pods, s.Tracks[1].Pods)
	if s.Plain > 0 {
		cell += fmt.Sprintf(", %s %d", schemas.Plain, s.Plain)
	}
	return cell
}

func requestsCell(s stage.Stage) string {
	switch {
	case s.Shared():
		return "both, by pods"
	case s.Main == schemas.Plain:
		return "the workload's"
	}
	return fmt.Sprintf("%d / %d %%", s.Weight(schemas.Blue), s.Weight(schemas.Green))
}

func mainCell(s stage.Stage) string {
	switch {
	case s.Both:
		return "both"
	case s.Apart:
		return "own" // each cluster's Services select its own track
	}
	return s.Main
}

func seconds(d schemas.Duration) float64 { return time.Duration(d).Seconds() }

func durationCell(d schemas.Duration) string {
	if d == 0 {
		return "-"
	}
	return d.String()
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// planned is a stage in JSON. Names and units are part of the interface.
type planned struct {
	Name    string         `json:"name"`
	Main    string         `json:"main"`           // a track, or both
	Pods    map[string]int `json:"pods"`           // guaranteed, by track
	Weights map[string]int `json:"weights"`        // percent, by track
	Mirror  int            `json:"mirror"`         // percent copied to the candidate
	Matches int            `json:"matches"`        // of the step
	Preview bool           `json:"preview"`        // hosts and matches of the preview are up
	Hold    float64        `json:"holdSeconds"`    // least time here
	Next    string         `json:"next,omitempty"` // where promote leads
	Abort   string         `json:"abort,omitempty"`
	Twin    bool           `json:"twin"`           // only aborts lead here
	Jobs    []string       `json:"jobs,omitempty"` // that have been started
	Changes []string       `json:"changes"`
}

type plannedRelease struct {
	Release   string    `json:"release"`
	Set       string    `json:"set,omitempty"` // that it moves together with
	Stage     string    `json:"stage"`
	Live      string    `json:"live"`
	Candidate string    `json:"candidate,omitempty"`
	Clusters  []string  `json:"clusters,omitempty"` // of blue and green, where each has its own
	Ahead     []string  `json:"ahead"`              // what the next start brings beside the version
	Stages    []planned `json:"stages"`
}

// plannedSet is a set in JSON.
type plannedSet struct {
	Set     string         `json:"set"`
	Members []string       `json:"members"`
	Stage   string         `json:"stage"`
	Stages  []plannedJoint `json:"stages"`
}

// plannedJoint is a stage of a set in JSON.
type plannedJoint struct {
	Name  string            `json:"name"`
	At    map[string]string `json:"at"` // the stage of each member
	Next  string            `json:"next,omitempty"`
	Abort string            `json:"abort,omitempty"`
	Twin  bool              `json:"twin"` // only aborts lead here
}

func plannedSetOf(s generators.Set) plannedSet {
	now, _ := s.At()
	p := plannedSet{Set: s.Name, Stage: now.Name}
	for _, r := range s.Members {
		p.Members = append(p.Members, r.Metadata.Name)
	}
	for _, at := range s.Stages {
		j := plannedJoint{Name: at.Name, At: map[string]string{}, Next: at.Next, Abort: at.Abort, Twin: at.Twin}
		for i, name := range p.Members {
			j.At[name] = at.At[i]
		}
		p.Stages = append(p.Stages, j)
	}
	return p
}

func planJSON(w io.Writer, releases []generators.Release) error {
	all := []any{}
	for _, s := range generators.Sets(releases) {
		all = append(all, plannedSetOf(s))
	}
	for _, r := range releases {
		p := plannedRelease{
			Release: r.Metadata.Name, Set: r.Set(), Stage: r.Spec.Stage, Live: r.Spec.Live, Candidate: r.Candidate(),
			Ahead: append([]string{}, r.Ahead()...),
		}
		if r.Clusters() != nil {
			p.Clusters = []string{r.Spec.Tracks.Blue.Cluster, r.Spec.Tracks.Green.Cluster}
		}
		for i, s := range r.Stages {
			next := planned{
				Name: s.Name, Main: mainCell(s.Stage), Pods: map[string]int{}, Weights: map[string]int{},
				Mirror: s.Split.Mirror, Matches: len(s.Split.Match), Preview: s.Preview, Hold: seconds(s.Hold),
				Next: s.Next, Abort: s.Abort, Twin: s.Twin, Jobs: s.Jobs, Changes: append([]string{}, page.Changes(r, i)...),
			}
			if s.Plain > 0 {
				next.Pods[schemas.Plain] = s.Plain
			}
			for _, t := range schemas.TrackNames {
				next.Pods[t], next.Weights[t] = s.Pods(t), s.Weight(t)
			}
			p.Stages = append(p.Stages, next)
		}
		all = append(all, p)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(all)
}

// planMermaid writes a state diagram for each release.
func planMermaid(w io.Writer, releases []generators.Release) error {
	for _, s := range generators.Sets(releases) {
		mermaidSet(w, s)
	}
	for _, r := range releases {
		fmt.Fprintf(w, "---\ntitle: %s\n---\nstateDiagram-v2\n", r.Metadata.Name)
		for _, s := range r.Stages {
			fmt.Fprintf(w, "  state \"%s<br/>%s, pods %s\" as %s\n", s.Name, requestsCell(s.Stage), podsCell(s.Stage), mermaidID(s.Name))
		}
		fmt.Fprintf(w, "  [*] --> %s\n", mermaidID(r.Stages[0].Name))
		for _, s := range r.Stages {
			if s.Next != "" {
				fmt.Fprintf(w, "  %s --> %s: promote\n", mermaidID(s.Name), mermaidID(s.Next))
			}
			if s.Abort != "" {
				fmt.Fprintf(w, "  %s --> %s: abort\n", mermaidID(s.Name), mermaidID(s.Abort))
			}
		}
		if last, ok := r.Last(); ok {
			fmt.Fprintf(w, "  %s --> [*]: roles swap\n", mermaidID(last.Name))
		}
	}
	return nil
}

// mermaidSet writes a state diagram of a set.
func mermaidSet(w io.Writer, s generators.Set) {
	fmt.Fprintf(w, "---\ntitle: %s\n---\nstateDiagram-v2\n", s.Name)
	for _, at := range s.Stages {
		fmt.Fprintf(w, "  state \"%s\" as %s\n", at.Name, mermaidID(at.Name))
	}
	fmt.Fprintf(w, "  [*] --> %s\n", mermaidID(s.Stages[0].Name))
	last := ""
	for _, at := range s.Stages {
		if at.Next != "" {
			fmt.Fprintf(w, "  %s --> %s: promote\n", mermaidID(at.Name), mermaidID(at.Next))
		} else {
			last = at.Name
		}
		if at.Abort != "" {
			fmt.Fprintf(w, "  %s --> %s: abort\n", mermaidID(at.Name), mermaidID(at.Abort))
		}
	}
	if schemas.Retired(last) {
		fmt.Fprintf(w, "  %s --> [*]: roles swap\n", mermaidID(last))
	}
}

func mermaidID(name string) string { return strings.ReplaceAll(name, "-", "_") }
