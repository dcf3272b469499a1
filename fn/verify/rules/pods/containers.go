package pods

import (
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// This file reads the containers of a template: their ports and their probes.

// serving are the containers that run for as long as a pod does: sidecars among the
// initContainers too, which are restarted always.
func serving(o kube.Object) []*yaml.Node {
	spec := o.Get("spec", "template", "spec")
	all := slices.Clone(kube.Items(spec, "containers"))
	for _, c := range kube.Items(spec, "initContainers") {
		if kube.Text(c, "restartPolicy") == "Always" {
			all = append(all, c)
		}
	}
	return all
}

// listensAt reports whether a container declares a port, by its number or name.
func listensAt(c *yaml.Node, target string) bool {
	return slices.ContainsFunc(kube.Items(c, "ports"), func(p *yaml.Node) bool {
		return kube.Text(p, "containerPort") == target || kube.Text(p, "name") == target
	})
}

// probesOf are the probes that a container must pass before it is ready.
func probesOf(c *yaml.Node) []*yaml.Node {
	var all []*yaml.Node
	for _, field := range []string{"readinessProbe", "startupProbe"} {
		if p := kube.Get(c, field); p != nil && len(p.Content) > 0 {
			all = append(all, p)
		}
	}
	return all
}

// probePort is the number of the port that a probe of a container looks at, "" if
// it looks at none.
func probePort(c, probe *yaml.Node) string {
	for _, kind := range []string{"httpGet", "tcpSocket", "grpc"} {
		if port := kube.Text(probe, kind, "port"); port != "" {
			return numberIn([]*yaml.Node{c}, port)
		}
	}
	return ""
}

// numberOf is the number of a port of pods that may be given by its name.
func numberOf(o kube.Object, target string) string { return numberIn(serving(o), target) }

func numberIn(containers []*yaml.Node, target string) string {
	for _, c := range containers {
		for _, p := range kube.Items(c, "ports") {
			if kube.Text(p, "name") == target {
				return kube.Text(p, "containerPort")
			}
		}
	}
	return target
}

// probed reports whether a container has a readiness probe.
func probed(o kube.Object) bool {
	return slices.ContainsFunc(kube.Items(o.Node, "spec", "template", "spec", "containers"), func(c *yaml.Node) bool {
		return kube.Get(c, "readinessProbe") != nil
	})
}

// declared are the ports that a workload's containers name, and their names.
func declared(o kube.Object) []string {
	var all []string
	for _, c := range kube.Items(o.Node, "spec", "template", "spec", "containers") {
		for _, p := range kube.Items(c, "ports") {
			all = append(all, kube.Text(p, "containerPort"), kube.Text(p, "name"))
		}
	}
	return all
}
