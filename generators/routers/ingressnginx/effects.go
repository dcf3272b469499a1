package ingressnginx

import (
	"cmp"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// This file holds what annotations of ingress-nginx (v1.15.1) do to requests beside
// sending them on.

// readElsewhere are read where they say who answers: as rules, hosts, aliases,
// canaries, protocols and snippets. What begins with one that ends in - is one too.
var readElsewhere = []string{
	"canary", "canary-", "use-regex", "server-alias", "backend-protocol", "ssl-passthrough", "from-to-www-redirect", "permanent-redirect",
	"temporal-redirect",
	"configuration-snippet", "server-snippet", "auth-snippet", "stream-snippet", "ssl-redirect", "force-ssl-redirect",
	"allowlist-source-range", "whitelist-source-range", "denylist-source-range", "auth-type", "auth-secret", "auth-secret-type",
	"auth-tls-secret", "auth-tls-verify-client",
}

// harmlessAnnotations change neither who answers a request nor whether it is let in: which
// pod of the same Service, what is logged, copied or kept for later, and how many
// bytes nginx holds.
var harmlessAnnotations = []string{
	"load-balance", "upstream-hash-", "affinity", "affinity-", "session-cookie-", "enable-access-log", "enable-rewrite-log",
	"enable-opentelemetry", "opentelemetry-",
	"http2-push-preload", "mirror-", "proxy-buffering", "proxy-max-temp-file-size", "client-body-buffer-size", "auth-cache-",
	"auth-keepalive", "auth-keepalive-",
	"permanent-redirect-code", "temporal-redirect-code", "preserve-trailing-slash", "custom-headers", "auth-realm", "cors-max-age",
	"relative-redirects", "use-port-in-redirects",
	"ssl-prefer-server-ciphers",
}

// refusingAnnotations keep out requests that they do not like. Of the others it is not known
// what they do; their end may matter as much as their beginning.
var refusingAnnotations = []string{
	"auth-url", "enable-global-auth", "limit-", "proxy-body-size", "proxy-buffer-size", "proxy-read-timeout", "proxy-send-timeout",
	"proxy-connect-timeout", "enable-modsecurity", "enable-owasp-core-rules", "modsecurity-snippet", "ssl-ciphers",
	"auth-tls-match-cn", "auth-tls-verify-depth",
}

// fateDenied is what becomes of requests where the object of an annotation is not there.
const fateDenied = "ingress-nginx denies its paths, and their requests get 503"

// naming are annotations that name objects.
var naming = []route.Annotation{
	{Key: prefix + "auth-secret", Names: secretKind, Fate: fateDenied},
	{Key: prefix + "auth-tls-secret", Names: secretKind, Fate: fateDenied},
	{Key: prefix + "proxy-ssl-secret", Names: secretKind, Fate: fateDenied},
	{Key: prefix + "auth-proxy-set-headers", Names: configKind, Fate: fateDenied},
	{Key: prefix + "custom-headers", Names: configKind, Fate: fateDenied},
	{Key: prefix + "fastcgi-params-configmap", Names: configKind, Fate: fateDenied},
}

var (
	secretKind = []kube.ID{{Kind: "Secret"}}
	configKind = []kube.ID{{Kind: "ConfigMap"}}
)

// denyList is the annotation with the ranges that are kept out.
const denyList = "denylist-source-range"

// defaultLimits are sizes, in bytes, and times, in seconds, as they are where neither
// the Ingress nor the controller's ConfigMap says another one: more is no harm.
var defaultLimits = map[string]float64{
	"proxy-body-size": 1 << 20, "proxy-buffer-size": 4 << 10, "proxy-read-timeout": 60, "proxy-send-timeout": 60, "proxy-connect-timeout": 5,
}

// limit is the value of an annotation that is a number, with the units of
// sizes; 0 if it is none. A body of size 0 is one of any size.
func limit(key, value string) float64 {
	if value == "0" && key == "proxy-body-size" {
		return math.Inf(1)
	}
	unit := 1.0
	for i, letter := range "kmg" {
		if rest, ok := strings.CutSuffix(strings.ToLower(value), string(letter)); ok {
			value, unit = rest, float64(int(1)<<(10*(i+1)))
		}
	}
	n, err := strconv.ParseFloat(value, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n * unit
}

// inList reports whether a name is in a list of names and beginnings.
func inList(list []string, name string) bool {
	return slices.ContainsFunc(list, func(one string) bool {
		return name == one || strings.HasSuffix(one, "-") && strings.HasPrefix(name, one)
	})
}

// annotationEffects are what the annotations of one Ingress do at its own paths.
func annotationEffects(o kube.Object) []route.Effect {
	all := route.AnnotationEffects(o, prefix)
	say := func(key, how string, bars route.Bars, in ...string) {
		all = append(all, route.Effect{
			Name: prefix + key, Path: []string{"metadata", "annotations", prefix + key}, Value: how, Bars: bars, Admitted: in,
			Repeats: key == denyList, Limit: limit(key, how), Default: defaultLimits[key],
		})
	}
	var allowed []string
	for key, value := range kube.Pairs(o.Node, "metadata", "annotations") {
		name, ours := strings.CutPrefix(key, prefix)
		switch {
		case !ours || inList(harmlessAnnotations, name):
		case name == "allowlist-source-range", name == "whitelist-source-range":
			allowed = append(allowed, route.CommaList(value)...)
		case name == denyList:
			for _, one := range route.CommaList(value) {
				say(name, one, route.BarsOthers)
			}
		case name == "auth-type":
			say(name, value+" "+o.Text("metadata", "annotations", prefix+"auth-secret"), route.BarsOthers)
		case inList(readElsewhere, name):
		case inList(refusingAnnotations, name):
			say(name, value, route.BarsSome)
		default:
			say(name, value, route.BarsNone)
		}
	}
	if len(allowed) > 0 {
		say("allowlist-source-range", strings.Join(allowed, ","), route.BarsOthers, allowed...)
	}
	return all
}

// allEffects is what nginx does at a location: for its Ingress, and for its host.
func (l location) allEffects(s server) []route.Effect {
	all := slices.Clone(l.effects)
	if s.clients != "" {
		all = append(all, route.Effect{Name: prefix + "auth-tls-secret", Value: s.clients, Bars: route.BarsOthers})
	}
	if l.toHTTPS() {
		all = append(all, route.Effect{Name: "the redirect to HTTPS", Bars: route.BarsSome})
	}
	return route.SortEffects(all)
}

// toHTTPS reports whether a location redirects clients that come without TLS: by
// default where its host has a certificate (rewrite/main.go).
func (l location) toHTTPS() bool {
	if isTrue(l.Object, "force-ssl-redirect") {
		return true
	}
	off, err := strconv.ParseBool(l.annotation("ssl-redirect"))
	return (err != nil || off) && slices.ContainsFunc(kube.Items(l.Node, "spec", "tls"), func(tls *yaml.Node) bool {
		return slices.ContainsFunc(kube.Items(tls, "hosts"), func(h *yaml.Node) bool { return route.HostFits(h.Value, l.host) })
	})
}

// backendProtocol is what nginx speaks to the pods of a location. What is passed through is
// what clients speak.
func (l location) backendProtocol(s server) string {
	if s.passthrough {
		return "TLS as it comes from clients"
	}
	return cmp.Or(strings.ToUpper(l.annotation("backend-protocol")), "HTTP")
}

// redirect is where a location sends all requests: temporal before permanent
// (redirect.go). A URL that is none is passed over.
func (l location) redirect() string {
	to := cmp.Or(l.annotation("temporal-redirect"), l.annotation("permanent-redirect"))
	if u, err := url.Parse(to); err != nil || !strings.HasPrefix(u.Scheme, "http") {
		return ""
	}
	return to
}
