// Package apiserver_test holds what generators/structure says of objects to a real API
// server, which is started for it:
//
//	KUBE_APISERVER=…/kube-apiserver ETCD=…/etcd go test ./e2e/apiserver
//
// with MUTANTS=n for more than a few. Without them it says that nothing was compared.
package apiserver_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

// server is an API server.
type server struct {
	url    string
	client *http.Client
	kinds  map[string]resource // by apiVersion and kind
}

type resource struct {
	Name       string `json:"name"`
	Kind       string `json:"kind"`
	Namespaced bool   `json:"namespaced"`
	path       string
}

// start starts etcd and an API server on loopback; both end with the test.
func start(t *testing.T) *server {
	t.Helper()
	binary, etcd := os.Getenv("KUBE_APISERVER"), os.Getenv("ETCD")
	if binary == "" || etcd == "" {
		t.Skip("no API server, nothing compared: KUBE_APISERVER=…/kube-apiserver ETCD=…/etcd")
	}
	dir := t.TempDir()
	store, peers, secure := port(t), port(t), port(t)
	key(t, dir)
	run(t, dir, etcd, "--data-dir", filepath.Join(dir, "etcd"), "--unsafe-no-fsync", "--log-level=error",
		"--listen-client-urls=http://"+store, "--advertise-client-urls=http://"+store, "--listen-peer-urls=http://"+peers,
		"--initial-advertise-peer-urls=http://"+peers, "--initial-cluster=default=http://"+peers)
	_, number, err := net.SplitHostPort(secure)
	require.NoError(t, err)
	run(t, dir, binary, "--etcd-servers=http://"+store, "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1",
		"--endpoint-reconciler-type=none", "--secure-port="+number, "--cert-dir="+dir, "--service-account-key-file=sa.pub",
		"--service-account-signing-key-file=sa.key", "--service-account-issuer=https://kubernetes.default.svc",
		"--token-auth-file=tokens.csv", "--authorization-mode=RBAC", "--service-cluster-ip-range=10.96.0.0/16",
		"--disable-admission-plugins=TaintNodesByCondition,ServiceAccount", "--max-requests-inflight=0",
		"--max-mutating-requests-inflight=0", "--enable-priority-and-fairness=false")
	s := &server{url: "https://" + secure, kinds: map[string]resource{}}
	s.client = &http.Client{
		Timeout:   time.Minute,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, MaxIdleConnsPerHost: 16}, //nolint:gosec // our own, on loopback
	}
	require.Eventually(t, func() bool { _, body := s.call("GET", "/readyz", "", nil); return string(body) == "ok" }, 2*time.Minute, 100*time.Millisecond)
	return s
}

// key makes what the API server signs tokens with, and one token.
func key(t *testing.T, dir string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	private, err := x509.MarshalECPrivateKey(k)
	require.NoError(t, err)
	public, err := x509.MarshalPKIXPublicKey(&k.PublicKey)
	require.NoError(t, err)
	for name, data := range map[string][]byte{
		"sa.key":     pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: private}),
		"sa.pub":     pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}),
		"tokens.csv": []byte("test,admin,u,\"system:masters\"\n"),
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), data, 0o600))
	}
}

// port is a free address on loopback.
func port(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func run(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	c := exec.Command(name, args...)
	c.Dir = dir
	log, err := os.Create(filepath.Join(dir, filepath.Base(name)+".log"))
	require.NoError(t, err)
	c.Stdout, c.Stderr = log, log
	ends(c)
	require.NoError(t, c.Start())
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
		_ = log.Close()
	})
}

func (s *server) call(method, path, kind string, body []byte) (int, []byte) {
	req, err := http.NewRequest(method, s.url+path, bytes.NewReader(body))
	if err != nil {
		return 0, []byte(err.Error())
	}
	req.Header.Set("Authorization", "Bearer test")
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	res, err := s.client.Do(req)
	if err != nil {
		return 0, []byte(err.Error())
	}
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, []byte(err.Error())
	}
	return res.StatusCode, data
}

// define adds CRDs, and waits until they are served.
func (s *server) define(t *testing.T, files ...string) {
	t.Helper()
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		for doc := range strings.SplitSeq(string(data), "\n---\n") {
			text, err := yaml.YAMLToJSON([]byte(doc))
			require.NoError(t, err)
			if !strings.Contains(string(text), `"kind":"CustomResourceDefinition"`) {
				continue
			}
			code, body := s.call("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", "application/json", text)
			require.Equal(t, 201, code, "%s: %s", file, body)
		}
	}
	require.Eventually(t, func() bool {
		_, body := s.call("GET", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", "", nil)
		return bytes.Count(body, []byte(`"type":"Established","status":"True"`))+bytes.Count(body, []byte(`"status":"True","type":"Established"`)) ==
			bytes.Count(body, []byte(`"acceptedNames":{"plural"`))
	}, time.Minute, time.Second)
	time.Sleep(3 * time.Second) // until the handlers are there
}

// discover reads which kinds are served.
func (s *server) discover(t *testing.T) {
	t.Helper()
	var groups struct {
		Groups []struct {
			Versions []struct{ GroupVersion string } `json:"versions"`
		} `json:"groups"`
	}
	_, body := s.call("GET", "/apis", "", nil)
	require.NoError(t, json.Unmarshal(body, &groups))
	s.served(t, "v1", "/api/v1")
	for _, g := range groups.Groups {
		for _, v := range g.Versions {
			s.served(t, v.GroupVersion, "/apis/"+v.GroupVersion)
		}
	}
}

func (s *server) served(t *testing.T, version, path string) {
	t.Helper()
	var list struct {
		Resources []resource `json:"resources"`
	}
	_, body := s.call("GET", path, "", nil)
	require.NoError(t, json.Unmarshal(body, &list), "%s", body)
	for _, r := range list.Resources {
		if !strings.Contains(r.Name, "/") {
			r.path = path
			s.kinds[version+" "+r.Kind] = r
		}
	}
}

// verdict is what the server says of an object: whether it refuses it, and why.
type verdict struct {
	refused bool
	known   bool // it has said something of the object itself
	why     string
}

// create asks as a client-side apply does that makes an object.
func (s *server) create(apiVersion, kind string, object []byte) verdict {
	r := s.kinds[apiVersion+" "+kind]
	code, body := s.call("POST", s.place(r)+"?dryRun=All&fieldValidation=Strict&fieldManager=test", "application/json", object)
	return said(code, body)
}

// apply asks as a server-side apply does, of an object that is not there.
func (s *server) apply(apiVersion, kind, name string, object []byte) verdict {
	r := s.kinds[apiVersion+" "+kind]
	code, body := s.call("PATCH", s.place(r)+"/"+name+"?dryRun=All&fieldValidation=Strict&fieldManager=test&force=true",
		"application/apply-patch+yaml", object)
	return said(code, body)
}

func (s *server) place(r resource) string {
	if r.Namespaced {
		return r.path + "/namespaces/default/" + r.Name
	}
	return r.path + "/" + r.Name
}

func said(code int, body []byte) verdict {
	var status struct{ Message, Reason string }
	_ = json.Unmarshal(body, &status)
	switch {
	case code == 200 || code == 201:
		return verdict{known: true}
	case code == 400 || code == 422 || code == 500 && strings.Contains(status.Message, "failed to create typed patch object"):
		return verdict{true, true, status.Message}
	}
	return verdict{why: fmt.Sprintf("%d %s", code, status.Message)}
}
