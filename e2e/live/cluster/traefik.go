package cluster

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Throttle is how long Traefik collects changes before it routes by them. Its own default
// is two seconds; a run would take hours by that.
const Throttle = 300 * time.Millisecond

// Worker is the label of namespaces that have a router of their own, with its name.
const Worker = "rig/worker"

// Traefik starts a router at a port of the cluster's address. It looks at the namespaces given, which
// have its name in their label [Worker]; or at all.
func (c *Cluster) Traefik(name string, port int, namespaces ...string) error {
	args := c.words(fmt.Sprintf(`--entrypoints.web.address=HOST:%d --log.level=INFO --global.checknewversion=false
		--global.sendanonymoususage=false --providers.providersthrottleduration=%s
		--providers.kubernetescrd.allowcrossnamespace=true`, port, Throttle))
	if name == "traefik" {
		args = append(args, "--entrypoints.metrics.address="+c.host+metricsPort, "--metrics.prometheus.entrypoint=metrics")
	}
	for _, provider := range []string{"kubernetesgateway", "kubernetescrd", "kubernetesingressnginx"} {
		at := "--providers." + provider
		args = append(args, at+".endpoint="+c.url(), at+".token="+token, at+".certauthfilepath=certs/apiserver.crt")
		switch {
		case len(namespaces) == 0 && provider == "kubernetesingressnginx": // an Ingress without an address is not Healthy for Argo CD
			args = append(args, at+".publishstatusaddress="+c.host)
		case len(namespaces) == 0:
		case provider == "kubernetesingressnginx":
			args = append(args, at+".watchnamespaceselector="+Worker+"="+name)
		default:
			args = append(args, at+".namespaces="+strings.Join(namespaces, ","))
		}
	}
	if err := c.launch(&server{name: name, path: c.Cache.Path("traefik"), args: args}); err != nil {
		return err
	}
	return c.listens(name, fmt.Sprintf("%s:%d", c.host, port))
}

// Prometheus is where Prometheus answers.
const Prometheus = "127.0.0.1:9090"

// metricsPort is where it asks Traefik.
const metricsPort = ":8082"

// Watch starts Prometheus, which asks Traefik every second.
func (c *Cluster) Watch() error {
	config := "global: {scrape_interval: 1s}\n" +
		"scrape_configs: [{job_name: traefik, static_configs: [{targets: ['" + c.host + metricsPort + "']}]}]\n"
	if err := os.WriteFile(filepath.Join(c.Dir, "prometheus.yml"), []byte(config), 0o644); err != nil {
		return err
	}
	err := c.launch(&server{
		name: "prometheus", path: c.Cache.Path("prometheus"),
		args: strings.Fields("--config.file=prometheus.yml --storage.tsdb.path=prometheus --web.listen-address=" + Prometheus),
	})
	if err != nil {
		return err
	}
	return c.listens("prometheus", Prometheus)
}

// Entry are the objects behind which every route of the rig stands: a gateway and an
// ingress class that Traefik looks after.
const Entry = `apiVersion: v1
kind: Namespace
metadata: {name: infra}
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: traefik}
spec: {controllerName: traefik.io/gateway-controller}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: infra}
spec:
  gatewayClassName: traefik
  listeners:
  - {name: web, protocol: HTTP, port: 8000, allowedRoutes: {namespaces: {from: All}}}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: nginx}
spec: {controller: k8s.io/ingress-nginx}
`
