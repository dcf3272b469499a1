package track

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators/workload"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// ConfigAnnotation holds a hash of the configuration copied for a track, in its
// pod template: pods restart when it changes.
const ConfigAnnotation = "cutover.dev/config"

// configure copies what the pods read, for one track, and lets the workload
// read the copies. What is not among the manifests is left as it is.
func (m Maker) configure(o kube.Object, track string) (kube.Object, []kube.Object, []schemas.Finding) {
	spec := o.Get("spec", "template", "spec")
	copies, names, found := m.configMaps(spec, track)
	secrets, secretNames, more := m.secrets(spec, track)
	found = append(found, more...)
	copies = append(copies, secrets...)
	if len(copies) == 0 {
		return o, nil, found
	}
	spec = workload.RenameReferences(workload.RenameReferences(spec, "ConfigMap", names), "Secret", secretNames)
	o = o.With(spec, "spec", "template", "spec").
		With(kube.Hash(contents(copies)...), "spec", "template", "metadata", "annotations", ConfigAnnotation)
	return o, copies, found
}

// contents are what configuration says, whatever it is called.
func contents(copies []kube.Object) []*yaml.Node {
	var all []*yaml.Node
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
func (m Maker) configMaps(spec *yaml.Node, track string) ([]kube.Object, map[string]string, []schemas.Finding) {
	values := m.Release.Spec.Tracks.Get(track).Config
	var copies []kube.Object
	names := map[string]string{}
	for _, name := range workload.Referenced(spec, "ConfigMap") {
		i := slices.IndexFunc(m.Manifests, func(o kube.Object) bool { return o.Is("", "ConfigMap") && o.Name == name })
		if i < 0 {
			continue
		}
		c := m.copied(m.Manifests[i], track).Without("immutable")
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
			message, hint := unread(v.Name, workload.Referenced(spec, "ConfigMap"))
			found = append(found, m.Release.Find("config-unknown", "spec.tracks."+track+".config."+v.Name, message, hint))
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
		return fmt.Sprintf("the pods read no ConfigMap %q", name), "they read " + workload.CommaList(read)
	}
	return fmt.Sprintf("the pods read no ConfigMap %q", name), "they read no ConfigMap at all; env: sets variables of the container"
}

// secrets copies the Secrets that a pod spec names, if the Release asks for it
// and it is safe: never what is bound to its name, or would be written in plain
// text where it was not before.
func (m Maker) secrets(spec *yaml.Node, track string) ([]kube.Object, map[string]string, []schemas.Finding) {
	if w := m.Release.Spec.Workload; w == nil || w.Secrets != "copy" {
		return nil, nil, nil
	}
	var copies []kube.Object
	var found []schemas.Finding
	names := map[string]string{}
	for _, name := range workload.Referenced(spec, "Secret") {
		c, why := m.secret(name, track)
		if why != "" {
			found = append(found, m.Release.Find("secret-copy", "spec.workload.secrets", fmt.Sprintf("Secret %s %s", name, why),
				"reference: both tracks read it"))
			continue
		}
		names[name] = name + "-" + track
		copies = append(copies, c)
	}
	return copies, names, found
}

// secret copies what makes a Secret, or says why that cannot be.
func (m Maker) secret(name, track string) (kube.Object, string) {
	for _, o := range m.Manifests {
		switch {
		case o.Is("", "Secret") && o.Name == name && o.Get("sops") != nil:
			return o, "is encrypted by SOPS, which signs the whole file"
		case o.Is("", "Secret") && o.Name == name:
			return m.copied(o, track).Without("immutable"), ""
		case o.Is("bitnami.com", "SealedSecret") && o.Name == name:
			return o, "comes from a SealedSecret, which is bound to its name"
		case o.Is("external-secrets.io", "ExternalSecret") && workload.ExternalTarget(o) == name &&
			o.Text("spec", "target", "creationPolicy") == "Merge":
			return o, "is made elsewhere, and an ExternalSecret adds to it"
		case o.Is("external-secrets.io", "ExternalSecret") && workload.ExternalTarget(o) == name:
			return m.copied(o, track).With(name+"-"+track, "spec", "target", "name"), ""
		}
	}
	return kube.Object{}, "is not among the manifests"
}

// environment sets variables and arguments of the container for one track.
func (m Maker) environment(o kube.Object, track string) kube.Object {
	if args := m.Release.Spec.Tracks.Get(track).Args; len(args) > 0 {
		o = o.Edit(func(c *yaml.Node) *yaml.Node { return kube.Put(c, args, "args") }, "spec", "template", "spec", "containers",
			fmt.Sprint(m.ContainerIndex))
	}
	for _, v := range m.Release.Spec.Tracks.Get(track).Env {
		o = o.Edit(func(c *yaml.Node) *yaml.Node { return SetVariable(c, v) }, "spec", "template", "spec", "containers",
			fmt.Sprint(m.ContainerIndex))
	}
	return o
}

// SetVariable replaces a variable of a container where it stands, or adds it.
func SetVariable(c *yaml.Node, v schemas.NamedText) *yaml.Node {
	env := kube.Items(c, "env")
	next := slices.Clone(env)
	variable := kube.Node(workload.EnvVar{Name: v.Name, Value: v.Value})
	if i := slices.IndexFunc(env, func(n *yaml.Node) bool { return kube.Text(n, "name") == v.Name }); i >= 0 {
		next[i] = variable
	} else {
		next = append(next, variable)
	}
	return kube.Put(c, next, "env")
}

// images sets the images of a version. Containers, init containers included,
// that ran the main container's image follow it.
func (m Maker) images(o kube.Object, track string, v schemas.Version) (kube.Object, []schemas.Finding) {
	main := m.MainContainer()
	images := map[string]string{}
	for _, list := range [][]*yaml.Node{m.Containers(), m.InitContainers()} {
		for _, c := range list {
			if image := kube.Text(c, "image"); v.Image != "" && image == kube.Text(main, "image") {
				images[kube.Text(c, "name")] = v.Image
			}
		}
	}
	var found []schemas.Finding
	for _, i := range v.Images {
		if !m.HasContainer(i.Container) {
			found = append(found, m.Release.Find("container-unknown", "spec.tracks."+track+".images."+i.Container,
				fmt.Sprintf("no container is called %q", i.Container), "there are "+workload.CommaList(m.ContainerNames())))
		}
		images[i.Container] = i.Image
	}
	set := func(c *yaml.Node) *yaml.Node {
		if image, ok := images[kube.Text(c, "name")]; ok && image != kube.Text(c, "image") {
			return kube.Put(c, image, "image")
		}
		return c
	}
	for _, list := range []string{"containers", "initContainers"} {
		o = eachItem(o, set, "spec", "template", "spec", list)
	}
	return o, found
}

// revision names what a track runs, wherever it runs: its pod template and its
// configuration before either bears the track's name.
func revision(template *yaml.Node, copies []kube.Object) string {
	return kube.Hash(append([]*yaml.Node{template}, contents(copies)...)...)
}

// runs is the image of the main container of a track's workload. A snapshot may
// have it elsewhere among the others than the manifests do, and under another
// name: then it is the one with the image that the Release says.
func (m Maker) runs(track string, o kube.Object) string {
	var images []string
	main := kube.Text(m.MainContainer(), "name")
	for _, c := range kube.Items(o.Node, "spec", "template", "spec", "containers") {
		if kube.Text(c, "name") == main {
			return kube.Text(c, "image")
		}
		images = append(images, kube.Text(c, "image"))
	}
	want := m.Release.Spec.Tracks.Get(track).Image
	if len(images) == 0 || slices.Contains(images, want) {
		return want
	}
	return images[0]
}
