package haproxy

import (
	"cmp"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// location is a path of an Ingress on a host, or its default backend.
type location struct {
	kube.Object
	host, path, pathType string
	route.Backend
	fallback bool // the default backend, for what has no place
}

// placesOf takes an Ingress apart; nothing comes of one that its schema would refuse.
func placesOf(o kube.Object) []location {
	var spec spec
	if n := o.Get("spec"); n == nil || n.Decode(&spec) != nil {
		return nil
	}
	var all []location
	for _, r := range spec.Rules {
		for _, p := range r.Paths() {
			all = append(all, location{o, strings.ToLower(r.Host), cmp.Or(p.Path, "/"), p.PathType, backendOf(o, p.Backend), false})
		}
	}
	if spec.DefaultBackend != nil {
		all = append(all, location{o, "", "/", "Prefix", backendOf(o, *spec.DefaultBackend), true})
	}
	return all
}

func backendOf(o kube.Object, b backend) route.Backend {
	if b.Service == nil {
		return route.Backend{Unknown: "a resource backend is no Service", Weight: 100}
	}
	return route.Backend{
		Namespace: o.Namespace, Service: b.Service.Name, Port: route.PortText(b.Service.Port.Number, b.Service.Port.Name), Weight: 100,
	}
}

// kind is how the path is compared. haproxy-ingress has one more for paths that leave it
// to the controller: that of the annotation path-type (v0.16, readPathType).
func (p location) kind(controller string) route.PathKind {
	switch p.pathType {
	case "Exact":
		return route.PathIs
	case "Prefix":
		return route.PathPrefix
	}
	if controller == technology {
		return route.PathLeading
	}
	switch strings.ToLower(annotation(p.Object, community, "path-type")) {
	case "regex":
		return route.PathMatches
	case "prefix":
		return route.PathPrefix
	case "exact":
		return route.PathIs
	}
	return route.PathLeading
}

// match is what the path asks of a request. Expressions are open at the end, and beginnings
// do not tell upper from lower case (haproxy-ingress v0.16, path-type).
func (p location) match(controller string) route.Match {
	m := route.PathMatch{Kind: p.kind(controller), Value: p.path}
	switch {
	case m.Kind == route.PathMatches:
		m.Value = strings.TrimPrefix(m.Value, "^") + ".*"
		if before, ok := strings.CutSuffix(p.path, "$"); ok {
			m.Value = before
		}
	case m.Kind == route.PathLeading && controller == community && p.path != "/":
		m = route.FoldCase(m)
	}
	return route.Match{Path: &m}
}

// annotation is what an object says under the first prefix of a controller that it has.
func annotation(o kube.Object, controller, key string) string {
	value, _ := saidOf(o, controller, key)
	return value
}

func saidOf(o kube.Object, controller, key string) (string, bool) {
	for _, prefix := range prefixes[controller] {
		if n := o.Get("metadata", "annotations", prefix+key); n != nil {
			return n.Value, true
		}
	}
	if n := o.Get("metadata", "annotations", key); n != nil && controller == technology { // cleanAnnotation, v3.2
		return n.Value, true
	}
	return "", false
}

// isTrue reports whether an annotation is true: both read ParseBool's words.
func isTrue(o kube.Object, controller, key string) bool {
	return trueWords[strings.ToLower(annotation(o, controller, key))]
}

var trueWords = map[string]bool{"true": true, "t": true, "1": true}
