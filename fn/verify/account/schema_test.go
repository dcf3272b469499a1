package account

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/routers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	istioapi "istio.io/api/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscaling "k8s.io/api/autoscaling/v2"
	batch "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discovery "k8s.io/api/discovery/v1"
	networking "k8s.io/api/networking/v1"
	node "k8s.io/api/node/v1"
	policy "k8s.io/api/policy/v1"
	rbac "k8s.io/api/rbac/v1"
	scheduling "k8s.io/api/scheduling/v1"
	storage "k8s.io/api/storage/v1"
	gateway "sigs.k8s.io/gateway-api/apis/v1"
	gatewaybeta "sigs.k8s.io/gateway-api/apis/v1beta1"
)

// upstream has the Go type, or message, of every kind whose fields must be decided
// about one by one.
var upstream = map[string]any{
	"apps Deployment":                          appsv1.Deployment{},
	"apps StatefulSet":                         appsv1.StatefulSet{},
	"apps DaemonSet":                           appsv1.DaemonSet{},
	"apps ReplicaSet":                          appsv1.ReplicaSet{},
	" Service":                                 corev1.Service{},
	" ConfigMap":                               corev1.ConfigMap{},
	" Secret":                                  corev1.Secret{},
	" Namespace":                               corev1.Namespace{},
	" ServiceAccount":                          corev1.ServiceAccount{},
	" PersistentVolumeClaim":                   corev1.PersistentVolumeClaim{},
	" PersistentVolume":                        corev1.PersistentVolume{},
	" Pod":                                     corev1.Pod{},
	" Endpoints":                               corev1.Endpoints{}, //nolint:staticcheck // deprecated, and still applied
	" LimitRange":                              corev1.LimitRange{},
	" ResourceQuota":                           corev1.ResourceQuota{},
	"discovery.k8s.io EndpointSlice":           discovery.EndpointSlice{},
	"autoscaling HorizontalPodAutoscaler":      autoscaling.HorizontalPodAutoscaler{},
	"policy PodDisruptionBudget":               policy.PodDisruptionBudget{},
	"batch Job":                                batch.Job{},
	"batch CronJob":                            batch.CronJob{},
	"rbac.authorization.k8s.io Role":           rbac.Role{},
	"rbac.authorization.k8s.io ClusterRole":    rbac.ClusterRole{},
	"rbac.authorization.k8s.io RoleBinding":    rbac.RoleBinding{},
	"scheduling.k8s.io PriorityClass":          scheduling.PriorityClass{},
	"node.k8s.io RuntimeClass":                 node.RuntimeClass{},
	"storage.k8s.io StorageClass":              storage.StorageClass{},
	"networking.k8s.io Ingress":                networking.Ingress{},
	"networking.k8s.io IngressClass":           networking.IngressClass{},
	"networking.k8s.io NetworkPolicy":          networking.NetworkPolicy{},
	"gateway.networking.k8s.io HTTPRoute":      gateway.HTTPRoute{},
	"gateway.networking.k8s.io GRPCRoute":      gateway.GRPCRoute{},
	"gateway.networking.k8s.io TLSRoute":       gateway.TLSRoute{},
	"gateway.networking.k8s.io TCPRoute":       gateway.TCPRoute{},
	"gateway.networking.k8s.io UDPRoute":       gateway.UDPRoute{},
	"gateway.networking.k8s.io Gateway":        gateway.Gateway{},
	"gateway.networking.k8s.io GatewayClass":   gateway.GatewayClass{},
	"gateway.networking.k8s.io ReferenceGrant": gatewaybeta.ReferenceGrant{},
	"networking.istio.io VirtualService":       &istioapi.VirtualService{},
	"networking.istio.io DestinationRule":      &istioapi.DestinationRule{},
	"networking.istio.io Gateway":              &istioapi.Gateway{},
}

// TestEveryField: somebody has decided about each field that upstream has, of the
// kinds that are known: a new one fails here until somebody does.
func TestEveryField(t *testing.T) {
	for name, v := range upstream {
		group, kindName, _ := strings.Cut(name, " ")
		d := decided{t: t, kind: find(t, group, kindName)}
		if m, ok := v.(proto.Message); ok {
			d.message(m.ProtoReflect().Descriptor(), []string{"spec"}, nil)
		} else {
			d.fields(reflect.TypeOf(v), nil, nil)
		}
		assert.Empty(t, d.open, "%s: nobody has decided about these", name)
	}
	for _, file := range []string{"ScaledObject.v1alpha1"} {
		d := decided{t: t, kind: find(t, "keda.sh", strings.TrimSuffix(file, ".v1alpha1"))}
		d.schema(schemaOf(t, file), nil)
		assert.Empty(t, d.open, "%s: nobody has decided about these", file)
	}
}

