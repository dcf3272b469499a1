package applier

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/cluster"
)

// Argo is an Application of Argo CD that follows a repository on disk.
type Argo struct {
	Client    *cluster.Client
	Name      string
	Namespace string // of what it applies
	Repo      string // folder
	Path      string
	Limit     time.Duration // for a commit to be applied
	Drift     []string      // objects that were not Synced, or not Healthy, when the Application had done its work
}

// ArgoObjects is what Argo CD itself needs in the cluster.
const ArgoObjects = `apiVersion: v1
kind: Namespace
metadata: {name: argocd}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: argocd-cm, namespace: argocd, labels: {app.kubernetes.io/part-of: argocd}}
data: {timeout.reconciliation: 3600s}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: argocd-rbac-cm, namespace: argocd, labels: {app.kubernetes.io/part-of: argocd}}
---
apiVersion: v1
kind: Secret
metadata: {name: argocd-secret, namespace: argocd, labels: {app.kubernetes.io/part-of: argocd}}
stringData: {server.secretkey: of-no-use-to-anybody}
---
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: default, namespace: argocd}
spec:
  sourceRepos: ["*"]
  destinations: [{namespace: "*", server: "*"}]
  clusterResourceWhitelist: [{group: "*", kind: "*"}]
`

// with is the Application with an annotation or none.
func (a *Argo) with(annotations map[string]string) cluster.Object {
	text, _ := json.Marshal(map[string]any{
		"apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
		"metadata": map[string]any{"name": a.Name, "namespace": "argocd", "annotations": annotations},
		"spec": map[string]any{
			"project":     "default",
			"source":      map[string]any{"repoURL": "file://" + a.Repo, "targetRevision": "main", "path": a.Path},
			"destination": map[string]any{"server": "https://kubernetes.default.svc", "namespace": a.Namespace},
			"syncPolicy":  map[string]any{"automated": map[string]any{"prune": true, "selfHeal": true}},
		},
	})
	return cluster.Object{APIVersion: "argoproj.io/v1alpha1", Kind: "Application", Namespace: "argocd", Name: a.Name, JSON: text}
}

// application is what Argo CD says of its work.
type application struct {
	Status struct {
		Sync           struct{ Status, Revision string }
		Health         struct{ Status string }
		OperationState struct {
			Phase, Message string
			SyncResult     struct{ Revision string }
		}
		Resources []struct {
			Kind, Name, Status string
			Health             struct{ Status, Message string }
		}
		Conditions []struct{ Type, Message string }
	}
}

// Apply tells Argo CD to look, and waits until it has applied a revision.
func (a *Argo) Apply(ctx context.Context, revision string) (Story, error) {
	o := a.with(map[string]string{"argocd.argoproj.io/refresh": "hard"})
	if err := Persist(ctx, func() error { return a.Client.Apply(ctx, o) }); err != nil {
		return nil, err
	}
	limit := a.Limit
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("Argo CD has not applied the commit within %s", limit))
	defer cancel()
	path := "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/" + a.Name
	for {
		var app application
		err := a.Client.Get(ctx, path, &app)
		// A commit that changes none of its objects is Synced without an operation.
		there := err == nil && app.Status.Sync.Revision == revision && app.Status.OperationState.Phase == "Succeeded"
		synced := there && app.Status.Sync.Status == "Synced"
		if synced {
			a.healthy(ctx)
		}
		if synced || there && app.Status.OperationState.SyncResult.Revision == revision && a.drifts(app) {
			return Story{"Argo CD: " + app.Status.OperationState.Message}, nil
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(context.Cause(ctx), err, fmt.Errorf("it says: %+v", app.Status))
		case <-time.After(300 * time.Millisecond):
		}
	}
}

// healthTime is what an Application is given until all that it has applied is Healthy.
const healthTime = 40 * time.Second

// healthy waits until Argo CD calls the Application Healthy, or notes what it does not.
func (a *Argo) healthy(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, healthTime)
	defer cancel()
	path := "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/" + a.Name
	var app application
	for ctx.Err() == nil {
		if err := a.Client.Get(ctx, path, &app); err == nil && app.Status.Health.Status == "Healthy" {
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(300 * time.Millisecond):
		}
	}
	named := false
	for _, r := range app.Status.Resources {
		if h := r.Health; h.Status != "" && h.Status != "Healthy" {
			a.Drift = append(a.Drift, strings.TrimSpace(r.Kind+"/"+r.Name+" "+h.Status+" "+h.Message))
			named = true
		}
	}
	if !named {
		a.Drift = append(a.Drift, "the Application is "+app.Status.Health.Status)
	}
}

// drifts notes what is OutOfSync although it has been applied, and goes on. An Application
// is refreshed some time after its operation has ended, so that it counts only if it lasts.
func (a *Argo) drifts(app application) bool {
	time.Sleep(3 * time.Second)
	var again application
	path := "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/" + a.Name
	if a.Client.Get(context.Background(), path, &again) != nil || again.Status.Sync.Status == "Synced" ||
		again.Status.OperationState.Phase != "Succeeded" || again.Status.Sync.Revision != app.Status.Sync.Revision {
		return false
	}
	for _, r := range again.Status.Resources {
		if r.Status != "Synced" {
			a.Drift = append(a.Drift, r.Kind+"/"+r.Name+" "+r.Status)
		}
	}
	return true
}
