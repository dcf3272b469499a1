package ingress

import "go.yaml.in/yaml/v3"

// The parts of networking.k8s.io/v1 Ingress (Kubernetes v1.37) that are written and read.
type (
	// Spec is the spec of an Ingress.
	Spec struct {
		IngressClassName string   `yaml:"ingressClassName,omitempty"`
		DefaultBackend   *Backend `yaml:"defaultBackend,omitempty"`
		TLS              []TLS    `yaml:"tls,omitempty"`
		Rules            []Rule   `yaml:"rules,omitempty"`
	}
	// TLS names the certificate of some hosts.
	TLS struct {
		Hosts      []string `yaml:"hosts,omitempty"`
		SecretName string   `yaml:"secretName,omitempty"`
	}
	// Rule is what a host leads to; "" is every host.
	Rule struct {
		Host string `yaml:"host,omitempty"`
		HTTP *HTTP  `yaml:"http,omitempty"`
	}
	// HTTP holds the paths of a rule.
	HTTP struct {
		Paths []Path `yaml:"paths"`
	}
	// Path is a path with its backend; PathType is Exact, Prefix or ImplementationSpecific.
	Path struct {
		Path     string  `yaml:"path"`
		PathType string  `yaml:"pathType"`
		Backend  Backend `yaml:"backend"`
	}
	// Backend is a Service, or an object of another kind.
	Backend struct {
		Service  *Service  `yaml:"service,omitempty"`
		Resource yaml.Node `yaml:"resource,omitempty"`
	}
	// Service is a port of a Service in the namespace of the Ingress.
	Service struct {
		Name string `yaml:"name"`
		Port Port   `yaml:"port"`
	}
	// Port has a number or a name.
	Port struct {
		Number int    `yaml:"number,omitempty"`
		Name   string `yaml:"name,omitempty"`
	}
)

// Paths are the paths of a rule, which may have none.
func (r Rule) Paths() []Path {
	if r.HTTP == nil {
		return nil
	}
	return r.HTTP.Paths
}
