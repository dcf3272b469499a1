// Package pods holds the rules for pods that get requests: whether those that are
// replaced are ready before others stop, what they need to start, and where they listen.
//
//	nodes.go            pods that requests reach by their nodes
//	template.go         a new template rolls under the requests
//	readiness.go        requests come when pods answer, and end before they stop
//	ports.go            a Service leads to ports that its pods have
//	listening.go        new pods listen, and are probed, as the old ones
//	rollouts.go         the workloads whose pods an edge replaces
//	containers.go       containers, their ports and probes
//	selector_moved.go   a share of requests stays with its pods
//	sidecar.go          pods of a mesh stay behind a Service
//	dependents.go       autoscalers, and Services that give pods their names
//	config.go           ConfigMaps and Secrets that running pods read
//	config_keys.go      the keys in them
//	clones.go           volumes that begin as copies
//	needs.go            what pods do not start without
//
// A rollout is a workload that gets requests, and whose pods an edge replaces. Pods of a
// Release's tracks must not be: template-changed is an error there. Of anybody else's
// the rules ask what the rollout rests on:
//
//	old pod   ─ serves ──────────────┬ told to stop ┬ preStop, grace ┤ killed
//	new pod        starts ┬ no probe: requests come here already
//	                      └ readiness probe passes ─ serves ──────────
//	                        readiness.go              template.go
package pods
