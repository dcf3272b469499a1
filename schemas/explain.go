package schemas

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Explain describes the field at a path, as spec.strategy.steps, and the
// fields below it; the empty path is the Release. The options of a provider
// are below spec.traffic.options.<provider>; those of a ReleaseSet are below ReleaseSet.
func Explain(path string, providers []Provider) (string, bool) {
	if path == "" {
		return "Release " + APIVersion + "\n\n" + fieldList(reflect.TypeFor[Release]()), true
	}
	if path == KindReleaseSet {
		return "ReleaseSet " + APIVersion + "\n\n" + fieldList(reflect.TypeFor[releaseSet]()), true
	}
	if name, ok := strings.CutPrefix(path, optionsPath+"."); ok {
		i := slices.IndexFunc(providers, func(p Provider) bool { return p.Name == name && p.Options != nil })
		if i < 0 {
			return "", false
		}
		return path + "\n\n" + fieldList(reflect.TypeOf(providers[i].Options)), true
	}
	text, found := "", false
	for _, f := range tags(reflect.TypeFor[releaseSet]()) {
		if f.name == path && path == Together {
			return explainOne(path, f, reflect.TypeFor[bool](), providers), true
		}
	}
	walkFields(reflect.TypeFor[Release](), "", func(at string, f field, t reflect.Type) {
		if strings.ReplaceAll(at, "[]", "") == path && !found {
			text, found = explainOne(path, f, t, providers), true
		}
	})
	return text, found
}

// FieldPaths are the paths that [Explain] knows, in the order of the Release.
func FieldPaths(providers []Provider) []string {
	paths := []string{KindReleaseSet, Together}
	walkFields(reflect.TypeFor[Release](), "", func(at string, _ field, _ reflect.Type) {
		paths = append(paths, strings.ReplaceAll(at, "[]", ""))
	})
	for _, p := range providers {
		if p.Options != nil {
			paths = append(paths, optionsPath+"."+p.Name)
		}
	}
	return paths
}

// ExplainHint is the field or id that is most like a word that is neither, or the
// field of that name; "" if none is near enough to be meant.
func ExplainHint(word string, providers []Provider) string {
	paths := FieldPaths(providers)
	if i := slices.IndexFunc(paths, func(p string) bool { return strings.HasSuffix(p, "."+word) }); i >= 0 {
		return paths[i]
	}
	for _, p := range Pages() {
		paths = append(paths, p.ID)
	}
	return Nearest(word, paths)
}

const optionsPath = "spec.traffic.options"

func explainOne(path string, f field, t reflect.Type, providers []Provider) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n\n%s\n", path, typeName(t), f.doc)
	for _, line := range []struct{ name, value string }{
		{"one of", strings.Join(f.enum, ", ")}, {"default", f.def}, {"format", formatHint(f)},
	} {
		if line.value != "" {
			fmt.Fprintf(&b, "%s: %s\n", line.name, line.value)
		}
	}
	if f.has("required") {
		b.WriteString("required\n")
	}
	if f.has("options") {
		for _, p := range providers {
			if p.Options != nil {
				fmt.Fprintf(&b, "  %s.%s\n", path, p.Name)
			}
		}
	}
	if e, ok := structBelow(t); ok {
		b.WriteString("\n" + fieldList(e))
	}
	return b.String()
}

func formatHint(f field) string {
	ft, _ := f.format()
	return ft.hint
}

// structBelow is the struct type behind pointers and lists, if there is one.
func structBelow(t reflect.Type) (reflect.Type, bool) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	isScalar := reflect.PointerTo(t).Implements(reflect.TypeFor[scalar]())
	return t, t.Kind() == reflect.Struct && !isScalar && len(tags(t)) > 0
}

// Bounds of a list of fields: what is longer stands in lines of its own.
const (
	listWidth = 100 // of a line
	leastName = 12  // of the column of names
)

// fieldList says of every field of a struct its name, its type and what it is for, in
// columns.
func fieldList(t reflect.Type) string {
	var rows [][3]string
	name, kind := leastName, len("true/false")
	for _, f := range tags(t) {
		row := [3]string{f.name, typeName(t.FieldByIndex(f.index).Type), f.doc}
		switch {
		case f.has("key"):
			row = [3]string{"<name>", "key", "of an entry in the mapping"}
		case f.name == "":
			row[2] = cmp.Or(f.doc, "the value")
		}
		name, kind = max(name, len(row[0])), max(kind, len(row[1]))
		rows = append(rows, row)
	}
	var b strings.Builder
	indent := len("  ") + name + len(" ") + kind + len(" ")
	for _, row := range rows {
		text := strings.ReplaceAll(Wrap(row[2], listWidth-indent), "\n", "\n"+strings.Repeat(" ", indent))
		fmt.Fprintf(&b, "  %-*s %-*s %s\n", name, row[0], kind, row[1], text)
	}
	return b.String()
}

// Wrap breaks a text into lines of a width, between words.
func Wrap(text string, width int) string {
	var b strings.Builder
	at := 0
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
		case at+1+len(word) > width:
			b.WriteString("\n")
			at = 0
		default:
			b.WriteString(" ")
			at++
		}
		b.WriteString(word)
		at += len(word)
	}
	return b.String()
}

// typeName is a type in the words of a manifest.
func typeName(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[Duration]():
		return "time"
	case reflect.TypeFor[Number]():
		return "bound"
	case reflect.TypeFor[Count]():
		return "count or %"
	case reflect.TypeFor[Port]():
		return "port"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return typeName(t.Elem())
	case reflect.Slice:
		if e, ok := structBelow(t); ok && slices.ContainsFunc(tags(e), func(f field) bool { return f.has("key") }) {
			return "mapping"
		}
		return "list"
	case reflect.String:
		return "text"
	case reflect.Int:
		return "number"
	case reflect.Bool:
		return "true/false"
	}
	return "mapping"
}
