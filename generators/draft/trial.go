package draft

import (
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
)

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
	return slices.DeleteFunc(d.generated(r), func(f schemas.Finding) bool { return f.Severity != schemas.Error })
}

// generated is what is found where the draft is rendered.
func (d *draft) generated(r *schemas.Release) []schemas.Finding {
	in := d.in
	in.Releases, in.Snapshots = append(slices.Clone(in.Releases), r), nil
	_, found := generators.Generate(in)
	return found
}

// warned is what the draft is warned of in what it does to data.
func (d *draft) warned() []schemas.Finding {
	r := d.parsed("")
	if r == nil {
		return nil
	}
	return slices.DeleteFunc(d.generated(r), func(f schemas.Finding) bool {
		return f.Severity != schemas.Warning || !strings.HasPrefix(f.ID, "adopt-")
	})
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
