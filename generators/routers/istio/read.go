package istio

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// read says what gateways and sidecars do with the VirtualServices.
// Several of one host are merged at gateways, see [byPrecedence]. In the mesh only
// the oldest counts.
func read(objects []kube.Object, w route.World) ([]route.Rule, []route.Unread) {
	rd := reader{world: w, destinationRules: destinationRules{}}
	for _, o := range objects {
		switch o.Kind {
		case "VirtualService":
			var spec virtualService
			if rd.Decode(o, &spec) {
				rd.virtualServices = append(rd.virtualServices, virtualServiceObject{o, spec})
			}
		case "DestinationRule":
			rd.readPolicy(o)
		}
	}
	slices.SortFunc(rd.virtualServices, func(a, b virtualServiceObject) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	var rules []route.Rule
	for _, vs := range rd.virtualServices {
		if len(vs.spec.Hosts) > 0 { // without hosts it is there to be delegated to
			rules = append(rules, reachable(rd.read(vs))...)
		}
	}
	rd.lostDelegates()
	rd.hostConflicts()
	return byPrecedence(rules), rd.Unread
}

// read turns one VirtualService into rules.
func (rd *reader) read(vs virtualServiceObject) []route.Rule {
	rd.ruleCount = 0
	rd.reportHidden(vs)
	base := route.Rule{
		Via:      visibleEntries(vs, vs.spec.Gateways),
		Empty:    route.Status503,
		Dangling: route.Status503,
		Source:   vs.Object,
		Order:    vs.Key().String(),
	}
	for _, h := range vs.spec.Hosts {
		base.Hosts = append(base.Hosts, canonicalHost(h, vs.Namespace))
	}
	rules := rd.http(vs, base, vs.spec.HTTP)
	if rd.ruleCount > route.MaxRules {
		rd.Unread = append(rd.Unread, route.TooManyRules(vs.Object))
		return nil
	}
	for _, l := range []struct {
		protocol string
		rules    []l4
	}{{"tls", vs.spec.TLS}, {"tcp", vs.spec.TCP}} {
		for _, rule := range l.rules {
			rules = append(rules, rd.l4(vs, base, l.protocol, rule)...)
		}
	}
	return rules
}

// http turns HTTP rules into one rule for each match.
func (rd *reader) http(vs virtualServiceObject, base route.Rule, list []http) []route.Rule {
	var rules []route.Rule
	for _, h := range list {
		if h.Delegate != nil {
			to, merged, ok := rd.delegate(vs, h)
			if ok {
				under := base
				under.Source = to.Object
				rules = append(rules, rd.http(to, under, merged)...)
			}
			continue
		}
		if rd.ruleCount += max(len(h.Match), 1); rd.ruleCount > route.MaxRules {
			return nil
		}
		rule := base
		rule.Protocol = "http"
		rd.reportFault(vs, h)
		rd.action(vs, &rule, h)
		if len(h.Match) == 0 {
			rules = append(rules, rule)
		}
		for _, m := range eachMethod(h.Match) {
			one := rule
			one.Match = matchOf(m)
			if len(m.Gateways) > 0 {
				one.Via = visibleEntries(vs, m.Gateways)
				rd.action(vs, &one, h)
			}
			rules = append(rules, one)
		}
	}
	return rules
}

// action fills in what a rule does.
func (rd *reader) action(vs virtualServiceObject, rule *route.Rule, h http) {
	switch {
	case !h.Redirect.IsZero():
		rule.Action = route.Redirect
		return
	case !h.DirectResponse.IsZero():
		rule.Action = route.Respond
		return
	}
	if len(h.Route) == 0 {
		rule.Action = route.Respond
		rd.Report(vs.Object, "weight-none", "route, redirect or directResponse",
			"a rule says nothing of where its requests go, which Istio refuses")
		return
	}
	rule.Backends, rule.Mirrors = rd.backends(vs, rule.Via, h.Route), nil
	mirrors := slices.Clip(h.Mirrors)
	if h.Mirror != nil {
		mirrors = append(mirrors, mirror{*h.Mirror, h.MirrorPercent})
	}
	for _, m := range mirrors {
		b := rd.backend(vs, rule.Via, m.Destination)
		b.Weight = 100
		if m.Percentage != nil {
			b.Weight = int(math.Ceil(m.Percentage.Value))
		}
		rule.Mirrors = append(rule.Mirrors, b)
	}
}

// backends are the destinations of a rule. A single one gets everything
// whatever its weight; among several an omitted weight is 0.
func (rd *reader) backends(vs virtualServiceObject, via []route.Entry, routes []share) []route.Backend {
	var all []route.Backend
	sum := 0
	for _, d := range routes {
		b := rd.backend(vs, via, d.Destination)
		b.Weight = d.Weight
		if len(routes) == 1 {
			b.Weight = 100
		}
		sum += b.Weight
		all = append(all, b)
	}
	if sum == 0 && len(all) > 0 {
		rd.Report(vs.Object, "weight-none", "weights that add up to 100", "the weights of a rule add up to 0, which Istio refuses")
	}
	return all
}

func (rd *reader) backend(vs virtualServiceObject, via []route.Entry, d destination) route.Backend {
	ns, name, ok := serviceOf(d.Host, vs.Namespace)
	if !ok {
		return route.Backend{Unknown: d.Host + " is no Service"}
	}
	b := route.Backend{Namespace: ns, Service: name, Over: rd.over(vs.Object)}
	if d.Port != nil {
		b.Port = route.PortText(d.Port.Number, "")
	}
	if d.Subset == "" {
		return b
	}
	return rd.subset(vs, via, b, d.Subset)
}

// l4 turns a TLS or TCP rule into rules.
func (rd *reader) l4(vs virtualServiceObject, base route.Rule, protocol string, l l4) []route.Rule {
	rule := base
	rule.Protocol = protocol
	rule.Empty, rule.Dangling = route.Refused, route.Refused
	rule.Backends = rd.backends(vs, rule.Via, l.Route)
	if len(l.Match) == 0 {
		return []route.Rule{rule}
	}
	var rules []route.Rule
	for _, m := range l.Match {
		one := rule
		one.Match = route.Match{Port: m.Port, Other: slices.Sorted(maps.Keys(m.Other))}
		if len(m.SNIHosts) > 0 {
			one.Hosts = nil
			for _, h := range m.SNIHosts {
				one.Hosts = append(one.Hosts, canonicalHost(h, vs.Namespace))
			}
		}
		if len(m.Gateways) > 0 {
			one.Via = visibleEntries(vs, m.Gateways)
		}
		rules = append(rules, one)
	}
	return rules
}

// reportFault reports requests that a rule aborts. Those that a header or a parameter
// singles out are aborted for whoever asks for it.
func (rd *reader) reportFault(vs virtualServiceObject, h http) {
	text := kube.Text(&h.Fault, "abort", "percentage", "value")
	if text == "" {
		text = kube.Text(&h.Fault, "abort", "percent") // the older field
	}
	if share, err := strconv.ParseFloat(text, 64); err != nil || share <= 0 {
		return // nothing is aborted unless it is said how much
	}
	everybody := len(h.Match) == 0 || slices.ContainsFunc(h.Match, func(m match) bool { return len(m.Headers)+len(m.QueryParams) == 0 })
	if !everybody {
		rd.NotJudged(vs.Object, "aborts %s %% of some requests by fault: these are not judged", text)
		return
	}
	rd.Report(vs.Object, "fault-abort",
		"take the fault out; or if it is meant, annotation cutover.dev/accept: fault-abort",
		"a rule aborts %s %% of its requests by fault", text)
}
