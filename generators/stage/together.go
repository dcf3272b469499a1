package stage

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/schemas"
)

// Member is a release of a set that moves together, with its plan.
type Member struct {
	Name string
	Plan []Stage
}

// Joint is a complete resting state of a set: where each of its members stands.
type Joint struct {
	Name  string
	At    []string // the stage of each member, in their order
	Next  string   // where promote goes; empty at the end
	Abort string   // where abort goes; empty where there is nothing to abort, or no more way back
	Twin  bool     // only aborts lead here
}

// JointPlan is the plan of a set.
type JointPlan struct {
	Members []Member
	Stages  []Joint
}

// Together joins the plans of releases that move as one. The stages of all are done in
// the order of their phases, shares of requests by how much they are; a member that has no
// such stage stays at the last one it has:
//
//	         cart, steps 5, 50   web, step 25   mail, blue/green by service
//	stable        stable            stable           stable
//	prepare       prepare           prepare          prepare
//	shift-5       shift-5           prepare          prepare
//	shift-25      shift-5           shift-25         prepare
//	shift-50      shift-50          shift-25         prepare
//	shift-100     shift-100         shift-100        prepare
//	settle        settle            settle           settle
//	retire        retire            retire           retire
//
// Each edge is one of every member that it moves, so that pods and requests of one never
// change together. An abort takes the requests from all candidates that have some; where
// none has, it is one stage back, and from what an abort has left it leads to stable.
func Together(members []Member) JointPlan {
	p := JointPlan{Members: members}
	p.Stages = p.forward()
	way := len(p.Stages)
	for i := range way - 1 {
		p.Stages[i].Next = p.Stages[i+1].Name
	}
	for i := 0; i < len(p.Stages); i++ { // what is added is looked at too
		p.back(i, way)
	}
	return p
}

// Where is the stage of a set whose members stand at these stages. ok is false where
// they stand apart.
func (p JointPlan) Where(at []string) (s Joint, ok bool) {
	i := slices.IndexFunc(p.Stages, func(s Joint) bool { return slices.Equal(s.At, at) })
	if i < 0 {
		return Joint{}, false
	}
	return p.Stages[i], true
}

// Stage is the stage of that name.
func (p JointPlan) Stage(name string) (s Joint, ok bool) {
	i := slices.IndexFunc(p.Stages, func(s Joint) bool { return s.Name == name })
	if i < 0 {
		return Joint{}, false
	}
	return p.Stages[i], true
}

// Back is where an abort leads from where members stand, together or apart. ok is false
// where there is no way back.
func (p JointPlan) Back(at []string) (to []string, ok bool) {
	if s, ok := p.Where(at); ok {
		name := s.Abort
		if s.Twin {
			name = s.Next
		}
		back, ok := p.Stage(name)
		return back.At, ok
	}
	to = slices.Clone(at)
	loaded := slices.ContainsFunc(p.stages(at), Stage.Loaded)
	for i, now := range p.stages(at) {
		switch {
		case now.Name == stable, loaded && !now.Loaded():
		case now.Twin:
			to[i], ok = now.Next, true
		case now.Abort != "":
			to[i], ok = now.Abort, true
		}
	}
	return to, ok
}

// Edges are all the single commits that the plan of a set provides for.
func (p JointPlan) Edges() []Edge {
	var edges []Edge
	for _, s := range p.Stages {
		if s.Next != "" {
			edges = append(edges, Edge{s.Name, s.Next, Forward})
		}
		if next, ok := p.Stage(s.Next); ok && !s.Twin && !p.parts(s, next) {
			edges = append(edges, Edge{next.Name, s.Name, Back})
		}
		if s.Abort == "" {
			continue
		}
		edges = append(edges, Edge{s.Name, s.Abort, Abort})
		if to, _ := p.Stage(s.Abort); to.Twin && !s.Twin && p.resumes(s, to) {
			edges = append(edges, Edge{s.Abort, s.Name, Resume})
		}
	}
	return edges
}

// parts reports whether no revert leads back to a stage from the next one, for a member
// that moves.
func (p JointPlan) parts(s, next Joint) bool {
	for i, m := range p.Members {
		if at, _ := Find(m.Plan, s.At[i]); next.At[i] != s.At[i] && at.parts() {
			return true
		}
	}
	return false
}

// resumes reports whether each member can go on from where an abort led, as it could by
// itself.
func (p JointPlan) resumes(s, twin Joint) bool {
	for i, m := range p.Members {
		if s.At[i] != twin.At[i] && !slices.Contains(Edges(m.Plan), Edge{twin.At[i], s.At[i], Resume}) {
			return false
		}
	}
	return true
}

const stable = "stable"

// phase is where a stage comes among those of all members: its phase, and in the phase of
// shares the percent, pods before requests.
type phase struct{ major, minor int }

