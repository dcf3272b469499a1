package delivery

import (
	"cmp"

	"github.com/cutoverdev/cutover/generators/kube"
)

// ArgoCD are the objects by which Argo CD applies some folders.
func ArgoCD(s Source, targets []Target) []kube.Object {
	home := cmp.Or(s.Home, "argocd")
	var all []kube.Object
	if s.Set {
		all = append(all, kube.Make(set(s, home, targets)))
	} else {
		for _, t := range targets {
			meta := kube.Meta{Name: t.Name, Namespace: home, Annotations: subscriptions(s.Notify)}
			all = append(all, kube.Make(application{"argoproj.io/v1alpha1", "Application", meta, applied(s, t)}))
		}
	}
	if len(s.Notify) > 0 {
		all = append(all, argoNotifications(s.Notify, home))
	}
	return all
}

// applied is the spec of an Application.
func applied(s Source, t Target) applicationSpec {
	spec := applicationSpec{Project: "default"}
	spec.Source = source{s.URL, s.Revision, t.Path}
	spec.Destination = destination{"https://kubernetes.default.svc", t.Namespace}
	spec.SyncPolicy.Automated = automated{Prune: true, SelfHeal: true}
	spec.SyncPolicy.Retry = retry{Limit: 5, Refresh: true, Backoff: backoff{"10s", 2, "1m"}}
	return spec
}

// set makes an Application for each target. One that is taken off the list is deleted,
// and what it applied stays (preserveResourcesOnDeletion): nothing that serves goes
// because of an edit here.
func set(s Source, home string, targets []Target) applicationSet {
	o := applicationSet{APIVersion: "argoproj.io/v1alpha1", Kind: "ApplicationSet", Metadata: kube.Meta{Name: "cutover", Namespace: home}}
	o.Spec.GoTemplate = true
	o.Spec.GoTemplateOptions = []string{"missingkey=error"}
	var list listGenerator
	for _, t := range targets {
		list.Elements = append(list.Elements, element{t.Name, t.Path, t.Namespace})
	}
	o.Spec.Generators = []generator{{list}}
	o.Spec.SyncPolicy.PreserveResourcesOnDeletion = true
	o.Spec.Template.Metadata = templateMeta{"{{.name}}", subscriptions(s.Notify)}
	o.Spec.Template.Spec = applied(s, Target{Path: "{{.path}}", Namespace: "{{.namespace}}"})
	return o
}

type application struct {
	APIVersion string          `yaml:"apiVersion"`
	Kind       string          `yaml:"kind"`
	Metadata   kube.Meta       `yaml:"metadata"`
	Spec       applicationSpec `yaml:"spec"`
}

type applicationSpec struct {
	Project     string      `yaml:"project"`
	Source      source      `yaml:"source"`
	Destination destination `yaml:"destination"`
	SyncPolicy  struct {
		Automated automated `yaml:"automated"`
		Retry     retry     `yaml:"retry"`
	} `yaml:"syncPolicy"`
}

type source struct {
	RepoURL        string `yaml:"repoURL"`
	TargetRevision string `yaml:"targetRevision"`
	Path           string `yaml:"path"`
}

type destination struct {
	Server    string `yaml:"server"`
	Namespace string `yaml:"namespace,omitempty"`
}

type automated struct {
	Prune    bool `yaml:"prune"`
	SelfHeal bool `yaml:"selfHeal"`
}

type retry struct {
	Limit   int     `yaml:"limit"`
	Refresh bool    `yaml:"refresh"`
	Backoff backoff `yaml:"backoff"`
}

type backoff struct {
	Duration    string `yaml:"duration"`
	Factor      int    `yaml:"factor"`
	MaxDuration string `yaml:"maxDuration"`
}

type applicationSet struct {
	APIVersion string    `yaml:"apiVersion"`
	Kind       string    `yaml:"kind"`
	Metadata   kube.Meta `yaml:"metadata"`
	Spec       struct {
		GoTemplate        bool        `yaml:"goTemplate"`
		GoTemplateOptions []string    `yaml:"goTemplateOptions"`
		Generators        []generator `yaml:"generators"`
		SyncPolicy        struct {
			PreserveResourcesOnDeletion bool `yaml:"preserveResourcesOnDeletion"`
		} `yaml:"syncPolicy"`
		Template struct {
			Metadata templateMeta    `yaml:"metadata"`
			Spec     applicationSpec `yaml:"spec"`
		} `yaml:"template"`
	} `yaml:"spec"`
}

type generator struct {
	List listGenerator `yaml:"list"`
}

type listGenerator struct {
	Elements []element `yaml:"elements"`
}

type element struct {
	Name      string `yaml:"name"`
	Path      string `yaml:"path"`
	Namespace string `yaml:"namespace"`
}

type templateMeta struct {
	Name        string            `yaml:"name"`
	Annotations map[string]string `yaml:"annotations,omitempty"`
}
