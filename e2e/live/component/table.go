package component

// kubernetes is the version of all that is built from k8s.io/kubernetes.
const kubernetes = "v1.37.2"

// version makes a server report the version it is: built as a dependency it knows none.
const version = "-X k8s.io/component-base/version.gitVersion=" + kubernetes +
	" -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=37"

// Table is what the rig is made of, in the order in which it is built.
var Table = []Component{
	{
		Name: "etcd", Module: "go.etcd.io/etcd/server/v3", Version: "v3.6.16",
		Why: "the API server's store",
	},
	{
		Name: "kube-apiserver", Module: "k8s.io/kubernetes", Version: kubernetes, Package: "cmd/kube-apiserver", Flags: version,
		Why: "validates, stores, tells everybody",
	},
}

// Base is what every run needs.
var Base = []string{"etcd", "kube-apiserver"}

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
}
