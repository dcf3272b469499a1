package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// pod is a pod that runs.
type pod struct {
	manifest
	Behaviour
	kubelet *Kubelet
	address string
	more    []int // ports at which it listens besides those that it declares
	ending  bool
	warm    atomic.Bool
	asked   atomic.Int64 // requests
	servers []*http.Server
}

// jobTime is how long a pod of a Job works.
const jobTime = 500 * time.Millisecond

// run goes from pending to ready: the container starts, the program listens some time
// later, and is warm some time after that. Without a readiness probe the pod counts as
// ready from the moment its container starts, as in Kubernetes.
func (p *pod) run() {
	if !p.wait(p.Starts) {
		return
	}
	probed := p.Spec.Containers[0].ReadinessProbe
	p.tell(p.status(probed == nil))
	if !p.wait(p.Listens) {
		return
	}
	p.listen()
	if !p.wait(p.Warm) {
		return
	}
	p.warm.Store(!p.Broken)
	for probed != nil {
		if probed.passes(p) {
			p.tell(p.status(true))
			return
		}
		if !p.wait(100 * time.Millisecond) {
			return
		}
	}
}

// work is the life of a pod of a Job: it runs for a while, and has succeeded.
func (p *pod) work() {
	if !p.wait(p.Starts) {
		return
	}
	p.tell(p.status(true))
	if p.wait(jobTime) {
		p.tell(p.succeeded())
	}
}

// wait waits, and reports whether the pod still has a life before it.
func (p *pod) wait(d time.Duration) bool {
	select {
	case <-p.kubelet.ctx.Done():
		return false
	case <-time.After(d):
	}
	p.kubelet.mu.Lock()
	defer p.kubelet.mu.Unlock()
	return p.kubelet.pods[p.Metadata.UID] == p && !p.ending
}

// listen opens the ports of all containers.
func (p *pod) listen() {
	p.kubelet.mu.Lock()
	defer p.kubelet.mu.Unlock()
	if p.kubelet.pods[p.Metadata.UID] != p {
		return
	}
	var ports []int
	for _, c := range p.Spec.Containers {
		for _, one := range c.Ports {
			if one.Protocol == "" || one.Protocol == "TCP" {
				ports = append(ports, one.ContainerPort)
			}
		}
	}
	if len(ports) == 0 {
		ports = p.more
	}
	open := map[int]bool{}
	for _, port := range ports {
		if open[port] {
			continue
		}
		open[port] = true
		l, err := net.Listen("tcp", net.JoinHostPort(p.address, strconv.Itoa(port)))
		if err != nil {
			p.kubelet.log("%s listens at %d: %v", p.Metadata.Name, port, err)
			continue
		}
		s := &http.Server{Handler: speaks(p), ReadHeaderTimeout: time.Minute, Protocols: new(http.Protocols)}
		s.Protocols.SetHTTP1(true)
		s.Protocols.SetUnencryptedHTTP2(true)
		p.servers = append(p.servers, s)
		go func() { _ = s.Serve(l) }()
	}
}

// ServeHTTP answers with the image and the name of the pod. What probes ask is answered
// with 503 until the program is warm, and as long as it is told to stop.
func (p *pod) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.UserAgent(), "kube-probe/") {
		if !p.warm.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		return
	}
	time.Sleep(p.Work)
	if int(p.asked.Add(1)%100) < p.Fails {
		w.WriteHeader(http.StatusInternalServerError)
	}
	fmt.Fprintf(w, "%s %s", p.Spec.Containers[0].Image, p.Metadata.Name)
}

// end does what a kubelet does with a pod that is deleted: the preStop hook, SIGTERM, and
// after the grace period, the hook included, SIGKILL.
func (p *pod) end() {
	k := p.kubelet
	grace := 30
	if g := p.Spec.TerminationGracePeriodSeconds; g != nil {
		grace = *g
	}
	ctx, cancel := context.WithTimeout(k.ctx, time.Duration(grace)*time.Second)
	defer cancel()
	k.mu.Lock()
	servers, hurried := p.servers, k.hurried[p.Metadata.Namespace]
	k.mu.Unlock()
	if !hurried {
		p.drain(ctx, servers)
	}
	k.mu.Lock()
	p.close()
	k.mu.Unlock()
	body := []byte(`{"gracePeriodSeconds":0,"preconditions":{"uid":"` + p.Metadata.UID + `"}}`)
	for k.ctx.Err() == nil {
		err := k.client.Do(k.ctx, "DELETE", p.path(), "application/json", body, nil)
		var refused *Refusal
		if err == nil || errors.As(err, &refused) {
			return
		}
		time.Sleep(200 * time.Millisecond) // the API server is away
	}
}

