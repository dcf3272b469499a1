package load

import (
	"context"
	"math/rand/v2"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/cluster"
)

// slice is an EndpointSlice.
type slice struct {
	Metadata struct {
		UID    string
		Labels map[string]string
	}
	Endpoints []struct {
		Addresses  []string
		Conditions struct{ Ready, Serving, Terminating *bool }
	}
	Ports []struct {
		Name string
		Port int
	}
}

// service plays kube-proxy for one Service.
type service struct {
	mu     sync.Mutex
	slices map[string]slice
	ports  map[int]string // names by number, as the Service has them now
	alias  string         // the name that it is, if it is one
}

// definition is a Service, as far as it says which ports it has.
type definition struct {
	Metadata struct{ Name, UID string }
	Spec     struct {
		ExternalName string
		Ports        []struct {
			Name, Protocol string
			Port           int
		}
	}
}

// follow keeps the ports and endpoints of a Service, by namespace/name. It knows those of
// now when it returns, as the kube-proxy of a node that has been up for a while does.
func follow(ctx context.Context, c *cluster.Client, of string) *service {
	s := &service{slices: map[string]slice{}, ports: map[int]string{}}
	namespace, name, _ := strings.Cut(of, "/")
	observe(ctx, c, "/apis/discovery.k8s.io/v1/namespaces/"+namespace+"/endpointslices",
		func(o slice) string { return o.Metadata.UID }, func(e cluster.Event[slice]) { s.slice(name, e) })
	observe(ctx, c, "/api/v1/namespaces/"+namespace+"/services",
		func(o definition) string { return o.Metadata.UID }, func(e cluster.Event[definition]) { s.define(name, e) })
	return s
}

// observe tells of all that is there, and then of all that happens.
func observe[T any](ctx context.Context, c *cluster.Client, path string, uid func(T) string, do func(cluster.Event[T])) {
	var list struct{ Items []T }
	if c.Get(ctx, path, &list) == nil { // else the watch makes up for it
		for _, one := range list.Items {
			do(cluster.Event[T]{Object: one})
		}
	}
	go cluster.Watch(ctx, c, path, uid, do)
}

func (s *service) slice(name string, e cluster.Event[slice]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case e.Object.Metadata.Labels["kubernetes.io/service-name"] != name:
	case e.Gone:
		delete(s.slices, e.Object.Metadata.UID)
	default:
		s.slices[e.Object.Metadata.UID] = e.Object
	}
}

func (s *service) define(name string, e cluster.Event[definition]) {
	if e.Object.Metadata.Name != name {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.ports)
	if s.alias = e.Object.Spec.ExternalName; e.Gone {
		s.alias = ""
	}
	for _, p := range e.Object.Spec.Ports {
		if !e.Gone && (p.Protocol == "" || p.Protocol == "TCP") {
			s.ports[p.Port] = p.Name
		}
	}
}

// through sends a request to one of the endpoints, over a connection of its own.
func (n *names) through(l *Load) func(Target) Answer {
	return func(t Target) Answer {
		all := n.ask().addresses(t)
		if len(all) == 0 {
			return Answer{Target: t.Name, Sent: time.Now(), Error: "the Service has no endpoint"}
		}
		return ask(l.fresh, t, "http://"+all[rand.IntN(len(all))]+"/")
	}
}

// addresses are where kube-proxy would send a connection: ready endpoints, or if there
// are none, those that end and still serve (its rule since Kubernetes 1.26).
func (s *service) addresses(t Target) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	name, there := s.ports[t.Port]
	if !there {
		return nil
	}
	var ready, ending []string
	for _, one := range s.slices {
		number := 0
		for _, p := range one.Ports {
			if number == 0 && p.Name == name {
				number = p.Port
			}
		}
		if number == 0 {
			continue
		}
		for _, e := range one.Endpoints {
			address := net.JoinHostPort(e.Addresses[0], strconv.Itoa(number))
			switch c := e.Conditions; {
			case c.Ready == nil || *c.Ready:
				ready = append(ready, address)
			case c.Serving != nil && *c.Serving && c.Terminating != nil && *c.Terminating:
				ending = append(ending, address)
			}
		}
	}
	if len(ready) > 0 {
		return ready
	}
	return ending
}
