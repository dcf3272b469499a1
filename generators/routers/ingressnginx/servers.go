package ingressnginx

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// server is what all paths of a host have in common, whichever Ingress says it
// (controller.go, createServers and getBackendServers).
type server struct {
	passthrough  bool // TLS goes to the pods as it comes
	redirectsWWW bool // its name with or without www. is redirected to it
	via          []route.Entry
	source       kube.Object // of www
	clients      string      // Secret with the certificates that clients must have been signed by
	expressions  bool        // all its paths are expressions, see expressionHosts
}

// servers are the hosts of a controller's Ingresses. A canary says which
// clients are let in too.
func servers(mains, canaries []location) map[string]server {
	all := map[string]server{}
	enforced := expressionHosts(mains)
	for _, l := range mains {
		s := all[l.host]
		s.passthrough = s.passthrough || isTrue(l.Object, "ssl-passthrough")
		if isTrue(l.Object, "from-to-www-redirect") && !s.redirectsWWW {
			s.redirectsWWW, s.via, s.source = true, entries(l.Object), l.Object
		}
		s.expressions = enforced[l.host]
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
func (l location) clientCertificates() string {
	if slices.Contains([]string{"off", "optional", "optional_no_ca"}, l.annotation("auth-tls-verify-client")) {
		return ""
	}
	return l.annotation("auth-tls-secret")
}

// wwwRedirects are the rules of names that only redirect to a host: that with www. in
// front, or without, where no Ingress has it (nginx.go, v1.15.1).
func wwwRedirects(servers map[string]server) []route.Rule {
	var rules []route.Rule
	for _, host := range sortedHosts(servers) {
		s := servers[host]
		from, has := strings.CutPrefix(host, "www.")
		if !has {
			from = "www." + host
		}
		if _, taken := servers[from]; !s.redirectsWWW || taken || host == "" {
			continue
		}
		rules = append(rules, route.Rule{
			Via: s.via, Protocol: "http", Hosts: []string{from}, Action: route.Redirect, Empty: route.Status503, Dangling: route.Status503,
			Source: s.source,
		})
	}
	return rules
}

func sortedHosts(servers map[string]server) []string {
	var all []string
	for host := range servers {
		all = append(all, host)
	}
	slices.Sort(all)
	return all
}

// aliases are the other names of each host (annotation server-alias). A
// name that is a host itself, or another host's already, is none (controller.go,
// createServers, v1.15.1).
func aliases(mains []location) (map[string][]string, []route.Unread) {
	taken := map[string]bool{}
	for _, l := range mains {
		taken[l.host] = true
	}
	aliases := map[string][]string{}
	var unread []route.Unread
	for _, l := range mains {
		for alias := range strings.SplitSeq(l.annotation("server-alias"), ",") {
			alias = strings.TrimSpace(alias)
			switch {
			case l.host == "" || alias == "" || taken[alias]:
			case strings.HasPrefix(alias, "~"):
				unread = append(unread, route.Unread{
					Source: l.Object, Why: fmt.Sprintf("server-alias %s is an expression: what these hosts get is not judged", alias),
				})
				taken[alias] = true
			default:
				aliases[l.host], taken[alias] = append(aliases[l.host], alias), true
			}
		}
	}
	return aliases, unread
}

// expressionHosts are the hosts of which all paths are expressions, because one
// of them is (template.go, enforceRegexModifier).
func expressionHosts(mains []location) map[string]bool {
	hosts := map[string]bool{}
	for _, l := range mains {
		target := l.annotation("rewrite-target")
		if isTrue(l.Object, "use-regex") || target != "" && target != l.path {
			hosts[l.host] = true
		}
	}
	return hosts
}
