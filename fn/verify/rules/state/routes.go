package state

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/interleave"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// This file holds what routes of a state must say: their Services and pods are there,
// and no two of them claim the same requests.

// CheckBackends checks that every Service and port that a route names is there. Behind
// weight 0 nobody misses it: "if weight is set to 0, no traffic should be forwarded for
// this entry", and a reference that does not resolve is answered by an error for its
// weight's part alone (Gateway API v1.6, BackendRef.weight, HTTPRouteRule.backendRefs).
// In a tree of cutover's own both tracks are always there.
func CheckBackends(s cluster.State) []edge.Problem {
	return missing(s, func(b route.Backend) bool { return !s.Elsewhere(b) })
}

// CheckLast checks that no route leads to Services of which a commit removes the last of
// their namespace: at rest nobody knows whether there are any.
func CheckLast(e *edge.Transition) []edge.Problem {
	return missing(e.To, func(b route.Backend) bool { return e.To.Elsewhere(b) && !e.From.Elsewhere(b) })
}

// missing are the backends that are not there, where somebody knows of Services that they
// are not.
func missing(s cluster.State, known func(route.Backend) bool) []edge.Problem {
	var problems []edge.Problem
	for _, r := range s.Rules {
		if cluster.Direct(r) {
			continue
		}
		for i, b := range cluster.Backends(r) {
			b, _ = s.Behind(b)
			why := lacking(s, b, known)
			if why == "" {
				continue
			}
			p := edge.Problem{
				Object: r.Source, About: why + " " + string(interleave.Dangling(r)),
				Message: fmt.Sprintf("sends requests to a backend that is missing (%s): their share gets %s", why, interleave.Dangling(r)),
				Hint:    "make the backend a commit before a route names it, and remove it a commit after",
			}
			idle := i < len(r.Backends) && b.Weight == 0 && r.Whole == route.WholeNever && !ownTree(s)
			switch {
			case idle:
				p.Severity, p.About = schemas.Warning, p.About+" at weight 0"
				p.Message = fmt.Sprintf("names a backend %s (%s): at weight 0 it gets no requests, and at any other weight its share "+
					"gets %s", thatIs(b), why, interleave.Dangling(r))
				if b.Broken != "" {
					p.Hint = mend
				}
			case b.Broken != "":
				share := "its requests"
				if len(r.Backends) > 1 && r.Whole == route.WholeNever {
					share = "a share of its requests"
				}
				p.Message = fmt.Sprintf("cannot answer %s: %s, and they get %s", share, why, interleave.Dangling(r))
				p.Hint = mend
			case r.Whole != route.WholeNever:
				p.Message = fmt.Sprintf(
					"sends requests to a backend that is missing (%s): the router leaves out the "+
						"whole rule, whatever the weight, and all its requests get %s",
					why, interleave.Dangling(r))
			}
			problems = append(problems, p)
		}
	}
	return problems
}

// mend is the hint for a backend that is there and cannot answer.
const mend = "mend that in a commit before requests come here"

// lacking says what of a backend is not there; "" if nothing, or if nobody knows.
func lacking(s cluster.State, b route.Backend, known func(route.Backend) bool) string {
	svc, ok := s.Service(b)
	over := b.Over != route.OverOwn && b.Unknown == "" && b.Broken == ""
	switch {
	case over && known(b):
		return dangling(s, b)
	case b.Unknown != "", b.Broken == "" && !ok && !known(b), over:
		return ""
	case b.Broken != "":
		return b.Broken
	case !ok:
		return "Service " + b.Service + " is not there"
	case !cluster.HasPort(svc, b):
		return cluster.NoPort(svc, b)
	}
	return ""
}

// thatIs says what is wrong with a backend in general.
func thatIs(b route.Backend) string {
	if b.Broken != "" {
		return "that cannot answer"
	}
	return "that is missing"
}

// dangling says what is missing of a backend that several clusters may answer for; "" if
// nothing is.
func dangling(s cluster.State, b route.Backend) string {
	if lost := interleave.AtRest(s).Of(b).Outage; lost != nil && lost.Dangling {
		return lost.Why
	}
	return ""
}

// ownTree reports whether objects of a Release are among those of a state.
func ownTree(s cluster.State) bool {
	return slices.ContainsFunc(s.Objects, func(o kube.Object) bool { return o.Text("metadata", "labels", workload.ReleaseLabel) != "" })
}

// CheckReady checks that every Service that a route sends requests to leads to ready
// pods.
func CheckReady(s cluster.State) []edge.Problem {
	var problems []edge.Problem
	for _, r := range s.Rules {
		if cluster.Direct(r) || r.Action != route.Forward || s.Passed(r) {
			continue // nobody may call it by name, or nobody comes
		}
		for _, p := range interleave.WeightedBackends(r, interleave.AtRest(s).Of) {
			lost := p.WorstCase.Outage
			if lost == nil || lost.Dangling || r.Empty == route.Fallback && !p.Main {
				continue
			}
			share := "its share gets"
			switch {
			case p.Main:
				share = "without the main backend all of them get"
			case r.Whole == route.WholeEmpty:
				share = "the router leaves out the whole rule, whatever the weight, and all its requests get"
			}
			problems = append(problems, edge.Problem{
				Object: r.Source, About: lost.Why + " " + string(interleave.Status(r)),
				Message: fmt.Sprintf("names a backend without ready pods (%s): %s %s", lost.Why, share, interleave.Status(r)),
				Hint:    "start the pods a commit before, and take the requests away a commit before they go",
			})
		}
	}
	return problems
}

