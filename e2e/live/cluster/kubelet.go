package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"
)

// The pods' addresses, in the first cluster and in the one beside it.
const (
	podRange    = "10.244.0.0/16"
	besideRange = "10.245.0.0/16"
)

const node = "rig"

// Kubelet plays the scheduler and the kubelet of one node: it binds pods, gives them
// addresses, runs a server in each, probes it, and ends it.
type Kubelet struct {
	client *Client
	ctx    context.Context //nolint:containedctx // of the node, which outlives every call

	mu        sync.Mutex
	pods      map[string]*pod // by uid
	within    string          // beginning of the pods' addresses
	addresses int
	behaviour func(image string) Behaviour
	ports     map[string][]int          // of pods that declare none, by namespace
	hurried   map[string]bool           // namespaces whose pods end at once
	started   map[string]map[string]int // pods of Jobs that have run, by namespace and Job
	log       func(format string, args ...any)
}

// Behaviour is how the program in an image behaves.
type Behaviour struct {
	Starts  time.Duration // until its container runs
	Listens time.Duration // after that
	Warm    time.Duration // after that it is ready; until then its probe gets 503
	Work    time.Duration // what a request takes
	Drains  time.Duration // after a SIGTERM it goes on serving; then it finishes what it has begun
	Hard    bool          // a SIGTERM ends it and its requests at once
	Broken  bool          // it never gets ready
	Fails   int           // percent of the requests that it answers with 500
}

// manifest is what the stand-in reads of a pod.
type manifest struct {
	Metadata struct {
		Name, Namespace, UID string
		DeletionTimestamp    string
		Labels               map[string]string
	}
	Spec struct {
		NodeName                      string
		TerminationGracePeriodSeconds *int
		Containers                    []container
	}
}

type container struct {
	Name, Image string
	Ports       []struct {
		Name, Protocol string
		ContainerPort  int
	}
	ReadinessProbe *probe
	Lifecycle      *struct {
		PreStop *struct {
			Sleep *struct{ Seconds int }
			Exec  *struct{ Command []string }
		}
	}
}

func (m manifest) path() string {
	return "/api/v1/namespaces/" + m.Metadata.Namespace + "/pods/" + m.Metadata.Name
}

// job is the name of the Job that a pod works for, or nothing.
func (m manifest) job() string { return m.Metadata.Labels["batch.kubernetes.io/job-name"] }

// Behave says how the programs in images behave from now on.
func (k *Kubelet) Behave(of func(image string) Behaviour) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.behaviour = of
}

// Listen says at which ports the pods of a namespace listen that declare none. Declaring a
// port opens nothing in Kubernetes; what listens where is the program's affair.
func (k *Kubelet) Listen(namespace string, ports []int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.ports[namespace] = ports
}

// Hurry says whether the pods of a namespace end at once, whatever they say of hooks.
func (k *Kubelet) Hurry(namespace string, hurry bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.hurried[namespace] = hurry
}

// Pods are the pods of a namespace that run, with their images, by name.
func (k *Kubelet) Pods(namespace string) map[string]string {
	k.mu.Lock()
	defer k.mu.Unlock()
	all := map[string]string{}
	for _, p := range k.pods {
		if p.Metadata.Namespace == namespace && !p.ending {
			all[p.Metadata.Name] = p.Spec.Containers[0].Image
		}
	}
	return all
}

// Jobs are how many pods each Job of a namespace has had, by its name: also of those that
// are gone.
func (k *Kubelet) Jobs(namespace string) map[string]int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return maps.Clone(k.started[namespace])
}

// run registers the node and looks after its pods until the context ends.
func (k *Kubelet) run() error {
	if err := k.register(); err != nil {
		return err
	}
	go Watch(k.ctx, k.client, "/api/v1/pods", func(m manifest) string { return m.Metadata.UID }, func(e Event[manifest]) {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.see(e)
	})
	return nil
}

func (k *Kubelet) register() error {
	body := `{"apiVersion":"v1","kind":"Node","metadata":{"name":"` + node + `"}}`
	if err := k.client.Do(k.ctx, "POST", "/api/v1/nodes", "application/json", []byte(body), nil); err != nil {
		return err
	}
	room := map[string]string{"cpu": "1000", "memory": "1000Gi", "pods": "10000"}
	now := time.Now().UTC().Format(time.RFC3339)
	status, err := json.Marshal(map[string]any{"status": map[string]any{
		"allocatable": room, "capacity": room,
		"conditions": []map[string]string{{
			"type": "Ready", "status": "True", "reason": "KubeletReady", "message": "stand-in",
			"lastHeartbeatTime": now, "lastTransitionTime": now,
		}},
	}})
	if err != nil {
		return err
	}
	return k.client.Do(k.ctx, "PATCH", "/api/v1/nodes/"+node+"/status", "application/strategic-merge-patch+json", status, nil)
}

// see takes note of a pod.
func (k *Kubelet) see(e Event[manifest]) {
	m := e.Object
	p, known := k.pods[m.Metadata.UID]
	switch {
	case e.Gone:
		if known {
			p.close()
			delete(k.pods, m.Metadata.UID)
		}
	case m.Metadata.DeletionTimestamp != "":
		if !known { // it ended before it began
			p = &pod{manifest: m, kubelet: k}
			k.pods[m.Metadata.UID] = p
		}
		if !p.ending {
			p.ending = true
			go p.end()
		}
	case m.Spec.NodeName == "":
		go k.bind(m)
	case !known:
		p = &pod{manifest: m, kubelet: k, address: k.address(), Behaviour: k.behaviour(m.Spec.Containers[0].Image)}
		p.more = k.ports[m.Metadata.Namespace]
		k.pods[m.Metadata.UID] = p
		if job := m.job(); job != "" {
			k.start(m.Metadata.Namespace, job)
			go p.work()
			return
		}
		go p.run()
	}
}

// start counts a pod of a Job.
func (k *Kubelet) start(namespace, job string) {
	if k.started[namespace] == nil {
		k.started[namespace] = map[string]int{}
	}
	k.started[namespace][job]++
}

func (k *Kubelet) address() string {
	k.addresses++
	return fmt.Sprintf("%s.%d.%d", k.within, k.addresses/250, k.addresses%250+1)
}

func (k *Kubelet) bind(m manifest) {
	body := `{"apiVersion":"v1","kind":"Binding","metadata":{"name":"` + m.Metadata.Name + `"},` +
		`"target":{"apiVersion":"v1","kind":"Node","name":"` + node + `"}}`
	err := k.client.Do(k.ctx, "POST", m.path()+"/binding", "application/json", []byte(body), nil)
	if err != nil && !strings.Contains(err.Error(), "already") {
		k.log("bind %s: %v", m.Metadata.Name, err)
	}
}
