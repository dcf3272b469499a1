package account

import (
	"testing"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/stretchr/testify/require"
)

// TestWidened: each row has two schemas of a field, and whether the second takes all
// that the first took and keeps what it says.
func TestWidened(t *testing.T) {
	for _, c := range []struct {
		was, is string
		want    bool
	}{
		{"{type: string, description: a}", "{type: string, description: b}", true},
		{"{type: string}", "{type: integer}", false},
		{"{type: string, enum: [a]}", "{type: string, enum: [b, a]}", true},
		{"{type: string, enum: [a, b]}", "{type: string, enum: [a]}", false},
		{"{type: string, enum: [b]}", `{type: string, enum: ["*"]}`, false},
		{"{type: string, enum: [a]}", "{type: string}", true},
		{"{type: string}", "{type: string, enum: [a]}", false},
		{"{type: object, required: [a, b]}", "{type: object, required: [b]}", true},
		{"{type: object, required: [b]}", "{type: object, required: [a, b]}", false},
		{"{type: integer, minimum: 3}", "{type: integer, minimum: 1}", true},
		{"{type: integer, minimum: 1}", "{type: integer, minimum: 3}", false},
		{"{type: integer}", "{type: integer, minimum: 0}", false},
		{"{type: integer, maximum: 7}", "{type: integer, maximum: 9}", true},
		{"{type: integer, maximum: 9}", "{type: integer, maximum: 7}", false},
		{"{type: integer, maximum: 9}", "{type: integer}", true},
		{"{type: string, pattern: a}", "{type: string}", true},
		{"{type: string}", "{type: string, pattern: a}", false},
		{"{type: object, x-kubernetes-validations: [{rule: a}]}", "{type: object}", true},
		{"{type: object}", "{type: object, x-kubernetes-validations: [{rule: a}]}", false},
		{"{type: string}", "{type: string, nullable: true}", true},
		{"{type: string, nullable: true}", "{type: string}", false},
		{"{type: string, default: a}", "{type: string, default: b}", false},
		{
			"{type: object, properties: {a: {type: string}}}",
			"{type: object, properties: {a: {type: string}, b: {type: object, properties: {c: {type: string}}}}}", true,
		},
		{
			"{type: object, properties: {a: {type: string}}}",
			"{type: object, properties: {a: {type: string}, b: {type: object, properties: {c: {default: x}}}}}", false,
		},
		{
			"{type: object, properties: {a: {type: string}, b: {type: string}}}",
			"{type: object, properties: {a: {type: string}}}", false,
		},
		{
			"{type: object, x-kubernetes-preserve-unknown-fields: true}",
			"{type: object, x-kubernetes-preserve-unknown-fields: true, properties: {a: {type: string}}}", false,
		},
		{"{type: array, items: {type: string, maxLength: 7}}", "{type: array, items: {type: string, maxLength: 9}}", true},
		{"{type: array, items: {type: string, maxLength: 9}}", "{type: array, items: {type: string, maxLength: 7}}", false},
		{"{type: object, additionalProperties: {type: string}}", "{type: object, additionalProperties: {type: integer}}", false},
		{"{type: array, items: {type: string}}", "{type: array, items: {type: string}, x-kubernetes-list-type: atomic}", true},
		{"{type: array, items: {type: string}}", "{type: array, items: {type: string}, x-kubernetes-list-type: set}", false},
		{"{type: object, x-kubernetes-map-type: granular}", "{type: object}", true},
		{"{anyOf: [{type: string}]}", "{anyOf: [{type: string}, {type: integer}]}", false},
	} {
		open := false
		for _, claim := range Of(Change{definition(t, c.was), definition(t, c.is)}, somebody{}) {
			open = open || claim.Open()
		}
		require.Equal(t, c.want, !open, "%s → %s", c.was, c.is)
	}
}

// somebody has objects of every group.
type somebody struct{ nobody }

func (somebody) Holds(string) bool { return true }

