package reach

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// maxNamed bounds the requests that are named, and the paths of one host.
const maxNamed = 3

// classes are kinds of requests: hosts in the order in which they were found, and the
// paths of each; none: all of them.
type classes struct {
	hosts []string
	paths map[string][]string
}

// add adds the requests to a host, or those to a path of it. All of a host hold its paths.
func (c *classes) add(host, path string) {
	if c.paths == nil {
		c.paths = map[string][]string{}
	}
	paths, known := c.paths[host]
	switch {
	case !known:
		c.hosts = append(c.hosts, host)
		c.paths[host] = nil
		if path != "" {
			c.paths[host] = []string{path}
		}
	case path == "" || len(paths) == 0:
		c.paths[host] = nil
	case !slices.Contains(paths, path):
		c.paths[host] = append(paths, path)
	}
}

// anyHost are the requests of rules that name no host.
const anyHost = "any host"

// rule adds the requests of a rule. Those of the mesh are to Services, by name.
func (c *classes) rule(r route.Rule, home string) {
	path := ""
	if r.Match.Path != nil && r.Match.Path.Value != "/" && r.Match.Path.Kind != route.PathMatches {
		path = r.Match.Path.Value
	}
	hosts := r.Hosts
	if len(hosts) == 0 {
		hosts = []string{anyHost}
	}
	for _, h := range hosts {
		switch name, in, mesh := serviceOf(h); {
		case mesh:
			c.add(serviceText(in, name, home), path)
		case h == "*":
			c.add(anyHost, path)
		default:
			c.add(h, path)
		}
	}
}

// serviceOf takes a host of the mesh apart ([route.MeshHost]).
func serviceOf(host string) (name, namespace string, ok bool) {
	rest, ok := strings.CutSuffix(host, ".svc")
	name, namespace, _ = strings.Cut(rest, ".")
	return name, namespace, ok
}

// serviceText is a Service as an object of a namespace would call it.
func serviceText(namespace, name, home string) string {
	if namespace == "" || namespace == home {
		return "Service " + name
	}
	return "Service " + namespace + "/" + name
}

// texts are the requests in words, a host with many paths as the whole of it.
func (c *classes) texts() []string {
	var all []string
	for _, host := range c.hosts {
		paths := c.paths[host]
		if len(paths) == 0 || len(paths) > maxNamed {
			all = append(all, host)
			continue
		}
		for _, path := range paths {
			switch {
			case host == anyHost:
				all = append(all, path+" of any host")
			case strings.HasPrefix(host, "Service "):
				all = append(all, host+" at "+path)
			default:
				all = append(all, host+path)
			}
		}
	}
	if more := len(all) - maxNamed; more > 0 {
		all = append(all[:maxNamed:maxNamed], fmt.Sprintf("%d more", more))
	}
	return all
}

// Text is requests in words, behind something; "" if there are none.
func Text(requests []string) string {
	if len(requests) == 0 {
		return ""
	}
	return "to " + schemas.And(requests)
}
