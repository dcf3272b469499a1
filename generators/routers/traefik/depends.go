package traefik

import (
	"cmp"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// fate is what requests get where a name leads nowhere (Traefik v3.7, pkg/server/router).
const fate = "Traefik switches the rule off, and its requests get 404"

// older is the group of Traefik v2.
const older = "traefik.containo.us"

// What a name may stand for: a kind in the group of today, and in the older one.
var (
	ofMiddleware       = []kube.ID{{Group: group, Kind: "Middleware"}, {Group: older, Kind: "Middleware"}}
	ofMiddlewareTCP    = []kube.ID{{Group: group, Kind: "MiddlewareTCP"}, {Group: older, Kind: "MiddlewareTCP"}}
	ofTLSOption        = []kube.ID{{Group: group, Kind: "TLSOption"}, {Group: older, Kind: "TLSOption"}}
	ofServersTransport = []kube.ID{{Group: group, Kind: "ServersTransport"}, {Group: older, Kind: "ServersTransport"}}
)

// annotations are those of Ingresses and Services that Traefik's provider of Ingresses reads.
var annotations = []route.Annotation{
	{Key: "traefik.ingress.kubernetes.io/router.middlewares", Names: ofMiddleware, Form: route.NameJoined, Fate: fate},
	{Key: "traefik.ingress.kubernetes.io/router.tls.options", Names: ofTLSOption, Form: route.NameJoined, Fate: fate},
	{
		Key: "traefik.ingress.kubernetes.io/service.serverstransport", Names: ofServersTransport, Form: route.NameJoined,
		Fate: fate, Speaks: true,
	},
	{Key: "traefik.ingress.kubernetes.io/service.serversscheme", Speaks: true},
}

// depends are the middlewares of an IngressRoute, and those of a chain.
func depends(o kube.Object, _ route.World) []route.Dependency {
	if !strings.HasPrefix(o.Group, "traefik.") {
		return nil
	}
	kinds := ofMiddleware
	if strings.HasSuffix(o.Kind, "TCP") {
		kinds = ofMiddlewareTCP
	}
	var all []route.Dependency
	add := func(refs []*yaml.Node, path ...string) {
		for _, ref := range refs {
			all = append(all, route.Dependency{
				Namespace: cmp.Or(kube.Text(ref, "namespace"), o.Namespace), Name: kube.Text(ref, "name"),
				Kinds: kinds, Path: path, Fate: fate,
			})
		}
	}
	for _, r := range kube.Items(o.Node, "spec", "routes") {
		add(kube.Items(r, "middlewares"), "spec", "routes")
	}
	add(kube.Items(o.Node, "spec", "chain", "middlewares"), "spec", "chain")
	return all
}
