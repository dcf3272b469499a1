package workload

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/agent"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// ConfigAnnotation holds a hash of the configuration copied for a track, in its
// pod template: pods restart when it changes.
const ConfigAnnotation = "cutover.dev/config"

// configRef is a place in a pod spec that names an object.
type configRef struct {
	kind string
	path []string // * for every element
}

// configRefs are the places where a pod names its configuration (core/v1 PodSpec).
var configRefs = func() []configRef {
	refs := []configRef{
		{"ConfigMap", words("volumes * configMap name")},
		{"ConfigMap", words("volumes * projected sources * configMap name")},
		{"Secret", words("volumes * secret secretName")},
		{"Secret", words("volumes * projected sources * secret name")},
		{"PersistentVolumeClaim", words("volumes * persistentVolumeClaim claimName")},
	}
	for _, list := range []string{"containers", "initContainers", "ephemeralContainers"} {
		refs = append(refs,
			configRef{"ConfigMap", words(list + " * env * valueFrom configMapKeyRef name")},
			configRef{"ConfigMap", words(list + " * envFrom * configMapRef name")},
			configRef{"Secret", words(list + " * env * valueFrom secretKeyRef name")},
			configRef{"Secret", words(list + " * envFrom * secretRef name")},
		)
	}
	return refs
}()

func words(s string) []string { return strings.Fields(s) }

