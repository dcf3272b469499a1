package ingressnginx

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// This file says how Traefik v3.7.9 reads these Ingresses (provider kubernetesIngressNGINX,
// pkg/provider/kubernetes/ingress-nginx: build.go, translator.go), where it is not as
// ingress-nginx does. It serves the same controller name, so that no manifest tells: the
// Ingresses say it by an annotation.

// Implementation is the annotation of Ingresses that somebody else reads.
const Implementation = "cutover.dev/ingress-implementation"

const ofTraefik = "traefik"

// isTraefik reports whether an entry is for Traefik.
func isTraefik(r route.Route) bool {
	o, _ := r.Options.(options)
	return o.Implementation == ofTraefik
}

// unknownToTraefik are annotations that Traefik passes over: its documentation lists them as
// unsupported, or its annotations.go has none of the name.
var unknownToTraefik = []string{
	"auth-tls-error-page", "auth-tls-match-cn", "auth-cache-", "auth-keepalive", "auth-keepalive-", "auth-proxy-set-headers",
	"disable-proxy-intercept-errors", "limit-rate", "limit-rate-after", "limit-whitelist", "global-rate-limit", "global-rate-limit-",
	"preserve-trailing-slash", "proxy-cookie-", "proxy-redirect-", "proxy-ssl-ciphers", "proxy-ssl-verify-depth", "proxy-ssl-protocols",
	"satisfy", "ssl-ciphers", "ssl-prefer-server-ciphers", "connection-proxy-header", "mirror-", "denylist-source-range",
	"stream-snippet", "load-balance", "session-cookie-conditional-samesite-none", "session-cookie-change-on-failure",
	"upstream-hash-by-subset", "upstream-hash-by-subset-size",
}

// barringUnknown are those of them that would keep requests out.
var barringUnknown = []string{
	"auth-tls-match-cn", "global-rate-limit", "global-rate-limit-", "limit-rate", "limit-rate-after", "satisfy", "denylist-source-range",
}

// ofTraefiks splits Ingresses: those of a class of which one says that Traefik reads it.
func ofTraefiks(objects []kube.Object) (nginx, traefik []kube.Object) {
	classes := map[string]bool{}
	class := func(o kube.Object) string {
		name, _ := route.IngressClass(o)
		return name
	}
	for _, o := range objects {
		if o.Text("metadata", "annotations", Implementation) == ofTraefik {
			classes[class(o)] = true
		}
	}
	for _, o := range objects {
		if classes[class(o)] {
			traefik = append(traefik, o)
			continue
		}
		nginx = append(nginx, o)
	}
	return nginx, traefik
}

// traefikRule is a rule with the length of the text that Traefik has for it: longer ones are
// tried first.
type traefikRule struct {
	route.Rule
	length int
}

// readTraefik says what Traefik does with Ingresses.
func readTraefik(objects []kube.Object) ([]route.Rule, []route.Unread) {
	var mains, canaries []location
	var unread []route.Unread
	for _, o := range objects {
		found, err := locations(o)
		switch {
		case err != nil:
			unread = append(unread, route.Unread{Source: o, Why: route.SchemaMismatch(err)})
		case strings.EqualFold(o.Text("metadata", "annotations", prefix+"canary"), "true"):
			canaries = append(canaries, found...)
		default:
			mains = append(mains, found...)
			unread = append(unread, snippets(o)...)
		}
		unread = append(unread, passedOver(o)...)
	}
	aliases, odd := aliases(mains)
	others, lost := traefikCanaries(mains, canaries)
	unread = slices.Concat(unread, odd, lost)
	servers := servers(mains, canaries)
	var all []traefikRule
	for _, l := range mains {
		canary, ok := others[l.upstream()]
		rules := l.rules(canary, ok, servers[l.host])
		for i, r := range rules {
			r.Hosts = append(r.Hosts, aliases[l.host]...)
			r.Match.Path = l.traefikPath(servers[l.host].expressions)
			if ok {
				// A canary without endpoints is passed over (build.go). While the last of its pods
				// drain they are endpoints, which get no new requests (Fenced): 503.
				r.Empty = route.Status503
			}
			one := traefikRule{r, l.length(aliases[l.host], servers[l.host].expressions)}
			if i < len(rules)-1 { // of a header or a cookie: a router of its own
				one.length += len(" && ") + canary.matchLength()
			}
			all = append(all, one)
		}
	}
	slices.SortStableFunc(all, func(a, b traefikRule) int { return -cmp.Compare(a.length, b.length) })
	var rules []route.Rule
	tier := 0
	for i, one := range all {
		if i > 0 && one.length != all[i-1].length {
			tier++
		}
		one.Tier = tier
		rules = append(rules, one.Rule)
	}
	// The host is a part of the text: a wildcard's long path comes before a host's short one.
	return append(route.UnderEveryHost(rules), wwwRedirects(servers)...), unread
}

