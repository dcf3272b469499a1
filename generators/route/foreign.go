package route

import "github.com/cutoverdev/cutover/generators/kube"

// This file holds what is known of routers that have no package here. A router that comes
// takes its lines along, into Annotations and Ports of its Provider, where they go before
// these.

// fateKong is what is lost with a plugin: Kong's controller 3.5 leaves it out.
const fateKong = "its requests are no longer checked and changed by it, or get an error"

// Fates that several routers share.
const (
	FateSetup  = "what it sets up is no longer set up, or not as before"
	FatePolicy = "the policy does not hold then, and its requests get an error or go unchecked"
)

var secretKind = []kube.ID{{Kind: "Secret"}}

// foreign are annotations of Ingresses, routes and Services. Those that move are of GKE
// Ingress and Azure Application Gateway Ingress Controller 1.8; those that speak of
// Kong 3.5 and GKE.
var foreign = []Annotation{
	{Key: "konghq.com/plugins", Names: []kube.ID{
		{Group: "configuration.konghq.com", Kind: "KongPlugin"}, {Group: "configuration.konghq.com", Kind: "KongClusterPlugin"},
	}, Fate: fateKong},
	{Key: "konghq.com/upstream-policy", Names: []kube.ID{{Group: "configuration.konghq.com", Kind: "KongUpstreamPolicy"}}, Fate: fateKong},
	{Key: "konghq.com/override", Names: []kube.ID{{Group: "configuration.konghq.com", Kind: "KongIngress"}}, Fate: fateKong},
	{Key: "konghq.com/client-cert", Names: secretKind, Fate: fateKong},
	{Key: "konghq.com/protocol", Speaks: true},

	{Key: "kubernetes.io/ingress.global-static-ip-name", Moves: true},
	{Key: "kubernetes.io/ingress.regional-static-ip-name", Moves: true},
	{Key: "kubernetes.io/ingress.allow-http", Listens: true},
	{Key: "networking.gke.io/v1beta1.FrontendConfig", Names: []kube.ID{{Group: "networking.gke.io", Kind: "FrontendConfig"}}, Fate: FateSetup},
	{
		Key: "networking.gke.io/managed-certificates", Fate: FateSetup,
		Names: []kube.ID{{Group: "networking.gke.io", Kind: "ManagedCertificate"}},
	},
	{
		Key: "cloud.google.com/backend-config", Form: NameByPorts, Fate: FateSetup,
		Names: []kube.ID{{Group: "cloud.google.com", Kind: "BackendConfig"}},
	},
	{Key: "cloud.google.com/app-protocols", Speaks: true},
	{Key: "service.alpha.kubernetes.io/app-protocols", Speaks: true},

	{Key: "appgw.ingress.kubernetes.io/use-private-ip", Moves: true, Default: "false"},
}

// ForeignPorts are those on which a load balancer of an Ingress listens, where its
// annotations say so: 80 for GKE.
func ForeignPorts(o kube.Object) []string {
	if !o.Is("networking.k8s.io", "Ingress") || o.Text("metadata", "annotations", "kubernetes.io/ingress.allow-http") == "false" {
		return nil
	}
	return []string{"80"}
}
