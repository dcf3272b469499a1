package schemas

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Nearest is the legal word that is most like the one written, or "" if none
// is near enough to be meant.
func Nearest(word string, legal []string) string {
	if len(word) > 64 {
		return ""
	}
	best, bestDistance := "", 1+len(word)/3
	for _, l := range legal {
		distance := levenshtein.ComputeDistance(strings.ToLower(word), strings.ToLower(l))
		if distance <= bestDistance && (best == "" || distance < bestDistance) {
			best, bestDistance = l, distance
		}
	}
	return best
}

// ProviderHint says what to write in place of a word that names no provider: one
// of all, and which of them it may stand for.
func ProviderHint(word string, all []Provider) string {
	var names []string
	for _, p := range all {
		names = append(names, p.Name)
	}
	hint := "one of " + strings.Join(names, ", ")
	meant := alsoCalled(word, all)
	if near := Nearest(word, names); len(meant) == 0 && near != "" {
		meant = []string{near}
	}
	if len(meant) == 0 {
		return hint
	}
	return hint + "; did you mean " + strings.Join(meant, " or ") + "?"
}

// alsoCalled are the providers that a word may stand for, which is the name of none.
func alsoCalled(word string, all []Provider) []string {
	var meant []string
	for _, p := range all {
		if slices.Contains(p.Also, strings.ToLower(word)) {
			meant = append(meant, fmt.Sprintf("%s (%s)", p.Name, p.Title))
		}
	}
	return meant
}

// pathOf finds the place in the Release where a key of that name belongs: the
// parent's path, or "" if there is no such key.
func pathOf(key string) string {
	path := ""
	walkFields(reflect.TypeFor[Release](), "", func(at string, f field, _ reflect.Type) {
		if f.name == key && path == "" {
			path = strings.TrimSuffix(strings.TrimSuffix(at, key), ".")
		}
	})
	return path
}

// walkFields visits every field that can be written below a struct type, in
// source order, with its path; [] stands for the elements of a list.
func walkFields(t reflect.Type, at string, visit func(at string, f field, t reflect.Type)) {
	for _, f := range tags(t) {
		if f.name == "" {
			continue
		}
		ft := t.FieldByIndex(f.index).Type
		path := join(at, f.name)
		visit(path, f, ft)
		for ft.Kind() == reflect.Pointer || ft.Kind() == reflect.Slice {
			if ft.Kind() == reflect.Slice {
				path += "[]"
			}
			ft = ft.Elem()
		}
		if ft.Kind() == reflect.Struct && !reflect.PointerTo(ft).Implements(reflect.TypeFor[scalar]()) {
			walkFields(ft, path, visit)
		}
	}
}

// Provider is what the decoder must know of a router.
type Provider struct {
	Name    string
	Title   string   // what people call it: kubernetes/ingress-nginx
	Also    []string // what people write for it and may mean something else by
	Options any      // struct of its own options; nil if it has none
}
