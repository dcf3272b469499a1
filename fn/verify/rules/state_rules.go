package rules

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/interleave"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// This file holds what must be true of a state at rest.

// checkBackends: every Service and port that a route names is there. Behind weight 0
// nobody misses it: "if weight is set to 0, no traffic should be forwarded for this
// entry", and a reference that does not resolve is answered by an error for its
// weight's part alone (Gateway API v1.6, BackendRef.weight, HTTPRouteRule.backendRefs).
// In a tree of cutover's own both tracks are always there.
func checkBackends(s cluster.State) []Problem {
	var problems []Problem
	for _, r := range s.Rules {
		if cluster.Direct(r) {
			continue
		}
		for i, b := range cluster.Backends(r) {
			svc, ok := s.Service(b)
			_, port := interleave.TargetPort(svc, b.Port)
			why := ""
			switch {
			case b.Unknown != "":
				continue
			case !ok:
				why = "Service " + b.Service + " is not there"
			case b.Broken != "":
				why = b.Broken
			case !port:
				why = "Service " + b.Service + " has no port " + b.Port
			default:
				continue
			}
			p := Problem{
				Object: r.Source, About: why + " " + string(interleave.Dangling(r)),
				Message: fmt.Sprintf("%s: the share of the requests that is routed there gets %s", why, interleave.Dangling(r)),
				Hint:    "make it a commit before it is named, and remove it a commit after",
			}
			if i < len(r.Backends) && b.Weight == 0 && !ownTree(s) {
				p.Severity, p.About = schemas.Warning, p.About+" at weight 0"
				p.Message = fmt.Sprintf("%s: no request is routed there at weight 0, and with any other weight its share gets %s", why, interleave.Dangling(r))
			}
			problems = append(problems, p)
		}
	}
	return problems
}

// ownTree reports whether objects of a Release are among those of a state.
func ownTree(s cluster.State) bool {
	return slices.ContainsFunc(s.Objects, func(o kube.Object) bool { return o.Text("metadata", "labels", workload.ReleaseLabel) != "" })
}

// checkReady: every Service that a route sends requests to leads to ready pods.
func checkReady(s cluster.State) []Problem {
	var problems []Problem
	for _, r := range s.Rules {
		if cluster.Direct(r) || r.Action != route.Forward {
			continue // nobody may call it by name
		}
		for _, p := range interleave.WeightedBackends(r, interleave.AtRest(s).Of) {
			lost := p.WorstCase.Outage
			if lost == nil || lost.Dangling || r.Empty == route.Fallback && !p.Main {
				continue
			}
			share := "its share gets"
			if p.Main {
				share = "without the main backend all of them get"
			}
			problems = append(problems, Problem{
				Object: r.Source, About: lost.Why + " " + string(interleave.Status(r)),
				Message: fmt.Sprintf("%s, and is sent requests: %s %s", lost.Why, share, interleave.Status(r)),
				Hint:    "start the pods a commit before, and take the requests away a commit before they go",
			})
		}
	}
	return problems
}

// checkMixed: a route that tells versions apart sends each backend's share to
// pods of its own.
func checkMixed(s cluster.State) []Problem {
	problems := checkShared(s)
	for _, r := range s.Rules {
		if !interleave.Splits(r) {
			continue
		}
		reached := map[kube.ID]string{}
		for _, b := range cluster.Backends(r) {
			if b.Weight == 0 {
				continue
			}
			for _, p := range s.Selected(b) {
				other, twice := reached[p.Workload.Key()]
				reached[p.Workload.Key()] = b.Service
				if p.Count == 0 || !twice || other == b.Service {
					continue
				}
				problems = append(problems, Problem{
					Object: r.Source, About: b.Service,
					Message: fmt.Sprintf("sends requests to Services %s and %s, which both select %s: its share gets mixed versions", other, b.Service, p.Workload.ID),
					Hint:    "a Service for each of them",
				})
			}
		}
	}
	return problems
}

// checkShared: where a route tells versions apart, no Service that is called by
// name leads to several of them. Headless Services are asked for each pod, and
// a Service that a route of the mesh answers for, or takes subsets of, is not
// what its clients reach. Of the backends of that route, checkMixed speaks.
func checkShared(s cluster.State) []Problem {
	var problems []Problem
	for _, o := range s.World.All("", "Service") {
		at := route.Backend{Namespace: o.Namespace, Service: o.Name}
		running := slices.DeleteFunc(s.Selected(at), func(p cluster.Pods) bool { return p.Count == 0 })
		if len(running) < 2 || o.Text("spec", "clusterIP") == "None" || routed(s, at) {
			continue
		}
		if a, b, ok := siblings(s, running); ok {
			problems = append(problems, Problem{
				Object: o, Path: []string{"spec", "selector"}, About: o.Name,
				Message: fmt.Sprintf("selects %s and %s, between which a route splits requests: those who call the Service get either, whatever the route says", a, b),
				Hint:    "the label of one version in the selector; or if that is meant, annotation cutover.dev/accept: versions-mixed",
			})
		}
	}
	return problems
}

