package verify

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/account"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// This file lists what an edge changes and nobody answers for, see package account.

// Verdict is what is known of an edge.
type Verdict struct {
	Found  []schemas.Finding
	Unread []route.Unread // what it changes and a rule cannot judge
	Left   []Left         // what it changes and no rule looks at
}

// Left are the paths of an object that an edge changes and that neither a rule
// judges nor a table calls harmless.
type Left struct {
	Object kube.Object
	How    string   // changed, made or removed
	Paths  []string // none: the whole object
	About  []string // what is known of them
}

// maxNamed bounds the paths that are named of one object.
const maxNamed = 4

// Unread is what is left, in words.
func (l Left) Unread() route.Unread {
	why := "is " + l.How
	if len(l.Paths) > 0 {
		named := l.Paths[:min(len(l.Paths), maxNamed)]
		if more := len(l.Paths) - len(named); more > 0 {
			named = append(slices.Clip(named), fmt.Sprintf("%d more", more))
		}
		why = "changes " + schemas.And(named)
	}
	about := "what that does to requests"
	if len(l.About) > 0 {
		about += " (" + strings.Join(l.About, "; ") + ")"
	}
	return route.Unread{Source: l.Object, Why: why + ": " + about + " is not judged"}
}

// left are the paths of an edge that nobody answers for, but for those that
// something is said of already.
func (p *passage) left(rep report) []Left {
	var all []Left
	for _, id := range cluster.SortedIDs(p.changed) {
		c := p.changed[id]
		one := Left{Object: cluster.Subject(c), How: howChanged(c)}
		whole := false
		for _, claim := range account.Of(account.Change{From: c.From, To: c.To}, p) {
			if !claim.Open() || rep.said(one.Object, claim.Path) || p.listed(one.Object, claim.Path) {
				continue
			}
			whole = whole || len(claim.Path) == 0
			if text := account.Text(claim.Path); text != "" && !slices.Contains(one.Paths, text) {
				one.Paths = append(one.Paths, text)
			}
			if claim.Left != "" && !slices.Contains(one.About, claim.Left) {
				one.About = append(one.About, claim.Left)
			}
		}
		if whole || len(one.Paths) > 0 {
			all = append(all, one)
		}
	}
	return all
}

// howChanged says what an edge does to an object.
func howChanged(c cluster.Change) string {
	switch {
	case c.Made():
		return "made"
	case c.Gone():
		return "removed"
	}
	return "changed"
}

// place is a field of an object of which something is said.
type place struct {
	object kube.ID
	path   string
}

// note takes down what a problem is about.
func (rep *report) note(p Problem) {
	rep.places = append(rep.places, place{p.Object.Key(), fieldsOnly(p.Path)})
}

// fieldsOnly is a path without the items of lists.
func fieldsOnly(path []string) string {
	keys := slices.DeleteFunc(slices.Clone(path), func(key string) bool {
		return strings.Trim(key, "0123456789[]") == ""
	})
	return strings.Join(keys, ".")
}

// said reports whether a problem is about a path of an object.
func (rep *report) said(o kube.Object, path []string) bool {
	at := fieldsOnly(path)
	return slices.ContainsFunc(rep.places, func(p place) bool {
		return p.object == o.Key() && (at == "" || p.path != "" && (under(at, p.path) || under(p.path, at)))
	})
}

func under(a, b string) bool { return a == b || strings.HasPrefix(a, b+".") }

// listed reports whether a state at one of the ends says of an object, or of a path
// in it, that it is not judged.
func (p *passage) listed(o kube.Object, path []string) bool {
	last := ""
	for _, key := range path {
		if key != "[]" {
			last = key
		}
	}
	return slices.ContainsFunc(slices.Concat(p.from.Unread, p.to.Unread), func(u route.Unread) bool {
		if u.Source.Key() != o.Key() || u.ID != "" {
			return false
		}
		return len(path) == 0 || strings.Contains(u.Why, last) || strings.HasSuffix(u.Why, route.WholeUnread)
	})
}

// Named is of [account.Facts].
func (p *passage) Named(o kube.Object, name string) bool {
	return isNamed(p.from, name, p.otherThan(o)) || isNamed(p.to, name, p.otherThan(o))
}

// NamedBefore is of [account.Facts].
func (p *passage) NamedBefore(o kube.Object) bool { return isNamed(p.from, o.Name, p.otherThan(o)) }

func (p *passage) otherThan(o kube.Object) func(kube.Object) bool {
	return func(by kube.Object) bool { return by.Key() != o.Key() }
}

// Idle is of [account.Facts].
func (p *passage) Idle(o kube.Object) bool {
	busy := func(s cluster.State) func(kube.Object) bool {
		return func(by kube.Object) bool {
			_, serves := s.Serving()[by.Key()]
			return by.Key() != o.Key() && by.Group != "batch" && (serves || !cluster.RunsPods(by))
		}
	}
	return p.Named(o, o.Name) && !isNamed(p.from, o.Name, busy(p.from)) && !isNamed(p.to, o.Name, busy(p.to))
}

// Entered is of [account.Facts].
func (p *passage) Entered(o kube.Object) bool {
	if p.entered == nil {
		p.entered = map[kube.ID]bool{}
		for _, s := range []cluster.State{p.from, p.to} {
			for _, r := range s.Rules {
				for _, via := range r.Via {
					if g := s.Gateway(via); g.Node != nil {
						p.entered[g.Key()] = true
					}
				}
			}
		}
	}
	return p.entered[o.Key()]
}

