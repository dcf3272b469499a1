package entry

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/edge"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// This file holds what TLS at a router needs: Secrets with certificates.
//
// Most of them are in no manifest: cert-manager makes them, or somebody by
// hand. Of those nothing is known, and nothing is said.

// ending is a place where a router ends TLS: a listener of a gateway, or the host of a
// route.
type ending struct {
	kube.Object
	route.TLSEnd
}

// place identifies an ending in any state. A host is one place, whichever object of
// its kind has it.
func (at ending) place() string {
	if at.Host {
		return at.Kind + " " + at.Group + " " + at.Where
	}
	return at.Key().String() + " " + at.Group + " " + at.Where
}

// CheckTLS checks that where TLS ends before and after a commit, it ends in every mix.
func CheckTLS(e *edge.Transition) []edge.Problem {
	was := map[string]ending{}
	for _, at := range endings(e.From) {
		was[at.place()] = at
	}
	unmade := e.Unmade()
	var problems []edge.Problem
	for _, is := range endings(e.To) {
		old, ok := was[is.place()]
		if !ok {
			continue
		}
		if why := broken(e, old, is, unmade); why != "" {
			hint := "make the new Secret in a commit before it is named, and remove the old one in a commit after"
			if ungranted(e, old, is) == why {
				hint = "make a " + e.To.Grants(is.Object).Kind + " in a commit before it is needed, and remove one in a commit after"
			}
			problems = append(problems, edge.Problem{
				Object: is.Object, Path: strings.Split(is.Field, "."), About: is.Where, Hint: hint,
				Message: fmt.Sprintf("ends TLS at %s, which %s: handshakes there fail, or show a certificate of another host", is.Where, why),
			})
		} else if what := uncertified(e, old, is); what != "" {
			problems = append(problems, edge.Problem{
				Object: is.Object, About: is.Where + " uncertified", Unjudged: true,
				Message: fmt.Sprintf("ends TLS at %s with %s: whether handshakes succeed there is not judged", is.Where, what),
			})
		}
	}
	return problems
}

// broken says why TLS does not end in some mix; "" if nothing is known.
func broken(e *edge.Transition, was, is ending, unmade map[kube.ID]kube.ID) string {
	for _, id := range was.Certificates {
		if how, ok := removed(e, id, unmade); ok && !is.spares(id, was) {
			return fmt.Sprintf("has its certificate from %s%s", id, how)
		}
	}
	if why := ungranted(e, was, is); why != "" {
		return why
	}
	left := slices.DeleteFunc(slices.Clone(was.Certificates), func(id kube.ID) bool {
		return slices.Contains(is.Certificates, id)
	})
	switch {
	case is.Unnamed || len(left) == 0:
		return ""
	case len(is.Certificates) == 0 && is.Host:
		return "is listed under tls no more"
	case len(is.Certificates) == 0:
		return "names no certificate any more"
	}
	for _, id := range is.Certificates {
		switch there, before := edge.Provides(e.To, id), edge.Provides(e.From, id); {
		case slices.Contains(was.Certificates, id) || before:
		case there:
			return fmt.Sprintf("takes its certificate from %s, which the same commit makes", id)
		case slices.ContainsFunc(left, func(id kube.ID) bool { return edge.Provides(e.From, id) }):
			return fmt.Sprintf("takes its certificate from %s, which the manifests do not have, unlike the one before", id)
		}
	}
	return ""
}

// ungranted says which certificate of another namespace a place may not take, at some
// moment, that it takes before or after a commit; "" if there is none. What no manifest
// allows, others may.
func ungranted(e *edge.Transition, was, is ending) string {
	grants := e.To.Grants(is.Object)
	for _, id := range is.Certificates {
		if !grants.Needed(is.ID, id) {
			continue
		}
		before, after := grants.Given(e.From.World, was.ID, id), grants.Given(e.To.World, is.ID, id)
		switch kept := slices.Contains(was.Certificates, id); {
		case kept && before && !after:
			return fmt.Sprintf("takes its certificate from %s, which no %s lets it any more", id, grants.Kind)
		case !kept && !before && after:
			return fmt.Sprintf("takes its certificate from %s, which only a %s of the same commit lets it", id, grants.Kind)
		case before && after && !throughout(e, was, is, id):
			return fmt.Sprintf("takes its certificate from %s, and of the %ss that let it one goes while another comes: "+
				"in between there may be none", id, grants.Kind)
		}
	}
	return ""
}

