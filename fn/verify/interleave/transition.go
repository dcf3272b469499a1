package interleave

import (
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/request"
	"github.com/cutoverdev/cutover/generators/kube"
)

// Transition is an edge, and what a half-applied one can show.
type Transition struct {
	From, To        cluster.State
	Changed         map[kube.ID]cluster.Change
	Interleavings   *Interleavings
	Endpoints       *Endpoints // on the way
	EndpointsBefore *Endpoints // at rest, before
	EndpointsAfter  *Endpoints // at rest, after

	Sampler *request.Sampler
	AnyHost string // label of a host that no rule names
}

// NewTransition is an edge of which nothing is worked out yet.
func NewTransition(from, to cluster.State, bound Bound) *Transition {
	changed := cluster.Changes(from, to)
	e := &Transition{
		From: from, To: to, Changed: changed,
		Interleavings: newInterleavings(from, to, changed), Endpoints: newEndpoints(from, to, changed),
		EndpointsBefore: AtRest(from), EndpointsAfter: AtRest(to),
		Sampler: request.NewSampler(), AnyHost: request.StrangeHost(from, to),
	}
	for _, s := range append([]*Endpoints{e.Endpoints}, e.Endpoints.beyond...) {
		s.Bound = bound
	}
	return e
}

// SampleHost is a host that a host or wildcard of a rule covers, by a label that no rule has.
func (e *Transition) SampleHost(host string) string {
	switch {
	case host == "" || host == "*":
		return e.AnyHost
	case strings.HasPrefix(host, "*."):
		return e.AnyHost + host[1:]
	}
	return host
}
