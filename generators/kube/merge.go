package kube

import (
	"cmp"

	"go.yaml.in/yaml/v3"
)

// MergesPorts reports whether applying a list of ports over another from the
// client's side leaves what is written, and at which number it does not. kubectl
// and Argo CD, unless told otherwise, send a strategic merge, which knows ports by
// their number alone (port of Services, containerPort of containers), so that all
// that is said of two protocols on one number lands on the first of them
// (kubernetes#39188; apimachinery v0.37 strategicpatch, against which a test holds
// this). Server-side apply knows them by number and protocol.
func MergesPorts(from, to []*yaml.Node, key string) (number string, ok bool) {
	was, is := byNumber(from, key), byNumber(to, key)
	for _, n := range to {
		number := Text(n, key)
		a, b := was[number], is[number]
		if len(a) < 2 && len(b) < 2 || len(a) == len(b) && same(a[1:], b[1:]) {
			continue // the first is the one that is found
		}
		return number, false
	}
	return "", true
}

// portEntry is a port with the defaults that the API server fills in.
type portEntry struct{ name, protocol, target, app, node string }

func byNumber(ports []*yaml.Node, key string) map[string][]portEntry {
	all := map[string][]portEntry{}
	for _, n := range ports {
		number := Text(n, key)
		all[number] = append(all[number], portEntry{
			Text(n, "name"), cmp.Or(Text(n, "protocol"), "TCP"), cmp.Or(Text(n, "targetPort"), number), Text(n, "appProtocol"), Text(n, "nodePort"),
		})
	}
	return all
}

func same(a, b []portEntry) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
