package routes

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/policy"
	"go.yaml.in/yaml/v3"
)

// This file reads which objects a router looks up by name when it reads a route, a
// Service or a policy: filters, middlewares, plugins, Secrets, parameters.

// naming is a place where an object names another.
type naming struct {
	to    kube.ID // without a kind, where several kinds go by the name: see kinds
	kinds []kube.ID
	path  []string
	fate  string // what the router does where it is not there
}

// Fates. A filter that is not there is answered by an error (Gateway API v1.6,
// HTTPRouteFilter.extensionRef); Traefik 3.7 switches the router off
// (pkg/server/router); ingress-nginx 1.15 denies the location; Kong's controller
// 3.5 leaves the plugin out.
const (
	fateFilter  = "its requests get 500"
	fateTraefik = "Traefik switches the rule off, and its requests get 404"
	fateNginx   = "ingress-nginx denies its paths, and their requests get 503"
	fateKong    = "its requests are no longer checked and changed by it, or get an error"
	fateClass   = "what it sets up is no longer set up, or not as before"
	fatePolicy  = "the policy does not hold then, and its requests get an error or go unchecked"
)

// marked is an annotation that names objects: one, or several with commas between.
type marked struct {
	key   string
	kinds []kube.ID // Group and Kind
	form  string    // of the name: "" for name or namespace/name, crd for Traefik's, json for names in a JSON text
	fate  string
}

var (
	traefikKinds = func(kind string) []kube.ID {
		return []kube.ID{{Group: "traefik.io", Kind: kind}, {Group: "traefik.containo.us", Kind: kind}}
	}
	secretKind = []kube.ID{{Kind: "Secret"}}
	configKind = []kube.ID{{Kind: "ConfigMap"}}
)

// markings are of Ingresses, routes and Services.
var markings = []marked{
	{"traefik.ingress.kubernetes.io/router.middlewares", traefikKinds("Middleware"), "crd", fateTraefik},
	{"traefik.ingress.kubernetes.io/router.tls.options", traefikKinds("TLSOption"), "crd", fateTraefik},
	{"traefik.ingress.kubernetes.io/service.serverstransport", traefikKinds("ServersTransport"), "crd", fateTraefik},
	{"konghq.com/plugins", []kube.ID{
		{Group: "configuration.konghq.com", Kind: "KongPlugin"},
		{Group: "configuration.konghq.com", Kind: "KongClusterPlugin"},
	}, "", fateKong},
	{"konghq.com/upstream-policy", []kube.ID{{Group: "configuration.konghq.com", Kind: "KongUpstreamPolicy"}}, "", fateKong},
	{"konghq.com/override", []kube.ID{{Group: "configuration.konghq.com", Kind: "KongIngress"}}, "", fateKong},
	{"konghq.com/client-cert", secretKind, "", fateKong},
	{"nginx.ingress.kubernetes.io/auth-secret", secretKind, "", fateNginx},
	{"nginx.ingress.kubernetes.io/auth-tls-secret", secretKind, "", fateNginx},
	{"nginx.ingress.kubernetes.io/proxy-ssl-secret", secretKind, "", fateNginx},
	{"nginx.ingress.kubernetes.io/auth-proxy-set-headers", configKind, "", fateNginx},
	{"nginx.ingress.kubernetes.io/custom-headers", configKind, "", fateNginx},
	{"nginx.ingress.kubernetes.io/fastcgi-params-configmap", configKind, "", fateNginx},
	{"haproxy.org/auth-secret", secretKind, "", fatePolicy},
	{"haproxy.org/server-ca", secretKind, "", fatePolicy},
	{"haproxy.org/server-crt", secretKind, "", fatePolicy},
	{"haproxy.org/client-ca", secretKind, "", fatePolicy},
	{"haproxy-ingress.github.io/auth-secret", secretKind, "", fatePolicy},
	{"haproxy-ingress.github.io/auth-tls-secret", secretKind, "", fatePolicy},
	{"haproxy-ingress.github.io/secure-verify-ca-secret", secretKind, "", fatePolicy},
	{"nginx.org/basic-auth-secret", secretKind, "", fatePolicy},
	{"nginx.org/jwt-key", secretKind, "", fatePolicy},
	{"networking.gke.io/v1beta1.FrontendConfig", []kube.ID{{Group: "networking.gke.io", Kind: "FrontendConfig"}}, "", fateClass},
	{"networking.gke.io/managed-certificates", []kube.ID{{Group: "networking.gke.io", Kind: "ManagedCertificate"}}, "", fateClass},
	{"cloud.google.com/backend-config", []kube.ID{{Group: "cloud.google.com", Kind: "BackendConfig"}}, "json", fateClass},
}

// namings are the objects that an object names.
func namings(o kube.Object) []naming {
	var all []naming
	all = append(all, annotatedNames(o)...)
	switch {
	case o.Is(cluster.GatewayGroup, "HTTPRoute"), o.Is(cluster.GatewayGroup, "GRPCRoute"):
		all = append(all, filterNames(o)...)
	case strings.HasPrefix(o.Group, "traefik."):
		all = append(all, traefikNames(o)...)
	case o.Is(cluster.GatewayGroup, "GatewayClass"):
		all = append(all, parameters(o, "spec", "parametersRef")...)
	case o.Is(cluster.GatewayGroup, "Gateway"):
		all = append(all, parameters(o, "spec", "infrastructure", "parametersRef")...)
	case o.Is(cluster.IngressGroup, "IngressClass"):
		all = append(all, parameters(o, "spec", "parameters")...)
	case len(policy.Targets(o)) > 0:
		all = append(all, configNames(o, o.Get("spec"), []string{"spec"}, 0)...)
	}
	return all
}

