package traffic

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
)

// rivals reports hosts that two VirtualServices claim in the mesh. One may call
// its host by several names.
func (rd *istioReader) rivals() {
	first := map[string]string{}
	for _, vs := range rd.services {
		if len(vs.spec.Gateways) > 0 && !slices.Contains(vs.spec.Gateways, istioMesh) {
			continue
		}
		for _, h := range vs.spec.Hosts {
			host := istioHost(h, vs.Namespace)
			if other, taken := first[host]; taken && other != vs.ID.String() {
				rd.odd(vs.Object, "route-clash", "one VirtualService for each host in the mesh", "%s routes %s in the mesh too: only the older of the two counts", other, h)
			}
			first[host] = vs.ID.String()
		}
	}
}

// readSubsets reads the subsets of a DestinationRule, and reports those that
// another one has defined.
func (rd *istioReader) readSubsets(o kube.Object) {
	var spec istioDestinationRule
	if !rd.decode(o, &spec) {
		return
	}
	rd.partial(o, spec)
	host := istioHost(spec.Host, o.Namespace)
	if rd.subsets[host] == nil {
		rd.subsets[host] = map[string]map[string]string{}
	}
	for _, s := range spec.Subsets {
		if _, twice := rd.subsets[host][s.Name]; twice {
			rd.odd(o, "subset-twice", "one DestinationRule for the host", "subset %s of %s is defined elsewhere too: the older definition counts", s.Name, spec.Host)
		}
		rd.subsets[host][s.Name] = s.Labels
	}
}