// named are the objects of a kind that a pod spec names, each once, in order of name.
func named(spec *yamlNode, kind string) []string {
	var all []string
	for _, ref := range configRefs {
		if ref.kind != kind {
			continue
		}
		kube.EditAll(spec, func(n *yamlNode) *yamlNode {
			all = append(all, n.Value)
			return n
		}, ref.path...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// renamed is a pod spec with other names for objects of a kind.
func renamed(spec *yamlNode, kind string, names map[string]string) *yamlNode {
	for _, ref := range configRefs {
		if ref.kind != kind {
			continue
		}
		spec = kube.EditAll(spec, func(n *yamlNode) *yamlNode {
			if to, ok := names[n.Value]; ok {
				return kube.Node(to)
			}
			return n
		}, ref.path...)
	}
	return spec
}

// configure copies what the pods read, for one track, and lets the workload
// read the copies. What is not among the manifests is left as it is.
func (s *Source) configure(o kube.Object, track string) (kube.Object, []kube.Object, []schemas.Finding) {
	spec := o.Get("spec", "template", "spec")
	copies, names, found := s.configMaps(spec, track)
	secrets, secretNames, more := s.secrets(spec, track)
	found = append(found, more...)
	copies = append(copies, secrets...)
	if len(copies) == 0 {
		return o, nil, found
	}
	spec = renamed(renamed(spec, "ConfigMap", names), "Secret", secretNames)
	o = o.With(spec, "spec", "template", "spec").
		With(kube.Hash(contents(copies)...), "spec", "template", "metadata", "annotations", ConfigAnnotation)
	return o, copies, found
}

// contents are what configuration says, whatever it is called.
func contents(copies []kube.Object) []*yamlNode {
	var all []*yamlNode
	for _, o := range copies {
		o = o.Without("spec", "target", "name")
		for _, field := range []string{"data", "binaryData", "stringData", "spec"} {
			all = append(all, o.Get(field))
		}
	}
	return all
}

// configMaps copies the ConfigMaps that a pod spec names, with the values that
// the Release gives for the track. A copy may change while its track is idle, so
// it is not immutable.
func (s *Source) configMaps(spec *yamlNode, track string) ([]kube.Object, map[string]string, []schemas.Finding) {
	values := s.Release.Spec.Tracks.Get(track).Config
	var copies []kube.Object
	names := map[string]string{}
	for _, name := range named(spec, "ConfigMap") {
		i := slices.IndexFunc(s.input, func(o kube.Object) bool { return o.Is("", "ConfigMap") && o.Name == name })
		if i < 0 {
			continue
		}
		c := s.copied(s.input[i], track).Without("immutable")
		names[name] = c.Name
		for _, v := range values {
			for _, t := range v.Data {
				if v.Name == name {
					c = c.With(t.Value, "data", t.Name)
				}
			}
		}
		copies = append(copies, c)
	}
	var found []schemas.Finding
	for _, v := range values {
		if _, ok := names[v.Name]; !ok {
			message, hint := unread(v.Name, named(spec, "ConfigMap"))
			found = append(found, s.Release.Find("config-unknown", "spec.tracks."+track+".config."+v.Name, message, hint))
		}
	}
	return copies, names, found
}

// unread says why a ConfigMap cannot have values of a track's own.
func unread(name string, read []string) (message, hint string) {
	switch {
	case slices.Contains(read, name):
		return fmt.Sprintf("ConfigMap %q is not among the manifests and cannot be copied", name), "put it beside the workload"
	case len(read) > 0:
		return fmt.Sprintf("the pods read no ConfigMap %q", name), "they read " + list(read)
	}
	return fmt.Sprintf("the pods read no ConfigMap %q", name), "they read none; env: sets variables of the container"
}

// copied is an object of the user's as a track's own. Agents apply it and take it
// away as they do the track; claims, which hold what no manifest does, they may be
// told to leave.
func (s *Source) copied(o kube.Object, track string) kube.Object {
	if !o.Is("", "PersistentVolumeClaim") {
		o = agent.Plain(o)
	}
	return s.owned(o.Renamed(o.Name+"-"+track), track)
}

// owned marks an object as a track's, beside its workload.
func (s *Source) owned(o kube.Object, track string) kube.Object {
	if o.Namespace != s.Namespace() {
		o = o.In(s.Namespace())
	}
	return o.Labelled(ReleaseLabel, s.Release.Metadata.Name).Labelled(TrackLabel, track)
}

// secrets copies the Secrets that a pod spec names, if the Release asks for it
// and it is safe: never what is bound to its name, or would be written in plain
// text where it was not before.
func (s *Source) secrets(spec *yamlNode, track string) ([]kube.Object, map[string]string, []schemas.Finding) {
	if w := s.Release.Spec.Workload; w == nil || w.Secrets != "copy" {
		return nil, nil, nil
	}
	var copies []kube.Object
	var found []schemas.Finding
	names := map[string]string{}
	for _, name := range named(spec, "Secret") {
		c, why := s.secret(name, track)
		if why != "" {
			found = append(found, s.Release.Find("secret-copy", "spec.workload.secrets", fmt.Sprintf("Secret %s %s", name, why), "reference: both tracks read it"))
			continue
		}
		names[name] = name + "-" + track
		copies = append(copies, c)
	}
	return copies, names, found
}

// secret copies what makes a Secret, or says why that cannot be.
func (s *Source) secret(name, track string) (kube.Object, string) {
	for _, o := range s.input {
		switch {
		case o.Is("", "Secret") && o.Name == name && o.Get("sops") != nil:
			return o, "is encrypted by SOPS, which signs the whole file"
		case o.Is("", "Secret") && o.Name == name:
			return s.copied(o, track).Without("immutable"), ""
		case o.Is("bitnami.com", "SealedSecret") && o.Name == name:
			return o, "comes from a SealedSecret, which is bound to its name"
		case o.Is("external-secrets.io", "ExternalSecret") && externalTarget(o) == name && o.Text("spec", "target", "creationPolicy") == "Merge":
			return o, "is made elsewhere, and an ExternalSecret adds to it"
		case o.Is("external-secrets.io", "ExternalSecret") && externalTarget(o) == name:
			return s.copied(o, track).With(name+"-"+track, "spec", "target", "name"), ""
		}
	}
	return kube.Object{}, "is not among the manifests"
}

func externalTarget(o kube.Object) string {
	if name := o.Text("spec", "target", "name"); name != "" {
		return name
	}
	return o.Name
}

// environment sets variables of the container for one track.
func (s *Source) environment(o kube.Object, track string) kube.Object {
	for _, v := range s.Release.Spec.Tracks.Get(track).Env {
		o = o.Edit(func(c *yamlNode) *yamlNode { return setVariable(c, v) }, "spec", "template", "spec", "containers", fmt.Sprint(s.container))
	}
	return o
}

// setVariable replaces a variable of a container where it stands, or adds it.
func setVariable(c *yamlNode, v schemas.NamedText) *yamlNode {
	env := kube.Items(c, "env")
	next := slices.Clone(env)
	variable := kube.Node(envVar{v.Name, v.Value})
	if i := slices.IndexFunc(env, func(n *yamlNode) bool { return kube.Text(n, "name") == v.Name }); i >= 0 {
		next[i] = variable
	} else {
		next = append(next, variable)
	}
	return kube.Put(c, next, "env")
}
