package route

import "slices"

// ServiceAnnotations are beginnings of annotations and labels of Services by which routers and meshes
// know how to speak to them: protocol, TLS, health checks, connections. Which
// implementation serves a route no Release says, so that all of them go along:
//
//	Istio 1.31, Cilium 1.19, Linkerd 2.18, Kuma 2.9 (N.service.kuma.io/protocol);
//	Contour 1.33 (upstream-protocol.tls, for HTTPRoutes too: contour#6138),
//	Traefik 3.7 (service.serversscheme and others), Kong 3.5, HAProxy and
//	haproxy-ingress, Gloo and kgateway, APISIX, Higress, Skipper;
//	AWS Load Balancer Controller 2.14 (target groups), GKE (BackendConfig, NEGs).
var ServiceAnnotations = []string{
	"istio.io/", "networking.istio.io/", "service.cilium.io/", "io.cilium/",
	"config.linkerd.io/", "balancer.linkerd.io/", "retry.linkerd.io/", "timeout.linkerd.io/",
	"kuma.io/", "*.service.kuma.io/", "ingress.kubernetes.io/",
	"projectcontour.io/", "traefik.io/", "traefik.ingress.kubernetes.io/", "konghq.com/",
	"haproxy.org/", "haproxy-ingress.github.io/", "nginx.org/", "nginx.ingress.kubernetes.io/",
	"gloo.solo.io/", "gateway.kgateway.dev/", "apisix.apache.org/", "k8s.apisix.apache.org/", "higress.io/", "zalando.org/",
	"alb.ingress.kubernetes.io/",
	"cloud.google.com/backend-config", "beta.cloud.google.com/backend-config", "cloud.google.com/app-protocols",
	"service.alpha.kubernetes.io/app-protocols", "cloud.google.com/neg",
}

// ServiceAnnotationsExcept are ServiceAnnotations without some, for a router that says
// more closely which of them it reads.
func ServiceAnnotationsExcept(but ...string) []string {
	return slices.DeleteFunc(slices.Clone(ServiceAnnotations), func(m string) bool { return slices.Contains(but, m) })
}
