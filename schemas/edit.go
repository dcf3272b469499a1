package schemas

import (
	"bytes"
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Edit is the text of a Release's file with the Release changed to what is
// wanted: live, tracks, next, paused and stage, the fields that the life of a
// release writes. Everything else stays byte for byte: comments, order, quoting. What
// cannot be changed so is a finding.
func (r *Release) Edit(file []byte, want *Release, providers []Provider) ([]byte, []Finding) {
	fail := func(at, message string) ([]byte, []Finding) {
		return nil, []Finding{r.Find("edit", at, message, "change it by hand")}
	}
	out := file
	for _, c := range r.changes(want) {
		docs, found := Documents(r.file, out)
		i := slices.IndexFunc(docs, func(d Document) bool { return d.Index == r.doc })
		if len(found) > 0 || i < 0 {
			return fail(c.at, "the file has changed since the Release was read")
		}
		start := cap(out) - cap(docs[i].Raw) // Raw is a part of out
		edited, err := newText(docs[i].Raw).set(steps(join(r.at, c.at)), c.write)
		if err != nil {
			return fail(c.at, err.Error())
		}
		out = slices.Concat(out[:start], edited, out[start+len(docs[i].Raw):])
	}
	if !r.reads(out, want, providers) {
		return fail("spec", "the edited file would not be read as intended; anchors and merge keys may be in the way")
	}
	return out, nil
}

// reads reports whether a text says what is wanted, where r stands.
func (r *Release) reads(file []byte, want *Release, providers []Provider) bool {
	docs, found := Documents(r.file, file)
	i := slices.IndexFunc(docs, func(d Document) bool { return d.Index == r.doc })
	if len(found) > 0 || i < 0 {
		return false
	}
	releases, found := Parse(docs[i], providers)
	i = slices.IndexFunc(releases, func(o *Release) bool { return o.at == r.at })
	return !Failed(found) && i >= 0 && reflect.DeepEqual(releases[i].Spec, want.Spec)
}

// change is one field to write: nothing written takes it away.
type change struct {
	at    string
	write func(old string) string // given the value's own text, "" if there is none
}

// inQuotes writes a word in the quotes of the one it replaces.
func inQuotes(s string) func(string) string { return func(old string) string { return quoted(s, old) } }

// changes are the fields in which two Releases differ.
func (r *Release) changes(want *Release) []change {
	var all []change
	a, b := r.Spec, want.Spec
	if a.Live != b.Live {
		all = append(all, change{"spec.live", inQuotes(b.Live)})
	}
	for _, name := range TrackNames {
		all = append(all, r.trackChanges("spec.tracks."+name, a.Tracks.Get(name), b.Tracks.Get(name))...)
	}
	if !reflect.DeepEqual(a.Next, b.Next) && b.Next != nil {
		all = append(all, whole("spec.next", Track{Version: *b.Next}))
	}
	if !reflect.DeepEqual(a.Paused, b.Paused) {
		all = append(all, change{"spec.paused", func(string) string {
			if b.Paused == nil {
				return ""
			}
			return "{reason: " + quoted(b.Paused.Reason, "") + "}"
		}})
	}
	if a.Stage != b.Stage {
		all = append(all, change{"spec.stage", inQuotes(b.Stage)})
	}
	return all
}

// trackChanges keep what a track's entry has in common with the one that is
// wanted, unless one of the two is idle or the entry is but a word.
func (r *Release) trackChanges(at string, a, b Track) []change {
	if reflect.DeepEqual(a, b) {
		return nil
	}
	n := r.node
	for _, key := range steps(at) {
		n = child(n, key)
	}
	if a.Idle() || b.Idle() || n.Kind != yaml.MappingNode {
		return []change{whole(at, b)}
	}
	var all []change
	was, is := trackFields(a), trackFields(b)
	for i, f := range is {
		if was[i].text != f.text {
			all = append(all, change{at + "." + f.name, f.write})
		}
	}
	return all
}

// whole writes an entry in one piece: a word where an image is all there is and
// a word stood before, a word within its mapping where one stood so.
func whole(at string, t Track) change {
	return change{at, func(old string) string {
		var parts []string
		for _, f := range trackFields(t) {
			if f.text != "" {
				parts = append(parts, f.name+": "+f.write(""))
			}
		}
		if len(parts) == 1 && t.Image != "" && old != "" && old[0] != '{' && old != "~" && old != "null" && !strings.Contains(old, "\n") {
			return quoted(t.Image, old)
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}}
}

// trackField is a field of a track in flow style, "" if it is not given.
type trackField struct{ name, text string }

func (f trackField) write(old string) string {
	if f.name == "image" || f.name == "snapshot" || f.name == "namespace" || f.name == "cluster" {
		return quoted(f.text, old)
	}
	return f.text
}

// trackFields are the fields of a track, in the order they are written.
func trackFields(t Track) []trackField {
	var images []NamedText
	for _, i := range t.Images {
		images = append(images, NamedText{i.Container, i.Image})
	}
	var config []string
	for _, c := range t.Config {
		config = append(config, quoted(c.Name, "")+": "+flow(c.Data))
	}
	var args []string
	for _, a := range t.Args {
		args = append(args, cmp.Or(quoted(a, ""), `""`))
	}
	return []trackField{
		{"image", t.Image},
		{"images", flow(images)},
		{"namespace", t.Namespace},
		{"snapshot", t.Snapshot},
		{"env", flow(t.Env)},
		{"args", enclosed("[", args, "]")},
		{"config", enclosed("{", config, "}")},
		{"cluster", t.Cluster},
	}
}

// enclosed is a list or a mapping in one line, "" if it is empty.
func enclosed(open string, parts []string, end string) string {
	if len(parts) == 0 {
		return ""
	}
	return open + strings.Join(parts, ", ") + end
}

// flow is a mapping of words in one line, "" if it is empty.
func flow(list []NamedText) string {
	var parts []string
	for _, e := range list {
		parts = append(parts, quoted(e.Name, "")+": "+quoted(e.Value, ""))
	}
	return enclosed("{", parts, "}")
}

// quoted writes a word as the old one is quoted, or plainly where that says the
// same.
func quoted(s, old string) string {
	switch {
	case s == "":
		return ""
	case strings.HasPrefix(old, "'"):
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	case !strings.HasPrefix(old, `"`) && plain(s):
		return s
	}
	return doubleQuoted(s)
}

// doubleQuoted writes any text as YAML's double-quoted style has it.
func doubleQuoted(s string) string {
	var b bytes.Buffer
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < 0x20 || r == 0x7f || r == 0x85 || r == 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
