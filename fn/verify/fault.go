package verify

import (
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/policy"
	"github.com/cutoverdev/cutover/generators/route"
)

// faults are policies of Envoy Gateway (v1.5, BackendTrafficPolicy.faultInjection)
// that abort requests of the routes they are for: all of them, if they do not say
// how many.
func (s State) faults() []route.Unread {
	var all []route.Unread
	for _, o := range s.Objects {
		if !o.Is("gateway.envoyproxy.io", "BackendTrafficPolicy") || o.Get("spec", "faultInjection", "abort") == nil || len(policy.Targets(o)) == 0 {
			continue
		}
		share := kube.Text(o.Node, "spec", "faultInjection", "abort", "percentage")
		if share == "0" {
			continue
		}
		if share == "" {
			share = "100"
		}
		all = append(all, route.Unread{
			Source: o, Why: "aborts " + share + " % of the requests of what it is for by fault", ID: "fault-abort",
			Hint: "take the fault out; or if it is meant, annotation cutover.dev/accept: fault-abort",
		})
	}
	return all
}
