package lint

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/routers"
	"github.com/stretchr/testify/require"
	batch "k8s.io/api/batch/v1beta1"
	discovery "k8s.io/api/discovery/v1beta1"
	extensions "k8s.io/api/extensions/v1beta1"
	networking "k8s.io/api/networking/v1beta1"
	policy "k8s.io/api/policy/v1beta1"
	rbac "k8s.io/api/rbac/v1beta1"
	"sigs.k8s.io/yaml"
)

func look(t *testing.T, text string) string {
	t.Helper()
	objects, found := kube.Parse("in.yaml", []byte(text))
	require.Empty(t, found)
	var b strings.Builder
	for _, f := range Look(cluster.NewState(cluster.Router{Providers: routers.Table}, objects)) {
		b.WriteString(f.String() + "\n")
	}
	return b.String()
}

// TestLook: what has ended is told, once, and what has not is not.
func TestLook(t *testing.T) {
	for _, c := range []struct{ apiVersion, kind, want string }{
		{"split.smi-spec.io/v1alpha2", "TrafficSplit", "retired since 2023-10"},
		{"policy.openservicemesh.io/v1alpha1", "Egress", "Open Service Mesh is archived"},
		{"appmesh.k8s.aws/v1beta2", "VirtualRouter", "retired since 2026-09"},
		{"gateway.solo.io/v1", "RouteTable", "ends on 2026-12-31"},
		{"kuma.io/v1alpha1", "TrafficRoute", "Kuma 3.0 removes TrafficRoute"},
		{"kuma.io/v1alpha1", "MeshHTTPRoute", ""},
		{"configuration.konghq.com/v1beta1", "TCPIngress", "Kong Operator 2.0 removes it"},
		{"configuration.konghq.com/v1beta1", "KongUpstreamPolicy", ""},
		{"traefik.containo.us/v1alpha1", "IngressRoute", "Traefik v3 reads traefik.io"},
		{"traefik.io/v1alpha1", "IngressRoute", ""},
		{"extensions/v1beta1", "Ingress", "which Kubernetes since 1.22 does not serve"},
		{"policy/v1", "PodDisruptionBudget", ""},
		{"autoscaling/v2beta2", "HorizontalPodAutoscaler", "which Kubernetes since 1.26 does not serve"},
		{"gateway.networking.k8s.io/v1alpha2", "TCPRoute", "which the standard channel of Gateway API v1.6 does not serve"},
		{"gateway.networking.k8s.io/v1beta1", "HTTPRoute", ""},
		{"networking.istio.io/v1alpha3", "VirtualService", ""},
	} {
		text := fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {name: a}\n---\napiVersion: %s\nkind: %s\nmetadata: {name: b}\n", c.apiVersion, c.kind, c.apiVersion, c.kind)
		got := look(t, text)
		if c.want == "" {
			require.Empty(t, got, c.apiVersion+" "+c.kind)
			continue
		}
		require.Contains(t, got, c.want)
		require.Equal(t, 1, strings.Count(got, "warning: "), got)
		require.Contains(t, got, "hint: ")
	}
}

// TestAnother: an Ingress that says who else reads it is of a router that lives.
func TestAnother(t *testing.T) {
	const text = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a, annotations: {%s}}\nspec: {ingressClassName: nginx}\n"
	require.Contains(t, look(t, fmt.Sprintf(text, "nginx.ingress.kubernetes.io/canary: 'true'")), "retired since 2026-03")
	require.Empty(t, look(t, fmt.Sprintf(text, "nginx.ingress.kubernetes.io/canary: 'true', cutover.dev/ingress-implementation: traefik")))
}

// TestRetired: each line has what a person needs.
func TestRetired(t *testing.T) {
	for _, r := range retired {
		require.Regexp(t, `^\d{4}(-\d{2})?$`, r.Since, r.group)
		require.NotEmpty(t, r.What, r.group)
		require.NotEmpty(t, r.Instead, r.group)
		require.Regexp(t, `^https://`, r.Source, r.group)
	}
}

