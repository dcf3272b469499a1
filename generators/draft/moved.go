package draft

import (
	"slices"

	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/controller"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// Moved drafts the Release of a workload that a controller drives, of what the controller
// is told. in holds the manifests without it.
func Moved(in generators.Input, o kube.Object, m controller.Move) (Draft, []schemas.Finding) {
	if unknown := workload.Known(o); len(unknown) > 0 {
		return Draft{Object: o}, unknown
	}
	d := &draft{source: &workload.Source{}, in: in, object: o, entries: []entry{{provider: "service"}}, moved: &m}
	d.describe()
	if d.worker {
		m.Spec = kube.Edit(m.Spec, func(*yaml.Node) *yaml.Node { return nil }, "traffic")
	}
	d.route()
	found := d.fit()
	result := Draft{Object: o, Text: d.text(""), Lost: d.moved.Lost}
	for _, e := range d.entries {
		result.Routers = append(result.Routers, e.words())
	}
	return result, found
}

// part is what a router, or the number of pods, may not bear.
type part struct {
	what string
	drop func(*yaml.Node) *yaml.Node
}

// parts are in the order in which they are left out.
var parts = []part{
	{"matches of steps by prefix or expression", eachStep(func(s *yaml.Node) *yaml.Node {
		return kube.EditAll(s, func(n *yaml.Node) *yaml.Node { return kube.Each(n, exactly) }, "match")
	})},
	{"matches of steps", eachStep(lacking("match"))},
	{"mirrors of steps", eachStep(lacking("mirror"))},
	{"pods of steps", eachStep(lacking("replicas"))},
	{"steps above 50 %", eachStep(func(s *yaml.Node) *yaml.Node {
		if w, _ := kube.Number(s, "weight"); w > 50 {
			return nil
		}
		return s
	})},
	{"the preview", lacking("strategy", "preview")},
	{"rewrites", lacking("traffic", "*", "rewrite")},
	{"retries", lacking("traffic", "*", "retries")},
	{"timeouts", lacking("traffic", "*", "timeout")},
	{"stages of jobs, which run at prepare", func(n *yaml.Node) *yaml.Node {
		return kube.EditAll(n, func(jobs *yaml.Node) *yaml.Node {
			c := *jobs
			c.Content = slices.Clone(jobs.Content)
			for i := 1; i < len(c.Content); i += 2 {
				c.Content[i] = kube.Put(c.Content[i], "prepare", "at")
			}
			return &c
		}, "jobs")
	}},
	{"jobs", lacking("jobs")},
	{"the analysis", lacking("analysis")},
	{"steps", lacking("strategy", "steps")},
}

// lacking is a node without a field.
func lacking(path ...string) func(*yaml.Node) *yaml.Node {
	return func(n *yaml.Node) *yaml.Node {
		return kube.EditAll(n, func(*yaml.Node) *yaml.Node { return nil }, path...)
	}
}

// eachStep is a Release's spec with other steps. One of 0 percent that sends nothing to
// the candidate any more goes.
func eachStep(change func(*yaml.Node) *yaml.Node) func(*yaml.Node) *yaml.Node {
	return func(n *yaml.Node) *yaml.Node {
		return kube.EditAll(n, func(steps *yaml.Node) *yaml.Node {
			return kube.Each(steps, func(s *yaml.Node) []*yaml.Node {
				s = change(s)
				if s == nil || kube.Text(s, "weight") == "0" && len(kube.Items(s, "match")) == 0 && kube.Get(s, "mirror") == nil {
					return nil
				}
				if n := kube.Get(s, "match"); n != nil && len(n.Content) == 0 {
					s = lacking("match")(s)
				}
				return []*yaml.Node{s}
			})
		}, "strategy", "steps")
	}
}

// exactly is a match if all its conditions are on a whole text.
func exactly(m *yaml.Node) []*yaml.Node {
	headers := kube.Get(m, "headers")
	for i := 1; headers != nil && i < len(headers.Content); i += 2 {
		if headers.Content[i].Kind != yaml.ScalarNode {
			return nil
		}
	}
	return []*yaml.Node{m}
}

// fit leaves out what the draft would be refused for, with the reason, and says what is
// wrong with it still.
func (d *draft) fit() []schemas.Finding {
	found := d.try()
	for _, p := range parts {
		if len(found) > 0 {
			found = d.without(found, p)
		}
	}
	return found
}

// without tries the draft without a part, and keeps it so if that is better.
func (d *draft) without(found []schemas.Finding, p part) []schemas.Finding {
	if d.moved.Spec == nil {
		return found
	}
	before := d.moved.Spec
	d.moved.Spec = p.drop(before)
	if kube.Equal(before, d.moved.Spec) {
		return found
	}
	if after := d.try(); len(after) < len(found) {
		d.moved.Lost = append(slices.Clip(d.moved.Lost), p.what+": "+found[0].Message)
		return after
	}
	d.moved.Spec = before
	return found
}
