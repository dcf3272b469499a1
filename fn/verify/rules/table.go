package rules

import (
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/delivery"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/fn/verify/rules/entry"
	"github.com/cutoverdev/cutover/fn/verify/rules/pods"
	"github.com/cutoverdev/cutover/fn/verify/rules/routes"
	"github.com/cutoverdev/cutover/fn/verify/rules/service"
	"github.com/cutoverdev/cutover/fn/verify/rules/state"
	"github.com/cutoverdev/cutover/generators/kube"
)

// Rule is one thing that must hold. What it says is on its page, by id
// ([schemas.Pages]).
type Rule struct {
	ID    string
	State func(cluster.State) []edge.Problem    // looks at a state at rest
	Edge  func(*edge.Transition) []edge.Problem // looks at the two ends of an edge
	Order bool                                  // found by sending requests through every mix of an edge
}

// Table lists the rules in the order of reports.
var Table = []Rule{
	// Requests: S1 to S4, E1 to E3, E7, E10 and E13 of the invariants.
	{ID: "backend-missing", State: state.CheckBackends, Edge: routes.CheckOutside, Order: true},
	{ID: "backend-missing", Edge: state.CheckLast},
	{ID: "backend-empty", State: state.CheckReady, Order: true},
	{ID: "backend-missing", State: state.CheckNames},
	{ID: "apex-empty", State: state.CheckNamesReady, Order: true},
	{ID: "route-gap", Order: true},
	{ID: "versions-mixed", State: state.CheckMixed, Order: true},
	{ID: "capacity-short", Order: true},
	{ID: "request-gone", Order: true, Edge: service.CheckUnselected},
	{ID: "edge-size", Order: true},

	// Routes that do not do what they seem to: S2, S8.
	{ID: "canary-lost", State: state.CheckUnread},
	{ID: "canary-twice", State: state.CheckUnread},
	{ID: "canary-shared", State: state.CheckUnread},
	{ID: "delegate-lost", State: state.CheckUnread},
	{ID: "subset-twice", State: state.CheckUnread},
	{ID: "weight-omitted", State: state.CheckUnread},
	{ID: "weight-none", State: state.CheckUnread},
	{ID: "dns-even", State: state.CheckUnread},
	{ID: "dns-apart", State: state.CheckUnread},
	{ID: "haproxy-balance", State: state.CheckUnread},
	{ID: "haproxy-below", State: state.CheckUnread},
	{ID: "fault-abort", State: state.CheckUnread},
	{ID: "state-size", State: state.CheckUnread},
	{ID: "object-twice", State: state.CheckIdentities},
	{ID: "route-clash", State: state.CheckClash},

	// Workloads: S3, S5 and S6.
	{ID: "selector-mismatch", State: state.CheckSelectors},
	{ID: "selector-overlap", State: state.CheckOverlap},
	{ID: "job-selected", State: state.CheckJobs},
	{ID: "job-again", State: state.CheckAgain},
	{ID: "contract-early", State: state.CheckContract, Edge: delivery.CheckContract},
	{ID: "shares-busy", State: state.CheckShares},
	{ID: "scaler-replicas", State: state.CheckReplicas},
	{ID: "scaler-target", State: state.CheckTargets},
	{ID: "budget-both", State: state.CheckBudgets},
	{ID: "element-twice", State: state.CheckTwice},
	{ID: state.ObjectRefused, State: state.CheckStructures},

	// What pods that serve must keep: E4, E5, E8.
	{ID: "template-changed", Edge: pods.CheckTemplates},
	{ID: "readiness-removed", Edge: pods.CheckProbes},
	{ID: "readiness-unknown", Edge: pods.CheckReadinessUnknown},
	{ID: "pods-killed", Edge: pods.CheckKilled},
	{ID: "field-immutable", Edge: delivery.CheckImmutable},
	{ID: "service-kind", Edge: service.CheckServiceKind},
	{ID: "endpoints-gone", Edge: service.CheckEndpoints},
	{ID: "not-ready-listed", Edge: service.CheckNotReady},
	{ID: "ports-merged", Edge: delivery.CheckMerged},
	{ID: "port-renamed", Edge: service.CheckRenamed},
	{ID: "port-unproven", Edge: pods.CheckTargetPorts},
	{ID: "protocol-changed", Edge: pods.CheckSchemes},
	{ID: "protocol-changed", Edge: routes.CheckProtocols},
	{ID: "access-narrowed", Edge: routes.CheckDoings, Order: true},
	{ID: "access-narrowed", Edge: entry.CheckClients},
	{ID: "config-gone", Edge: pods.CheckConfigGone},
	{ID: "config-changed", Edge: pods.CheckConfigChanged},
	{ID: "clone-raced", Edge: pods.CheckRaced},
	{ID: "clone-stale", Edge: pods.CheckStale},
	{ID: "network-closed", Edge: routes.CheckNetwork},
	{ID: "selector-moved", Edge: pods.CheckMoved},
	{ID: "scaler-gone", Edge: pods.CheckScalerGone},
	{ID: "pods-paused", Edge: pods.CheckPaused},
	{ID: "names-gone", Edge: pods.CheckNamesGone},
	{ID: "mesh-refused", Edge: routes.CheckRefused},
	{ID: "reference-gone", Edge: routes.CheckReferences},
	{ID: "policy-lost", Edge: routes.CheckPolicies},
	{ID: "mesh-unselected", Edge: pods.CheckMesh},
	{ID: "gateway-gone", Edge: entry.CheckGateways},
	{ID: "entry-moved", Edge: entry.CheckEntries},
	{ID: "entry-moved", Edge: entry.CheckStreams},
	{ID: "ground-gone", Edge: delivery.CheckGroundGone},
	{ID: "tls-gone", Edge: entry.CheckTLS},
	{ID: "tls-gone", Edge: entry.CheckRedirects},

	// What objects tell the agent that applies them.
	{ID: "agent-changes", Edge: delivery.CheckSkipped},
	{ID: "agent-force", Edge: delivery.CheckRemade},
}

// Unjudged lists what is looked at beside the [Table] because nobody here can
// judge it: what an edge changes there is listed, never taken for safe.
var Unjudged = []func(*edge.Transition) []edge.Problem{
	pods.CheckNodes, routes.CheckUnpaired, routes.CheckNames,
	delivery.CheckUnskipped, delivery.CheckRemadeAnyway, delivery.CheckHeld, delivery.CheckFollows,
}

// Once drops what [state.ObjectRefused] says of a field that another rule speaks of.
func Once(all [][]edge.Problem) [][]edge.Problem {
	last := slices.IndexFunc(Table, func(r Rule) bool { return r.ID == state.ObjectRefused })
	if len(all[last]) == 0 {
		return all
	}
	told := map[kube.ID][][]string{}
	for _, p := range slices.Concat(slices.Concat(all[:last]...), slices.Concat(all[last+1:]...)) {
		if len(p.Path) > 0 {
			told[p.Object.Key()] = append(told[p.Object.Key()], p.Path)
		}
	}
	all[last] = slices.DeleteFunc(all[last], func(p edge.Problem) bool {
		return slices.ContainsFunc(told[p.Object.Key()], func(path []string) bool { return related(path, p.Path) })
	})
	return all
}

// related reports whether two paths are one, or one leads to a part of the other.
func related(a, b []string) bool {
	n := min(len(a), len(b))
	return max(len(a), len(b)) <= n+1 && slices.Equal(a[:n], b[:n])
}
