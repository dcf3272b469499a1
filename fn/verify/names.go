package verify

// Groups of the objects that rules look at by kind.
const (
	gatewayGroup = "gateway.networking.k8s.io"
	ingressGroup = "networking.k8s.io"
	istioGroup   = "networking.istio.io"
)

// Annotations by which controllers are told something.
const (
	classFormerly = "kubernetes.io/ingress.class"
	defaultClass  = "ingressclass.kubernetes.io/is-default-class"
)
