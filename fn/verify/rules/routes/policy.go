package routes

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/policy"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// This file holds how gateways speak to Services by what hangs on these: policies
// of TLS and annotations of protocols. Pods that listen to the one do not
// understand the other.

// speech is how a router speaks to a port of a Service.
type speech struct {
	tls   []*yaml.Node // validation of each policy for it; none: no TLS by policy
	by    kube.Object  // the first of them
	marks string       // annotations
	where string       // the first of them
}

// CheckPolicies checks that requests are spoken to pods as before, whichever of a
// route, its Services and their policies is applied first.
func CheckPolicies(e *edge.Transition) []edge.Problem {
	was, is := policyWords(e.From), policyWords(e.To)
	if len(was.policies)+len(is.policies)+len(was.marked)+len(is.marked) == 0 {
		return nil
	}
	before := addressed(e.From)
	after := addressed(e.To)
	var problems []edge.Problem
	for _, id := range cluster.SortedIDs(after) {
		for _, b := range after[id] {
			if _, there := e.From.ByID[id]; !there {
				break // nobody is used to it
			}
			now := is.of(e.To, id, b)
			if i := slices.IndexFunc(before[id], b.same); i >= 0 {
				problems = append(problems, spokenTo(e, id, b, was.of(e.From, id, b), now)...)
				continue
			}
			for _, a := range before[id] {
				old, early := was.of(e.From, id, a), was.of(e.From, id, b)
				if p, lost := spokenOtherwise(e, id, a, b, old, now, early); lost {
					problems = append(problems, p)
					break
				}
			}
		}
	}
	return problems
}

// addressee is a port of a Service that an object sends requests to.
type addressee struct{ namespace, service, port string }

func (a addressee) same(b addressee) bool {
	return a.service == b.service && a.port == b.port && kube.SameNamespace(a.namespace, b.namespace)
}

// addressed are those that get requests, by the object that sends them.
func addressed(s cluster.State) map[kube.ID][]addressee {
	all := map[kube.ID][]addressee{}
	for _, r := range s.Rules {
		if cluster.Direct(r) {
			continue
		}
		for _, b := range cluster.Backends(r) {
			a := addressee{b.Namespace, b.Service, b.Port}
			if id := r.Source.Key(); b.Weight > 0 && b.Unknown == "" && !slices.Contains(all[id], a) {
				all[id] = append(all[id], a)
			}
		}
	}
	return all
}

// SentTo are the Services that routes send requests to, before or after.
func SentTo(p *edge.Transition) map[kube.ID]bool {
	return edge.Memo(p, "sent", func() map[kube.ID]bool {
		sent := map[kube.ID]bool{}
		for _, s := range []cluster.State{p.From, p.To} {
			for _, all := range addressed(s) {
				for _, a := range all {
					if o, ok := s.Service(route.Backend{Namespace: a.namespace, Service: a.service}); ok {
						sent[o.Key()] = true
					}
				}
			}
		}
		return sent
	})
}

// spokenTo is a Service that goes on getting requests, in other words.
func spokenTo(e *edge.Transition, by kube.ID, b addressee, was, is speech) []edge.Problem {
	svc, ok := e.To.Service(route.Backend{Namespace: b.namespace, Service: b.service})
	if !ok {
		return nil
	}
	why, object, path := "", svc, []string(nil)
	switch {
	case len(was.tls) > 0 && len(is.tls) == 0:
		why = fmt.Sprintf("is no longer under %s: %s speaks plain text to pods to which it spoke TLS", was.by.ID, by)
	case len(was.tls) == 0 && len(is.tls) > 0:
		why, object, path = fmt.Sprintf("is new for Service %s: %s speaks TLS to pods to which it spoke plain text", b.service, by), is.by,
			[]string{"spec"}
	case was.marks != is.marks:
		why, path = fmt.Sprintf("changes how routers speak to it (%s), and pods that understand the one do not understand the other",
			cmp.Or(is.where, was.where)), []string{"metadata", "annotations"}
	default:
		return nil
	}
	return []edge.Problem{{
		Object: object, Path: path, About: b.service + " " + b.port, Message: why,
		Hint: "another port or Service, where pods speak the other way, and the route a commit after; or if pods answer both, annotation " +
			"cutover.dev/accept: policy-lost",
	}}
}

