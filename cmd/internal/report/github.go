package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/cutoverdev/cutover/schemas"
)

// github prints workflow commands, which annotate the lines of a pull request
// (https://docs.github.com/actions/reference/workflow-commands-for-github-actions).
func (r Report) github(stdout, _ io.Writer) error {
	value := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	for _, f := range r.Findings {
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
	for _, text := range r.NotJudged {
		if _, err := fmt.Fprintf(stdout, "::notice title=not judged::%s\n", value.Replace(text)); err != nil {
			return err
		}
	}
	return nil
}
