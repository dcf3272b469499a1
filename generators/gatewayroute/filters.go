package gatewayroute

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// This file holds what a route does to requests beside choosing a backend, and what
// the gateway then speaks.

// harmlessFilters are the filters that neither answer a request nor change what the
// pods get of it: copies, and headers of the answer.
var harmlessFilters = []string{"RequestMirror", "ResponseHeaderModifier"}

// readFields are the fields of a rule that are read elsewhere, or that only choose
// among the pods of a backend.
var readFields = []string{"name", "matches", "filters", "backendRefs", "timeouts", "sessionPersistence"}

// effects is what a rule does to requests that a match of it holds for.
func (rd *reader) effects(index int, m route.Match) []route.Effect {
	rule := kube.Items(rd.Node, "spec", "rules")[index]
	all := filterEffects([]string{"spec", "rules", "filters"}, "", kube.Items(rule, "filters"), m)
	for _, ref := range kube.Items(rule, "backendRefs") {
		all = append(
			all,
			filterEffects(
				[]string{"spec", "rules", "backendRefs", "filters"},
				" of backend "+kube.Text(ref, "name"),
				kube.Items(ref, "filters"),
				m,
			)...)
	}
	for key, value := range kube.Pairs(rule, "timeouts") {
		all = append(
			all,
			route.Effect{
				Name:  "timeouts." + key,
				Path:  []string{"spec", "rules", "timeouts"},
				Value: value,
				Bars:  route.BarsSome,
				Limit: seconds(value),
			},
		)
	}
	for i := 0; i+1 < len(rule.Content); i += 2 {
		if key := rule.Content[i].Value; !slices.Contains(readFields, key) {
			all = append(all, route.Effect{Name: key, Path: []string{"spec", "rules", key}, Value: kube.Hash(rule.Content[i+1])})
		}
	}
	return route.SortEffects(all)
}

// seconds is how long a timeout lets requests take: 0s is for ever (GEP-1742).
func seconds(value string) float64 {
	d, err := time.ParseDuration(value)
	switch {
	case err != nil:
		return 0
	case d == 0:
		return math.Inf(1)
	}
	return d.Seconds()
}

// filterEffects are what filters do. Where says whose they are, if they are
// not those of the rule.
func filterEffects(at []string, where string, filters []*yaml.Node, m route.Match) []route.Effect {
	var all []route.Effect
	for _, f := range filters {
		kind := kube.Text(f, "type")
		if slices.Contains(harmlessFilters, kind) {
			continue
		}
		one := route.Effect{Name: "the filter " + kind + where, Path: at}
		switch kind {
		case "ExternalAuth":
			one.Bars, one.Value = route.BarsSome, kube.Hash(f)
		case "URLRewrite":
			one.Value = rewriteText(kube.Get(f, "urlRewrite"), m)
		default:
			one.Value = kube.Hash(f)
		}
		all = append(all, one)
	}
	return all
}

// rewriteText is a rewrite in words that are the same for a path and for one
// below it which leads to the same place.
func rewriteText(rewrite *yaml.Node, m route.Match) string {
	host := "host " + kube.Text(rewrite, "hostname") + " "
	from := "/"
	if m.Path != nil {
		from = m.Path.Value
	}
	full, prefix := kube.Get(rewrite, "path", "replaceFullPath"), kube.Get(rewrite, "path", "replacePrefixMatch")
	switch {
	case prefix != nil, full != nil && m.Path != nil && m.Path.Kind == route.PathIs:
		from, to := withoutSharedEnd(from, cmp.Or(prefix, full).Value)
		return host + from + " by " + to
	case full != nil:
		return host + "all by " + full.Value
	}
	return host
}

// withoutSharedEnd are two paths without the segments at their end that they share.
func withoutSharedEnd(from, to string) (string, string) {
	a, b := strings.Split(strings.TrimSuffix(from, "/"), "/"), strings.Split(strings.TrimSuffix(to, "/"), "/")
	for len(a) > 1 && len(b) > 1 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return strings.Join(a, "/"), strings.Join(b, "/")
}

// protocolTo is what a gateway speaks to a port of a Service: what its appProtocol says,
// else HTTP/1.1 for an HTTPRoute and HTTP/2 without TLS for a GRPCRoute (GEP-1911).
func (rd *reader) protocolTo(b route.Backend) string {
	svc, _ := rd.world.Find("", "Service", b.Namespace, b.Service)
	for _, p := range kube.Items(svc.Node, "spec", "ports") {
		if kube.Text(p, "port") == b.Port {
			if said := kube.Text(p, "appProtocol"); said != "" {
				return said
			}
			break
		}
	}
	if rd.Kind == "GRPCRoute" {
		return "kubernetes.io/h2c"
	}
	return "http"
}
