package nginx

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// check refuses what a VirtualServer has no words for.
func check(r route.Route) []schemas.Finding {
	if large := checkSize(r); large != nil {
		return large
	}
	found := slices.Concat(checkEntry(r), checkNames(r), checkHeaders(r), checkAsked(r), checkJoins(r))
	if r.Own != nil {
		found = append(found, checkOwn(r)...)
	}
	return found
}

// checkEntry: where requests and connections come in.
func checkEntry(r route.Route) []schemas.Finding {
	if r.Own != nil {
		return nil
	}
	var found []schemas.Finding
	listens := r.Protocol == "tcp" || r.Protocol == "udp"
	switch {
	case listens && optionsOf(r.Traffic).Listener == "":
		found = append(found, r.Find("gateway-missing", "options.listener",
			"a TransportServer names the listener of the GlobalConfiguration at which connections come in", "listener: postgres"))
	case !listens && len(r.Hosts) == 0:
		found = append(found, r.Find("hosts-missing", "hosts",
			"a "+kindOf(r)+" is for one host, and there is none for every host", "hosts: [shop.example.com]"))
	}
	for i, h := range r.Hosts {
		if h == "*" {
			found = append(found, r.Find("host", fmt.Sprintf("hosts[%d]", i),
				"a "+kindOf(r)+" is for one host, and there is none for every host", "*.example.com is for all hosts below"))
		}
	}
	wildcard := optionsOf(r.Traffic).WildcardTLS
	switch {
	case r.Protocol == "grpc" && r.TLS == nil && !wildcard:
		found = append(found, r.Find("cannot", "protocol", "nginx takes gRPC only where it ends TLS",
			"tls: the Secret of the host, or options.wildcardTLS"))
	case r.TLS != nil && wildcard:
		found = append(found, r.Find("cannot", "options.wildcardTLS",
			"tls names a Secret, and the controller has another certificate", "one of the two"))
	}
	return found
}

func kindOf(r route.Route) string {
	if isConnections(r) {
		return "TransportServer"
	}
	return "VirtualServer"
}

// checkNames: of headers, cookies and arguments.
func checkNames(r route.Route) []schemas.Finding {
	var found []schemas.Finding
	refuse := func(at, what, signs string) {
		found = append(found, r.Release.Find("cannot", at, "nginx cannot match "+what, "a name of letters, digits and "+signs))
	}
	for at, m := range route.AllMatches(r.Release) {
		for _, h := range m.Headers {
			if !headerName.MatchString(h.Name) {
				refuse(at+".headers."+h.Name, "header "+h.Name, "-")
			}
		}
		for _, c := range m.Cookies {
			if !wordName.MatchString(c.Name) {
				refuse(at+".cookies."+c.Name, "cookie "+c.Name, "_")
			}
		}
		for _, q := range m.Query {
			if !wordName.MatchString(q.Name) {
				refuse(at+".query."+q.Name, "parameter "+q.Name, "_")
			}
		}
	}
	if a := r.Affinity; a != nil && !wordName.MatchString(a.Cookie) {
		refuse(r.At+".affinity.cookie", "cookie "+a.Cookie, "_")
	}
	return found
}

