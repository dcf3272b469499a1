package gke

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/gatewayroute"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// claims: an Ingress of GKE, and an HTTPRoute all of whose parents are Gateways of GKE's classes, as the manifests
// have them.
func claims(o kube.Object, w route.World) bool {
	if o.Kind == "Ingress" {
		return servedByGKE(o, w)
	}
	refs := kube.Items(o.Node, "spec", "parentRefs")
	for _, ref := range refs {
		gateway, _ := w.Find(gatewayroute.Group, "Gateway", cmp.Or(kube.Text(ref, "namespace"), o.Namespace), kube.Text(ref, "name"))
		if gateway.Node == nil || !gatewayroute.LeadsTo(ref, o, gateway) || !strings.HasPrefix(gateway.Text("spec", "gatewayClassName"), "gke-") {
			return false
		}
	}
	return len(refs) > 0
}

// read is what the Gateway API says, but for routes that GKE refuses.
func read(objects []kube.Object, w route.World) ([]route.Rule, []route.Unread) {
	var unread []route.Unread
	var rules []route.Rule
	var routes []kube.Object
	for _, o := range objects {
		if o.Kind == "Ingress" {
			own, left := readIngress(o, w)
			rules, unread = append(rules, own...), append(unread, left...)
			continue
		}
		routes = append(routes, o)
		for i, rule := range kube.Items(o.Node, "spec", "rules") {
			if what := lacking(rule); what != "" {
				why := fmt.Sprintf(
					"rules[%d] has %s, for which GKE refuses the whole route: the load balancer stays as it was, which is not judged",
					i,
					what,
				)
				unread = append(unread, route.Unread{Source: o, Why: why})
				break
			}
		}
	}
	more, left := gatewayroute.Read(routes, w)
	for i, r := range more {
		for _, b := range r.Backends {
			if b.Service != "" && b.Unknown == "" {
				svc, _ := w.Find("", "Service", b.Namespace, b.Service)
				more[i].Effects = append(slices.Clip(more[i].Effects), route.LoadBalancerEffect(svc, false)...)
			}
		}
		more[i].Effects = route.SortEffects(more[i].Effects)
	}
	return append(rules, more...), append(unread, left...)
}
