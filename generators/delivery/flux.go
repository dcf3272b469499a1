package delivery

import (
	"cmp"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
)

// Flux are the objects by which Flux applies some folders.
func Flux(s Source, targets []Target) []kube.Object {
	home := cmp.Or(s.Home, "flux-system")
	url := httpsOrSSH(s.URL)
	repository := gitRepository{APIVersion: "source.toolkit.fluxcd.io/v1", Kind: "GitRepository"}
	repository.Metadata = kube.Meta{Name: sourceName, Namespace: home}
	repository.Spec.Interval, repository.Spec.URL, repository.Spec.Ref.Branch = "1m", url, s.Revision
	if strings.HasPrefix(url, "ssh://") {
		repository.Spec.SecretRef = &name{sourceName + "-ssh"} // keys: identity, known_hosts
	}
	all := []kube.Object{kube.Make(repository)}
	for _, t := range targets {
		all = append(all, kube.Make(fluxKustomization(t, home)))
	}
	return append(all, fluxNotifications(s.Notify, targets, home)...)
}

// fluxKustomization applies one folder. It waits for its routes to be taken by their
// Gateways, a minute at most, and for no pods: what an abort takes its requests from
// may never be ready.
func fluxKustomization(t Target, home string) kustomization {
	k := kustomization{APIVersion: "kustomize.toolkit.fluxcd.io/v1", Kind: "Kustomization", Metadata: kube.Meta{Name: t.Name, Namespace: home}}
	k.Spec.SourceRef.Kind, k.Spec.SourceRef.Name = "GitRepository", sourceName
	k.Spec.Path = "./" + t.Path
	k.Spec.TargetNamespace = t.Namespace
	k.Spec.Interval, k.Spec.RetryInterval, k.Spec.Timeout = "10m", "1m", "1m"
	k.Spec.Prune = true
	told := map[string]bool{}
	for _, o := range t.Routes {
		if o.Group != "gateway.networking.k8s.io" || !strings.HasSuffix(o.Kind, "Route") {
			continue
		}
		k.Spec.HealthChecks = append(k.Spec.HealthChecks, reference{o.APIVersion(), o.Kind, o.Name, cmp.Or(o.Namespace, t.Namespace)})
		if kind := o.APIVersion() + o.Kind; !told[kind] {
			told[kind] = true
			k.Spec.HealthCheckExprs = append(k.Spec.HealthCheckExprs, expression{o.APIVersion(), o.Kind, accepted, refused})
		}
	}
	return k
}

// accepted and refused say in CEL when a route of the Gateway API is in place (v1.6,
// RouteParentStatus). A condition of an older generation says nothing of this one.
const (
	accepted = "status.parents.size() > 0 && status.parents.all(p, ['Accepted', 'ResolvedRefs'].all(t, " +
		"p.conditions.exists(c, c.type == t && c.status == 'True' && c.observedGeneration == metadata.generation)))"
	refused = "status.parents.exists(p, p.conditions.exists(c, " +
		"c.type in ['Accepted', 'ResolvedRefs'] && c.status == 'False' && c.observedGeneration == metadata.generation))"
)

type gitRepository struct {
	APIVersion string    `yaml:"apiVersion"`
	Kind       string    `yaml:"kind"`
	Metadata   kube.Meta `yaml:"metadata"`
	Spec       struct {
		Interval string `yaml:"interval"`
		URL      string `yaml:"url"`
		Ref      struct {
			Branch string `yaml:"branch"`
		} `yaml:"ref"`
		SecretRef *name `yaml:"secretRef,omitempty"`
	} `yaml:"spec"`
}

type kustomization struct {
	APIVersion string    `yaml:"apiVersion"`
	Kind       string    `yaml:"kind"`
	Metadata   kube.Meta `yaml:"metadata"`
	Spec       struct {
		SourceRef struct {
			Kind string `yaml:"kind"`
			Name string `yaml:"name"`
		} `yaml:"sourceRef"`
		Path             string       `yaml:"path"`
		TargetNamespace  string       `yaml:"targetNamespace,omitempty"`
		Interval         string       `yaml:"interval"`
		RetryInterval    string       `yaml:"retryInterval"`
		Timeout          string       `yaml:"timeout"`
		Prune            bool         `yaml:"prune"`
		Wait             bool         `yaml:"wait"`
		HealthChecks     []reference  `yaml:"healthChecks,omitempty"`
		HealthCheckExprs []expression `yaml:"healthCheckExprs,omitempty"`
	} `yaml:"spec"`
}

type reference struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string `yaml:"kind"`
	Name       string `yaml:"name"`
	Namespace  string `yaml:"namespace,omitempty"`
}

type expression struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string `yaml:"kind"`
	Current    string `yaml:"current"`
	Failed     string `yaml:"failed"`
}
