package verify

// Groups of the objects that rules look at by kind.
const (
	gatewayGroup = "gateway.networking.k8s.io"
	ingressGroup = "networking.k8s.io"
	istioGroup   = "networking.istio.io"

	// listenerSetGroup is where ListenerSets were before they were of Gateway API's
	// own group, as XListenerSet (gateway-api v1.3 to v1.5).
	listenerSetGroup = "gateway.networking.x-k8s.io"
)

// Annotations by which controllers are told something.
const (
	classFormerly = "kubernetes.io/ingress.class"
	defaultClass  = "ingressclass.kubernetes.io/is-default-class"
)
