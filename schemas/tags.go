package schemas

import (
	"reflect"
	"slices"
	"strings"
)

// field is what the tags of a struct field say.
type field struct {
	name  string // key in YAML; empty: only the shorthand
	doc   string
	def   string
	enum  []string
	rules []string
	index []int // for reflect, through inlined structs
}

func (f field) has(rule string) bool { return slices.Contains(f.rules, rule) }

// format is the format rule of the field, if it has one.
func (f field) format() (format, bool) {
	for _, r := range f.rules {
		if ft, ok := formats[r]; ok {
			return ft, true
		}
	}
	return format{}, false
}

// hint says what may be written, if the tags do.
func (f field) hint() string {
	if len(f.enum) > 0 {
		return "one of " + strings.Join(f.enum, ", ")
	}
	ft, _ := f.format()
	return ft.hint
}

// tags reads the fields of a struct type, those of inlined structs included.
func tags(t reflect.Type) []field {
	var fields []field
	for sf := range fieldsOf(t) {
		f := field{
			name:  sf.Tag.Get("yaml"),
			doc:   sf.Tag.Get("doc"),
			def:   sf.Tag.Get("default"),
			enum:  words(sf.Tag.Get("enum"), "|"),
			rules: words(sf.Tag.Get("rule"), ","),
			index: sf.Index,
		}
		if !f.has("inline") {
			fields = append(fields, f)
			continue
		}
		for _, sub := range tags(sf.Type) {
			sub.index = append(slices.Clone(sf.Index), sub.index...)
			fields = append(fields, sub)
		}
	}
	return fields
}

func fieldsOf(t reflect.Type) func(yield func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range t.NumField() {
			if sf := t.Field(i); sf.IsExported() && !yield(sf) {
				return
			}
		}
	}
}

func words(s, sep string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, sep)
}
