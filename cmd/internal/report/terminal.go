package report

import (
	"fmt"
	"io"
	"os"
	"strings"
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

// Colour is how a line or a word stands out on a terminal; "" does not.
type Colour string

// Colours, as terminals know them.
const (
	Bold   Colour = "1"
	Red    Colour = "31"
	Green  Colour = "32"
	Yellow Colour = "33"
	Cyan   Colour = "36"
)

// on is a text in a colour.
func (c Colour) on(text string) string {
	if c == "" || text == "" {
		return text
	}
	return "\x1b[" + string(c) + "m" + text + "\x1b[0m"
}

// coloured reports whether what is written may have colours: it appears on a terminal
// that has them, and nobody forbids them (https://no-color.org).
func coloured(w io.Writer) bool {
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && IsTerminal(w)
}

// Lines writes a text. On a terminal each line has the colour that of gives it, which
// counts lines from 0; elsewhere the text is written as it is.
func Lines(w io.Writer, text string, of func(n int, line string) Colour) error {
	if !coloured(w) {
		_, err := io.WriteString(w, text)
		return err
	}
	n := 0
	for line := range strings.Lines(text) {
		bare, ended := strings.CutSuffix(line, "\n")
		line = of(n, bare).on(bare)
		if ended {
			line += "\n"
		}
		if _, err := fmt.Fprint(w, line); err != nil {
			return err
		}
		n++
	}
	return nil
}

// Head makes the first line of a table stand out.
func Head(n int, _ string) Colour {
	if n == 0 {
		return Bold
	}
	return ""
}
