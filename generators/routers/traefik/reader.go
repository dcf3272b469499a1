package traefik

import (
	"fmt"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// reader reads the objects of a state.
type reader struct {
	services    map[kube.ID]traefikObject
	world       route.World
	middlewares map[kube.ID]kube.Object
	full        map[string]kube.Object // the same, by namespace-name
	chains      map[kube.ID][]nameRef  // what those that are chains name
	resolved    map[kube.ID]resolved   // TraefikServices that are followed already
	open        map[kube.ID]bool       // those that are being followed
	all         []alternative
	unread      []route.Unread
}

// alternative is a rule for one list of conditions of a router, before it is known
// which others there are.
type alternative struct {
	route.Rule
	hosts       hosts
	entryPoints []string // none: the default ones
	entry       route.Entry
	priority    int
}

// traefikObject is a TraefikService that was read.
type traefikObject struct {
	kube.Object
	spec traefikService
}

// resolved is what stands behind a TraefikService.
type resolved struct {
	backends []route.Backend
	mirrors  []route.Backend // Weight: percent of the requests
	sticky   *route.Sticky
	options  []route.Effect // how Services are spoken to
	none     bool           // all weights are 0: requests get 503
}

func (rd *reader) notJudged(o kube.Object, format string, args ...any) {
	rd.unread = append(rd.unread, route.Unread{Source: o, Why: fmt.Sprintf(format, args...)})
}

// report reports what does not do what it seems to.
func (rd *reader) report(o kube.Object, id, hint, format string, args ...any) {
	rd.unread = append(rd.unread, route.Unread{Source: o, Why: fmt.Sprintf(format, args...), ID: id, Hint: hint})
}

// decode reads a spec. What the CRD would refuse is not judged.
func (rd *reader) decode(o kube.Object, spec any) bool {
	n := o.Get("spec")
	if n == nil {
		n = &yaml.Node{Kind: yaml.MappingNode}
	}
	if err := n.Decode(spec); err != nil {
		rd.notJudged(o, "%s", route.SchemaMismatch(err))
		return false
	}
	return true
}