// drain runs the hook and lets the program finish, within the grace period.
func (p *pod) drain(ctx context.Context, servers []*http.Server) {
	for _, d := range []time.Duration{p.hook(), p.Drains} {
		select {
		case <-ctx.Done():
		case <-time.After(d):
		}
	}
	for _, s := range servers {
		if !p.Hard {
			_ = s.Shutdown(ctx)
		}
	}
}

// hook is how long the longest preStop hook takes.
func (p *pod) hook() time.Duration {
	seconds := 0
	for _, c := range p.Spec.Containers {
		if c.Lifecycle == nil || c.Lifecycle.PreStop == nil {
			continue
		}
		if s := c.Lifecycle.PreStop.Sleep; s != nil {
			seconds = max(seconds, s.Seconds)
		}
		if e := c.Lifecycle.PreStop.Exec; e != nil && len(e.Command) > 0 {
			words := strings.Fields(e.Command[len(e.Command)-1])
			if n, err := strconv.Atoi(words[len(words)-1]); err == nil {
				seconds = max(seconds, n)
			}
		}
	}
	return time.Duration(seconds) * time.Second
}

// close drops all connections. The kubelet's lock is held.
func (p *pod) close() {
	for _, s := range p.servers {
		_ = s.Close()
	}
	p.servers = nil
}

// tell reports the pod's status, until the API server has heard it.
func (p *pod) tell(all any) {
	status, err := json.Marshal(all)
	if err != nil {
		return
	}
	for p.kubelet.ctx.Err() == nil {
		err := p.kubelet.client.Do(p.kubelet.ctx, "PATCH", p.path()+"/status", "application/strategic-merge-patch+json", status, nil)
		var refused *Refusal
		if err == nil || errors.As(err, &refused) {
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// succeeded is the status of a pod whose containers have all ended well.
func (p *pod) succeeded() any {
	now := time.Now().UTC().Format(time.RFC3339)
	var containers []map[string]any
	for _, c := range p.Spec.Containers {
		containers = append(containers, map[string]any{
			"name": c.Name, "image": c.Image, "imageID": c.Image, "ready": false, "started": false, "restartCount": 0,
			"state": map[string]any{"terminated": map[string]any{
				"exitCode": 0, "reason": "Completed", "startedAt": now, "finishedAt": now,
			}},
		})
	}
	return map[string]any{
		"metadata": map[string]any{"uid": p.Metadata.UID},
		"status": map[string]any{
			"phase": "Succeeded", "containerStatuses": containers,
			"conditions": []map[string]any{{"type": "Ready", "status": "False", "reason": "PodCompleted", "lastTransitionTime": now}},
		},
	}
}

func (p *pod) status(ready bool) any {
	now := time.Now().UTC().Format(time.RFC3339)
	word := map[bool]string{true: "True", false: "False"}[ready]
	var containers, conditions []map[string]any
	for _, c := range p.Spec.Containers {
		containers = append(containers, map[string]any{
			"name": c.Name, "image": c.Image, "imageID": c.Image, "ready": ready, "started": true, "restartCount": 0,
			"state": map[string]any{"running": map[string]any{"startedAt": now}},
		})
	}
	for _, one := range []string{"PodScheduled", "Initialized", "ContainersReady", "Ready"} {
		is := "True"
		if strings.HasSuffix(one, "Ready") {
			is = word
		}
		conditions = append(conditions, map[string]any{"type": one, "status": is, "lastTransitionTime": now})
	}
	return map[string]any{
		"metadata": map[string]any{"uid": p.Metadata.UID},
		"status": map[string]any{
			"phase": "Running", "podIP": p.address, "podIPs": []any{map[string]any{"ip": p.address}}, "hostIP": "10.244.255.1",
			"startTime": now, "conditions": conditions, "containerStatuses": containers,
		},
	}
}
