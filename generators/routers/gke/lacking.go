package gke

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// This file knows what of an HTTPRoute GKE's Gateways lack: it refuses a route that has it
// (conformance/reports/v1.6/gke-gateway/v1.6.0-gke-report.yaml of gateway-api,
// unsupportedFeatures).

// lackedFilters are kinds of filters, and of those of a backend all.
var lackedFilters = []string{"CORS", "ExternalAuth"}

// lackedStatuses are those of redirects.
var lackedStatuses = []string{"303", "307", "308"}

// lacking is what a rule has that GKE lacks, in words; "" if there is nothing.
func lacking(rule *yaml.Node) string {
	for _, field := range []string{"timeouts", "retry", "sessionPersistence"} {
		if kube.Get(rule, field) != nil {
			return field
		}
	}
	for _, m := range kube.Items(rule, "matches") {
		if what := lackingMatch(m); what != "" {
			return what
		}
	}
	mirrors := 0
	for _, f := range kube.Items(rule, "filters") {
		kind := kube.Text(f, "type")
		if kind == "RequestMirror" {
			mirrors++
		}
		switch {
		case mirrors > 1:
			return "two mirrors"
		case kube.Get(f, "requestRedirect", "port") != nil:
			return "a redirect to another port"
		case slices.Contains(lackedStatuses, kube.Text(f, "requestRedirect", "statusCode")):
			return "a redirect with status " + kube.Text(f, "requestRedirect", "statusCode")
		case slices.Contains(lackedFilters, kind):
			return "the filter " + kind
		case kube.Get(f, "urlRewrite", "path") != nil:
			return "a rewrite of the path"
		}
	}
	for _, ref := range kube.Items(rule, "backendRefs") {
		if len(kube.Items(ref, "filters")) > 0 {
			return "filters of the backend " + kube.Text(ref, "name")
		}
	}
	return ""
}

func lackingMatch(m *yaml.Node) string {
	if kube.Get(m, "method") != nil {
		return "a match of the method"
	}
	expression := func(n *yaml.Node) bool { return kube.Text(n, "type") == "RegularExpression" }
	if expression(kube.Get(m, "path")) {
		return "an expression for the path"
	}
	for _, list := range []string{"headers", "queryParams"} {
		if slices.ContainsFunc(kube.Items(m, list), expression) {
			return fmt.Sprintf("an expression in %s", list)
		}
	}
	return ""
}