// TestKept: each row has two schemas of a field of which no object is here, and whether
// the second keeps what objects say, be it that it takes fewer.
func TestKept(t *testing.T) {
	for _, c := range []struct {
		was, is string
		want    bool
	}{
		{"{type: string}", "{type: string, enum: [a]}", true},
		{"{type: integer, maximum: 9}", "{type: integer, maximum: 7}", true},
		{"{type: object}", "{type: object, x-kubernetes-validations: [{rule: a}]}", true},
		{"{type: object, properties: {a: {type: string}}}", "{type: object, properties: {a: {type: string}}, required: [a]}", true},
		{"{type: array, items: {type: string}}", "{type: array, items: {type: string, pattern: a}}", true},
		{"{type: string}", "{type: integer}", false},
		{"{type: string, default: a}", "{type: string}", false},
		{"{type: string, nullable: true}", "{type: string}", false},
		{"{type: object, properties: {a: {type: string}, b: {type: string}}}", "{type: object, properties: {a: {type: string}}}", false},
		{"{type: object, properties: {enum: {type: string}}}", "{type: object, properties: {}}", false},
		{"{type: object, x-kubernetes-preserve-unknown-fields: true}", "{type: object}", false},
	} {
		open := false
		for _, claim := range Of(Change{definition(t, c.was), definition(t, c.is)}, nobody{}) {
			open = open || claim.Open()
		}
		require.Equal(t, c.want, !open, "%s → %s", c.was, c.is)
	}
}

func definition(t *testing.T, schema string) kube.Object {
	t.Helper()
	return one(t, "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a}\n"+
		"spec: {versions: [{name: v1, schema: {openAPIV3Schema: {type: object, properties: {spec: "+schema+"}}}}]}\n")
}

// TestRightsGrow: each row has two lists of rules, and whether the second gives all that
// the first gave.
func TestRightsGrow(t *testing.T) {
	for _, c := range []struct {
		was, is string
		want    bool
	}{
		{
			"{apiGroups: [''], resources: [pods], verbs: [get]}",
			"{apiGroups: ['', apps], resources: [pods, nodes], verbs: [get, list]}", true,
		},
		{
			"{apiGroups: [''], resources: [pods], verbs: [get]}",
			"{apiGroups: ['*'], resources: ['*'], verbs: ['*']}", true,
		},
		{
			"{apiGroups: [''], resources: [pods], verbs: ['*']}",
			"{apiGroups: [''], resources: [pods], verbs: [get, list]}", false,
		},
		{
			"{apiGroups: [''], resources: [pods, nodes], verbs: [get]}",
			"{apiGroups: [''], resources: [pods], verbs: [get]}", false,
		},
		{
			"{apiGroups: [''], resources: [pods], verbs: [get]}",
			"{apiGroups: [''], resources: [pods], verbs: [get], resourceNames: [a]}", false,
		},
		{
			"{apiGroups: [''], resources: [pods], verbs: [get], resourceNames: [a]}",
			"{apiGroups: [''], resources: [pods], verbs: [get]}", true,
		},
		{
			"{apiGroups: [''], resources: [pods], verbs: [get], resourceNames: [a]}",
			"{apiGroups: [''], resources: [pods], verbs: [get], resourceNames: [b]}", false,
		},
		{"{nonResourceURLs: [/metrics], verbs: [get]}", "{nonResourceURLs: [/metrics, /healthz], verbs: [get]}", true},
		{"{nonResourceURLs: [/metrics, /healthz], verbs: [get]}", "{nonResourceURLs: [/metrics], verbs: [get]}", false},
	} {
		role := func(rule string) kube.Object {
			return one(t, "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: a}\nrules: ["+rule+"]\n")
		}
		open := false
		for _, claim := range Of(Change{role(c.was), role(c.is)}, nobody{}) {
			open = open || claim.Open()
		}
		require.Equal(t, c.want, !open, "%s → %s", c.was, c.is)
	}
}

func one(t *testing.T, text string) kube.Object {
	t.Helper()
	all, found := kube.Parse("a.yaml", []byte(text))
	require.Empty(t, found)
	return all[0]
}
