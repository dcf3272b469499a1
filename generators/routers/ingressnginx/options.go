package ingressnginx

import "github.com/cutoverdev/cutover/schemas"

type options struct {
	Class          string              `yaml:"class" default:"nginx" rule:"name" doc:"ingressClassName of the Ingresses"`
	Implementation string              `yaml:"implementation" enum:"traefik" doc:"who reads the Ingresses: Traefik from v3.7, by its provider kubernetesIngressNGINX; default: ingress-nginx"`
	Annotations    []schemas.NamedText `yaml:"annotations" doc:"further annotations of the main Ingress; nginx.ingress.kubernetes.io/ in front may be left out"`
}

const prefix = "nginx.ingress.kubernetes.io/"
