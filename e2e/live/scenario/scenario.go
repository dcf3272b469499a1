package scenario

import (
	"fmt"
	"time"
)

// Scenario is a line of the table.
type Scenario struct {
	Name    string
	Router  string        // one of [Routers]
	Applier string        // worst, argocd, flux
	Steps   string        // spec.strategy.steps; none: blue/green
	Preview bool          // by a host of its own, and by a header
	Begin   string        // stage that the release begins at; none: stable
	Scaled  bool          // by an autoscaler
	Jobs    bool          // a Job each at prepare, at a step, and when the old version has gone
	Metrics bool          // cutover advance decides, by what Prometheus has of Traefik
	Second  bool          // another release in the same folder, which is to be left alone
	Spaces  bool          // each track stands in a namespace of its own
	Set     bool          // three releases move together: shop, cart, and mail, which has no router
	Front   string        // the router in each of two clusters, between which records share requests
	East    string        // applier of the second cluster, where there are two
	Pause   time.Duration // where there are two: one of the appliers is stopped once for so long; none: often, for seconds
	Moves   []string      // see [moves]
	Trouble []string      // what happens to the applier on the way, in turn: killed, away
}

// Outcome is what a run of a scenario has shown.
type Outcome struct {
	Scenario, Router, Applier string
	Sent, Failed              int
	Unsent                    int // calls that the client ended by itself, see [load.Answer.Unsent]
	Moves                     int
	Splits                    []Split
	Drift                     []string // objects that Argo CD does not call Synced and Healthy, or that Flux changes twice
	Jobs                      int      // that have run
	Sick                      int      // requests that a sick version failed, as it is to
	Lasted                    time.Duration
	Faults                    []string // what is not as it is to be; none: it passed
}

// Split is who answered at a stage where requests are shared.
type Split struct {
	Stage   string
	Percent float64 // to the candidate, as planned
	Hits, N int
}

func (s Split) String() string {
	return fmt.Sprintf("%.1f/%g", 100*float64(s.Hits)/float64(max(1, s.N)), s.Percent)
}
