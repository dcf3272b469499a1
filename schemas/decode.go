package schemas

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// value decodes n into v, which at names, under the rules of f. A *yaml.Node
// takes any mapping as it is.
func (d *decoder) value(n *yaml.Node, v reflect.Value, at string, f field) {
	if v.Type() == reflect.TypeFor[*yaml.Node]() {
		if n.Kind != yaml.MappingNode {
			d.add(n, at, "type", "this is "+kindName(n)+" and must be a mapping", "")
		}
		v.Set(reflect.ValueOf(n))
		return
	}
	if s, ok := v.Addr().Interface().(scalar); ok {
		d.word(n, at, s, f)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), at, f)
	case reflect.Struct:
		d.mapping(n, v, at)
	case reflect.Slice:
		d.list(n, v, at, f)
	case reflect.String, reflect.Int, reflect.Bool:
		d.basic(n, v, at, f)
	default:
		panic(fmt.Sprintf("no rule decodes %s", v.Type()))
	}
}

// word decodes a scalar type with a syntax of its own.
func (d *decoder) word(n *yaml.Node, at string, s scalar, f field) {
	if n.Kind != yaml.ScalarNode {
		d.add(n, at, "type", "this is "+kindName(n)+" and must be one word", "")
		return
	}
	if err := s.parse(n.Value); err != nil {
		what, hint, _ := strings.Cut(err.Error(), "; ")
		d.add(n, at, "type", fmt.Sprintf("%s is %s", show(n), what), hint)
		return
	}
	if f.has("nonzero") && reflect.ValueOf(s).Elem().IsZero() {
		d.add(n, at, "type", fmt.Sprintf("%s is no limit", show(n)), "a time above 0; leave "+f.name+" out for no limit")
	}
}

// basic decodes a string, a whole number or a boolean.
func (d *decoder) basic(n *yaml.Node, v reflect.Value, at string, f field) {
	if n.Kind != yaml.ScalarNode {
		d.add(n, at, "type", "this is "+kindName(n)+" and must be "+wanted[v.Kind()], f.hint())
		return
	}
	if !assign(n, v) {
		hint := f.hint()
		if v.Kind() == reflect.String {
			hint = fmt.Sprintf("put it in quotes: %q", n.Value)
		}
		d.add(n, at, "type", fmt.Sprintf("%s is not %s", show(n), wanted[v.Kind()]), hint)
		return
	}
	if len(f.enum) > 0 && !slices.Contains(f.enum, n.Value) {
		d.suggest(n, at, "word", fmt.Sprintf("%s is not one of %s", show(n), strings.Join(f.enum, ", ")), "", f.enum)
	}
	if f.has("provider") {
		d.provider(n, at)
	}
	if ft, ok := f.format(); ok && !ft.ok(n.Value) {
		d.add(n, at, ft.id, fmt.Sprintf("%s is not %s", show(n), ft.not), ft.hint)
	}
}

var wanted = map[reflect.Kind]string{
	reflect.String: "text",
	reflect.Int:    "a whole number",
	reflect.Bool:   "true or false",
}

// assign sets v if the YAML type of n is that of v.
func assign(n *yaml.Node, v reflect.Value) bool {
	tag := n.ShortTag()
	switch v.Kind() {
	case reflect.String:
		if tag == "!!str" {
			v.SetString(n.Value)
			return true
		}
	case reflect.Int:
		i, err := strconv.ParseInt(n.Value, 10, 32)
		if tag == "!!int" && err == nil {
			v.SetInt(i)
			return true
		}
	case reflect.Bool:
		if tag == "!!bool" {
			v.SetBool(n.Value == "true")
			return true
		}
	}
	return false
}

// provider refuses a router that is not in the table.
func (d *decoder) provider(n *yaml.Node, at string) {
	var names []string
	for _, p := range d.providers {
		names = append(names, p.Name)
	}
	if slices.Contains(names, n.Value) {
		return
	}
	if meant := alsoCalled(n.Value, d.providers); len(meant) > 0 {
		d.add(n, at, "provider-unknown", show(n)+" is not a provider", "which one? "+strings.Join(meant, " or "))
		return
	}
	d.suggest(n, at, "provider-unknown", show(n)+" is not a provider", "one of "+strings.Join(names, ", "), names)
}

