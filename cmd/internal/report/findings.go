// Package report prints what a command has found.
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

// Findings prints errors and warnings. It returns [ErrFindings] if one of them is
// an error.
func Findings(w io.Writer, found []schemas.Finding) error {
	for _, f := range found {
		if f.Severity != schemas.Info {
			fmt.Fprintln(w, f)
		}
	}
	if schemas.Failed(found) {
		return ErrFindings
	}
	return nil
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
