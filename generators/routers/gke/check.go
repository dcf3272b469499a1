package gke

import (
	"fmt"
	"time"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// check refuses what GKE's Gateways lack.
func check(r route.Route) []schemas.Finding {
	if onIngress(r.Traffic) {
		return checkBalanced(r)
	}
	if r.Own == nil && len(optionsOf(r).Gateways) == 0 {
		return []schemas.Finding{
			r.Find(
				"gateway-missing",
				"options.gateways",
				"no Gateway is named that serves the hosts",
				"gateways: [infra/external-http], of a class gke-…",
			),
		}
	}
	bare := r
	bare.Timeout = 0
	found := dialect.Check(bare)
	if r.Rewrite != nil && r.Rewrite.Path != "" {
		found = append(
			found,
			r.Find(
				"cannot",
				"rewrite.path",
				"gke rewrites no paths, as its conformance report says",
				"a host alone; gatewayAPI with another implementation can",
			),
		)
	}
	if r.Own != nil {
		for i, rule := range kube.Items(r.Own.Node, "spec", "rules") {
			if what := lacking(rule); what != "" {
				found = append(
					found,
					r.Own.Find("cannot", "gke refuses the whole route, as it lacks "+what, "leave it out", "spec", "rules", fmt.Sprint(i)),
				)
			}
		}
	}
	return append(found, checkPolicies(r)...)
}

// checkPolicies: there is one policy of a kind for a Service, and its numbers have bounds
// (networking.gke.io/v1 GCPBackendPolicy).
func checkPolicies(r route.Route) []schemas.Finding {
	var found []schemas.Finding
	options := optionsOf(r)
	if o, ok := given(r, "GCPBackendPolicy"); ok && (options.Drain > 0 || r.Timeout > 0) {
		found = append(
			found,
			r.Find("cannot", "", fmt.Sprintf("%s is for the apex already: a Service has one such policy", o.ID), "drain and timeout in it"),
		)
	}
	if o, ok := given(r, "HealthCheckPolicy"); ok && options.Health != "" {
		found = append(
			found,
			r.Find("cannot", "options.health", fmt.Sprintf("%s is for the apex already: a Service has one such policy", o.ID), "the path in it"),
		)
	}
	if time.Duration(options.Drain) > time.Hour || time.Duration(options.Drain)%time.Second != 0 {
		found = append(found, r.Find("cannot", "options.drain", "gke drains connections for whole seconds, and an hour at most", "30s, say"))
	}
	if time.Duration(r.Timeout)%time.Second != 0 {
		found = append(found, r.Find("cannot", "timeout", "gke limits requests by whole seconds", "1s, say"))
	}
	return append(found, checkHealth(r)...)
}

// checkHealth warns where pods answer probes at a path that load balancers do not ask for.
func checkHealth(r route.Route) []schemas.Finding {
	if _, ok := given(r, "HealthCheckPolicy"); ok || optionsOf(r).Health != "" {
		return nil
	}
	for _, c := range kube.Items(r.Source.Object.Node, "spec", "template", "spec", "containers") {
		path := kube.Text(c, "readinessProbe", "httpGet", "path")
		if path == "" || path == "/" {
			continue
		}
		f := r.Find(
			"gke-health",
			"options",
			fmt.Sprintf(
				"load balancers ask pods for /, not for %s as the readiness probe does, and send nothing to those that do not answer 200",
				path,
			),
			"options: {health: "+path+"}; or a HealthCheckPolicy for the apex",
		)
		f.Severity = schemas.Warning
		return []schemas.Finding{f}
	}
	return nil
}
