package verdict

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/e2e/live/cluster"
)

// place is where a worker puts the objects of edges: namespaces of its own, behind a router
// of its own, so that no host of one edge is that of another.
type place struct {
	name string // of the namespace default; the others have it as a prefix
	port int    // of the router
}

// namespace is where objects of a namespace go.
func (p place) namespace(of string) string {
	if of == "" || of == "default" {
		return p.name
	}
	return p.name + "-" + of
}

// named are the namespaces that edges name, which a worker must have.
var named = []string{"default", "shop", "store", "edge", "infra", "other", "ingress-nginx", "certs", "new", "lab"}

// put reads a state and moves it to the worker's namespaces, with the gateways that its
// routes name and it does not have.
func (p place) put(text string) ([]cluster.Object, error) {
	objects, err := cluster.Parse([]byte(text), "default")
	if err != nil {
		return nil, err
	}
	var all []cluster.Object
	there := map[string]bool{}
	for _, o := range objects {
		var tree map[string]any
		if err := json.Unmarshal(o.JSON, &tree); err != nil {
			return nil, err
		}
		p.move(tree)
		switch o.Kind {
		case "Gateway":
			p.listen(tree)
		case "IngressRoute":
			enter(tree)
		}
		o.Namespace = p.namespace(o.Namespace)
		if o.JSON, err = json.Marshal(tree); err != nil {
			return nil, err
		}
		there[o.Key()] = true
		all = append(all, o)
	}
	for _, g := range p.gateways(all) {
		if !there[g.Key()] {
			there[g.Key()] = true
			all = append(all, g)
		}
	}
	return all, nil
}

// move renames namespaces, wherever a field is called so.
func (p place) move(node any) {
	switch n := node.(type) {
	case map[string]any:
		for key, value := range n {
			if name, ok := value.(string); ok && key == "namespace" {
				n[key] = p.namespace(name)
				continue
			}
			p.move(value)
		}
	case []any:
		for _, one := range n {
			p.move(one)
		}
	}
}

// listen gives a gateway to the worker's router, at its port.
func (p place) listen(gateway map[string]any) {
	spec, ok := gateway["spec"].(map[string]any)
	if !ok {
		return
	}
	spec["gatewayClassName"] = "traefik"
	listeners, _ := spec["listeners"].([]any)
	for _, one := range listeners {
		if l, ok := one.(map[string]any); ok && l["protocol"] == "HTTP" {
			l["port"] = p.port
		}
	}
}

// enter lets a route without TLS in by the one entry point that there is.
func enter(route map[string]any) {
	if spec, ok := route["spec"].(map[string]any); ok && spec["tls"] == nil {
		spec["entryPoints"] = []any{"web"}
	}
}

// parent is a parentRef of a route.
type parent struct{ Group, Kind, Name, Namespace, SectionName string }

// gateways are those that routes name, open to all.
func (p place) gateways(objects []cluster.Object) []cluster.Object {
	var all []cluster.Object
	for _, o := range objects {
		if o.Kind != "HTTPRoute" {
			continue
		}
		var route struct{ Spec struct{ ParentRefs []parent } }
		if json.Unmarshal(o.JSON, &route) != nil {
			continue
		}
		for _, ref := range route.Spec.ParentRefs {
			if ref.Kind != "" && ref.Kind != "Gateway" {
				continue
			}
			if ref.Namespace == "" {
				ref.Namespace = o.Namespace
			}
			g := p.gateway(ref)
			if !slices.ContainsFunc(all, func(o cluster.Object) bool { return o.Key() == g.Key() }) {
				all = append(all, g)
			}
		}
	}
	return all
}

func (p place) gateway(ref parent) cluster.Object {
	name := ref.SectionName
	if name == "" {
		name = "web"
	}
	text, _ := json.Marshal(map[string]any{
		"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway",
		"metadata": map[string]any{"name": ref.Name, "namespace": ref.Namespace},
		"spec": map[string]any{"gatewayClassName": "traefik", "listeners": []any{map[string]any{
			"name": name, "protocol": "HTTP", "port": p.port,
			"allowedRoutes": map[string]any{"namespaces": map[string]any{"from": "All"}},
		}}},
	})
	return cluster.Object{APIVersion: "gateway.networking.k8s.io/v1", Kind: "Gateway", Namespace: ref.Namespace, Name: ref.Name, JSON: text}
}

// original is the namespace that one of the worker's stands for.
func (p place) original(namespace string) string {
	if namespace == p.name {
		return "default"
	}
	return strings.TrimPrefix(namespace, p.name+"-")
}
