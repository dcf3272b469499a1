package istio

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/workload"
)

// This file says who sees what, and what a rule does to requests by itself
// (istio.io/api v1.31: exportTo, workloadSelector, fault).

// visibleEntries are the entries of gateways that see a VirtualService. Which do, the
// namespace of their pods says: that of the Gateway, unless exportTo names one.
func visibleEntries(vs virtualServiceObject, gateways []string) []route.Entry {
	return slices.DeleteFunc(entries(gateways, vs.Namespace), vs.hiddenFrom)
}

// hiddenFrom reports whether a gateway is of another namespace than a
// VirtualService that is exported to none but its own.
func (vs virtualServiceObject) hiddenFrom(via route.Entry) bool {
	namespace, _, ok := strings.Cut(via.Name, "/")
	return ok && len(vs.spec.ExportTo) > 0 && !slices.ContainsFunc(vs.spec.ExportTo, func(t string) bool {
		return t != "~" && (t != "." || kube.SameNamespace(vs.Namespace, namespace))
	})
}

// reportHidden says that a VirtualService is not for every client or gateway.
func (rd *reader) reportHidden(vs virtualServiceObject) {
	if len(vs.spec.ExportTo) == 0 || slices.Contains(vs.spec.ExportTo, "*") {
		return
	}
	for _, via := range entries(vs.spec.Gateways, vs.Namespace) {
		switch {
		case via.Kind == route.MeshEntry:
			rd.NotJudged(vs.Object, "exportTo hides it from clients of other namespaces: what they get is not judged")
		case vs.hiddenFrom(via):
			rd.NotJudged(vs.Object, "exportTo hides it from gateway %s: what comes in there is not judged", via.Name)
		}
	}
}

// over says whether the destinations of a VirtualService are Services of every cluster. In a
// mesh of several primaries each reads those of all, and takes Services of one name and
// namespace for one (Istio 1.31, pilot/pkg/serviceregistry/aggregate).
func (rd *reader) over(o kube.Object) route.Over {
	named := route.CommaList(o.Text("metadata", "annotations", workload.ClustersAnnotation))
	if rd.world.Cluster == "" || !slices.Contains(named, rd.world.Cluster) {
		return route.OverOwn
	}
	i := slices.IndexFunc(rd.world.Clusters, func(c string) bool { return !slices.Contains(named, c) })
	if i < 0 {
		return route.OverMesh
	}
	why := fmt.Sprintf("names some of the clusters as one mesh, and not %s: what it leads to in others is not judged", rd.world.Clusters[i])
	if !slices.ContainsFunc(rd.Unread, func(u route.Unread) bool { return u.Why == why && u.Source.Key() == o.Key() }) {
		rd.NotJudged(o, "%s", why)
	}
	return route.OverOwn
}

// reportPartial says that a DestinationRule is not for every client.
func (rd *reader) reportPartial(o kube.Object, spec destinationRule) {
	if len(spec.Subsets) == 0 {
		return
	}
	if !spec.Selector.IsZero() {
		rd.NotJudged(o, "workloadSelector hides its subsets from other clients: what they get is not judged")
	}
	if len(spec.ExportTo) > 0 && !slices.Contains(spec.ExportTo, "*") {
		rd.NotJudged(o, "exportTo hides its subsets from clients of other namespaces: what they get is not judged")
	}
}
