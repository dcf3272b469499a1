package alb

import (
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

const prefix = "alb.ingress.kubernetes.io/"

type options struct {
	Class          string              `yaml:"class" default:"alb" rule:"name" doc:"ingressClassName of the Ingresses"`
	Group          string              `yaml:"group" rule:"name" doc:"group.name: Ingresses of one group share a load balancer; preview hosts need one"`
	Order          int                 `yaml:"order" doc:"group.order: rules of a lower one are tried first, -999 to 1000"`
	Scheme         string              `yaml:"scheme" enum:"internet-facing|internal" doc:"who reaches the load balancer; default: internal"`
	ListenPorts    []string            `yaml:"listenPorts" doc:"ports of the load balancer: HTTP:80, HTTPS:443; default: HTTPS:443 with certificates, else HTTP:80"`
	CertificateARN []string            `yaml:"certificateArn" doc:"certificates of ACM; default: those of ACM that fit the hosts, where a port is HTTPS"`
	SSLRedirect    int                 `yaml:"sslRedirect" rule:"positive" doc:"HTTPS port to which all requests of HTTP ports are sent, for the whole group"`
	Annotations    []schemas.NamedText `yaml:"annotations" doc:"further annotations of the Ingress; alb.ingress.kubernetes.io/ in front may be left out"`
}

func optionsOf(t schemas.Traffic) options {
	o, _ := t.Options.(options)
	return o
}

// can is what can be asked of an ALB: it copies no requests, tries none again, and has one
// time limit for all.
const can = route.Weights | route.Matches | route.MatchPatterns | route.MatchQuery | route.MatchMethod | route.MatchPath |
	route.Affinity | route.Previews |
	route.Hosts | route.Paths | route.PathExact | route.OwnRoute
