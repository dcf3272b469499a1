package route

import (
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
)

// World is the state that routes are read in: all its objects, by identity and by
// kind. It is not changed once it is made.
type World struct {
	Place

	objects []kube.Object
	index   map[kube.ID]kube.Object
	Classes map[string]string // provider of an ingress class or gateway class, by the class's name
}

// Place is where a state is among several clusters. It is zero where there is but one.
type Place struct {
	Cluster  string        // its name
	Clusters []string      // the names of all
	Abroad   []kube.Object // the Services of the others
}

// NewWorld indexes the objects of a state. classes maps the name of an ingress
// class or gateway class to the provider that serves it, where the objects do
// not say.
func NewWorld(objects []kube.Object, classes map[string]string) World {
	w := World{objects: objects, index: make(map[kube.ID]kube.Object, len(objects)), Classes: classes}
	for _, o := range objects {
		w.index[o.Key()] = o
	}
	return w
}

// Find is an object by identity. An object without a namespace is wherever
// the agent puts it, and so in any.
func (w World) Find(group, kind, namespace, name string) (kube.Object, bool) {
	for _, ns := range []string{namespace, ""} {
		if o, ok := w.index[kube.ID{Group: group, Kind: kind, Namespace: ns, Name: name}]; ok {
			return o, true
		}
	}
	if namespace != "" {
		return kube.Object{}, false
	}
	for _, o := range w.objects {
		if o.Is(group, kind) && o.Name == name {
			return o, true
		}
	}
	return kube.Object{}, false
}

// Objects are all of them, in the order in which they were given.
func (w World) Objects() []kube.Object { return w.objects }

// Get is an object by its key; false if the state does not have it.
func (w World) Get(id kube.ID) (kube.Object, bool) {
	o, ok := w.index[id]
	return o, ok
}

// All are the objects of a group and kind, in the order in which they were given.
func (w World) All(group, kind string) []kube.Object {
	var all []kube.Object
	for _, o := range w.objects {
		if o.Is(group, kind) {
			all = append(all, o)
		}
	}
	return all
}

// domain is that of the names of a cluster, where nobody says another one.
const domain = "cluster.local"

// Alias is the Service of the cluster that another Service is a name for (core/v1,
// ExternalName): cart.shop.svc.cluster.local. Under another domain it is one if it is
// there; a name of several clusters (Multicluster Services API) may be that of another
// Service, and what is no name of a cluster is outside.
func (w World) Alias(svc kube.Object) (namespace, name string, ok bool) {
	if svc.Text("spec", "type") != "ExternalName" {
		return "", "", false
	}
	host := strings.TrimSuffix(svc.Text("spec", "externalName"), ".")
	parts := strings.SplitN(host, ".", 4)
	if len(parts) < 3 || parts[2] != "svc" {
		return "", "", false
	}
	name, namespace = parts[0], parts[1]
	switch {
	case len(parts) == 3 || parts[3] == domain:
		return namespace, name, true
	case parts[3] == setDomain:
		return "", "", false
	}
	_, there := w.Find("", "Service", namespace, name)
	return namespace, name, there
}

// setDomain is that of the names of a cluster set.
const setDomain = "clusterset.local"

// Exported is the object by which a Service is offered to all clusters of a set, in this one
// (KEP-1645, v1alpha1 and v1beta1; GKE has a group of its own).
func (w World) Exported(namespace, name string) (kube.Object, bool) {
	for _, group := range ExportGroups {
		if o, ok := w.Find(group, "ServiceExport", namespace, name); ok {
			return o, true
		}
	}
	return kube.Object{}, false
}

// ExportGroups are the groups of ServiceExport and ServiceImport.
var ExportGroups = []string{"multicluster.x-k8s.io", "net.gke.io"}
