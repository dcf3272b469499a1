package beside

import (
	"context"
	"fmt"
	"strings"

	"github.com/cutoverdev/cutover/e2e/live/component"
)

// byRollouts moves by a Rollout that refers to the Deployment, as Argo Rollouts' pages on
// migration and on Traefik have it.
type byRollouts struct{ controller }

// rolloutObjects come first; the route follows once the Rollout is Healthy.
const rolloutObjects = `apiVersion: v1
kind: Service
metadata: {name: shop-stable}
spec:
  selector: {app: shop}
  ports: [{name: http, port: 80, targetPort: http}]
---
apiVersion: v1
kind: Service
metadata: {name: shop-canary}
spec:
  selector: {app: shop}
  ports: [{name: http, port: 80, targetPort: http}]
---
apiVersion: traefik.io/v1alpha1
kind: TraefikService
metadata: {name: shop}
spec:
  weighted:
    services: [{name: shop-stable, port: 80}, {name: shop-canary, port: 80}]
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: shop}
spec:
  replicas: 3
  workloadRef: {apiVersion: apps/v1, kind: Deployment, name: shop, scaleDown: onsuccess}
  strategy:
    canary:
      stableService: shop-stable
      canaryService: shop-canary
      trafficRouting: {traefik: {weightedTraefikServiceName: shop}}
      steps: [{setWeight: 25}, {pause: {}}, {setWeight: 50}, {pause: {}}]
`

func (*byRollouts) name() (string, string) {
	c, _ := component.Find("rollouts-controller")
	return "Argo Rollouts", c.Version
}

func (*byRollouts) namespace() string { return "by-rollouts" }

func (m *byRollouts) begin(ctx context.Context, s *stand) error {
	m.rig, m.program = s, "rollouts-controller"
	if err := s.Program(m.program, strings.Fields("--kubeconfig kubeconfig --leader-elect=false --loglevel info --healthzPort 18086 "+
		"--traefik-api-group traefik.io --traefik-api-version traefik.io/v1alpha1")...); err != nil {
		return err
	}
	if err := s.applyAll(ctx, rolloutObjects); err != nil {
		return err
	}
	err := s.until(ctx, "the Rollout is Healthy and the Deployment has no pods", func() (bool, error) {
		r, err := m.rollout(ctx, s)
		if err != nil {
			return false, err
		}
		var d struct{ Status struct{ Replicas int } }
		err = s.Get(ctx, "/apis/apps/v1/namespaces/"+s.namespace+"/deployments/shop", &d)
		return r.Status.Phase == "Healthy" && d.Status.Replicas == 0, err
	})
	if err != nil {
		return err
	}
	return s.applyAll(ctx, weighted)
}

// rollout is a Rollout, as far as it tells where it stands.
type rollout struct {
	Status struct {
		Phase            string
		Abort            bool
		CurrentStepIndex *int
		PauseConditions  []struct{ Reason string }
		Canary           struct {
			Weights *struct{ Canary struct{ Weight int } }
		}
		StableRS, CurrentPodHash string
	}
}

func (m *byRollouts) path(s *stand) string {
	return "/apis/argoproj.io/v1alpha1/namespaces/" + s.namespace + "/rollouts/shop"
}

func (m *byRollouts) rollout(ctx context.Context, s *stand) (rollout, error) {
	var r rollout
	return r, s.Get(ctx, m.path(s), &r)
}

func (m *byRollouts) start(ctx context.Context, s *stand, image string) error {
	return s.patch(ctx, "/apis/apps/v1/namespaces/"+s.namespace+"/deployments/shop", fmt.Sprintf(
		`{"spec":{"template":{"spec":{"containers":[{"name":"shop","image":%q,"ports":[{"name":"http","containerPort":8080}],`+
			`"readinessProbe":{"httpGet":{"path":"/ready","port":"http"}},"lifecycle":{"preStop":{"exec":{"command":["sleep","2"]}}}}]}}}}`, image))
}

func (m *byRollouts) step(ctx context.Context, s *stand, percent int) error {
	if percent > 25 {
		if err := m.resume(ctx, s); err != nil {
			return err
		}
	}
	return s.until(ctx, fmt.Sprintf("the Rollout is paused at %d %%", percent), func() (bool, error) {
		r, err := m.rollout(ctx, s)
		return r.Status.Canary.Weights != nil && r.Status.Canary.Weights.Canary.Weight == percent && len(r.Status.PauseConditions) > 0, err
	})
}

// resume is what its kubectl plugin does to promote.
func (m *byRollouts) resume(ctx context.Context, s *stand) error {
	return s.patch(ctx, m.path(s)+"/status", `{"status":{"pauseConditions":null}}`)
}

func (m *byRollouts) finish(ctx context.Context, s *stand) error {
	if err := m.resume(ctx, s); err != nil {
		return err
	}
	return s.until(ctx, "the Rollout is Healthy", func() (bool, error) {
		r, err := m.rollout(ctx, s)
		return r.Status.Phase == "Healthy" && r.Status.StableRS == r.Status.CurrentPodHash, err
	})
}

func (m *byRollouts) abort(ctx context.Context, s *stand) error {
	return s.patch(ctx, m.path(s)+"/status", `{"status":{"abort":true}}`)
}

// back waits until the stable version has all requests; then the Deployment gets its image
// again, which ends the release.
func (m *byRollouts) back(ctx context.Context, s *stand) error {
	err := s.until(ctx, "the Rollout has gone back", func() (bool, error) {
		r, err := m.rollout(ctx, s)
		return r.Status.Abort && r.Status.Canary.Weights != nil && r.Status.Canary.Weights.Canary.Weight == 0, err
	})
	if err != nil {
		return err
	}
	stable := second
	if m.used > 0 { // the fourth phase has released another
		stable = third
	}
	if err := m.start(ctx, s, stable); err != nil {
		return err
	}
	return s.until(ctx, "the Rollout is Healthy", func() (bool, error) {
		r, err := m.rollout(ctx, s)
		return r.Status.Phase == "Healthy" && r.Status.StableRS == r.Status.CurrentPodHash, err
	})
}
