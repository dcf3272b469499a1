package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/cutoverdev/cutover/cmd/internal/report"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/owenrumney/go-sarif/v2/sarif"
)

// verdict is what verifying came to.
type verdict struct {
	Subject   string
	States    int
	Edges     int
	Observed  bool
	Strict    bool // what is not judged ends the command with 1
	Findings  []schemas.Finding
	NotJudged []string // what was not understood, and so is not promised
	Squash    []squash
	Agents    []rescue
}

// squash is what happens if an agent goes from one stage to another without
// those between.
type squash struct {
	Release  string   `json:"release"`
	From     string   `json:"from"`
	To       string   `json:"to"`
	Safe     bool     `json:"safe"`
	Findings []string `json:"findings,omitempty"`
}

// rescue is what orders of an agent would do for an unsafe edge.
type rescue struct {
	Edge   string          `json:"edge"`
	Agent  string          `json:"agent"`
	Orders []verify.Rescue `json:"orders"`
}

// accept takes the findings that are meant for what they are.
func (v *verdict) accept(ids []string) {
	for i, f := range v.Findings {
		if slices.Contains(ids, f.ID) && f.Severity != schemas.Info {
			v.Findings[i].Severity, v.Findings[i].Accepted = schemas.Info, true
		}
	}
	v.Findings = schemas.Sort(v.Findings)
}

// unread takes down what no router's reader understands.
func (v *verdict) unread(states ...verify.State) {
	for _, s := range states {
		v.unjudged(s.Unread)
	}
}

// unjudged takes down what is not judged, each once.
func (v *verdict) unjudged(unread []route.Unread) {
	for _, u := range unread {
		if text := u.Source.ID.String() + ": " + u.Why; u.ID == "" && !slices.Contains(v.NotJudged, text) {
			v.NotJudged = append(v.NotJudged, text)
		}
	}
}

// joined is the verdict of several folders.
func joined(all map[string]verdict) verdict {
	if len(all) == 1 {
		for _, one := range all {
			return one
		}
	}
	sum := verdict{Subject: fmt.Sprintf("%d folders", len(all))}
	for _, dir := range slices.Sorted(maps.Keys(all)) {
		one := all[dir]
		sum.States += one.States
		sum.Edges += one.Edges
		sum.Findings = append(sum.Findings, one.Findings...)
		sum.NotJudged = append(sum.NotJudged, one.NotJudged...)
		sum.Squash = append(sum.Squash, one.Squash...)
		sum.Agents = append(sum.Agents, one.Agents...)
	}
	return sum
}

// formats are the ways to print a verdict.
var formats = []struct {
	name  string
	print func(v verdict, stdout, stderr io.Writer) error
}{
	{"text", verdict.text},
	{"json", verdict.json},
	{"sarif", verdict.sarif},
	{"github", verdict.github},
}

func formatNames() []string {
	var names []string
	for _, f := range formats {
		names = append(names, f.name)
	}
	return names
}

// print prints a verdict and says whether it ends the command.
func (v verdict) print(format string, stdout, stderr io.Writer) error {
	for _, f := range formats {
		if f.name != format {
			continue
		}
		if err := f.print(v, stdout, stderr); err != nil {
			return err
		}
	}
	if err := report.Failed(v.Findings); err != nil {
		return err
	}
	if v.Strict && v.outcome() == notJudged {
		return report.ErrFindings
	}
	return nil
}

// assumption is what every proof rests on.
const assumption = "each state has arrived before the next commit lands"

