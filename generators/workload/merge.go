package workload

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators/agent"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// checkMerges: two protocols on one number lead to the same container ports on
// both tracks, and to those that a track's Service led to before. A client-side apply
// would leave one of the two where it was (see [kube.MergesPorts]).
func (s *Source) checkMerges() []schemas.Finding {
	if slices.ContainsFunc(s.Apexes, serverSide) {
		return nil
	}
	live, c := s.Release.Spec.Live, s.Release.Candidate()
	for _, track := range schemas.TrackNames {
		kept, there := s.keptService(track)
		if there && s.anew(track) {
			if number, ok := kube.MergesPorts(kube.Items(kept.Node, "spec", "ports"), kube.Items(s.Service(kept.Name, track).Node, "spec", "ports"), "port"); !ok {
				return []schemas.Finding{s.merged(primaryFirst(s.Apexes, s.Release.Name())[0], number)}
			}
		}
	}
	if c == "" {
		return nil
	}
	return s.checkMoves(s.At(live), s.At(c))
}

// checkMoves looks at the apexes as they go from one track to the other, and back.
func (s *Source) checkMoves(from, to []kube.Object) []schemas.Finding {
	var found []schemas.Finding
	for _, o := range from {
		i := slices.IndexFunc(to, func(p kube.Object) bool { return p.Key() == o.Key() })
		if i < 0 {
			continue
		}
		a, b := kube.Items(o.Node, "spec", "ports"), kube.Items(to[i].Node, "spec", "ports")
		number, ok := kube.MergesPorts(a, b, "port")
		if back, returns := kube.MergesPorts(b, a, "port"); ok && !returns {
			number, ok = back, false
		}
		if !ok {
			found = append(found, s.merged(o, number))
		}
	}
	return found
}

func (s *Source) merged(o kube.Object, number string) schemas.Finding {
	return o.Find("ports-merged", fmt.Sprintf("port %s stands there for two protocols, and leads to other container ports on the other track: a client-side apply (kubectl, and Argo CD by default) merges ports by number alone, so that one of the two leads nowhere", number),
		fmt.Sprintf("name the container ports and target the names, a release before their numbers change; or, where it is applied server-side (Flux; in Argo CD the sync option ServerSideApply=true), accept it: annotation %s: ports-merged", AcceptAnnotation), "spec", "ports")
}

// serverSide reports whether a Service says that it is applied from the server's side.
func serverSide(o kube.Object) bool {
	return Accepts(o, "ports-merged") || agent.Option(o, "ServerSideApply=true")
}

// mergeable is a Service of a track, applied as the apexes are.
func (s *Source) mergeable(o kube.Object) kube.Object {
	if slices.ContainsFunc(s.Apexes, func(apex kube.Object) bool { return Accepts(apex, "ports-merged") }) {
		o = Accepting(o, "ports-merged")
	}
	if slices.ContainsFunc(s.Apexes, func(apex kube.Object) bool { return agent.Option(apex, "ServerSideApply=true") }) {
		o = o.With("ServerSideApply=true", "metadata", "annotations", agent.ArgoOptions)
	}
	return o
}