// checkHeaders: a name and a value that can stand in NGINX's configuration.
func checkHeaders(r route.Route) []schemas.Finding {
	if r.Headers == nil {
		return nil
	}
	var found []schemas.Finding
	refuse := func(at, message, hint string) {
		found = append(found, r.Find("cannot", "headers."+at, "nginx cannot "+message, hint))
	}
	for _, side := range []struct {
		name string
		edit *schemas.HeaderEdit
	}{{"request", r.Headers.Request}, {"response", r.Headers.Response}} {
		if side.edit == nil {
			continue
		}
		if side.name == "request" && len(side.edit.Add) > 0 {
			refuse("request.add", "add to a header of requests, only set it", "set; istio and gatewayAPI can add")
		}
		for _, t := range slices.Concat(side.edit.Set, side.edit.Add) {
			switch {
			case !headerName.MatchString(t.Name):
				refuse(side.name, "set header "+t.Name, "a name of letters, digits and -")
			case strings.ContainsAny(t.Value, `$"\`):
				refuse(side.name, "set "+t.Name+" to a value with one of $, \" and \\, which mean something else to it", "a value without them")
			}
		}
		for _, name := range side.edit.Remove {
			if !headerName.MatchString(name) {
				refuse(side.name, "remove header "+name, "a name of letters, digits and -")
			}
		}
	}
	return found
}

// checkAsked refuses what routes of NGINX cannot do.
func checkAsked(r route.Route) []schemas.Finding {
	var found []schemas.Finding
	cannot := func(field, message, hint string) {
		found = append(found, r.Find("cannot", field, "nginx cannot "+message, hint))
	}
	if v := r.Retries; v != nil {
		if v.PerTry > 0 {
			cannot("retries.perTry", "limit the time of one try", "options.readTimeout, which is for pieces of an answer; istio can")
		}
		for i, word := range v.On {
			if nextWords[word] == nil {
				cannot(fmt.Sprintf("retries.on[%d]", i), "retry on "+word, "one of 5xx, 500, 502, 503, 504, 403, 404, 429, error, timeout, "+
					"invalid_header, non_idempotent")
			}
		}
	}
	if c := r.CORS; c != nil && c.Credentials && slices.Contains(c.Origins, "*") {
		cannot("cors.credentials", "let every origin send cookies", "the origins by name")
	}
	for i, p := range r.Paths {
		at := fmt.Sprintf("paths[%d]", i)
		switch {
		case strings.ContainsAny(p.Prefix+p.Exact, " \t{};"):
			cannot(at, "match a path with a space or one of {, } and ;", "an expression: {regex: …}")
		case rewrites(r) && p.Prefix == "":
			cannot(at, "put another path in the place of this one: a prefix is replaced", "a prefix, or your own VirtualServer under route")
		}
	}
	if rewrites(r) && strings.ContainsAny(r.Rewrite.Path, "$ \t{};") {
		cannot("rewrite.path", "rewrite to a path with a space or one of $, {, } and ;", "a path without them")
	}
	return found
}

// checkSize: what the routes come to when each match has its own action.
func checkSize(r route.Route) []schemas.Finding {
	size, plain := 0, spec(r, "")
	apexes := apexUpstreams(r, plain)
	for _, key := range []string{"routes", "subroutes"} {
		for _, n := range kube.Items(plain, key) {
			size += textSize(n)
			for _, one := range append(kube.Items(n, "matches"), n) {
				if leads(apexes, one) {
					size += (2 + route.MostExtra(r)) * textSize(one)
				}
			}
		}
	}
	return r.CheckSize("a "+kindOf(r), size)
}

// textSize is the number of bytes of a node's keys and values, each with the one sign
// that parts it from the next.
func textSize(n *yaml.Node) int {
	size := len(n.Value) + 1
	for _, c := range n.Content {
		size += textSize(c)
	}
	return size
}

// checkJoins: the paths that the release matches must be among those of the routes.
func checkJoins(r route.Route) []schemas.Finding {
	plain := spec(r, "")
	apexes := apexUpstreams(r, plain)
	var all []*yaml.Node
	for _, key := range []string{"routes", "subroutes"} {
		for _, n := range kube.Items(plain, key) {
			if leads(apexes, n) || slices.ContainsFunc(kube.Items(n, "matches"), func(m *yaml.Node) bool { return leads(apexes, m) }) {
				all = append(all, n)
			}
		}
	}
	var found []schemas.Finding
	for at, m := range route.AllMatches(r.Release) {
		if m.Path == nil || m.Path.Prefix == "/" || len(all) == 0 {
			continue
		}
		fits := route.Joinable(all, func(n *yaml.Node) ([]*yaml.Node, bool) {
			path := pathOf(place{at: location{Path: normal(kube.Text(n, "path"))}})
			if _, some, ok := narrower(*path, pathValue(*m.Path)); !some || !ok {
				return nil, ok || r.Own != nil // of the user's own, the condition is tried beside the path
			}
			return []*yaml.Node{n}, true
		})
		if !fits {
			found = append(found, r.Release.Find("match-join", at+".path", "cannot be joined with the paths of "+r.At,
				"a path below them, or a header"))
		}
	}
	return found
}
