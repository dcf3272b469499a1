package haproxy

import (
	"maps"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// The annotations by which requests are shared, without a prefix. deployKey is the old
// name of balanceKey, which goes before it.
const (
	balanceKey     = "blue-green-balance"
	deployKey      = "blue-green-deploy"
	modeKey        = "blue-green-mode"
	selectorHeader = "blue-green-header"
	selectorCookie = "blue-green-cookie"
	headerKey      = "http-header-match"
	headerRegexKey = "http-header-match-regex"
	aclKey         = "route-acl"
	tcpPortKey     = "tcp-service-port"
)

// What stands around a cookie in its header.
const (
	cookieStart = `(^|;[[:space:]]*)`
	cookieEnd   = `([[:space:]]*;|$)`
)

// bare is a word that HAProxy's configuration needs no quotes for.
var bare = regexp.MustCompile(`^[A-Za-z0-9_.:/=@%+-]+$`)

// annotationsOf are those of every Ingress of an entry: the controllers take what they do
// to requests from the Ingress that has the path.
func annotationsOf(r route.Route) map[string]string {
	if r.Own != nil {
		return ownAnnotations(r)
	}
	prefix := prefixes[controllerOf(r)][0]
	all := map[string]string{controllerAnnotation: controllerOf(r)}
	for key, value := range said(r) {
		all[prefix+key] = value
	}
	maps.Copy(all, userAnnotations(r))
	return all
}

// said are the annotations for what the entry asks.
func said(r route.Route) map[string]string {
	if controllerOf(r) == technology {
		return saidToTechnology(r)
	}
	a := map[string]string{}
	if r.Protocol == "grpc" {
		a["backend-protocol"] = "h2"
	}
	if r.Protocol == "tcp" || r.Protocol == "tls" {
		a[tcpPortKey] = strconv.Itoa(optionsOf(r.Traffic).Port)
	}
	if r.Rewrite != nil {
		a["rewrite-target"] = r.Rewrite.Path
	}
	for _, p := range r.EntryPaths() {
		if p.Regex != "" {
			a["path-type"] = "regex" // for paths of type ImplementationSpecific alone
		}
	}
	if c := r.CORS; c != nil {
		a["cors-enable"], a["cors-allow-origin"] = "true", strings.Join(c.Origins, ",")
		crossOrigin(a, *c)
		if len(c.Expose) > 0 {
			a["cors-expose-headers"] = strings.Join(c.Expose, ", ")
		}
		if c.MaxAge > 0 {
			a["cors-max-age"] = strconv.Itoa(int(time.Duration(c.MaxAge).Seconds()))
		}
	}
	return a
}

func saidToTechnology(r route.Route) map[string]string {
	a := map[string]string{}
	if r.Protocol == "grpc" {
		a["server-proto"] = "h2"
	}
	if w := r.Rewrite; w != nil {
		if w.Host != "" {
			a["set-host"] = w.Host
		}
		if from := strings.TrimSuffix(r.EntryPaths()[0].Prefix, "/"); w.Path != "" {
			a["path-rewrite"] = route.QuoteMeta(from) + `(/|$)(.*) ` + strings.TrimSuffix(w.Path, "/") + `/\2`
		}
	}
	if c := r.CORS; c != nil {
		a["cors-enable"], a["cors-allow-origin"] = "true", originsOf(*c)
		crossOrigin(a, *c)
		if c.MaxAge > 0 {
			a["cors-max-age"] = strconv.Itoa(int(time.Duration(c.MaxAge).Seconds())) + "s"
		}
	}
	return a
}

// originsOf is one origin, or an expression for several.
func originsOf(c schemas.CORS) string {
	if len(c.Origins) == 1 {
		return c.Origins[0]
	}
	var all []string
	for _, o := range c.Origins {
		all = append(all, route.QuoteMeta(o))
	}
	return "^(" + strings.Join(all, "|") + ")$"
}

// crossOrigin is what both controllers call the same.
func crossOrigin(a map[string]string, c schemas.CORS) {
	a["cors-allow-credentials"] = strconv.FormatBool(c.Credentials)
	if len(c.Methods) > 0 {
		a["cors-allow-methods"] = strings.Join(c.Methods, ", ")
	}
	if len(c.Headers) > 0 {
		a["cors-allow-headers"] = strings.Join(c.Headers, ", ")
	}
}

// userAnnotations are those of options, with a prefix.
func userAnnotations(r route.Route) map[string]string {
	a := map[string]string{}
	for _, t := range optionsOf(r.Traffic).Annotations {
		a[fullKey(r, t.Name)] = t.Value
	}
	return a
}

func fullKey(r route.Route, key string) string {
	if strings.Contains(key, "/") {
		return key
	}
	return prefixes[controllerOf(r)][0] + key
}

// pathOf says a path in the words of an Ingress. An expression of haproxy-ingress begins
// where the path does and is open at the end; the API server wants a / in front.
func pathOf(p schemas.Path) (path, pathType string) {
	switch {
	case p.Exact != "":
		return p.Exact, "Exact"
	case p.Regex == "":
		return "/" + strings.Trim(p.Prefix, "/"), "Prefix"
	case strings.HasPrefix(p.Regex, "/") && !strings.Contains(p.Regex, "|"):
		return p.Regex + "$", "ImplementationSpecific"
	}
	return "/{0}(" + p.Regex + ")$", "ImplementationSpecific"
}
