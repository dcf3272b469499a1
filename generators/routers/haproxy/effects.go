package haproxy

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// This file holds what annotations of haproxy-ingress (v0.16, keys.md) and haproxytech
// (v3.2, annotations.md) do to requests beside sending them on.

// snippets are HAProxy's own configuration, which may answer requests or send them
// elsewhere.
var snippets = []string{
	"config-backend", "config-backend-early", "config-backend-late", "config-tcp-service", "backend-config-snippet", "cr-backend",
}

// readElsewhere say who answers, or how pods are spoken to; what begins with one that ends
// in - is one too.
var readElsewhere = append([]string{
	"blue-green-", "initial-weight",
	headerKey, headerRegexKey, aclKey, tcpPortKey, "path-type", "server-alias", "server-alias-regex", "redirect-to",
	"redirect-from", "app-root", "request-redirect", "ssl-redirect", "ssl-passthrough", "backend-protocol", "server-proto", "server-ssl",
	"secure-backends", "allowlist-source-range", "whitelist-source-range", "allow-list", "whitelist", "denylist-source-range", "deny-list",
	"blacklist", "auth-secret", "auth-type", "auth-tls-secret", "auth-tls-verify-client",
}, snippets...)

// harmless change neither who answers a request nor whether it is let in: which pod of the
// same Service, what is logged or kept, how many bytes and connections HAProxy holds.
var harmless = []string{
	"balance-algorithm", "load-balance", "affinity", "session-cookie-", "cookie-persistence", "cookie-persistence-no-dynamic",
	"backend-check-interval", "check", "check-interval", "timeout-check", "dynamic-scaling",
	"backend-server-", "slots-min-free", "scale-server-slots", "assign-backend-server-id", "auth-realm", "cors-max-age",
	"hsts", "hsts-", "request-capture", "request-capture-len", "forwarded-for", "redirect-to-code", "redirect-from-code",
	"request-redirect-code", "ssl-redirect-code", "ssl-redirect-port", "standalone-backend", "cert-signer", "acme-preferred-chain",
	"tcp-service-log-format", "rate-limit-status-code", "rate-limit-size", "rate-limit-whitelist", "limit-whitelist",
}

// refusing keep out requests that they do not like, or ask pods what these may not answer.
var refusing = []string{
	"health-check-", "check-http", "agent-check-", "tls-alpn",
	"auth-url", "auth-signin", "oauth", "waf", "waf-mode", "limit-", "rate-limit-", "proxy-body-size", "maxconn-server", "maxqueue-server",
	"pod-maxconn", "timeout-", "auth-tls-strict", "ssl-ciphers", "ssl-cipher-suites", "ssl-options-host",
}

func inList(list []string, name string) bool {
	return slices.ContainsFunc(list, func(one string) bool {
		return name == one || strings.HasSuffix(one, "-") && strings.HasPrefix(name, one)
	})
}

// effects are what the annotations of an Ingress do at its own paths.
func (rd *reader) effects(p location) []route.Effect {
	o := p.Object
	var all []route.Effect
	say := func(key, how string, bars route.Bars, in ...string) {
		all = append(all, route.Effect{
			Name: key, Path: []string{"metadata", "annotations", key}, Value: how, Bars: bars, Admitted: in,
		})
	}
	for key, value := range kube.Pairs(o.Node, "metadata", "annotations") {
		name, ours := bareKey(rd.controller, key)
		switch {
		case !ours && route.IsRouterAnnotation(key):
			say(key, value, route.BarsNone)
		case !ours || inList(harmless, name):
		case inList([]string{"allowlist-source-range", "whitelist-source-range", "allow-list", "whitelist"}, name):
			say(key, value, route.BarsOthers, route.CommaList(value)...)
		case inList([]string{"denylist-source-range", "deny-list", "blacklist", "auth-secret", "auth-tls-secret"}, name):
			say(key, value, route.BarsOthers)
		case inList(readElsewhere, name):
		case inList(refusing, name):
			say(key, value, route.BarsSome)
		default:
			say(key, value, route.BarsNone)
		}
	}
	if rd.toHTTPS(p) {
		all = append(all, route.Effect{Name: "the redirect to HTTPS", Bars: route.BarsSome})
	}
	return route.SortEffects(all)
}

// toHTTPS reports whether clients without TLS are redirected: by default where the Ingress
// has a certificate for the host (haproxy-ingress: ssl-redirect is true; haproxytech:
// pkg/annotations/ingress/httpsRedirect.go).
func (rd *reader) toHTTPS(p location) bool {
	if said, is := saidOf(p.Object, rd.controller, "ssl-redirect"); is {
		return trueWords[strings.ToLower(said)]
	}
	return slices.ContainsFunc(kube.Items(p.Node, "spec", "tls"), func(tls *yaml.Node) bool {
		return slices.ContainsFunc(kube.Items(tls, "hosts"), func(h *yaml.Node) bool { return route.HostFits(h.Value, cmp.Or(p.host, "*")) })
	})
}
