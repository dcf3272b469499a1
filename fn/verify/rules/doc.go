// Package rules holds what must be so of a state and of an edge, one file for each
// subject, and the table of all of them (table.go). A rule gets a state, or a
// [Transition], and returns problems.
//
// What a state says by itself: state_rules.go, number_types.go, field_types.go, twice.go.
//
// What pods that serve must keep: pods.go, template.go, readiness.go, dependents.go,
// needs.go, config_keys.go, selector_moved.go, immutable.go, nodes.go.
//
// Services and ports: endpoints.go, ports.go, listening.go, service_kind.go,
// balancer.go, protocol.go, speeches.go, merged.go, notready.go.
//
// Where requests come in: gateway.go, frontend.go, server.go, isolation.go, entries.go,
// certificate.go, stream.go.
//
// What else lets requests through: mesh.go, upstream.go, policy.go, network.go,
// doings.go, reference.go, named.go, unsent.go.
//
// Before the objects, and beside them: prerequisites.go, follows.go, agent_notes.go.
//
// What rules ask of an edge together is in transition.go, paired.go (rules before and
// after that answer the same requests) and facts.go (what package account asks).
package rules