func annotatedNames(o kube.Object) []naming {
	annotations := o.Get("metadata", "annotations")
	if annotations == nil || !o.Is(cluster.IngressGroup, "Ingress") && !o.Is("", "Service") && o.Group != cluster.GatewayGroup {
		return nil
	}
	var all []naming
	for key, value := range kube.Pairs(annotations) {
		i := slices.IndexFunc(markings, func(m marked) bool { return m.key == key })
		if i < 0 {
			continue
		}
		m := markings[i]
		for _, word := range m.words(value) {
			namespace, name, qualified := strings.Cut(word, "/")
			if !qualified {
				namespace, name = o.Namespace, word
			}
			to := kube.ID{Namespace: namespace, Name: name}
			if m.form == "crd" {
				to = kube.ID{Name: word} // namespace-name
			}
			all = append(all, naming{to, m.kinds, []string{"metadata", "annotations", key}, m.fate})
		}
	}
	return all
}

// words are the names in the value of an annotation.
func (m marked) words(value string) []string {
	if m.form == "json" {
		var config struct {
			Default string            `json:"default"`
			Ports   map[string]string `json:"ports"`
		}
		if json.Unmarshal([]byte(value), &config) != nil {
			return nil
		}
		all := slices.Sorted(maps.Values(config.Ports))
		return slices.DeleteFunc(append(all, config.Default), func(name string) bool { return name == "" })
	}
	var all []string
	for word := range strings.SplitSeq(value, ",") {
		word, at, _ := strings.Cut(strings.TrimSpace(word), "@")
		if word != "" && (m.form != "crd" || at == "kubernetescrd") {
			all = append(all, word)
		}
	}
	return all
}

// filterNames are the filters that a route takes from elsewhere.
func filterNames(o kube.Object) []naming {
	var all []naming
	add := func(n *yaml.Node) {
		for _, f := range kube.Items(n, "filters") {
			if ref := kube.Get(f, "extensionRef"); ref != nil {
				to := kube.ID{Group: kube.Text(ref, "group"), Kind: kube.Text(ref, "kind"), Namespace: o.Namespace, Name: kube.Text(ref, "name")}
				all = append(all, naming{to, []kube.ID{to}, []string{"spec", "rules"}, fateFilter})
			}
		}
	}
	for _, rule := range kube.Items(o.Node, "spec", "rules") {
		add(rule)
		for _, ref := range kube.Items(rule, "backendRefs") {
			add(ref)
		}
	}
	return all
}

// traefikNames are the middlewares of an IngressRoute, and of a chain.
func traefikNames(o kube.Object) []naming {
	var all []naming
	add := func(refs []*yaml.Node, path ...string) {
		for _, ref := range refs {
			to := kube.ID{Namespace: cmp.Or(kube.Text(ref, "namespace"), o.Namespace), Name: kube.Text(ref, "name")}
			kind := "Middleware"
			if strings.HasSuffix(o.Kind, "TCP") {
				kind = "MiddlewareTCP"
			}
			all = append(all, naming{to, traefikKinds(kind), path, fateTraefik})
		}
	}
	for _, r := range kube.Items(o.Node, "spec", "routes") {
		add(kube.Items(r, "middlewares"), "spec", "routes")
	}
	add(kube.Items(o.Node, "spec", "chain", "middlewares"), "spec", "chain")
	return all
}

// parameters are those of a class or of a Gateway.
func parameters(o kube.Object, path ...string) []naming {
	ref := o.Get(path...)
	if ref == nil {
		return nil
	}
	to := kube.ID{
		Group: cmp.Or(kube.Text(ref, "group"), kube.Text(ref, "apiGroup")), Kind: kube.Text(ref, "kind"),
		Namespace: cmp.Or(kube.Text(ref, "namespace"), o.Namespace), Name: kube.Text(ref, "name"),
	}
	return []naming{{to, []kube.ID{to}, path, fateClass}}
}

// configNames are the Secrets and ConfigMaps that a policy names, wherever it does.
func configNames(o kube.Object, n *yaml.Node, at []string, depth int) []naming {
	if n == nil || depth > 8 {
		return nil
	}
	var all []naming
	if kind := kube.Text(n, "kind"); (kind == "Secret" || kind == "ConfigMap") && kube.Text(n, "name") != "" {
		to := kube.ID{Kind: kind, Namespace: cmp.Or(kube.Text(n, "namespace"), o.Namespace), Name: kube.Text(n, "name")}
		all = append(all, naming{to, []kube.ID{to}, at, fatePolicy})
	}
	for i, child := range n.Content {
		path := at
		if n.Kind == yaml.MappingNode {
			if i%2 == 0 {
				continue
			}
			path = append(slices.Clip(at), n.Content[i-1].Value)
		}
		all = append(all, configNames(o, child, path, depth+1)...)
	}
	return all
}

// candidates are what a name may stand for.
func (n naming) candidates() []kube.ID {
	var all []kube.ID
	for _, k := range n.kinds {
		id := kube.ID{Group: k.Group, Kind: k.Kind, Namespace: n.to.Namespace, Name: n.to.Name}
		all = append(all, id)
	}
	return all
}
