package cluster

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// Away kills a server, leaves it away for so long, and starts it again. One is away at a
// time.
func (c *Cluster) Away(ctx context.Context, name string, d time.Duration) error {
	c.away.Lock()
	defer c.away.Unlock()
	c.mu.Lock()
	s := c.servers[name]
	c.mu.Unlock()
	if s == nil {
		return fmt.Errorf("%s does not run", name)
	}
	began := time.Now()
	s.stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
	}
	if err := c.launch(s); err != nil || name != apiServer {
		return err
	}
	if err := c.answers(); err != nil {
		return err
	}
	c.behind = time.Now().Add(2*time.Since(began) + 5*time.Second)
	return nil
}

// CaughtUp waits until controllers and routers have heard what there is to hear after the
// API server was away. They ask again after a while that doubles each time, by chance up to
// twice as long (client-go, Reflector), for each kind of object by itself; custom resources
// are served later than the server calls itself ready. So there is a route of each kind
// that was written afterwards, and it must answer.
func (c *Cluster) CaughtUp(ctx context.Context) error {
	c.away.Lock() // not while it is away; and others wait for what is found here
	defer c.away.Unlock()
	if c.behind.IsZero() {
		return nil
	}
	c.outages++
	objects, err := Parse(fmt.Appendf(nil, marker, c.outages), "infra")
	if err != nil {
		return err
	}
	for _, o := range objects {
		what := "the API server takes " + o.String()
		if err := c.Eventually(time.Minute, what, func(ctx context.Context) error { return c.Apply(ctx, o) }); err != nil {
			return err
		}
	}
	for _, by := range []string{"httproute", "ingressroute", "ingress"} {
		host := fmt.Sprintf("%s-%d.marker.example.com", by, c.outages)
		err := c.Eventually(4*time.Minute, "Traefik has heard of "+host, func(ctx context.Context) error { return answersAt(ctx, host) })
		if err != nil {
			return err
		}
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(time.Until(c.behind)):
	}
	c.behind = time.Time{}
	return nil
}

func answersAt(ctx context.Context, host string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1:8000/", nil)
	if err != nil {
		return err
	}
	req.Host = host
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %d", host, res.StatusCode)
	}
	return nil
}

// marker are a pod and, for each outage, a Service and routes of each kind to it.
const marker = `apiVersion: apps/v1
kind: Deployment
metadata: {name: marker}
spec:
  selector: {matchLabels: {app: marker}}
  template:
    metadata: {labels: {app: marker}}
    spec: {containers: [{name: marker, image: "example.com/marker:1", ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: marker-%[1]d}
spec: {selector: {app: marker}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: marker-%[1]d}
spec:
  parentRefs: [{name: public}]
  hostnames: [httproute-%[1]d.marker.example.com]
  rules: [{backendRefs: [{name: marker-%[1]d, port: 80}]}]
---
apiVersion: traefik.io/v1alpha1
kind: TraefikService
metadata: {name: marker-%[1]d}
spec: {weighted: {services: [{name: marker-%[1]d, port: 80}]}}
---
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: marker-%[1]d}
spec:
  entryPoints: [web]
  routes:
  - match: Host(` + "`ingressroute-%[1]d.marker.example.com`" + `)
    kind: Rule
    services: [{name: marker-%[1]d, kind: TraefikService}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: marker-%[1]d}
spec:
  ingressClassName: nginx
  rules:
  - host: ingress-%[1]d.marker.example.com
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: marker-%[1]d, port: {number: 80}}}}]}
`
