package draft

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// Draft is a Release that is to be written.
type Draft struct {
	Object  kube.Object // the workload
	Text    []byte
	Routers []string          // what carries its requests, in words
	Steps   string            // percent of the requests, in words; "" for blue/green
	NoSteps string            // why it is blue/green, if the manifests say
	Warned  []schemas.Finding // what two tracks mean to its data, while both answer
	Lost    []string          // what a controller was told and a Release cannot say, with the reason
}

// Pick finds the workload to draft a Release for: the one that has none, or the
// one called name, which may be written kind/namespace/name as far as needed.
func Pick(in generators.Input, name string) (kube.Object, []schemas.Finding) {
	var all, free []kube.Object
	for _, o := range in.Objects {
		if !slices.ContainsFunc(kinds, func(kind string) bool { return o.Is("apps", kind) }) {
			continue
		}
		if name != "" && !strings.HasSuffix("/"+o.ID.String(), "/"+name) {
			continue
		}
		all = append(all, o)
		if owner(in.Releases, o) == nil {
			free = append(free, o)
		}
	}
	fail := func(id, message, hint string) (kube.Object, []schemas.Finding) {
		return kube.Object{}, []schemas.Finding{{ID: id, Message: message, Hint: hint}}
	}
	switch {
	case len(free) == 1:
		return free[0], workload.Driven(free[0], in.Objects)
	case len(free) > 1:
		return fail("workload-several", fmt.Sprintf("%d workloads have no Release: %s", len(free), list(free)), "--workload: one of them")
	case len(all) > 0:
		r := owner(in.Releases, all[0])
		return kube.Object{}, []schemas.Finding{r.Find("release-exists", "spec.workload", fmt.Sprintf("%s has a Release already", list(all)),
			"change that one; or --workload: another one")}
	case name != "":
		return fail("workload-unknown", fmt.Sprintf("no Deployment or StatefulSet is called %q", name),
			"one of the manifests, or --input: where they are")
	}
	return kube.Object{}, nothing(in.Objects)
}

// owner is the Release of a workload, if there is one.
func owner(releases []*schemas.Release, o kube.Object) *schemas.Release {
	i := slices.IndexFunc(releases, func(r *schemas.Release) bool {
		return r.Spec.Workload != nil && r.Spec.Workload.Kind == o.Kind && r.Name() == o.Name &&
			kube.SameNamespace(r.Metadata.Namespace, o.Namespace)
	})
	if i < 0 {
		return nil
	}
	return releases[i]
}

// list names objects, and counts them from the thirteenth on.
func list(objects []kube.Object) string {
	const most = 12
	var names []string
	for _, o := range objects {
		names = append(names, o.ID.String())
	}
	slices.Sort(names)
	if len(names) > most {
		names = append(names[:most], fmt.Sprintf("and %d more", len(names)-most))
	}
	return strings.Join(names, ", ")
}

// canaries are the steps that a draft may have, the first choice first: those with fewer
// are for Services, which split by the number of pods.
var canaries = [][]int{{5, 25, 50}, {25, 50}, {50}}

// canary takes the first steps that what carries the requests can do, or none, and why.
func (d *draft) canary() {
	for _, steps := range canaries {
		d.steps = steps
		refused := d.try()
		if len(refused) == 0 {
			return
		}
		if d.noSteps == "" {
			d.noSteps = refused[0].Message
		}
	}
	d.steps = nil
}

// New drafts the Release of a workload. The findings are what is wrong with the
// manifests: the draft cannot be rendered before they are gone.
func New(in generators.Input, o kube.Object) (Draft, []schemas.Finding) {
	if unknown := workload.Known(o); len(unknown) > 0 {
		return Draft{Object: o}, unknown
	}
	d := &draft{source: &workload.Source{}, in: in, object: o, entries: []entry{{provider: "service"}}}
	d.describe()
	d.route()
	found := d.try()
	if len(found) == 0 && !d.worker {
		d.canary()
	}
	result := Draft{Object: o, Text: d.text(""), Steps: percents(d.steps), NoSteps: d.noSteps, Warned: d.warned()}
	for _, e := range d.entries {
		result.Routers = append(result.Routers, e.words())
	}
	return result, found
}
