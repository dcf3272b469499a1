package account

import (
	"strings"
)

// Pseudo paths of a whole object that comes or goes.
const (
	made = "+"
	gone = "-"
)

// line says who answers for some paths. A path has dots between its keys, and []
// for the items of a list; * is any key, and ** at the end is all that is below,
// and the place itself. One of judged, harmless and left is given.
type line struct {
	paths    string // several have spaces between them; + is an object that is made, - one that goes
	judged   string // ids of rules that look at it, with spaces between them
	harmless string // why it takes requests from nobody
	left     string // what it is, if nobody judges it

	absent string                       // what the field means that is not there: written out it is the same
	when   func(Difference, Facts) bool // else the line is passed over; nil: always
}

// kind is a kind of object and its lines, the first that fits first.
type kind struct {
	group string
	kinds string // with spaces between them
	lines []line
}

// listed stands among rules for those that have no id: they look at a path and list
// what they cannot judge.
const listed = "listed"

// word reports whether a text with spaces has a word.
func word(text, one string) bool {
	for len(text) > 0 {
		first, rest, _ := strings.Cut(text, " ")
		if first == one {
			return true
		}
		text = rest
	}
	return false
}

// claim is what a line says of a difference that it fits.
func (l line) claim(d Difference) Claim {
	c := Claim{Path: d.Path, Harmless: l.harmless, Left: l.left}
	switch {
	case l.absent != "" && meaning(d.Was == nil, d.Text(false), l.absent) == meaning(d.Is == nil, d.Text(true), l.absent):
		c.Harmless = "written out or left out, its default is the same"
	case l.judged != "":
		c.Judged = strings.Fields(l.judged)
	}
	return c
}

func meaning(missing bool, text, absent string) string {
	if missing {
		return absent
	}
	return text
}

// fits reports whether one of a line's paths is a path.
func (l line) fits(path []string) bool {
	for pattern := range strings.SplitSeq(l.paths, " ") {
		if fits(pattern, path) {
			return true
		}
	}
	return false
}

func fits(pattern string, path []string) bool {
	if len(path) == 3 && path[0] == "metadata" && pattern != "**" { // keys there have dots in them
		key, ok := strings.CutPrefix(pattern, path[0]+"."+path[1]+".")
		return ok && (key == path[2] || key == "*")
	}
	for {
		key, rest := next(pattern)
		switch {
		case key == "**":
			return true
		case len(path) == 0:
			return key == ""
		case key != path[0] && (key != "*" || path[0] == item):
			return false
		}
		path, pattern = path[1:], rest
	}
}

// next takes a pattern apart: its first key, and the rest. spec.ports[].name has
// four.
func next(pattern string) (key, rest string) {
	if after, ok := strings.CutPrefix(pattern, item); ok {
		return item, strings.TrimPrefix(after, ".")
	}
	end := strings.IndexAny(pattern, ".[")
	if end < 0 {
		return pattern, ""
	}
	if pattern[end] == '.' {
		return pattern[:end], pattern[end+1:]
	}
	return pattern[:end], pattern[end:]
}
