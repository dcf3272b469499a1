package account

import (
	"slices"
	"strings"
)

// This file knows labels and annotations by their keys: who is told something by them.

// readers are the beginnings of labels and annotations by which agents, routers,
// meshes and clouds are told something; a / or . at the end stands for all that
// begin so. They are never called harmless, unless [harmless] has them to the letter.
var readers = []string{
	"argocd.argoproj.io/", "kustomize.toolkit.fluxcd.io/", "helm.toolkit.fluxcd.io/", "source.toolkit.fluxcd.io/", "reconcile.fluxcd.io/",
	"fluxcd.io/", "helm.sh/", "meta.helm.sh/",
	"keel.sh/", "reloader.stakater.com/", "configmap.reloader.stakater.com/", "secret.reloader.stakater.com/",
	"argocd-image-updater.argoproj.io/", "argo-rollouts.argoproj.io/", "rollout.argoproj.io/", "flagger.app/",
	"kubernetes.io/", "k8s.io/", "x-k8s.io/", "kubernetes.azure.com/", "azure.com/", "azure.workload.identity/", "amazonaws.com/", "aws/",
	"gke.io/", "cloud.google.com/", "networking.gke.io/", "digitalocean.com/", "hetzner.cloud/", "oraclecloud.com/", "openstack.org/",
	"scaleway.com/", "metallb.io/", "metallb.universe.tf/", "kube-vip.io/", "cilium.io/", "projectcalico.org/", "antrea.io/",
	"istio.io/", "linkerd.io/", "kuma.io/", "consul.hashicorp.com/", "traefik.io/", "konghq.com/", "nginx.org/", "nginx.com/", "haproxy.org/",
	"haproxy-ingress.github.io/", "projectcontour.io/", "getambassador.io/", "apisix.apache.org/", "solo.io/", "envoyproxy.io/",
	"gateway.networking.k8s.io/", "zalando.org/", "openshift.io/", "knative.dev/", "dapr.io/",
	"external-dns.alpha.kubernetes.io/", "cert-manager.io/", "acme.cert-manager.io/", "external-secrets.io/", "sealedsecrets.bitnami.com/",
	"reflector.v1.k8s.emberstack.com/", "replicator.v1.mittwald.de/", "keda.sh/", "vault.hashicorp.com/", "kyverno.io/", "stakater.com/",
}

// harmless are labels and annotations that take requests from nobody, and who reads
// them; a / at the end stands for all that begin so.
var harmless = []struct{ keys, why string }{
	{"kubectl.kubernetes.io/last-applied-configuration deployment.kubernetes.io/revision kubernetes.io/change-cause " +
		"kubernetes.io/description kubernetes.io/created-by kubernetes.io/metadata.name", "is kept by tools and read by people"},
	{"kubernetes.io/cluster-service kubernetes.io/name", "says which Services kubectl cluster-info prints, and how (kubectl v1.37)"},
	{"toolkit.fluxcd.io/tenant", "says for whom flux create tenant has made it (flux v2.9)"},
	{"kubectl.kubernetes.io/default-container kubectl.kubernetes.io/default-logs-container", "is for people at a terminal"},
	{"app.kubernetes.io/ helm.sh/chart meta.helm.sh/release-name meta.helm.sh/release-namespace", "says what the object belongs to " +
		"(kubernetes.io/docs, recommended labels)"},
	{"argocd.argoproj.io/tracking-id argocd.argoproj.io/instance argocd.argoproj.io/application-set-refresh " +
		"argocd.argoproj.io/refresh", "is Argo CD's own note (argo-cd 3.6)"},
	{"argocd.argoproj.io/sync-wave", "says in which order objects are applied: every order is looked at"},
	{"kustomize.toolkit.fluxcd.io/name kustomize.toolkit.fluxcd.io/namespace kustomize.toolkit.fluxcd.io/checksum " +
		"helm.toolkit.fluxcd.io/name helm.toolkit.fluxcd.io/namespace", "is Flux's own note (kustomize-controller v1.7)"},
	{"config.kubernetes.io/ internal.config.kubernetes.io/ config.k8s.io/ kpt.dev/ internal.kpt.dev/", "is for tools that write manifests"},
	{"cutover.dev/", "is cutover's own"},
	{"link.argocd.argoproj.io/ a8r.io/ backstage.io/ github.com/ gitlab.com/ jenkins.io/ app.gitlab.com/ app.openshift.io/ " +
		"console.openshift.io/", "is for people and their portals"},
	{"prometheus.io/ grafana.com/ k8s.grafana.com/", "says what monitoring asks"},
	{"gateway.networking.k8s.io/bundle-version gateway.networking.k8s.io/channel", "says which release of the definitions it is of " +
		"(Gateway API v1.6.3)"},
	{"controller-gen.kubebuilder.io/ operatorframework.io/", "says what has written the definition (controller-gen v0.20)"},
	{"checksum/", "is a note of what something else holds"},
}

// common are labels without a prefix that people sort objects by.
var common = strings.Fields("app application version release revision chart heritage tier team owner component env environment stage " +
	"part-of managed-by name instance k8s-app project product domain system cost-center costcenter contact description note notes")

// read reports whether a label or annotation is one by which somebody is told
// something.
func read(key string) bool {
	return why(key) == "" && slices.ContainsFunc(readers, func(r string) bool { return begins(key, r) })
}

// begins reports whether a key has a prefix, or a subdomain of it: nginx.org/ is one
// of key.nginx.org/x too.
func begins(key, prefix string) bool {
	i := strings.Index(key, prefix)
	return i == 0 || i > 0 && key[i-1] == '.'
}

// why says why a label or annotation is harmless; "" if nobody knows it as that.
func why(key string) string {
	for _, h := range harmless {
		for one := range strings.SplitSeq(h.keys, " ") {
			if one == key || strings.HasSuffix(one, "/") && strings.HasPrefix(key, one) {
				return h.why
			}
		}
	}
	return ""
}

// marked is the claim on a label or annotation that no kind knows.
func marked(d Difference) Claim {
	key, at := d.Path[2], d.Path[1]
	c := Claim{Path: d.Path, Harmless: why(key)}
	switch {
	case c.Harmless != "" || at != "labels" && at != "annotations":
	case slices.Contains(common, key):
		c.Harmless = "is for people, who sort objects by it"
	case read(key):
		c.Left = "tells an agent, router or cloud something"
	default:
		c.Left = "whoever reads it"
	}
	return c
}
