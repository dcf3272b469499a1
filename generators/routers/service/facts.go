package service

import "github.com/cutoverdev/cutover/generators/route"

var metrics = []route.Metrics{{
	Reason: "kube-proxy forwards connections and counts no requests: take the application's own metrics, or a router that counts.",
}}

var traps = []route.Trap{
	{
		Is:   "A Service's new endpoints reach each node in their own time: some seconds long requests still go to the pods that it no longer selects.",
		Kept: "The pods of the old track stay for a stage, and sleep before they stop.",
	},
	{
		Is:   "A selector that moves to pods which are not ready leaves the Service without endpoints, and connections are refused.",
		Kept: "The new pods start in a stage of their own; a commit that starts them and moves the selector is refuted.",
		Case: "service/create-and-flip",
	},
	{
		Is:   "Shares by the number of pods are rounded: 5 % needs twenty pods, and a connection that stays open keeps its pod.",
		Kept: "Pods are counted for every step, and a finding says what share they really make.",
	},
	{
		Is:   "Some fields of a Service cannot change while it lives, and a Service that becomes headless is no longer the same thing to its clients.",
		Kept: "Only the selector of the apex moves.",
		Case: "service-kind",
	},
}

var lacks = []string{
	"Session affinity by client address (sessionAffinity: ClientIP) stays as your Service has it: it knows no tracks.",
	"Topology (trafficDistribution, internalTrafficPolicy) stays as your Service has it.",
}
