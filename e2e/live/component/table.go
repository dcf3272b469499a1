package component

// kubernetes is the version of all that is built from k8s.io/kubernetes.
const kubernetes = "v1.37.2"

// version makes a server report the version it is: built as a dependency it knows none.
const version = "-X k8s.io/component-base/version.gitVersion=" + kubernetes +
	" -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=37"

// Table is what the rig is made of, in the order in which it is built.
//
// Not here: the scheduler, kwok and the kubelet, whose part package cluster plays; flux
// source-controller, which does not build outside of its repository (the rig serves its
// artifacts); Envoy, which is in no registry.
var Table = []Component{
	{
		Name: "etcd", Module: "go.etcd.io/etcd/server/v3", Version: "v3.6.16",
		Why: "the API server's store",
	},
	{
		Name: "kube-apiserver", Module: "k8s.io/kubernetes", Version: kubernetes, Package: "cmd/kube-apiserver", Flags: version,
		Why: "validates, stores, tells everybody",
	},
	{
		Name: "kube-controller-manager", Module: "k8s.io/kubernetes", Version: kubernetes, Package: "cmd/kube-controller-manager",
		Flags: version,
		Why:   "Deployments, ReplicaSets, StatefulSets, EndpointSlices, autoscalers, garbage",
	},
	{
		Name: "kubectl", Module: "k8s.io/kubernetes", Version: kubernetes, Package: "cmd/kubectl", Flags: version,
		Why: "what docs/kind.md tells its reader to run",
	},
	{
		Name: "traefik", Module: "github.com/traefik/traefik/v3", Version: "v3.7.13", Package: "cmd/traefik",
		// The fork of mux is upstream's own. That of go-http-auth is not published; the DNS
		// providers of lego need modules that are not; the third is a module within the
		// repository that its zip leaves out. No request of the rig passes any of the three.
		Replace: []string{"github.com/gorilla/mux => github.com/containous/mux v0.0.0-20250523120546-41b6ec3aed59"},
		Standin: []Standin{
			{
				Module: "github.com/traefik/traefik/dynamic/ext", Dir: "ext",
				Lay: map[string]string{"go.mod": "ext.mod.txt", "ext.go": "ext.go.txt"},
			},
			{
				Module: "github.com/go-acme/lego/v5", Dir: "lego", Of: "github.com/go-acme/lego/v5@v5.4.1",
				Remove: []string{"providers/dns"}, Lay: map[string]string{"providers/dns/none.go": "dns.go.txt"},
			},
			{
				Module: "github.com/abbot/go-http-auth", Dir: "auth", Of: "github.com/abbot/go-http-auth@v0.4.0",
				Lay: map[string]string{"go.mod": "auth.mod.txt", "rig.go": "auth.go.txt"},
			},
		},
		Why: "the router: HTTPRoutes, IngressRoutes, Ingresses with the annotations of ingress-nginx",
	},
	{
		Name: "argocd", Module: "github.com/argoproj/argo-cd/v3", Version: "v3.5.7", Package: "cmd",
		Scripts: []string{"hack/git-verify-wrapper.sh"}, // run for each commit, signed or not
		// The version of gitops-engine in its go.mod is not published; this is a later commit.
		Replace: []string{"github.com/argoproj/argo-cd/gitops-engine => " +
			"github.com/argoproj/argo-cd/gitops-engine v0.0.0-20260914071520-c9c369efcc5b"},
		Why: "applies commits: application controller and repository server",
	},
	{
		Name: "kustomize", Module: "sigs.k8s.io/kustomize/kustomize/v5", Version: "v5.8.2",
		Why: "Argo CD builds rendered/live with it",
	},
	{
		Name: "redis-server", Version: "5:7.0.15-1~deb12u7",
		Debs: []string{
			"redis-server=5:7.0.15-1~deb12u7", "redis-tools=5:7.0.15-1~deb12u7", "libjemalloc2", "liblua5.1-0", "lua-cjson", "lua-bitop",
			"liblzf1", "libatomic1",
		},
		Why: "Argo CD's cache",
	},
	{
		Name: "prometheus", Version: "Debian's newest of its release", Debs: []string{"prometheus"},
		Why: "asks Traefik, and answers cutover advance",
	},
	{
		Name: "kustomize-controller", Module: "github.com/fluxcd/kustomize-controller", Version: "v1.9.5",
		Why: "applies commits: Flux",
	},
	{
		Name: "pilot-discovery", Module: "istio.io/istio", Version: "v0.0.0-20260827124520-eed52ebb66ad", Package: "pilot/cmd/pilot-discovery",
		Why: "istiod: configures clients of gRPC that need no proxy",
	},
	{
		Name: "istioctl", Module: "istio.io/istio", Version: "v0.0.0-20260827124520-eed52ebb66ad", Package: "istioctl/cmd/istioctl",
		Why: "a second opinion on what is rendered for Istio",
	},
	{
		Name: "external-dns", Module: "sigs.k8s.io/external-dns", Version: "v0.22.0",
		// Later ones need Go 1.27. The version of openshift/api in its go.mod is not published;
		// its Routes are no source here.
		Replace: []string{"github.com/openshift/api => github.com/openshift/api v0.0.0-20251015095338-264e80a2b6e7"},
		Standin: []Standin{{
			Module: "sigs.k8s.io/external-dns", Dir: "external-dns", Of: "sigs.k8s.io/external-dns@v0.22.0",
			Lay: map[string]string{"provider/factory/provider.go": "providers.go.txt", "registry/factory/registry.go": "registries.go.txt"},
		}},
		Why: "makes records of DNSEndpoints; the DNS server is the rig's own, by its webhook",
	},
	{
		Name: "rollouts-controller", Module: "github.com/argoproj/argo-rollouts", Version: "v1.9.0", Package: "cmd/rollouts-controller",
		Why: "side by side: Argo Rollouts",
	},
	{
		Name: "flagger", Module: "github.com/fluxcd/flagger", Version: "v1.36.1", Package: "cmd/flagger",
		Why: "side by side: Flagger",
	},
}

// Base is what every run needs; the rest is for some of its scenarios.
var Base = []string{"etcd", "kube-apiserver", "kube-controller-manager", "traefik"}

// Definitions are the custom resources of the rig: files of modules, as
// module@version/path. Gateway API's are those of its experimental channel, which has the
// fields of the standard one and more.
var Definitions = []string{
	"sigs.k8s.io/gateway-api@v1.6.3/config/crd/experimental/*.yaml",
	"github.com/traefik/traefik/v3@v3.7.13/docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml",
	"istio.io/api@v1.31.1/kubernetes/customresourcedefinitions.gen.yaml",
	"github.com/argoproj/argo-cd/v3@v3.5.7/manifests/crds/*-crd.yaml",
	"github.com/fluxcd/kustomize-controller@v1.9.5/config/crd/bases/*.yaml",
	"github.com/fluxcd/source-controller@v1.9.6/config/crd/bases/*.yaml",
	"github.com/argoproj/argo-rollouts@v1.9.0/manifests/crds/*-crd.yaml",
	"sigs.k8s.io/external-dns@v0.22.0/config/crd/standard/dnsendpoints.externaldns.k8s.io.yaml",
	"github.com/fluxcd/flagger@v1.36.1/artifacts/flagger/crd.yaml",
}
