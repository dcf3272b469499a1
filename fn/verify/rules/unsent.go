package rules

import (
	"slices"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/rules/routes"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/policy"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/workload"
)

// This file knows the Services that no route sends requests to.

// Unsent is of [account.Facts].
func (p Facts) Unsent(o kube.Object) bool {
	if o.Is("", "Service") {
		return p.unsent(o)
	}
	targets := policy.Targets(o)
	for _, t := range targets {
		if t.Group != "" || t.Kind != "Service" || slices.ContainsFunc([]cluster.State{p.From, p.To}, func(s cluster.State) bool {
			return slices.ContainsFunc(s.World.All("", "Service"), func(svc kube.Object) bool { return t.Names(svc) && !p.unsent(svc) })
		}) {
			return false
		}
	}
	return len(targets) > 0
}

// unsent reports whether a Service gets no requests of routes, before and after. Those
// who call it by its name are told of a track's that it comes and goes; nobody does so
// yet, or is to any more, where an end of the edge does not have it.
func (p Facts) unsent(svc kube.Object) bool {
	_, had := p.From.ByID[svc.Key()]
	_, has := p.To.ByID[svc.Key()]
	if had && has && svc.Text("metadata", "labels", workload.TrackLabel) == "" || has && opened(svc) {
		return false
	}
	return !routes.SentTo(p.Transition)[svc.Key()]
}

// opened reports whether a Service is an entry of its own.
func opened(svc kube.Object) bool {
	return slices.Contains([]string{"LoadBalancer", "NodePort"}, svc.Text("spec", "type"))
}

// Lines is of [account.Facts]. An object that says itself how it is read must do so on
// both sides: of one that is read on one side alone nobody knows what it did before.
func (p Facts) Lines(o kube.Object) []route.Line {
	var all []route.Line
	for _, provider := range p.From.Router.Providers {
		_, reads := provider.KindOf(o)
		if !reads || p.readTwice(provider, o) {
			all = append(all, provider.Lines(o)...)
		}
	}
	return all
}

// readTwice reports whether a provider reads an object on each side that has it.
func (p Facts) readTwice(provider route.Provider, o kube.Object) bool {
	for _, s := range []cluster.State{p.From, p.To} {
		one, there := s.ByID[o.Key()]
		if _, reads := provider.KindOf(one); there && !reads {
			return false
		}
	}
	return true
}

// Speaks is of [account.Facts].
func (p Facts) Speaks(annotation string) bool {
	a, _ := route.AnnotationByKey(p.From.Router.Providers, annotation)
	return a.Speaks
}

// Shares is of [account.Facts].
func (p Facts) Shares(annotation string, ends ...kube.Object) bool {
	return slices.ContainsFunc(p.From.Router.Providers, func(r route.Provider) bool {
		return slices.ContainsFunc(r.Annotations, func(a route.Annotation) bool { return a.Shares && a.Key == annotation }) &&
			slices.ContainsFunc(ends, func(o kube.Object) bool { return o.Node != nil && r.Steers != nil && r.Steers(o) })
	})
}
