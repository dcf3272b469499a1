package verify_test

import (
	"slices"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
)

// strangers are what no case names.
const strangers = `apiVersion: v1
kind: ConfigMap
metadata: {name: stranger-of-all}
data: {a: b}
---
apiVersion: v1
kind: Secret
metadata: {name: stranger-of-all, namespace: elsewhere}
stringData: {c: d}
`

// TestBystanders: the verdict on every case is the same without what nobody names.
func TestBystanders(t *testing.T) {
	extra, found := kube.Parse("strangers.yaml", []byte(strangers))
	require.Empty(t, found)
	left := 0
	for _, c := range golden.Sample(golden.Cases(t, "verify"), 6) {
		all := commits(t, c, router)
		shared := slices.Concat(extra, inAll(all))
		b := verify.NewBystanders(shared, cluster.NewState(router, shared))
		var own [][]kube.Object
		for _, one := range all {
			own = append(own, slices.DeleteFunc(slices.Clone(one.Objects), func(o kube.Object) bool { return holds(shared, o) }))
		}
		beside := b.Beside(slices.Concat(own...))
		left += len(shared) - len(beside)
		whole, less := slices.Clone(all), slices.Clone(all)
		for i := range all {
			whole[i].State = cluster.NewState(router, slices.Concat(own[i], shared))
			less[i].State = cluster.NewState(router, slices.Concat(own[i], beside))
		}
		wantFound, wantUnread, wantLeft := judged(whole)
		gotFound, gotUnread, gotLeft := judged(less)
		require.Equal(t, golden.Lines(schemas.Sort(wantFound)), golden.Lines(schemas.Sort(gotFound)), c.Name)
		require.Equal(t, wantUnread, gotUnread, c.Name)
		require.Equal(t, wantLeft, gotLeft, c.Name)
	}
	require.Greater(t, left, 100)
}

// TestBystandersNamed: a name is seen wherever it stands.
func TestBystandersNamed(t *testing.T) {
	shared, found := kube.Parse("shared.yaml", []byte("{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}"))
	require.Empty(t, found)
	b := verify.NewBystanders(shared, cluster.NewState(router, shared))
	for text, named := range map[string]bool{
		"settings": true, "a,settings": true, "--config=/etc/settings/x": true, "settings.shop.svc": true, "see settings.": true, "'settings'": true,
		"settings-2": false, "my-settings": false, "Settings": false, "": false,
	} {
		o, found := kube.Parse("x.yaml", []byte("{apiVersion: v1, kind: Pod, metadata: {name: x, annotations: {a: \""+text+"\"}}}"))
		require.Empty(t, found)
		require.Len(t, b.Beside(o), map[bool]int{true: 1}[named], text)
	}
	key, _ := kube.Parse("x.yaml", []byte("{apiVersion: v1, kind: Pod, metadata: {name: x, annotations: {settings: a}}}"))
	require.Len(t, b.Beside(key), 1)
}

// inAll are the objects that are the same in all commits.
func inAll(all []commit) []kube.Object {
	return slices.DeleteFunc(slices.Clone(all[0].Objects), func(o kube.Object) bool {
		return slices.ContainsFunc(all, func(c commit) bool { return !holds(c.Objects, o) })
	})
}

// holds reports whether an object is among some as it is.
func holds(all []kube.Object, o kube.Object) bool {
	return slices.ContainsFunc(all, func(p kube.Object) bool { return p.Key() == o.Key() && kube.Equal(p.Node, o.Node) })
}
