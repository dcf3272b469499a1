package schemas

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// JSONSchema is the JSON Schema (draft 2020-12) of Releases and ReleaseSets,
// with the options of each provider, from the same tags as the decoder.
func JSONSchema(providers []Provider) []byte {
	g := generator{providers: providers, defs: map[string]any{}}
	g.ref(reflect.TypeFor[Release]())
	set := map[string]any{
		"type":                 "object",
		"additionalProperties": false,
		"required":             []string{"apiVersion", "kind", "items"},
		"properties": map[string]any{
			"apiVersion": map[string]any{"const": APIVersion},
			"kind":       map[string]any{"const": KindReleaseSet},
			"metadata":   map[string]any{"type": "object"},
			"items":      map[string]any{"type": "array", "items": map[string]any{"$ref": "#/$defs/Release"}},
		},
	}
	g.defs[KindReleaseSet] = set
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"title":   "cutover Release " + APIVersion,
		"$defs":   g.defs,
		"if":      map[string]any{"properties": map[string]any{"kind": map[string]any{"const": KindReleaseSet}}, "required": []string{"kind"}},
		"then":    map[string]any{"$ref": "#/$defs/ReleaseSet"},
		"else":    map[string]any{"$ref": "#/$defs/Release"},
	})
	if err != nil {
		panic(err) // maps of text always encode
	}
	return b.Bytes()
}

// generator turns types into schemas.
type generator struct {
	providers []Provider
	defs      map[string]any // nil: everything in its place, for OpenAPI v3
}

// OpenAPI is the schema of a Release as OpenAPI v3, which knows no references
// and no conditions: the options of providers are not described.
func OpenAPI(providers []Provider) map[string]any {
	return generator{providers: providers}.object(reflect.TypeFor[Release]())
}

// ref is the schema of a struct type, which is defined once.
func (g generator) ref(t reflect.Type) map[string]any {
	if g.defs == nil {
		return g.object(t)
	}
	if _, ok := g.defs[t.Name()]; !ok {
		g.defs[t.Name()] = nil // on the way
		g.defs[t.Name()] = g.object(t)
	}
	return map[string]any{"$ref": "#/$defs/" + t.Name()}
}

// value is the schema of a field.
func (g generator) value(t reflect.Type, f field) map[string]any {
	s := g.bare(t, f)
	if f.doc != "" {
		s["description"] = f.doc
	}
	return s
}

func (g generator) bare(t reflect.Type, f field) map[string]any {
	if t == reflect.TypeFor[*yaml.Node]() {
		return map[string]any{"type": "object"}
	}
	if s, ok := reflect.New(t).Interface().(scalar); ok {
		return s.schema()
	}
	switch t.Kind() {
	case reflect.Pointer:
		return g.bare(t.Elem(), f)
	case reflect.Slice:
		return g.list(t.Elem(), f)
	case reflect.Struct:
		return g.ref(t)
	case reflect.Interface: // options: see conditions
		return map[string]any{"type": "object"}
	}
	s := map[string]any{"type": map[reflect.Kind]string{reflect.String: "string", reflect.Int: "integer", reflect.Bool: "boolean"}[t.Kind()]}
	if len(f.enum) > 0 {
		s["enum"] = f.enum
	}
	if ft, ok := f.format(); ok {
		for k, v := range ft.schema {
			s[k] = v
		}
	}
	if f.has("provider") {
		var names []string
		for _, p := range g.providers {
			names = append(names, p.Name)
		}
		s["enum"] = names
	}
	if f.def != "" {
		s["default"] = f.def
		if n, err := strconv.Atoi(f.def); err == nil && t.Kind() == reflect.Int {
			s["default"] = n
		}
	}
	return s
}

// list is a list of values, one alone, or a mapping where the values have a key.
func (g generator) list(elem reflect.Type, f field) map[string]any {
	if elem.Kind() == reflect.Struct && slices.ContainsFunc(tags(elem), func(f field) bool { return f.has("key") }) {
		return map[string]any{"type": "object", "additionalProperties": g.ref(elem)}
	}
	f.doc = ""
	item := g.value(elem, f)
	return map[string]any{"anyOf": []any{map[string]any{"type": "array", "items": item}, item}}
}

// object is a struct as a mapping, or as its shorthand.
func (g generator) object(t reflect.Type) map[string]any {
	properties := map[string]any{}
	var required []string
	var oneOf []any
	var short map[string]any
	for _, f := range tags(t) {
		ft := t.FieldByIndex(f.index).Type
		if f.has("short") {
			short = g.value(ft, f)
		}
		if f.name == "" {
			continue
		}
		properties[f.name] = g.value(ft, f)
		if f.has("required") {
			required = append(required, f.name)
		}
		if f.has("oneof") {
			oneOf = append(oneOf, map[string]any{"required": []string{f.name}})
		}
	}
	if len(properties) == 0 {
		return short
	}
	s := map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
	if required != nil {
		s["required"] = required
	}
	if oneOf != nil {
		s["oneOf"] = oneOf
	}
	if t == reflect.TypeFor[Traffic]() && g.defs != nil {
		s["allOf"] = g.conditions()
	}
	if short != nil {
		return map[string]any{"anyOf": []any{short, s}}
	}
	return s
}

// conditions tie the options to the provider.
func (g generator) conditions() []any {
	var all []any
	for _, p := range g.providers {
		options := map[string]any{"type": "object", "maxProperties": 0}
		if p.Options != nil {
			options = g.object(reflect.TypeOf(p.Options))
		}
		all = append(all, map[string]any{
			"if":   map[string]any{"properties": map[string]any{"provider": map[string]any{"const": p.Name}}},
			"then": map[string]any{"properties": map[string]any{"options": options}},
		})
	}
	return all
}