// Any is of [account.Facts].
func (p *passage) Any(group, kind string) bool {
	return slices.ContainsFunc(p.from.Objects, func(o kube.Object) bool { return o.Is(group, kind) })
}

// Backed is of [account.Facts]. Of what stands for a name, and of what somebody else
// fills, other rules speak.
func (p *passage) Backed(o kube.Object) bool {
	at := route.Backend{Namespace: o.Namespace, Service: o.Name}
	own := o.Text("metadata", "labels", workload.TrackLabel) != "" // its pods would be here
	return own || len(kube.Strings(o.Node, "spec", "selector")) == 0 || len(p.from.Selected(at)) > 0 || len(p.to.Selected(at)) > 0
}

// Hung is of [account.Facts].
func (p *passage) Hung(o kube.Object) bool { return p.hung(o) || cluster.Autoscales(o) }

// Joins is of [account.Facts].
func (p *passage) Joins(o kube.Object) bool {
	is, ok := p.to.PodsOf[o.Key()]
	if !ok {
		return false
	}
	return slices.ContainsFunc(p.to.World.All("", "Service"), func(svc kube.Object) bool {
		at := route.Backend{Namespace: svc.Namespace, Service: svc.Name}
		return cluster.Selects(svc, at, o.Namespace, is.Labels) && slices.ContainsFunc(p.from.Selected(at), func(was cluster.Pods) bool {
			return p.lasts(was) && cluster.Selects(svc, at, o.Namespace, p.to.PodsOf[was.Workload.Key()].Labels) && !cluster.SameVersion(was.Workload, o)
		}) && !routed(p.to, at)
	})
}

// Needed is of [account.Facts].
func (p *passage) Needed(o kube.Object) bool {
	return isNeeded(p.from, o) || isNeeded(p.to, o)
}

// isNeeded reports whether pods of a workload, or a place where TLS ends, need an
// object.
func isNeeded(s cluster.State, o kube.Object) bool {
	needed := cluster.Memo(s, "needed", func() map[kube.ID][]string {
		all := map[kube.ID][]string{}
		need := func(id kube.ID) {
			at := id
			at.Namespace = ""
			all[at] = append(all[at], id.Namespace)
		}
		for _, p := range s.Pods {
			for _, id := range allNeeds(s, p.Workload) {
				need(id)
			}
		}
		for _, at := range endings(s) {
			for _, id := range at.secrets {
				need(id)
			}
		}
		return all
	})
	id := o.Key()
	id.Namespace = ""
	return slices.ContainsFunc(needed[id], func(ns string) bool { return kube.SameNamespace(ns, o.Namespace) })
}

// isNamed reports whether an object that fits has a name in it.
func isNamed(s cluster.State, name string, fits func(kube.Object) bool) bool {
	words := cluster.Memo(s, "words", func() map[string][]int {
		all := map[string][]int{}
		for i, by := range s.Objects {
			takeWords(all, i, by.Node, "")
		}
		return all
	})
	return slices.ContainsFunc(words[name], func(i int) bool { return fits(s.Objects[i]) })
}

// takeWords takes down where each text stands that may be a name: the whole of it, or
// what follows its last slash. Labels and what is called by a name of its own are no
// names of others.
func takeWords(all map[string][]int, at int, n *yaml.Node, field string) {
	switch n.Kind {
	case yaml.ScalarNode:
		word := n.Value[strings.LastIndexAny(n.Value, "/=")+1:]
		if field == "sectionName" {
			word = account.Section + word
		}
		if word != "" && !slices.Contains(all[word], at) {
			all[word] = append(all[word], at)
		}
	case yaml.SequenceNode:
		for _, item := range n.Content {
			takeWords(all, at, item, field)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i].Value
			own := key == "name" && slices.Contains([]string{"metadata", "containers", "initContainers", "ports", "rules"}, field)
			if !own && !slices.Contains([]string{"labels", "matchLabels", "apiVersion", "kind"}, key) {
				takeWords(all, at, n.Content[i+1], key)
			}
		}
	}
}

// Rivals is of [account.Facts].
func (p *passage) Rivals(o kube.Object) []kube.Object {
	hosts := hostsWritten(o)
	if hosts == nil {
		return nil
	}
	return slices.DeleteFunc(p.from.World.All(o.Group, o.Kind), func(was kube.Object) bool {
		return was.Key() == o.Key() || !slices.ContainsFunc(hostsWritten(was), func(h string) bool {
			return slices.ContainsFunc(hosts, func(g string) bool {
				return route.HostFits(g, p.sampleHost(h)) || route.HostFits(h, p.sampleHost(g))
			})
		})
	})
}

// hostsWritten are the hosts of a route, "*" if it leaves them out; nil: it is none.
func hostsWritten(o kube.Object) []string {
	var paths []string
	switch o.Kind {
	case "Ingress":
		paths = []string{"spec", "rules", "host"}
	case "VirtualService":
		paths = []string{"spec", "hosts"}
	case "HTTPRoute", "GRPCRoute":
		paths = []string{"spec", "hostnames"}
	default:
		return nil
	}
	all := values(o.Node, paths)
	for i, h := range all {
		all[i] = cmp.Or(h, "*")
	}
	return all
}
