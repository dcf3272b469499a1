package routes

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/interleave"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// This file holds policies of a mesh that let nobody in (Istio 1.31). What others do
// hangs on clients, identities and programs that no manifest shows: see package
// account.

const securityGroup = "security.istio.io"

func strict(o kube.Object) bool { return o.Text("spec", "mtls", "mode") == "STRICT" }

// CheckRefused checks that no policy comes that lets nobody in to pods that serve.
func CheckRefused(e *edge.Transition) []edge.Problem {
	var problems []edge.Problem
	for _, id := range cluster.SortedIDs(e.Changed) {
		c := e.Changed[id]
		if c.Gone() || !refusesAll(c.To) || !c.Made() && refusesAll(c.From) && sameSpec(c) {
			continue
		}
		for _, p := range e.To.Pods {
			by, served := e.To.Serving()[p.Workload.Key()]
			if served && e.From.PodsOf[p.Workload.Key()].Workload.Node != nil && appliesTo(c.To, p) {
				problems = append(problems, edge.Problem{
					Object: c.To, Path: []string{"spec"}, About: c.To.Name,
					Message: fmt.Sprintf("lets nobody in to the pods of %s, to which %s sends requests: all of them get 403", p.Workload.ID, by.ID),
					Hint:    "a rule for those who may call it, in the same object; or a selector for other pods",
				})
				break
			}
		}
	}
	return append(problems, checkPlain(e)...)
}

// sameSpec reports whether a change is one of metadata alone.
func sameSpec(c cluster.Change) bool {
	if c.Made() || c.Gone() {
		return false
	}
	a, b := cluster.Fields(c.From.Node), cluster.Fields(c.To.Node)
	delete(a, "metadata")
	delete(b, "metadata")
	return maps.EqualFunc(a, b, kube.Equal)
}

// refusesAll reports whether a policy lets nothing in: it allows nothing, or
// denies everything (istio.io/api v1.31, security/v1, AuthorizationPolicy).
func refusesAll(o kube.Object) bool {
	if !o.Is(securityGroup, "AuthorizationPolicy") {
		return false
	}
	rules := kube.Items(o.Node, "spec", "rules")
	switch o.Text("spec", "action") {
	case "", "ALLOW":
		return len(rules) == 0
	case "DENY":
		return slices.ContainsFunc(rules, func(n *yaml.Node) bool { return len(n.Content) == 0 })
	}
	return false
}

// meshRoot is the namespace whose policies are for the whole mesh, unless its
// configuration names another one.
const meshRoot = "istio-system"

// appliesTo reports whether a policy is for some pods: those that it selects, or
// all of its namespace. One that hangs on targets is for what they name.
func appliesTo(o kube.Object, p cluster.Pods) bool {
	if o.Get("spec", "targetRef") != nil || o.Get("spec", "targetRefs") != nil {
		return false // of waypoints
	}
	labels := o.Get("spec", "selector", "matchLabels")
	return (o.Namespace == meshRoot || kube.SameNamespace(o.Namespace, p.Workload.Namespace)) &&
		(labels == nil || kube.Selects(labels, p.Labels))
}

// checkPlain: where pods take nothing but the mesh's own TLS, no client is told to
// speak without.
func checkPlain(e *edge.Transition) []edge.Problem {
	before := plainly(e.From)
	var problems []edge.Problem
	for _, o := range plainly(e.To) {
		if slices.ContainsFunc(before, func(b kube.Object) bool { return b.Key() == o.Key() }) {
			continue
		}
		problems = append(problems, edge.Problem{
			Object: o, Path: []string{"spec", "trafficPolicy", "tls", "mode"}, About: o.Name,
			Message: "tells clients to speak without the mesh's TLS to pods that take nothing but the mesh's own TLS, by PeerAuthentication " +
				"STRICT: their " +
				"connections are reset",
			Hint: "mode ISTIO_MUTUAL, in a commit before; or PeerAuthentication PERMISSIVE for as long as it is not",
		})
	}
	return problems
}

// plainly are the DestinationRules that switch TLS off for hosts of namespaces
// which ask for it.
func plainly(s cluster.State) []kube.Object {
	var strictly []kube.Object
	for _, o := range s.World.All(securityGroup, "PeerAuthentication") {
		if strict(o) && o.Get("spec", "selector") == nil {
			strictly = append(strictly, o)
		}
	}
	if len(strictly) == 0 {
		return nil
	}
	var all []kube.Object
	for _, o := range s.World.All(cluster.IstioGroup, "DestinationRule") {
		mode := o.Text("spec", "trafficPolicy", "tls", "mode")
		svc, ok := s.MeshService(meshHost(o))
		if ok && (mode == "DISABLE" || mode == "SIMPLE" || mode == "MUTUAL") && slices.ContainsFunc(strictly, func(a kube.Object) bool {
			return a.Namespace == meshRoot || a.Namespace == svc.Namespace
		}) {
			all = append(all, o)
		}
	}
	return all
}

// meshHost is the host of a DestinationRule as the mesh knows it.
func meshHost(o kube.Object) string {
	host := o.Text("spec", "host")
	parts := strings.Split(host, ".")
	switch {
	case len(parts) == 1:
		return route.MeshHost(o.Namespace, host)
	case len(parts) >= 3 && parts[2] == "svc":
		return route.MeshHost(parts[1], parts[0])
	}
	return host
}

// CheckOutside checks that a host outside of the cluster that routes send requests to
// stays known to the mesh.
func CheckOutside(e *edge.Transition) []edge.Problem {
	lost := map[string]cluster.Change{}
	for _, id := range cluster.SortedIDs(e.Changed) {
		c := e.Changed[id]
		if c.Made() || !c.From.Is(cluster.IstioGroup, "ServiceEntry") {
			continue
		}
		for _, h := range kube.Items(c.From.Node, "spec", "hosts") {
			lost[h.Value] = c
		}
	}
	if len(lost) == 0 {
		return nil
	}
	for _, o := range e.To.World.All(cluster.IstioGroup, "ServiceEntry") {
		for _, h := range kube.Items(o.Node, "spec", "hosts") {
			delete(lost, h.Value)
		}
	}
	var problems []edge.Problem
	for _, r := range e.To.Rules {
		for _, b := range cluster.Backends(r) {
			host, outside := strings.CutSuffix(b.Unknown, " is no Service")
			if c, gone := lost[host]; gone && outside && r.Source.Group == cluster.IstioGroup {
				problems = append(problems, edge.Problem{
					Object: r.Source, About: host,
					Message: fmt.Sprintf("sends requests to %s, which %s no longer makes known to the mesh: its share of the requests gets %s", host,
						c.ID(), interleave.Dangling(r)),
					Hint: "take the requests away a commit before the host goes",
				})
			}
		}
	}
	return problems
}
