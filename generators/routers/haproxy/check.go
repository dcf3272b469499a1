package haproxy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/ingress"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// check refuses what the controller of the entry has no words for.
func check(r route.Route) []schemas.Finding {
	found := checkSize(r)
	if found != nil {
		return found
	}
	found = append(found, checkMatches(r)...)
	found = append(found, checkEntry(r)...)
	found = append(found, checkBelow(r)...)
	for _, t := range optionsOf(r.Traffic).Annotations {
		if why, hint := refused(r, fullKey(r, t.Name)); why != "" {
			found = append(found, r.Find("annotation", "options.annotations."+t.Name, why, hint))
		}
	}
	return append(append(found, checkOwn(r)...), checkApexes(r)...)
}

// checkSize: every host has every path, with a backend.
func checkSize(r route.Route) []schemas.Finding {
	size, hosts := 0, max(1, len(r.Hosts))
	if v := r.Release.Spec.Strategy.Preview; v != nil {
		hosts = max(hosts, len(v.Hosts))
	}
	for _, rule := range specOf(r, []string{""}, "").Rules {
		for _, p := range rule.Paths() {
			size += len(`{"path":"","pathType":"","backend":{}}`) + len(p.Path)
		}
	}
	return r.CheckSize("an Ingress", size*hosts)
}

// checkEntry: what only one of the controllers can, and ports of connections.
func checkEntry(r route.Route) []schemas.Finding {
	var found []schemas.Finding
	cannot := func(when bool, at, what, hint string) {
		if when {
			found = append(found, r.Find("cannot", at, what, hint))
		}
	}
	connections, port := r.Protocol == "tcp" || r.Protocol == "tls", optionsOf(r.Traffic).Port
	cannot(connections && port == 0 && r.Own == nil, "options", "a listener for "+r.Protocol+" needs a port of HAProxy's",
		"options: {port: 6379}, a port that no other Ingress has as tcp-service-port")
	cannot(!connections && port != 0, "options.port", "is the port of connections, and "+r.Protocol+" comes in at 80 and 443",
		"protocol: tcp, or leave it out")
	if r.Rewrite != nil {
		cannot(slices.ContainsFunc(r.EntryPaths(), func(p schemas.Path) bool { return p.Prefix == "" }), "rewrite",
			"haproxy rewrites prefixes only", "prefixes in paths; istio and gatewayAPI can rewrite exact paths")
	}
	if controllerOf(r) == community {
		cannot(r.Rewrite != nil && r.Rewrite.Host != "", "rewrite.host", "haproxy-ingress cannot rewrite the host",
			"controller: haproxytech can")
		return found
	}
	cannot(connections, "protocol", "haproxytech takes connections to one Service alone, in its resource TCP",
		"controller: haproxy-ingress can share them")
	cannot(r.CORS != nil && len(r.CORS.Expose) > 0, "cors.expose", "haproxytech exposes no headers", "controller: haproxy-ingress can")
	cannot(r.Rewrite != nil && r.Rewrite.Path != "" && len(r.EntryPaths()) > 1, "rewrite.path",
		"haproxytech tries one rewrite after the other: several could hold for a request", "an entry for each path")
	for i, p := range r.Paths {
		cannot(p.Regex != "", fmt.Sprintf("paths[%d].regex", i), "haproxytech has no expressions for paths", "controller: haproxy-ingress has")
	}
	return found
}

// checkOwn: the user's Ingress names an apex, and says nothing that a release must say
// or undo.
func checkOwn(r route.Route) []schemas.Finding {
	if r.Own == nil {
		return nil
	}
	var found []schemas.Finding
	if len(optionsOf(r.Traffic).Annotations) > 0 {
		found = append(found, r.Find("route-owns", "options.annotations", "annotations are said by the Ingress "+r.Own.Name+" itself",
			"write them there"))
	}
	places := ingress.CheckPlaces(r)
	found = append(found, places...)
	if spec := ingress.Own(r, nil, ""); len(places) == 0 && spec.DefaultBackend == nil && len(spec.Rules) == 0 {
		found = append(found, r.Find("route-apex", "route", r.Own.ID.String()+" has no backend "+strings.Join(r.Apexes(), " or "),
			"the Service that selects the workload, as backend"))
	}
	if controllerOf(r) == technology && ingress.Own(r, nil, "").DefaultBackend != nil {
		found = append(found, r.Own.Find("cannot", "haproxytech looks at no condition before a default backend",
			"a rule with path / in its place; controller: haproxy-ingress can share it", "spec", "defaultBackend"))
	}
	for key := range kube.Pairs(r.Own.Node, "metadata", "annotations") {
		if why, hint := refused(r, key); why != "" {
			found = append(found, r.Own.Find("annotation", why, hint, "metadata", "annotations", key))
		}
	}
	return found
}

// checkApexes: the Services of the tracks get the annotations of the apex, and these
// would take their requests elsewhere.
func checkApexes(r route.Route) []schemas.Finding {
	var found []schemas.Finding
	for _, o := range r.Source.Apexes {
		for key := range kube.Pairs(o.Node, "metadata", "annotations") {
			if why, hint := refused(r, key); why != "" {
				found = append(found, o.Find("annotation", why, hint, "metadata", "annotations", key))
			}
		}
	}
	return found
}

// refused says why an annotation cannot stand on what a release writes, "" if it can.
func refused(r route.Route, key string) (why, hint string) {
	name, reads := bareKey(controllerOf(r), key)
	switch {
	case !reads && name != aclKey: // haproxytech reads it without a prefix too
	case slices.Contains(writtenKeys, name):
		return "is written by the stages", "leave it out"
	case name == "affinity", name == "cookie-persistence", name == "cookie-persistence-no-dynamic":
		return "its cookie keeps clients on a pod whatever the weights are, beyond an abort",
			"istio and gatewayAPI have affinity that an abort ends"
	}
	return "", ""
}

// writtenKeys are the annotations that only stages write.
var writtenKeys = []string{
	balanceKey, deployKey, modeKey, selectorHeader, selectorCookie, headerKey, headerRegexKey, aclKey, tcpPortKey,
	"initial-weight", "path-type",
}
