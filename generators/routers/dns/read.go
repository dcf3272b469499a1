package dns

import (
	"fmt"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// read returns a rule for every name: external-dns makes the records, and resolvers
// give them to clients. A target is a Service that has the address or asks for the
// name; of any other nobody knows who answers there.
func read(objects []kube.Object, w route.World) ([]route.Rule, []route.Unread) {
	var rules []route.Rule
	sets, unread := sorted(objects)
	sets = append(sets, annotated(sets, w)...)
	targets, told := places{known(w.All("", "Service")), known(w.Abroad), w.Place}, map[string]bool{}
	for _, s := range sets {
		if a, b, ok := s.clusters(); ok {
			unread = append(unread, route.Unread{
				Source: s.records[0].Object, ID: "dns-apart",
				Why: fmt.Sprintf("%s has records in clusters %s and %s: each external-dns takes what the other writes for its own, or away",
					s.name, a, b),
				Hint: "records of one name in one cluster, and the way from one to the other in two commits",
			})
		}
		if why := s.strange(); why != "" {
			if key := s.records[0].ID.String() + why; !told[key] { // an Ingress may have many hosts
				told[key] = true
				unread = append(unread, s.notJudged(why))
			}
			continue
		}
		if why := s.otherwise(); why != "" {
			rules = append(rules, s.rule([]route.Backend{{Unknown: s.name + " " + why, Weight: 1}}))
			continue
		}
		weights, left := s.weights()
		unread = append(unread, left...)
		if weights == nil {
			continue
		}
		backends, why := s.backends(weights, targets)
		if why != "" {
			unread = append(unread, s.notJudged(why))
			continue
		}
		rules = append(rules, s.rule(backends))
	}
	return rules, unread
}

// rule sends all who ask for a name to its targets.
func (s *set) rule(backends []route.Backend) route.Rule {
	via := route.Entry{Kind: route.DNSEntry, Name: "records"}
	if s.kind == "AAAA" {
		via.Name = "AAAA records"
	}
	return route.Rule{
		Via: []route.Entry{via}, Protocol: "tcp", Hosts: []string{s.name}, Backends: backends,
		Empty: route.Refused, Dangling: route.Refused, Source: s.records[0].Object,
	}
}
