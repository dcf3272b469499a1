package stage

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/schemas"
)

// This file refuses steps that cannot be planned.

// checkWork: who takes work by itself gets no requests that could be sent to it.
func (p *planner) checkWork() []schemas.Finding {
	var found []schemas.Finding
	fail := func(at, what string) {
		found = append(found, p.r.Find("worker", at, what+" needs requests, and this workload takes its work by itself", "leave it out"))
	}
	if p.r.Spec.Strategy.Preview != nil {
		fail("spec.strategy.preview", "a preview")
	}
	for i, s := range p.r.Spec.Strategy.Steps {
		at := fmt.Sprintf("spec.strategy.steps[%d]", i)
		if len(s.Match) > 0 {
			fail(at+".match", "a match")
		}
		if s.Mirror > 0 {
			fail(at+".mirror", "a mirror")
		}
	}
	return found
}

// check refuses steps that cannot be planned.
func (p *planner) check() []schemas.Finding {
	var found []schemas.Finding
	if p.r.Worker() {
		found = p.checkWork()
	}
	counts := map[int]bool{}
	for i, s := range p.r.Spec.Strategy.Steps {
		at := fmt.Sprintf("spec.strategy.steps[%d]", i)
		have, need := s.Replicas.Of(p.size.Capacity), (p.size.Capacity*s.Weight+99)/100
		switch {
		case p.r.Worker() || p.needs.Pods && !p.needs.Weights:
			found = append(found, p.checkRatio(at, s, counts)...)
		case have < need:
			found = append(found, p.r.Find("step-replicas", at+".replicas",
				fmt.Sprintf("%s cannot carry %d %% of the requests that a full track of %d carries", pods(have), s.Weight, p.size.Capacity),
				fmt.Sprintf("%d or more, or leave it out for all %d", need, p.size.Capacity)))
		case have > p.size.Capacity:
			found = append(found, p.r.Find("step-replicas", at+".replicas", fmt.Sprintf("%d is more than the capacity, %d", have, p.size.Capacity),
				"at most the capacity"))
		}
	}
	return found
}

// checkRatio refuses what counting pods cannot do.
func (p *planner) checkRatio(at string, s schemas.Step, counts map[int]bool) []schemas.Finding {
	others := "; " + p.needs.Others + " can share requests without regard to pods"
	if p.r.Worker() {
		others = ""
	}
	n := ratioPods(p.size.Capacity, s.Weight)
	defer func() { counts[n] = true }()
	fail := func(message, hint string) []schemas.Finding {
		return []schemas.Finding{p.r.Find("ratio", at, message, hint)}
	}
	switch {
	case s.Weight > 50 && s.Weight < 100:
		return fail(fmt.Sprintf("%d %% cannot be reached by counting pods while live stays full", s.Weight), "at most 50"+others)
	case p.size.Scaled:
		return fail("an autoscaler would change the share with the number of pods", "leave the steps out"+others)
	case s.Replicas.N > 0:
		return fail("replicas follow from the weight where pods are counted", "leave replicas out"+others)
	case s.Weight == 0:
		return fail("a step of 0 % has no pods", "begin with 1 or more"+others)
	case s.Weight == 100:
		return nil
	case counts[n]:
		return fail(fmt.Sprintf("%d %% is the same as the step before: %s beside %d", s.Weight, pods(n), p.size.Capacity),
			"fewer steps or more pods"+others)
	}
	return p.rounded(at, s.Weight, n)
}

// rounded says what share so many pods really make.
func (p *planner) rounded(at string, weight, n int) []schemas.Finding {
	share := float64(100*n) / float64(p.size.Capacity+n)
	if math.Abs(share-float64(weight)) < 1 {
		return nil
	}
	f := p.r.Find("ratio-rounded", at, fmt.Sprintf("%d %% becomes %.0f %%: %s beside %d", weight, share, pods(n), p.size.Capacity), "")
	f.Severity = schemas.Warning
	return []schemas.Finding{f}
}

// checkJobs refuses jobs at stages that the release does not have.
func (p *planner) checkJobs() []schemas.Finding {
	var found []schemas.Finding
	for _, j := range p.jobs {
		started := slices.ContainsFunc(p.plan, func(s Stage) bool { return slices.Contains(s.Jobs, j.Name) })
		if !started {
			found = append(found, p.r.Find("job-stage", "spec.jobs."+j.Name+".at",
				fmt.Sprintf("job %s starts at stage %q, which this release does not have", j.Name, j.Stage()),
				"one of "+strings.Join(Names(p.plan[1:]), ", ")+"; or contract, behind them"))
		}
	}
	return found
}