func find(t *testing.T, group, name string) kind {
	t.Helper()
	for _, table := range tables {
		for _, k := range table {
			if k.group == group && word(k.kinds, name) {
				return k
			}
		}
	}
	for _, p := range routers.Table {
		if lines := p.Lines(kube.Object{ID: kube.ID{Group: group, Kind: name}}); lines != nil {
			return kind{group, name, ofRouter(lines)}
		}
	}
	require.Fail(t, "no table has "+group+" "+name)
	return kind{}
}

// decided collects the fields of a kind that no line is for.
type decided struct {
	t    *testing.T
	kind kind
	open []string
}

// by reports whether a line is for a path; its conditions do not count.
func (d *decided) by(path []string) bool {
	fit := func(l line) bool { return l.fits(path) }
	return slices.ContainsFunc(d.kind.lines, fit) || slices.ContainsFunc(everywhere, fit)
}

func (d *decided) leaf(path []string) {
	if !d.by(path) {
		d.open = append(d.open, Text(path))
	}
}

// fields walks a Go type. inside are the types that it is in: some hold themselves.
func (d *decided) fields(typ reflect.Type, path []string, inside []reflect.Type) {
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	switch {
	case len(path) > 0 && d.by(path) && !slices.Contains([]string{"spec"}, path[len(path)-1]), slices.Contains(inside, typ):
		return
	case typ.Kind() == reflect.Slice && typ.Elem().Kind() != reflect.Uint8:
		d.fields(typ.Elem(), append(slices.Clip(path), item), inside)
	case typ.Kind() == reflect.Map:
		d.fields(typ.Elem(), append(slices.Clip(path), "key"), inside)
	case typ.Kind() == reflect.Struct && !slices.Contains([]string{"Time", "Quantity", "IntOrString", "RawExtension", "MicroTime"}, typ.Name()):
		for i := range typ.NumField() {
			name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			switch at := append(slices.Clip(path), name); {
			case len(path) == 0 && slices.Contains([]string{"", "metadata", "status", "kind", "apiVersion"}, name):
			case name == "":
				d.fields(typ.Field(i).Type, path, inside)
			default:
				d.fields(typ.Field(i).Type, at, append(slices.Clip(inside), typ))
			}
		}
	default:
		d.leaf(path)
	}
}

// message walks a message of protobuf.
func (d *decided) message(m protoreflect.MessageDescriptor, path []string, inside []protoreflect.FullName) {
	fields := m.Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		at := append(slices.Clip(path), f.JSONName())
		switch {
		case f.IsMap():
			at = append(at, "key")
			f = f.MapValue()
		case f.IsList():
			at = append(at, item)
		}
		switch m := f.Message(); {
		case d.by(at):
		case m == nil || strings.HasPrefix(string(m.FullName()), "google.protobuf."):
			d.leaf(at)
		case !slices.Contains(inside, m.FullName()):
			d.message(m, at, append(slices.Clip(inside), m.FullName()))
		}
	}
}

// schema walks the structure of a CRD.
func (d *decided) schema(s map[string]any, path []string) {
	properties, _ := s["properties"].(map[string]any)
	for name, p := range properties {
		if len(path) > 0 || name == "spec" {
			d.schema(p.(map[string]any), append(slices.Clip(path), name))
		}
	}
	items, _ := s["items"].(map[string]any)
	more, _ := s["additionalProperties"].(map[string]any)
	switch {
	case items != nil:
		d.schema(items, append(slices.Clip(path), item))
	case more != nil:
		d.schema(more, append(slices.Clip(path), "key"))
	case properties == nil:
		d.leaf(path)
	}
}

func schemaOf(t *testing.T, name string) map[string]any {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(golden.Root(), "testdata", "*", "*", name+".json"))
	require.NoError(t, err)
	require.NotEmpty(t, found, name)
	data, err := os.ReadFile(found[0])
	require.NoError(t, err)
	var s map[string]any
	require.NoError(t, json.Unmarshal(data, &s))
	return s
}
