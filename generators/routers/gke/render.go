package gke

import (
	"time"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// The parts of GKE's policies that are written (networking.gke.io/v1).
type (
	target struct {
		Group string `yaml:"group"`
		Kind  string `yaml:"kind"`
		Name  string `yaml:"name"`
	}
	policyOf[T any] struct {
		Default   T      `yaml:"default"`
		TargetRef target `yaml:"targetRef"`
	}
	backendDefault struct {
		Timeout  int      `yaml:"timeoutSec,omitempty"`
		Draining draining `yaml:"connectionDraining"`
	}
	draining struct {
		Seconds int `yaml:"drainingTimeoutSec"`
	}
	healthDefault struct {
		Config healthConfig `yaml:"config"`
	}
	healthConfig struct {
		Type string     `yaml:"type"`
		HTTP httpHealth `yaml:"httpHealthCheck"`
	}
	httpHealth struct {
		Port string `yaml:"portSpecification"`
		Path string `yaml:"requestPath"`
	}
)

// render: the route, and policies of both tracks at every stage. The timeout is one of
// the Services, as routes have none there.
func render(r route.Route) []kube.Object {
	if onIngress(r.Traffic) {
		return balanced(r)
	}
	bare := r
	bare.Timeout = 0
	objects := dialect.Render(bare)
	_, drained := given(r, "GCPBackendPolicy")
	_, checked := given(r, "HealthCheckPolicy")
	for _, t := range r.Tracks {
		to, meta := target{"", "Service", t.Service}, r.Meta(t.Service)
		meta.Namespace = t.Namespace // a policy is for a Service of its own namespace
		if !drained {
			d := backendDefault{int(time.Duration(r.Timeout) / time.Second), draining{drain(r)}}
			objects = append(objects, route.NewObject(policyGroup+"/v1", "GCPBackendPolicy", meta, policyOf[backendDefault]{d, to}))
		}
		if path := optionsOf(r).Health; path != "" && !checked {
			h := healthDefault{healthConfig{"HTTP", httpHealth{"USE_SERVING_PORT", path}}}
			objects = append(objects, route.NewObject(policyGroup+"/v1", "HealthCheckPolicy", meta, policyOf[healthDefault]{h, to}))
		}
	}
	return objects
}
