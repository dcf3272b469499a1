// Package e2e tests the project as a whole.
package e2e

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/stretchr/testify/require"
)

const toyCase = `A canary behind a toy.

-- release.yaml --
apiVersion: cutover.dev/v1alpha1
kind: Release
metadata: {name: basket, namespace: store}
spec:
  workload: cart
  tracks: {blue: {image: "cart:7"}, green: {image: "cart:8"}}
  strategy: {steps: [7]}
  traffic: [{provider: toy, hosts: [cart.example.com]}]
-- base/cart.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: store}
spec:
  replicas: 3
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec: {containers: [{name: cart, image: "cart:6"}]}
---
apiVersion: v1
kind: Service
metadata: {name: cart-svc, namespace: store}
spec: {selector: {app: cart}, ports: [{port: 9017}]}
-- want/shift-7.yaml --
apiVersion: toy.example.com/v1
kind: ToyRoute
metadata:
  name: basket
  namespace: store
  labels:
    cutover.dev/release: basket
spec:
  hosts:
  - cart.example.com
  backends:
  - service: cart-blue
    port: 9017
    weight: 93
  - service: cart-green
    port: 9017
    weight: 7
`

// toyRead is a case of what people write: with some hosts, and some backends.
func toyRead(hosts, backends int) string {
	var names, written, read []string
	for n := range hosts {
		names = append(names, fmt.Sprintf("h%d.example.com", n))
	}
	for n := range backends {
		written = append(written, fmt.Sprintf("{service: s%d, port: 9017, weight: %d}", n, n+11))
		read = append(read, fmt.Sprintf("s%d.store:9017 %d", n, n+11))
	}
	return fmt.Sprintf(`%d hosts, %d backends.

-- in.yaml --
apiVersion: toy.example.com/v1
kind: ToyRoute
metadata: {name: web, namespace: store}
spec: {hosts: [%s], backends: [%s]}
-- want/rules --
http at toy | %s | everything | %s | empty: 503, missing: 503
`, hosts, backends, strings.Join(names, ", "), strings.Join(written, ", "), cmp.Or(strings.Join(names, ", "), "every host"), strings.Join(read, ", "))
}

const toySchema = `{"title": "toy.example.com/v1 ToyRoute", "type": "object", "additionalProperties": false, "properties": {"apiVersion": {}, "kind": {}, "metadata": {},
"spec": {"type": "object", "additionalProperties": false, "properties": {"hosts": {"type": "array"},
"backends": {"type": "array", "items": {"type": "object", "additionalProperties": false, "properties": {"service": {"type": "string"}, "port": {"type": "integer"}, "weight": {"type": "integer"}}}}}}}}`

// toyRefuted is a commit that a toy does not survive.
const toyRefuted = `The Service comes with the route.

-- from.yaml --
apiVersion: toy.example.com/v1
kind: ToyRoute
metadata: {name: web, namespace: store}
spec: {backends: [{service: old, port: 9017, weight: 1}]}
---
apiVersion: v1
kind: Service
metadata: {name: old, namespace: store}
spec: {selector: {app: web}, ports: [{port: 9017}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: store}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:1"}]}
-- change --
-spec: {backends: [{service: old, port: 9017, weight: 1}]}
+spec: {backends: [{service: new, port: 9017, weight: 1}]}
+---
+apiVersion: v1
+kind: Service
+metadata: {name: new, namespace: store}
+spec: {selector: {app: web}, ports: [{port: 9017}]}
-- want/findings --
to.yaml:1:1: ToyRoute/store/web: from → to: all requests to / of any host through the default toy get 503: Service new is not there if ToyRoute/store/web is applied before Service/store/new [backend-missing]
	hint: commit Service/store/new first; send requests there in a later commit, when that is ready
`

// TestOneMoreRouter: a router is one package, one line in the table and one folder
// of test data. In a copy of the project with these three, what is derived is
// derived again, and every loop over the providers passes: goldens, law,
// schema, edges, docs. Rules of the verifier know its gateways, certificates and
// filters by its data alone (testdata/toy).
func TestOneMoreRouter(t *testing.T) {
	golden.Long(t)
	dir := t.TempDir()
	copyProject(t, dir)
	write := func(name, text string) {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o666))
	}
	source, err := os.ReadFile("testdata/toy.go.txt")
	require.NoError(t, err)
	write("generators/routers/toy/toy.go", string(source))
	table, err := os.ReadFile(filepath.Join(dir, "generators/routers/table.go"))
	require.NoError(t, err)
	write("generators/routers/table.go", strings.NewReplacer(
		"\tingressnginx.Provider,\n", "\tingressnginx.Provider,\n\ttoy.Provider,\n",
		"generators/routers/service\"\n", "generators/routers/service\"\n\t\"github.com/cutoverdev/cutover/generators/routers/toy\"\n",
	).Replace(string(table)))
	write("testdata/traffic/toy/canary.txtar", toyCase)
	write("testdata/traffic/toy/ToyRoute.v1.json", toySchema)
	write("testdata/verify/toy/create-and-route.txtar", toyRefuted)
	for i := range 12 {
		write(fmt.Sprintf("testdata/traffic/toy/read-%d.txtar", i), toyRead(i%3, 1+i/3))
	}
	edges, err := filepath.Glob("testdata/toy/*.txtar")
	require.NoError(t, err)
	require.Len(t, edges, 7)
	for _, edge := range edges {
		text, err := os.ReadFile(edge)
		require.NoError(t, err)
		write("testdata/verify/toy/"+filepath.Base(edge), string(text))
	}
	world, err := os.ReadFile("testdata/toy-world.txtar")
	require.NoError(t, err)
	write("testdata/world/toy.txtar", string(world))
	command(t, dir, "go", "run", "./cmd/internal/schemagen")
	references, err := os.ReadFile(filepath.Join(dir, "fn/component/references.yaml"))
	require.NoError(t, err)
	require.Contains(t, string(references), "kind: ToyRoute", "no CRD file is known, and it is none of Kubernetes' own kinds: kustomize must be told its references")
	command(t, dir, "go", "test", "-short", ".", "./cmd/internal/schemagen", "./fn/...", "./generators/...", "./schemas/...")
	require.Contains(t, command(t, dir, "go", "run", "./cmd/cutover", "providers"), "toy")
}

func command(t *testing.T, dir string, args ...string) string {
	t.Helper()
	c := exec.Command(args[0], args[1:]...)
	c.Dir = dir
	c.Env = append(os.Environ(), "CRDS="+cmp.Or(os.Getenv("CRDS"), filepath.Join(golden.Root(), "../shared/crds")))
	out, err := c.CombinedOutput()
	require.NoError(t, err, "%s\n%s", strings.Join(args, " "), out)
	return string(out)
}

// copyProject copies the files that Git knows, or would add.
func copyProject(t *testing.T, dir string) {
	t.Helper()
	list := command(t, golden.Root(), "git", "ls-files", "--cached", "--others", "--exclude-standard")
	for name := range strings.FieldsSeq(list) {
		data, err := os.ReadFile(filepath.Join(golden.Root(), name))
		if os.IsNotExist(err) {
			continue // deleted, and not yet committed
		}
		require.NoError(t, err)
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
		require.NoError(t, os.WriteFile(path, data, 0o666))
	}
}
