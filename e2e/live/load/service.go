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
}

// follow keeps the endpoints of the target's Service.
func follow(ctx context.Context, c *cluster.Client, t Target) *service {
	s := &service{slices: map[string]slice{}}
	namespace, name, _ := strings.Cut(t.Service, "/")
	path := "/apis/discovery.k8s.io/v1/namespaces/" + namespace + "/endpointslices"
	go cluster.Watch(ctx, c, path, func(o slice) string { return o.Metadata.UID }, func(e cluster.Event[slice]) {
		s.mu.Lock()
		defer s.mu.Unlock()
		switch {
		case e.Object.Metadata.Labels["kubernetes.io/service-name"] != name:
		case e.Gone:
			delete(s.slices, e.Object.Metadata.UID)
		default:
			s.slices[e.Object.Metadata.UID] = e.Object
		}
	})
	return s
}

// through sends a request to one of the endpoints, over a connection of its own.
func (s *service) through(l *Load) func(Target) Answer {
	return func(t Target) Answer {
		all := s.addresses(t.Port)
		if len(all) == 0 {
			return Answer{Target: t.Name, Sent: time.Now(), Error: "the Service has no endpoint"}
		}
		return ask(l.fresh, t, "http://"+all[rand.IntN(len(all))]+"/")
	}
}

// addresses are where kube-proxy would send a connection: ready endpoints, or if there
// are none, those that end and still serve (its rule since Kubernetes 1.26).
func (s *service) addresses(port string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ready, ending []string
	for _, one := range s.slices {
		number := 0
		for _, p := range one.Ports {
			if number == 0 && (port == "" || p.Name == port) {
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
