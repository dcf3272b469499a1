package kube

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	apps "k8s.io/api/apps/v1"
	autoscaling "k8s.io/api/autoscaling/v2"
	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	gateway "sigs.k8s.io/gateway-api/apis/v1"
)

// typed are the kinds whose structure the table is held to, without what is left to
// the cluster: metadata and status.
var typed = []any{
	apps.DeploymentSpec{},
	apps.StatefulSetSpec{},
	apps.DaemonSetSpec{},
	apps.ReplicaSetSpec{},
	autoscaling.HorizontalPodAutoscalerSpec{},
	batch.JobSpec{},
	batch.CronJobSpec{},
	core.PodSpec{},
	core.ServiceSpec{},
	networking.IngressSpec{},
	networking.NetworkPolicySpec{},
	policy.PodDisruptionBudgetSpec{},
	gateway.HTTPRouteSpec{},
	gateway.GRPCRouteSpec{},
}

// TestFieldTypes: a field of one type in all kinds is in the table, and one that is
// in the table has that type wherever it is.
func TestFieldTypes(t *testing.T) {
	found := map[string]map[valueType]bool{}
	for _, v := range typed {
		structure(reflect.TypeOf(v), map[reflect.Type]bool{}, found)
	}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		types := found[name]
		have := fieldTypes[name]
		switch {
		case name == "port": // a number here, a number or a name there, a structure for an Ingress
			assert.Equal(t, either, have)
		case len(types) == 1 && !types[free]:
			assert.True(t, types[have], "%s is %v, and %v in the table", name, types, have)
		default:
			assert.Contains(t, []valueType{free, opaque}, have, "%s is %v, and %v in the table", name, types, have)
		}
	}
}

func structure(t reflect.Type, seen map[reflect.Type]bool, found map[string]map[valueType]bool) {
	if seen[t] {
		return
	}
	seen[t] = true
	for i := range t.NumField() {
		f := t.Field(i)
		name, flags, _ := strings.Cut(f.Tag.Get("json"), ",")
		elem := f.Type
		for elem.Kind() == reflect.Pointer || elem.Kind() == reflect.Slice {
			elem = elem.Elem()
		}
		kind := typeOf(elem)
		if elem.Kind() == reflect.Struct && kind == free && elem.Name() != "ObjectMeta" {
			structure(elem, seen, found)
		}
		if name == "" || strings.Contains(flags, "inline") {
			continue
		}
		if found[name] == nil {
			found[name] = map[valueType]bool{}
		}
		found[name][kind] = true
	}
}

func typeOf(t reflect.Type) valueType {
	switch {
	case t.Name() == "IntOrString":
		return either
	case t.Kind() == reflect.Int32, t.Kind() == reflect.Int:
		return small
	case t.Kind() == reflect.Int64:
		return large
	case t.Kind() == reflect.Bool:
		return yesNo
	case t.Kind() == reflect.Map:
		return opaque
	}
	return free
}
