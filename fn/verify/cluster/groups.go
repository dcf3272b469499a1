package cluster

// Groups of the objects that rules look at by kind.
const (
	GatewayGroup = "gateway.networking.k8s.io"
	IngressGroup = "networking.k8s.io"
	IstioGroup   = "networking.istio.io"

	// ListenerSetGroup is where ListenerSets were before they were of Gateway API's
	// own group, as XListenerSet (gateway-api v1.3 to v1.5).
	ListenerSetGroup = "gateway.networking.x-k8s.io"
)

// Annotations by which controllers are told something.
const (
	ClassFormerly = "kubernetes.io/ingress.class"
	DefaultClass  = "ingressclass.kubernetes.io/is-default-class"
)

// AgentPrefixes begin the keys that agents read, and nobody else.
var AgentPrefixes = []string{"kustomize.toolkit.fluxcd.io/", "argocd.argoproj.io/", "helm.sh/"}
