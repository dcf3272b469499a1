package istio

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/route"
)

// hostConflicts reports hosts that two VirtualServices claim in the mesh. One may call
// its host by several names.
func (rd *reader) hostConflicts() {
	first := map[string]string{}
	for _, vs := range rd.virtualServices {
		if len(vs.spec.Gateways) > 0 && !slices.Contains(vs.spec.Gateways, route.MeshEntry) {
			continue
		}
		for _, h := range vs.spec.Hosts {
			host := canonicalHost(h, vs.Namespace)
			if other, taken := first[host]; taken && other != vs.ID.String() {
				rd.Report(vs.Object, "route-clash", "one VirtualService for each host in the mesh",
					"%s routes %s in the mesh too: only the older of the two counts", other, h)
			}
			first[host] = vs.ID.String()
		}
	}
}
