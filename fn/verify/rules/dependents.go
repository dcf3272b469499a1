package rules

import (
	"cmp"
	"fmt"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/interleave"
	"github.com/cutoverdev/cutover/generators/kube"
)

// This file holds what stands beside pods that serve and must not go before
// their requests do.

// checkScalerGone: pods that serve on both sides keep their autoscaler, or a
// number of pods. Without either nobody adds pods under load, and a workload
// that is made anew has one.
func checkScalerGone(e *Transition) []Problem {
	var problems []Problem
	for _, was := range e.lasting() {
		id := was.Workload.Key()
		is := e.To.PodsOf[id]
		sc, had := e.From.Scalers[id]
		_, has := e.To.Scalers[id]
		_, counted := cluster.SaidReplicas(is.Workload)
		if !had || has || counted {
			continue
		}
		_, before := e.From.Serves(was)
		_, after := e.To.Serves(is)
		if before && after {
			problems = append(problems, Problem{
				Object: is.Workload, About: sc.Key().String(), Path: []string{"spec"},
				Message: fmt.Sprintf("serves, and %s, which says how many pods it has, is removed: nothing adds pods under load any more", sc.ID),
				Hint:    "leave the autoscaler until the requests have left, or write replicas, as many as there are, a commit before",
			})
		}
	}
	return problems
}

// checkPaused: pods that a commit sends requests to are not those of a paused
// Deployment. If it was made so, it has none, whatever its replicas say; only
// where it serves already, its pods are known.
func checkPaused(e *Transition) []Problem {
	var problems []Problem
	for _, is := range e.To.Pods {
		was, before := e.From.PodsOf[is.Workload.Key()]
		held := interleave.Paused(is.Workload) || before && interleave.Paused(was.Workload)
		if !held || is.Count == 0 {
			continue
		}
		by, serves := e.To.Serves(is)
		_, did := e.From.Serves(was)
		if !serves || before && did && (e.From.Routes(was) || !e.To.Routes(is)) {
			continue
		}
		problems = append(problems, Problem{
			Object: is.Workload, Path: []string{"spec", "paused"}, About: by.Key().String(),
			Message: fmt.Sprintf("gets requests from %s, and is paused: if it was made so it has no pods", by.ID),
			Hint:    "take paused out a commit before",
		})
	}
	return problems
}

// checkNamesGone: the Service that the pods of a StatefulSet have their names
// from stays for as long as they run.
func checkNamesGone(e *Transition) []Problem {
	var problems []Problem
	for _, was := range e.lasting() {
		name := was.Workload.Text("spec", "serviceName")
		c, changed := e.find(kube.ID{Kind: "Service", Namespace: was.Workload.Namespace, Name: name})
		if name != "" && changed && c.Gone() {
			problems = append(problems, Problem{
				Object: was.Workload, About: name, Path: []string{"spec", "serviceName"},
				Message: fmt.Sprintf("gets the DNS names of its pods from %s, which is removed while they run: they no longer find each other", c.ID()),
				Hint:    "remove it a commit after the last pod",
			})
		}
	}
	return problems
}

// made is the Secret that an object makes, and takes with it when it goes: a
// SealedSecret (v0.38), or an ExternalSecret that owns it (v2.7).
func made(o kube.Object) (secret kube.ID, ok bool) {
	secret = kube.ID{Kind: "Secret", Namespace: o.Namespace, Name: o.Name}
	switch {
	case o.Is("bitnami.com", "SealedSecret"):
		return secret, true
	case o.Is("external-secrets.io", "ExternalSecret"):
		secret.Name = cmp.Or(o.Text("spec", "target", "name"), o.Name)
		return secret, cmp.Or(o.Text("spec", "target", "creationPolicy"), "Owner") == "Owner"
	}
	return secret, false
}

// unmade are the Secrets that go with what makes them, and what that is.
func (p *Transition) unmade() map[kube.ID]kube.ID {
	all := map[kube.ID]kube.ID{}
	for _, c := range p.Changed {
		if secret, ok := made(c.From); ok && c.Gone() {
			all[secret] = c.From.ID
		}
	}
	for _, o := range p.To.Objects {
		secret, _ := made(o)
		delete(all, secret)
		delete(all, o.Key())
	}
	return all
}
