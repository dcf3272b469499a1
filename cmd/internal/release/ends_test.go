package release

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/cmd/internal/load"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/overlay"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
)

// site sends some of its own requests to cart.
const site = `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: site, namespace: shop}
spec:
  replicas: 4
  selector: {matchLabels: {app: site}}
  template:
    metadata: {labels: {app: site}}
    spec:
      containers:
      - {name: site, image: "site:3", ports: [{containerPort: 8402}], readinessProbe: {httpGet: {path: /ready, port: 8402}}}
---
apiVersion: v1
kind: Service
metadata: {name: site, namespace: shop}
spec: {selector: {app: site}, ports: [{port: 9018, targetPort: 8402}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: site, namespace: shop}
spec:
  parentRefs: [{name: public, namespace: edge}]
  hostnames: [www.example.com]
  rules:
  - {matches: [{path: {type: PathPrefix, value: /cart}}], backendRefs: [{name: cart, port: 9017}]}
  - {backendRefs: [{name: site, port: 9018}]}
---
apiVersion: cutover.dev/v1alpha1
kind: Release
metadata: {name: site, namespace: shop}
spec:
  workload: site
  tracks: {blue: {image: "site:3"}, green: {image: "site:4"}}
  stage: shift-5
  strategy: {steps: [5]}
  traffic: [{provider: gatewayAPI, route: {kind: HTTPRoute, name: site}}]
`

// folderOf is a checkout of three releases: cart, site, whose route names cart, and web,
// which has to do with neither.
func folderOf(t *testing.T) checkout {
	t.Helper()
	dir := t.TempDir()
	under := strings.NewReplacer("green: {}", `green: {image: "cart:8"}`, "stage: stable", "stage: shift-5").Replace(text)
	web := strings.NewReplacer("cart", "web", "steps: [5]", "steps: [5, 40]").Replace(under)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "all.yaml"), []byte(under+"---\n"+web+site), 0o666))
	l, err := load.Input{}.Load(dir, strings.NewReader(""))
	require.NoError(t, err)
	require.False(t, schemas.Failed(l.Found), l.Found)
	changes, _, err := l.Changes(overlay.Files(l.Out))
	require.NoError(t, err)
	require.NoError(t, l.Write(changes))
	l.Close()
	co, err := readCheckout(load.Input{}, dir, everyRelease, strings.NewReader(""))
	require.NoError(t, err)
	t.Cleanup(co.Close)
	return co
}

// TestEnds: what is found in the way from one stage to another does not depend on how
// much of the folder is looked at, and of a folder not more is than need be.
func TestEnds(t *testing.T) {
	all := folderOf(t)
	near := map[string][]string{"cart": {"cart", "site"}, "site": {"site", "cart"}, "web": {"web"}}
	refuted := 0
	for _, r := range all.In.Releases {
		co := all
		co.release = r
		made, found := co.generate(r, nil)
		require.False(t, schemas.Failed(found), found)
		at, _ := made.Stage("shift-5")
		for _, s := range made.Stages {
			m, found := co.pointer(move{release: made, from: at, to: s})
			require.Empty(t, found)
			e := co.ends(m)
			require.Empty(t, e.found)
			require.Equal(t, near[co.name()], e.names)
			from, _ := co.present()
			to, _ := co.state(co.source(m), []string{""})
			require.Equal(t, said(from, to), said(e.from, e.to), "%s: shift-5 → %s", co.name(), s.Name)
			if schemas.Failed(verify.Edge{From: e.from, To: e.to}.Check()) {
				refuted++
			}
		}
	}
	require.NotZero(t, refuted)
}

// said is what is found in the way from one state to another.
func said(from, to cluster.State) string {
	var b bytes.Buffer
	for _, f := range (verify.Edge{From: from, To: to}).Check() {
		b.WriteString(f.String() + "\n")
	}
	return b.String()
}

// TestEndsOfOther: where live/ is not as it is generated all of it is looked at.
func TestEndsOfOther(t *testing.T) {
	co := folderOf(t)
	co.tree[overlay.LiveFile] = append(co.tree[overlay.LiveFile], "- ../cart/stages/stable/../stable\n"...)
	co.once()
	co.release = called("web", co.In.Releases)
	made, _ := co.generate(co.release, nil)
	to, _ := made.Stage("shift-40")
	e := co.ends(move{release: made, to: to, changes: map[string][]byte{}})
	require.Nil(t, e.names)
	require.NotEmpty(t, e.found, "what is there twice")
}

// TestNeverArrived: what the API server refuses where a release stands holds every move of
// it but an abort, and no other release. A tree can have such an object when a newer
// cutover knows of more that is refused.
func TestNeverArrived(t *testing.T) {
	co := folderOf(t)
	co.release = co.In.Releases[0]
	refused := func(release, id string) schemas.Finding {
		file := co.Shown(overlay.Root + "/" + release + "/stages/shift-5/httproute-" + release + ".yaml")
		return schemas.Finding{File: file, ID: id, Severity: schemas.Error, Message: "the API server refuses the object"}
	}
	at := []schemas.Finding{refused("cart", "object-refused"), refused("web", "object-refused"), refused("cart", "weight-sum")}
	m := move{verb: "promote"}
	m.from.Name = "shift-5"

	held := co.neverArrived(m, at)
	require.Len(t, held, 1)
	require.Equal(t, schemas.Error, held[0].Severity)
	require.Equal(t, "the API server refuses the object, and shift-5 has not arrived", held[0].Message)

	m.verb = "abort"
	free := co.neverArrived(m, at)
	require.Len(t, free, 1)
	require.Equal(t, schemas.Warning, free[0].Severity)
}
