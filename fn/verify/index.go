package verify

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// This file finds things in big states without looking at everything: what is
// asked of one object at a time would make a folder of n applications cost n².

// label is a label of pods in a namespace.
type label struct{ namespace, key, value string }

// kept is what a state works out at most once. Who checks edges of one state
// side by side has a state for each of them.
type kept struct {
	served   map[kube.ID]kube.Object   // what sends requests to a workload
	fronts   map[kube.ID][]kube.Object // Services that select the pods of a workload
	meshed   map[kube.ID]bool          // workloads that routes of the mesh lead to
	named    map[string]kube.Object    // Services by their host in the mesh
	secrets  map[kube.ID]bool          // that it has, or that something in it makes
	problems [][]Problem               // by rule of the table
	needed   map[kube.ID][]string      // what pods and TLS need, by its name, and in which namespaces
	words    map[string][]int          // what may be a name, and the positions of the objects that have it in them
}

// labelled sorts the pods of a state by their labels.
func labelled(all []Pods) map[label][]int {
	index := map[label][]int{}
	for i, p := range all {
		for k, v := range p.Labels {
			l := label{p.Workload.Namespace, k, v}
			index[l] = append(index[l], i)
		}
	}
	return index
}

// near are the positions, in order, of all pods that may have the labels of a
// selector in a namespace: of those that have one of the labels, the fewest.
func (s State) near(selector *yaml.Node, namespace string) []int {
	best, found := []int(nil), false
	if namespace != "" { // else they may be in any
		for k, v := range kube.Pairs(selector) {
			here, free := s.byLabel[label{namespace, k, v}], s.byLabel[label{"", k, v}]
			if !found || len(here)+len(free) < len(best) {
				best, found = append(slices.Clip(here), free...), true
			}
		}
	}
	if !found {
		best = make([]int, len(s.Pods))
		for i := range best {
			best[i] = i
		}
		return best
	}
	slices.Sort(best)
	return best
}

// serving is what sends requests to each workload: a route, or else a Service
// that selects its pods.
func (s State) serving() map[kube.ID]kube.Object {
	if s.kept.served != nil {
		return s.kept.served
	}
	s.kept.served = map[kube.ID]kube.Object{}
	for _, r := range s.Rules {
		for _, b := range backends(r) {
			if b.Weight == 0 {
				continue
			}
			for _, p := range s.Selected(b) {
				if by, ok := s.kept.served[p.Workload.Key()]; !ok || by.Is("", "Service") {
					s.kept.served[p.Workload.Key()] = r.Source
				}
			}
		}
	}
	return s.kept.served
}

// fronts are the Services that select the pods of each workload.
func (s State) fronts() map[kube.ID][]kube.Object {
	if s.kept.fronts != nil {
		return s.kept.fronts
	}
	s.kept.fronts = map[kube.ID][]kube.Object{}
	for _, svc := range s.World.All("", "Service") {
		for _, p := range s.Selected(route.Backend{Namespace: svc.Namespace, Service: svc.Name}) {
			id := p.Workload.Key()
			s.kept.fronts[id] = append(s.kept.fronts[id], svc)
		}
	}
	return s.kept.fronts
}

// inMesh are the workloads that routes of the mesh lead to.
func (s State) inMesh() map[kube.ID]bool {
	if s.kept.meshed != nil {
		return s.kept.meshed
	}
	s.kept.meshed = map[kube.ID]bool{}
	for _, r := range s.Rules {
		if !slices.ContainsFunc(r.Via, func(e route.Entry) bool { return e.Kind == "mesh" }) {
			continue
		}
		for _, b := range backends(r) {
			for _, p := range s.Selected(b) {
				s.kept.meshed[p.Workload.Key()] = true
			}
		}
	}
	return s.kept.meshed
}

// meshService is the Service that a host of the mesh names.
func (s State) meshService(host string) (kube.Object, bool) {
	if s.kept.named == nil {
		s.kept.named = map[string]kube.Object{}
		for _, o := range s.World.All("", "Service") {
			s.kept.named[route.MeshHost(o.Namespace, o.Name)] = o
		}
	}
	o, ok := s.kept.named[host]
	return o, ok
}

// check are the problems of a state by a rule of the table.
func (s State) check(rule int) []Problem {
	if s.kept.problems == nil {
		s.kept.problems = make([][]Problem, len(Table))
		for i, r := range Table {
			if r.State != nil {
				s.kept.problems[i] = r.State(s)
			}
		}
	}
	return s.kept.problems[rule]
}

// ruleset is rules by where requests come in.
type ruleset struct {
	byVia  map[route.Entry][]route.Rule
	byHost map[route.Entry]map[string][]int // positions in byVia; made when there are many
}

// few is how many rules are looked at one by one.
const few = 16

func newRuleset(rules []route.Rule) *ruleset {
	return &ruleset{byVia(rules), map[route.Entry]map[string][]int{}}
}

// under are the rules of an entry that stand under a host as it is written.
func (r *ruleset) under(via route.Entry, host string) []route.Rule {
	at := r.hosts(via)[host]
	all := make([]route.Rule, 0, len(at))
	for _, i := range at {
		all = append(all, r.byVia[via][i])
	}
	return all
}

// covering are the rules of an entry that may be for a host: all that cover it,
// in order.
func (r *ruleset) covering(via route.Entry, host string) []route.Rule {
	if len(r.byVia[via]) <= few {
		return r.byVia[via]
	}
	index := r.hosts(via)
	at := slices.Concat(index[host], index["*"], index[""])
	for i, c := range host {
		if c == '.' && "*"+host[i:] != host {
			at = append(at, index["*"+host[i:]]...)
		}
	}
	slices.Sort(at)
	var all []route.Rule
	for _, i := range slices.Compact(at) {
		all = append(all, r.byVia[via][i])
	}
	return all
}

// fitting are the rules of an entry that a host is under, as it is written or by a
// wildcard: where the closest ones go, the next ones answer.
func (r *ruleset) fitting(via route.Entry, host string) []route.Rule {
	var all []route.Rule
	for _, rule := range r.covering(via, host) {
		if fits(rule, host) {
			all = append(all, rule)
		}
	}
	return all
}

// fits reports whether a rule is for a host.
func fits(r route.Rule, host string) bool {
	return slices.ContainsFunc(hostsOf(r), func(h string) bool { return route.HostFits(h, host) })
}

func (r *ruleset) hosts(via route.Entry) map[string][]int {
	if index, ok := r.byHost[via]; ok {
		return index
	}
	index := map[string][]int{}
	for i, rule := range r.byVia[via] {
		hosts := hostsOf(rule)
		if len(hosts) > 1 {
			hosts = distinct(hosts)
		}
		for _, h := range hosts {
			index[h] = append(index[h], i)
		}
	}
	r.byHost[via] = index
	return index
}
