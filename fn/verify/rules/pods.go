package rules

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/interleave"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// This file holds what a commit must leave alone, whatever the order.

// lasting are the workloads that run on both sides of an edge.
func (p *Transition) lasting() []cluster.Pods {
	if p.last != nil {
		return p.last
	}
	for _, was := range p.From.Pods {
		if p.lasts(was) {
			p.last = append(p.last, was)
		}
	}
	return p.last
}

func (p *Transition) lasts(was cluster.Pods) bool {
	return was.Count > 0 && p.To.PodsOf[was.Workload.Key()].Count > 0
}

// checkProbes: pods that run stay checked before requests are sent to them, now or
// by a later commit. A worker that nobody sends any, and that has no port, may do
// without.
func checkProbes(e *Transition) []Problem {
	var problems []Problem
	for _, was := range e.From.Pods {
		is, ok := e.To.PodsOf[was.Workload.Key()]
		if ok && e.changes(is.Workload) && probed(was.Workload) && !probed(is.Workload) && e.mayServe(was, is) {
			problems = append(problems, Problem{
				Object: is.Workload, Path: []string{"spec", "template"},
				Message: "loses its readiness probe: its pods get requests before they can answer", Hint: "keep readinessProbe",
			})
		}
	}
	return problems
}

// mayServe reports whether somebody sends requests to a workload at an end of an
// edge, or could by a later commit: it says where it listens.
func (p *Transition) mayServe(was, is cluster.Pods) bool {
	_, before := p.From.Serves(was)
	_, after := p.To.Serves(is)
	return before || after || len(declared(was.Workload)) > 0 || len(declared(is.Workload)) > 0
}

func probed(o kube.Object) bool {
	return slices.ContainsFunc(kube.Items(o.Node, "spec", "template", "spec", "containers"), func(c *yaml.Node) bool {
		return kube.Get(c, "readinessProbe") != nil
	})
}

// checkConfigGone: what the pods of a running workload need is there until they
// are gone. A pod of it that starts in between cannot.
func checkConfigGone(e *Transition) []Problem {
	var problems []Problem
	unmade := e.unmade()
	for _, was := range e.From.Pods {
		if is := e.To.PodsOf[was.Workload.Key()]; was.Count == 0 || is.Count == 0 && !e.From.Routes(was) {
			continue // nobody waits for those that go anyway
		}
		problems = append(problems, e.keysGone(was)...)
		problems = append(problems, e.pullsGone(was)...)
		for _, need := range allNeeds(e.From, was.Workload) {
			c, changed := e.find(need)
			by, without := unmade[need]
			what := "which is removed"
			switch {
			case without:
				what = fmt.Sprintf("which %s makes, and that is removed", by)
			case !changed || !c.Gone():
				continue
			}
			problems = append(problems, Problem{
				Object: was.Workload, About: need.String(), Severity: e.missed(was, slices.Contains(allNeeds(e.To, e.To.PodsOf[was.Workload.Key()].Workload), need) || need.Kind == "ServiceAccount"),
				Message: fmt.Sprintf("needs %s, %s while its pods run: one that restarts does not start", need, what), Hint: "remove it a commit after the last pod that needs it",
			})
		}
	}
	return problems
}

// missed says how bad it is that pods which run lose what they need to start, if
// their successors need it or not. Where they are all being replaced, which is what
// becomes of those with a hash in the name of their configuration, only one that
// restarts before its turn has come is missed, and the controller goes on without
// it. What identifies pods that run, a ServiceAccount, ends at once.
func (p *Transition) missed(was cluster.Pods, needed bool) schemas.Severity {
	is := p.To.PodsOf[was.Workload.Key()]
	if needed || is.Count == 0 || !cluster.Foreign(was.Workload, is.Workload) || interleave.Replaced(was, is, is.Count) < is.Count {
		return schemas.Error
	}
	return schemas.Warning
}

// checkConfigChanged: the configuration of pods that serve is not changed in
// place: some of them see it at once, some when they restart, all at no stage. Of
// pods of nobody's track a warning is enough: that drops no request by itself.
func checkConfigChanged(e *Transition) []Problem {
	var problems []Problem
	for _, was := range e.lasting() {
		if _, ok := e.From.Serves(was); !ok {
			continue
		}
		for _, need := range needs(was.Workload) {
			c, changed := e.find(need)
			if need.Kind != "ConfigMap" || !changed || c.Gone() || c.Made() || locked(c.From) || kube.Equal(c.From.Get("data"), c.To.Get("data")) && kube.Equal(c.From.Get("binaryData"), c.To.Get("binaryData")) {
				continue
			}
			severity := schemas.Error
			if cluster.Foreign(was.Workload, e.To.PodsOf[was.Workload.Key()].Workload) {
				severity = schemas.Warning
			}
			problems = append(problems, Problem{
				Object: c.To, About: was.Workload.Key().String(), Path: []string{"data"}, Severity: severity,
				Message: fmt.Sprintf("changes under %s, which serves: its pods run with either, depending on when they last restarted", was.Workload.ID),
				Hint:    "a ConfigMap of another name for the new version",
			})
		}
	}
	return problems
}

// find is the change of an object by name, wherever the agent puts it.
func (p *Transition) find(id kube.ID) (cluster.Change, bool) {
	if c, ok := p.Changed[id]; ok {
		return c, true
	}
	id.Namespace = ""
	c, ok := p.Changed[id]
	return c, ok
}

// sidecar says how pods in a mesh are told: labels and annotations of their
// template.
var sidecar = []string{"sidecar.istio.io/inject", "istio.io/rev", "linkerd.io/inject", "kuma.io/sidecar-injection"}

// checkMesh: pods behind a sidecar stay behind a Service until clients have
// left them. Without one their sidecar knows no port to take requests on,
// while the sidecars of clients still send them
// (https://github.com/istio/istio/issues/26861).
func checkMesh(e *Transition) []Problem {
	var problems []Problem
	for _, was := range e.lasting() {
		is := e.To.PodsOf[was.Workload.Key()]
		by, ok := e.From.Serves(was)
		_, still := e.To.Serves(is)
		if !ok || still || !e.meshed(was) {
			continue
		}
		problems = append(problems, Problem{
			Object: was.Workload, About: by.Key().String(),
			Message: "is behind no Service any more while the sidecars of clients still send it requests: 503", Hint: "a Service of its own that selects it for as long as it runs",
		})
	}
	return problems
}

// meshed reports whether pods have a sidecar: they say so, or a route of the
// mesh leads to a Service of theirs.
func (p *Transition) meshed(pods cluster.Pods) bool {
	for _, key := range sidecar {
		for _, field := range []string{"labels", "annotations"} {
			if v := pods.Workload.Text("spec", "template", "metadata", field, key); v != "" && v != "false" && v != "disabled" {
				return true
			}
		}
	}
	if p.From.InMesh()[pods.Workload.Key()] {
		return true
	}
	ns, ok := p.From.ByID[kube.ID{Kind: "Namespace", Name: pods.Workload.Namespace}]
	return ok && ns.Text("metadata", "labels", "istio-injection") == "enabled"
}
