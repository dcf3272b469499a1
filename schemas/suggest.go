package schemas

import (
	"reflect"
	"strings"

	"github.com/agnivade/levenshtein"
)

// nearest is the legal word that is most like the one written, or "" if none
// is near enough to be meant.
func nearest(word string, legal []string) string {
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
