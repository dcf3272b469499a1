package traffic

import (
	"cmp"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// This file holds what annotations of ingress-nginx (v1.15.1) do to requests beside
// sending them on.

// nginxElsewhere are read where they say who answers: as rules, hosts, aliases,
// canaries, protocols and snippets. What begins with one that ends in - is one too.
var nginxElsewhere = []string{
	"canary", "canary-", "use-regex", "server-alias", "backend-protocol", "ssl-passthrough", "from-to-www-redirect", "permanent-redirect", "temporal-redirect",
	"configuration-snippet", "server-snippet", "auth-snippet", "stream-snippet", "ssl-redirect", "force-ssl-redirect",
	"allowlist-source-range", "whitelist-source-range", "denylist-source-range", "auth-type", "auth-secret", "auth-secret-type", "auth-tls-secret", "auth-tls-verify-client",
}

// nginxQuiet change neither who answers a request nor whether it is let in: which
// pod of the same Service, what is logged, copied or kept for later, and how many
// bytes nginx holds.
var nginxQuiet = []string{
	"load-balance", "upstream-hash-", "affinity", "affinity-", "session-cookie-", "enable-access-log", "enable-rewrite-log", "enable-opentelemetry", "opentelemetry-",
	"http2-push-preload", "mirror-", "proxy-buffering", "proxy-max-temp-file-size", "client-body-buffer-size", "auth-cache-", "auth-keepalive", "auth-keepalive-",
	"permanent-redirect-code", "temporal-redirect-code", "preserve-trailing-slash", "custom-headers", "auth-realm", "cors-max-age", "relative-redirects", "use-port-in-redirects",
	"ssl-prefer-server-ciphers",
}

// nginxSome keep out requests that they do not like. Of the others it is not known
// what they do; their end may matter as much as their beginning.
var nginxSome = []string{
	"auth-url", "enable-global-auth", "limit-", "proxy-body-size", "proxy-buffer-size", "proxy-read-timeout", "proxy-send-timeout", "proxy-connect-timeout", "enable-modsecurity", "enable-owasp-core-rules", "modsecurity-snippet", "ssl-ciphers",
	"auth-tls-match-cn", "auth-tls-verify-depth",
}

// nginxDenied is the annotation with the ranges that are kept out.
const nginxDenied = "denylist-source-range"

// nginxUnsaid are sizes, in bytes, and times, in seconds, as they are where neither
// the Ingress nor the controller's ConfigMap says another one: more is no harm.
var nginxUnsaid = map[string]float64{"proxy-body-size": 1 << 20, "proxy-buffer-size": 4 << 10, "proxy-read-timeout": 60, "proxy-send-timeout": 60, "proxy-connect-timeout": 5}

// nginxNumber is the value of an annotation that is a number, with the units of
// sizes; 0 if it is none. A body of size 0 is one of any size.
func nginxNumber(key, value string) float64 {
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

// listed reports whether a name is in a list of names and beginnings.
func listed(list []string, name string) bool {
	return slices.ContainsFunc(list, func(one string) bool {
		return name == one || strings.HasSuffix(one, "-") && strings.HasPrefix(name, one)
	})
}

// nginxTrue reports whether an annotation is true as the controller reads it: by
// strconv.ParseBool, so "True", "t" and "1" are.
func nginxTrue(o kube.Object, key string) bool {
	is, _ := strconv.ParseBool(o.Text("metadata", "annotations", nginxPrefix+key))
	return is
}

// nginxDoings are what the annotations of one Ingress do at its own paths.
func nginxDoings(o kube.Object) []Doing {
	all := annotationDoings(o, nginxPrefix)
	say := func(key, how string, bars Bars, in ...string) {
		all = append(all, Doing{What: nginxPrefix + key, Path: []string{"metadata", "annotations", nginxPrefix + key}, How: how, Bars: bars, In: in, Each: key == nginxDenied, Most: nginxNumber(key, how), Unsaid: nginxUnsaid[key]})
	}
	var allowed []string
	for key, value := range kube.Pairs(o.Node, "metadata", "annotations") {
		name, ours := strings.CutPrefix(key, nginxPrefix)
		switch {
		case !ours || listed(nginxQuiet, name):
		case name == "allowlist-source-range", name == "whitelist-source-range":
			allowed = append(allowed, words(value)...)
		case name == nginxDenied:
			for _, one := range words(value) {
				say(name, one, BarsOthers)
			}
		case name == "auth-type":
			say(name, value+" "+o.Text("metadata", "annotations", nginxPrefix+"auth-secret"), BarsOthers)
		case listed(nginxElsewhere, name):
		case listed(nginxSome, name):
			say(name, value, BarsSome)
		default:
			say(name, value, BarsNone)
		}
	}
	if len(allowed) > 0 {
		say("allowlist-source-range", strings.Join(allowed, ","), BarsOthers, allowed...)
	}
	return all
}

// nginxServer is what all paths of a host have in common, whichever Ingress says it
// (controller.go, createServers and getBackendServers).
type nginxServer struct {
	passes   bool // TLS goes to the pods as it comes
	www      bool // its name with or without www. is redirected to it
	via      []Entry
	source   kube.Object // of www
	clients  string      // Secret with the certificates that clients must have been signed by
	enforced bool        // all its paths are expressions, see nginxEnforced
}

// nginxServers are the hosts of a controller's Ingresses. A canary says which
// clients are let in too.
func nginxServers(mains, canaries []nginxLocation) map[string]nginxServer {
	all := map[string]nginxServer{}
	enforced := nginxEnforced(mains)
	for _, l := range mains {
		s := all[l.host]
		s.passes = s.passes || nginxTrue(l.Object, "ssl-passthrough")
		if nginxTrue(l.Object, "from-to-www-redirect") && !s.www {
			s.www, s.via, s.source = true, nginxVia(l.Object), l.Object
		}
		s.enforced = enforced[l.host]
		all[l.host] = s
	}
	for _, l := range slices.Concat(mains, canaries) {
		if s, ok := all[l.host]; ok && s.clients == "" {
			s.clients = l.clientCertificates()
			all[l.host] = s
		}
	}
	return all
}

// clientCertificates is the Secret of those who sign the certificates that clients
// must have; "" if they need none (authtls/main.go: on unless it says otherwise).
func (l nginxLocation) clientCertificates() string {
	if slices.Contains([]string{"off", "optional", "optional_no_ca"}, l.annotation("auth-tls-verify-client")) {
		return ""
	}
	return l.annotation("auth-tls-secret")
}

// does is what nginx does at a location: for its Ingress, and for its host.
func (l nginxLocation) does(s nginxServer) []Doing {
	all := slices.Clone(l.doings)
	if s.clients != "" {
		all = append(all, Doing{What: nginxPrefix + "auth-tls-secret", How: s.clients, Bars: BarsOthers})
	}
	if l.toHTTPS() {
		all = append(all, Doing{What: "the redirect to HTTPS", Bars: BarsSome})
	}
	return sortedDoings(all)
}

// toHTTPS reports whether a location redirects clients that come without TLS: by
// default where its host has a certificate (rewrite/main.go).
func (l nginxLocation) toHTTPS() bool {
	if nginxTrue(l.Object, "force-ssl-redirect") {
		return true
	}
	off, err := strconv.ParseBool(l.annotation("ssl-redirect"))
	return (err != nil || off) && slices.ContainsFunc(kube.Items(l.Node, "spec", "tls"), func(tls *yaml.Node) bool {
		return slices.ContainsFunc(kube.Items(tls, "hosts"), func(h *yaml.Node) bool { return HostFits(h.Value, l.host) })
	})
}

// speaks is what nginx speaks to the pods of a location. What is passed through is
// what clients speak.
func (l nginxLocation) speaks(s nginxServer) string {
	if s.passes {
		return "TLS as it comes from clients"
	}
	return cmp.Or(strings.ToUpper(l.annotation("backend-protocol")), "HTTP")
}

// redirect is where a location sends all requests: temporal before permanent
// (redirect.go). A URL that is none is passed over.
func (l nginxLocation) redirect() string {
	to := cmp.Or(l.annotation("temporal-redirect"), l.annotation("permanent-redirect"))
	if u, err := url.Parse(to); err != nil || !strings.HasPrefix(u.Scheme, "http") {
		return ""
	}
	return to
}

// nginxWWW are the rules of names that only redirect to a host: that with www. in
// front, or without, where no Ingress has it (nginx.go, v1.15.1).
func nginxWWW(servers map[string]nginxServer) []Rule {
	var rules []Rule
	for _, host := range sortedHosts(servers) {
		s := servers[host]
		from, has := strings.CutPrefix(host, "www.")
		if !has {
			from = "www." + host
		}
		if _, taken := servers[from]; !s.www || taken || host == "" {
			continue
		}
		rules = append(rules, Rule{Via: s.via, Protocol: "http", Hosts: []string{from}, Action: Redirect, Empty: Status503, Dangling: Status503, Source: s.source})
	}
	return rules
}

func sortedHosts(servers map[string]nginxServer) []string {
	var all []string
	for host := range servers {
		all = append(all, host)
	}
	slices.Sort(all)
	return all
}
