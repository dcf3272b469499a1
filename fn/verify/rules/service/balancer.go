package service

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// This file knows annotations of Services by which load balancers and name servers
// are told where clients come in.

// schemes decide where a load balancer stands, or that it is another one: it is made
// anew, or reached by other clients, however such an annotation changes
// (documentation of the controllers of each cloud, MetalLB, PureLB).
var schemes = []string{
	"service.beta.kubernetes.io/aws-load-balancer-scheme",
	"service.beta.kubernetes.io/aws-load-balancer-type",
	"service.beta.kubernetes.io/aws-load-balancer-nlb-target-type",
	"service.beta.kubernetes.io/aws-load-balancer-name",
	"service.beta.kubernetes.io/azure-load-balancer-internal",
	"service.beta.kubernetes.io/azure-load-balancer-resource-group",
	"cloud.google.com/load-balancer-type",
	"cloud.google.com/l4-rbs",
	"cloud.google.com/network-tier",
	"networking.gke.io/internal-load-balancer-subnet",
	"oci.oraclecloud.com/load-balancer-type",
	"oci-network-load-balancer.oraclecloud.com/internal",
	"service.beta.kubernetes.io/oci-load-balancer-internal",
	"service.beta.kubernetes.io/oci-load-balancer-subnet1",
	"service.beta.kubernetes.io/do-loadbalancer-network",
	"service.beta.kubernetes.io/do-loadbalancer-type",
	"kubernetes.digitalocean.com/load-balancer-id",
	"load-balancer.hetzner.cloud/name",
	"load-balancer.hetzner.cloud/location",
	"load-balancer.hetzner.cloud/network-zone",
	"load-balancer.hetzner.cloud/disable-public-network",
	"service.beta.kubernetes.io/openstack-internal-load-balancer",
	"loadbalancer.openstack.org/load-balancer-id",
	"loadbalancer.openstack.org/floating-network-id",
	"service.beta.kubernetes.io/alibaba-cloud-loadbalancer-id",
	"service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type",
	"service.beta.kubernetes.io/scw-loadbalancer-id",
	"service.beta.kubernetes.io/scw-loadbalancer-private",
	"service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type",
	"yandex.cloud/load-balancer-type",
	"metallb.io/address-pool",
	"purelb.io/service-group",
	"kubernetes.io/elb.id",
	"service.kubernetes.io/qcloud-loadbalancer-internal-subnetid",
}

// addresses name the address of a load balancer. One that is written out for the
// first time may be the one that it has.
var addresses = []string{
	"service.beta.kubernetes.io/aws-load-balancer-eip-allocations",
	"service.beta.kubernetes.io/aws-load-balancer-private-ipv4-addresses",
	"service.beta.kubernetes.io/aws-load-balancer-ipv6-addresses",
	"service.beta.kubernetes.io/aws-load-balancer-subnets",
	"service.beta.kubernetes.io/azure-load-balancer-internal-subnet",
	"service.beta.kubernetes.io/azure-load-balancer-ipv4",
	"service.beta.kubernetes.io/azure-load-balancer-ipv6",
	"service.beta.kubernetes.io/azure-pip-name",
	"service.beta.kubernetes.io/azure-pip-name-ipv6",
	"service.beta.kubernetes.io/azure-pip-prefix-id",
	"service.beta.kubernetes.io/azure-dns-label-name",
	"networking.gke.io/load-balancer-ip-addresses",
	"load-balancer.hetzner.cloud/private-ipv4",
	"loadbalancer.openstack.org/load-balancer-address",
	"metallb.io/loadBalancerIPs",
	"lbipam.cilium.io/ips",
	"kube-vip.io/loadbalancerIPs",
	"purelb.io/addresses",
}

// hostNames are lists of names that a name server is told to lead to a Service
// (external-dns, annotations of sources).
var hostNames = []string{
	"external-dns.alpha.kubernetes.io/hostname",
	"external-dns.alpha.kubernetes.io/internal-hostname",
}

// aliases are other words for the beginning of such annotations.
var aliases = []struct{ alias, key string }{
	{"networking.gke.io/load-balancer-type", "cloud.google.com/load-balancer-type"},
	{"metallb.universe.tf/", "metallb.io/"},
	{"io.cilium/lb-ipam-ips", "lbipam.cilium.io/ips"},
}

// entry are the annotations of a Service under one word for each, with the values
// that mean nothing left out.
func entry(o kube.Object) map[string]string {
	all := map[string]string{}
	for k, v := range kube.Pairs(o.Node, "metadata", "annotations") {
		for _, a := range aliases {
			if rest, ok := strings.CutPrefix(k, a.alias); ok {
				k = a.key + rest
			}
		}
		switch {
		case k == "service.beta.kubernetes.io/aws-load-balancer-internal":
			k, v = "service.beta.kubernetes.io/aws-load-balancer-scheme", map[bool]string{true: "internal"}[v == "true" || v == "0.0.0.0/0"]
		case slices.Contains(schemes, k) && (v == "false" || strings.EqualFold(v, "External")):
			v = ""
		}
		if v != "" {
			all[k] = v
		}
	}
	return all
}

// lostEntry is what a change of annotations takes from the clients of a Service.
func lostEntry(c cluster.Change) []edge.Problem {
	var problems []edge.Problem
	was, is := entry(c.From), entry(c.To)
	tell := func(key, message, hint string) {
		problems = append(problems, edge.Problem{
			Object: c.To, Path: []string{"metadata", "annotations", key}, About: key, Message: message,
			Hint: hint,
		})
	}
	for _, key := range append(slices.Clone(schemes), addresses...) {
		pinned := slices.Contains(addresses, key) && (was[key] == "" || is[key] == "")
		if was[key] != is[key] && !pinned && Balanced(c.From) && Balanced(c.To) {
			tell(key, fmt.Sprintf("changes annotation %s (%s): its load balancer is made anew or moves, and clients of the old address are "+
				"refused", key,
				turned(was[key], is[key])),
				"make a Service of another name with the new load balancer, until no client uses the old one")
		}
	}
	for _, key := range hostNames {
		if lost := without(was[key], is[key]); len(lost) > 0 {
			tell(key, "can no longer be reached as "+schemas.And(lost)+": the name server forgets the name",
				"put the name on another Service a commit before; if no client uses the name, accept it: annotation cutover.dev/accept: service-kind")
		}
	}
	return problems
}

// turned says what a value was and becomes.
func turned(was, is string) string {
	switch {
	case was == "":
		return "new: " + is
	case is == "":
		return "removed: " + was
	}
	return was + " → " + is
}

// without are the names of a list that another one lacks.
func without(was, is string) []string {
	now := wordsOf(is)
	return slices.DeleteFunc(wordsOf(was), func(name string) bool { return slices.Contains(now, name) })
}

// wordsOf are the words of an annotation with commas between them.
func wordsOf(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}
