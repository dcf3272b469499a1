package ingressnginx

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

func mainAnnotations(r route.Route) map[string]string {
	if r.Own != nil {
		return ownAnnotations(r)
	}
	a := map[string]string{}
	if r.Protocol == "grpc" {
		a[prefix+"backend-protocol"] = "GRPC"
	}
	if expressions(r) {
		a[prefix+"use-regex"] = "true"
	}
	if rewrites(r) {
		a[prefix+"rewrite-target"] = strings.TrimSuffix(r.Rewrite.Path, "/") + "/$2"
	}
	if r.Rewrite != nil && r.Rewrite.Host != "" {
		a[prefix+"upstream-vhost"] = r.Rewrite.Host
	}
	cors(a, r.CORS)
	maps.Copy(a, userAnnotations(r))
	return a
}

func cors(a map[string]string, c *schemas.CORS) {
	if c == nil {
		return
	}
	a[prefix+"enable-cors"] = "true"
	a[prefix+"cors-allow-credentials"] = strconv.FormatBool(c.Credentials)
	for _, list := range []struct {
		key    string
		values []string
	}{
		{"cors-allow-origin", c.Origins},
		{"cors-allow-methods", c.Methods},
		{"cors-allow-headers", c.Headers},
		{"cors-expose-headers", c.Expose},
	} {
		if len(list.values) > 0 {
			a[prefix+list.key] = strings.Join(list.values, ", ")
		}
	}
	if c.MaxAge > 0 {
		a[prefix+"cors-max-age"] = strconv.Itoa(int(time.Duration(c.MaxAge).Seconds()))
	}
}

// userAnnotations are the annotations of options, with their prefix; or
// those of the user's own Ingress.
func userAnnotations(r route.Route) map[string]string {
	if r.Own != nil {
		return ownAnnotations(r)
	}
	options, _ := r.Options.(options)
	a := map[string]string{}
	for _, t := range options.Annotations {
		a[fullKey(t.Name)] = t.Value
	}
	return a
}

func fullKey(key string) string {
	if strings.Contains(key, "/") {
		return key
	}
	return prefix + key
}

// notInherited are the annotations that a canary Ingress does not take
// over from the main one (annotations.md, Canary, v1.15.1).
var notInherited = []string{
	"load-balance", "upstream-hash-by", "upstream-hash-by-subset", "upstream-hash-by-subset-size",
	"affinity", "affinity-mode", "affinity-canary-behavior", "session-cookie-name", "session-cookie-path", "session-cookie-domain",
	"session-cookie-samesite", "session-cookie-conditional-samesite-none", "session-cookie-secure", "session-cookie-max-age",
	"session-cookie-expires", "session-cookie-change-on-failure",
}

// canaryAnnotations: what makes it a canary, and what it does not inherit.
func canaryAnnotations(r route.Route) map[string]string {
	a := map[string]string{prefix + "canary": "true", prefix + "canary-weight": strconv.Itoa(r.Stage.Split.Weight)}
	for _, m := range r.Matches() {
		for _, h := range m.Headers {
			a[prefix+"canary-by-header"] = h.Name
			switch {
			case h.Exact != "":
				a[prefix+"canary-by-header-value"] = h.Exact
			case h.Prefix != "":
				a[prefix+"canary-by-header-pattern"] = "^" + route.QuoteMeta(h.Prefix)
			default:
				a[prefix+"canary-by-header-pattern"] = "^(?:" + h.Regex + ")$"
			}
		}
		for _, c := range m.Cookies {
			a[prefix+"canary-by-cookie"] = c.Name
		}
	}
	for key, value := range userAnnotations(r) {
		if key == route.ClassAnnotation || slices.Contains(notInherited, strings.TrimPrefix(key, prefix)) {
			a[key] = value
		}
	}
	return a
}
