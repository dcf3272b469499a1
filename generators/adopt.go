package generators

import (
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/generators/workload"
)

// This file holds the routes of the stages before stable.

// unrouted are the user's own routes as they are, and of the others, once there
// are tracks, what routes will refer to: nothing is named before it is there.
func (w *work) unrouted(all []kube.Object, s stage.Stage) []kube.Object {
	routes := w.routing(all)
	var kept []kube.Object
	for _, o := range all {
		switch own := w.own(o.Key()); {
		case own != nil:
			kept = append(kept, *own)
		case !routes[o.Key()] && s.Running(w.release.Spec.Live):
			kept = append(kept, o)
		}
	}
	return kept
}

// routing are the objects that requests go by: not those that are only referred to.
func (w *work) routing(all []kube.Object) map[kube.ID]bool {
	routes := map[kube.ID]bool{}
	rules, unread := route.ReadAll(w.in.Providers, route.NewWorld(all, w.in.Classes))
	for _, r := range rules {
		routes[r.Source.Key()] = !r.Source.Is("", "Service")
	}
	for _, u := range unread {
		routes[u.Source.Key()] = true
	}
	return routes
}

// own is the user's own object of that key, if the release works on it.
func (w *work) own(key kube.ID) *kube.Object {
	for _, r := range w.routes {
		if r.Own != nil && r.Own.Key() == key {
			return r.Own
		}
	}
	return nil
}

// returning are routes that the way back removes. Those that the release wrote
// itself end with it: what only they answered is answered no more, and who goes
// back means that.
func (w *work) returning(all []kube.Object) []kube.Object {
	routes := w.routing(all)
	for i, o := range all {
		if routes[o.Key()] && w.own(o.Key()) == nil {
			all[i] = workload.Accepting(o, "request-gone")
		}
	}
	return all
}
