// Package controller reads what progressive delivery controllers are told, as a Release
// says it: Argo Rollouts (v1.9: Rollout, AnalysisTemplate) and Flagger (v1.42: Canary,
// MetricTemplate), Kruise Rollouts (v0.6: Rollout), and the pair of Ingresses
// by which ingress-nginx makes a canary.
//
// A [Move] is the manifests without the controller, what the Release says of strategy,
// traffic, analysis and jobs, and a list of what has no equivalent, with the reason.
//
//	Rollout, Canary  ──►  Deployment, Services, routes that lead to one of them
//	                 ──►  spec.strategy, spec.traffic, spec.analysis, spec.jobs
//	                 ──►  what is left: experiments, plugins, other sources of metrics …
//
// Non-goals: the cluster is not looked at, and nothing says in which order the
// controller is left there; the pages docs/from-*.md do.
//
// From the top; files call downward:
//
//	move.go      Read: who drives a workload, and what it says
//	nginx.go     two Ingresses, two Services, two workloads
//	kruise.go    Rollout of Kruise: steps, matches, routes
//	rollout.go   Rollout: steps, Services, routes
//	canary.go    Canary: weights, matches, Services, routers
//	metric.go    AnalysisTemplates and MetricTemplates as metrics and jobs
//	backends.go  routes that lead to one Service where they led to two
//	builder.go   a Move in the making
package controller
