package record

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/cutoverdev/cutover/e2e/live/load"
)

// Clients are those who call a host. Each asks the server by itself, and keeps the answer
// for its TTL.
type Clients struct {
	zone  *Zone
	host  string
	leads map[string]string // URLs of the names that records lead to

	mu    sync.Mutex
	kept  []kept
	asked int
}

// kept is what a client knows.
type kept struct {
	load.Lead
	until time.Time
}

// Clients are n who call a host.
func (z *Zone) Clients(n int, host string, leads map[string]string) *Clients {
	return &Clients{zone: z, host: host, leads: leads, kept: make([]kept, n)}
}

// Lead is where one of them sends its next request.
func (c *Clients) Lead() (load.Lead, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := &c.kept[rand.IntN(len(c.kept))]
	if now := time.Now(); now.After(k.until) {
		target, ttl, err := c.zone.draw(c.host)
		if err != nil {
			return load.Lead{}, err
		}
		url, ok := c.leads[target]
		if !ok {
			return load.Lead{}, fmt.Errorf("nobody is at %s, where the records of %s lead", target, c.host)
		}
		c.asked++
		*k = kept{load.Lead{Name: target, URL: url, Asked: c.asked}, now.Add(ttl)}
	}
	return k.Lead, nil
}
