package rules

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/account"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/interleave"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/fn/verify/rules/entry"
	"github.com/cutoverdev/cutover/fn/verify/rules/pods"
	"github.com/cutoverdev/cutover/fn/verify/rules/state"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/workload"
	"go.yaml.in/yaml/v3"
)

// Facts are what package account asks of an edge.
type Facts struct{ *edge.Transition }

// Named is of [account.Facts].
func (p Facts) Named(o kube.Object, name string) bool {
	return isNamed(p.From, name, p.otherThan(o)) || isNamed(p.To, name, p.otherThan(o))
}

// Touches reports whether an edge changes what an object has to do with: itself, what
// it names or is named by, a route, which may take its requests or give it some, or,
// if it runs pods or stands for some, what requests hang on.
func (p Facts) Touches(o kube.Object) bool {
	its := func(by kube.Object) bool { return by.Key() == o.Key() }
	for id, c := range p.Changed {
		is := func(by kube.Object) bool { return by.Key() == id }
		subject := cluster.Subject(c)
		hung := p.Transition.Hung(subject) || subject.Is("discovery.k8s.io", "EndpointSlice")
		switch {
		case id == o.Key(), p.From.Router.Routing(subject), hung && wide(o):
			return true
		}
		for _, s := range []cluster.State{p.From, p.To} {
			if isNamed(s, id.Name, its) || isNamed(s, o.Name, is) {
				return true
			}
		}
	}
	return false
}

// wide reports whether an object has to do with more than it names: by labels, or with
// all requests.
func wide(o kube.Object) bool {
	return o.Get("spec", "template") != nil || o.Get("spec", "workloadRef") != nil || o.Is("", "Pod") || o.Is("", "Service") ||
		o.Is(cluster.IstioGroup, "EnvoyFilter") || o.Is(cluster.IstioGroup, "Sidecar")
}

// NamedBefore is of [account.Facts].
func (p Facts) NamedBefore(o kube.Object) bool { return isNamed(p.From, o.Name, p.otherThan(o)) }

func (p Facts) otherThan(o kube.Object) func(kube.Object) bool {
	return func(by kube.Object) bool { return by.Key() != o.Key() }
}

// Idle is of [account.Facts].
func (p Facts) Idle(o kube.Object) bool {
	busy := func(s cluster.State) func(kube.Object) bool {
		return func(by kube.Object) bool {
			_, serves := s.Serving()[by.Key()]
			return by.Key() != o.Key() && by.Group != "batch" && (serves || !cluster.RunsPods(by))
		}
	}
	return p.Named(o, o.Name) && !isNamed(p.From, o.Name, busy(p.From)) && !isNamed(p.To, o.Name, busy(p.To))
}

// Entered is of [account.Facts].
func (p Facts) Entered(o kube.Object) bool {
	return edge.Memo(p.Transition, "entered", func() map[kube.ID]bool {
		all := map[kube.ID]bool{}
		for _, s := range []cluster.State{p.From, p.To} {
			for _, r := range s.Rules {
				for _, via := range r.Via {
					if g := s.Gateway(via); g.Node != nil {
						all[g.Key()] = true
					}
				}
			}
		}
		return all
	})[o.Key()]
}

// Any is of [account.Facts].
func (p Facts) Any(group, kind string) bool {
	return slices.ContainsFunc(p.From.Objects, func(o kube.Object) bool { return o.Is(group, kind) })
}

// Holds is of [account.Facts].
func (p Facts) Holds(group string) bool {
	of := func(o kube.Object) bool { return o.Group == group }
	return slices.ContainsFunc(p.From.Objects, of) || slices.ContainsFunc(p.To.Objects, of)
}

// Backed is of [account.Facts]. Of what stands for a name, and of what somebody else
// fills, other rules speak.
func (p Facts) Backed(o kube.Object) bool {
	at := route.Backend{Namespace: o.Namespace, Service: o.Name}
	own := o.Text("metadata", "labels", workload.TrackLabel) != "" // its pods would be here
	selects := func(s cluster.State) bool { return len(kube.Strings(s.ByID[o.Key()].Node, "spec", "selector")) > 0 }
	return own || !selects(p.From) && !selects(p.To) || len(p.From.Selected(at)) > 0 || len(p.To.Selected(at)) > 0
}

// Hung is of [account.Facts].
func (p Facts) Hung(o kube.Object) bool { return p.Transition.Hung(o) || cluster.Autoscales(o) }

// Joins is of [account.Facts].
func (p Facts) Joins(o kube.Object) bool {
	is, ok := p.To.PodsOf[o.Key()]
	if !ok {
		return false
	}
	return slices.ContainsFunc(p.To.World.All("", "Service"), func(svc kube.Object) bool {
		at := route.Backend{Namespace: svc.Namespace, Service: svc.Name}
		return cluster.Selects(svc, at, o.Namespace, is.Labels) && slices.ContainsFunc(p.From.Selected(at), func(was cluster.Pods) bool {
			return p.Lasts(was) && cluster.Selects(svc, at, o.Namespace, p.To.PodsOf[was.Workload.Key()].Labels) &&
				!cluster.SameVersion(was.Workload, o)
		}) && !state.Routed(p.To, at)
	})
}

