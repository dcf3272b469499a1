package workload

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// This file holds what the namespace of a track must have that the workload's has, and
// that no copy can be made of.

// abroad are the tracks that stand in another namespace than the workload.
func (s *Source) abroad() []string {
	return slices.DeleteFunc(slices.Clone(schemas.TrackNames[:]), func(t string) bool { return s.Home(t) == s.Namespace() })
}

// Holds reports whether the manifests have an object of a kind and name in a namespace.
func (s *Source) Holds(group, kind, namespace, name string) bool {
	return slices.ContainsFunc(s.all, func(o kube.Object) bool {
		return o.Is(group, kind) && o.Namespace == namespace && o.Name == name
	})
}

// checkNeeds: what the pods of a track name is in its namespace, which is there.
func checkNeeds(s *Source) []schemas.Finding {
	if !s.Away() || s.Namespace() == "" {
		return nil
	}
	var found []schemas.Finding
	for _, track := range s.abroad() {
		found = slices.Concat(found, s.checkThere(track), s.checkNamedThere(track), s.checkTriggersThere(track),
			s.checkQuota(track), s.checkAccess(track))
	}
	return slices.Concat(found, s.checkPodMonitors(), s.checkShortNames())
}

// warn is a warning about the namespace of a track.
func (s *Source) warn(track, id, message, hint string) schemas.Finding {
	f := s.Release.Find(id, "spec.tracks."+track+".namespace", message, hint)
	f.Severity = schemas.Warning
	return f
}

// checkThere: the namespace is among the manifests, or somebody else makes it.
func (s *Source) checkThere(track string) []schemas.Finding {
	home := s.Home(track)
	if s.Holds("", "Namespace", "", home) {
		return nil
	}
	return []schemas.Finding{s.warn(track, "namespace-missing",
		fmt.Sprintf("namespace %s is not among the manifests: an agent refuses what belongs there until somebody makes it", home),
		fmt.Sprintf("apiVersion: v1, kind: Namespace, metadata: {name: %s}, beside the workload; nothing if it exists", home))}
}

// everywhere are ConfigMaps that every namespace has.
var everywhere = []string{"kube-root-ca.crt", "istio-ca-root-cert"}

// checkNamedThere: Secrets, and ConfigMaps that have no copies, are read in the namespace of
// the pods.
func (s *Source) checkNamedThere(track string) []schemas.Finding {
	spec := s.Object.Get("spec", "template", "spec")
	var lacks []string
	if w := s.Release.Spec.Workload; w == nil || w.Secrets != "copy" {
		for _, name := range Referenced(spec, "Secret") {
			lacks = append(lacks, s.lacking(track, "Secret", name)...)
		}
	}
	pulls := kube.Items(spec, "imagePullSecrets")
	if account, ok := s.Account(); ok {
		pulls = append(slices.Clip(pulls), kube.Items(account.Node, "imagePullSecrets")...)
	}
	for _, n := range pulls {
		lacks = append(lacks, s.lacking(track, "Secret", kube.Text(n, "name"))...)
	}
	for _, name := range Referenced(spec, "ConfigMap") {
		if !s.Holds("", "ConfigMap", s.Namespace(), name) && !slices.Contains(everywhere, name) {
			lacks = append(lacks, s.lacking(track, "ConfigMap", name)...)
		}
	}
	if len(lacks) == 0 {
		return nil
	}
	slices.Sort(lacks)
	f := s.Release.Find("namespace-reference", "spec.tracks."+track+".namespace",
		fmt.Sprintf("the pods of track %s name %s, and the manifests have none of it in namespace %s", track,
			schemas.And(slices.Compact(lacks)), s.Home(track)),
		fmt.Sprintf("the same there (Secret, SealedSecret, ExternalSecret); workload: {secrets: copy} where that is safe; or, if somebody "+
			"else makes it, annotation %s: namespace-reference on %s", AcceptAnnotation, s.Object.ID))
	return []schemas.Finding{accepted(s.Object, f)}
}

// checkTriggersThere: KEDA looks for the TriggerAuthentication of a trigger in the namespace
// of the autoscaler, which is that of the pods (keda.sh/v1alpha1, v2.21).
func (s *Source) checkTriggersThere(track string) []schemas.Finding {
	var found []schemas.Finding
	for _, o := range s.Scalers {
		for i, n := range kube.Items(o.Node, "spec", "triggers") {
			name, kind := kube.Text(n, "authenticationRef", "name"), kube.Text(n, "authenticationRef", "kind")
			if name == "" || kind == "ClusterTriggerAuthentication" || s.Holds("keda.sh", "TriggerAuthentication", s.Home(track), name) {
				continue
			}
			found = append(found, accepted(o, o.Find("namespace-reference",
				fmt.Sprintf("%s names TriggerAuthentication %s, and the manifests have none of it in namespace %s: KEDA would not scale track %s",
					o.ID, name, s.Home(track), track),
				fmt.Sprintf("the same there, with what it names; a ClusterTriggerAuthentication; or, if somebody else makes it, annotation %s: "+
					"namespace-reference on %s", AcceptAnnotation, o.ID), "spec", "triggers", fmt.Sprint(i), "authenticationRef")))
		}
	}
	return found
}

