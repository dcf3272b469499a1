package entry

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/gatewayroute"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// This file holds what TLS at a router needs: Secrets with certificates.
//
// Most of them are in no manifest: cert-manager makes them, or somebody by
// hand. Of those nothing is known, and nothing is said.

// ending is a place where a router ends TLS: a listener of a Gateway, or a host
// of an Ingress.
type ending struct {
	kube.Object
	where   string
	path    string    // of the field that says so
	secrets []kube.ID // with its certificates
	own     bool      // it needs none: the router has one of its own
}

// place identifies an ending in any state. A host is one place, whichever
// Ingress has it.
func (at ending) place() string {
	if at.Is(cluster.IngressGroup, "Ingress") {
		return at.where
	}
	return at.Key().String() + " " + at.Group + " " + at.where
}

// CheckTLS checks that where TLS ends before and after a commit, it ends in every mix.
func CheckTLS(e *edge.Transition) []edge.Problem {
	was := map[string]ending{}
	for _, at := range endings(e.From) {
		was[at.place()] = at
	}
	unmade := e.Unmade()
	problems := checkServers(e)
	for _, is := range endings(e.To) {
		old, ok := was[is.place()]
		if !ok {
			continue
		}
		if why := broken(e, old, is, unmade); why != "" {
			problems = append(problems, edge.Problem{
				Object: is.Object, Path: []string{"spec", is.path}, About: is.where,
				Message: fmt.Sprintf("%s %s: TLS fails there, or shows a certificate of somebody else", is.where, why),
				Hint:    "make the new Secret in a commit before it is named, and remove the old one in a commit after",
			})
		}
	}
	return problems
}

// broken says why TLS does not end in some mix; "" if nothing is known.
func broken(e *edge.Transition, was, is ending, unmade map[kube.ID]kube.ID) string {
	for _, id := range was.secrets {
		if how, ok := removed(e, id, unmade); ok && !is.spares(id, was) {
			return fmt.Sprintf("has its certificate from %s%s", id, how)
		}
	}
	if why := ungranted(e, was, is); why != "" {
		return why
	}
	left := slices.DeleteFunc(slices.Clone(was.secrets), func(id kube.ID) bool { return slices.Contains(is.secrets, id) })
	switch {
	case is.own || len(left) == 0:
		return ""
	case len(is.secrets) == 0 && is.path == "tls":
		return "is listed under tls no more"
	case len(is.secrets) == 0:
		return "names no certificate any more"
	}
	for _, id := range is.secrets {
		switch there, before := edge.Provides(e.To, id), edge.Provides(e.From, id); {
		case slices.Contains(was.secrets, id) || before:
		case there:
			return fmt.Sprintf("takes its certificate from %s, which the same commit makes", id)
		case slices.ContainsFunc(left, func(id kube.ID) bool { return edge.Provides(e.From, id) }):
			return fmt.Sprintf("takes its certificate from %s, which the manifests do not have, unlike the one before", id)
		}
	}
	return ""
}

// ungranted says which certificate of another namespace a listener may not take, at
// some moment, that it takes before or after a commit; "" if there is none. What no
// manifest allows, others may.
func ungranted(e *edge.Transition, was, is ending) string {
	for _, id := range is.secrets {
		if is.Group == cluster.IstioGroup || is.Is(cluster.IngressGroup, "Ingress") || kube.SameNamespace(id.Namespace, is.Namespace) {
			continue
		}
		before, after := grants(e.From, was.Object, id), grants(e.To, is.Object, id)
		switch kept := slices.Contains(was.secrets, id); {
		case kept && before && !after:
			return fmt.Sprintf("takes its certificate from %s, which no ReferenceGrant lets it any more", id)
		case !kept && !before && after:
			return fmt.Sprintf("takes its certificate from %s, which only a ReferenceGrant of the same commit lets it", id)
		}
	}
	return ""
}

// grants reports whether a ReferenceGrant of the manifests lets an object name a
// Secret of another namespace.
func grants(s cluster.State, o kube.Object, secret kube.ID) bool {
	return gatewayroute.Granted(s.World, o.ID, secret)
}

// spares reports whether a host has another certificate, before and after, than
// one that goes: that of another Ingress.
func (at ending) spares(gone kube.ID, was ending) bool {
	return at.path == "tls" && !slices.Contains(at.secrets, gone) &&
		slices.ContainsFunc(at.secrets, func(id kube.ID) bool { return slices.Contains(was.secrets, id) })
}