// throughout reports whether a grant that stays lets a place have a certificate, before and
// after.
func throughout(e *edge.Transition, was, is ending, certificate kube.ID) bool {
	grants := e.To.Grants(is.Object)
	return slices.ContainsFunc(e.From.Objects, func(o kube.Object) bool {
		now, stays := e.To.ByID[o.Key()]
		return o.Kind == grants.Kind && stays &&
			grants.Given(route.NewWorld([]kube.Object{o}, nil), was.ID, certificate) &&
			grants.Given(route.NewWorld([]kube.Object{now}, nil), is.ID, certificate)
	})
}

// uncertified says which certificate is named from now on that no manifest lets it have;
// "" if there is none.
func uncertified(e *edge.Transition, was, is ending) string {
	grants := e.To.Grants(is.Object)
	for _, id := range is.Certificates {
		if !slices.Contains(was.Certificates, id) && grants.Needed(is.ID, id) && !grants.Given(e.To.World, is.ID, id) {
			return fmt.Sprintf("%s from now on, which no %s of the manifests lets it take", id, grants.Kind)
		}
	}
	return ""
}

// spares reports whether a host has another certificate, before and after, than
// one that goes: that of another Ingress.
func (at ending) spares(gone kube.ID, was ending) bool {
	return at.Host && !slices.Contains(at.Certificates, gone) && slices.ContainsFunc(at.Certificates, func(id kube.ID) bool {
		return slices.Contains(was.Certificates, id)
	})
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

// endings are the places of a state where TLS ends. What several objects say of a host
// is one.
func endings(s cluster.State) []ending {
	var all []ending
	at := map[string]int{}
	for _, o := range s.Objects {
		for _, end := range endsOf(s, o) {
			one := ending{o, end}
			i, known := at[one.place()]
			if !known {
				at[one.place()] = len(all)
				all = append(all, one)
				continue
			}
			all[i].Certificates = append(slices.Clip(all[i].Certificates), one.Certificates...)
			all[i].Unnamed = all[i].Unnamed || one.Unnamed
		}
	}
	return all
}

// Certificates are the Secrets by which a state ends TLS.
func Certificates(s cluster.State) []kube.ID {
	var all []kube.ID
	for _, at := range endings(s) {
		all = append(all, at.Certificates...)
	}
	return all
}

func endsOf(s cluster.State, o kube.Object) []route.TLSEnd {
	ends, said := s.TLSEnds(o)
	if !said && o.Is(cluster.IngressGroup, "Ingress") {
		ends = route.IngressTLSEnds(o)
	}
	return append(listenersEnding(s, o), ends...)
}

// listenersEnding are the listeners of a gateway, as its router reads them. If its pods
// are in no manifest, they are taken to be where the gateway is.
func listenersEnding(s cluster.State, o kube.Object) []route.TLSEnd {
	kind, ok := s.Router.GatewayKind(o.ID)
	if !ok {
		return nil
	}
	var namespaces []string
	if kind.SecretsByPods {
		for _, p := range gatewayPods(s, o, kind) {
			namespaces = append(namespaces, p.Workload.Namespace)
		}
	}
	var all []route.TLSEnd
	for _, l := range s.Listeners(o) {
		end := route.TLSEnd{
			Where: cmp.Or(l.Place, "listener "+l.Name), Field: cmp.Or(l.Field, "spec.listeners"), Certificates: l.Certificates, Unnamed: l.Unnamed,
		}
		if len(namespaces) > 0 {
			end.Certificates = inEach(namespaces, l.Certificates)
		}
		all = append(all, end)
	}
	return all
}

// inEach are objects of one name in several namespaces.
func inEach(namespaces []string, ids []kube.ID) []kube.ID {
	var all []kube.ID
	for _, id := range ids {
		for _, id.Namespace = range namespaces {
			all = append(all, id)
		}
	}
	return all
}

// gatewayPods are the pods that serve a gateway, where it selects them.
func gatewayPods(s cluster.State, o kube.Object, kind route.Gateway) []cluster.Pods {
	if kind.Selector == "" {
		return nil
	}
	selector := at(o, kind.Selector)
	var all []cluster.Pods
	for _, i := range s.MaySelect(selector, "") {
		if p := s.Pods[i]; kube.Selects(selector, p.Labels) {
			all = append(all, p)
		}
	}
	return all
}

// at is what stands at a path with dots.
func at(o kube.Object, path string) *yaml.Node { return o.Get(strings.Split(path, ".")...) }
