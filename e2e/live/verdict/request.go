package verdict

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/cutoverdev/cutover/e2e/live/cluster"
	"github.com/cutoverdev/cutover/e2e/live/load"
)

// most is how many kinds of requests are sent through a router, and to Services, for one
// edge.
const most = 6

// requests are those that the verdict speaks of; one of each kind that the routes of both
// states tell apart, by host, path and one header; and one to each port of the Services of
// the first.
func (p place) requests(j Judgment, from, to []cluster.Object) []load.Target {
	var all []load.Target
	seen := map[string]bool{}
	add := func(t load.Target) {
		t.Name = fmt.Sprintf("%s%s %v", t.Host, strings.TrimPrefix(t.URL, p.url()), t.Header)
		if !seen[t.Name] && len(all) < most {
			seen[t.Name] = true
			t.Rate = 20
			all = append(all, t)
		}
	}
	for _, text := range j.requests() {
		if t, ok := p.spoken(text); ok {
			add(t)
		}
	}
	for _, o := range append(append([]cluster.Object{}, from...), to...) {
		switch o.Kind {
		case "HTTPRoute":
			p.ofRoute(o, add)
		case "Ingress":
			p.ofIngress(o, add)
		case "IngressRoute":
			p.ofIngressRoute(o, add)
		}
	}
	return append(all, services(from)...)
}

// spoken is how findings name a request: host and path, and what else it has to be.
var spoken = regexp.MustCompile(`^(?:all requests to )?([^/ ]+)(/[^ ]*)(?: with (.*?))?(?: through .*)?$`)

// spoken is a request of a finding, if it is one through a router.
func (p place) spoken(text string) (load.Target, bool) {
	m := spoken.FindStringSubmatch(text)
	if m == nil {
		return load.Target{}, false
	}
	t := p.through(m[1], m[2], map[string]string{})
	for _, condition := range strings.Split(m[3], ", ") {
		name, value, ok := strings.Cut(condition, ": ")
		switch method, is := strings.CutPrefix(condition, "method "); {
		case condition == "":
		case is:
			t.Method = method
		case !ok || strings.Contains(name, " "):
			return t, false // a cookie, or part of the query
		default:
			t.Header[name] = value
		}
	}
	return t, true
}

func (p place) url() string { return fmt.Sprintf("http://127.0.0.1:%d", p.port) }

// through is a request through the router.
func (p place) through(host, path string, header map[string]string) load.Target {
	host = strings.Replace(host, "*", "any", 1)
	if host == "" {
		host = "any.example.com"
	}
	if path == "" || !strings.HasPrefix(path, "/") {
		path = "/"
	}
	return load.Target{URL: p.url() + path, Host: host, Header: header}
}

func (p place) ofRoute(o cluster.Object, add func(load.Target)) {
	var route struct {
		Spec struct {
			Hostnames []string
			Rules     []struct {
				Matches []struct {
					Path    *struct{ Type, Value string }
					Headers []struct{ Type, Name, Value string }
					Method  string
				}
			}
		}
	}
	if json.Unmarshal(o.JSON, &route) != nil {
		return
	}
	hosts := route.Spec.Hostnames
	if len(hosts) == 0 {
		hosts = []string{""}
	}
	for _, host := range hosts {
		for _, rule := range route.Spec.Rules {
			if len(rule.Matches) == 0 {
				add(p.through(host, "/", nil))
			}
			for _, m := range rule.Matches {
				path := "/"
				if m.Path != nil && m.Path.Type != "RegularExpression" {
					path = m.Path.Value
				}
				add(p.through(host, path, nil))
				header := map[string]string{}
				for _, h := range m.Headers {
					header[h.Name] = h.Value
				}
				t := p.through(host, path, header)
				t.Method = m.Method
				add(t)
			}
		}
	}
}

func (p place) ofIngress(o cluster.Object, add func(load.Target)) {
	var ingress struct {
		Metadata struct{ Annotations map[string]string }
		Spec     struct {
			Rules []struct {
				Host string
				HTTP struct{ Paths []struct{ Path string } }
			}
		}
	}
	if json.Unmarshal(o.JSON, &ingress) != nil {
		return
	}
	const by = "nginx.ingress.kubernetes.io/canary-by-header"
	for _, rule := range ingress.Spec.Rules {
		for _, path := range rule.HTTP.Paths {
			add(p.through(rule.Host, path.Path, nil))
			if name := ingress.Metadata.Annotations[by]; name != "" {
				value := ingress.Metadata.Annotations[by+"-value"]
				if value == "" {
					value = "always"
				}
				add(p.through(rule.Host, path.Path, map[string]string{name: value}))
			}
		}
	}
}

// matchers are what the rules of Traefik say in the simple cases.
var matchers = regexp.MustCompile("(Host|PathPrefix|Path|Header)\\(`([^`]*)`(?:, *`([^`]*)`)?\\)")

func (p place) ofIngressRoute(o cluster.Object, add func(load.Target)) {
	var route struct {
		Spec struct{ Routes []struct{ Match string } }
	}
	if json.Unmarshal(o.JSON, &route) != nil {
		return
	}
	for _, r := range route.Spec.Routes {
		host, path, header := "", "/", map[string]string{}
		for _, m := range matchers.FindAllStringSubmatch(r.Match, -1) {
			switch m[1] {
			case "Host":
				host = m[2]
			case "PathPrefix", "Path":
				path = m[2]
			case "Header":
				header[m[2]] = m[3]
			}
		}
		add(p.through(host, path, nil))
		add(p.through(host, path, header))
	}
}

// services are a request to each port of those of the first state that select pods.
func services(from []cluster.Object) []load.Target {
	var all []load.Target
	for _, o := range from {
		var service struct {
			Spec struct {
				Selector map[string]string
				Ports    []struct {
					Port     int
					Protocol string
				}
			}
		}
		if o.Kind != "Service" || json.Unmarshal(o.JSON, &service) != nil || len(service.Spec.Selector) == 0 {
			continue
		}
		for _, p := range service.Spec.Ports {
			if p.Protocol != "UDP" && len(all) < most {
				name := fmt.Sprintf("Service/%s:%d", o.Name, p.Port)
				all = append(all, load.Target{Name: name, Service: o.Namespace + "/" + o.Name, Port: p.Port, Rate: 10})
			}
		}
	}
	return all
}