// spokenOtherwise is a Service that gets requests from now on, of pods that were
// spoken to otherwise by way of another. early is how it is spoken to if the route
// is applied first.
func spokenOtherwise(e *edge.Transition, by kube.ID, a, b addressee, old, now, early speech) (edge.Problem, bool) {
	if old.equal(now) && (early.equal(now) || !there(e, b)) || !akin(e, a, b) {
		return edge.Problem{}, false
	}
	source := e.To.ByID[by]
	p := edge.Problem{Object: source, Path: []string{"spec"}, About: b.service + " " + b.port}
	switch {
	case len(old.tls) > 0 && (len(now.tls) == 0 || len(early.tls) == 0):
		p.Message = fmt.Sprintf("sends requests to Service %s in the place of %s, for which %s says TLS: without a policy of its own the "+
			"same pods are spoken to in plain text", b.service, a.service, old.by.ID)
		p.Hint = "a policy for Service " + b.service + ", in a commit before the route leads there"
	case len(old.tls) == 0 && len(now.tls) > 0:
		p.Message = fmt.Sprintf("sends requests to Service %s in the place of %s, and %s says TLS for it alone: the same pods were spoken "+
			"to in plain text", b.service, a.service, now.by.ID)
		p.Hint = "a port of its own, where the pods speak TLS"
	case old.marks != now.marks || old.marks != early.marks:
		p.Message = fmt.Sprintf("sends requests to Service %s in the place of %s, whose annotation %s says how its pods are spoken to: that "+
			"is not said the same there", b.service, a.service, cmp.Or(old.where, now.where))
		p.Hint = "the annotation on Service " + b.service + ", in a commit before the route leads there"
	default:
		return p, false
	}
	return p, true
}

// there reports whether a Service is there before.
func there(e *edge.Transition, b addressee) bool {
	_, ok := e.From.Service(route.Backend{Namespace: b.namespace, Service: b.service})
	return ok
}

// akin reports whether two Services lead to the same pods, or to pods of one
// program: those of different ones may well speak differently.
func akin(e *edge.Transition, a, b addressee) bool {
	was := e.From.Selected(route.Backend{Namespace: a.namespace, Service: a.service})
	is := e.To.Selected(route.Backend{Namespace: b.namespace, Service: b.service})
	return slices.ContainsFunc(was, func(p cluster.Pods) bool { return slices.ContainsFunc(is, p.Kin) })
}

// spoke is what a state says of how Services are spoken to.
type spoke struct {
	policies []kube.Object
	marked   map[kube.ID]bool // Services with an annotation
}

func policyWords(s cluster.State) spoke {
	all := spoke{marked: map[kube.ID]bool{}}
	for _, o := range s.Objects {
		switch {
		case slices.ContainsFunc(s.Router.Providers, func(p route.Provider) bool { return saysTLS(p, o) }):
			all.policies = append(all.policies, o)
		case o.Is("", "Service") && o.Get("metadata", "annotations") != nil:
			if marks, _ := markOf(s, o); marks != "" {
				all.marked[o.Key()] = true
			}
		}
	}
	return all
}

// saysTLS reports whether an object is a policy by which a router speaks TLS.
func saysTLS(p route.Provider, o kube.Object) bool {
	return slices.ContainsFunc(p.TLSPolicies, func(k kube.ID) bool { return o.Is(k.Group, k.Kind) })
}

// of is how a route speaks to a port. Policies are read by their own router alone.
func (s spoke) of(state cluster.State, by kube.ID, b addressee) speech {
	svc, ok := state.Service(route.Backend{Namespace: b.namespace, Service: b.service})
	if !ok {
		return speech{}
	}
	var said speech
	if s.marked[svc.Key()] {
		said.marks, said.where = markOf(state, svc)
	}
	reads := slices.DeleteFunc(slices.Clone(state.Router.Providers), func(p route.Provider) bool {
		return !slices.ContainsFunc(p.Kinds, func(k route.Kind) bool { return by.Is(k.Group, k.Kind) })
	})
	for _, o := range s.policies {
		read := slices.ContainsFunc(reads, func(p route.Provider) bool { return saysTLS(p, o) })
		if read && slices.ContainsFunc(policy.Targets(o), func(t policy.Target) bool {
			return t.Names(svc) && (t.Section == "" || t.Section == portName(svc, b.port))
		}) {
			if said.by.Node == nil {
				said.by = o
			}
			said.tls = append(said.tls, o.Get("spec", "validation"))
		}
	}
	return said
}

// portName is the name of a port that a backend names by its number.
func portName(svc kube.Object, port string) string {
	for _, p := range kube.Items(svc.Node, "spec", "ports") {
		if kube.Text(p, "port") == port || kube.Text(p, "name") == port {
			return kube.Text(p, "name")
		}
	}
	return port
}

// markOf are the annotations of a Service that say how its pods are spoken to.
func markOf(s cluster.State, svc kube.Object) (marks, where string) {
	var all []string
	for key, value := range kube.Pairs(svc.Node, "metadata", "annotations") {
		if a, _ := route.AnnotationByKey(s.Router.Providers, key); a.Speaks {
			all = append(all, key+"="+value)
		}
	}
	if len(all) == 0 {
		return "", ""
	}
	slices.Sort(all)
	where, _, _ = strings.Cut(all[0], "=")
	return strings.Join(all, "\n"), where
}

// equal reports whether TLS is spoken or not, and annotations say the same. What
// certificates are asked for may change.
func (s speech) equal(o speech) bool {
	return (len(s.tls) > 0) == (len(o.tls) > 0) && s.marks == o.marks
}
