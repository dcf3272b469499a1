package agent

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/agent"
	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// This file reads what Flux's postBuild makes of the objects that are built
// (fluxcd/pkg/envsubst v1.7.1): as soon as one variable is given, each of the
// others becomes empty, or its default, and two dollars become one.

// variable is ${NAME}, with what may follow the name; or anything else in braces,
// which fails. Two dollars escape it, and are found first.
var variable = regexp.MustCompile(`\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)?([^}]*)\}?`)

// substitutes says what a postBuild changes.
func (d *delivery) substitutes(at ...string) {
	n := d.agent.Get(at...)
	given := kube.Strings(n, "substitute")
	from := len(kube.Items(n, "substituteFrom")) > 0
	if len(given) == 0 && !from {
		return
	}
	var told []string
	for _, o := range d.state.Objects {
		if substituted(o) {
			eachVariable(o.Node, func(found []string) {
				what := filled(found, given, from)
				if !slices.Contains(told, what) {
					told = append(told, what)
					d.say(fmt.Sprintf("%s in %s after it was verified", what, o.ID), at...)
				}
			})
		}
	}
}

// substituted reports whether Flux looks for variables in an object.
func substituted(o kube.Object) bool {
	return o.Text("metadata", "annotations", agent.FluxSubstitute) != "disabled" &&
		o.Text("metadata", "labels", agent.FluxSubstitute) != "disabled"
}

// eachVariable finds the variables in all keys and values of a node.
func eachVariable(n *yaml.Node, found func(match []string)) {
	if n == nil {
		return
	}
	if strings.IndexByte(n.Value, '$') >= 0 {
		for _, match := range variable.FindAllStringSubmatch(n.Value, -1) {
			found(match)
		}
	}
	for _, c := range n.Content {
		eachVariable(c, found)
	}
}

// filled says what becomes of a variable.
func filled(match []string, given map[string]string, from bool) string {
	whole, name, rest := match[0], match[1], match[2]
	_, known := given[name]
	switch {
	case whole == "$$":
		return "makes $ of $$"
	case name == "" || strings.HasPrefix(rest, "-") && !known || strings.HasPrefix(rest, "."):
		return "cannot read " + whole
	case known:
		return "puts something in the place of ${" + name + "}"
	case from:
		return "puts something or nothing in the place of ${" + name + "}"
	case rest != "":
		return "puts its default in the place of ${" + name + "}"
	}
	return "puts nothing in the place of ${" + name + "}"
}
