package structure

import (
	"slices"
	"strings"
)

// Kinds are the kinds that the table knows, as apiVersion and kind with a space between,
// in order.
func Kinds() []string {
	var all []string
	for line := range strings.Lines(table[:start()]) {
		if name, ok := strings.CutPrefix(line, "\t"); ok {
			name, _, _ = strings.Cut(name, "\t")
			all = append(all, name)
		}
	}
	return all
}

// Paths are the fields of a kind that hold no others, but for metadata and status: []
// stands for the items of a list, * for a key that is the user's. A type that stands
// within itself is not entered again.
func Paths(apiVersion, kind string) [][]string {
	ref, _ := kindAt(apiVersion, kind)
	if ref == "" {
		return nil
	}
	var all [][]string
	for f := range read(ref).each {
		if !slices.Contains([]string{"apiVersion", "kind", "metadata", "status"}, f.name) {
			below(&all, []string{f.name}, f.ref, []string{ref})
		}
	}
	return all
}

// below adds the paths at a place and further down. inside are the blocks that it is in.
func below(all *[][]string, path []string, ref string, inside []string) {
	if slices.Contains(inside, ref) {
		return
	}
	b := read(ref)
	inside = append(slices.Clip(inside), ref)
	switch {
	case b.letter == "a":
		below(all, append(slices.Clip(path), "[]"), b.element(), inside)
	case b.letter == "m":
		below(all, append(slices.Clip(path), "*"), b.element(), inside)
	case b.letter == "o" && b.fields != "":
		for f := range b.each {
			below(all, append(slices.Clip(path), f.name), f.ref, inside)
		}
	default:
		*all = append(*all, path)
	}
}
