package route

import (
	"cmp"
	"strconv"
	"strings"
)

// CompareHosts orders hosts by how closely they name one: exact names first, then
// longer wildcards, then everything.
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

// HostFits reports whether a host, or wildcard, of a rule covers a host name.
func HostFits(rule, host string) bool {
	switch wildcardRank(rule) {
	case 2:
		return true
	case 1:
		return strings.HasSuffix(host, rule[1:])
	}
	return rule == host
}

// MeshHost is the canonical host of a Service inside a mesh or cluster.
func MeshHost(namespace, name string) string { return name + "." + namespace + ".svc" }

// PortText is a port of a backend reference as text.
func PortText(number int, name string) string {
	if number > 0 {
		return strconv.Itoa(number)
	}
	return name
}