// list decodes a sequence; one value alone is a list of one, and a mapping is a
// list of structs that have a key.
func (d *decoder) list(n *yaml.Node, v reflect.Value, at string, f field) {
	elem := v.Type().Elem()
	if key, ok := d.keyed(elem); ok {
		d.entries(n, v, at, key)
		d.headers(n, at, f)
		return
	}
	if n.Kind != yaml.SequenceNode {
		item := reflect.New(elem).Elem()
		d.value(n, item, at+"[0]", f)
		v.Set(reflect.Append(v, item))
		return
	}
	for i, c := range n.Content {
		item := reflect.New(elem).Elem()
		d.value(c, item, fmt.Sprintf("%s[%d]", at, i), f)
		v.Set(reflect.Append(v, item))
	}
	d.once(n, v, at, f)
}

// keyed is the key field of a struct type whose lists are written as mappings.
func (d *decoder) keyed(t reflect.Type) (field, bool) {
	if t.Kind() != reflect.Struct {
		return field{}, false
	}
	fields := d.fields(t)
	i := slices.IndexFunc(fields, func(f field) bool { return f.has("key") })
	if i < 0 {
		return field{}, false
	}
	return fields[i], true
}

// entries decodes a mapping into a list of structs that have a key, in source order.
func (d *decoder) entries(n *yaml.Node, v reflect.Value, at string, key field) {
	if n.Kind != yaml.MappingNode {
		d.add(n, at, "type", "this is "+kindName(n)+" and must be a mapping", "")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		item := reflect.New(v.Type().Elem()).Elem()
		item.FieldByIndex(key.index).SetString(k.Value)
		d.value(n.Content[i+1], item, at+"."+k.Value, field{})
		v.Set(reflect.Append(v, item))
	}
}

// mapping decodes a struct.
func (d *decoder) mapping(n *yaml.Node, v reflect.Value, at string) {
	fields := d.fields(v.Type())
	if n.Kind != yaml.MappingNode || !slices.ContainsFunc(fields, func(f field) bool { return f.name != "" }) {
		d.shorthand(n, v, at, fields)
		return
	}
	given := d.given(n, v, at, fields)
	for _, f := range fields {
		if !given[f.name] {
			d.absent(n, v, at, f)
		}
	}
	d.oneOf(n, at, fields, given)
	d.options(n, v, at, fields)
}

// given decodes the keys that are there and says which they are.
func (d *decoder) given(n *yaml.Node, v reflect.Value, at string, fields []field) map[string]bool {
	given := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, c := n.Content[i], n.Content[i+1]
		f, ok := byName(fields, k.Value)
		if !ok {
			d.unknown(k, join(at, k.Value), v.Type(), fields)
			continue
		}
		if c.ShortTag() == "!!null" {
			continue
		}
		given[f.name] = true
		if !f.has("options") {
			d.value(c, v.FieldByIndex(f.index), join(at, f.name), f)
		}
	}
	return given
}

func byName(fields []field, name string) (field, bool) {
	i := slices.IndexFunc(fields, func(f field) bool { return f.name == name && name != "" })
	if i < 0 {
		return field{}, false
	}
	return fields[i], true
}

// unknown reports a key that is no field, and where it may have been meant.
func (d *decoder) unknown(k *yaml.Node, at string, t reflect.Type, fields []field) {
	var names []string
	for _, f := range fields {
		if f.name != "" {
			names = append(names, f.name)
		}
	}
	if t == reflect.TypeFor[Tracks]() {
		d.add(k, at, "track-name", fmt.Sprintf("%q is not a track", k.Value), "the tracks are blue and green: names of places, not of versions")
		return
	}
	hint := "one of " + strings.Join(names, ", ")
	if p := pathOf(k.Value); p != "" {
		hint = "it belongs under " + p
	}
	d.suggest(k, at, "field-unknown", fmt.Sprintf("%q is not a field here", k.Value), hint, names)
}

