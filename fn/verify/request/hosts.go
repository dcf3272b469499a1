package request

import (
	"fmt"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/route"
)

// This file picks hosts that stand for those that no rule names.

// anyHost stands for a host that no rule names, unless one does.
const anyHost = "any"

// StrangeHost is a label that no host of two states begins with.
func StrangeHost(states ...cluster.State) string {
	taken := map[string]bool{}
	for _, s := range states {
		for _, r := range s.Rules {
			for _, h := range r.Hosts {
				if strings.HasPrefix(h, anyHost) {
					label, _, _ := strings.Cut(h, ".")
					taken[label] = true
				}
			}
		}
	}
	label := anyHost
	for n := 2; taken[label]; n++ {
		label = fmt.Sprintf("%s-%d", anyHost, n)
	}
	return label
}

// UnnamedHost reports whether a request is for a host that no rule names.
func UnnamedHost(q route.Request) bool {
	return strings.HasPrefix(q.Host, anyHost) && !strings.Contains(q.Host, ".")
}
