package traffic

import (
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
)

// This file says who sees what, and what a rule does to requests by itself
// (istio.io/api v1.31: exportTo, workloadSelector, fault).

// istioSeen are the entries of gateways that see a VirtualService. Whether a
// gateway does, the namespace of its pods says; it is taken to be its own.
func istioSeen(vs istioNamed, gateways []string) []Entry {
	return slices.DeleteFunc(istioVia(gateways, vs.Namespace), func(via Entry) bool {
		namespace, _, ok := strings.Cut(via.Name, "/")
		return ok && !istioExported(vs.spec.ExportTo, vs.Namespace, namespace)
	})
}

// istioExported reports whether what is exported from one namespace is seen in
// another one.
func istioExported(to []string, from, namespace string) bool {
	return len(to) == 0 || slices.ContainsFunc(to, func(t string) bool {
		return t == "*" || t == namespace || t == "." && kube.SameNamespace(from, namespace)
	})
}

// hidden says that a VirtualService is not for every client in the mesh.
func (rd *istioReader) hidden(vs istioNamed) {
	mesh := slices.Contains(istioSeen(vs, vs.spec.Gateways), Entry{Kind: istioMesh})
	if mesh && len(vs.spec.ExportTo) > 0 && !slices.Contains(vs.spec.ExportTo, "*") {
		rd.skip(vs.Object, "exportTo hides it from clients of other namespaces: what they get is not judged")
	}
}

// partial says that a DestinationRule is not for every client.
func (rd *istioReader) partial(o kube.Object, spec istioDestinationRule) {
	if len(spec.Subsets) == 0 {
		return
	}
	if !spec.Selector.IsZero() {
		rd.skip(o, "workloadSelector hides its subsets from other clients: what they get is not judged")
	}
	if len(spec.ExportTo) > 0 && !slices.Contains(spec.ExportTo, "*") {
		rd.skip(o, "exportTo hides its subsets from clients of other namespaces: what they get is not judged")
	}
}

// fault reports requests that a rule aborts. Those that a header or a parameter
// singles out are aborted for whoever asks for it.
func (rd *istioReader) fault(vs istioNamed, h istioHTTP) {
	text := kube.Text(&h.Fault, "abort", "percentage", "value")
	if text == "" {
		text = kube.Text(&h.Fault, "abort", "percent") // the older field
	}
	if share, err := strconv.ParseFloat(text, 64); err != nil || share <= 0 {
		return // nothing is aborted unless it is said how much
	}
	everybody := len(h.Match) == 0 || slices.ContainsFunc(h.Match, func(m istioMatch) bool { return len(m.Headers)+len(m.QueryParams) == 0 })
	if !everybody {
		rd.skip(vs.Object, "aborts %s %% of some requests by fault: these are not judged", text)
		return
	}
	rd.odd(vs.Object, "fault-abort", "take the fault out; or if it is meant, annotation cutover.dev/accept: fault-abort", "a rule aborts %s %% of its requests by fault", text)
}
