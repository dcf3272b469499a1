package gatewayapi

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/generators/gatewayroute"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/stretchr/testify/require"
)

// TestImplementations: every implementation that a release may name stands in the table,
// in order, with a report of its own, and says of a feature one thing at most.
func TestImplementations(t *testing.T) {
	field, _ := reflect.TypeOf(options{}).FieldByName("Implementation")
	var names []string
	known := strings.Fields(features)
	require.Len(t, slices.Compact(slices.Sorted(slices.Values(known))), len(known), "a feature stands twice")
	for _, i := range implementations {
		names = append(names, i.name)
		require.Regexp(t, `^v?\d+\.\d+\.\d+`, i.version, i.name)
		require.Regexp(t, `^v1\.\d\.\d$`, i.api, i.name)
		require.Regexp(t, `^v1\.\d(\.\d)?/[\w-]+/[\w.-]+\.yaml$`, i.report, i.name)
		require.Equal(t, minor(t, i.api), minor(t, i.report), "%s: a report stands with the release that it is of", i.name)
		told := strings.Fields(i.has + " " + i.lacks)
		require.Subset(t, known, told, i.name)
		require.Len(t, slices.Compact(slices.Sorted(slices.Values(told))), len(told), "%s: has it, and has it not", i.name)
		var words []string
		for _, p := range profiles {
			words = append(words, p.word)
		}
		held := strings.Fields(i.passed + " " + i.partial)
		require.NotEmpty(t, held, i.name)
		require.Subset(t, words, held, i.name)
		require.Len(t, slices.Compact(slices.Sorted(slices.Values(held))), len(held), i.name)
	}
	require.True(t, slices.IsSorted(names))
	require.Equal(t, strings.Split(field.Tag.Get("enum"), "|"), names, "the option names those of the table")
}

var minorOf = regexp.MustCompile(`^v1\.(\d)`)

func minor(t *testing.T, text string) string {
	t.Helper()
	m := minorOf.FindStringSubmatch(text)
	require.NotNil(t, m, text)
	return m[1]
}

// TestServed: every version that may be written is one that is read, the newest first.
func TestServed(t *testing.T) {
	for _, k := range Provider.Kinds {
		if gatewayroute.Protocol(k.Kind) == "" {
			continue
		}
		var versions []string
		for _, s := range served {
			if s.kind == k.Kind {
				versions = append(versions, s.version)
				require.GreaterOrEqual(t, s.standard, s.experimental, "%s %s: what is standard is experimental too", s.kind, s.version)
			}
		}
		require.Subset(t, k.Versions, versions, k.Kind)
		require.Equal(t, versions[0], k.Versions[0], k.Kind)
	}
}

// TestLacking: what an API server of some release would drop, or not know.
func TestLacking(t *testing.T) {
	for _, c := range []struct {
		kind, spec   string
		minor        int
		experimental bool
		want         string
	}{
		{"HTTPRoute", "rules: [{timeouts: {request: 1s}}]", 1, false, "rules[].timeouts in HTTPRoutes"},
		{"HTTPRoute", "rules: [{timeouts: {request: 1s}}]", 1, true, ""},
		{"HTTPRoute", "rules: [{timeouts: {request: 1s}}]", 2, false, ""},
		{"HTTPRoute", "rules: [{}, {filters: [{}, {cors: {}}]}]", 4, false, "rules[].filters[].cors in HTTPRoutes"},
		{"HTTPRoute", "rules: [{filters: [{cors: {}}]}]", 5, false, ""},
		{"HTTPRoute", "rules: [{filters: [{requestMirror: {percent: 3}}]}]", 2, false, "rules[].filters[].requestMirror.percent in HTTPRoutes"},
		{"HTTPRoute", "rules: [{retry: {attempts: 3}}]", 6, false, "rules[].retry in HTTPRoutes"},
		{"HTTPRoute", "rules: [{retry: {attempts: 3}}]", 6, true, ""},
		{"GRPCRoute", "rules: [{sessionPersistence: {}}]", 6, false, "rules[].sessionPersistence in GRPCRoutes"},
		{"TCPRoute", "rules: []", 5, false, "TCPRoute of version v1"},
		{"TCPRoute", "rules: []", 6, false, ""},
		{"TLSRoute", "rules: []", 4, true, "TLSRoute of version v1"},
	} {
		all, found := kube.Parse("a.yaml", []byte("apiVersion: gateway.networking.k8s.io/v1\nkind: "+c.kind+"\nmetadata: {name: a}\nspec: {"+c.spec+"}"))
		require.Empty(t, found)
		got, _, _ := lacking(definitions{c.minor, c.experimental}, all[0])
		require.Equal(t, c.want, got, "%+v", c)
	}
}
