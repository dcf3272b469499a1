package applier

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/cluster"
)

// Flux is a Kustomization that follows a repository on disk. The rig plays the
// source-controller: it packs each commit, serves it, and says so in the status of a
// GitRepository.
type Flux struct {
	Client    *cluster.Client
	Source    *Source
	Name      string
	Namespace string // of what it applies; none: each object says its own
	Repo      string // folder
	Path      string
	Limit     time.Duration                    // for a commit to be applied
	Objects   func() ([]cluster.Object, error) // of the path
	Drift     []string                         // objects that a second reconcile of a revision has changed
}

// FluxObjects is what Flux itself needs in the cluster.
const FluxObjects = "apiVersion: v1\nkind: Namespace\nmetadata: {name: flux-system}\n"

// Source serves packed commits.
type Source struct {
	mu    sync.Mutex
	packs map[string][]byte // by path
}

const sourceAddress = "127.0.0.1:9790"

// Serve serves until the context ends.
func (s *Source) Serve(ctx context.Context) {
	s.packs = map[string][]byte{}
	server := &http.Server{Addr: sourceAddress, Handler: s, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.ListenAndServe() }()
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
}

// ServeHTTP serves a pack.
func (s *Source) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	data, ok := s.packs[r.URL.Path]
	s.mu.Unlock()
	if !ok {
		http.NotFound(w, r)
		return
	}
	_, _ = w.Write(data)
}

// Apply publishes a revision, and waits until Flux has applied it.
func (f *Flux) Apply(ctx context.Context, revision string) (Story, error) {
	for _, o := range []cluster.Object{f.repository(), f.kustomization()} {
		if err := Persist(ctx, func() error { return f.Client.Apply(ctx, o) }); err != nil {
			return nil, err
		}
	}
	if err := f.publish(ctx, revision); err != nil {
		return nil, err
	}
	limit := f.Limit
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("Flux has not applied the commit within %s", limit))
	defer cancel()
	path := "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/" + f.Name
	for {
		var k struct {
			Status struct {
				LastAppliedRevision string
				Conditions          []struct{ Type, Status, Message string }
			}
		}
		err := f.Client.Get(ctx, path, &k)
		if err == nil && strings.HasSuffix(k.Status.LastAppliedRevision, revision) {
			return Story{"Flux: applied " + revision}, f.again(ctx)
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(context.Cause(ctx), err, fmt.Errorf("it says: %+v", k.Status))
		case <-time.After(300 * time.Millisecond):
		}
	}
}

// again lets Flux reconcile once more, and notes what that changes.
func (f *Flux) again(ctx context.Context) error {
	objects, err := f.Objects()
	if err != nil {
		return err
	}
	before, err := f.read(ctx, objects)
	if err != nil {
		return err
	}
	path := "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/" + f.Name
	asked := time.Now().UTC().Format(time.RFC3339Nano)
	body := []byte(`{"metadata":{"annotations":{"reconcile.fluxcd.io/requestedAt":"` + asked + `"}}}`)
	if err := Persist(ctx, func() error {
		return f.Client.Do(ctx, http.MethodPatch, path, "application/merge-patch+json", body, nil)
	}); err != nil {
		return err
	}
	for {
		var k struct {
			Status struct{ LastHandledReconcileAt string }
		}
		if err := f.Client.Get(ctx, path, &k); err == nil && k.Status.LastHandledReconcileAt == asked {
			break
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("reconcile once more: %w", context.Cause(ctx))
		case <-time.After(200 * time.Millisecond):
		}
	}
	after, err := f.read(ctx, objects)
	for i, o := range objects {
		if err == nil && before[i] != after[i] {
			f.Drift = append(f.Drift, o.String()+" changed by a second reconcile")
		}
	}
	return err
}

// read reads objects, each as one text. Of what others write (how many pods there are to
// be, by an autoscaler; versions and times) nothing is read.
func (f *Flux) read(ctx context.Context, objects []cluster.Object) ([]string, error) {
	var all []string
	for _, o := range objects {
		is, err := f.Client.Read(ctx, o)
		if err != nil {
			return nil, err
		}
		if m, ok := is["metadata"].(map[string]any); ok {
			for _, field := range []string{"resourceVersion", "managedFields", "generation"} {
				delete(m, field)
			}
			if notes, ok := m["annotations"].(map[string]any); ok {
				delete(notes, "deployment.kubernetes.io/revision")
			}
		}
		text, err := json.Marshal(is)
		if err != nil {
			return nil, err
		}
		all = append(all, string(text))
	}
	return all, nil
}

const repositories = "/apis/source.toolkit.fluxcd.io/v1/namespaces/flux-system/gitrepositories/"

// publish packs the folder, and tells where it is.
func (f *Flux) publish(ctx context.Context, revision string) error {
	pack, err := packed(f.Repo)
	if err != nil {
		return err
	}
	path := "/" + f.Name + "-" + revision + ".tar.gz"
	f.Source.mu.Lock()
	f.Source.packs[path] = pack
	f.Source.mu.Unlock()
	sum := sha256.Sum256(pack)
	now := time.Now().UTC().Format(time.RFC3339)
	status, err := json.Marshal(map[string]any{"status": map[string]any{
		"observedGeneration": 1,
		"artifact": map[string]any{
			"path": path[1:], "url": "http://" + sourceAddress + path, "revision": "main@sha1:" + revision,
			"digest": "sha256:" + hex.EncodeToString(sum[:]), "lastUpdateTime": now, "size": len(pack),
		},
		"conditions": []any{map[string]any{
			"type": "Ready", "status": "True", "reason": "Succeeded", "message": "packed", "lastTransitionTime": now, "observedGeneration": 1,
		}},
	}})
	if err != nil {
		return err
	}
	return Persist(ctx, func() error {
		return f.Client.Do(ctx, http.MethodPatch, repositories+f.Name+"/status", "application/merge-patch+json", status, nil)
	})
}

// packed is a folder as a tar.gz, without what Git keeps.
func packed(dir string) ([]byte, error) {
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	pack := tar.NewWriter(zip)
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if d != nil && d.Name() == ".git" {
				return filepath.SkipDir
			}
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		short, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		if err := pack.WriteHeader(&tar.Header{Name: short, Mode: 0o644, Size: int64(len(data))}); err != nil {
			return err
		}
		_, err = pack.Write(data)
		return err
	})
	err = errors.Join(err, pack.Close(), zip.Close())
	return out.Bytes(), err
}

func (f *Flux) repository() cluster.Object {
	return fluxObject("source.toolkit.fluxcd.io/v1", "GitRepository", f.Name, map[string]any{
		"interval": "1h", "url": "https://git.example.com/" + f.Name, "ref": map[string]any{"branch": "main"},
	})
}

func (f *Flux) kustomization() cluster.Object {
	spec := map[string]any{
		"interval": "1h", "retryInterval": "5s", "timeout": "1m", "prune": true, "wait": true, "path": "./" + f.Path,
		"sourceRef": map[string]any{"kind": "GitRepository", "name": f.Name},
	}
	if f.Namespace != "" {
		spec["targetNamespace"] = f.Namespace
	}
	return fluxObject("kustomize.toolkit.fluxcd.io/v1", "Kustomization", f.Name, spec)
}

func fluxObject(version, kind, name string, spec map[string]any) cluster.Object {
	text, _ := json.Marshal(map[string]any{
		"apiVersion": version, "kind": kind, "metadata": map[string]any{"name": name, "namespace": "flux-system"}, "spec": spec,
	})
	return cluster.Object{APIVersion: version, Kind: kind, Namespace: "flux-system", Name: name, JSON: text}
}
