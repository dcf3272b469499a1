package traefik

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// This file says which Middlewares Traefik cannot build: a router that names one is not
// there (v3.7, pkg/server/middleware/middlewares.go, the New of each below pkg/middlewares,
// and pkg/provider/kubernetes/crd/kubernetes.go).

// knownMiddlewares are the fields of a Middleware's spec (v3.7).
var knownMiddlewares = map[string]func(spec *yaml.Node) string{
	"addPrefix":         needs("prefix"),
	"basicAuth":         needs("secret"),
	"buffering":         nil,
	"chain":             nil,
	"circuitBreaker":    needs("expression"),
	"compress":          badCompress,
	"contentType":       nil,
	"digestAuth":        needs("secret"),
	"encodedCharacters": nil,
	"errors":            nil,
	"forwardAuth":       badForward,
	"grpcWeb":           nil,
	"headers":           badHeaders,
	"inFlightReq":       nil,
	"ipAllowList":       badRanges,
	"ipWhiteList":       badRanges,
	"passTLSClientCert": nil,
	"plugin":            nil,
	"rateLimit":         nil,
	"redirectRegex":     badRegex("regex"),
	"redirectScheme":    needs("scheme"),
	"replacePath":       nil,
	"replacePathRegex":  badRegex("regex"),
	"retry":             badRetry,
	"stripPrefix":       nil,
	"stripPrefixRegex":  badRegex("regex"),
}

// knownMiddlewareTCPs are those of a MiddlewareTCP's.
var knownMiddlewareTCPs = map[string]func(spec *yaml.Node) string{
	"inFlightConn": nil,
	"ipAllowList":  badRanges,
	"ipWhiteList":  badRanges,
}

// unbuildable is why Traefik cannot build a Middleware; "" if it can, as far as this
// object tells.
func unbuildable(o kube.Object) string {
	known := knownMiddlewares
	if o.Kind == "MiddlewareTCP" {
		known = knownMiddlewareTCPs
	}
	var kinds []string
	why := ""
	for key, value := range fields(o.Get("spec")) {
		check, ok := known[key]
		if !ok || value.Tag == "!!null" {
			continue // the API server drops it
		}
		kinds = append(kinds, key)
		if check != nil && why == "" {
			why = check(value)
		}
	}
	switch {
	case len(kinds) == 0:
		return "says nothing that Traefik knows"
	case len(kinds) > 1 && o.Kind == "Middleware":
		return fmt.Sprintf("says %s and %s, and only one of them may be", kinds[0], kinds[1])
	case why != "":
		return kinds[0] + " " + why
	}
	return ""
}

// fields are the keys and values of a mapping, in order.
func fields(n *yaml.Node) func(func(string, *yaml.Node) bool) {
	return func(yield func(string, *yaml.Node) bool) {
		if n == nil || n.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if !yield(n.Content[i].Value, n.Content[i+1]) {
				return
			}
		}
	}
}

func needs(field string) func(*yaml.Node) string {
	return func(spec *yaml.Node) string {
		if kube.Text(spec, field) == "" {
			return "has no " + field
		}
		return ""
	}
}

// badRegex: expressions are Go's, one or a list of them.
func badRegex(field string) func(*yaml.Node) string {
	return func(spec *yaml.Node) string {
		exprs := []string{kube.Text(spec, field)}
		for _, n := range kube.Items(spec, field) {
			exprs = append(exprs, n.Value)
		}
		for _, expr := range exprs {
			if _, err := regexp.Compile(expr); err != nil {
				return fmt.Sprintf("has %s %q, which is no expression of RE2", field, expr)
			}
		}
		return ""
	}
}

func badRanges(spec *yaml.Node) string {
	ranges := kube.Items(spec, "sourceRange")
	for _, n := range ranges {
		_, err := netip.ParsePrefix(n.Value)
		if _, address := netip.ParseAddr(n.Value); err != nil && address != nil {
			return fmt.Sprintf("has sourceRange %q, which is no range of addresses", n.Value)
		}
	}
	if len(ranges) == 0 {
		return "has an empty sourceRange"
	}
	return ""
}

func badForward(spec *yaml.Node) string {
	if why := needs("address")(spec); why != "" {
		return why
	}
	return badRegex("authResponseHeadersRegex")(spec)
}

// badHeaders: at least one of the headers must be said.
func badHeaders(spec *yaml.Node) string {
	for _, value := range fields(spec) {
		if len(value.Content) > 0 || value.Kind == yaml.ScalarNode && !slices.Contains([]string{"", "false", "0", "null", "~"}, value.Value) {
			return ""
		}
	}
	return "says no header"
}

func badRetry(spec *yaml.Node) string {
	switch n, _ := kube.Number(spec, "attempts"); {
	case n <= 0:
		return "has no attempts"
	case kube.Text(spec, "disableRetryOnNetworkError") == "true" && len(kube.Items(spec, "status")) == 0:
		return "retries on nothing"
	}
	return ""
}

func badCompress(spec *yaml.Node) string {
	if len(kube.Items(spec, "includedContentTypes")) > 0 && len(kube.Items(spec, "excludedContentTypes")) > 0 {
		return "both includes and excludes content types"
	}
	for _, n := range kube.Items(spec, "encodings") {
		if !slices.Contains([]string{"gzip", "br", "zstd"}, n.Value) {
			return "has encoding " + strings.ToLower(n.Value) + ", which it does not know"
		}
	}
	return ""
}
