package traefik

import (
	"cmp"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// reader reads the objects of a state.
type reader struct {
	route.Notes
	services    map[kube.ID]traefikObject
	world       route.World
	middlewares map[kube.ID]kube.Object
	full        map[string]kube.Object // the same, by namespace-name
	chains      map[kube.ID][]nameRef  // what those that are chains name
	resolved    map[kube.ID]resolved   // TraefikServices that are followed already
	open        map[kube.ID]bool       // those that are being followed
	names       map[string][]bearer    // by what Traefik calls them
	last        *kube.Object           // the Ingress with the default backend
	all         []alternative
}

// alternative is a rule for one list of conditions of a router, before it is known
// which others there are.
type alternative struct {
	route.Rule
	hosts       hosts
	entryPoints []string // none: the default ones
	entry       route.Entry
	priority    int

	connections bool     // it is of an IngressRouteTCP
	secure      bool     // it is for connections with TLS
	passthrough bool     // which pods end
	catchAll    bool     // its rule is HostSNI(`*`) and nothing else
	domains     []string // hosts that its rule names by Host()
}

// bearer is what has a name of Traefik's.
type bearer struct {
	kube.Object
	is string // what it is, all that it says
}

// traefikObject is a TraefikService that was read.
type traefikObject struct {
	kube.Object
	spec traefikService
}

// resolved is what stands behind a TraefikService.
type resolved struct {
	backends []route.Backend
	mirrors  []route.Backend // Weight: percent of the requests
	sticky   *route.Sticky
	options  []route.Effect // how Services are spoken to
	none     bool           // all weights are 0: requests get 503
}

// entryOf is where an IngressRoute takes requests, before the name of an entry point.
// Routers with TLS and without share a port and no request. A class other than traefik's
// own is for another Traefik.
func entryOf(o kube.Object, spec ingressRoute) route.Entry {
	words := []string{"Traefik"}
	if spec.TLS != nil {
		words = append(words, "TLS")
	}
	if o.Kind == "IngressRouteTCP" {
		words = append(words, "TCP")
	}
	class := cmp.Or(spec.Class, o.Text("metadata", "annotations", route.ClassAnnotation))
	if class != "" && class != "traefik" {
		class += "/"
	} else {
		class = ""
	}
	return route.Entry{Kind: strings.Join(words, " ") + " entry point", Name: class}
}
