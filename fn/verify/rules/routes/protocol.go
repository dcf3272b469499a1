package routes

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// This file holds how routers speak to pods that stay what they are.

// CheckProtocols checks that a router goes on speaking to pods as they understand it.
func CheckProtocols(e *edge.Transition) []edge.Problem {
	problems := slices.Concat(rewired(e), repoliced(e))
	for _, p := range pairs(e) {
		problems = append(problems, p.respoken(e)...)
	}
	for _, r := range e.To.Rules {
		if r.Protocol == "http" || r.Protocol == "grpc" {
			problems = append(problems, unspoken(e, r)...)
		}
	}
	return problems
}

const backendProtocol = "nginx.ingress.kubernetes.io/backend-protocol"

// respoken are ports to which a router speaks another protocol than before.
func (p paired) respoken(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, is := range cluster.Backends(p.is) {
		was, ok := p.spokenToBefore(e, is)
		if is.Unknown != "" || !ok {
			continue
		}
		same, known := sameSpeech(was.Speaks, is.Speaks)
		if same {
			continue
		}
		message := fmt.Sprintf("speaks %s to port %s of Service %s, to which it spoke %s", saidSpeech(is), is.Port, is.Service, saidSpeech(was))
		if was.Port != is.Port || was.Service != is.Service {
			message = fmt.Sprintf("speaks %s to port %s of Service %s, and spoke %s to the same port of its pods by port %s of Service %s",
				saidSpeech(is), is.Port, is.Service, saidSpeech(was), was.Port, was.Service)
		}
		one := edge.Problem{
			Object: p.is.Source, About: is.Service, Unjudged: !known,
			Message: message + ": whether its pods understand both is not judged",
		}
		if p.is.Source.Text("metadata", "annotations", backendProtocol) != "" {
			one.Path = []string{"metadata", "annotations", backendProtocol}
		}
		if known {
			one.Message = message + ": pods that understand the one do not understand the other"
			one.Hint = "another port of the Service, where pods speak the new protocol, named in the same change of the route"
		}
		problems = append(problems, one)
	}
	return problems
}

// saidSpeech is what a router speaks to a backend, in words.
func saidSpeech(b route.Backend) string { return cmp.Or(b.Speaks, "plain HTTP") }

// spokenToBefore is the port that a router spoke to before: the same one, or another one
// behind which the same port of the same pods is.
func (p paired) spokenToBefore(e *edge.Transition, is route.Backend) (route.Backend, bool) {
	before := cluster.Backends(p.was)
	i := slices.IndexFunc(before, func(b route.Backend) bool {
		return b.Service == is.Service && b.Namespace == is.Namespace && b.Port == is.Port
	})
	if i < 0 {
		i = slices.IndexFunc(before, func(b route.Backend) bool { return b.Unknown == "" && samePort(e, b, is) })
	}
	if i < 0 {
		return route.Backend{}, false
	}
	return before[i], true
}

// samePort reports whether two backends lead to one port of the pods of one workload,
// before and after.
func samePort(e *edge.Transition, was, is route.Backend) bool {
	old, okOld := e.From.Service(was)
	svc, ok := e.To.Service(is)
	if !okOld || !ok {
		return false
	}
	from, okFrom := cluster.TargetPort(old, was.Port)
	to, okTo := cluster.TargetPort(svc, is.Port)
	return okFrom && okTo && from != "" && from == to && slices.ContainsFunc(e.From.Selected(was), func(p cluster.Pods) bool {
		return slices.ContainsFunc(e.To.Selected(is), func(q cluster.Pods) bool { return p.Workload.Key() == q.Workload.Key() })
	})
}

// unspoken are ports of a Service for which rules in the mesh are no longer
// read: they are for HTTP, and it is no longer known as that.
func unspoken(e *edge.Transition, r route.Rule) []edge.Problem {
	if !slices.ContainsFunc(r.Via, func(via route.Entry) bool { return via.Kind == "mesh" }) || r.Source.Group != cluster.IstioGroup {
		return nil
	}
	var problems []edge.Problem
	for _, host := range r.Hosts {
		name, namespace, _ := strings.Cut(strings.TrimSuffix(host, ".svc"), ".")
		c, changed := e.Find(kube.ID{Kind: "Service", Namespace: namespace, Name: name})
		if !changed || c.Made() || c.Gone() || !strings.HasSuffix(host, ".svc") {
			continue
		}
		before, now := spoken(c.From), spoken(c.To)
		for _, number := range slices.Sorted(maps.Keys(now)) {
			was, had := before[number]
			if is := now[number]; had && mayBeHTTP(was) && !mayBeHTTP(is) {
				problems = append(problems, edge.Problem{
					Object: c.To, Path: []string{"spec", "ports"}, About: number,
					Message: fmt.Sprintf("declares port %s as %s to the mesh, and declared it as %s: rules of %s are for HTTP, and no longer hold",
						number, is,
						cmp.Or(was, "nothing"), r.Source.ID),
					Hint: "keep appProtocol, or a name that begins with http",
				})
			}
		}
	}
	return problems
}
