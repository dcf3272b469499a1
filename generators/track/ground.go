package track

import (
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/agent"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

const rbacGroup = "rbac.authorization.k8s.io"

// ground are the copies of a track, but for those that another release makes too.
func (m Maker) ground(track string) []kube.Object {
	return slices.DeleteFunc(m.Ground(track), func(o kube.Object) bool {
		return slices.ContainsFunc(m.Grounded, func(other kube.Object) bool {
			return other.Key() == o.Key() && kube.Equal(nobodys(other).Node, nobodys(o).Node)
		})
	})
}

// nobodys is a copy without the labels that say whose it is.
func nobodys(o kube.Object) kube.Object {
	return o.Without("metadata", "labels", workload.ReleaseLabel).Without("metadata", "labels", workload.TrackLabel)
}

// Ground are copies of what pods stand on, in the namespace of a track that is not the
// workload's: their ServiceAccount, which keeps its name, its Roles and their bindings, and
// the NetworkPolicies that are for them. They follow the manifests, as the originals do.
func (m Maker) Ground(track string) []kube.Object {
	home := m.Home(track)
	if home == m.Namespace() {
		return nil
	}
	var all []kube.Object
	if o, ok := m.Account(); ok && !m.Holds("", "ServiceAccount", home, o.Name) {
		all = append(all, m.moved(o, track, o.Name))
	}
	var roles []string
	for _, o := range m.Manifests {
		if o.Is(rbacGroup, "RoleBinding") && m.Binds(o, m.Namespace()) {
			all = append(all, m.binding(o, track))
			if o.Text("roleRef", "kind") == "Role" {
				roles = append(roles, o.Text("roleRef", "name"))
			}
		}
	}
	for _, o := range m.Manifests {
		switch {
		case o.Is(rbacGroup, "Role") && slices.Contains(roles, o.Name):
			all = append(all, m.moved(o, track, m.ours(o.Name)))
		case m.Governs(o):
			all = append(all, m.fenced(o, track))
		}
	}
	return all
}

// ours is the name of a copy that other releases may make one of, too.
func (m Maker) ours(name string) string {
	release := m.Release.Metadata.Name
	if name == release || strings.HasPrefix(name, release+"-") {
		return name
	}
	return release + "-" + name
}

// moved is an object of the user's in the namespace of a track.
func (m Maker) moved(o kube.Object, track, name string) kube.Object {
	return m.sameAsKept(m.owned(agent.Plain(o).Renamed(name).Without("status"), track), track)
}

// binding gives the rights of the ServiceAccount to the one of the track's namespace, and to
// nobody else there.
func (m Maker) binding(o kube.Object, track string) kube.Object {
	subject := kube.Node(struct {
		Kind      string `yaml:"kind"`
		Name      string `yaml:"name"`
		Namespace string `yaml:"namespace"`
	}{"ServiceAccount", m.AccountName(), m.Home(track)})
	next := o.With([]*yaml.Node{subject}, "subjects")
	if role := o.Text("roleRef", "name"); o.Text("roleRef", "kind") == "Role" && m.has("Role", role) {
		next = next.With(m.ours(role), "roleRef", "name")
	}
	return m.moved(next, track, m.ours(o.Name))
}

func (m Maker) has(kind, name string) bool {
	return slices.ContainsFunc(m.Manifests, func(o kube.Object) bool { return o.Is(rbacGroup, kind) && o.Name == name })
}

// fenced is a NetworkPolicy for the pods of a track alone. Peers that are chosen by their
// labels, which meant those of the workload's namespace, are those there and on both tracks.
func (m Maker) fenced(o kube.Object, track string) kube.Object {
	names := []string{m.Namespace(), m.Home(schemas.Blue), m.Home(schemas.Green)}
	slices.Sort(names)
	near := kube.Node(struct {
		Expressions []any `yaml:"matchExpressions"`
	}{[]any{struct {
		Key      string   `yaml:"key"`
		Operator string   `yaml:"operator"`
		Values   []string `yaml:"values"`
	}{workload.NamespaceLabel, "In", slices.Compact(names)}}})
	peer := func(p *yaml.Node) *yaml.Node {
		if kube.Get(p, "podSelector") == nil || kube.Get(p, "namespaceSelector") != nil {
			return p
		}
		return kube.Put(p, near, "namespaceSelector")
	}
	selector := m.selector(track) // a policy for all pods of home is not one for all pods there
	for _, key := range slices.Sorted(maps.Keys(selector)) {
		o = o.With(selector[key], "spec", "podSelector", "matchLabels", key)
	}
	for _, way := range [][2]string{{"ingress", "from"}, {"egress", "to"}} {
		if o.Get("spec", way[0]) == nil {
			continue
		}
		o = o.Edit(func(n *yaml.Node) *yaml.Node { return kube.EditAll(n, peer, "*", way[1], "*") }, "spec", way[0])
	}
	return m.moved(o, track, m.ours(o.Name))
}
