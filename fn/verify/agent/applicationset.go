package agent

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// applications looks at the Applications that a set may make. templatePatch is a
// text that may change anything in them.
func (d *delivery) applications(dir string) {
	before := len(d.found)
	fill := d.fills()
	d.application(dir, fill, "spec", "template", "spec")
	for i, g := range kube.Items(d.agent.Node, "spec", "generators") {
		for _, kind := range []string{
			"list", "git", "clusters", "matrix", "merge", "scmProvider", "pullRequest", "clusterDecisionResource", "plugin",
		} {
			if kube.Get(g, kind, "template", "spec", "source") != nil || kube.Get(g, kind, "template", "spec", "sources") != nil {
				d.application(dir, fill, "spec", "generators", fmt.Sprint(i), kind, "template", "spec")
			}
		}
	}
	patch := d.agent.Get("spec", "templatePatch")
	if patch == nil || len(d.found) > before {
		return
	}
	for _, word := range []string{"kustomize", "syncOptions", "plugin", "ignoreDifferences"} {
		if strings.Contains(patch.Value, word) && d.leads(dir, fill) {
			d.say("patches Applications that may lead here, with "+word+" in it", "spec", "templatePatch")
			return
		}
	}
}

// leads reports whether the template of a set, or its patch, may lead to a folder.
func (d *delivery) leads(dir string, fill filler) bool {
	spec := d.agent.Get("spec", "template", "spec")
	if reaches(kube.Text(spec, "source", "path"), dir, fill) || strings.Contains(d.agent.Text("spec", "templatePatch"), "path:") {
		return true
	}
	for _, source := range kube.Items(spec, "sources") {
		if reaches(kube.Text(source, "path"), dir, fill) {
			return true
		}
	}
	return false
}

// fills is what the generators of a set put into paths, where all of them are lists,
// or all folders of Git; else anything.
func (d *delivery) fills() filler {
	generators := kube.Items(d.agent.Node, "spec", "generators")
	return func(name string) []string {
		var all []string
		for _, g := range generators {
			values := elements(g, name)
			if folders := kube.Get(g, "git", "directories"); folders != nil && (name == "path" || name == "path.path") {
				values = globs(folders)
			}
			if values == nil {
				return nil
			}
			all = append(all, values...)
		}
		return all
	}
}

// elements are the values of a variable in a generator that is a list.
func elements(g *yaml.Node, name string) []string {
	if kube.Get(g, "list", "elementsYaml") != nil || kube.Get(g, "list", "template") != nil {
		return nil
	}
	var all []string
	for _, e := range kube.Items(g, "list", "elements") {
		v := kube.Get(e, strings.Split(name, ".")...)
		if v == nil || v.Kind != yaml.ScalarNode {
			return nil
		}
		all = append(all, regexp.QuoteMeta(v.Value))
	}
	return all
}

// globs are folders of Git, in which * stands for a part of a name.
func globs(folders *yaml.Node) []string {
	var all []string
	for _, f := range kube.Items(folders) {
		if kube.Text(f, "exclude") != "true" {
			glob := strings.TrimPrefix(path.Clean(kube.Text(f, "path")), "./")
			all = append(all, strings.NewReplacer(`\*\*`, ".*", `\*`, "[^/]*", `\?`, "[^/]").Replace(regexp.QuoteMeta(glob)))
		}
	}
	return all
}
