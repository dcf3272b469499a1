package cluster

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/component"
)

const token = "rig"

// Cluster runs.
type Cluster struct {
	*Client
	Kubelet *Kubelet
	Cache   component.Cache
	Dir     string // of logs, certificates, data

	host    string          // address at which its servers listen
	ctx     context.Context //nolint:containedctx // ends when a server does
	fail    context.CancelCauseFunc
	end     context.CancelFunc // none: of the first cluster, which ends with the run
	mu      sync.Mutex
	servers map[string]*server

	away    sync.Mutex // of the following
	behind  time.Time  // until then, and longer, watches may not have caught up; zero: they have
	outages int
}

// Start starts an API server and a node in a folder. The context that comes back ends, with the cause,
// when one of its servers ends by itself. It works in a process that [Enter] has started,
// once.
func Start(ctx context.Context, cache component.Cache, dir string) (*Cluster, context.Context, error) {
	if err := settle(); err != nil {
		return nil, nil, err
	}
	ctx, fail := context.WithCancelCause(ctx)
	c := &Cluster{Cache: cache, Dir: dir, host: Host, ctx: ctx, fail: fail, servers: map[string]*server{}}
	if err := c.begin(podRange); err != nil {
		return nil, nil, err
	}
	return c, ctx, nil
}

// Addresses of the first cluster, and of the one beside it.
const (
	Host       = "127.0.0.1"
	BesideHost = "127.0.0.2"
)

// Beside starts an API server and a node beside those of c, in a folder of c's, for the same
// span of time. They share a network and nothing else.
func (c *Cluster) Beside(name string) (*Cluster, error) {
	ctx, end := context.WithCancel(c.ctx)
	other := &Cluster{
		Cache: c.Cache, Dir: filepath.Join(c.Dir, name), host: BesideHost, ctx: ctx, fail: c.fail, end: end, servers: map[string]*server{},
	}
	if err := os.MkdirAll(other.Dir, 0o755); err != nil {
		return nil, err
	}
	if err := other.begin(besideRange); err != nil {
		return nil, fmt.Errorf("cluster %s: %w", name, err)
	}
	return other, nil
}

// begin starts the API server and the node, whose pods have addresses in a range.
func (c *Cluster) begin(pods string) error {
	c.Client = newClient(c.url(), token)
	if err := errors.Join(keys(c.Dir), os.WriteFile(c.kubeconfig(), fmt.Appendf(nil, kubeconfig, c.url()), 0o600)); err != nil {
		return err
	}
	c.Kubelet = &Kubelet{
		client: c.Client, ctx: c.ctx, pods: map[string]*pod{}, ports: map[string][]int{}, hurried: map[string]bool{},
		started: map[string]map[string]int{}, log: c.note, within: strings.TrimSuffix(pods, ".0.0/16"),
		behaviour: func(string) Behaviour { return Behaviour{} },
	}
	return c.up(c.store, c.Kubelet.run)
}

// url is where the API server answers.
func (c *Cluster) url() string { return "https://" + c.host + ":6443" }

// Work adds what makes a cluster of an API server and a node: custom resources and
// controllers.
func (c *Cluster) Work() error { return c.up(c.define, c.controllers) }

// up takes steps, and stops everything if one fails.
func (c *Cluster) up(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			c.Stop()
			return errors.Join(err, context.Cause(c.ctx))
		}
	}
	return nil
}

// Stop kills all servers, those that use others first: an API server whose etcd is gone
// does not end for minutes.
func (c *Cluster) Stop() {
	if c.end != nil {
		c.end()
	}
	c.mu.Lock()
	all := c.servers
	c.servers = map[string]*server{}
	c.mu.Unlock()
	last := []string{apiServer, "etcd"}
	for name, s := range all {
		if name != last[0] && name != last[1] {
			s.stop()
		}
	}
	for _, name := range last {
		if s := all[name]; s != nil {
			s.stop()
		}
	}
}

func (c *Cluster) kubeconfig() string { return filepath.Join(c.Dir, "kubeconfig") }

