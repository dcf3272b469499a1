package report

import (
	"encoding/json"
	"io"

	"github.com/cutoverdev/cutover/schemas"
)

// json prints one document. Its fields are part of the interface.
func (r Report) json(stdout, _ io.Writer) error {
	out := struct {
		Subject    string        `json:"subject"`
		Outcome    Outcome       `json:"outcome"`
		Safe       bool          `json:"safe"`
		Assumption string        `json:"assumption"`
		Observed   bool          `json:"observed"`
		States     int           `json:"states"`
		Edges      int           `json:"edges"`
		Findings   []findingJSON `json:"findings"`
		NotJudged  []string      `json:"notJudged"`
		Squash     []Skip        `json:"squash,omitempty"`
		Agents     []Advice      `json:"agents,omitempty"`
		Effects    []Effect      `json:"effects,omitempty"`
	}{
		r.Subject, r.Outcome(), !schemas.Failed(r.Findings), assumption, r.Observed, r.States, r.Edges,
		[]findingJSON{},
		append([]string{}, r.NotJudged...), r.Skips, r.Agents, r.Effects,
	}
	for _, f := range r.Findings {
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