// routed reports whether a route stands between a Service and its clients.
func routed(s cluster.State, at route.Backend) bool {
	return slices.ContainsFunc(s.Rules, func(r route.Rule) bool {
		mesh := slices.ContainsFunc(r.Via, func(v route.Entry) bool { return v.Kind == "mesh" }) && slices.Contains(r.Hosts, route.MeshHost(at.Namespace, at.Service))
		return mesh || slices.ContainsFunc(cluster.Backends(r), func(b route.Backend) bool {
			return (b.Labels != nil || interleave.Splits(r)) && b.Service == at.Service && kube.SameNamespace(b.Namespace, at.Namespace)
		})
	})
}

// checkUnread: parts of routes that do not do what they seem to. What is merely
// not judged is listed elsewhere.
func checkUnread(s cluster.State) []Problem {
	var problems []Problem
	for _, u := range s.Unread {
		if u.ID != "" {
			problems = append(problems, Problem{ID: u.ID, Object: u.Source, About: u.Why, Message: u.Why, Hint: u.Hint})
		}
	}
	return problems
}

// checkClash: no two routes claim the same requests. Which one wins is then
// decided by their age, which no manifest tells.
func checkClash(s cluster.State) []Problem {
	problems := checkUnread(s)
	type claim struct {
		via                   route.Entry
		host, protocol, match string
	}
	first := make(map[claim]route.Rule, len(s.Rules))
	for _, r := range s.Rules {
		match := matchText(r.Match)
		for _, via := range r.Via {
			if via.Kind == "mesh" {
				continue // where only one of them counts, which its reader says
			}
			for _, host := range cluster.HostsOf(r) {
				key := claim{via, host, r.Protocol, match}
				other, taken := first[key]
				if !taken {
					first[key] = r
					continue
				}
				if other.Source.Key() != r.Source.Key() {
					problems = append(problems, clash(host, other, r))
				}
			}
		}
	}
	return problems
}

// clash is two routes that claim the same requests. If both send them to the
// same place, as while a path moves from one to the other, it does not matter
// for long which of them does.
func clash(host string, a, b route.Rule) Problem {
	p := Problem{
		Object: b.Source, About: a.Source.Key().String(),
		Message: fmt.Sprintf("claims the same requests for %s as %s: the older of the two answers them", host, a.Source.ID),
		Hint:    "one route for each host and path",
	}
	if a.Action == b.Action && reflect.DeepEqual(cluster.Backends(a), cluster.Backends(b)) {
		p.Severity = schemas.Warning
	}
	return p
}

func matchText(m route.Match) string {
	path := route.PathMatch{}
	if m.Path != nil {
		path = *m.Path
	}
	return fmt.Sprint(path, m.Method, m.Port, m.Headers, m.Cookies, m.Query, m.Other)
}

// checkSelectors: a workload selects its own pods.
func checkSelectors(s cluster.State) []Problem {
	var problems []Problem
	for _, p := range s.Pods {
		if selector := p.Workload.Get("spec", "selector"); selector != nil && !kube.LabelSelects(selector, p.Labels) {
			problems = append(problems, Problem{
				Object: p.Workload, Path: []string{"spec", "selector"},
				Message: "does not select the labels of its own template: the API server refuses it", Hint: "the same labels in both",
			})
		}
	}
	return problems
}

// checkOverlap: no workload selects the pods of another one.
func checkOverlap(s cluster.State) []Problem {
	var problems []Problem
	for _, a := range s.Pods {
		selector := a.Workload.Get("spec", "selector")
		for _, i := range s.MaySelect(kube.Get(selector, "matchLabels"), a.Workload.Namespace) {
			b := s.Pods[i]
			if a.Workload.Key() == b.Workload.Key() || !kube.SameNamespace(a.Workload.Namespace, b.Workload.Namespace) {
				continue
			}
			if kube.LabelSelects(selector, b.Labels) && len(b.Labels) > 0 {
				problems = append(problems, Problem{
					Object: a.Workload, Path: []string{"spec", "selector"}, About: b.Workload.Key().String(),
					Message: fmt.Sprintf("selects the pods of %s too: autoscalers, budgets and rollouts count them as its own", b.Workload.ID),
					Hint:    "a label in the selector that only its own pods have",
				})
			}
		}
	}
	return problems
}

