package stage

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/schemas"
)

// Floor is the least time between two changes of routes: data planes need
// seconds to learn of a change, and have been seen to need 40 (istio#8420 with
// 100 services); Argo Rollouts waits 30 s too before it scales down.
const Floor = schemas.Duration(30 * time.Second)

// Plan lists the stages of a release, those on the way forward first, then the
// twins that aborts lead to. Without a candidate there is only stable.
func Plan(r *schemas.Release, size Size, needs Needs) ([]Stage, []schemas.Finding) {
	p := planner{r: r, size: size, needs: needs, candidate: r.Candidate(), jobs: r.Jobs()}
	found := p.check()
	p.now = Stage{Main: r.Spec.Live, Candidate: p.candidate, Apart: needs.Arrives > 0}
	p.now.Tracks = [2]Track{{Name: schemas.Blue}, {Name: schemas.Green}}
	p.pods(r.Spec.Live, p.rest())
	p.stage("stable", 0)
	p.clone()
	switch {
	case p.candidate == "":
	case r.Worker():
		p.work()
	case needs.Pods && len(p.steps()) > 0:
		p.ratio()
	default:
		p.weighted()
	}
	found = append(found, p.checkJobs()...)
	p.link()
	if r.Adopting() {
		p.adopt()
	}
	if _, ok := Find(p.plan, r.Spec.Stage); !ok {
		hint := "one of " + strings.Join(Names(p.plan), ", ")
		if r.Candidate() == "" {
			hint = fmt.Sprintf("stable, or %s to adopt the workload: no other stage is there while track %s names no version; "+
				"cutover start begins one", schemas.Adoption[0], schemas.Other(r.Spec.Live))
		}
		found = append(found, r.Find("stage-unknown", "spec.stage", fmt.Sprintf("%q is not a stage of this release", r.Spec.Stage), hint))
	}
	return p.plan, found
}

// steps are the steps below 100 percent.
func (p *planner) steps() []schemas.Step {
	steps := p.r.Spec.Strategy.Steps
	if n := len(steps); n > 0 && steps[n-1].Weight == 100 {
		return steps[:n-1]
	}
	return steps
}

// stage takes down the present state under a name, unless nothing has changed.
func (p *planner) stage(name string, hold schemas.Duration) {
	s := p.now
	s.Name, s.Hold = name, hold
	if n := len(p.plan); n > 0 && p.plan[n-1].same(s) {
		p.plan[n-1].Hold = max(p.plan[n-1].Hold, hold)
		return
	}
	p.begin(s)
}

// begin takes down a stage with the jobs that it starts. What has been started stays
// until the release ends: what an agent finds again it does not run again.
func (p *planner) begin(s Stage) {
	s.Jobs = slices.Clone(s.Jobs)
	for _, j := range p.jobsAt(s.Name) {
		s.Jobs = append(s.Jobs, j.Name)
	}
	p.now.Jobs = s.Jobs
	p.plan = append(p.plan, s)
}

// jobsAt are the jobs that a stage starts. Nothing is under way at stable.
func (p *planner) jobsAt(name string) []schemas.Job {
	if name == "stable" {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(p.jobs), func(j schemas.Job) bool { return j.Stage() != name })
}

// pods sets the guaranteed pods of a track. An autoscaler's floor is never
// below its own, and only falls back when the release ends.
func (p *planner) pods(track string, n int) {
	for i := range p.now.Tracks {
		t := &p.now.Tracks[i]
		switch {
		case t.Name != track:
		case n > 0 && p.size.Scaled:
			t.Pods = max(t.Pods, n, p.size.Min)
		default:
			t.Pods = n
		}
	}
}

// rest is what the live track has when no release runs.
func (p *planner) rest() int {
	if p.size.Scaled {
		return max(p.size.Min, 1)
	}
	return p.size.Capacity
}

// clone makes the candidate's volumes before its pods: a StatefulSet makes empty ones for
// pods that find none.
func (p *planner) clone() {
	if p.candidate != "" && p.size.Cloned {
		p.now.Cloned = true
		p.stage("clone", 0)
	}
}

// prepare starts the candidate with n pods; live is full from here on.
func (p *planner) prepare(n int) {
	p.pods(p.r.Spec.Live, p.size.Capacity)
	p.pods(p.candidate, n)
	p.stage("prepare", p.r.Spec.Strategy.Prepare.Hold)
}