// passedOver are the annotations of an Ingress that would keep requests out, and do not.
func passedOver(o kube.Object) []route.Unread {
	var all []route.Unread
	for key := range kube.Pairs(o.Node, "metadata", "annotations") {
		if name, ours := strings.CutPrefix(key, prefix); ours && inList(barringUnknown, name) {
			all = append(all, route.Unread{Source: o, Why: "says " + name + ", which Traefik passes over: it keeps nobody out"})
		}
	}
	return all
}

// traefikCanaries are the canaries of each upstream. A Service may be that of another
// Ingress too; of several canaries of one path the oldest counts, which no manifest tells.
func traefikCanaries(mains, canaries []location) (map[string]location, []route.Unread) {
	type place struct{ namespace, host, path, pathType string }
	at := func(l location) place { return place{l.Namespace, l.host, l.path, cmp.Or(l.pathType, "Prefix")} }
	first := map[place]location{}
	for _, m := range mains {
		if _, taken := first[at(m)]; !taken {
			first[at(m)] = m
		}
	}
	all, by := map[string]location{}, map[place]location{}
	var unread []route.Unread
	for _, c := range canaries {
		m, ok := first[at(c)]
		other, taken := by[at(c)]
		switch {
		case !ok:
			unread = append(unread, route.Unread{
				Source: c.Object, ID: "canary-lost", Hint: c.nearest(mains),
				Why: fmt.Sprintf("no main Ingress of its namespace has host %q, path %s and pathType %s: this canary gets no requests",
					c.host, c.path, c.pathType),
			})
		case m.upstream() == c.upstream(): // both lead to the same pods
		case taken:
			unread = append(unread, route.Unread{
				Source: c.Object, ID: "canary-twice", Hint: "one canary for each rule",
				Why: other.ID.String() + " is a canary of the same rule: the younger one gets no requests",
			})
		default:
			by[at(c)], all[m.upstream()] = c, c
		}
	}
	return all, unread
}

// traefikPath is a path as Traefik matches it: a prefix by segments, or an expression from
// the beginning; an exact path stays one.
func (l location) traefikPath(expressions bool) *route.PathMatch {
	switch {
	case l.pathType == "Exact":
		return &route.PathMatch{Kind: route.PathIs, Value: l.path}
	case expressions:
		return &route.PathMatch{Kind: route.PathMatches, Value: "(?i)" + l.path + ".*"}
	}
	return &route.PathMatch{Kind: route.PathPrefix, Value: l.path}
}

// length is that of the text of a location's rule, by which Traefik orders all of its rules: that
// of a prefix names the path twice, and comes before an exact path below it.
func (l location) length(aliases []string, expressions bool) int {
	hosts, paths := "", ""
	for _, h := range append([]string{l.host}, aliases...) {
		if h != "" {
			hosts = join(hosts, " || ", fmt.Sprintf("Host(%q)", h))
		}
	}
	if len(aliases) > 0 {
		hosts = "(" + hosts + ")"
	}
	trimmed := strings.TrimSuffix(l.path, "/")
	switch {
	case l.pathType == "Exact":
		paths = fmt.Sprintf("Path(%q)", l.path)
	case expressions:
		paths = fmt.Sprintf("PathRegexp(%q)", "(?i)^"+l.path)
	case trimmed == "":
		paths = `PathPrefix("/")`
	default:
		paths = fmt.Sprintf("(Path(%q) || PathPrefix(%q))", trimmed, trimmed+"/")
	}
	return len(join(hosts, " && ", paths))
}

func join(a, by, b string) string {
	if a == "" {
		return b
	}
	return a + by + b
}

// matchLength is the length of what a canary's header and cookie add to a rule, with the
// brackets of both.
func (l location) matchLength() int {
	header, text := l.annotation("canary-by-header"), ""
	value, pattern := l.annotation("canary-by-header-value"), l.annotation("canary-by-header-pattern")
	switch {
	case header == "":
	case value != "":
		text = fmt.Sprintf("Header(%q, %q)", header, value)
	case pattern != "":
		text = fmt.Sprintf("HeaderRegexp(%q, %q)", header, pattern)
	default:
		text = fmt.Sprintf("Header(%q, %q)", header, "always")
	}
	if cookie := l.annotation("canary-by-cookie"); cookie != "" {
		one := fmt.Sprintf(`HeaderRegexp("Cookie", %q)`, `(^|;\s*)`+regexp.QuoteMeta(cookie)+`=always(;|$)`)
		if header != "" && value == "" && pattern == "" {
			one = "(" + one + fmt.Sprintf(" && !Header(%q, %q))", header, "never")
		}
		text = join(text, " || ", one)
	}
	return len("()") + len("()") + len(text)
}
