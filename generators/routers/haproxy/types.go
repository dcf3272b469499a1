package haproxy

import "github.com/cutoverdev/cutover/generators/ingress"

// The parts of an Ingress, by the names of this package.
type (
	spec        = ingress.Spec
	tls         = ingress.TLS
	ruleSpec    = ingress.Rule
	http        = ingress.HTTP
	pathSpec    = ingress.Path
	backend     = ingress.Backend
	serviceSpec = ingress.Service
	port        = ingress.Port
)
