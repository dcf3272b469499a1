package structure

import (
	_ "embed" // the table
	"strconv"
	"strings"
)

//go:embed table.txt
var table string

// block is what is known of a type.
type block struct {
	letter string
	rules  string // with tabs between
	fields string // each in a line of its own, behind a tab
	said   []word // the rules, taken apart
}

// word is a rule of a block.
type word struct{ key, value string }

// kindAt is the place of the block of a kind, "" if it is not known, and whether a CRD
// defines it.
func kindAt(apiVersion, kind string) (ref string, custom bool) {
	head := table[:start()]
	at := strings.Index(head, "\t"+apiVersion+" "+kind+"\t")
	if at < 0 {
		return "", false
	}
	_, line, _ := strings.Cut(head[at+1:], "\t")
	line, _, _ = strings.Cut(line, "\n")
	ref, mark, _ := strings.Cut(line, "\t")
	return ref, mark == "crd"
}

// start is where the blocks begin.
func start() int {
	first, _, _ := strings.Cut(table, "\n")
	begin, err := strconv.Atoi(first)
	if err != nil || begin > len(table) {
		return len(table)
	}
	return begin
}

// read is the block at a place, or of a letter alone.
func read(ref string) block {
	offset, err := strconv.Atoi(ref)
	if err != nil {
		return block{letter: ref}
	}
	text := table[start()+offset:]
	text, _, _ = strings.Cut(text, "\n\n")
	head, fields, _ := strings.Cut(text, "\n")
	b := block{fields: fields}
	b.letter, b.rules, _ = strings.Cut(head, "\t")
	for rest := b.rules; rest != ""; {
		var w word
		w.key, rest, _ = strings.Cut(rest, "\t")
		w.key, w.value, _ = strings.Cut(w.key, "=")
		b.said = append(b.said, w)
	}
	return b
}

// blocks are those that have been read, by their places.
type blocks map[string]block

// read is read, once for each place.
func (all blocks) read(ref string) block {
	b, known := all[ref]
	if !known {
		b = read(ref)
		all[ref] = b
	}
	return b
}

// element is what a list or a mapping of one type holds: the last word of its rules.
func (b block) element() string { return b.rules[strings.LastIndex(b.rules, "\t")+1:] }

// field is a field of a mapping.
type field struct {
	name, ref string
	must      bool
	filled    string // what the server fills in, as JSON
}

// named is the field of a name.
func (b block) named(name string) (field, bool) {
	rest := b.fields
	for {
		i := strings.Index(rest, name)
		if i < 0 || name == "" {
			return field{}, false
		}
		end := i + len(name)
		if begins := i == 1 || i > 1 && rest[i-2] == '\n'; begins && rest[i-1] == '\t' && end < len(rest) && rest[end] == '\t' {
			line, _, _ := strings.Cut(rest[i:], "\n")
			return parseField(line), true
		}
		rest = rest[end:]
		if rest != "" && rest[0] != '\n' {
			_, after, ok := strings.Cut(rest, "\n")
			if !ok {
				return field{}, false
			}
			rest = "\n" + after
		}
	}
}

// marked calls yield with every field that has a mark.
func (b block) marked(mark string) func(yield func(field) bool) {
	return func(yield func(field) bool) {
		rest := b.fields
		for {
			i := strings.Index(rest, mark)
			if i < 0 {
				return
			}
			begin := strings.LastIndexByte(rest[:i], '\n') + 1
			line, after, _ := strings.Cut(rest[begin:], "\n")
			if !yield(parseField(strings.TrimPrefix(line, "\t"))) {
				return
			}
			rest = after
		}
	}
}

// each calls yield with every field.
func (b block) each(yield func(field) bool) {
	for line := range strings.Lines(b.fields) {
		if !yield(parseField(strings.Trim(line, "\t\n"))) {
			return
		}
	}
}

func parseField(line string) field {
	name, rest, _ := strings.Cut(line, "\t")
	ref, mark, _ := strings.Cut(rest, "\t")
	filled, _ := strings.CutPrefix(mark, "=")
	if mark == "!" {
		filled = ""
	}
	return field{name, ref, mark == "!", filled}
}

// words calls yield with every rule of a block.
func (b block) words(yield func(key, value string) bool) {
	for _, w := range b.said {
		if !yield(w.key, w.value) {
			return
		}
	}
}

// open reports whether fields may stand there that are not listed.
func (b block) open() bool {
	for key := range b.words {
		if key == "+" {
			return true
		}
	}
	return false
}