// note writes a line to the stand-in's own log.
func (c *Cluster) note(format string, args ...any) {
	f, err := os.OpenFile(c.LogOf("kubelet"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return
	}
	defer func() { _ = f.Close() }()
	fmt.Fprintf(f, time.Now().Format("15:04:05.000 ")+format+"\n", args...)
}

const kubeconfig = `apiVersion: v1
kind: Config
clusters: [{name: rig, cluster: {server: "%s", insecure-skip-tls-verify: true}}]
users: [{name: rig, user: {token: ` + token + `}}]
contexts: [{name: rig, context: {cluster: rig, user: rig}}]
current-context: rig
`

// store starts etcd and the API server.
func (c *Cluster) store() error {
	etcd := &server{name: "etcd", path: c.Cache.Path("etcd"), args: c.words(`--data-dir=etcd --unsafe-no-fsync --log-level=error
		--listen-client-urls=http://HOST:2379 --advertise-client-urls=http://HOST:2379
		--listen-peer-urls=http://HOST:2380 --initial-advertise-peer-urls=http://HOST:2380
		--initial-cluster=default=http://HOST:2380`)}
	api := &server{name: apiServer, path: c.Cache.Path("kube-apiserver"), args: c.words(`--etcd-servers=http://HOST:2379
		--bind-address=HOST --advertise-address=HOST --endpoint-reconciler-type=none --secure-port=6443 --cert-dir=certs
		--service-account-key-file=sa.pub --service-account-signing-key-file=sa.key
		--service-account-issuer=https://kubernetes.default.svc --token-auth-file=tokens.csv --authorization-mode=RBAC
		--service-cluster-ip-range=10.96.0.0/16,fd00:10:96::/112 --disable-admission-plugins=TaintNodesByCondition,ServiceAccount
		--max-requests-inflight=0 --max-mutating-requests-inflight=0 --enable-priority-and-fairness=false`)}
	if err := errors.Join(c.launch(etcd), c.launch(api)); err != nil {
		return err
	}
	return c.answers()
}

// apiServer is the name of the API server.
const apiServer = "kube-apiserver"

// answers waits until the API server is ready.
func (c *Cluster) answers() error {
	return c.Eventually(3*time.Minute, "the API server is ready", func(ctx context.Context) error {
		return c.Do(ctx, "GET", "/readyz", "", nil, new([]byte))
	})
}

// controllers starts the controller manager with the controllers that move pods and
// endpoints.
func (c *Cluster) controllers() error {
	return c.launch(&server{
		name: "kube-controller-manager", path: c.Cache.Path("kube-controller-manager"),
		args: c.words(`--kubeconfig=kubeconfig --authentication-skip-lookup --service-account-private-key-file=sa.key
		--bind-address=HOST --cert-dir=certs --leader-elect=false --horizontal-pod-autoscaler-sync-period=1s
		--kube-api-qps=200 --kube-api-burst=400 --controllers=deployment-controller,replicaset-controller,statefulset-controller,` +
			`daemonset-controller,endpointslice-controller,namespace-controller,garbage-collector-controller,` +
			`horizontal-pod-autoscaler-controller,disruption-controller,job-controller`),
	})
}

// words are arguments, with the cluster's address where they say HOST.
func (c *Cluster) words(text string) []string {
	return strings.Fields(strings.ReplaceAll(text, "HOST", c.host))
}

// Eventually asks until there is no error, or time is over, or a server has ended.
func (c *Cluster) Eventually(d time.Duration, what string, ask func(context.Context) error) error {
	ctx, cancel := context.WithTimeoutCause(c.ctx, d, fmt.Errorf("not within %s: %s", d, what))
	defer cancel()
	for {
		err := ask(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", context.Cause(ctx), err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// keys makes what the API server signs tokens with, and the one token that it knows.
func keys(dir string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	private, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(dir, "sa.key"), pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: private}), 0o600),
		os.WriteFile(filepath.Join(dir, "sa.pub"), pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}), 0o600),
		os.WriteFile(filepath.Join(dir, "tokens.csv"), []byte(token+`,rig,u,"system:masters"`+"\n"), 0o600),
	)
}
