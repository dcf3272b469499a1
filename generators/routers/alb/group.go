package alb

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// group is the Ingresses of one load balancer.
type group struct {
	name     string // of the group; namespace/name of an Ingress that is in none
	world    route.World
	members  []member
	toHTTPS  bool // HTTP ports send all requests to HTTPS
	rules    []route.Rule
	unread   []route.Unread
	failures []failure
}

// member is one Ingress of a group.
type member struct {
	kube.Object
	group  string
	params kube.Object // IngressClassParams
	spec   spec
	order  int
	place  int // in the group, by which its rules are tried
	ports  []listener
	odd    string // why the controller updates nothing of its group; "" if it does
}

// listener is a port of the load balancer.
type listener struct {
	number int
	https  bool
}

// failure is why the controller updates nothing of a group.
type failure struct {
	of  kube.Object
	why string
}

// said is the value of an annotation of the controller.
func (m member) said(key string) string { return m.Text("metadata", "annotations", prefix+key) }

// portsOf are the ports on which the load balancer listens for an Ingress: 80, or 443 with
// certificates, unless it says others (model_build_listener.go, computeIngressListenPorts).
func portsOf(m member) (all []listener, odd string) {
	plain := []listener{{80, false}}
	if m.said("certificate-arn") != "" || len(kube.Items(m.params.Node, "spec", "certificateArn")) > 0 {
		plain = []listener{{443, true}}
	}
	listen := m.said("listen-ports")
	if listen == "" {
		return plain, ""
	}
	var list []map[string]int
	if json.Unmarshal([]byte(listen), &list) != nil || len(list) == 0 {
		return plain, "listen-ports is no list of ports"
	}
	for _, one := range list {
		for _, protocol := range slices.Sorted(maps.Keys(one)) {
			if protocol != "HTTP" && protocol != "HTTPS" || one[protocol] < 1 || one[protocol] > 65535 {
				return plain, fmt.Sprintf("listen-ports has %s:%d, which is no port of a load balancer", protocol, one[protocol])
			}
			all = append(all, listener{one[protocol], protocol == "HTTPS"})
		}
	}
	return all, ""
}

// fail says that the controller updates nothing of the group.
func (g *group) fail(m member, format string, args ...any) {
	g.failures = append(g.failures, failure{m.Object, fmt.Sprintf(format, args...)})
}

// told is what is not judged. What holds up a group holds up all its Ingresses.
func (g *group) told() []route.Unread {
	all := g.unread
	known := map[string]bool{}
	for _, f := range g.failures {
		for _, m := range g.members {
			why := "the controller updates nothing of it"
			if m.Key() == f.of.Key() {
				why += ": " + f.why
			} else {
				why += ", for it is in a group with " + f.of.ID.String() + ": " + f.why
			}
			if key := m.ID.String() + why; !known[key] {
				known[key] = true
				all = append(all, route.Unread{Source: m.Object, Why: why})
			}
		}
	}
	return all
}

// actionOf is the action of a name; odd says why the controller refuses it.
func actionOf(o kube.Object, name string) (a action, there bool, odd string) {
	value := o.Text("metadata", "annotations", prefix+"actions."+name)
	if value == "" {
		return a, false, ""
	}
	if err := json.Unmarshal([]byte(value), &a); err != nil {
		return a, true, "actions." + name + " is no JSON that the controller reads"
	}
	if why := a.refused(); why != "" {
		return a, true, "actions." + name + " " + why + ", which the controller refuses"
	}
	return a, true, ""
}

// refused says why the controller refuses an action (config_types.go, validate); "" if it
// does not.
func (a action) refused() string {
	simple := a.TargetGroupARN != "" || a.TargetGroupName != ""
	switch {
	case a.Type == "redirect" && (a.Redirect == nil || a.Redirect.Status == ""), a.Type == "fixed-response" && a.Respond == nil:
		return "says no status"
	case a.Type == "redirect", a.Type == "fixed-response":
		return ""
	case a.Type != "forward":
		return fmt.Sprintf("is of type %q", a.Type)
	case simple == (a.Forward != nil):
		return "has both a target group and forwardConfig, or neither"
	case simple:
		return ""
	case len(a.Forward.Groups) > maxGroups:
		return fmt.Sprintf("has %d target groups, and AWS takes %d", len(a.Forward.Groups), maxGroups)
	}
	for _, t := range a.Forward.Groups {
		other := t.ARN != "" || t.Name != ""
		switch {
		case other == (t.Service != ""):
			return "names both a Service and a target group, or neither"
		case t.Service != "" && t.Port == "":
			return "names Service " + t.Service + " without a port"
		case t.Weight == nil && len(a.Forward.Groups) > 1:
			return "has several target groups, and one without a weight"
		case t.Weight != nil && (*t.Weight < 0 || *t.Weight > maxWeight):
			return fmt.Sprintf("has a weight of %d", *t.Weight)
		}
	}
	return ""
}

// groups are the target groups of a forward action.
func (a action) groups() []targetGroup {
	if a.Forward == nil {
		return []targetGroup{{ARN: a.TargetGroupARN, Name: a.TargetGroupName}}
	}
	return a.Forward.Groups
}

// loops reports whether a redirect leads to where a request came in: the controller
// leaves it out on that port (rule_optimizer.go).
func (r redirect) loops(p listener, at matching) bool {
	protocol := "HTTP"
	if p.https {
		protocol = "HTTPS"
	}
	same := func(said, word string, own ...string) bool {
		return said == "" || said == word || slices.Contains(own, said)
	}
	return same(r.Host, "#{host}", at.hosts...) && same(r.Path, "/#{path}", at.paths...) && same(r.Port, "#{port}", strconv.Itoa(p.number)) &&
		same(r.Protocol, "#{protocol}", protocol) &&
		same(r.Query, "#{query}")
}

// maxPlaces bounds the hosts under which rules are listed. A state with more is not
// judged, see cluster.State.
const maxPlaces = 1<<18 + 1

// underAllHosts lists each rule under every host of another one that fits it: a load
// balancer tries all its rules in one order, and the host is a condition like the others.
func underAllHosts(rules []route.Rule) []route.Rule {
	named := map[string]bool{}
	for _, r := range rules {
		for _, h := range r.Hosts {
			named[h] = true
		}
	}
	others := slices.Sorted(maps.Keys(named))
	places := 0
	for i, r := range rules {
		own := r.Hosts
		if len(own) == 0 {
			own = []string{"*"}
		}
		all := slices.Clone(own)
		for _, h := range others {
			if !slices.Contains(all, h) &&
				slices.ContainsFunc(own, func(o string) bool { return strings.Contains(o, "*") && route.HostFits(o, strings.TrimPrefix(h, "*")) }) {
				all = append(all, h)
			}
		}
		if rules[i].Hosts = all; len(all) == 1 && all[0] == "*" {
			rules[i].Hosts = nil
		}
		if places += len(all); places > maxPlaces {
			return rules[:i]
		}
	}
	return rules
}

// matching is which requests a rule takes: those for one of the hosts that fit one of the
// matches.
type matching struct {
	hosts   []string // none: every host
	paths   []string // as they are written, with their wildcards
	matches []route.Match
}
