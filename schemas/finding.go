package schemas

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Severity says what a finding means for the exit code.
type Severity int

// Error makes a command fail; Warning and Info do not.
const (
	Error Severity = iota
	Warning
	Info
)

// String is the severity's word in reports.
func (s Severity) String() string { return [...]string{"error", "warning", "info"}[s] }

// Finding is one problem in one place. Parts that are not known are left
// zero and are not printed.
type Finding struct {
	File    string // slash-separated, as the user named it
	Line    int    // from 1
	Col     int    // from 1
	Path    string // field path in the document: spec.strategy.steps[2]
	Object  string // Kind/name of the object, where the document is not a Release
	Message string // lower case, begins with the offending value
	ID      string // stable; has a page in [Pages]
	Hint    string // what to write instead
	Severity
}

// String formats a finding as file:line:col: path: message [id], with the
// hint on a line of its own.
func (f Finding) String() string {
	var b strings.Builder
	for _, part := range []string{f.place(), f.word(), strings.TrimSpace(f.Object + " " + f.Path)} {
		if part != "" {
			b.WriteString(part + ": ")
		}
	}
	b.WriteString(f.Message)
	if f.ID != "" {
		fmt.Fprintf(&b, " [%s]", f.ID)
	}
	if f.Hint != "" {
		b.WriteString("\n\thint: " + f.Hint)
	}
	return b.String()
}

// place is file:line:col as far as it is known.
func (f Finding) place() string {
	switch {
	case f.Line == 0:
		return f.File
	case f.Col == 0:
		return fmt.Sprintf("%s:%d", f.File, f.Line)
	}
	return fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Col)
}

// word names the severity; an error needs no word.
func (f Finding) word() string {
	if f.Severity == Error {
		return ""
	}
	return f.Severity.String()
}

// Failed reports whether any finding is an error.
func Failed(findings []Finding) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return f.Severity == Error })
}

// Sort orders findings by file and place and drops exact repetitions.
func Sort(findings []Finding) []Finding {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Col, b.Col),
		)
	})
	return slices.Compact(findings)
}
