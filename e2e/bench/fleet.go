package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// layout says where the releases of a repository stand.
type layout string

const (
	together layout = "together" // in one folder
	apart    layout = "apart"    // in a folder each
)

// shape says what the releases of a repository are like.
type shape struct {
	steps, configs, paths int
	judged                bool // behind Istio, with an analysis
}

// usual is three steps, one ConfigMap and one rule.
var usual = shape{steps: 3, configs: 1, paths: 1}

// release is a Release of that shape, at shift-5.
func (s shape) release() string {
	steps := "5, 25, 50"
	if s.steps != usual.steps {
		var all []string
		for i := range s.steps {
			all = append(all, fmt.Sprint(5+i))
		}
		steps = strings.Join(all, ", ")
	}
	var paths []string
	for i := range s.paths - 1 {
		paths = append(paths, fmt.Sprintf("/part-%02d", i))
	}
	text := underWay
	if s.judged {
		text = strings.Replace(underWay, "provider: gatewayAPI", "provider: istio", 1) + analysis
	}
	return strings.NewReplacer("STEPS", steps, "PATHS", strings.Join(append(paths, "/"), ", ")).Replace(text)
}

// application is a workload of that shape.
func (s shape) application() string {
	text, from := application, ""
	for i := 1; i < s.configs; i++ {
		name := fmt.Sprintf("app-NUMBER-more-%03d", i)
		from += ", {configMapRef: {name: " + name + "}}"
		text += "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + ", namespace: shop}\ndata: {LOG_LEVEL: info}\n"
	}
	return strings.Replace(text, "MORE", from, 1)
}

// fleet writes a repository of releases that are all under way, each of a
// Deployment, a ConfigMap, a Service and a PodDisruptionBudget under the Gateway
// API, and commits it as of an hour ago, so that no hold is left.
func fleet(dir, cutover string, n int, l layout, s shape) error {
	for i := range n {
		at := dir
		if l == apart {
			at = filepath.Join(dir, fmt.Sprintf("team-%02d", i%20), fmt.Sprintf("app-%04d", i))
		}
		if err := os.MkdirAll(filepath.Join(at, "base"), 0o777); err != nil {
			return err
		}
		for name, text := range map[string]string{"base/app-%04d.yaml": s.application(), "app-%04d.yaml": s.release()} {
			text = string(bytes.ReplaceAll([]byte(text), []byte("NUMBER"), fmt.Appendf(nil, "%04d", i)))
			if err := os.WriteFile(filepath.Join(at, fmt.Sprintf(name, i)), []byte(text), 0o666); err != nil {
				return err
			}
		}
	}
	when := time.Now().Add(-time.Hour).Format(time.RFC3339)
	for _, args := range [][]string{
		{cutover, "render", "-R", "."},
		{"git", "init", "-q"},
		{"git", "add", "."},
		{"git", "-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgsign=false", "commit", "-qm", "all"},
	} {
		c := exec.Command(args[0], args[1:]...)
		c.Dir = dir
		c.Env = append(os.Environ(), "GIT_AUTHOR_DATE="+when, "GIT_COMMITTER_DATE="+when)
		if out, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("%v: %w\n%s", args, err, out)
		}
	}
	return nil
}

const underWay = `apiVersion: cutover.dev/v1alpha1
kind: Release
metadata: {name: app-NUMBER, namespace: shop}
spec:
  workload: app-NUMBER
  live: blue
  tracks:
    blue: {image: "ghcr.io/acme/app-NUMBER:1.4.0"}
    green: {image: "ghcr.io/acme/app-NUMBER:1.5.0"}
  stage: shift-5
  strategy: {steps: [STEPS]}
  traffic:
  - provider: gatewayAPI
    hosts: [app-NUMBER.example.com]
    paths: [PATHS]
    options: {gateways: [infra/public]}
`

// analysis has five questions at every step: all and failed requests of either track, and
// the buckets of the candidate's latency.
const analysis = `  analysis:
    metrics:
      errors: {max: 2%, worse: 1%}
      latency: {quantile: 95%, max: 400ms}
`

const application = `apiVersion: apps/v1
kind: Deployment
metadata: {name: app-NUMBER, namespace: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: app-NUMBER}}
  template:
    metadata: {labels: {app: app-NUMBER}}
    spec:
      terminationGracePeriodSeconds: 40
      containers:
      - name: app
        image: ghcr.io/acme/app-NUMBER:1.4.0
        ports: [{name: http, containerPort: 8080}]
        readinessProbe: {httpGet: {path: /ready, port: http}}
        lifecycle: {preStop: {sleep: {seconds: 10}}}
        envFrom: [{configMapRef: {name: app-NUMBER}}MORE]
        resources: {requests: {cpu: 100m, memory: 128Mi}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: app-NUMBER, namespace: shop}
data:
  LOG_LEVEL: info
  CACHE_SIZE: "4096"
  UPSTREAM: https://prices.example.com
---
apiVersion: v1
kind: Service
metadata: {name: app-NUMBER, namespace: shop}
spec:
  selector: {app: app-NUMBER}
  ports: [{name: http, port: 80, targetPort: http}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: app-NUMBER, namespace: shop}
spec:
  maxUnavailable: 1
  selector: {matchLabels: {app: app-NUMBER}}
`
