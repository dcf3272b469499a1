package schemas

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
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

// Ref names the object that a finding is about.
type Ref struct{ APIVersion, Kind, Namespace, Name string }

// String is Kind/name, or Kind/namespace/name.
func (r Ref) String() string {
	if r.Namespace == "" {
		return r.Kind + "/" + r.Name
	}
	return r.Kind + "/" + r.Namespace + "/" + r.Name
}

// Finding is one problem in one place. Parts that are not known are left
// zero and are not printed.
type Finding struct {
	File     string // slash-separated, as the user named it
	Line     int    // from 1
	Col      int    // from 1
	Object   Ref
	Path     string // field path in the document: spec.strategy.steps[2]
	Current  string // the scalar that stands there
	Proposed string // the nearest legal one
	Message  string // lower case, begins with the offending value
	ID       string // stable; has a page in [Pages]
	Hint     string // what to write instead
	Severity
	Story    *Story // how requests are dropped, if that is what it is about
	Accepted bool   // on purpose, by an annotation or a flag
	Expected bool   // accepted by an annotation that the generator writes, and no person
}

// Story is how an edge drops requests.
type Story struct {
	Request string   `json:"request"`           // one of those that are dropped
	Share   float64  `json:"share"`             // percent of these requests
	Outcome string   `json:"outcome,omitempty"` // what the client gets
	Applied []string `json:"applied,omitempty"` // objects that stand as they will be
	Waiting []string `json:"waiting,omitempty"` // objects that stand as they were
}

// When says which mix of old and new objects it happens in.
func (s Story) When() string {
	switch {
	case len(s.Applied)+len(s.Waiting) == 0:
		return ""
	case len(s.Waiting) == 0:
		return " once " + And(s.Applied) + are(s.Applied) + "applied"
	case len(s.Applied) == 0:
		return " until " + And(s.Waiting) + are(s.Waiting) + "applied"
	}
	return " if " + And(s.Applied) + are(s.Applied) + "applied before " + And(s.Waiting)
}

func are(words []string) string {
	if len(words) == 1 {
		return " is "
	}
	return " are "
}

// And joins words as people do: a, b and c.
func And(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// String formats a finding as file:line:col: path: message [id], with the
// hint on a line of its own.
func (f Finding) String() string {
	var b strings.Builder
	for _, part := range []string{f.place(), f.word(), f.subject()} {
		if part != "" {
			b.WriteString(part + ": ")
		}
	}
	b.WriteString(f.Message)
	if f.ID != "" {
		fmt.Fprintf(&b, " [%s]", f.ID)
	}
	if hint := f.Advice(); hint != "" {
		b.WriteString("\n\thint: " + hint)
	}
	return b.String()
}

// Advice says what to write instead, "" if nobody knows.
func (f Finding) Advice() string {
	if f.Proposed != "" {
		return "did you mean " + f.Proposed + "?"
	}
	return f.Hint
}

// subject is what the finding is about. A Release whose file and line are known
// needs no name, nor does an object that the message, or what follows the name of an
// edge in it, begins with.
func (f Finding) subject() string {
	known := f.Object.Kind == KindRelease && f.Line > 0
	ref := f.Object.String() + " "
	named := strings.HasPrefix(f.Message, ref) || strings.Contains(f.Message, ": "+ref)
	if f.Object == (Ref{}) || known || named {
		return f.Path
	}
	return strings.TrimSpace(f.Object.String() + " " + f.Path)
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

// Unreadable is the id of what could not be read: it ends a command with 2.
const Unreadable = "unreadable"

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
	seen := map[Finding]bool{}
	return slices.DeleteFunc(findings, func(f Finding) bool {
		again := seen[f]
		seen[f] = true
		return again
	})
}

// Document is one YAML document of a stream. Its Node is shared and must not
// be changed.
type Document struct {
	File  string
	Index int        // position in the file, from 0
	Line  int        // line of the file at which Raw begins, from 1
	Raw   []byte     // the text as written, comments included, separators not
	Node  *yaml.Node // the root value; aliases and merge keys are expanded
}
