package report

import (
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"

	"github.com/cutoverdev/cutover/schemas"
)

// shownInMarkdown is how many findings a comment on a pull request shows before it
// folds the others away: as many as a phone does.
const shownInMarkdown = 5

// markdown prints a report for a pull request.
func (r Report) markdown(stdout, _ io.Writer) error {
	_, err := io.WriteString(stdout, r.Markdown())
	return err
}

// Markdown is the report as GitHub's and GitLab's Markdown: the outcome first, then
// what drops requests, then what is not judged. It ends with a line feed.
func (r Report) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "**%s** · %s\n", r.Outcome(), EscapeMarkdown(r.about()))
	for _, e := range r.Effects {
		b.WriteString("\n" + e.markdown())
	}
	var lines []string
	for _, f := range r.Findings {
		if f.Severity != schemas.Info {
			lines = append(lines, findingMarkdown(f))
		}
	}
	for _, text := range r.NotJudged {
		lines = append(lines, "- not judged: "+EscapeMarkdown(text)+"\n")
	}
	if len(lines) == 0 {
		b.WriteString("\nNo request is dropped, provided " + assumption + ".\n")
		return b.String()
	}
	shown := lines[:min(len(lines), shownInMarkdown)]
	b.WriteString("\n" + strings.Join(shown, ""))
	if rest := lines[len(shown):]; len(rest) > 0 {
		b.WriteString(Folded(fmt.Sprintf("%d more", len(rest)), strings.Join(rest, "")))
	}
	return b.String()
}

// markdown shows the tracks before and after.
func (e Effect) markdown() string {
	title := e.From + " → " + e.To
	switch {
	case e.From == "":
		title = "new, at " + e.To
	case e.To == "":
		title = e.From + " → gone"
	case e.From == e.To:
		title = e.To
	}
	var lines strings.Builder
	for _, line := range e.Before {
		lines.WriteString("- " + line + "\n")
	}
	for _, line := range e.After {
		lines.WriteString("+ " + line + "\n")
	}
	name := path.Join(filepath.ToSlash(e.Folder), e.Release)
	return fmt.Sprintf("**%s**: %s\n\n", EscapeMarkdown(name), EscapeMarkdown(title)) + FenceMarkdown("diff", lines.String())
}

// findingMarkdown is one item of a list.
func findingMarkdown(f schemas.Finding) string {
	mark := "❌"
	if f.Severity == schemas.Warning {
		mark = "⚠️"
	}
	text := fmt.Sprintf("- %s `%s` %s\n", mark, f.ID, EscapeMarkdown(f.Message))
	if hint := f.Advice(); hint != "" {
		text += "  <br>_" + EscapeMarkdown(hint) + "_\n"
	}
	return text
}

// Folded is Markdown that shows its summary until a reader opens it.
func Folded(summary, body string) string {
	return "\n<details><summary>" + EscapeMarkdown(summary) + "</summary>\n\n" + body + "\n</details>\n"
}

// EscapeMarkdown keeps text from being read as Markdown, HTML, or a mention of a
// person: names of objects and hosts come from manifests that anybody may have
// written.
func EscapeMarkdown(text string) string {
	return markdownEscapes.Replace(text)
}

var markdownEscapes = strings.NewReplacer(
	"\\", "\\\\", "`", "\\`", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]", "#", "\\#", "|", "\\|", "~", "\\~", "!", "\\!",
	"<", "&lt;", ">", "&gt;", "&", "&amp;", "@", "&#64;", "\n", " ", "\r", " ",
)

// FenceMarkdown is text in a block of code of a language, whatever it holds.
func FenceMarkdown(language, text string) string {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence + language + "\n" + strings.TrimSuffix(text, "\n") + "\n" + fence + "\n"
}
