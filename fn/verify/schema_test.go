package verify_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/generators/kube"
	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	istio "istio.io/api/networking/v1"
	security "istio.io/api/security/v1"
	apps "k8s.io/api/apps/v1"
	autoscaling "k8s.io/api/autoscaling/v2"
	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	rbac "k8s.io/api/rbac/v1"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	gateway "sigs.k8s.io/gateway-api/apis/v1"
	gatewaybeta "sigs.k8s.io/gateway-api/apis/v1beta1"
	strictjson "sigs.k8s.io/json"
)

// upstream has a Go type of the upstream project for every kind that is
// written. Fields it does not have are refused.
var upstream = map[string]func() any{
	"apps/v1 Deployment":                               func() any { return &apps.Deployment{} },
	"apps/v1 StatefulSet":                              func() any { return &apps.StatefulSet{} },
	"batch/v1 Job":                                     func() any { return &batch.Job{} },
	"v1 Service":                                       func() any { return &core.Service{} },
	"v1 ConfigMap":                                     func() any { return &core.ConfigMap{} },
	"v1 Secret":                                        func() any { return &core.Secret{} },
	"v1 PersistentVolumeClaim":                         func() any { return &core.PersistentVolumeClaim{} },
	"v1 ServiceAccount":                                func() any { return &core.ServiceAccount{} },
	"rbac.authorization.k8s.io/v1 Role":                func() any { return &rbac.Role{} },
	"rbac.authorization.k8s.io/v1 RoleBinding":         func() any { return &rbac.RoleBinding{} },
	"networking.k8s.io/v1 NetworkPolicy":               func() any { return &networking.NetworkPolicy{} },
	"autoscaling/v2 HorizontalPodAutoscaler":           func() any { return &autoscaling.HorizontalPodAutoscaler{} },
	"policy/v1 PodDisruptionBudget":                    func() any { return &policy.PodDisruptionBudget{} },
	"networking.k8s.io/v1 Ingress":                     func() any { return &networking.Ingress{} },
	"gateway.networking.k8s.io/v1 HTTPRoute":           func() any { return &gateway.HTTPRoute{} },
	"gateway.networking.k8s.io/v1 GRPCRoute":           func() any { return &gateway.GRPCRoute{} },
	"gateway.networking.k8s.io/v1 BackendTLSPolicy":    func() any { return &gateway.BackendTLSPolicy{} },
	"gateway.networking.k8s.io/v1beta1 ReferenceGrant": func() any { return &gatewaybeta.ReferenceGrant{} },
	"networking.istio.io/v1 VirtualService":            func() any { return &istio.VirtualService{} },
	"networking.istio.io/v1beta1 VirtualService":       func() any { return &istio.VirtualService{} },
	"networking.istio.io/v1 DestinationRule":           func() any { return &istio.DestinationRule{} },
	"monitoring.coreos.com/v1 PrometheusRule":          func() any { return &monitoring.PrometheusRule{} },
	"security.istio.io/v1 AuthorizationPolicy":         func() any { return &security.AuthorizationPolicy{} },
}

// tracked are custom resources that are made into one for each track. They are
// held to the structure of the CRD alone.
var tracked = []string{"keda.sh/v1alpha1 ScaledObject", "external-secrets.io/v1 ExternalSecret", "snapshot.storage.k8s.io/v1 VolumeSnapshot"}

// copied are kinds of the user's own objects that are copied for each track, with
// nothing but names changed, and that no Go module defines: GKE's CRDs are not
// published, and kgateway's stand in a Helm chart. A Way is nobody's.
var copied = []string{"networking.gke.io/v1 HealthCheckPolicy", "networking.gke.io/v1 GCPBackendPolicy", "gateway.kgateway.dev/v1alpha1 BackendConfigPolicy", "edge.example.com/v1 Way"}

// TestSchemas holds every object of every stage of every case to the upstream
// Go type and, for custom resources, to the structure of the upstream CRD.
func TestSchemas(t *testing.T) {
	crds := compile(t)
	seen := map[string]bool{}
	for _, c := range golden.Releases(t) {
		_, out := c.Generate(t)
		for _, r := range out.Releases {
			for _, s := range r.Stages {
				for _, o := range reparse(t, r.Objects(s)) {
					kind := o.APIVersion() + " " + o.Kind
					seen[kind] = true
					where := fmt.Sprintf("%s, %s: %s", c.Name, s.Name, o.ID)
					data := asJSON(t, o)
					schema, hasSchema := structureOf(crds, c, o)
					if hasSchema {
						checkCRD(t, where, schema, data)
					}
					newType, hasType := upstream[kind]
					require.True(t, hasSchema || hasType || slices.Contains(copied, kind), "%s: nothing upstream to hold it to", where)
					if hasType && c.Name != "workload/everything" { // which has a field of nobody's on purpose
						checkType(t, where, newType(), data)
					}
				}
			}
		}
	}
	for _, kind := range slices.Concat(slices.Collect(maps.Keys(upstream)), tracked, copied) {
		require.True(t, seen[kind], "no case writes %s", kind)
	}
}

