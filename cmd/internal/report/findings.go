package report

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/cutoverdev/cutover/schemas"
)

// ErrFindings ends a command whose findings are printed already. Its exit code is 1.
var ErrFindings = errors.New("findings")

// ErrUnreadable ends a command that could not read something, which is printed
// already. Its exit code is 2.
var ErrUnreadable = errors.New("unreadable")

// Failed is how findings end a command: [ErrUnreadable], [ErrFindings], or nil if
// none of them is an error.
func Failed(found []schemas.Finding) error {
	unread := func(f schemas.Finding) bool { return f.ID == schemas.Unreadable && f.Severity == schemas.Error }
	switch {
	case slices.ContainsFunc(found, unread):
		return ErrUnreadable
	case schemas.Failed(found):
		return ErrFindings
	}
	return nil
}

// Findings prints errors and warnings. It returns [ErrFindings] if one of them is
// an error, and [ErrUnreadable] if something could not be read.
func Findings(w io.Writer, found []schemas.Finding) error {
	for _, f := range found {
		if f.Severity != schemas.Info {
			fmt.Fprintln(w, f)
		}
	}
	return Failed(found)
}

// Errors prints errors only. It returns [ErrFindings] if there is one.
func Errors(w io.Writer, found []schemas.Finding) error {
	return Findings(w, slices.DeleteFunc(slices.Clone(found), func(f schemas.Finding) bool { return f.Severity != schemas.Error }))
}

// Remarks prints what is merely worth knowing.
func Remarks(w io.Writer, found []schemas.Finding) {
	for _, f := range found {
		if f.Severity == schemas.Info {
			fmt.Fprintln(w, f)
		}
	}
}
