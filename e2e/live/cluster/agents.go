package cluster

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Argo starts Argo CD: its controller, its repository server and its cache. What it needs
// in the cluster must be there, see applier.ArgoObjects.
func (c *Cluster) Argo() error {
	names := filepath.Join(c.Dir, "argocd") // the program does what it is called
	if err := errors.Join(os.MkdirAll(filepath.Join(names, "tls"), 0o755), os.MkdirAll(filepath.Join(names, "ssh"), 0o755)); err != nil {
		return err
	}
	for _, name := range []string{"argocd-application-controller", "argocd-repo-server"} {
		if err := os.Symlink(c.Cache.Path("argocd"), filepath.Join(names, name)); err != nil {
			return err
		}
	}
	env := []string{
		"ARGOCD_FAKE_IN_CLUSTER=true", "ARGOCD_GPG_ENABLED=false",
		"ARGOCD_TLS_DATA_PATH=" + names + "/tls", "ARGOCD_SSH_DATA_PATH=" + names + "/ssh",
		"PATH=" + names + ":" + filepath.Dir(c.Cache.Path("argocd")) + ":" + os.Getenv("PATH"),
	}
	redis := &server{name: "redis-server", path: c.Cache.Path("redis-server"), args: []string{
		"--port", "6379", "--bind", c.host, "--save", "", "--appendonly", "no",
	}}
	repo := &server{name: "argocd-repo-server", path: names + "/argocd-repo-server", env: env, args: c.words(
		`--address HOST --port 18081 --metrics-address HOST --metrics-port 18084 --disable-tls --client-ca-path=
		--redis HOST:6379`)}
	controller := &server{name: "argocd-application-controller", path: names + "/argocd-application-controller", env: env}
	controller.args = c.words(
		`--kubeconfig kubeconfig --namespace argocd --repo-server HOST:18081 --repo-server-plaintext
		--redis HOST:6379 --persist-resource-health`)
	metrics := map[string]string{Host: "18082", BesideHost: "18083"} // it listens at all addresses
	controller.args = append(controller.args, "--metrics-port", metrics[c.host])
	if err := errors.Join(c.launch(redis), c.launch(repo)); err != nil {
		return err
	}
	if err := c.listens("argocd-repo-server", c.host+":18081"); err != nil {
		return err
	}
	return c.launch(controller)
}

// Flux starts Flux's kustomize-controller.
func (c *Cluster) Flux() error {
	return c.launch(&server{
		name: "kustomize-controller", path: c.Cache.Path("kustomize-controller"), env: []string{"RUNTIME_NAMESPACE=flux-system"},
		args: c.words("--enable-leader-election=false --health-addr=HOST:9440 --metrics-addr=HOST:9441 --log-level=info"),
	})
}

// Agents are the programs that apply commits, by the agent's name.
var Agents = map[string]string{"argocd": "argocd-application-controller", "flux": "kustomize-controller"}

// Records starts external-dns, which makes records of the DNSEndpoints of all namespaces and
// tells them to a webhook, which plays Route 53. It looks every second; its own default is a minute.
func (c *Cluster) Records(webhook string) error {
	return c.launch(&server{name: "external-dns", path: c.Cache.Path("external-dns"), args: c.words(`--kubeconfig=kubeconfig --source=crd
		--provider=aws --registry=txt --txt-owner-id=rig --policy=sync --interval=1s --metrics-address=HOST:7979
		--webhook-provider-url=` + webhook)})
}

// listens waits until somebody listens at an address.
func (c *Cluster) listens(name, address string) error {
	return c.Eventually(time.Minute, name+" listens", func(ctx context.Context) error {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err == nil {
			_ = conn.Close()
		}
		return err
	})
}

// Discovery is where istiod tells clients of gRPC what they need.
const Discovery = "127.0.0.1:15010"

// MeshObjects is what istiod itself needs in the cluster.
const MeshObjects = "apiVersion: v1\nkind: Namespace\nmetadata: {name: istio-system}\n"

// Istiod starts istiod, for clients of gRPC that need no proxy.
func (c *Cluster) Istiod() error {
	mesh := filepath.Join(c.Dir, "mesh.yaml")
	if err := os.WriteFile(mesh, []byte("rootNamespace: istio-system\ntrustDomain: cluster.local\n"), 0o644); err != nil {
		return err
	}
	err := c.launch(&server{
		name: "pilot-discovery", path: c.Cache.Path("pilot-discovery"),
		env: []string{
			"POD_NAME=istiod", "POD_NAMESPACE=istio-system", "PILOT_CERT_PROVIDER=none", "ENABLE_CA_SERVER=false",
			"INJECTION_WEBHOOK_CONFIG_NAME=", "VALIDATION_WEBHOOK_CONFIG_NAME=",
		},
		args: strings.Fields("discovery --kubeconfig=kubeconfig --meshConfig=mesh.yaml --httpAddr=127.0.0.1:18080 --grpcAddr=" + Discovery +
			" --secureGRPCAddr= --httpsAddr= --monitoringAddr=127.0.0.1:15014"),
	})
	if err != nil {
		return err
	}
	return c.listens("pilot-discovery", Discovery)
}
