package rules

import (
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/interleave"
	"github.com/cutoverdev/cutover/fn/verify/problem"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// Problem is one violation of a rule.
type Problem = problem.Problem

// Transition is an edge as the rules see it, with what several of them ask.
type Transition struct {
	*interleave.Transition
	last     []cluster.Pods          // see lasting
	rolling  []rollout               // see rollouts
	attached map[string][]route.Rule // see staying
	paired   *pairer                 // see pairs
	entered  map[kube.ID]bool        // gateways by which requests come in, see Entered
	sent     map[kube.ID]bool        // Services that routes send requests to, see Unsent
}

// NewTransition is an edge of which no rule has asked anything yet.
func NewTransition(from, to cluster.State, bound interleave.Bound) *Transition {
	return &Transition{Transition: interleave.NewTransition(from, to, bound)}
}