// CheckNames checks that a Service which is a name for another one (ExternalName) leads to
// one that is there, at ports that it has.
func CheckNames(s cluster.State) []edge.Problem {
	return named(s, true, "write the name of a Service that is there, and list the ports that it has")
}

// CheckNamesReady checks that such a Service leads to ready pods. Who has no calls for it
// needs no name.
func CheckNamesReady(s cluster.State) []edge.Problem {
	return named(s, false, "start the pods a commit before a name leads to them, and lead it away a commit before they go")
}

func named(s cluster.State, dangling bool, hint string) []edge.Problem {
	var problems []edge.Problem
	for _, a := range s.Aliases() {
		svc := s.ByID[a[0]]
		ports := []string{""}
		for i, p := range kube.Items(svc.Node, "spec", "ports") {
			ports = append(ports[:i], cluster.PortKey(p))
		}
		for _, port := range ports {
			name := route.Backend{Namespace: svc.Namespace, Service: svc.Name, Port: port}
			lost := interleave.AtRest(s).Of(name).Outage
			if lost == nil || lost.Dangling != dangling {
				continue
			}
			p := edge.Problem{
				Object: svc, Path: []string{"spec", "externalName"}, About: lost.Why,
				Message: fmt.Sprintf("is a name that leads nowhere (%s): who calls it is refused", lost.Why), Hint: hint,
			}
			if routed(s, name) {
				p.Severity = schemas.Warning // who comes by a route may be answered
			}
			problems = append(problems, p)
			break
		}
	}
	return problems
}

// routers are ways in which routers find what a name stands for where DNS does not: by the
// domains of their pods, at the targetPort.
var routers = []*route.Names{{Search: true}, {Search: true, Target: true}}

// routed reports whether a router may find what a name stands for.
func routed(s cluster.State, name route.Backend) bool {
	return slices.ContainsFunc(routers, func(as *route.Names) bool {
		name.Names = as
		return interleave.AtRest(s).Of(name).Outage == nil
	})
}

// CheckMixed checks that a route that tells versions apart sends each backend's share
// to pods of its own.
func CheckMixed(s cluster.State) []edge.Problem {
	problems := checkShared(s)
	for _, r := range s.Rules {
		if !interleave.Splits(r) {
			continue
		}
		type place struct {
			cluster string
			id      kube.ID
		}
		reached := map[place]string{}
		for _, b := range cluster.Backends(r) {
			if b.Weight == 0 {
				continue
			}
			for _, p := range s.Reached(b) {
				at := place{p.Workload.Cluster, p.Workload.Key()}
				other, twice := reached[at]
				reached[at] = b.Service
				if p.Count == 0 || !twice || other == b.Service {
					continue
				}
				problems = append(problems, edge.Problem{
					Object: r.Source, About: b.Service,
					Message: fmt.Sprintf("sends requests to Services %s and %s, which both select %s: its share gets mixed versions", other,
						b.Service, p.Workload.ID),
					Hint: "make a Service for each of them",
				})
			}
		}
	}
	return problems
}

// checkShared: where a route tells versions apart, no Service that is called by
// name leads to several of them. Headless Services are asked for each pod, and
// a Service that a route of the mesh answers for, or takes subsets of, is not
// what its clients reach. Of the backends of that route, CheckMixed speaks.
func checkShared(s cluster.State) []edge.Problem {
	var problems []edge.Problem
	for _, o := range s.World.All("", "Service") {
		at := route.Backend{Namespace: o.Namespace, Service: o.Name}
		running := slices.DeleteFunc(s.Selected(at), func(p cluster.Pods) bool { return p.Count == 0 })
		if len(running) < 2 || o.Text("spec", "clusterIP") == "None" || Routed(s, at) {
			continue
		}
		if a, b, ok := siblings(s, running); ok {
			problems = append(problems, edge.Problem{
				Object: o, Path: []string{"spec", "selector"}, About: o.Name,
				Message: fmt.Sprintf("selects %s and %s, between which a route splits requests: clients of the Service get either, whatever "+
					"the route says", a, b),
				Hint: "write the label of one version in the selector; if the mix is meant, accept it: annotation cutover.dev/accept: versions-mixed",
			})
		}
	}
	return problems
}

// Routed reports whether a route stands between a Service and its clients.
func Routed(s cluster.State, at route.Backend) bool {
	return slices.ContainsFunc(s.Rules, func(r route.Rule) bool {
		mesh := slices.ContainsFunc(r.Via, func(v route.Entry) bool { return v.Kind == "mesh" }) &&
			slices.Contains(r.Hosts, route.MeshHost(at.Namespace, at.Service))
		return mesh || slices.ContainsFunc(cluster.Backends(r), func(b route.Backend) bool {
			return (b.Labels != nil || interleave.Splits(r)) && b.Service == at.Service && kube.SameNamespace(b.Namespace, at.Namespace)
		})
	})
}

// CheckUnread reports parts of routes that do not do what they seem to. What is merely
// not judged is listed elsewhere.
func CheckUnread(s cluster.State) []edge.Problem {
	var problems []edge.Problem
	for _, u := range s.Unread {
		if u.ID != "" {
			problems = append(problems, edge.Problem{ID: u.ID, Object: u.Source, About: u.Why, Message: u.Why, Whole: true, Hint: u.Hint})
		}
	}
	return problems
}

// CheckClash checks that no two routes claim the same requests. Which one wins is then
// decided by their age, which no manifest tells, unless they say it (Rule.Tier).
func CheckClash(s cluster.State) []edge.Problem {
	problems := CheckUnread(s)
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
				if other.Source.Key() != r.Source.Key() && other.Tier == r.Tier {
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
func clash(host string, a, b route.Rule) edge.Problem {
	p := edge.Problem{
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