// The phases that have a name of their own, in their order.
var phases = []string{
	schemas.Adoption[0], schemas.Adoption[1], schemas.Adoption[2], stable, "clone", "prepare", "preview", "", "overlap", "settle",
	"unpreview", "retire", schemas.Contract,
}

// phaseOf is the phase of a stage on the way forward.
func phaseOf(s Stage) phase {
	if i := slices.Index(phases, s.Name); i >= 0 {
		return phase{i, 0}
	}
	shares := slices.Index(phases, "")
	if n, err := strconv.Atoi(strings.TrimPrefix(s.Name, "scale-")); err == nil && strings.HasPrefix(s.Name, "scale-") {
		return phase{shares, 2 * n}
	}
	return phase{shares, 2*s.Split.Weight + 1}
}

// name is what the stage of a set is called.
func (p phase) name() string {
	switch named := phases[p.major]; {
	case named != "":
		return named
	case p.minor%2 == 0:
		return fmt.Sprintf("scale-%d", p.minor/2)
	}
	return fmt.Sprintf("shift-%d", p.minor/2)
}

func (p phase) after(q phase) bool {
	return p.major > q.major || p.major == q.major && p.minor > q.minor
}

// forward are the stages on the way forward.
func (p JointPlan) forward() []Joint {
	var all []phase
	for _, m := range p.Members {
		for _, s := range m.Plan {
			if at := phaseOf(s); !s.Twin && !slices.Contains(all, at) {
				all = append(all, at)
			}
		}
	}
	slices.SortFunc(all, func(a, b phase) int {
		if a.after(b) {
			return 1
		}
		return -1
	})
	var joint []Joint
	for _, at := range all {
		joint = append(joint, Joint{Name: at.name(), At: p.upTo(at)})
	}
	return joint
}

// upTo is the last stage that each member has up to a phase, its first where it has none.
func (p JointPlan) upTo(last phase) []string {
	var at []string
	for _, m := range p.Members {
		name := m.Plan[0].Name
		for _, s := range m.Plan {
			if !s.Twin && !phaseOf(s).after(last) {
				name = s.Name
			}
		}
		at = append(at, name)
	}
	return at
}

// back says where abort leads from a stage, and promote from one that only aborts lead
// to. way is how many stages are on the way forward.
func (p *JointPlan) back(i, way int) {
	s := p.Stages[i]
	if i >= way {
		next := p.reach(s.Name, p.ended(s.At))
		p.Stages[i].Next = next
		return
	}
	if to := p.aborted(s, i); to != nil {
		abort := p.reach(s.Name, to)
		p.Stages[i].Abort = abort
	}
}

// reach is the name of the stage at which members stand so. One that there is not yet is
// an abort's.
func (p *JointPlan) reach(from string, at []string) string {
	if s, ok := p.Where(at); ok {
		return s.Name
	}
	name := strings.TrimSuffix(from, "-abort") + "-abort"
	for n := 2; ; n++ {
		if _, taken := p.Stage(name); !taken {
			break
		}
		name = fmt.Sprintf("%s-abort-%d", strings.TrimSuffix(from, "-abort"), n)
	}
	p.Stages = append(p.Stages, Joint{Name: name, At: at, Twin: true})
	return name
}

// aborted is where an abort leads from a stage of the way forward, nil if nowhere.
func (p JointPlan) aborted(s Joint, i int) []string {
	at, moved := slices.Clone(s.At), false
	loaded := slices.ContainsFunc(p.stages(s.At), Stage.Loaded)
	for j, now := range p.stages(s.At) {
		switch {
		case loaded && !now.Loaded(), !loaded && (i == 0 || p.Stages[i-1].At[j] == s.At[j]):
			continue
		case now.Abort == "":
			return nil
		}
		at[j], moved = now.Abort, true
	}
	if !moved {
		return nil
	}
	return at
}

// ended is where promote leads from a stage that only aborts lead to: first all of whose
// requests were taken go to where their candidates have just their pods, then to stable.
func (p JointPlan) ended(at []string) []string {
	to := slices.Clone(at)
	least := p.upTo(phase{slices.Index(phases, "prepare"), 0})
	for j, now := range p.stages(at) {
		switch {
		case now.Twin:
			to[j] = now.Next
		case now.Name != stable && phaseOf(now).after(phase{slices.Index(phases, "prepare"), 0}):
			to[j] = least[j]
		}
	}
	if slices.Equal(to, at) {
		for j := range to {
			to[j] = stable
		}
	}
	return to
}

// stages are the members' own stages.
func (p JointPlan) stages(at []string) []Stage {
	var all []Stage
	for i, m := range p.Members {
		s, _ := Find(m.Plan, at[i])
		all = append(all, s)
	}
	return all
}

// Loaded reports whether the candidate gets requests, or copies of some.
func (s Stage) Loaded() bool {
	return s.Candidate != "" && (s.Main == s.Candidate || s.Both || s.Split.Weight > 0 || len(s.Split.Match) > 0 || s.Split.Mirror > 0)
}