// checkPodMonitors warns of a PodMonitor that finds the pods in the workload's namespace,
// and not those of a track in another one. One that says no namespace looks in its own
// (monitoring.coreos.com/v1, prometheus-operator v0.95).
func (s *Source) checkPodMonitors() []schemas.Finding {
	var found []schemas.Finding
	for _, o := range s.all {
		names := []string{o.Namespace}
		if list := kube.Items(o.Node, "spec", "namespaceSelector", "matchNames"); len(list) > 0 {
			names = nil
			for _, n := range list {
				names = append(names, n.Value)
			}
		}
		i := slices.IndexFunc(s.abroad(), func(t string) bool { return !slices.Contains(names, s.Home(t)) })
		if !o.Is("monitoring.coreos.com", "PodMonitor") || o.Text("spec", "namespaceSelector", "any") == "true" || i < 0 ||
			!slices.Contains(names, s.Namespace()) || !kube.LabelSelects(o.Get("spec", "selector"), s.Labels()) {
			continue
		}
		f := o.Find("monitor-one-track",
			fmt.Sprintf("%s looks for pods in namespace %s, and those of track %s are in %s: they have no metrics", o.ID, schemas.And(names),
				s.abroad()[i], s.Home(s.abroad()[i])), s.homesSelector(), "spec")
		f.Severity = schemas.Warning
		found = append(found, f)
	}
	return found
}

// lacking is a Secret or ConfigMap that nothing of the manifests makes in the namespace of
// a track.
func (s *Source) lacking(track, kind, name string) []string {
	makes := func(o kube.Object) bool {
		switch {
		case o.Namespace != s.Home(track):
			return false
		case o.Is("external-secrets.io", "ExternalSecret"):
			return kind == "Secret" && ExternalTarget(o) == name
		case o.Is("cert-manager.io", "Certificate"):
			return kind == "Secret" && o.Text("spec", "secretName") == name
		}
		return o.Name == name && (o.Is("", kind) || kind == "Secret" && o.Is("bitnami.com", "SealedSecret"))
	}
	if name == "" || slices.ContainsFunc(s.all, makes) {
		return nil
	}
	return []string{kind + " " + name}
}

// checkQuota says what bounds the pods of a namespace.
func (s *Source) checkQuota(track string) []schemas.Finding {
	var found []schemas.Finding
	for _, o := range s.all {
		if o.Namespace != s.Home(track) || !o.Is("", "ResourceQuota") && !o.Is("", "LimitRange") {
			continue
		}
		what := "sets requests and limits of containers that say none, and refuses others: the pods of the two tracks may differ"
		if o.Kind == "ResourceQuota" {
			var all []string
			for key, value := range kube.Pairs(o.Node, "spec", "hard") {
				all = append(all, key+" "+value)
			}
			what = fmt.Sprintf("allows %s in namespace %s, and track %s starts up to %d pods there: what is more is never started",
				schemas.And(all), s.Home(track), track, s.DefaultCapacity())
		}
		f := o.Find("namespace-quota", o.ID.String()+" "+what, "the same room as in the workload's namespace", "spec")
		f.Severity = schemas.Warning
		found = append(found, f)
	}
	return found
}

// checkShortNames warns of names of Services that are looked for in the namespace of the
// pods, and were meant for the workload's.
func (s *Source) checkShortNames() []schemas.Finding {
	var names []string
	for _, o := range s.Manifests {
		if o.Is("", "Service") {
			names = append(names, regexp.QuoteMeta(o.Name))
		}
	}
	away := s.abroad()
	if len(names) == 0 || len(away) == 0 {
		return nil
	}
	slices.Sort(names)
	l := lookup{s, away[0], regexp.MustCompile(`(?:^|[/@,;=\s"'])(` + strings.Join(names, "|") + `)(?::[0-9]+(?:[/,;?\s"']|$))|//(` +
		strings.Join(names, "|") + `)(?:[/?#\s"']|$)`)}
	var found []schemas.Finding
	spec := []string{"spec", "template", "spec"}
	for _, list := range []string{"containers", "initContainers"} {
		for i, c := range kube.Items(s.Object.Node, append(slices.Clip(spec), list)...) {
			for _, field := range []string{"env", "args", "command"} {
				path := append(slices.Clip(spec), list, fmt.Sprint(i), field)
				found = append(found, l.in(s.Object, kube.Get(c, field), path)...)
			}
		}
	}
	for _, name := range Referenced(s.Object.Get(spec...), "ConfigMap") {
		i := slices.IndexFunc(s.Manifests, func(o kube.Object) bool { return o.Is("", "ConfigMap") && o.Name == name })
		if i >= 0 {
			found = append(found, l.in(s.Manifests[i], s.Manifests[i].Get("data"), []string{"data"})...)
		}
	}
	return found
}

// lookup finds short names of Services in texts.
type lookup struct {
	*Source
	track string
	names *regexp.Regexp
}

func (l lookup) in(o kube.Object, n *yaml.Node, path []string) []schemas.Finding {
	var found []schemas.Finding
	switch {
	case n == nil:
	case n.Kind == yaml.ScalarNode:
		m := l.names.FindStringSubmatch(n.Value)
		if m == nil {
			return nil
		}
		name := m[1] + m[2]
		f := o.Find("namespace-name", fmt.Sprintf("%s names Service %s by its short name, which is looked for in namespace %s on track %s",
			o.ID, name, l.Home(l.track), l.track),
			fmt.Sprintf("%s.%s.svc.%s in its place", name, l.Namespace(), l.Release.Spec.Domain), path...)
		f.Severity, f.Line, f.Col = schemas.Warning, n.Line, n.Column
		return []schemas.Finding{f}
	case n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			found = append(found, l.in(o, n.Content[i+1], append(slices.Clip(path), n.Content[i].Value))...)
		}
	default:
		for i, c := range n.Content {
			found = append(found, l.in(o, c, append(slices.Clip(path), fmt.Sprint(i)))...)
		}
	}
	return found
}
