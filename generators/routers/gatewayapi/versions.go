package gatewayapi

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"github.com/cutoverdev/cutover/generators/gatewayroute"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// This file holds which definitions (CRDs) a cluster has: those of a release of the
// Gateway API, in one of its two channels.

// since are the first minor releases that have something, by channel: 5 is v1.5.
type since struct{ standard, experimental int }

const (
	never  = 99
	first  = 1 // v1.1.1 is the oldest release that is looked at
	newest = 6
)

// served are the versions of each kind of route, the newest first (config/crd of v1.1.1,
// v1.2.1, v1.3.0, v1.4.1, v1.5.1 and v1.6.1: served: true).
var served = []struct {
	kind, version string
	since
}{
	{"HTTPRoute", "v1", since{first, first}},
	{"GRPCRoute", "v1", since{first, first}},
	{"TLSRoute", "v1", since{5, 5}},
	{"TLSRoute", "v1alpha3", since{never, 4}},
	{"TLSRoute", "v1alpha2", since{never, first}},
	{"TCPRoute", "v1", since{6, 6}},
	{"TCPRoute", "v1alpha2", since{never, first}},
	{"UDPRoute", "v1", since{6, 6}},
	{"UDPRoute", "v1alpha2", since{never, first}},
	{"ListenerSet", "v1", since{5, 5}},
}

// fields are those of HTTPRoutes and GRPCRoutes that came later than the routes (the same
// definitions). An API server that does not have one drops it without a word.
var fields = []struct {
	path []string // below the items of a list, as in kube.EditAll
	since
}{
	{[]string{"useDefaultGateways"}, since{never, 4}},
	{[]string{"rules", "*", "name"}, since{4, 2}},
	{[]string{"rules", "*", "timeouts"}, since{2, first}},
	{[]string{"rules", "*", "retry"}, since{never, 2}},
	{[]string{"rules", "*", "sessionPersistence"}, since{never, first}},
	{[]string{"rules", "*", "filters", "*", "cors"}, since{5, 3}},
	{[]string{"rules", "*", "filters", "*", "externalAuth"}, since{never, 4}},
	{[]string{"rules", "*", "filters", "*", "requestMirror", "percent"}, since{3, 2}},
	{[]string{"rules", "*", "filters", "*", "requestMirror", "fraction"}, since{3, 2}},
}

// definitions are those of a cluster: a minor release, and its channel.
type definitions struct {
	minor        int
	experimental bool
}

// has reports whether definitions have what is there since some release.
func (d definitions) has(s since) bool {
	if d.experimental {
		return d.minor >= s.experimental
	}
	return d.minor >= s.standard
}

func (d definitions) String() string {
	channel := "standard"
	if d.experimental {
		channel = "experimental"
	}
	return fmt.Sprintf("the %s channel of the Gateway API v1.%d", channel, d.minor)
}

// release is a release of the Gateway API.
var release = regexp.MustCompile(`^v?1\.(\d{1,2})(\.\d+)?$`)

// definitionsOf are the definitions that an entry says its cluster has. ok is no if it
// names no release that is known.
func definitionsOf(r route.Route) (d definitions, ok bool) {
	options := optionsOf(r)
	d = definitions{newest, options.Channel == "experimental"}
	if options.Version == "" {
		return d, true
	}
	m := release.FindStringSubmatch(options.Version)
	if m == nil {
		return d, false
	}
	d.minor, _ = strconv.Atoi(m[1])
	return d, d.minor >= first
}

// apiVersion is the newest version of a kind that the cluster serves.
func apiVersion(r route.Route, kind string) string {
	d, _ := definitionsOf(r)
	for _, s := range served {
		if s.kind == kind && d.has(s.since) {
			return gatewayroute.Group + "/" + s.version
		}
	}
	return gatewayroute.Group + "/v1" // which Check has refused
}

// lacking is what a route has that definitions have not, and since when it is there.
func lacking(d definitions, o kube.Object) (what string, s since, ok bool) {
	var newer since
	known := false
	for _, v := range served {
		if v.kind != o.Kind || v.version != o.Version {
			continue
		}
		newer, known = v.since, true
	}
	if known && !d.has(newer) {
		return o.Kind + " of version " + o.Version, newer, true
	}
	for _, f := range fields {
		if !d.has(f.since) && stands(o.Get("spec"), f.path) {
			return fieldText(o.Kind, f.path), f.since, true
		}
	}
	return "", since{}, false
}

// wanted are the options under which something is there.
func (s since) wanted() string {
	if s.standard == never {
		return fmt.Sprintf("version: 1.%d or later, channel: experimental", s.experimental)
	}
	return fmt.Sprintf("version: 1.%d or later", s.standard)
}

// stands reports whether a path leads anywhere; * is every item of a list.
func stands(n *yaml.Node, path []string) bool {
	switch {
	case n == nil:
		return false
	case len(path) == 0:
		return true
	case path[0] == "*":
		return slices.ContainsFunc(n.Content, func(item *yaml.Node) bool { return stands(item, path[1:]) })
	}
	return stands(kube.Get(n, path[0]), path[1:])
}

// fieldText is a field of a kind in words: rules[].retry in HTTPRoutes.
func fieldText(kind string, path []string) string {
	text := ""
	for _, key := range path {
		switch {
		case key == "*":
			text += "[]"
		case text != "":
			text += "." + key
		default:
			text = key
		}
	}
	return cmp.Or(text, "spec") + " in " + kind + "s"
}
