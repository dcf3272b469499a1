package route

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
)

// Backend is a Service, or pods of it, that a rule sends requests to.
type Backend struct {
	Namespace, Service string
	Port               string            // number or name; "" if the router does not say
	Labels             map[string]string // a subset: only pods with these, beside the Service's selector
	Weight             int               // 0 or more, relative to the other backends of the rule
	Unknown            string            // why it cannot be judged: it is no Service
	Abroad             bool              // Unknown is answered in another cluster, or at the routes of In: it is judged there
	In                 string            // the cluster in which Unknown is answered, as its object says
	Broken             string            // why it cannot work although the Service may be there
	Speaks             string            // what the router speaks to it; "" if it does not say
	Main               bool              // the rule falls back to it
	Over               Over              // where its Service is looked for beside its own cluster
	Names              *Names            // what the router does where the Service is a name for another; nil: as DNS does
	Resolved           bool              // it was found by DNS: of a headless Service the pods themselves
}

// Over says which clusters answer for a backend, where there are several.
type Over string

// The registries in which a Service is looked for.
const (
	OverOwn  Over = ""     // that of its own cluster
	OverMesh Over = "mesh" // of every cluster of a mesh: all Services of the name are one (Istio 1.31, multi-primary)
	OverSet  Over = "set"  // of a cluster set: those of the name that are exported (KEP-1645, ServiceExport)
)

// Names is the backend, without a port, that a Service is a name for: an [World.Alias], or,
// where there are several clusters, what these export (KEP-1645: cart.shop.svc.clusterset.local).
func (w World) Names(svc kube.Object) (Backend, bool) {
	if namespace, name, ok := w.Alias(svc); ok {
		return Backend{Namespace: namespace, Service: name}, true
	}
	if svc.Text("spec", "type") != "ExternalName" || w.Cluster == "" {
		return Backend{}, false
	}
	parts := strings.SplitN(strings.TrimSuffix(svc.Text("spec", "externalName"), "."), ".", 3)
	if len(parts) < 3 || parts[2] != "svc."+setDomain {
		return Backend{}, false
	}
	return Backend{Namespace: parts[1], Service: parts[0], Over: OverSet}, true
}

// Names says what a router does with a Service of type ExternalName to which a rule sends
// requests. The zero value is what DNS does: CoreDNS 1.14 gives the name that the Service
// says, as it stands, and what that leads to; no port is in it.
type Names struct {
	Never  string // why it follows none: "it asks for the pods of a Service"; "": it does
	Maybe  string // what it does, where no manifest tells it: "follows such only with allowExternalNameServices"; "": it does
	Listed bool   // at ports that the Service lists, and at no other
	Target bool   // at the targetPort of the Service
	Search bool   // it looks for a name under the domains of its pod, too: cart.shop.svc is one
	Exact  bool   // the name must be that of a Service of the mesh, letter by letter: no dot at its end
	Next   *Names // what it does with a name to which a name leads; nil: as DNS does
}

// Follow is the backend to which a Service leads that is a name for another one
// (ExternalName), as those take it who ask for a backend; broken where they do not follow it.
// name is false of any other Service, and of a name outside of the cluster.
func (w World) Follow(svc kube.Object, b Backend) (to Backend, name bool) {
	if svc.Text("spec", "type") != "ExternalName" {
		return b, false
	}
	names := Names{}
	if b.Names != nil {
		names = *b.Names
	}
	named, inside := w.Names(svc)
	port, why := names.port(svc, b.Port)
	if refused := names.refuses(svc, inside); refused != "" {
		why = refused
	}
	if why != "" {
		b.Broken = fmt.Sprintf("Service %s is a name for %s, and %s", svc.Name, svc.Text("spec", "externalName"), why)
		return b, true
	}
	if !inside {
		return b, false
	}
	b.Namespace, b.Service, b.Over, b.Port, b.Names, b.Resolved = named.Namespace, named.Service, named.Over, port, names.Next, true
	return b, true
}

// refuses says why a name is not followed; "" if it is.
func (n Names) refuses(svc kube.Object, inside bool) string {
	host := svc.Text("spec", "externalName")
	switch {
	case n.Never != "":
		return n.Never
	case inside && !n.Search && strings.Count(strings.TrimSuffix(host, "."), ".") == 2:
		return "without its domain, " + domain + ", DNS finds nothing"
	case inside && n.Exact && strings.HasSuffix(host, "."):
		return "the mesh has no Service of a name with a dot at its end"
	}
	return ""
}

// port is where those who follow a name ask for one of its ports: by its number, for DNS
// knows no names of ports.
func (n Names) port(svc kube.Object, port string) (number, why string) {
	called, protocol, other := strings.Cut(port, "/")
	number = called
	for _, p := range kube.Items(svc.Node, "spec", "ports") {
		byNumber := kube.Text(p, "port") == called
		if !byNumber && kube.Text(p, "name") != called {
			continue
		}
		number = kube.Text(p, "port")
		if target := kube.Text(p, "targetPort"); n.Target && target != "" {
			_, err := strconv.Atoi(target)
			switch {
			case err == nil:
				number = target
			case byNumber:
				return "", fmt.Sprintf("the router asks for its targetPort, of which %s is no number", target)
			}
		}
		called = ""
		break
	}
	if n.Listed && called != "" {
		return "", "lists no port " + called
	}
	if other {
		number += "/" + protocol
	}
	return number, ""
}
