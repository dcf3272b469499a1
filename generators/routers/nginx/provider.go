package nginx

import (
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// Provider writes a VirtualServer for each host, whose routes share requests by splits, or
// a TransportServer that moves from track to track.
var Provider = route.Provider{
	Name:  "nginx",
	Title: "F5 NGINX Ingress Controller",
	Doc: "Writes a VirtualServer for each host; for connections a TransportServer, which moves all at once, and a Policy for cors. " +
		"Of F5 and NGINX (nginx/kubernetes-ingress), open source or Plus; the controller of kubernetes/ingress-nginx is ingressNginx.",
	URL:     "https://docs.nginx.com/nginx-ingress-controller/configuration/virtualserver-and-virtualserverroute-resources/",
	Version: "v5.5.4",
	Also:    []string{"f5", "f5-nginx", "nginx-plus", "nginx-ingress", "kubernetes-ingress", "virtualserver", "transportserver"},
	Kinds: []route.Kind{
		{
			Group: group, Kind: "VirtualServer", Versions: []string{"v1"}, Own: true, CRD: crd, Hosts: "spec/host", Refs: []route.Ref{
				{Path: "spec/upstreams/service", Kind: "Service"},
				{Path: "spec/upstreams/backup", Kind: "Service"},
				{Path: "spec/routes/route", Kind: "VirtualServerRoute", Group: group},
				{Path: "spec/policies/name", Kind: "Policy", Group: group},
				{Path: "spec/routes/policies/name", Kind: "Policy", Group: group},
				{Path: "spec/tls/secret", Kind: "Secret"},
			},
			Judged: "spec.ingressClassName spec.host spec.listener.** spec.tls.redirect.** spec.policies[].** spec.upstreams[].** " +
				"spec.routes[].** spec.server-snippets spec.http-snippets spec.dos spec.gunzip spec.internalRoute spec.add-header-inherit",
		},
		{
			Group: group, Kind: "VirtualServerRoute", Versions: []string{"v1"}, Own: true, CRD: crd, Refs: []route.Ref{
				{Path: "spec/upstreams/service", Kind: "Service"},
				{Path: "spec/upstreams/backup", Kind: "Service"},
				{Path: "spec/subroutes/policies/name", Kind: "Policy", Group: group},
			},
			Judged: "spec.ingressClassName spec.host spec.upstreams[].** spec.subroutes[].**",
		},
		{
			Group: group, Kind: "TransportServer", Versions: []string{"v1"}, Own: true, Protocol: "tcp", CRD: crd, Refs: []route.Ref{
				{Path: "spec/upstreams/service", Kind: "Service"},
				{Path: "spec/upstreams/backup", Kind: "Service"},
				{Path: "spec/tls/secret", Kind: "Secret"},
			},
			Judged: "spec.ingressClassName spec.host spec.listener.** spec.upstreams[].** spec.action.**",
		},
		{
			Group: group, Kind: "Policy", Versions: []string{"v1"}, CRD: crd, Refs: policyRefs,
			Judged: "spec.accessControl.** spec.rateLimit.** spec.jwt.** spec.basicAuth.** spec.ingressMTLS.** spec.egressMTLS.** " +
				"spec.oidc.** spec.waf.** spec.apiKey.** spec.cache.** spec.cors.** spec.externalAuth.**",
		},
	},
	Gateways:           gateways,
	Can:                route.Can{"http": httpCan, "grpc": grpcCan, "tls": tlsCan, "tcp": tcpCan, "udp": tcpCan},
	ServiceAnnotations: route.ServiceAnnotations,
	Options:            options{},
	Metrics:            metrics,
	Traps:              traps,
	Lacks:              lacks,
	Check:              check,
	Render:             render,
	Names:              &route.Names{Maybe: "follows such only with NGINX Plus and a resolver"},
	Claims:             func(kube.Object, route.World) bool { return true },
	Read:               read,
	TLSEnds:            tlsEnds,
	Depends:            depends,
	Annotations:        annotations,
}