// Needed is of [account.Facts].
func (p Facts) Needed(o kube.Object) bool {
	return isNeeded(p.From, o) || isNeeded(p.To, o)
}

// NeededBefore is of [account.Facts].
func (p Facts) NeededBefore(o kube.Object) bool { return isNeeded(p.From, o) }

// BoundBefore is of [account.Facts].
func (p Facts) BoundBefore(o kube.Object) bool {
	return slices.ContainsFunc(p.From.Objects, func(by kube.Object) bool {
		return by.Group == o.Group && by.Text("roleRef", "name") == o.Name && by.Text("roleRef", "kind") == o.Kind
	})
}

// isNeeded reports whether pods of a workload, or a place where TLS ends, need an
// object.
func isNeeded(s cluster.State, o kube.Object) bool {
	needed := cluster.Memo(s, "needed", func() map[kube.ID][]string {
		all := map[kube.ID][]string{}
		need := func(id kube.ID) {
			at := id
			at.Namespace = ""
			all[at] = append(all[at], id.Namespace)
		}
		for _, p := range s.Pods {
			for _, id := range pods.AllNeeds(s, p.Workload) {
				need(id)
			}
		}
		for _, id := range entry.Certificates(s) {
			need(id)
		}
		return all
	})
	id := o.Key()
	id.Namespace = ""
	return slices.ContainsFunc(needed[id], func(ns string) bool { return kube.SameNamespace(ns, o.Namespace) })
}

// isNamed reports whether an object that fits has a name in it.
func isNamed(s cluster.State, name string, fits func(kube.Object) bool) bool {
	words := cluster.Memo(s, "words", func() map[string][]int {
		all := map[string][]int{}
		for i, by := range s.Objects {
			takeWords(all, i, by.Node, "")
		}
		return all
	})
	return slices.ContainsFunc(words[name], func(i int) bool { return fits(s.Objects[i]) })
}

// takeWords takes down where each text stands that may be a name: the whole of it, or
// what follows its last slash. Labels and what is called by a name of its own are no
// names of others.
func takeWords(all map[string][]int, at int, n *yaml.Node, field string) {
	switch n.Kind {
	case yaml.ScalarNode:
		word := n.Value[strings.LastIndexAny(n.Value, "/=")+1:]
		if field == "sectionName" {
			word = account.Section + word
		}
		if word != "" && !slices.Contains(all[word], at) {
			all[word] = append(all[word], at)
		}
	case yaml.SequenceNode:
		for _, item := range n.Content {
			takeWords(all, at, item, field)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i].Value
			own := key == "name" && slices.Contains([]string{"metadata", "containers", "initContainers", "ports", "rules"}, field)
			if !own && !slices.Contains([]string{"labels", "matchLabels", "apiVersion", "kind"}, key) {
				takeWords(all, at, n.Content[i+1], key)
			}
		}
	}
}

// Rivals is of [account.Facts].
func (p Facts) Rivals(o kube.Object) []kube.Object {
	hosts := hostsWritten(p.To, o)
	if hosts == nil {
		return nil
	}
	return slices.DeleteFunc(p.From.World.All(o.Group, o.Kind), func(was kube.Object) bool {
		return was.Key() == o.Key() || !slices.ContainsFunc(hostsWritten(p.From, was), func(h string) bool {
			return slices.ContainsFunc(hosts, func(g string) bool {
				return route.HostFits(g, p.SampleHost(h)) || route.HostFits(h, p.SampleHost(g))
			})
		})
	})
}

// hostsWritten are the hosts of a route, "*" if it leaves them out; nil: it is none.
func hostsWritten(s cluster.State, o kube.Object) []string {
	var paths []string
	switch o.Kind {
	case "Ingress":
		paths = []string{"spec", "rules", "host"}
	case "VirtualService":
		paths = []string{"spec", "hosts"}
	case "HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute":
		paths = []string{"spec", "hostnames"}
	default:
		return hostsDescribed(s, o)
	}
	all := interleave.Values(o.Node, paths)
	for i, h := range all {
		all[i] = cmp.Or(h, "*")
	}
	return all
}

// hostsDescribed are the hosts of an object that says itself how it is read; nil: it
// does not. Its router's order is not known, and may give it requests of another one.
func hostsDescribed(s cluster.State, o kube.Object) []string {
	describes := slices.ContainsFunc(s.Router.Providers, func(p route.Provider) bool {
		if p.Describe == nil {
			return false
		}
		_, ok := p.Describe(o)
		return ok
	})
	if !describes {
		return nil
	}
	var all []string
	for _, r := range s.Rules {
		if r.Source.Key() == o.Key() {
			all = append(all, r.Hosts...)
			if len(r.Hosts) == 0 {
				all = append(all, "*")
			}
		}
	}
	return all
}
