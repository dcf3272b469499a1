package workload

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// NamespaceLabel is on every namespace, and holds its name (Kubernetes 1.22).
const NamespaceLabel = "kubernetes.io/metadata.name"

// AccountName is the ServiceAccount that the pods run by.
func (s *Source) AccountName() string {
	if name := s.Object.Text("spec", "template", "spec", "serviceAccountName"); name != "" {
		return name
	}
	return "default"
}

// Account is that ServiceAccount, if it is among the manifests.
func (s *Source) Account() (kube.Object, bool) {
	i := slices.IndexFunc(s.Manifests, func(o kube.Object) bool { return o.Is("", "ServiceAccount") && o.Name == s.AccountName() })
	if i < 0 {
		return kube.Object{}, false
	}
	return s.Manifests[i], true
}

// Binds reports whether a binding gives rights to the ServiceAccount of the pods, as it is
// called in a namespace.
func (s *Source) Binds(o kube.Object, namespace string) bool {
	return slices.ContainsFunc(kube.Items(o.Node, "subjects"), func(n *yaml.Node) bool {
		return kube.Text(n, "kind") == "ServiceAccount" && kube.Text(n, "name") == s.AccountName() && kube.Text(n, "namespace") == namespace
	})
}

// Governs reports whether a NetworkPolicy is for the pods.
func (s *Source) Governs(o kube.Object) bool {
	return o.Is("networking.k8s.io", "NetworkPolicy") && kube.LabelSelects(o.Get("spec", "podSelector"), s.Labels())
}

// accepted is a finding that an object may accept.
func accepted(o kube.Object, f schemas.Finding) schemas.Finding {
	if Accepts(o, f.ID) {
		f.Severity, f.Hint = schemas.Warning, ""
	}
	return f
}

// checkAccess: what lets the pods of the workload's namespace in, or gives them rights, does
// so for a track in another one. What is for the pods themselves is copied; what stands
// elsewhere, or is for others, only its owner can change.
func (s *Source) checkAccess(track string) []schemas.Finding {
	var found []schemas.Finding
	for _, o := range s.all {
		switch {
		case o.Is("rbac.authorization.k8s.io", "ClusterRoleBinding"),
			o.Is("rbac.authorization.k8s.io", "RoleBinding") && o.Namespace != s.Namespace():
			found = append(found, s.checkBinding(o, track)...)
		case o.Is("networking.k8s.io", "NetworkPolicy") && o.Namespace == s.Namespace():
			found = append(found, s.checkPeers(o, track)...)
		}
	}
	return found
}

func (s *Source) checkBinding(o kube.Object, track string) []schemas.Finding {
	home := s.Home(track)
	if !s.Binds(o, s.Namespace()) || s.Binds(o, home) {
		return nil
	}
	return []schemas.Finding{accepted(o, o.Find("namespace-access",
		fmt.Sprintf("%s gives rights to ServiceAccount %s of namespace %s, and track %s runs by the one of namespace %s", o.ID, s.AccountName(),
			s.Namespace(), track, home),
		fmt.Sprintf("one more of subjects: {kind: ServiceAccount, name: %s, namespace: %s}; or, if it needs none, annotation %s: "+
			"namespace-access", s.AccountName(), home, AcceptAnnotation), "subjects"))}
}

// checkPeers looks at a policy for other pods that lets those of its own namespace in, or
// out to them.
func (s *Source) checkPeers(o kube.Object, track string) []schemas.Finding {
	selector := o.Get("spec", "podSelector")
	if len(kube.Strings(selector, "matchLabels")) > 0 && s.Governs(o) {
		return nil
	}
	for _, way := range []struct{ list, peers, why string }{
		{"ingress", "from", "lets pods of namespace %[1]s in, by their labels: those of track %[2]s are in namespace %[3]s and stay out"},
		{"egress", "to", "lets pods call those of namespace %[1]s, by their labels: they do not reach track %[2]s in namespace %[3]s"},
	} {
		for i, rule := range kube.Items(o.Node, "spec", way.list) {
			peers := kube.Items(rule, way.peers)
			mine := slices.ContainsFunc(peers, func(p *yaml.Node) bool {
				return kube.Get(p, "namespaceSelector") == nil && kube.Get(p, "podSelector") != nil &&
					kube.LabelSelects(kube.Get(p, "podSelector"), s.Labels())
			})
			if !mine || slices.ContainsFunc(peers, func(p *yaml.Node) bool { return s.admits(p, s.Home(track)) }) {
				continue
			}
			return []schemas.Finding{accepted(o, o.Find("namespace-access",
				o.ID.String()+" "+fmt.Sprintf(way.why, s.Namespace(), track, s.Home(track)),
				fmt.Sprintf("one more of %s: {namespaceSelector: {matchLabels: {%s: %s}}, podSelector: …}; or, if nobody calls, annotation %s: "+
					"namespace-access", way.peers, NamespaceLabel, s.Home(track), AcceptAnnotation), "spec", way.list, fmt.Sprint(i)))}
		}
	}
	return nil
}

// admits reports whether a peer is the pods of a namespace, by what is known of its labels.
func (s *Source) admits(peer *yaml.Node, namespace string) bool {
	selector := kube.Get(peer, "namespaceSelector")
	if selector == nil {
		return false
	}
	labels := map[string]string{}
	for _, o := range s.all {
		if o.Is("", "Namespace") && o.Name == namespace {
			labels = kube.Strings(o.Node, "metadata", "labels")
		}
	}
	if labels == nil {
		labels = map[string]string{}
	}
	labels[NamespaceLabel] = namespace
	pods := kube.Get(peer, "podSelector")
	return kube.LabelSelects(selector, labels) && (pods == nil || kube.LabelSelects(pods, s.Labels()))
}
