package release

import (
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
)

// group is a set on its way: where its members stand, and what becomes of each.
type group struct {
	generators.Set
	parts []move
}

// group is the set that a verb is about, provided that its members stand together, each as
// it would be rendered. Each of its parts stays where it is, for now.
func (co checkout) group(verb string) (group, []schemas.Finding) {
	g := group{Set: generators.Set{Name: co.set}}
	for _, r := range co.members {
		m, found := co.on(r).standing(verb)
		if schemas.Failed(found) {
			return g, found
		}
		m.to, m.want = m.from, r
		g.Members, g.parts = append(g.Members, m.was), append(g.parts, m)
	}
	g.JointPlan = generators.Joined(g.Set)
	if f, apart := g.Apart(g.Now()); apart {
		return g, []schemas.Finding{f}
	}
	return g, nil
}

// begin goes to the first stage of a set some of whose members were made anew at stable.
// kept are the snapshots that they were made with, by member.
func (g group) begin(co checkout, made []generators.Release, returns []string) (move, []schemas.Finding) {
	next := generators.Set{Name: g.Name}
	begins := false
	for i, r := range made {
		if r.Release == nil {
			r = g.Members[i]
			if m := g.parts[i]; m.release.Release != nil {
				r = m.release // one that ends with this move
			}
		} else {
			begins = true
		}
		next.Members = append(next.Members, r)
	}
	if !begins {
		return move{}, nil
	}
	next = generators.Sets(next.Members)[0]
	from, _ := next.Stage("stable")
	to, _ := next.Stage(from.Next)
	for i, r := range made {
		if r.Release == nil {
			continue
		}
		m, found := co.on(co.members[i]).goes(g.parts[i], r, to.At[i])
		if schemas.Failed(found) {
			return m, found
		}
		if returns != nil {
			m.returns = returns[i]
		}
		m.hold, g.parts[i] = 0, m
	}
	at, _ := g.At()
	return g.move(co, at.Name, to.Name)
}

// promoted is where a member goes as its set goes to a stage; to stable without saying
// where from is the end.
func (g group) promoted(co checkout, i int, to stage.Joint) (found []schemas.Finding) {
	m := &g.parts[i]
	one := co.on(m.want)
	switch {
	case to.At == nil && schemas.Retired(m.from.Name):
		*m, found = one.closing(*m)
	case to.At == nil || to.At[i] == m.from.Name:
	case m.want.Adopting() && !slices.Contains(schemas.Adoption[:], to.At[i]):
		m.want = with(m.want, to.At[i])
		*m, found = one.ending(*m)
	default:
		m.to, _ = m.was.Stage(to.At[i])
		m.want = with(m.want, to.At[i])
		*m, found = one.pointer(*m)
	}
	return found
}

// ahead reports whether a set goes on to what counts on the jobs of where it stands.
func (g group) ahead(from, to stage.Joint) bool {
	place := func(s stage.Joint) int {
		return slices.IndexFunc(g.Stages, func(other stage.Joint) bool { return other.Name == s.Name })
	}
	return !from.Twin && !to.Twin && (to.At == nil || place(to) > place(from))
}

// named is what a place of the set is called.
func (g group) named(at []string) string {
	if s, ok := g.Where(at); ok {
		return s.Name
	}
	return strings.Join(slices.Compact(slices.Sorted(slices.Values(at))), " and ")
}

// move puts the parts together: one text of live/, one of the file of the Releases.
func (g group) move(co checkout, from, to string) (move, []schemas.Finding) {
	first := g.parts[0]
	m := move{
		verb: first.verb, want: first.want, release: first.release, was: first.was, set: g.Name, parts: g.parts,
		from: generators.Stage{Stage: stage.Stage{Name: from}}, to: generators.Stage{Stage: stage.Stage{Name: to}},
		changes: map[string][]byte{},
	}
	live := co.tree[overlay.LiveFile]
	for _, part := range g.parts {
		maps.Copy(m.changes, part.changes)
		if part.changes == nil {
			continue
		}
		pointed, ok := overlay.Point("", live, part.own, part.release, part.to)
		if !ok {
			return m, []schemas.Finding{co.staleFinding([]string{overlay.LiveFile})}
		}
		live = pointed
	}
	m.changes[overlay.LiveFile] = live
	var found []schemas.Finding
	m.line, found = co.rewritten(g.parts)
	return m, found
}

// rewritten is the file of the Releases with each as its part wants it. Where it is broken
// an abort gives up the pause, and writes no more than where each release stands.
func (co checkout) rewritten(parts []move) ([]byte, []schemas.Finding) {
	name := fileOf(co.release)
	text := co.texts[name]
	for i, r := range co.members {
		m := parts[i]
		if reflect.DeepEqual(m.want.Spec, r.Spec) {
			continue
		}
		edited, found := r.Edit(text, m.want, route.Decoding(co.In.Providers))
		if len(found) > 0 && m.verb == "abort" {
			want := *m.want
			want.Spec.Paused = r.Spec.Paused
			if edited, found = r.Edit(text, &want, route.Decoding(co.In.Providers)); len(found) > 0 {
				edited, found = restagedOf(text, r.Metadata.Name, m.from.Name, m.to.Name), co.Found
			}
			if edited != nil {
				found = nil
			}
		}
		if len(found) > 0 {
			return nil, found
		}
		text = edited
	}
	return text, nil
}

// These lines of a text name a release, or that say where one stands.
var (
	nameLine  = regexp.MustCompile(`(?m)^[ -]*metadata:(?:[ \t]*\{[^}\n]*?|[ \t]*\n(?:[ \t]+[a-z].*\n)*?[ \t]+)\bname:[ \t]*["']?([a-z0-9-]+)`)
	stageLine = regexp.MustCompile(`(?m)^[ \t]+stage: *["']?([a-z0-9-]+)["']? *(?:#.*)?$`)
)

// restagedOf is a text with another stage of one of its releases, nil if not one line
// alone says where it stands.
func restagedOf(text []byte, name, from, to string) []byte {
	names := nameLine.FindAllSubmatchIndex(text, -1)
	at := slices.IndexFunc(names, func(n []int) bool { return string(text[n[2]:n[3]]) == name })
	if at < 0 {
		return nil
	}
	end := len(text)
	if at+1 < len(names) {
		end = names[at+1][0]
	}
	begin := names[at][1]
	lines := stageLine.FindAllSubmatchIndex(text[begin:end], 2)
	if len(lines) != 1 || string(text[begin+lines[0][2]:begin+lines[0][3]]) != from {
		return nil
	}
	return slices.Concat(text[:begin+lines[0][2]], []byte(to), text[begin+lines[0][3]:])
}

// planThere is the plan by which a member came to where it stands; at stable it is the one
// made now, if one can be made.
func (co checkout) planThere(at string) (generators.Release, []schemas.Finding, error) {
	if at != "stable" {
		return co.lastPlan(at)
	}
	r, found := co.generate(with(co.release, at), nil)
	if schemas.Failed(found) || r.Release == nil {
		r = generators.Release{Release: co.release, Stages: []generators.Stage{{Stage: stage.Stage{Name: at, Main: co.release.Spec.Live}}}}
	}
	return r, nil, nil
}
