package agent

import (
	"regexp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// This file reads which folders of the repository agents apply, where nothing is done
// to what a folder builds but what kustomize does by itself.

// Applier is an object that makes an agent apply folders of the repository.
type Applier struct {
	Object  kube.Object
	Paths   []string   // of folders, from the root of the repository
	Over    *yaml.Node // what is laid over each of them, as fields of a kustomization; nil: nothing
	Cluster string     // where it is applied; "": where the agent is
	Home    string     // the namespace of what says none; "": it stays without
	Keeps   bool       // what the folder no longer builds stays in the cluster
	Orphans bool       // what it built stays if the object goes
}

// Appliers are those among the objects of a state whose folders can be looked at:
// Kustomizations (kustomize-controller v1.7) and Applications (argo-cd 3.6) that follow
// a branch, from one repository, which is taken to be the one that they stand in.
func Appliers(objects []kube.Object) []Applier {
	var all []Applier
	for _, o := range objects {
		var a Applier
		ok := false
		switch {
		case o.Is("kustomize.toolkit.fluxcd.io", "Kustomization"):
			a, ok = fluxApplier(o, objects)
		case o.Is("argoproj.io", "Application"):
			a, ok = argoApplier(o, objects)
		}
		if ok {
			all = append(all, a)
		}
	}
	return all
}

// unlaid are fields of a Kustomization of Flux's by which more is done to what a folder
// builds.
var unlaid = []string{"components", "patchesStrategicMerge", "patchesJson6902", "force"}

func fluxApplier(o kube.Object, objects []kube.Object) (Applier, bool) {
	spec := o.Get("spec")
	at := fluxPath(o)
	if hole.MatchString(at) || o.Text("spec", "suspend") == "true" || says(spec, unlaid) || !ownSource(o, objects) {
		return Applier{}, false
	}
	over := map[string]string{
		"targetNamespace": "namespace", "namePrefix": "namePrefix", "nameSuffix": "nameSuffix", "images": "images", "patches": "patches",
	}
	a := Applier{Object: o, Paths: []string{at}, Over: laid(spec, over), Keeps: o.Text("spec", "prune") != "true"}
	a.Cluster = o.Text("spec", "kubeConfig", "secretRef", "name") + o.Text("spec", "kubeConfig", "configMapRef", "name")
	policy := o.Text("spec", "deletionPolicy")
	a.Orphans = policy == "Orphan" || a.Keeps && policy != "Delete" && policy != "WaitForTermination"
	return a, inline(a.Over)
}

// ownSource reports whether the source of a Kustomization may be this repository, at a
// branch: it is the only one, or the one that flux bootstrap makes.
func ownSource(o kube.Object, objects []kube.Object) bool {
	kind, name := o.Text("spec", "sourceRef", "kind"), o.Text("spec", "sourceRef", "name")
	urls := map[string]bool{}
	for _, s := range objects {
		if !s.Is("source.toolkit.fluxcd.io", "GitRepository") {
			continue
		}
		urls[s.Text("spec", "url")] = true
		if s.Name == name && says(s.Get("spec", "ref"), []string{"tag", "semver", "commit", "name"}) {
			return false
		}
	}
	return (kind == "" || kind == "GitRepository") && (len(urls) < 2 || name == "flux-system")
}

// pinned is a revision that says which commit is followed, whatever comes after it.
var pinned = regexp.MustCompile(`^v?\d+(\.|$)|^[0-9a-f]{40}$|[*<>=~^]`)

func argoApplier(o kube.Object, objects []kube.Object) (Applier, bool) {
	a := Applier{Object: o, Cluster: o.Text("spec", "destination", "name") + o.Text("spec", "destination", "server")}
	a.Home = o.Text("spec", "destination", "namespace")
	if a.Cluster == "in-cluster" || a.Cluster == "https://kubernetes.default.svc" {
		a.Cluster = ""
	}
	source := o.Get("spec", "source")
	if source == nil || o.Get("spec", "sources") != nil || o.Get("spec", "sourceHydrator") != nil || !oneRepository(objects) {
		return a, false
	}
	at, over := kube.Text(source, "path"), kube.Get(source, "kustomize")
	if at == "" || hole.MatchString(at) || pinned.MatchString(kube.Text(source, "targetRevision")) ||
		says(source, []string{"chart", "helm", "plugin", "directory"}) ||
		says(over, []string{"components", "commonLabels", "commonAnnotations", "version", "forceCommonLabels"}) {
		return a, false
	}
	fields := map[string]string{
		"namespace": "namespace", "namePrefix": "namePrefix", "nameSuffix": "nameSuffix", "replicas": "replicas", "patches": "patches",
	}
	a.Paths, a.Over = []string{at}, laid(over, fields)
	if images := kube.Items(over, "images"); len(images) > 0 {
		a.Over = kube.Put(a.Over, kustomizeImages(images), "images")
	}
	automated := o.Get("spec", "syncPolicy", "automated")
	a.Keeps = automated != nil && kube.Text(automated, "prune") != "true"
	a.Orphans = !slices.ContainsFunc(kube.Items(o.Get("metadata", "finalizers")), func(n *yaml.Node) bool {
		return strings.HasPrefix(n.Value, "resources-finalizer.argocd.argoproj.io")
	})
	return a, inline(a.Over)
}

// oneRepository reports whether all Applications that follow paths follow one
// repository: which of several this is nobody knows.
func oneRepository(objects []kube.Object) bool {
	urls := map[string]bool{}
	for _, o := range objects {
		if o.Is("argoproj.io", "Application") && o.Text("spec", "source", "path") != "" {
			urls[strings.TrimSuffix(o.Text("spec", "source", "repoURL"), ".git")] = true
		}
	}
	return len(urls) < 2
}

// kustomizeImages are images as Argo CD writes them, name=new:tag, in kustomize's words.
func kustomizeImages(images []*yaml.Node) *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	for _, n := range images {
		name, to, renamed := strings.Cut(n.Value, "=")
		if !renamed {
			name, to = cluster.BareImage(n.Value), n.Value
		}
		image := kube.Put(nil, name, "name")
		if bare := cluster.BareImage(to); bare != name {
			image = kube.Put(image, bare, "newName")
		}
		if rest := strings.TrimPrefix(to, cluster.BareImage(to)); strings.HasPrefix(rest, "@") {
			image = kube.Put(image, rest[1:], "digest")
		} else if rest != "" {
			image = kube.Put(image, rest[1:], "newTag")
		}
		list.Content = append(list.Content, image)
	}
	return list
}

