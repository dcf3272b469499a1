package lint

import "github.com/cutoverdev/cutover/generators/route"

// ended are kinds of a router whose project has ended; without kinds all of the group.
type ended struct {
	group string
	kinds []string
	route.Retired
}

// retired are routers that no provider here writes for. Those in the table of providers
// say it of themselves.
var retired = []ended{
	{"split.smi-spec.io", nil, smi},
	{"specs.smi-spec.io", nil, smi},
	{"access.smi-spec.io", nil, smi},
	{"metrics.smi-spec.io", nil, smi},
	{"config.openservicemesh.io", nil, osm},
	{"policy.openservicemesh.io", nil, osm},
	{"appmesh.k8s.aws", nil, route.Retired{
		Since: "2026-09", What: "AWS has discontinued App Mesh",
		Instead: []string{"gatewayAPI with VPC Lattice", "istio", "Amazon ECS Service Connect"},
		Source:  "https://aws.amazon.com/blogs/containers/migrating-from-aws-app-mesh-to-amazon-ecs-service-connect/",
	}},
	{"gateway.solo.io", nil, gloo},
	{"gloo.solo.io", nil, gloo},
	{"kuma.io", []string{"TrafficRoute"}, route.Retired{
		Since: "2026", What: "Kuma 3.0 removes TrafficRoute, and the releases before it no longer heed it",
		Instead: []string{"MeshHTTPRoute and MeshTCPRoute, or an HTTPRoute of the Gateway API"},
		Source:  "https://github.com/kumahq/kuma/blob/master/UPGRADE.md",
	}},
	{"configuration.konghq.com", []string{"TCPIngress", "UDPIngress", "KongIngress"}, route.Retired{
		Since: "2025", What: "Kong has deprecated it in its Ingress Controller 3.5, and Kong Operator 2.0 removes it",
		Instead: []string{"gatewayAPI: HTTPRoute, TCPRoute, UDPRoute and TLSRoute are what Kong splits"},
		Source:  "https://developer.konghq.com/kubernetes-ingress-controller/migrate/ingress-to-gateway",
	}},
	{"traefik.containo.us", nil, route.Retired{
		Since: "2024-04", What: "Traefik v3 reads traefik.io and nothing of this group",
		Instead: []string{"the same objects with apiVersion: traefik.io/v1alpha1"},
		Source:  "https://doc.traefik.io/traefik/migrate/v2-to-v3-details/",
	}},
}

var smi = route.Retired{
	Since: "2023-10", What: "the CNCF has archived the Service Mesh Interface",
	Instead: []string{"gatewayAPI with a Service as parent (GAMMA)", "linkerd", "istio"},
	Source:  "https://www.cncf.io/blog/2023/10/03/cncf-archives-the-service-mesh-interface-smi-project/",
}

var osm = route.Retired{
	Since: "2023", What: "Open Service Mesh is archived",
	Instead: []string{"istio", "gatewayAPI with a Service as parent (GAMMA)"},
	Source:  "https://github.com/openservicemesh/osm",
}

var gloo = route.Retired{
	Since: "2026-12", What: "Gloo Edge's open source edition ends on 2026-12-31",
	Instead: []string{"gatewayAPI with kgateway, which is its successor"},
	Source:  "https://github.com/solo-io/gloo",
}