// removed says how a Secret goes: by itself, or with what makes it.
func removed(e *edge.Transition, id kube.ID, unmade map[kube.ID]kube.ID) (how string, ok bool) {
	if c, changed := e.Find(id); changed && c.Gone() {
		return ", which is removed", true
	}
	for _, at := range edge.Anywhere(id) {
		if by, ok := unmade[at]; ok {
			return fmt.Sprintf(", which %s makes, and that is removed", by), true
		}
	}
	return "", false
}

// endings are the places of a state where TLS ends. What several Ingresses say
// of a host is one.
func endings(s cluster.State) []ending {
	var all []ending
	at := map[string]int{}
	for _, o := range s.Objects {
		for _, one := range endingsOf(s, o) {
			i, known := at[one.place()]
			if !known {
				at[one.place()] = len(all)
				all = append(all, one)
				continue
			}
			all[i].secrets = append(slices.Clip(all[i].secrets), one.secrets...)
			all[i].own = all[i].own || one.own
		}
	}
	return all
}

// Certificates are the Secrets by which a state ends TLS.
func Certificates(s cluster.State) []kube.ID {
	var all []kube.ID
	for _, at := range endings(s) {
		all = append(all, at.secrets...)
	}
	return all
}

func endingsOf(s cluster.State, o kube.Object) []ending {
	switch {
	case o.Is(cluster.IstioGroup, "Gateway"):
		return serversEnding(s, o)
	case o.Is(cluster.IngressGroup, "Ingress"):
		return hostsEnding(o)
	}
	return listenersEnding(s, o)
}

// listenersEnding are the listeners of a gateway, as its router reads them.
func listenersEnding(s cluster.State, o kube.Object) []ending {
	var all []ending
	for _, l := range s.Listeners(o) {
		all = append(all, ending{Object: o, where: "listener " + l.Name, path: "listeners", secrets: l.Certificates, own: l.Unnamed})
	}
	return all
}

// serversEnding: Istio looks for the Secret where the pods of the gateway are.
// If these are in no manifest, they are taken to be where the Gateway is.
func serversEnding(s cluster.State, o kube.Object) []ending {
	var namespaces []string
	for _, p := range gatewayPods(s, o) {
		namespaces = append(namespaces, p.Workload.Namespace)
	}
	if len(namespaces) == 0 {
		namespaces = []string{o.Namespace}
	}
	var all []ending
	for _, server := range kube.Items(o.Node, "spec", "servers") {
		at := ending{Object: o, where: "port " + kube.Text(server, "port", "number") + " " + kube.Text(server, "port", "name"), path: "servers"}
		for _, namespace := range namespaces {
			if name := kube.Text(server, "tls", "credentialName"); name != "" {
				at.secrets = append(at.secrets, kube.ID{Kind: "Secret", Namespace: namespace, Name: name})
			}
		}
		at.own = len(at.secrets) == 0 // files in the pods, or no TLS
		all = append(all, at)
	}
	return all
}

// gatewayPods are the pods that an Istio Gateway is for.
func gatewayPods(s cluster.State, o kube.Object) []cluster.Pods {
	selector := o.Get("spec", "selector")
	var all []cluster.Pods
	for _, i := range s.MaySelect(selector, "") {
		if p := s.Pods[i]; kube.Selects(selector, p.Labels) {
			all = append(all, p)
		}
	}
	return all
}

// hostsEnding are the hosts that an Ingress has rules for. TLS without hosts is
// for all whose names are in the certificate, so for any; TLS without a Secret
// takes the controller's own.
func hostsEnding(o kube.Object) []ending {
	var all []ending
	for _, rule := range kube.Items(o.Node, "spec", "rules") {
		host := kube.Text(rule, "host")
		at := ending{Object: o, where: "host " + host, path: "tls"}
		for _, tls := range kube.Items(o.Node, "spec", "tls") {
			hosts := kube.Items(tls, "hosts")
			covers := len(hosts) == 0 || slices.ContainsFunc(hosts, func(h *yaml.Node) bool { return route.HostFits(h.Value, host) })
			switch name := kube.Text(tls, "secretName"); {
			case !covers:
			case name == "":
				at.own = true
			default:
				at.secrets = append(at.secrets, kube.ID{Kind: "Secret", Namespace: o.Namespace, Name: name})
			}
		}
		all = append(all, at)
	}
	return all
}
