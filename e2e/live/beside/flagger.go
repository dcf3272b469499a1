package beside

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/component"
)

// byFlagger moves by a Canary. The rig decides by its webhooks when it goes on, and when it
// goes back.
type byFlagger struct {
	controller
	gates
	server *http.Server
}

// gates are what Flagger asks before it goes on, or back.
type gates struct {
	mu      sync.Mutex
	allowed int  // percent that it may go to; 100: to the end
	back    bool // it is to go back
}

const gateAddress = "127.0.0.1:9791"

// ServeHTTP answers 200 for yes and 403 for no.
func (g *gates) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	yes := map[string]bool{"/start": g.allowed >= 25, "/more": g.allowed >= 50, "/end": g.allowed >= 100, "/back": g.back}[r.URL.Path]
	if !yes {
		w.WriteHeader(http.StatusForbidden)
	}
}

func (g *gates) set(allowed int, back bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.allowed, g.back = allowed, back
}

// canaryObject comes first; the route follows once the Canary is Initialized.
const canaryObject = `apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: shop}
spec:
  provider: traefik
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  progressDeadlineSeconds: 60
  service: {port: 80, targetPort: http}
  analysis:
    interval: 2s
    threshold: 1
    stepWeights: [25, 50]
    webhooks:
    - {name: start, type: confirm-rollout, url: "http://` + gateAddress + `/start"}
    - {name: more, type: confirm-traffic-increase, url: "http://` + gateAddress + `/more"}
    - {name: end, type: confirm-promotion, url: "http://` + gateAddress + `/end"}
    - {name: back, type: rollback, url: "http://` + gateAddress + `/back"}
`

func (*byFlagger) name() (string, string) {
	c, _ := component.Find("flagger")
	return "Flagger", c.Version
}

func (*byFlagger) namespace() string { return "by-flagger" }

func (m *byFlagger) begin(ctx context.Context, s *stand) error {
	m.server = &http.Server{Addr: gateAddress, Handler: &m.gates, ReadHeaderTimeout: time.Minute}
	go func() { _ = m.server.ListenAndServe() }()
	m.rig, m.program = s, "flagger"
	args := strings.Fields("-kubeconfig kubeconfig -mesh-provider traefik -metrics-server http://127.0.0.1:9090 -port 18085 -threadiness 2 -log-level info")
	if err := s.Program(m.program, args...); err != nil {
		return err
	}
	if err := s.applyAll(ctx, canaryObject); err != nil {
		return err
	}
	if err := m.phase(ctx, s, "Initialized"); err != nil {
		return err
	}
	return s.applyAll(ctx, weighted)
}

// phase waits until the Canary is in a phase.
func (m *byFlagger) phase(ctx context.Context, s *stand, phases ...string) error {
	return s.until(ctx, "the Canary is "+strings.Join(phases, " or "), func() (bool, error) {
		var c struct{ Status struct{ Phase string } }
		err := s.Get(ctx, "/apis/flagger.app/v1beta1/namespaces/"+s.namespace+"/canaries/shop", &c)
		for _, phase := range phases {
			if c.Status.Phase == phase {
				return true, err
			}
		}
		return false, err
	})
}

func (m *byFlagger) start(ctx context.Context, s *stand, image string) error {
	m.set(0, false)
	if err := (&byRollouts{}).start(ctx, s, image); err != nil {
		return err
	}
	return m.phase(ctx, s, "Waiting", "WaitingPromotion", "Progressing")
}

func (m *byFlagger) step(ctx context.Context, s *stand, percent int) error {
	m.set(percent, false)
	return s.weight(ctx, "shop-canary", percent)
}

func (m *byFlagger) finish(ctx context.Context, s *stand) error {
	m.set(100, false)
	return m.phase(ctx, s, "Succeeded")
}

func (m *byFlagger) abort(_ context.Context, _ *stand) error {
	m.set(0, true)
	return nil
}

func (m *byFlagger) back(ctx context.Context, s *stand) error {
	defer m.set(0, false)
	if err := m.phase(ctx, s, "Failed"); err != nil {
		return err
	}
	return s.weight(ctx, "shop-canary", 0)
}

func (m *byFlagger) end() {
	m.controller.end()
	if m.server != nil {
		_ = m.server.Close()
	}
}
