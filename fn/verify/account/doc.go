// Package account says of every path that an edge changes whether somebody
// judges it. Each is claimed by a rule that looks at it, or called harmless by a
// line of a table that says why. What neither does is left over, and is listed:
// never taken for safe because nobody has heard of it.
//
//	account.go    a change → its claims
//	count.go      how many fields of each kind are answered for, and how
//	tables.go     an object → the table of its kind, or of its group; what objects of any kind have
//	core.go       kinds of Kubernetes itself
//	apps.go       workloads, autoscalers, budgets
//	routing.go    Ingresses
//	addons.go     cert-manager, monitoring, agents, and who is asked before the API server takes an object
//	when.go       the conditions of lines
//	rewrite.go    two rewrites that mean the same
//	labels.go     labels and annotations by their keys
//	line.go       a line of a table, and how a path is looked up
//	differ.go     two nodes → the paths that differ
//	claim.go      a change, a claim, and what is asked of the two states
//
// A Service whose port gets another number and a new label differs in two paths:
//
//	spec.ports[].port        judged: backend-missing request-gone port-unproven …
//	metadata.labels.team     harmless: labels of the Service, by which only monitoring selects
//
// The first line that fits a path, and whose condition holds, answers for it: lines of
// [first], then those of the kind, then those of [everywhere].
package account
