package linkerd

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// check refuses what Linkerd's proxies would pass over without a word.
func check(r route.Route) []schemas.Finding {
	bare := r
	bare.Timeout, bare.Retries = 0, nil // which the proxies are told in their own words
	found := dialect.Check(bare)
	found = append(found, checkApexes(r)...)
	found = append(found, checkOwnGroup(r)...)
	found = append(found, checkFilters(r)...)
	return append(found, checkRetries(r)...)
}

// checkApexes: proxies know a Service by its cluster IP, pass over its routes for a
// ServiceProfile, and look for routes of requests on ports that are not opaque.
func checkApexes(r route.Route) []schemas.Finding {
	var found []schemas.Finding
	for _, apex := range r.Source.Apexes {
		if !slices.Contains(r.Apexes(), apex.Name) {
			continue
		}
		if apex.Text("spec", "clusterIP") == "None" {
			found = append(
				found,
				apex.Find(
					"cannot",
					"linkerd knows a Service by its cluster IP, and this one has none: clients go to its pods, whatever a route says",
					"a Service with a cluster IP for clients, beside the headless one",
					"spec",
					"clusterIP",
				),
			)
		}
		if p, ok := profile(r.World, r.Source.Namespace(), apex.Name); ok {
			found = append(
				found,
				p.Find(
					"route-clash",
					"proxies follow it for Service "+apex.Name+", and pass over the routes of a release",
					"routes with the same timeouts and retries, and then no ServiceProfile (linkerd.io/2/reference/httproute)",
					"metadata",
					"name",
				),
			)
		}
		if why := opaque(apex, r.Port.Number); why != "" && (r.Protocol == "http" || r.Protocol == "grpc") {
			found = append(
				found,
				r.Find(
					"cannot",
					"protocol",
					fmt.Sprintf("linkerd takes port %d of Service %s for bytes, as %s: it looks for TCPRoutes alone", r.Port.Number, apex.Name, why),
					"protocol: tcp; or let the port speak HTTP: appProtocol http or kubernetes.io/h2c",
				),
			)
		}
	}
	return found
}

// checkOwnGroup: of Linkerd's own HTTPRoute, filters for the response change the request
// (convert_linkerd_filter), and other kinds it does not have.
func checkOwnGroup(r route.Route) []schemas.Finding {
	if !own(r) {
		return nil
	}
	var found []schemas.Finding
	if r.Own == nil && r.Protocol == "grpc" {
		found = append(found, r.Find("cannot", "options.group", "policy.linkerd.io has no GRPCRoute", "group: gateway.networking.k8s.io"))
	}
	if r.Affinity != nil {
		found = append(
			found,
			r.Find(
				"cannot",
				"affinity",
				"a policy.linkerd.io HTTPRoute sets no headers of a response, and so no cookie",
				"group: gateway.networking.k8s.io",
			),
		)
	}
	if r.Headers != nil && r.Headers.Response != nil {
		found = append(
			found,
			r.Find("cannot", "headers.response", "a policy.linkerd.io HTTPRoute changes the request by them", "group: gateway.networking.k8s.io"),
		)
	}
	return found
}

// checkFilters looks at the user's own route: for Services, and without a filter for which
// it would be passed over.
func checkFilters(r route.Route) []schemas.Finding {
	if r.Own == nil {
		return nil
	}
	var found []schemas.Finding
	for i, rule := range kube.Items(r.Own.Node, "spec", "rules") {
		if kind, ok := strangeFilter(rule); ok {
			found = append(
				found,
				r.Own.Find(
					"cannot",
					fmt.Sprintf("linkerd passes over the whole route, as it does not know the filter %s", kind),
					"no such filter; gatewayAPI writes for others",
					"spec",
					"rules",
					fmt.Sprint(i),
				),
			)
		}
	}
	if !slices.ContainsFunc(parents(*r.Own), func(p parentRef) bool { return p.service }) {
		found = append(
			found,
			r.Own.Find(
				"cannot",
				"linkerd routes what clients send to a Service, and none is its parent",
				"parentRefs: [{group: \"\", kind: Service, name: "+r.Apexes()[0]+"}]; gatewayAPI writes for Gateways",
				"spec",
				"parentRefs",
			),
		)
	}
	return found
}

// grpcRetries are the codes by which gRPC is tried again.
var grpcRetries = []string{"cancelled", "deadline-exceeded", "internal", "resource-exhausted", "unavailable"}

// checkRetries: an annotation that Linkerd cannot read makes it pass over the route.
func checkRetries(r route.Route) []schemas.Finding {
	v := r.Retries
	if v == nil {
		return nil
	}
	var found []schemas.Finding
	for i, on := range v.On {
		switch ok, hint := statusRange(on), "5xx, gateway-error, 503 or 500-504"; {
		case r.Protocol == "grpc" && !slices.Contains(grpcRetries, on):
			found = append(
				found,
				r.Find(
					"cannot",
					fmt.Sprintf("retries.on[%d]", i),
					on+" is no code by which linkerd tries gRPC again",
					fmt.Sprintf("one of %v", grpcRetries),
				),
			)
		case r.Protocol != "grpc" && !ok:
			found = append(found, r.Find("cannot", fmt.Sprintf("retries.on[%d]", i), on+" is no status by which linkerd tries again", hint))
		}
	}
	return found
}