// TestUnservedKubernetes holds the table to what Kubernetes' own types say of the
// release that no longer serves them. apps and autoscaling say nothing any more.
func TestUnservedKubernetes(t *testing.T) {
	removed := map[string]interface{ APILifecycleRemoved() (int, int) }{
		"extensions/v1beta1 Ingress":                    &extensions.Ingress{},
		"extensions/v1beta1 NetworkPolicy":              &extensions.NetworkPolicy{},
		"extensions/v1beta1 Deployment":                 &extensions.Deployment{},
		"extensions/v1beta1 DaemonSet":                  &extensions.DaemonSet{},
		"extensions/v1beta1 ReplicaSet":                 &extensions.ReplicaSet{},
		"networking.k8s.io/v1beta1 Ingress":             &networking.Ingress{},
		"networking.k8s.io/v1beta1 IngressClass":        &networking.IngressClass{},
		"policy/v1beta1 PodDisruptionBudget":            &policy.PodDisruptionBudget{},
		"batch/v1beta1 CronJob":                         &batch.CronJob{},
		"discovery.k8s.io/v1beta1 EndpointSlice":        &discovery.EndpointSlice{},
		"rbac.authorization.k8s.io/v1beta1 Role":        &rbac.Role{},
		"rbac.authorization.k8s.io/v1beta1 RoleBinding": &rbac.RoleBinding{},
	}
	for name, typ := range removed {
		apiVersion, kind, _ := strings.Cut(name, " ")
		group, version, _ := strings.Cut(apiVersion, "/")
		u, ok := unservedOf(kube.Object{ID: kube.ID{Group: group, Version: version, Kind: kind}})
		require.True(t, ok, name)
		major, minor := typ.APILifecycleRemoved()
		require.Equal(t, fmt.Sprintf("Kubernetes since %d.%d", major, minor), u.by, name)
	}
}

// TestUnservedGateway holds the table to the definitions of the standard channel: what
// they do not serve is in it, and nothing that they serve.
func TestUnservedGateway(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/gateway-api").Output()
	require.NoError(t, err)
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "config/crd/standard/gateway.networking.k8s.io_*s.yaml"))
	require.NoError(t, err)
	served := map[string]bool{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		var d struct {
			Kind string
			Spec struct {
				Names    struct{ Kind string }
				Versions []struct {
					Name   string
					Served bool
				}
			}
		}
		if yaml.Unmarshal(data, &d) != nil || d.Kind != "CustomResourceDefinition" {
			continue
		}
		for _, v := range d.Spec.Versions {
			served[v.Name+" "+d.Spec.Names.Kind] = v.Served
		}
	}
	require.True(t, served["v1 HTTPRoute"] && served["v1beta1 HTTPRoute"])
	for name, is := range served {
		version, kind, _ := strings.Cut(name, " ")
		_, listed := unservedOf(kube.Object{ID: kube.ID{Group: "gateway.networking.k8s.io", Version: version, Kind: kind}})
		require.NotEqual(t, is, listed, name)
	}
	for _, u := range gone {
		for _, v := range u.versions {
			for _, kind := range u.kinds {
				require.False(t, u.group == "gateway.networking.k8s.io" && served[v+" "+kind], "%s %s", v, kind)
			}
		}
	}
}

// TestUnservedLines: each line names a group once with a version, and what to write.
func TestUnservedLines(t *testing.T) {
	seen := map[string]bool{}
	for _, u := range gone {
		require.NotEmpty(t, u.by, u.group)
		require.Regexp(t, regexp.MustCompile(`^[a-z0-9.-]+/v\d`), u.instead, u.group)
		for _, v := range u.versions {
			for _, kind := range slices.Concat(u.kinds, []string{""}) {
				key := u.group + "/" + v + " " + kind
				require.False(t, kind != "" && seen[key], key)
				seen[key] = true
			}
		}
	}
}
