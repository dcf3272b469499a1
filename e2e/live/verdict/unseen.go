package verdict

import (
	"regexp"
	"slices"
	"strings"
)

// reason is why nothing happens in the rig on an edge that is refuted rightly.
type reason struct {
	ids   string // of findings
	edges string // expression, by name; none: all
	says  string // expression, of the finding's message; none: all
	why   string
}

// reasons are those that are known. Findings that no line names must show: requests that
// are gone, backends without pods, gaps between routes.
var reasons = []reason{
	{ids: "capacity-short scaler-gone budget-both pods-paused", why: "pods of the rig are never busy, and no node is drained"},
	{ids: "service-kind", why: "nobody calls a Service from outside of the cluster, by its load balancer or by ports of nodes"},
	{
		ids: "tls-gone access-narrowed policy-lost protocol-changed network-closed entry-moved reference-gone",
		why: "requests of the rig are plain HTTP from one address, and no policy, certificate or other listener stands in their way",
	},
	{ids: "config-gone config-changed", why: "pods of the rig read no ConfigMaps and Secrets"},
	{
		ids: "template-changed readiness-removed readiness-unknown pods-killed not-ready-listed",
		why: "pods of the rig roll gracefully, and their new version is no worse than the old one",
	},
	{ids: "agent-changes agent-force agent-waits", why: "the applier of the rig does not obey annotations for Argo CD and Flux"},
	{ids: "edge-size state-size", why: "there are more orders than verify goes through: it refuses what it has not seen"},
	{ids: "ports-merged", why: "the rig applies server-side"},
	{ids: "gateway-gone", why: "the rig gives a Gateway to each route that names one"},
	{
		ids: "weight-omitted weight-none versions-mixed selector-overlap",
		why: "requests are answered, by other versions than is meant",
	},
	{ids: "canary-lost canary-twice canary-shared", why: "the main Ingress answers what its canary does not"},
	{ids: "route-clash", why: "one of the two routes answers"},
	{ids: "object-twice", why: "the last of the two counts"},
	{
		ids: "backend-missing", edges: `, backend (HTTPRoute|IngressRoute)/shop$`,
		why: "Traefik sends nobody to a missing Service without a share; other routers refuse the whole route",
	},
	{
		ids: "backend-missing", edges: `, backend Ingress/shop-canary$|^ingressNginx/create-and-route-safe$`,
		why: "Traefik ignores a canary whose Service is missing, where ingress-nginx answers 503",
	},
	{
		ids: "backend-missing backend-empty request-gone", why: "nobody comes in by TLS",
		edges: `^(traefik/(missing-service|empty-zero|middleware-broken)|gatewayAPI/section-narrowed)$`,
	},
	{
		ids: "backend-missing", says: "TraefikService [^ ]+ is not there",
		why: "Traefik leaves out a route whose TraefikService is missing, and the next one that matches answers; verify does not count on that",
	},
	{ids: "backend-missing", edges: "^(gatewayAPI|traefik) random 27$", why: "nobody answered that host before"},
	{ids: "backend-missing", edges: `^gatewayAPI/mesh-`, why: "no pod has a sidecar that would ask the mesh"},
	{ids: "backend-missing", edges: `^ingressNginx/traefik-(exact|wildcard)$`, why: "Traefik looks after another class of Ingresses"},
	{
		ids: "request-gone backend-missing", edges: `-expression`,
		why: "an expression of Traefik's matches a part of the path, and comes before a prefix by the length of its text",
	},
	{
		ids: "request-gone", edges: `^(request-gone-host|gatewayAPI/fallthrough)$`,
		why: "Traefik tries a wildcard's rules also for a host that has rules of its own; ingress-nginx and Cilium do not",
	},
	{ids: "request-gone", edges: `^request-gone-www$`, why: "clients of the rig do not count a redirect as an answer"},
	{ids: "request-gone", edges: `^request-gone-unselected$`, why: "nobody answers behind a Service without a selector, before or after"},
	{ids: "apex-empty", edges: `-let-go$`, why: "nothing was held before, so that nothing is let go"},
	{ids: "route-gap", edges: `-astray`, why: "requests are answered meanwhile, by a Service that they are not meant for"},
}

// refused is the word for edges of which the API server does not take the second state.
const refused = "(not taken)"

// unseen is the finding that explains why nothing happened, and the reason.
func (r Result) unseen() (id, why string) {
	for _, a := range r.Attempts {
		if len(a.Refused) > 0 {
			return refused, "the API server does not take an object of the second state, so that the first one stays"
		}
	}
	for _, f := range r.Judgment.refutations() {
		for _, one := range reasons {
			if one.explains(f, r.Edge) {
				return f.ID, one.why
			}
		}
	}
	return "", ""
}

func (r reason) explains(f Finding, edge string) bool {
	return slices.Contains(strings.Fields(r.ids), f.ID) && regexp.MustCompile(r.edges).MatchString(edge) &&
		regexp.MustCompile(r.says).MatchString(f.Message)
}