// laid are the fields of an applier that kustomize has too, by their names there.
func laid(n *yaml.Node, names map[string]string) *yaml.Node {
	var over *yaml.Node
	for _, from := range []string{"targetNamespace", "namespace", "namePrefix", "nameSuffix", "replicas", "images", "patches"} {
		if v := kube.Get(n, from); v != nil && names[from] != "" {
			over = kube.Put(over, v, names[from])
		}
	}
	return over
}

// inline reports whether patches stand in the object itself.
func inline(over *yaml.Node) bool {
	return !slices.ContainsFunc(kube.Items(over, "patches"), func(p *yaml.Node) bool { return kube.Get(p, "path") != nil })
}

// says reports whether one of some fields says something.
func says(n *yaml.Node, fields []string) bool {
	return slices.ContainsFunc(fields, func(field string) bool {
		v := kube.Get(n, field)
		return v != nil && v.ShortTag() != "!!null" && (v.Value != "" && v.Value != "false" || len(v.Content) > 0)
	})
}

// looked are the fields of an applier that say what is built: what comes of them is
// among the objects of a state.
var looked = [][]string{
	{"spec", "path"},
	{"spec", "targetNamespace"},
	{"spec", "namePrefix"},
	{"spec", "nameSuffix"},
	{"spec", "images"},
	{"spec", "patches"},
	{"spec", "source", "path"},
	{"spec", "source", "kustomize"},
}

// Settled is an applier as it will be, but for what is looked at by what it builds.
func Settled(was, is kube.Object) kube.Object {
	for _, path := range looked {
		switch old := was.Get(path...); {
		case old != nil:
			is = is.With(old, path...)
		default:
			is = is.Without(path...)
		}
	}
	return is
}
