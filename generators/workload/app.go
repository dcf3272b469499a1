package workload

import (
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// appLabel is the recommended label that ties an app's pods to its name.
const appLabel = "app.kubernetes.io/name"

// fromApp writes the manifests that a person would have written: a Deployment
// and its Service.
func fromApp(r *schemas.Release) (kube.Object, []kube.Object) {
	app, name := r.Spec.App, r.Metadata.Name
	labels := map[string]string{appLabel: name}
	meta := kube.Meta{Name: name, Namespace: r.Metadata.Namespace, Labels: labels}

	d := deployment{APIVersion: "apps/v1", Kind: "Deployment", Metadata: meta}
	d.Spec.Replicas = app.Replicas
	d.Spec.Selector.MatchLabels = labels
	d.Spec.Template.Metadata.Labels = labels
	d.Spec.Template.Spec.Containers = []container{appContainer(r)}

	meta.Labels = map[string]string{appLabel: name, ReleaseLabel: name} // made here, unlike other apexes
	svc := ServiceManifest{APIVersion: "v1", Kind: "Service", Metadata: meta}
	svc.Spec.Type = "ClusterIP"
	if r.Away() != "" { // the name of the Service of a track, see track.Maker.At
		svc.Spec.Type = "ExternalName"
	}
	svc.Spec.Selector = labels
	port := ServicePort{Name: "http", Protocol: "TCP", Port: app.Service, TargetPort: kube.Node("http")}
	if port.Port == 0 {
		port.Port = app.Port
	}
	svc.Spec.Ports = []ServicePort{port}
	return kube.Make(d), []kube.Object{kube.Make(svc)}
}

func appContainer(r *schemas.Release) container {
	app := r.Spec.App
	c := container{
		Name: r.Metadata.Name, Image: r.Spec.Tracks.Get(r.Spec.Live).Image,
		Command: app.Command, Args: app.Args,
		Ports: []containerPort{{Name: "http", ContainerPort: app.Port, Protocol: "TCP"}},
	}
	for _, e := range app.Env {
		c.Env = append(c.Env, EnvVar{e.Name, e.Value})
	}
	if p := app.Probe; p != nil {
		get := httpGet{Path: p.Path, Port: kube.Node("http")}
		if p.Port > 0 {
			get.Port = kube.Node(p.Port)
		}
		c.ReadinessProbe = &probe{get}
	}
	for _, n := range app.Resources {
		if c.Resources == nil {
			c.Resources = &resources{map[string]string{}}
		}
		c.Resources.Requests[n.Name] = n.Value
	}
	return c
}

// deployment is the part of apps/v1 Deployment written here.
type deployment struct {
	APIVersion string    `yaml:"apiVersion"`
	Kind       string    `yaml:"kind"`
	Metadata   kube.Meta `yaml:"metadata"`
	Spec       struct {
		Replicas int           `yaml:"replicas"`
		Selector LabelSelector `yaml:"selector"`
		Template struct {
			Metadata struct {
				Labels map[string]string `yaml:"labels"`
			} `yaml:"metadata"`
			Spec struct {
				Containers []container `yaml:"containers"`
			} `yaml:"spec"`
		} `yaml:"template"`
	} `yaml:"spec"`
}

type container struct {
	Name           string          `yaml:"name"`
	Image          string          `yaml:"image"`
	Command        []string        `yaml:"command,omitempty"`
	Args           []string        `yaml:"args,omitempty"`
	Ports          []containerPort `yaml:"ports"`
	Env            []EnvVar        `yaml:"env,omitempty"`
	ReadinessProbe *probe          `yaml:"readinessProbe,omitempty"`
	Resources      *resources      `yaml:"resources,omitempty"`
}

type containerPort struct {
	Name          string `yaml:"name"`
	ContainerPort int    `yaml:"containerPort"`
	Protocol      string `yaml:"protocol"`
}

// EnvVar is a variable of a container (core/v1 EnvVar).
type EnvVar struct {
	Name  string `yaml:"name"`
	Value string `yaml:"value"`
}

type probe struct {
	HTTPGet httpGet `yaml:"httpGet"`
}

type httpGet struct {
	Path string     `yaml:"path"`
	Port *yaml.Node `yaml:"port"`
}

type resources struct {
	Requests map[string]string `yaml:"requests"`
}

// LabelSelector is the part of meta/v1 LabelSelector written here.
type LabelSelector struct {
	MatchLabels map[string]string `yaml:"matchLabels"`
}

// ServiceManifest is the part of core/v1 Service written here.
type ServiceManifest struct {
	APIVersion string    `yaml:"apiVersion"`
	Kind       string    `yaml:"kind"`
	Metadata   kube.Meta `yaml:"metadata"`
	Spec       struct {
		Type     string            `yaml:"type"`
		Selector map[string]string `yaml:"selector"`
		Ports    []ServicePort     `yaml:"ports"`
	} `yaml:"spec"`
}

// ServicePort is the part of core/v1 ServicePort written here.
type ServicePort struct {
	Name        string     `yaml:"name"`
	AppProtocol string     `yaml:"appProtocol,omitempty"`
	Protocol    string     `yaml:"protocol"`
	Port        int        `yaml:"port"`
	TargetPort  *yaml.Node `yaml:"targetPort"`
}
