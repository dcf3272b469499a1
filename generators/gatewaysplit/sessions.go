package gatewaysplit

import (
	"fmt"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/policy"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// This file refuses routes that keep clients where they were once sent. A
// request with the session's cookie or header goes to the same backend whatever
// the weights say (GEP-1619, Gateway API v1.6, experimental channel), so that no
// step and no abort moves it.

const (
	sessionHeld = "keeps clients on the track that answered first, whatever the weights are, beyond an abort"
	sessionHint = "leave it out; affinity of the traffic entry keeps clients on a track until an abort ends it"
)

// checkSessions looks at the rules of the user's own route that lead to
// the workload, at the filters that they name, and at policies for the route.
func checkSessions(r entry) []schemas.Finding {
	if r.Own == nil {
		return nil
	}
	var found []schemas.Finding
	for i, rule := range kube.Items(spec(r), "rules") {
		if len(apexRefs(r, rule)) == 0 {
			continue
		}
		if kube.Get(rule, "sessionPersistence") != nil {
			found = append(
				found,
				r.Own.Find("session-split", "sessionPersistence "+sessionHeld, sessionHint, "spec", "rules", fmt.Sprint(i), "sessionPersistence"),
			)
		}
		for j, filter := range kube.Items(rule, "filters") {
			if o, path, held := keepsClients(r, kube.Get(filter, "extensionRef")); held {
				f := r.Own.Find(
					"session-split",
					fmt.Sprintf("names %s, whose %s %s", o, path, sessionHeld),
					sessionHint,
					"spec",
					"rules",
					fmt.Sprint(i),
					"filters",
					fmt.Sprint(j),
					"extensionRef",
				)
				found = append(found, f)
			}
		}
	}
	for _, o := range r.World.Objects() {
		for _, t := range policy.Targets(o) {
			if path, held := policy.Held(o); held && t.Names(*r.Own) {
				found = append(found, o.Find("session-split", sessionHeld, sessionHint, path...))
				break
			}
		}
	}
	return found
}

// keepsClients reports whether the object that a filter names keeps clients, and
// by which field.
func keepsClients(r entry, ref *yaml.Node) (id kube.ID, field string, held bool) {
	if ref == nil {
		return id, "", false
	}
	o, ok := r.World.Find(kube.Text(ref, "group"), kube.Text(ref, "kind"), r.Own.Namespace, kube.Text(ref, "name"))
	if !ok {
		return id, "", false
	}
	path, held := policy.Held(o)
	if !held {
		return id, "", false
	}
	return o.ID, path[len(path)-1], true
}
