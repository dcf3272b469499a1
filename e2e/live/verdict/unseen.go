package verdict

import (
	"regexp"
)

// reason is why nothing happens in the rig on an edge that is refuted rightly.
type reason struct {
	ids   *regexp.Regexp // of the finding
	edges *regexp.Regexp // by name; nil: all
	why   string
}

// reasons are those that are known. Findings that no line names must show: requests that
// are gone, backends without pods, gaps between routes.
var reasons = []reason{
	{regexp.MustCompile(`^(capacity-short|scaler-gone|budget-both|pods-paused)$`), nil, "pods of the rig are never busy, and no node is drained"},
	{regexp.MustCompile(`^service-kind$`), nil, "nobody calls a Service from outside of the cluster, by its load balancer or by ports of nodes"},
	{
		regexp.MustCompile(`^(tls-gone|access-narrowed|policy-lost|protocol-changed|network-closed|entry-moved|reference-gone)$`), nil,
		"requests of the rig are plain HTTP from one address, and no policy, certificate or other listener stands in their way",
	},
	{regexp.MustCompile(`^config-(gone|changed)$`), nil, "pods of the rig read no ConfigMaps and Secrets"},
	{
		regexp.MustCompile(`^(template-changed|readiness-removed|readiness-unknown|pods-killed|not-ready-listed)$`), nil,
		"pods of the rig roll gracefully, and their new version is no worse than the old one",
	},
	{regexp.MustCompile(`^agent-(changes|force|waits)$`), nil, "the applier of the rig does not obey annotations for Argo CD and Flux"},
	{regexp.MustCompile(`^(edge-size|state-size)$`), nil, "there are more orders than verify goes through: it refuses what it has not seen"},
	{regexp.MustCompile(`^ports-merged$`), nil, "the rig applies server-side"},
	{regexp.MustCompile(`^gateway-gone$`), nil, "the rig gives a Gateway to each route that names one"},
	{regexp.MustCompile(`^(weight-omitted|weight-none|versions-mixed|selector-overlap)$`), nil, "requests are answered, by other versions than is meant"},
	{regexp.MustCompile(`^canary-(lost|twice|shared)$`), nil, "the main Ingress answers what its canary does not"},
	{regexp.MustCompile(`^route-clash$`), nil, "one of the two routes answers"},
	{
		regexp.MustCompile(`^backend-missing$`), regexp.MustCompile(`, backend (HTTPRoute|IngressRoute)/shop$`),
		"Traefik sends nobody to a missing Service without a share; other routers refuse the whole route",
	},
	{
		regexp.MustCompile(`^backend-missing$`), regexp.MustCompile(`, backend Ingress/shop-canary$`),
		"Traefik ignores a canary whose Service is missing, where ingress-nginx answers 503",
	},
	{
		regexp.MustCompile(`^(backend-missing|backend-empty|request-gone)$`),
		regexp.MustCompile(`^(traefik/(missing-service|empty-zero|middleware-broken)|gatewayAPI/section-narrowed)$`),
		"nobody comes in by TLS",
	},
	{regexp.MustCompile(`^backend-missing$`), regexp.MustCompile(`^gatewayAPI/mesh-`), "no pod has a sidecar that would ask the mesh"},
	{regexp.MustCompile(`^backend-missing$`), regexp.MustCompile(`^ingressNginx/traefik-exact$`), "Traefik looks after another class of Ingresses"},
	{
		regexp.MustCompile(`^(request-gone|backend-missing)$`), regexp.MustCompile(`-expression`),
		"an expression of Traefik's matches a part of the path, and comes before a prefix by the length of its text",
	},
	{
		regexp.MustCompile(`^request-gone$`), regexp.MustCompile(`^request-gone-host$`),
		"Traefik tries a wildcard's rules also for a host that has rules of its own; ingress-nginx does not",
	},
	{regexp.MustCompile(`^request-gone$`), regexp.MustCompile(`^request-gone-www$`), "clients of the rig do not count a redirect as an answer"},
	{regexp.MustCompile(`^apex-empty$`), regexp.MustCompile(`-let-go$`), "nothing was held before, so that nothing is let go"},
	{regexp.MustCompile(`^route-gap$`), regexp.MustCompile(`-astray`), "requests are answered meanwhile, by a Service that they are not meant for"},
	{regexp.MustCompile(`^object-twice$`), nil, "the last of the two counts"},
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
	for _, id := range r.Judgment.errors() {
		for _, one := range reasons {
			if one.ids.MatchString(id) && (one.edges == nil || one.edges.MatchString(r.Edge)) {
				return id, one.why
			}
		}
	}
	return "", ""
}
