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
	"An Ingress of GKE is read and not written: it has no weights. Provider service moves its Service from one track to the other, and a BackendConfig, with its drain, health check, affinity and timeout, stays with the Service.",
	"Session affinity and the cache of a GCPBackendPolicy stay in your own policy for the apex, which is copied for the tracks.",
	"Gateways of several clusters (ServiceImport) are not written.",
	"Affinity to a track would need a match by expression, which GKE lacks.",
}
