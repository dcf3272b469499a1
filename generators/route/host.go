package route

import (
	"cmp"
	"strconv"
	"strings"
)

// CompareHosts orders hosts as routers try them: exact names, then longer wildcards
// before shorter ones, then everything. It is negative if a comes before b, 0 if they
// are as close; hosts of one length have no order.
func CompareHosts(a, b string) int {
	return cmp.Or(
		cmp.Compare(wildcardRank(a), wildcardRank(b)),
		-cmp.Compare(len(a), len(b)),
	)
}

func wildcardRank(host string) int {
	switch {
	case host == "*" || host == "":
		return 2
	case strings.HasPrefix(host, "*."):
		return 1
	}
	return 0
}

// HostFits reports whether a host of a rule, a name, "*.example.com", "*" or "",
// covers a host name. A wildcard stands for one label or more.
func HostFits(rule, host string) bool {
	switch wildcardRank(rule) {
	case 2:
		return true
	case 1:
		return strings.HasSuffix(host, rule[1:])
	}
	return rule == host
}

// MeshHost is the canonical host of a Service inside a mesh or cluster: cart.store.svc.
func MeshHost(namespace, name string) string { return name + "." + namespace + ".svc" }

// PortText is a port of a backend reference as text: its number, or its name if the
// number is 0.
func PortText(number int, name string) string {
	if number > 0 {
		return strconv.Itoa(number)
	}
	return name
}
