package lint

// unserved are versions of an API that are no longer served; without kinds all of the
// group.
type unserved struct {
	group    string
	versions []string
	kinds    []string
	by       string // what does not serve it, and since which release
	instead  string
}

// gone: kubernetes.io/docs/reference/using-api/deprecation-guide, and the definitions
// of kinds as their projects publish them. Only kinds that stand between requests and
// pods, or keep those.
var gone = []unserved{
	{"extensions", []string{"v1beta1"}, []string{"Ingress"}, "Kubernetes since 1.22", "networking.k8s.io/v1"},
	{"extensions", []string{"v1beta1"}, []string{"NetworkPolicy"}, "Kubernetes since 1.16", "networking.k8s.io/v1"},
	{"extensions", []string{"v1beta1"}, []string{"Deployment", "DaemonSet", "ReplicaSet"}, "Kubernetes since 1.16", "apps/v1"},
	{"networking.k8s.io", []string{"v1beta1"}, []string{"Ingress", "IngressClass"}, "Kubernetes since 1.22", "networking.k8s.io/v1"},
	{
		"apps",
		[]string{"v1beta1", "v1beta2"},
		[]string{"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"},
		"Kubernetes since 1.16", "apps/v1",
	},
	{"policy", []string{"v1beta1"}, []string{"PodDisruptionBudget"}, "Kubernetes since 1.25", "policy/v1"},
	{"autoscaling", []string{"v2beta1"}, []string{"HorizontalPodAutoscaler"}, "Kubernetes since 1.25", "autoscaling/v2"},
	{"autoscaling", []string{"v2beta2"}, []string{"HorizontalPodAutoscaler"}, "Kubernetes since 1.26", "autoscaling/v2"},
	{"batch", []string{"v1beta1"}, []string{"CronJob"}, "Kubernetes since 1.25", "batch/v1"},
	{"discovery.k8s.io", []string{"v1beta1"}, []string{"EndpointSlice"}, "Kubernetes since 1.25", "discovery.k8s.io/v1"},
	{
		"rbac.authorization.k8s.io",
		[]string{"v1alpha1", "v1beta1"},
		[]string{"Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"},
		"Kubernetes since 1.22", "rbac.authorization.k8s.io/v1",
	},

	{
		"gateway.networking.k8s.io",
		[]string{"v1alpha2"},
		[]string{"GatewayClass", "Gateway", "HTTPRoute", "GRPCRoute"},
		gatewayStandard, "gateway.networking.k8s.io/v1",
	},
	{"gateway.networking.k8s.io", []string{"v1alpha2"}, []string{"ReferenceGrant"}, gatewayStandard, "gateway.networking.k8s.io/v1beta1"},
	{"gateway.networking.k8s.io", []string{"v1alpha2"}, []string{"TCPRoute", "UDPRoute"}, gatewayStandard, "gateway.networking.k8s.io/v1"},
	{
		"gateway.networking.k8s.io",
		[]string{"v1alpha2", "v1alpha3"},
		[]string{"TLSRoute", "BackendTLSPolicy"},
		gatewayStandard, "gateway.networking.k8s.io/v1",
	},

	{"external-secrets.io", []string{"v1alpha1", "v1beta1"}, []string{"ExternalSecret"}, "External Secrets v1", "external-secrets.io/v1"},
	{"keda.k8s.io", []string{"v1alpha1"}, nil, "KEDA since 2.0", "keda.sh/v1alpha1"},
}

// gatewayStandard: the experimental channel, and what Linkerd brings along, may still
// serve them.
const gatewayStandard = "the standard channel of Gateway API v1.6"
