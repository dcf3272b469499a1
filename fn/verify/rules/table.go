package rules

import (
	"github.com/cutoverdev/cutover/fn/verify/cluster"
)

// Rule is one thing that must hold. What it says is on its page, by id
// ([schemas.Pages]).
type Rule struct {
	ID    string
	State func(cluster.State) []Problem // looks at a state at rest
	Edge  func(*Transition) []Problem   // looks at the two ends of an edge
	Order bool                          // found by sending requests through every mix of an edge
}

// Table lists the rules in the order of reports.
var Table = []Rule{
	// Requests: S1 to S4, E1 to E3, E7, E10 and E13 of the invariants.
	{ID: "backend-missing", State: checkBackends, Edge: checkOutside, Order: true},
	{ID: "backend-empty", State: checkReady, Order: true},
	{ID: "apex-empty", Order: true},
	{ID: "route-gap", Order: true},
	{ID: "versions-mixed", State: checkMixed, Order: true},
	{ID: "capacity-short", Order: true},
	{ID: "request-gone", Order: true, Edge: checkUnselected},
	{ID: "edge-size", Order: true},

	// Routes that do not do what they seem to: S2, S8.
	{ID: "canary-lost", State: checkUnread},
	{ID: "canary-twice", State: checkUnread},
	{ID: "canary-shared", State: checkUnread},
	{ID: "delegate-lost", State: checkUnread},
	{ID: "subset-twice", State: checkUnread},
	{ID: "weight-omitted", State: checkUnread},
	{ID: "weight-none", State: checkUnread},
	{ID: "fault-abort", State: checkUnread},
	{ID: "state-size", State: checkUnread},
	{ID: "object-twice", State: checkIdentities},
	{ID: "route-clash", State: checkClash},

	// Workloads: S3, S5 and S6.
	{ID: "field-type", State: checkFieldTypes},
	{ID: "selector-mismatch", State: checkSelectors},
	{ID: "selector-overlap", State: checkOverlap},
	{ID: "job-selected", State: checkJobs},
	{ID: "scaler-replicas", State: checkReplicas},
	{ID: "scaler-target", State: checkTargets},
	{ID: "budget-both", State: checkBudgets},
	{ID: "type", State: checkTypes},
	{ID: "element-twice", State: checkTwice},

	// What pods that serve must keep: E4, E5, E8.
	{ID: "template-changed", Edge: checkTemplates},
	{ID: "readiness-removed", Edge: checkProbes},
	{ID: "readiness-unknown", Edge: checkReadinessUnknown},
	{ID: "pods-killed", Edge: checkKilled},
	{ID: "field-immutable", Edge: checkImmutable},
	{ID: "service-kind", Edge: checkServiceKind},
	{ID: "endpoints-gone", Edge: checkEndpoints},
	{ID: "not-ready-listed", Edge: checkNotReady},
	{ID: "ports-merged", Edge: checkMerged},
	{ID: "port-unproven", Edge: checkTargetPorts},
	{ID: "protocol-changed", Edge: checkProtocols},
	{ID: "access-narrowed", Edge: checkDoings},
	{ID: "access-narrowed", Edge: checkFrontends},
	{ID: "config-gone", Edge: checkConfigGone},
	{ID: "config-changed", Edge: checkConfigChanged},
	{ID: "network-closed", Edge: checkNetwork},
	{ID: "selector-moved", Edge: checkMoved},
	{ID: "scaler-gone", Edge: checkScalerGone},
	{ID: "pods-paused", Edge: checkPaused},
	{ID: "names-gone", Edge: checkNamesGone},
	{ID: "mesh-refused", Edge: checkRefused},
	{ID: "reference-gone", Edge: checkReferences},
	{ID: "policy-lost", Edge: checkPolicies},
	{ID: "mesh-unselected", Edge: checkMesh},
	{ID: "gateway-gone", Edge: checkGateways},
	{ID: "entry-moved", Edge: checkEntries},
	{ID: "entry-moved", Edge: checkStreams},
	{ID: "ground-gone", Edge: checkGroundGone},
	{ID: "tls-gone", Edge: checkTLS},

	// What objects tell the agent that applies them.
	{ID: "agent-changes", Edge: checkSkipped},
	{ID: "agent-force", Edge: checkRemade},
}