// absent gives a field its default, or reports that it must be there.
func (d *decoder) absent(n *yaml.Node, v reflect.Value, at string, f field) {
	fv := v.FieldByIndex(f.index)
	switch {
	case f.has("required") && f.name != "":
		d.add(n, join(at, f.name), "required", f.name+" is missing", f.doc)
	case f.def != "":
		d.value(&yaml.Node{Kind: yaml.ScalarNode, Value: f.def, Tag: defaultTag(fv)}, fv, join(at, f.name), field{})
	case fv.Kind() == reflect.Struct && !isScalar(fv):
		for _, sub := range d.fields(fv.Type()) {
			if !sub.has("required") {
				d.absent(n, fv, join(at, f.name), sub)
			}
		}
	}
}

func defaultTag(v reflect.Value) string {
	if v.Kind() == reflect.String {
		return "!!str"
	}
	return ""
}

func isScalar(v reflect.Value) bool {
	_, ok := v.Addr().Interface().(scalar)
	return ok
}

// shorthand decodes a scalar or a list that stands in the place of a mapping.
func (d *decoder) shorthand(n *yaml.Node, v reflect.Value, at string, fields []field) {
	i := slices.IndexFunc(fields, func(f field) bool { return f.has("short") })
	listed := i >= 0 && n.Kind == yaml.SequenceNode && v.FieldByIndex(fields[i].index).Kind() == reflect.Slice
	if i < 0 || n.Kind != yaml.ScalarNode && fields[i].name != "" && !listed {
		d.add(n, at, "type", "this is "+kindName(n)+" and must be a mapping", mappingHint(fields))
		return
	}
	d.value(n, v.FieldByIndex(fields[i].index), at, fields[i])
	for j, f := range fields {
		if j != i && !f.has("key") && !f.has("required") {
			d.absent(n, v, at, f)
		}
	}
}

func mappingHint(fields []field) string {
	var names []string
	for _, f := range fields {
		if f.name != "" {
			names = append(names, f.name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "with " + strings.Join(names, ", ")
}

// oneOf demands exactly one of the fields that are marked so.
func (d *decoder) oneOf(n *yaml.Node, at string, fields []field, given map[string]bool) {
	var names []string
	count := 0
	for _, f := range fields {
		if f.has("oneof") {
			names = append(names, f.name)
			if given[f.name] {
				count++
			}
		}
	}
	if len(names) == 0 || count == 1 {
		return
	}
	what := "none of " + strings.Join(names, ", ") + " is given"
	if count > 1 {
		what = strings.Join(names, " and ") + " exclude each other"
	}
	d.add(n, at, "one-of", what, "give exactly one of "+strings.Join(names, ", "))
}

// options decodes the provider's own options, now that the provider is known.
func (d *decoder) options(n *yaml.Node, v reflect.Value, at string, fields []field) {
	i := slices.IndexFunc(fields, func(f field) bool { return f.has("options") })
	if i < 0 {
		return
	}
	name := v.FieldByName("Provider").String()
	j := slices.IndexFunc(d.providers, func(p Provider) bool { return p.Name == name })
	if j < 0 {
		return // an unknown provider is one finding already
	}
	at = join(at, fields[i].name)
	given := lookup(n, fields[i].name)
	if d.providers[j].Options == nil {
		if given != nil && len(given.Content) > 0 {
			d.add(given.Content[0], at, "field-unknown", name+" has no options", "leave them out")
		}
		return
	}
	if given == nil || given.ShortTag() == "!!null" {
		given = &yaml.Node{Kind: yaml.MappingNode, Line: n.Line, Column: n.Column}
	}
	options := reflect.New(reflect.TypeOf(d.providers[j].Options))
	d.value(given, options.Elem(), at, field{})
	v.FieldByIndex(fields[i].index).Set(options.Elem())
}

// fields reads the tags of a struct type once.
func (d *decoder) fields(t reflect.Type) []field {
	fields, ok := d.types[t]
	if !ok {
		fields = tags(t)
		d.types[t] = fields
	}
	return fields
}
