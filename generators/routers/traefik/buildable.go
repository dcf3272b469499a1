package traefik

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

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
	"circuitBreaker":    badBreaker,
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
	"rateLimit":         badRate,
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
	if code, said := kube.Number(spec, "rejectStatusCode"); said && code != 0 && !slices.Contains(statuses, code) {
		return fmt.Sprintf("has rejectStatusCode %d, which is no status of HTTP", code)
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

// statuses are the codes that Go has a text for (net/http, StatusText).
var statuses = []int{
	100, 101, 102, 103, 200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 307, 308, 400, 401, 402, 403, 404,
	405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 423, 424, 425, 426, 428, 429, 431, 451, 500, 501, 502,
	503, 504, 505, 506, 507, 508, 510, 511,
}

// badRate: a period is a number of seconds, or a length of time of Go's; it may be 0.
func badRate(spec *yaml.Node) string {
	period := kube.Text(spec, "period")
	_, err := strconv.Atoi(period)
	length, odd := time.ParseDuration(period)
	switch {
	case period == "":
	case err != nil && odd != nil:
		return fmt.Sprintf("has period %q, which is no length of time", period)
	case strings.HasPrefix(period, "-") && (odd != nil || length < 0):
		return fmt.Sprintf("has period %q, which is negative", period)
	}
	return ""
}

// comparison is what an expression of a circuitBreaker is made of, without spaces: a
// quantile and its latency in whole milliseconds, or a ratio that is no whole number
// (vulcand/oxy v2.1, cbreaker/predicates.go).
var comparison = regexp.MustCompile(`(LatencyAtQuantileMS\([\d.]+\)|NetworkErrorRatio\(\)|ResponseCodeRatio\(\d+,\d+,\d+,\d+\))` +
	`(?:==|!=|<=?|>=?)([\d.]+(?:[eE][+-]?\d+)?)`)

// badBreaker: comparisons joined by && and ||, in brackets where people like.
func badBreaker(spec *yaml.Node) string {
	said := kube.Text(spec, "expression")
	if said == "" {
		return "has no expression"
	}
	left := comparison.ReplaceAllStringFunc(strings.Join(strings.Fields(said), ""), func(one string) string {
		parts := comparison.FindStringSubmatch(one)
		latency, whole := strings.HasPrefix(one, "Latency"), !strings.ContainsAny(parts[2], ".eE")
		if latency != whole || latency && !strings.Contains(parts[1], ".") {
			return one
		}
		return "?"
	})
	for shorter := ""; shorter != left; {
		shorter = left
		left = strings.NewReplacer("(?)", "?", "?&&?", "?", "?||?", "?").Replace(left)
	}
	if left != "?" {
		return fmt.Sprintf("has expression %q, which Traefik cannot read", said)
	}
	return ""
}
