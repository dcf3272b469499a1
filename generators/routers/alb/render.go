package alb

import (
	"cmp"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

func render(r route.Route) []kube.Object {
	o := plain(r)
	objects := []kube.Object{split(r, o)}
	if hosts := r.PreviewHosts(); len(hosts) > 0 {
		objects = append(objects, preview(r, o, hosts))
	}
	return objects
}

// plain is the Ingress as a person would write it for the apex, or did write it.
func plain(r route.Route) kube.Object {
	if r.Own != nil {
		return r.Own.Without("status")
	}
	spec := spec{IngressClassName: optionsOf(r.Traffic).Class}
	http := &http{}
	for _, p := range r.EntryPaths() {
		path := pathSpec{Path: p.Exact, PathType: "Exact"}
		if p.Exact == "" {
			path.Path, path.PathType = "/"+strings.Trim(p.Prefix, "/"), "Prefix"
		}
		path.Backend.Service = &serviceSpec{Name: apexOf(r), Port: port{Number: r.Port.Number}}
		http.Paths = append(http.Paths, path)
	}
	hosts := r.Hosts
	if len(hosts) == 0 {
		hosts = []string{""}
	}
	for _, h := range hosts {
		spec.Rules = append(spec.Rules, ruleSpec{Host: h, HTTP: http})
	}
	meta := r.Meta(r.Name)
	meta.Annotations = annotationsOf(r)
	return route.NewObject("networking.k8s.io/v1", "Ingress", meta, spec)
}

// apexOf is the first apex that offers the port; without any, a name that no Service has.
func apexOf(r route.Route) string {
	if all := r.Apexes(); len(all) > 0 {
		return all[0]
	}
	return ""
}

// annotationsOf are those of the load balancer and of target groups.
func annotationsOf(r route.Route) map[string]string {
	o := optionsOf(r.Traffic)
	a := map[string]string{"target-type": "ip"}
	for key, value := range map[string]string{
		"group.name": o.Group, "scheme": o.Scheme, "certificate-arn": strings.Join(o.CertificateARN, ","),
		"listen-ports": listening(o.ListenPorts),
	} {
		if value != "" {
			a[key] = value
		}
	}
	if o.Order != 0 {
		a["group.order"] = strconv.Itoa(o.Order)
	}
	if o.SSLRedirect > 0 {
		a["ssl-redirect"] = strconv.Itoa(o.SSLRedirect)
	}
	if r.Protocol == "grpc" {
		a["backend-protocol-version"] = "GRPC"
	}
	all := map[string]string{}
	for key, value := range a {
		all[prefix+key] = value
	}
	for _, t := range o.Annotations {
		all[fullKey(t.Name)] = t.Value
	}
	return all
}

func fullKey(key string) string {
	if strings.Contains(key, "/") {
		return key
	}
	return prefix + key
}

// listening are ports as the annotation says them; check has refused what are none.
func listening(list []string) string {
	var all []string
	for _, one := range list {
		protocol, number, _ := strings.Cut(one, ":")
		all = append(all, fmt.Sprintf(`{"%s": %s}`, protocol, number))
	}
	if len(all) == 0 {
		return ""
	}
	return "[" + strings.Join(all, ", ") + "]"
}

// preview is the Ingress of the preview hosts, in the group of the other one and before
// it. It has the paths that lead to the apex, with the candidate's Service in its place.
func preview(r route.Route, o kube.Object, hosts []string) kube.Object {
	candidate, _ := r.Candidate()
	var own spec
	_ = o.Get("spec").Decode(&own) // check has refused what is none
	http := &http{}
	known := map[[2]string]bool{}
	add := func(path, pathType string, b *backend) {
		for _, p := range placesOf(r, o, b) {
			at := backend{Service: &serviceSpec{Name: candidate.Service, Port: port{Number: p.Number}}}
			if key := [2]string{path, pathType}; !known[key] {
				known[key] = true
				http.Paths = append(http.Paths, pathSpec{Path: path, PathType: pathType, Backend: at})
			}
		}
	}
	for _, rule := range own.Rules {
		for _, p := range rule.Paths() {
			add(cmp.Or(p.Path, "/*"), p.PathType, &p.Backend)
		}
	}
	add("/", "Prefix", own.DefaultBackend)
	spec := spec{IngressClassName: own.IngressClassName}
	for _, h := range hosts {
		spec.Rules = append(spec.Rules, ruleSpec{Host: h, HTTP: http})
	}
	meta := r.PreviewMeta()
	annotations := map[string]string{}
	for key, value := range kube.Pairs(o.Node, "metadata", "annotations") {
		name, ours := strings.CutPrefix(key, prefix)
		if ours && !begins([]string{"actions.", "conditions.", "transforms."}, name) || key == route.ClassAnnotation {
			annotations[key] = value
		}
	}
	annotations[prefix+"group.order"] = strconv.Itoa(orderOf(o) - 1)
	maps.Copy(annotations, meta.Annotations)
	meta.Annotations = annotations
	return route.NewObject("networking.k8s.io/v1", "Ingress", meta, spec)
}

// orderOf is the place of an Ingress in its group; what is no number is none.
func orderOf(o kube.Object) int {
	n, _ := strconv.Atoi(o.Text("metadata", "annotations", prefix+"group.order"))
	return n
}
