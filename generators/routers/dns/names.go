package dns

import (
	"net/netip"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/workload"
)

// namesOf are the names that an object asks external-dns for by annotation.
func namesOf(o kube.Object) []string {
	var all []string
	for _, p := range []string{prefix, legacy} {
		for _, name := range route.CommaList(o.Text("metadata", "annotations", p+hostnameKey)) {
			all = append(all, canonical(name))
		}
	}
	return all
}

// clustersAt says in which cluster somebody answers at each target of an object's records.
func clustersAt(o kube.Object) map[string]string {
	all := map[string]string{}
	for _, entry := range route.CommaList(o.Text("metadata", "annotations", workload.ClustersAnnotation)) {
		if target, in, ok := strings.Cut(entry, "="); ok {
			all[canonical(strings.TrimSpace(target))] = strings.TrimSpace(in)
		}
	}
	return all
}

// canonical is a name in lower case, without a dot at its end.
func canonical(name string) string { return strings.TrimSuffix(strings.ToLower(name), ".") }

// isOurs reports whether an annotation is one of external-dns.
func isOurs(key string) bool { return strings.HasPrefix(key, prefix) || strings.HasPrefix(key, legacy) }

// recordType is A or AAAA for an address, CNAME for a name.
func recordType(target string) string {
	switch a, err := netip.ParseAddr(target); {
	case err != nil:
		return "CNAME"
	case a.Is4():
		return "A"
	}
	return "AAAA"
}

func isAddress(target string) bool { return recordType(target) != "CNAME" }