// text prints findings to stderr and what was shown to stdout.
func (v verdict) text(stdout, stderr io.Writer) error {
	paint := painter(stderr)
	accepted := map[string]int{}
	for _, f := range v.Findings {
		switch {
		case f.Expected:
		case f.Accepted:
			accepted[f.ID]++
		case f.Severity != schemas.Info:
			fmt.Fprintln(stderr, paint(f))
		}
	}
	for _, a := range v.Agents {
		for _, o := range a.Orders {
			fmt.Fprintf(stderr, "%s with %s, %s: %s\n", a.Edge, a.Agent, o.How, saved(o))
		}
	}
	for _, text := range v.NotJudged {
		fmt.Fprintln(stdout, "not judged: "+text)
	}
	if err := v.squashTable(stdout); err != nil {
		return err
	}
	v.rolls(stdout)
	for _, id := range slices.Sorted(maps.Keys(accepted)) {
		if v.outcome() == refuted {
			break
		}
		fmt.Fprintf(stdout, "accepted: %s, %s\n", id, count(accepted[id], "time"))
	}
	_, err := fmt.Fprint(stdout, v.conclusion())
	return err
}

// rolls names the workloads that roll under requests. What that rests on is long, and
// in the other formats.
func (v verdict) rolls(w io.Writer) {
	var all []string
	for _, f := range v.Findings {
		if f.ID == "template-changed" && f.Severity == schemas.Info && !f.Accepted && !slices.Contains(all, f.Object.String()) {
			all = append(all, f.Object.String())
		}
	}
	if len(all) > 0 {
		fmt.Fprintf(w, "rolls under requests: %s (-o json says what that rests on)\n", schemas.And(all))
	}
}

func saved(o verify.Rescue) string {
	switch {
	case !o.Saves:
		return "does not save it"
	case o.Blocks:
		return "saves it, but an abort then waits for the health of what it aborts"
	}
	return "saves it"
}

