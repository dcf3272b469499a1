package gke

import "github.com/cutoverdev/cutover/generators/route"

var metrics = []route.Metrics{
	{
		Reason: "Load balancers write to Cloud Monitoring (loadbalancing.googleapis.com/https/backend_request_count), by backend service, and to no Prometheus.",
	},
}

var traps = []route.Trap{
	{
		Is:   "Load balancers ask each pod for / by a health check of their own, whatever its readiness probe is, and send nothing to a pod that does not answer 200.",
		Kept: "options.health writes a HealthCheckPolicy for both tracks, and one for the apex is copied for them; where neither is there a warning says so (gke-health).",
	},
	{
		Is:   "It takes a minute or more until a Service that a route names for the first time is served, and until then requests fail.",
		Kept: "The route names both tracks at every stage, with weight 0 if need be, long before the candidate gets a share; a Service that comes with its first share is a finding.",
		Case: "gke/missing",
	},
	{
		Is:   "Connections to pods that go are cut: the draining timeout is 0 unless a policy says otherwise.",
		Kept: "A GCPBackendPolicy of 30 seconds is written for both tracks, or the apex's is copied.",
	},
	{
		Is:   "A policy that a Service loses leaves its load balancer with the defaults: another health check, and no draining.",
		Kept: "Policies of the tracks are there at every stage; what a commit does to others is listed as not judged.",
	},
	{
		Is: "An Ingress of GKE that leads to another Service gets 502 for a minute, and one whose Service selects other pods at once for seconds " +
			"(kubernetes#44132, ingress-gce#638).",
		Kept: "The Ingress stays. Its Services select both tracks for a stage of two minutes at least, and then the new one alone; " +
			"a Service without connectionDraining is warned of (gke-drain). " +
			"An abort after settle moves them at once: listed as not judged.",
	},
	{
		Is:   "An Ingress of GKE stays as it was for as long as a Service names a BackendConfig that is not there.",
		Kept: "The Services of the tracks name that of yours, and one that goes before its name does is a finding.",
		Case: "gke/backend-config-gone",
	},
	{
		Is:   "Each Ingress of GKE is a load balancer with an address of its own, which takes minutes to come.",
		Kept: "Preview hosts get an Ingress of their own, without the address of yours: the one that serves is not touched.",
	},
	{
		Is:   "An Ingress of GKE that leaves its paths to the controller means /cart alone by /cart, and all below it by /cart/*.",
		Kept: "It is read so.",
		Case: "gke/ingress-path",
	},
	{
		Is:   "A route with something that GKE lacks is refused as a whole, and the load balancer stays as it was.",
		Kept: "What its conformance report says that it lacks is refused, and in other routes listed as not judged.",
	},
}

var lacks = []string{
	"An Ingress of GKE has no weights: with steps, the pods behind its Services are counted.",
	"What is said of a Service for an Ingress stays in your own BackendConfig (drain, health check, affinity, timeout, headers): the Services of the tracks name it too.",
	"Session affinity and the cache of a GCPBackendPolicy stay in your own policy for the apex, which is copied for the tracks.",
	"Gateways of several clusters (ServiceImport) are not written.",
	"Affinity to a track would need a match by expression, which GKE lacks.",
	"GRPCRoutes: GKE's conformance report has HTTPRoutes alone. Certificates stand in the Gateway, which is yours.",
}
