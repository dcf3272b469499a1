package report

import (
	"io"

	"github.com/cutoverdev/cutover/schemas"
	"github.com/owenrumney/go-sarif/v2/sarif"
)

// sarif prints SARIF 2.1.0, which code scanning reads
// (https://docs.oasis-open.org/sarif/sarif/v2.1.0/).
func (r Report) sarif(stdout, _ io.Writer) error {
	doc, err := sarif.New(sarif.Version210)
	if err != nil {
		return err
	}
	run := sarif.NewRunWithInformationURI("cutover", "https://github.com/cutoverdev/cutover")
	for _, f := range r.Findings {
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
	for _, text := range r.NotJudged {
		run.CreateResultForRule("not-judged").WithLevel("note").WithKind("open").WithMessage(sarif.NewTextMessage(text))
	}
	doc.AddRun(run)
	return doc.PrettyWrite(stdout)
}

// level is a severity in the words of SARIF.
func level(s schemas.Severity) string {
	return [...]string{schemas.Error: "error", schemas.Warning: "warning", schemas.Info: "note"}[s]
}
