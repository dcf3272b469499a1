// Package draft writes the first Release of a workload, from its manifests:
// which routers lead to it, at which ports, and what it runs today.
//
// What a router does is asked of its own Read, and whether a draft can be
// carried out of the generator itself: each part of it is tried, and one that
// is refused is left out, with the reason as a comment. So a router that is
// added to the table is drafted for without a line here.
//
// Non-goals: nothing is asked, and nothing is guessed that the manifests do
// not show.
package draft

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

// Draft is a Release that is to be written.
type Draft struct {
	Object  kube.Object // the workload
	Text    []byte
	Routers []string // what carries its requests, in words
	Steps   string   // percent of the requests, in words; "" for blue/green
	NoSteps string   // why it is blue/green, if the manifests say
}

// kinds of workloads that can be released.
var kinds = []string{"Deployment", "StatefulSet"}

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
		return kube.Object{}, []schemas.Finding{r.Find("release-exists", "spec.workload", fmt.Sprintf("%s has a Release already", list(all)), "change that one; or --workload: another one")}
	case name != "":
		return fail("workload-unknown", fmt.Sprintf("no Deployment or StatefulSet is called %q", name), "one of the manifests, or --input: where they are")
	}
	return fail("workload-unknown", "no Deployment or StatefulSet is among the manifests", "put them under base/, or --input: where they are")
}

// owner is the Release of a workload, if there is one.
func owner(releases []*schemas.Release, o kube.Object) *schemas.Release {
	i := slices.IndexFunc(releases, func(r *schemas.Release) bool {
		return r.Spec.Workload != nil && r.Spec.Workload.Kind == o.Kind && r.Name() == o.Name && kube.SameNamespace(r.Metadata.Namespace, o.Namespace)
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
		d.steps = "5, 25, 50"
		if refused := d.try(); len(refused) > 0 {
			d.steps, d.noSteps = "", refused[0].Message
		}
	}
	result := Draft{Object: o, Text: d.text(""), Steps: d.steps, NoSteps: d.noSteps}
	for _, e := range d.entries {
		result.Routers = append(result.Routers, e.words())
	}
	return result, found
}

// draft is a Release in the making.
type draft struct {
	in      generators.Input
	object  kube.Object
	source  *workload.Source
	volumes string  // spec.workload.volumes
	worker  bool    // takes its work by itself
	entries []entry // of spec.traffic
	left    []string
	steps   string
	noSteps string // why there are none
}

// entry is one of spec.traffic.
type entry struct {
	provider, name string
	route          kube.Object // the user's own; none under provider service
	protocol       string
	port           string
	says           []string // hosts that it answers to, and where
}

func (e entry) words() string {
	if e.route.Node == nil {
		return e.provider
	}
	return fmt.Sprintf("%s, %s", e.provider, e.route.ID)
}

// describe says what runs: its volumes, and whether anybody calls it.
func (d *draft) describe() {
	for _, volumes := range []string{"", "shared", "perTrack", "scratch"} {
		d.volumes = volumes
		r := d.parsed("")
		if r == nil {
			return // try says why
		}
		source, found := workload.Find(r, workload.Input{Objects: d.in.Objects})
		d.source = source
		if !slices.ContainsFunc(found, func(f schemas.Finding) bool { return strings.HasPrefix(f.ID, "volumes-") }) {
			break
		}
	}
	d.worker = len(d.source.Apexes) == 0
	if d.worker {
		d.entries = nil
	}
}

// container is the one whose image is released, "" if there is no choice: among
// several the one that the first port of a Service leads to, or the first.
func (d *draft) container() string {
	containers := kube.Items(d.object.Node, "spec", "template", "spec", "containers")
	named := func(c *yamlNode) bool { return kube.Text(c, "name") == d.object.Name }
	if len(containers) < 2 || slices.ContainsFunc(containers, named) {
		return ""
	}
	serves := func(c *yamlNode) bool {
		return slices.ContainsFunc(kube.Items(c, "ports"), func(p *yamlNode) bool {
			target := d.source.Ports[0].Target.Value
			return kube.Text(p, "name") == target || kube.Text(p, "containerPort") == target
		})
	}
	i := -1
	if len(d.source.Ports) > 0 {
		i = slices.IndexFunc(containers, serves)
	}
	return kube.Text(containers[max(i, 0)], "name")
}

// image is what the workload runs today.
func (d *draft) image() string {
	containers := kube.Items(d.object.Node, "spec", "template", "spec", "containers")
	want := d.container()
	i := slices.IndexFunc(containers, func(c *yamlNode) bool {
		name := kube.Text(c, "name")
		return name == want || want == "" && name == d.object.Name
	})
	if len(containers) == 0 {
		return ""
	}
	return kube.Text(containers[max(i, 0)], "image")
}

// try is what the draft would be refused for, as it is and with a release under
// way.
func (d *draft) try() []schemas.Finding {
	const next = "draft.invalid/next:1" // any other version
	if found := d.refused(next); len(found) > 0 {
		return found
	}
	return d.refused("")
}

func (d *draft) refused(next string) []schemas.Finding {
	r := d.parsed(next)
	if r == nil {
		return d.unparsed(next)
	}
	in := d.in
	in.Releases, in.Snapshots = append(slices.Clone(in.Releases), r), nil
	_, found := generators.Generate(in)
	return errors(found)
}

// parsed is the draft as it is read, with a candidate if next is not empty; nil
// if it cannot be read.
func (d *draft) parsed(next string) *schemas.Release {
	docs, _ := schemas.Documents("release.yaml", d.text(next))
	if len(docs) != 1 {
		return nil
	}
	releases, _ := schemas.Parse(docs[0], route.Decoding(d.in.Providers))
	if len(releases) != 1 {
		return nil
	}
	return releases[0]
}

// unparsed says why the draft cannot be read: a name or an image that no
// Release can have.
func (d *draft) unparsed(next string) []schemas.Finding {
	docs, found := schemas.Documents("release.yaml", d.text(next))
	for _, doc := range docs {
		_, more := schemas.Parse(doc, route.Decoding(d.in.Providers))
		found = append(found, more...)
	}
	for i := range found {
		found[i].File, found[i].Line, found[i].Col = d.object.File, d.object.Node.Line, d.object.Node.Column
	}
	return found
}

func errors(found []schemas.Finding) []schemas.Finding {
	return slices.DeleteFunc(slices.Clone(found), func(f schemas.Finding) bool { return f.Severity != schemas.Error })
}
