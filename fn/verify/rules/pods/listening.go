package pods

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// This file looks for new pods that listen elsewhere, or speak otherwise, than the
// Services in front of them think. What a template says of it are the ports that it
// declares and those that its probes look at.

// portsLeft are the numbers of ports where Services lead, which the old pods of a
// rollout are known to have and the new ones are not. Where the new ones have another
// port instead it is an error; one that is merely no longer declared may be there.
func portsLeft(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, r := range rollouts(e) {
		old, now := portsKnown(r.was.Workload), portsKnown(r.is.Workload)
		if !r.rolls() || !cluster.Foreign(r.was.Workload, r.is.Workload) || slices.Equal(old, now) {
			continue
		}
		moved := slices.ContainsFunc(now, func(port string) bool { return !slices.Contains(old, port) })
		for _, svc := range facing(e, r) {
			for _, port := range kube.Items(svc.Node, "spec", "ports") {
				target := cluster.PortOfPods(port)
				if _, err := strconv.Atoi(target); err != nil || !slices.Contains(old, target) || slices.Contains(now, target) {
					continue
				}
				one := edge.Problem{
					Object: r.is.Workload, Path: []string{"spec", "template"}, About: svc.Key().String() + " " + target,
					Message: fmt.Sprintf("has new pods that are not known to listen at port %s, where %s leads: connections to them are refused",
						target, svc.ID),
					Hint: "name the port, and let targetPort be the name, in a release before: every pod then answers for itself",
				}
				if !moved {
					one.Severity, one.Hint = schemas.Warning, "declare the port if they listen there"
				}
				problems = append(problems, one)
			}
		}
	}
	return problems
}

// portsKnown are the numbers of ports that a template names.
func portsKnown(o kube.Object) []string {
	var all []string
	for _, c := range serving(o) {
		for _, p := range kube.Items(c, "ports") {
			all = append(all, kube.Text(p, "containerPort"))
		}
		for _, p := range probesOf(c) {
			all = append(all, probePort(c, p))
		}
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(port string) bool { return port == "" })
}

// CheckSchemes checks that new pods are not probed by HTTPS at a port where Services
// lead and the old ones by HTTP, or the reverse: clients speak one of the two.
func CheckSchemes(p *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, r := range rollouts(p) {
		if !r.rolls() || !cluster.Foreign(r.was.Workload, r.is.Workload) {
			continue
		}
		old, now := schemesOf(r.was.Workload), schemesOf(r.is.Workload)
		for _, svc := range facing(p, r) {
			for _, port := range kube.Items(svc.Node, "spec", "ports") {
				was, is := old[numberOf(r.was.Workload, cluster.PortOfPods(port))], now[numberOf(r.is.Workload, cluster.PortOfPods(port))]
				if was == "" || is == "" || was == is {
					continue
				}
				problems = append(problems, edge.Problem{
					Object: r.is.Workload, Path: []string{"spec", "template"}, About: svc.Key().String() + " " + cluster.PortOfPods(port),
					Message: fmt.Sprintf("has new pods that are probed by %s at port %s, where %s leads, and old ones by %s: whichever of them "+
						"clients speak, the other pods do not understand", is, cluster.PortOfPods(port), svc.ID, was),
					Hint: "another port beside the old one, until no client speaks to that any more",
				})
			}
		}
	}
	return problems
}

// schemesOf are the schemes by which ports are probed, by number.
func schemesOf(o kube.Object) map[string]string {
	all := map[string]string{}
	for _, c := range serving(o) {
		for _, p := range probesOf(c) {
			if kube.Get(p, "httpGet") != nil {
				all[probePort(c, p)] = schemeOf(p)
			}
		}
	}
	return all
}

func schemeOf(probe *yaml.Node) string {
	if strings.EqualFold(kube.Text(probe, "httpGet", "scheme"), "HTTPS") {
		return "HTTPS"
	}
	return "HTTP"
}