// count is a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// squashTable shows the stages that an agent may skip: a row for the stage it
// is at, a column for the one it goes to.
func (v verdict) squashTable(w io.Writer) error {
	byRelease := map[string][]squash{}
	var order []string
	for _, s := range v.Squash {
		if byRelease[s.Release] == nil {
			order = append(order, s.Release)
		}
		byRelease[s.Release] = append(byRelease[s.Release], s)
	}
	for _, release := range order {
		fmt.Fprintf(w, "%s: if the agent skips stages\n\n", release)
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		from := ""
		for _, s := range byRelease[release] {
			if s.From != from {
				from = s.From
				fmt.Fprintf(t, "\n  from %s to\t", from)
			}
			word := s.To
			if !s.Safe {
				word = "(" + s.To + ")"
			}
			fmt.Fprint(t, word+" ")
		}
		fmt.Fprintln(t, "\n\n  (in brackets: drops requests)")
		if err := t.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// painter writes findings, on a terminal with their ids in colour.
func painter(w io.Writer) func(schemas.Finding) string {
	if terminal(w).w == nil || os.Getenv("NO_COLOR") != "" {
		return schemas.Finding.String
	}
	return func(f schemas.Finding) string {
		colour := map[schemas.Severity]string{schemas.Error: "\x1b[31m", schemas.Warning: "\x1b[33m"}[f.Severity]
		id := "[" + f.ID + "]"
		return strings.Replace(f.String(), id, colour+id+"\x1b[0m", 1)
	}
}

// findingJSON is a finding as machines read it.
type findingJSON struct {
	ID       string         `json:"id"`
	Severity string         `json:"severity"`
	File     string         `json:"file,omitempty"`
	Line     int            `json:"line,omitempty"`
	Column   int            `json:"column,omitempty"`
	Object   string         `json:"object,omitempty"`
	Path     string         `json:"path,omitempty"`
	Message  string         `json:"message"`
	Hint     string         `json:"hint,omitempty"`
	Accepted bool           `json:"accepted,omitempty"`
	Story    *schemas.Story `json:"story,omitempty"`
}

func (v verdict) json(stdout, _ io.Writer) error {
	out := struct {
		Subject    string        `json:"subject"`
		Outcome    outcome       `json:"outcome"`
		Safe       bool          `json:"safe"`
		Assumption string        `json:"assumption"`
		Observed   bool          `json:"observed"`
		States     int           `json:"states"`
		Edges      int           `json:"edges"`
		Findings   []findingJSON `json:"findings"`
		NotJudged  []string      `json:"notJudged"`
		Squash     []squash      `json:"squash,omitempty"`
		Agents     []rescue      `json:"agents,omitempty"`
	}{v.Subject, v.outcome(), !schemas.Failed(v.Findings), assumption, v.Observed, v.States, v.Edges, []findingJSON{}, append([]string{}, v.NotJudged...), v.Squash, v.Agents}
	for _, f := range v.Findings {
		one := findingJSON{f.ID, f.Severity.String(), f.File, f.Line, f.Col, "", f.Path, f.Message, f.Advice(), f.Accepted, f.Story}
		if f.Object != (schemas.Ref{}) {
			one.Object = f.Object.String()
		}
		out.Findings = append(out.Findings, one)
	}
	e := json.NewEncoder(stdout)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

// sarif prints SARIF 2.1.0, which code scanning reads
// (https://docs.oasis-open.org/sarif/sarif/v2.1.0/).
func (v verdict) sarif(stdout, _ io.Writer) error {
	report, err := sarif.New(sarif.Version210)
	if err != nil {
		return err
	}
	run := sarif.NewRunWithInformationURI("cutover", "https://github.com/cutoverdev/cutover")
	for _, f := range v.Findings {
		if p, ok := schemas.PageOf(f.ID); ok {
			run.AddRule(f.ID).WithDescription(p.Text)
		}
		text := f.Message
		if hint := f.Advice(); hint != "" {
			text += "\nhint: " + hint
		}
		result := run.CreateResultForRule(f.ID).WithLevel(level(f.Severity)).WithMessage(sarif.NewTextMessage(text))
		if f.Accepted {
			result.WithSuppression([]*sarif.Suppression{sarif.NewSuppression("inSource")})
		}
		if f.File == "" {
			continue
		}
		at := sarif.NewPhysicalLocation().WithArtifactLocation(sarif.NewSimpleArtifactLocation(f.File))
		if f.Line > 0 {
			at.WithRegion(sarif.NewRegion().WithStartLine(f.Line).WithStartColumn(max(f.Col, 1)))
		}
		result.AddLocation(sarif.NewLocationWithPhysicalLocation(at))
	}
	for _, text := range v.NotJudged {
		run.CreateResultForRule("not-judged").WithLevel("note").WithKind("open").WithMessage(sarif.NewTextMessage(text))
	}
	report.AddRun(run)
	return report.PrettyWrite(stdout)
}

// level is a severity in the words of SARIF.
func level(s schemas.Severity) string {
	return [...]string{schemas.Error: "error", schemas.Warning: "warning", schemas.Info: "note"}[s]
}

// github prints workflow commands, which annotate the lines of a pull request
// (https://docs.github.com/actions/reference/workflow-commands-for-github-actions).
func (v verdict) github(stdout, _ io.Writer) error {
	value := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	for _, f := range v.Findings {
		if f.Accepted {
			continue
		}
		word := map[schemas.Severity]string{schemas.Error: "error", schemas.Warning: "warning", schemas.Info: "notice"}[f.Severity]
		var where []string
		if f.File != "" {
			where = append(where, "file="+property.Replace(f.File))
		}
		if f.Line > 0 {
			where = append(where, fmt.Sprintf("line=%d", f.Line), fmt.Sprintf("col=%d", max(f.Col, 1)))
		}
		text := f.Message
		if hint := f.Advice(); hint != "" {
			text += "\nhint: " + hint
		}
		where = append(where, "title="+property.Replace(cmp.Or(f.ID, "cutover")))
		if _, err := fmt.Fprintf(stdout, "::%s %s::%s\n", word, strings.Join(where, ","), value.Replace(text)); err != nil {
			return err
		}
	}
	for _, text := range v.NotJudged {
		if _, err := fmt.Fprintf(stdout, "::notice title=not judged::%s\n", value.Replace(text)); err != nil {
			return err
		}
	}
	return nil
}

func list(words []string) string { return strings.Join(words, ", ") }
