package account

// Routes of Kubernetes (v1.37). What is judged of them is what generators/routers reads;
// those of routers are in their packages.
var routing = []kind{
	{"networking.k8s.io", "Ingress", []line{
		{paths: "+ - spec.** metadata.annotations.*", left: unservedIngress, when: ofVersion("v1beta1")},
		{
			paths: "+ - spec.rules[].host spec.rules[].http.paths[].path spec.rules[].http.paths[].pathType " +
				"spec.rules[].http.paths[].backend.service.** spec.defaultBackend.service.**",
			judged: "request-gone route-gap backend-missing backend-empty capacity-short route-clash",
		},
		{paths: "spec.rules[]", harmless: "the order of rules, which none of them stands in", when: reordered},
		{paths: "spec.rules[].http.paths[]", harmless: "the order of paths: the longest one that fits answers", when: reordered},
		{paths: "spec.tls[]", harmless: "the order of certificates", when: reordered},
		{paths: "spec.rules[].http.paths[].backend.resource.** spec.defaultBackend.resource.**", left: "a backend that is no Service"},
		{paths: "spec.tls[].hosts[]", left: "for which hosts a router that has certificates of its own shows one", when: uncertified},
		{paths: "spec.tls[].hosts[] spec.tls[].secretName", judged: "tls-gone"},
		{paths: "spec.ingressClassName metadata.annotations.kubernetes.io/ingress.class", judged: "request-gone route-gap"},
		{paths: nginxRead, judged: "request-gone route-gap backend-empty capacity-short canary-lost"},
		{paths: "metadata.annotations.nginx.ingress.kubernetes.io/backend-protocol", judged: "protocol-changed"},
		{paths: "metadata.annotations.*", judged: "access-narrowed entry-moved protocol-changed request-gone", when: ofRouters},
		{paths: nginxAffinity, harmless: "which of the pods of a backend a client gets, each of which answers"},
	}},
	{"networking.k8s.io", "IngressClass", []line{
		{paths: "+ spec.controller metadata.annotations.ingressclass.kubernetes.io/is-default-class", judged: "request-gone route-gap"},
		{paths: "-", judged: "ground-gone", when: standing},
		{paths: "-", left: "Ingresses are of the class that are in no manifest"},
		{paths: "spec.parameters.**", left: "how the controller serves all Ingresses of the class"},
	}},
}

// unservedIngress is what is known of Ingresses as they were before networking.k8s.io/v1.
const unservedIngress = "of a version that Kubernetes since 1.22 does not serve, and that no router here reads"

// nginxRead are the annotations of ingress-nginx that its reader knows.
const nginxRead = "metadata.annotations.nginx.ingress.kubernetes.io/canary" +
	" metadata.annotations.nginx.ingress.kubernetes.io/canary-weight" +
	" metadata.annotations.nginx.ingress.kubernetes.io/canary-weight-total" +
	" metadata.annotations.nginx.ingress.kubernetes.io/canary-by-header" +
	" metadata.annotations.nginx.ingress.kubernetes.io/canary-by-header-value" +
	" metadata.annotations.nginx.ingress.kubernetes.io/canary-by-header-pattern" +
	" metadata.annotations.nginx.ingress.kubernetes.io/canary-by-cookie" +
	" metadata.annotations.nginx.ingress.kubernetes.io/use-regex" +
	" metadata.annotations.nginx.ingress.kubernetes.io/server-alias"

// nginxAffinity are those that keep a client with a pod.
const nginxAffinity = "metadata.annotations.nginx.ingress.kubernetes.io/affinity" +
	" metadata.annotations.nginx.ingress.kubernetes.io/affinity-mode" +
	" metadata.annotations.nginx.ingress.kubernetes.io/affinity-canary-behavior" +
	" metadata.annotations.nginx.ingress.kubernetes.io/session-cookie-name" +
	" metadata.annotations.nginx.ingress.kubernetes.io/session-cookie-expires" +
	" metadata.annotations.nginx.ingress.kubernetes.io/session-cookie-max-age" +
	" metadata.annotations.nginx.ingress.kubernetes.io/session-cookie-change-on-failure"
