package draft

import (
	"fmt"
	"slices"

	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/controller"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/workload"
	"go.yaml.in/yaml/v3"
)

// kinds of workloads that can be released.
var kinds = []string{"Deployment", "StatefulSet"}

// draft is a Release in the making.
type draft struct {
	in      generators.Input
	object  kube.Object
	source  *workload.Source
	volumes string  // spec.workload.volumes
	worker  bool    // takes its work by itself
	entries []entry // of spec.traffic
	left    []string
	steps   []int  // percent of the requests
	noSteps string // why there are none
	moved   *controller.Move
}

// entry is one of spec.traffic.
type entry struct {
	provider, name string
	route          kube.Object // the user's own; none under provider service
	protocol       string
	port           string
	says           []string // hosts that it answers to, and where
}

// container is the one whose image is released, "" if there is no choice: among
// several the one that the first port of a Service leads to, or the first.
func (d *draft) container() string {
	containers := kube.Items(d.object.Node, "spec", "template", "spec", "containers")
	named := func(c *yaml.Node) bool { return kube.Text(c, "name") == d.object.Name }
	if len(containers) < 2 || slices.ContainsFunc(containers, named) {
		return ""
	}
	serves := func(c *yaml.Node) bool {
		return slices.ContainsFunc(kube.Items(c, "ports"), func(p *yaml.Node) bool {
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
	i := slices.IndexFunc(containers, func(c *yaml.Node) bool {
		name := kube.Text(c, "name")
		return name == want || want == "" && name == d.object.Name
	})
	if len(containers) == 0 {
		return ""
	}
	return kube.Text(containers[max(i, 0)], "image")
}

func (e entry) words() string {
	if e.route.Node == nil {
		return e.provider
	}
	return fmt.Sprintf("%s, %s", e.provider, e.route.ID)
}
