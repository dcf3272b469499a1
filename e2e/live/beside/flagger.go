package beside

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/applier"
	"github.com/cutoverdev/cutover/e2e/live/cluster"
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
	mu   sync.Mutex
	more bool // it may go to the next step
	last bool // to the end
	back bool // it is to go back
}

const gateAddress = "127.0.0.1:9791"

// ServeHTTP answers 200 for yes and 403 for no.
func (g *gates) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	yes := map[string]bool{"/more": g.more, "/end": g.last, "/back": g.back}[r.URL.Path]
	if !yes {
		w.WriteHeader(http.StatusForbidden)
	}
}

func (g *gates) set(more, last, back bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.more, g.last, g.back = more, last, back
}

// canaryObject makes an HTTPRoute, for Flagger knows Traefik's own objects only by a group
// (traefik.containo.us) that Traefik v3 does not read. The IngressRoute goes once the Canary
// is Initialized.
const canaryObject = `apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: shop}
spec:
  provider: gatewayapi:v1
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  progressDeadlineSeconds: 60
  service: {port: 80, targetPort: http, hosts: [NS.example.com], gatewayRefs: [{name: public, namespace: infra}]}
  analysis:
    interval: 2s
    threshold: 1
    stepWeights: [25, 50]
    webhooks:
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
	args := strings.Fields(`-kubeconfig kubeconfig -mesh-provider gatewayapi:v1 -metrics-server http://127.0.0.1:9090
		-port 18085 -threadiness 2 -log-level info`)
	if err := s.Program(m.program, args...); err != nil {
		return err
	}
	if err := s.applyAll(ctx, canaryObject); err != nil {
		return err
	}
	if err := m.phase(ctx, s, "Initialized"); err != nil {
		return err
	}
	time.Sleep(4 * cluster.Throttle)
	return applier.Persist(ctx, func() error {
		return s.Delete(ctx, cluster.Object{APIVersion: "traefik.io/v1alpha1", Kind: "IngressRoute", Namespace: s.namespace, Name: "shop"})
	})
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
	m.set(false, false, false)
	if err := (&byRollouts{}).start(ctx, s, image); err != nil {
		return err
	}
	return m.phase(ctx, s, "Waiting", "WaitingPromotion", "Progressing")
}

func (m *byFlagger) step(ctx context.Context, s *stand, percent int) error {
	m.set(true, false, false)
	defer m.set(false, false, false)
	return m.weight(ctx, s, percent)
}

func (m *byFlagger) finish(ctx context.Context, s *stand) error {
	m.set(true, true, false)
	return m.phase(ctx, s, "Succeeded")
}

func (m *byFlagger) abort(_ context.Context, _ *stand) error {
	m.set(false, false, true)
	return nil
}

func (m *byFlagger) back(ctx context.Context, s *stand) error {
	defer m.set(false, false, false)
	if err := m.phase(ctx, s, "Failed"); err != nil {
		return err
	}
	return m.weight(ctx, s, 0)
}

func (m *byFlagger) end() {
	m.controller.end()
	if m.server != nil {
		_ = m.server.Close()
	}
}

// weight waits until the HTTPRoute sends so much to the candidate.
func (m *byFlagger) weight(ctx context.Context, s *stand, percent int) error {
	path := "/apis/gateway.networking.k8s.io/v1/namespaces/" + s.namespace + "/httproutes/shop"
	return s.until(ctx, fmt.Sprintf("%d %% to the candidate", percent), func() (bool, error) {
		var r struct {
			Spec struct {
				Rules []struct {
					BackendRefs []struct {
						Name   string
						Weight int
					}
				}
			}
		}
		if err := s.Get(ctx, path, &r); err != nil {
			return false, err
		}
		for _, rule := range r.Spec.Rules {
			for _, b := range rule.BackendRefs {
				if b.Name == "shop-canary" {
					return b.Weight == percent, nil
				}
			}
		}
		return percent == 0, nil
	})
}