// checkJobs: no Service leads to pods that run to their end and serve nobody.
func checkJobs(s cluster.State) []Problem {
	var problems []Problem
	for _, o := range s.Objects {
		if o.Group != "batch" {
			continue
		}
		path := []string{"spec", "template", "metadata", "labels"}
		if o.Kind == "CronJob" {
			path = append([]string{"spec", "jobTemplate"}, path...)
		}
		labels := kube.Strings(o.Node, path...)
		if len(labels) == 0 {
			continue
		}
		for _, svc := range s.World.All("", "Service") {
			if cluster.Selects(svc, route.Backend{}, o.Namespace, labels) {
				problems = append(problems, Problem{
					Object: o, Path: path, About: svc.Key().String(),
					Message: fmt.Sprintf("%s selects its pods: while they run, a share of the requests goes to them", svc.ID),
					Hint:    "leave out a label that the Service selects by",
				})
			}
		}
	}
	return problems
}

// checkReplicas: a workload that is scaled does not say how many pods it has.
func checkReplicas(s cluster.State) []Problem {
	var problems []Problem
	for _, p := range s.Pods {
		sc, scaled := s.Scalers[p.Workload.Key()]
		if n, ok := cluster.SaidReplicas(p.Workload); ok && scaled && n != sc.Floor {
			problems = append(problems, Problem{
				Object: p.Workload, Path: []string{"spec", "replicas"}, Severity: schemas.Warning,
				Message: fmt.Sprintf("every sync sets %d replicas and undoes what %s has scaled to", n, sc.ID),
				Hint:    fmt.Sprintf("write %d, the autoscaler's minimum; to leave replicas out instead, let another field manager own the field first, or it falls to 1", sc.Floor),
			})
		}
	}
	return problems
}

// checkTargets: what an autoscaler scales is there.
func checkTargets(s cluster.State) []Problem {
	var problems []Problem
	for _, id := range cluster.SortedIDs(s.Scalers) {
		if _, ok := s.PodsOf[id]; !ok && id.Group == "apps" && cluster.RunsPods(kube.Object{ID: id}) {
			problems = append(problems, Problem{
				Object: s.Scalers[id].Object, Path: []string{"spec", "scaleTargetRef"}, Severity: schemas.Warning,
				Message: "scales " + id.String() + ", which is not there", Hint: "the name of the workload as it is here",
			})
		}
	}
	return problems
}

// checkBudgets: a disruption budget does not count the pods of two workloads
// that answer the same requests: while one of them starts, the other may not
// be disrupted, or is disrupted twice.
func checkBudgets(s cluster.State) []Problem {
	var problems []Problem
	for _, o := range s.Objects {
		if !o.Is("policy", "PodDisruptionBudget") {
			continue
		}
		var covers []cluster.Pods
		for _, i := range s.MaySelect(o.Get("spec", "selector", "matchLabels"), o.Namespace) {
			if p := s.Pods[i]; kube.SameNamespace(o.Namespace, p.Workload.Namespace) && kube.LabelSelects(o.Get("spec", "selector"), p.Labels) {
				covers = append(covers, p)
			}
		}
		if a, b, ok := siblings(s, covers); ok {
			problems = append(problems, Problem{
				Object: o, Path: []string{"spec", "selector"},
				Message: fmt.Sprintf("counts the pods of %s and %s together, which answer the same requests", a, b), Hint: "a budget for each of them",
			})
		}
	}
	return problems
}

// reach is a workload that a route sends requests to, by way of a Service.
type reach struct {
	id      kube.ID
	service string
}

// siblings are two of some workloads between which a route splits requests.
func siblings(s cluster.State, pods []cluster.Pods) (a, b kube.ID, ok bool) {
	if len(pods) < 2 {
		return a, b, false
	}
	for _, r := range s.Rules {
		if !interleave.Splits(r) {
			continue
		}
		var reached []reach
		for _, backend := range cluster.Backends(r) {
			for _, p := range s.Selected(backend) {
				if !slices.ContainsFunc(pods, func(q cluster.Pods) bool { return q.Workload.Key() == p.Workload.Key() }) {
					continue
				}
				elsewhere := func(o reach) bool { return o.service != backend.Service && o.id != p.Workload.ID }
				if i := slices.IndexFunc(reached, elsewhere); i >= 0 {
					return reached[i].id, p.Workload.ID, true
				}
				reached = append(reached, reach{p.Workload.ID, backend.Service})
			}
		}
	}
	return a, b, false
}

// checkIdentities: a state has one object of each identity. Of two, the later one counts
// for kubectl, and Argo CD refuses the sync (RepeatedResourceWarning).
func checkIdentities(s cluster.State) []Problem {
	var problems []Problem
	first := make(map[kube.ID]kube.Object, len(s.Objects))
	for _, o := range s.Objects {
		other, twice := first[o.Key()]
		if !twice {
			first[o.Key()] = o
			continue
		}
		if o.Name == "" || kube.Equal(other.Node, o.Node) {
			continue // generateName, or the same said again
		}
		problems = append(problems, Problem{
			Object: o, Message: fmt.Sprintf("stands twice among the manifests, and differs from %s:%d: which of the two is applied depends on the tool", other.File, other.Node.Line),
			Hint: "keep one of the two",
		})
	}
	return problems
}
