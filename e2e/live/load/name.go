package load

import (
	"context"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/cluster"
)

// clients are how many keep what DNS says, each by itself.
const clients = 16

// NameTTL is how long a client in a cluster keeps it. CoreDNS says 30 seconds as a rule; a
// run would take hours by that, as it would by Traefik's own throttle.
const NameTTL = time.Second

// names plays the DNS of a cluster for the clients of one Service: where that is a name
// (ExternalName), they call the Service that it leads to.
type names struct {
	called *service
	find   func(service string) *service // by namespace/name

	mu     sync.Mutex
	others map[string]*service
	kept   [clients]answer
}

// answer is what a client keeps of what DNS said.
type answer struct {
	of    *service
	until time.Time
}

// named follows the target's Service, and those that it is a name of.
func named(ctx context.Context, c *cluster.Client, t Target) *names {
	find := func(service string) *service { return follow(ctx, c, service) }
	return &names{called: find(t.Service), find: find, others: map[string]*service{}}
}

// ask is the Service that one of the clients calls by what it knows.
func (n *names) ask() *service {
	n.mu.Lock()
	defer n.mu.Unlock()
	a := &n.kept[rand.IntN(clients)]
	if now := time.Now(); now.After(a.until) {
		*a = answer{n.leads(), now.Add(NameTTL)}
	}
	return a.of
}

// leads is where the name leads to now.
func (n *names) leads() *service {
	n.called.mu.Lock()
	alias := n.called.alias
	n.called.mu.Unlock()
	if alias == "" {
		return n.called
	}
	labels := strings.Split(alias, ".") // name, namespace, svc, …
	if len(labels) < 3 || labels[2] != "svc" {
		return &service{} // out of the cluster, where nobody is
	}
	at := labels[1] + "/" + labels[0]
	if n.others[at] == nil {
		n.others[at] = n.find(at)
	}
	return n.others[at]
}
