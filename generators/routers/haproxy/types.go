package haproxy

import "go.yaml.in/yaml/v3"

// The parts of networking.k8s.io/v1 Ingress that are written and read.
type (
	spec struct {
		IngressClassName string     `yaml:"ingressClassName,omitempty"`
		DefaultBackend   *backend   `yaml:"defaultBackend,omitempty"`
		TLS              []tls      `yaml:"tls,omitempty"`
		Rules            []ruleSpec `yaml:"rules,omitempty"`
	}
	tls struct {
		Hosts      []string `yaml:"hosts,omitempty"`
		SecretName string   `yaml:"secretName,omitempty"`
	}
	ruleSpec struct {
		Host string `yaml:"host,omitempty"`
		HTTP *http  `yaml:"http,omitempty"`
	}
	http struct {
		Paths []pathSpec `yaml:"paths"`
	}
	pathSpec struct {
		Path     string  `yaml:"path"`
		PathType string  `yaml:"pathType"`
		Backend  backend `yaml:"backend"`
	}
	backend struct {
		Service  *serviceSpec `yaml:"service,omitempty"`
		Resource yaml.Node    `yaml:"resource,omitempty"`
	}
	serviceSpec struct {
		Name string `yaml:"name"`
		Port port   `yaml:"port"`
	}
	port struct {
		Number int    `yaml:"number,omitempty"`
		Name   string `yaml:"name,omitempty"`
	}
)
