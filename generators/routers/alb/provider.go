package alb

import "github.com/cutoverdev/cutover/generators/route"

// Provider writes an Ingress whose backends are actions with both tracks' Services, and
// changes nothing in it but their weights.
var Provider = route.Provider{
	Name:  "alb",
	Title: "AWS Load Balancer Controller",
	Doc: "Writes an Ingress with actions and conditions in annotations, of target " +
		"type ip. Certificates are those of ACM, so that tls is refused. " +
		"Affinity is that of target groups: its cookie is called AWSALBTG. gatewayAPI writes for the controller's Gateways.",
	URL:     "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#actions",
	Version: "v3.5",
	Also:    []string{"aws", "aws-alb", "elb", "aws-load-balancer-controller", "alb-ingress"},
	Kinds: []route.Kind{{
		Group: "networking.k8s.io", Kind: "Ingress", Versions: []string{"v1"}, BuiltIn: true, Own: true,
		Hosts: "spec/rules/host", Refs: []route.Ref{
			{Path: "spec/defaultBackend/service/name", Kind: "Service"},
			{Path: "spec/rules/http/paths/backend/service/name", Kind: "Service"},
		},
	}},
	Can:                route.Can{"http": can, "grpc": can},
	ServiceAnnotations: route.ServiceAnnotations,
	Annotations:        known,
	Options:            options{},
	Metrics:            metrics,
	Traps:              traps,
	Lacks:              lacks,
	Check:              check,
	Render:             render,
	Cookie:             cookie,
	Names:              &route.Names{Never: "load balancers of AWS lead to pods and nodes alone"},
	Claims:             claims,
	Exclusive:          exclusive,
	TLSEnds:            tlsEnds,
	Depends:            depends,
	Ports:              ports,
	Read:               read,
}

// cookie is "": no manifest tells what is in it.
func cookie(string, string, route.Target) string { return "" }
