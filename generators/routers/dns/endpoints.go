package dns

import (
	"fmt"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// sorted are the records of DNSEndpoints by name and type, in the order in which the names
// come.
func sorted(objects []kube.Object) (sets []*set, unread []route.Unread) {
	by := map[[2]string]*set{}
	for _, o := range objects {
		endpoints := kube.Items(o.Node, "spec", "endpoints")
		if len(endpoints) > route.MaxRules {
			unread = append(unread, route.TooManyRules(o))
			continue
		}
		for _, n := range endpoints {
			name, kind := canonical(kube.Text(n, "dnsName")), kube.Text(n, "recordType")
			if name == "" {
				unread = append(unread, route.Unread{Source: o, Why: "has a record without a name" + route.WholeUnread})
				continue
			}
			one := record{Object: o, kind: kind, id: kube.Text(n, "setIdentifier")}
			switch kind {
			case "A", "AAAA", "CNAME":
			case "TXT", "MX", "NS", "CAA", "PTR":
				continue // no request goes there
			default:
				unread = append(unread, route.Unread{Source: o, Why: fmt.Sprintf("has a record of type %q for %s: who is found by it is not judged",
					kind, name)})
				continue
			}
			if kind == "CNAME" {
				kind = "A" // it answers for both, and no A may stand beside it
			}
			for _, t := range kube.Items(n, "targets") {
				one.targets = append(one.targets, t.Value)
			}
			for _, p := range kube.Items(n, "providerSpecific") {
				one.properties = append(one.properties, property{kube.Text(p, "name"), kube.Text(p, "value")})
			}
			key := [2]string{name, kind}
			if by[key] == nil {
				by[key] = &set{name: name, kind: kind}
				sets = append(sets, by[key])
			}
			by[key].records = append(by[key].records, one)
		}
	}
	return sets, unread
}
