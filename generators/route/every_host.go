package route

import "slices"

// maxPlaces bounds what UnderEveryHost adds. A state with more is not judged, see
// cluster.State.
const maxPlaces = 1 << 18

// UnderEveryHost lists each rule under every host that another rule names and that its own
// hosts cover, for a router for which a host is a condition like the others: a rule of a
// wildcard may come before one that names the host. The order stays.
func UnderEveryHost(rules []Rule) []Rule {
	var known []string
	for _, r := range rules {
		known = append(known, r.Hosts...)
	}
	slices.Sort(known)
	known = slices.Compact(known)
	places := 0
	for i, r := range rules {
		if !slices.ContainsFunc(r.hosts(), func(h string) bool { return wildcardRank(h) > 0 }) {
			continue // it covers no other, as most do not
		}
		hosts := slices.Clip(r.hosts())
		for _, host := range known {
			covers := func(h string) bool { return h != host && wildcardRank(h) > 0 && HostFits(h, host) }
			if places < maxPlaces && !slices.Contains(r.Hosts, host) && slices.ContainsFunc(r.hosts(), covers) {
				hosts = append(hosts, host)
				places++
			}
		}
		if len(hosts) > len(r.hosts()) {
			rules[i].Hosts = hosts
		}
	}
	return rules
}
