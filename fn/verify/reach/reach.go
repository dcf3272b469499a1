package reach

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/policy"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// maxSteps bounds the names that are followed one after the other: a Role is named by a
// binding, which means an account, which a workload runs by.
const maxSteps = 3

// Requests are those that an object may touch in some states, in words: hosts with their
// paths, and Services that clients call by name. None: nobody knows.
func Requests(o kube.Object, states ...cluster.State) []string {
	var found classes
	for _, s := range states {
		here := o
		if one, there := s.ByID[o.Key()]; there {
			here = one
		}
		w := walk{s, o.Namespace, &found, map[kube.ID]bool{}}
		if !w.from(here) {
			w.wide(here)
		}
	}
	return found.texts()
}

// walk follows names from an object to requests.
type walk struct {
	cluster.State
	home  string // the namespace of the object that it began with
	found *classes
	seen  map[kube.ID]bool
}

// from goes from an object to requests, step by step, and reports whether it found some.
func (w walk) from(o kube.Object) bool {
	if w.ends(o) {
		return true
	}
	if all, ok := meant(w.State, o); ok {
		return w.along(all, maxSteps)
	}
	if w.written(o) || w.along(namers(w.State, o), maxSteps) {
		return true
	}
	if cluster.RunsPods(o) || o.Is("", "Service") || strings.HasPrefix(o.Group, "rbac.") {
		return false
	}
	return w.along(namedBy(w.State, o), 1)
}

// along goes on to those who name some objects.
func (w walk) along(all []kube.Object, steps int) bool {
	found := false
	for _, o := range all {
		if w.seen[o.Key()] {
			continue
		}
		w.seen[o.Key()] = true
		if w.ends(o) {
			found = true
			continue
		}
		if steps > 1 && !cluster.RunsPods(o) {
			next, ok := meant(w.State, o)
			if !ok {
				next = namers(w.State, o)
			}
			found = w.along(next, steps-1) || found
		}
	}
	return found
}

// ends adds the requests of an object that has some itself: a route, what they come in
// by, a Service, pods.
func (w walk) ends(o kube.Object) bool {
	before := len(w.found.hosts)
	known := false
	for _, r := range w.rules()[o.Key()] {
		w.found.rule(r, w.home)
		known = true
	}
	switch {
	case o.Is("", "Service"):
		known = w.service(o)
	case cluster.RunsPods(o):
		for _, svc := range w.Fronts()[o.Key()] {
			known = w.service(svc) || known
		}
	}
	return known || len(w.found.hosts) > before
}

// service adds the requests that routes send to a Service; without any, those of clients
// that call it by name.
func (w walk) service(svc kube.Object) bool {
	some := false
	for _, r := range w.leading()[svc.Key()] {
		w.found.rule(r, w.home)
		some = true
	}
	if !some {
		w.found.add(serviceText(svc.Namespace, svc.Name, w.home), "")
	}
	return true
}

// rules are the rules of routes by the object that they are of, and by the gateway that
// their requests come in by.
func (w walk) rules() map[kube.ID][]route.Rule {
	return cluster.Memo(w.State, "reach of objects", func() map[kube.ID][]route.Rule {
		all := map[kube.ID][]route.Rule{}
		gateways := map[route.Entry]kube.Object{}
		for _, r := range w.Rules {
			if cluster.Direct(r) {
				continue
			}
			all[r.Source.Key()] = append(all[r.Source.Key()], r)
			for _, via := range r.Via {
				g, known := gateways[via]
				if !known {
					g = w.Gateway(via)
					gateways[via] = g
				}
				if g.Node != nil {
					all[g.Key()] = append(all[g.Key()], r)
				}
			}
		}
		return all
	})
}

// leading are the rules of routes that send requests to each Service.
func (w walk) leading() map[kube.ID][]route.Rule {
	return cluster.Memo(w.State, "reach of Services", func() map[kube.ID][]route.Rule {
		all := map[kube.ID][]route.Rule{}
		for _, r := range w.Rules {
			if cluster.Direct(r) {
				continue
			}
			for _, b := range cluster.Backends(r) {
				if svc, ok := w.Service(b); ok {
					all[svc.Key()] = append(all[svc.Key()], r)
				}
			}
		}
		return all
	})
}

// spread are kinds that hold for all pods of their namespace unless they name some.
var spread = strings.Fields("NetworkPolicy CiliumNetworkPolicy EnvoyFilter Sidecar ProxyConfig AuthorizationPolicy PeerAuthentication " +
	"RequestAuthentication WasmPlugin TrafficExtension LimitRange ResourceQuota")

// wide adds the requests of a whole namespace.
func (w walk) wide(o kube.Object) {
	if _, chosen := selectors(o); !chosen && slices.Contains(spread, o.Kind) && o.Namespace != "" {
		w.found.add("all of namespace "+o.Namespace, "")
	}
}

// hostFields are fields in which routes of any kind write the hosts they are for.
var hostFields = strings.Fields("host hosts hostname hostnames fqdn domain domains virtualHost dnsNames")

// inRule is a host in the language of Traefik.
var inRule = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("Host(?:SNI)?\\(`([^`]+)`\\)") })

// written adds the hosts that stand in an object which nobody reads, and reports whether
// there are some. One that names a Service stands for what leads to it.
func (w walk) written(o kube.Object) bool {
	some := false
	add := func(host string) {
		host = host[strings.LastIndexByte(host, '/')+1:]
		in, name, ok := policy.Service(host, o.Namespace)
		svc, there := w.World.Find("", "Service", in, name)
		switch {
		case ok && there:
			some = w.service(svc)
		case strings.Contains(host, "."):
			w.found.add(host, "")
			some = true
		}
	}
	var look func(n *yaml.Node, field string)
	look = func(n *yaml.Node, field string) {
		switch n.Kind {
		case yaml.MappingNode:
			for i := 0; i+1 < len(n.Content); i += 2 {
				look(n.Content[i+1], n.Content[i].Value)
			}
		case yaml.SequenceNode:
			for _, item := range n.Content {
				look(item, field)
			}
		case yaml.ScalarNode:
			if slices.Contains(hostFields, field) {
				add(n.Value)
			}
			for _, m := range inRule().FindAllStringSubmatch(n.Value, -1) {
				add(m[1])
			}
		}
	}
	if spec := o.Get("spec"); spec != nil && spec.Kind == yaml.MappingNode && kube.Get(spec, "template") == nil {
		look(spec, "")
	}
	return some
}
