package alb

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// This file holds what annotations of the controller (v3.5) do to requests beside sending
// them on.

// known are annotations that choose the load balancer, and those of Services that say how
// pods are spoken to. That of the group and those of ports are entries of rules.
var known = []route.Annotation{
	{Key: prefix + "scheme", Moves: true, Default: "internal"},
	{Key: prefix + "load-balancer-name", Moves: true},
	{Key: prefix + "load-balancer-arn", Moves: true},
	{Key: prefix + "backend-protocol", Speaks: true},
	{Key: prefix + "backend-protocol-version", Speaks: true},
}

// depends is the Secret of OpenID Connect, which an Ingress or a Service names in JSON.
func depends(o kube.Object, _ route.World) []route.Dependency {
	const key = prefix + "auth-idp-oidc"
	var provider struct{ SecretName string }
	if value := o.Text("metadata", "annotations",
		key); value == "" || json.Unmarshal([]byte(value), &provider) != nil ||
		provider.SecretName == "" {
		return nil
	}
	return []route.Dependency{{
		Namespace: o.Namespace, Name: provider.SecretName, Kinds: []kube.ID{{Kind: "Secret"}}, Path: []string{"metadata", "annotations", key},
		Fate: "the controller no longer updates its load balancer",
	}}
}

// readElsewhere are read where they say who answers.
var readElsewhere = []string{
	"actions.",
	"conditions.",
	"group.name",
	"group.order",
	"listen-ports",
	"ssl-redirect",
	"scheme",
	"load-balancer-name",
	"load-balancer-arn",
	"backend-protocol",
	"backend-protocol-version",
	"use-regex-path-match",
}

// harmless change neither who answers a request nor whether it is let in.
var harmless = []string{
	"tags",
	"minimum-load-balancer-capacity",
	"shield-advanced-protection",
	"healthcheck-interval-seconds",
	"auth-session-timeout",
}

// openTo let in those that they name.
var openTo = []string{"inbound-cidrs", "security-group-prefix-lists"}

// barring let in only those that say who they are.
var barring = []string{"auth-type", "jwt-validation", "mutual-authentication", "security-groups"}

// refusing keep out what they do not like.
var refusing = []string{"wafv2-acl-arn", "waf-acl-id", "wafv2-acl-name", "ssl-policy"}

// effects are what the annotations of an Ingress do to requests with a backend of a name.
func effects(o kube.Object, backend string, w route.World) []route.Effect {
	all := route.AnnotationEffects(o, prefix)
	all = append(all, classEffects(o, w)...)
	for key, value := range kube.Pairs(o.Node, "metadata", "annotations") {
		name, ours := strings.CutPrefix(key, prefix)
		ofOther := strings.HasPrefix(name, "transforms.") && name != "transforms."+backend
		if !ours || ofOther || begins(readElsewhere, name) || begins(harmless, name) || name == "auth-type" && value == "none" {
			continue
		}
		one := route.Effect{Name: key, Path: []string{"metadata", "annotations", key}, Value: value}
		switch {
		case slices.Contains(openTo, name):
			one.Bars, one.Admitted = route.BarsOthers, route.CommaList(value)
		case slices.Contains(barring, name):
			one.Bars = route.BarsOthers
		case slices.Contains(refusing, name):
			one.Bars = route.BarsSome
		}
		all = append(all, one)
	}
	return route.SortEffects(all)
}

// classEffects is the class of an Ingress, unless a manifest says that the controller
// serves it: of two classes, each may be somebody else's.
func classEffects(o kube.Object, w route.World) []route.Effect {
	class := classOf(o, w)
	if _, known := w.Find("networking.k8s.io", "IngressClass", "", class); known || class == "" {
		return nil
	}
	return []route.Effect{{Name: "the class of the Ingress", Path: []string{"spec", "ingressClassName"}, Value: class}}
}

// begins reports whether a name is in a list; one that ends in a dot is for all that begin so.
func begins(list []string, name string) bool {
	return slices.ContainsFunc(list, func(one string) bool {
		return name == one || strings.HasSuffix(one, ".") && strings.HasPrefix(name, one)
	})
}

// stays reports whether attributes of target groups keep clients on a target.
func stays(attributes string) bool {
	return slices.Contains(route.CommaList(attributes), "stickiness.enabled=true")
}
