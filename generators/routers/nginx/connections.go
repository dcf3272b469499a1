package nginx

import (
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// This file reads TransportServers. Connections come in at listeners of the GlobalConfiguration, of
// which a controller has one, by a flag (v5.5.4, -global-configuration).

const listenerEntry = "NGINX GlobalConfiguration"

var gateways = []route.Gateway{{Entry: listenerEntry, Group: group, Kind: "GlobalConfiguration", Listeners: listenersOf}}

// listenersOf are the listeners of a GlobalConfiguration.
func listenersOf(o kube.Object, _ route.World) []route.Listener {
	var all []route.Listener
	for _, l := range kube.Items(o.Node, "spec", "listeners") {
		all = append(all, route.Listener{
			Name: kube.Text(l, "name"), Protocol: kube.Text(l, "protocol"), Port: kube.Text(l, "port"), Host: "*", Node: l, Unnamed: true,
		})
	}
	return all
}

// beside are rules with those of one more TransportServer. Of two at one listener for one
// host the older has the connections, and no manifest tells ages.
func (rd *reader) beside(all, more []route.Rule) []route.Rule {
	for i := range more {
		for j, o := range all {
			if o.Via[0] != more[i].Via[0] || !slices.Equal(o.Hosts, more[i].Hosts) {
				continue
			}
			rd.Report(more[i].Source, "route-clash", "another listener, or another host",
				"%s is at the same listener for the same host: NGINX serves the older one alone", o.Source.ID)
			all[j].Order, more[i].Order = o.Source.ID.String(), more[i].Source.ID.String()
		}
	}
	return append(all, more...)
}

// transport is the rule of a TransportServer, whose action leads to one upstream.
func (rd *reader) transport(o kube.Object) []route.Rule {
	var t transport
	if !rd.Decode(o, &t) {
		return nil
	}
	i := -1
	if t.Action != nil {
		i = slices.IndexFunc(t.Upstreams, func(u upstream) bool { return u.Name == t.Action.Pass })
	}
	why := checkUpstreams(t.Upstreams)
	switch {
	case why != nil:
		rd.NotJudged(o, "%s: NGINX serves nothing of it", why)
		return nil
	case i < 0:
		rd.NotJudged(o, "leads to an upstream that it does not have: NGINX serves nothing of it")
		return nil
	case t.Listener.Protocol == passthroughProtocol && t.Host == "":
		rd.NotJudged(o, "has no host, which connections that stay encrypted are told apart by: NGINX serves nothing of it")
		return nil
	}
	rule := route.Rule{
		Via: []route.Entry{rd.listener(o, t)}, Protocol: strings.ToLower(t.Listener.Protocol), Source: o,
		Empty: route.Refused, Dangling: route.Refused, Backends: []route.Backend{backendOf(o.Namespace, t.Upstreams[i])},
	}
	rule.Backends[0].Speaks = ""
	if rule.Protocol == "udp" {
		rule.Backends[0].Port += "/UDP" // a port of its own
	}
	if t.Listener.Protocol == passthroughProtocol {
		rule.Protocol = "tls"
	}
	if t.Host != "" {
		rule.Hosts = []string{t.Host}
	}
	return []route.Rule{rule}
}

// listener is where the connections of a TransportServer come in. Where the manifests have
// one GlobalConfiguration, it is the controller's.
func (rd *reader) listener(o kube.Object, t transport) route.Entry {
	name := classOf(t.Class) + t.Listener.Name
	all := rd.world.All(group, "GlobalConfiguration")
	if len(all) != 1 || t.Listener.Protocol == passthroughProtocol {
		return route.Entry{Kind: "NGINX listener", Name: name}
	}
	entry := route.Entry{Kind: listenerEntry, Name: all[0].Namespace + "/" + all[0].Name + "/" + t.Listener.Name}
	for _, l := range kube.Items(all[0].Node, "spec", "listeners") {
		if kube.Text(l, "name") == t.Listener.Name && kube.Text(l, "protocol") == t.Listener.Protocol {
			return entry
		}
	}
	rd.NotJudged(o, "names listener %s for %s, which %s does not have: it gets no connections",
		t.Listener.Name, t.Listener.Protocol, all[0].ID)
	return entry
}