func asJSON(t *testing.T, o kube.Object) []byte {
	t.Helper()
	var v any
	require.NoError(t, o.Node.Decode(&v))
	data, err := json.Marshal(v)
	require.NoError(t, err)
	return data
}

func checkType(t *testing.T, where string, v any, data []byte) {
	t.Helper()
	if m, isProto := v.(proto.Message); isProto {
		var o struct {
			Spec json.RawMessage `json:"spec"`
		}
		require.NoError(t, json.Unmarshal(data, &o))
		require.NoError(t, protojson.Unmarshal(o.Spec, m), "%s", where)
		return
	}
	strict, err := strictjson.UnmarshalStrict(data, v) // as the API server does: case matters
	require.NoError(t, err, "%s", where)
	require.Empty(t, strict, "%s", where)
}

// structures are the upstream structures in testdata, by folder, group, version and kind.
func structures(t *testing.T) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for _, path := range slices.Concat(found(t, "traffic"), found(t, "workload")) {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		var s struct{ Title string }
		require.NoError(t, json.Unmarshal(data, &s))
		require.NotEmpty(t, s.Title, "%s: a title says of what it is: group/version Kind", path)
		all[filepath.Base(filepath.Dir(path))+": "+s.Title] = data
	}
	return all
}

func found(t *testing.T, dir string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(golden.Root(), "testdata", dir, "*/*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, paths, dir)
	return paths
}

// structureOf is the structure of an object, as the router of a case defines it, or as
// the first one that does: routers may bring older definitions of one kind.
func structureOf[T any](all map[string]T, c *golden.Case, o kube.Object) (T, bool) {
	kind := ": " + o.APIVersion() + " " + o.Kind
	if s, ok := all[path.Base(path.Dir(c.Name))+kind]; ok {
		return s, true
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if strings.HasSuffix(name, kind) {
			return all[name], true
		}
	}
	var none T
	return none, false
}

// compile makes schemas of the upstream structures.
func compile(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	all := map[string]*jsonschema.Schema{}
	for name, data := range structures(t) {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		require.NoError(t, err)
		c := jsonschema.NewCompiler()
		require.NoError(t, c.AddResource(name, doc))
		all[name] = c.MustCompile(name)
	}
	return all
}

func checkCRD(t *testing.T, where string, schema *jsonschema.Schema, data []byte) {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	require.NoError(t, err)
	require.NoError(t, schema.Validate(v), "%s", where)
}

// TestDefaultsSpelledOut: what the API server would fill in is written, in all
// that is generated: an object that leaves it out is OutOfSync under Argo CD.
func TestDefaultsSpelledOut(t *testing.T) {
	all := structures(t)
	for _, c := range golden.Sample(golden.Releases(t), 4) {
		_, out := c.Generate(t)
		for _, r := range out.Releases {
			for _, s := range r.Stages {
				for _, o := range s.Routes {
					plain := s.Name == "plain" || s.Name == "beside"
					if o.File != "" && (plain || o.Group != "gateway.networking.k8s.io") {
						continue // as the user wrote it
					}
					data, ok := structureOf(all, c, o)
					if !ok {
						continue // no custom resource
					}
					var schema map[string]any
					require.NoError(t, json.Unmarshal(data, &schema))
					var v any
					require.NoError(t, json.Unmarshal(asJSON(t, o), &v))
					require.Empty(t, leftOut(schema, v, ""), "%s, %s: %s", c.Name, s.Name, o.ID)
				}
			}
		}
	}
}

// leftOut are the paths of fields that have a default and are not written.
func leftOut(schema map[string]any, v any, at string) []string {
	var all []string
	switch v := v.(type) {
	case map[string]any:
		properties, _ := schema["properties"].(map[string]any)
		for name, p := range properties {
			p := p.(map[string]any)
			child, ok := v[name]
			if _, hasDefault := p["default"]; hasDefault && !ok && at != "" {
				all = append(all, at+"."+name)
			}
			if ok {
				all = append(all, leftOut(p, child, at+"."+name)...)
			}
		}
	case []any:
		items, _ := schema["items"].(map[string]any)
		for i, child := range v {
			all = append(all, leftOut(items, child, fmt.Sprintf("%s[%d]", at, i))...)
		}
	}
	return all
}
