package report

import (
	"io"
	"os"
)

// IsTerminal reports whether what is written appears before somebody's eyes.
func IsTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