// weighted plans shares of requests that do not depend on pods, and, where no
// router can do that, the plain move of the apexes.
func (p *planner) weighted() {
	strategy := p.r.Spec.Strategy
	first := p.size.Capacity
	if steps := p.steps(); len(steps) > 0 {
		first = steps[0].Replicas.Of(first)
	}
	p.prepare(first)
	if v := strategy.Preview; v != nil {
		p.now.Preview = len(v.Hosts) > 0 || len(v.Match) > 0
		p.now.Split.Mirror = v.Mirror
		p.stage("preview", v.Hold)
	}
	for _, s := range p.steps() {
		p.scale(s.Weight, s.Replicas.Of(p.size.Capacity))
		p.now.Split = Split{Weight: s.Weight, Match: s.Match, Mirror: s.Mirror, Affinity: s.Weight > 0}
		p.stage(s.StageName(), s.Hold)
	}
	p.full()
	p.settle()
}

// scale gives the candidate its pods for a weight, on an edge of its own.
func (p *planner) scale(weight, n int) {
	p.pods(p.candidate, n)
	p.stage(fmt.Sprintf("scale-%d", weight), 0)
}

// full gives the candidate everything by weight, while live stays as it is.
func (p *planner) full() {
	p.scale(100, p.size.Capacity)
	name, hold := "shift-100", p.r.Spec.Strategy.Full.Hold
	if steps := p.r.Spec.Strategy.Steps; len(steps) > len(p.steps()) {
		last := steps[len(steps)-1]
		name, hold = last.StageName(), max(hold, last.Hold)
	}
	p.now.Split = Split{Weight: 100}
	if p.needs.Weights {
		p.stage(name, hold)
	}
}

// settle moves main and ends the release.
func (p *planner) settle() {
	strategy := p.r.Spec.Strategy
	if p.needs.Overlap {
		p.now.Both = true
		if !p.needs.Weights {
			p.now.Split.Weight = 50 // as many pods on either side
		}
		p.stage("overlap", 0)
	}
	p.now.Both, p.now.Split = false, Split{Weight: 100}
	if !p.now.Apart { // else nothing is left to be moved
		p.now.Main = p.candidate
	}
	p.stage("settle", strategy.Settle.Hold)
	p.now.Preview = false
	p.stage("unpreview", 0)
	p.pods(p.r.Spec.Live, 0)
	p.stage("retire", strategy.Retire.Hold)
	p.contract()
}

// contract ends a release whose jobs take away what only the version before needs. Its
// pods are gone by then, and not just told to stop.
func (p *planner) contract() {
	if len(p.jobsAt(schemas.Contract)) == 0 {
		return
	}
	retire := &p.plan[len(p.plan)-1]
	retire.Hold = max(retire.Hold, p.drain())
	s := p.now
	s.Name, s.Hold = schemas.Contract, 0
	p.begin(s)
}

// ratio plans shares that follow from the number of pods behind one Service:
// live stays full, and the candidate grows beside it up to the same size.
func (p *planner) ratio() {
	for i, s := range p.steps() {
		n := ratioPods(p.size.Capacity, s.Weight)
		if i == 0 {
			p.prepare(n)
			p.now.Both, p.now.Split.Weight = true, s.Weight
			p.stage("widen", s.Hold)
			continue
		}
		p.pods(p.candidate, n)
		p.now.Split.Weight = s.Weight
		p.stage(s.StageName(), s.Hold)
	}
	if p.now.Split.Weight < 50 {
		p.pods(p.candidate, p.size.Capacity)
		p.now.Split.Weight = 50
		p.stage("shift-50", p.r.Spec.Strategy.Full.Hold)
	}
	p.settle()
}

// work plans a workload that takes its work by itself: its share follows from
// its pods from the moment they run. Where an autoscaler counts them, the work
// that waits does, and a track needs no more than its floor.
func (p *planner) work() {
	full := p.rest()
	if len(p.jobsAt("prepare")) > 0 { // before pods that work as soon as they run
		s := p.now
		s.Name, s.Hold = "prepare", p.r.Spec.Strategy.Prepare.Hold
		p.begin(s)
	}
	for _, s := range p.steps() {
		p.pods(p.candidate, ratioPods(full, s.Weight))
		p.now.Split.Weight = s.Weight
		p.stage(s.StageName(), s.Hold)
	}
	if p.now.Split.Weight < 50 {
		p.pods(p.candidate, full)
		p.now.Split.Weight = 50
		p.stage("shift-50", p.r.Spec.Strategy.Full.Hold)
	}
	if p.size.Called { // else there is no apex to move
		p.now.Main = p.candidate
		p.stage("settle", p.r.Spec.Strategy.Settle.Hold)
	}
	p.pods(p.r.Spec.Live, 0)
	p.now.Split.Weight = 100
	p.stage("retire", p.r.Spec.Strategy.Retire.Hold)
	p.contract()
}

// link says where every stage leads, makes the twins, and sets the least holds.
func (p *planner) link() {
	forward := len(p.plan)
	for i := range forward {
		s := &p.plan[i]
		if i+1 < forward {
			s.Next = p.plan[i+1].Name
			if fewer(p.plan[i+1], *s) {
				s.Hold = max(s.Hold, p.drain())
			}
		}
		if i > 0 && !s.sameRoutes(p.plan[i-1]) {
			s.Hold = max(s.Hold, Floor, p.needs.Hold+p.needs.Arrives)
		}
	}
	p.wait()
	for i := 1; i < forward && p.plan[i].Running(p.r.Spec.Live); i++ {
		p.plan[i].Abort = p.abort(i)
	}
	for i := range p.plan {
		p.plan[i].Drain = p.drain()
	}
}

// wait holds every stage until the agent of each cluster has applied it: what the next one
// changes in one cluster counts on what stands in the other.
func (p *planner) wait() {
	for i := range p.plan {
		if s := &p.plan[i]; i > 0 {
			s.Hold = max(s.Hold, p.needs.Arrives)
		}
	}
}

// adopt puts the stages before the others that lead to stable from the manifests
// as they are. The live track is full before it takes over, and until plain has
// gone. Before pods go, on the way there or back, there is time to drain.
func (p *planner) adopt() {
	live := p.r.Spec.Live
	plain := Stage{Name: schemas.Adoption[0], Main: schemas.Plain, Plain: p.size.Plain, Tracks: [2]Track{
		{Name: schemas.Blue}, {Name: schemas.Green},
	}}
	beside := plain
	p.now = beside
	p.pods(live, p.size.Capacity)
	beside = p.now
	beside.Name, beside.Hold, beside.Abort = schemas.Adoption[1], p.drain(), plain.Name
	before := []Stage{plain, beside}
	if p.size.Called || !p.r.Worker() { // else there is nobody to hand over
		handover := beside
		handover.Name, handover.Main, handover.Abort = schemas.Adoption[2], live, beside.Name
		before = append(before, handover)
	}
	p.plan = append(before, p.plan...)
	for i := range before {
		p.plan[i].Next = p.plan[i+1].Name
	}
}

// fewer reports whether a track that runs at from does not run at to.
func fewer(to, from Stage) bool {
	for _, t := range from.Tracks {
		if t.Pods > 0 && !to.Running(t.Name) {
			return true
		}
	}
	return false
}

// drain is the least time without requests before a track's pods go.
func (p *planner) drain() schemas.Duration {
	if d := p.r.Spec.Strategy.Drain; d > 0 {
		return max(d, p.needs.Linger+p.needs.Arrives)
	}
	return max(p.size.Grace, Floor, p.needs.Linger+p.needs.Arrives)
}

// abort finds or makes the stage that takes every request from the candidate
// and changes nothing else. Where the candidate has none, that is the stage itself, and
// the way back is the stage before.
func (p *planner) abort(i int) string {
	if p.r.Worker() {
		return p.idle(i)
	}
	twin := p.plan[i]
	twin.Main, twin.Both, twin.Split = p.r.Spec.Live, false, Split{}
	if twin.same(p.plan[i]) {
		return p.before(i)
	}
	for _, s := range p.plan {
		if s.same(twin) {
			return s.Name
		}
	}
	twin.Name += "-abort"
	twin.Twin, twin.Next, twin.Abort, twin.Hold = true, "prepare", "", p.drain()
	p.plan = append(p.plan, twin)
	return twin.Name
}

// before is the stage before, or stable in the place of clone: copies that pods have had
// are not those that the next pods are to begin with.
func (p *planner) before(i int) string {
	if p.plan[i].Cloned && i <= 2 {
		return p.plan[0].Name
	}
	return p.plan[i-1].Name
}

// idle is where an abort of a worker leads: pods that work by themselves stop
// when they go, and clients of an apex are taken from them before.
func (p *planner) idle(i int) string {
	if p.plan[i].Main == p.candidate {
		return p.plan[i-1].Name
	}
	return p.plan[0].Name
}
