package traefik

import (
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

const (
	group = "traefik.io"
	crd   = "github.com/traefik/traefik/v3@v3.7.13/docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml"
)

// What can be asked of an IngressRoute, of one for gRPC (a mirror holds back the whole
// body of a request, which a stream does not end), and of an IngressRouteTCP.
const (
	httpCan = grpcCan | route.Mirror
	grpcCan = route.Weights | route.Matches | route.MatchPatterns | route.MatchCookies | route.MatchQuery | route.MatchMethod |
		route.MatchPath | route.Affinity |
		route.Previews | route.Hosts | route.Paths | route.PathExact | route.PathRegex | route.Retries | route.Rewrite |
		route.CORS | route.HeaderEdits | route.TLS | route.OwnRoute | route.Namespaces
	tcpCan = route.Weights | route.OwnRoute | route.Namespaces
	tlsCan = route.Weights | route.Hosts | route.OwnRoute | route.Namespaces
)

type options struct {
	EntryPoints         []string `yaml:"entryPoints" rule:"name" doc:"entry points that serve the hosts; default: Traefik's default entry points"`
	Class               string   `yaml:"class" rule:"name" doc:"ingressClassName, where Traefik has one set"`
	CertResolver        string   `yaml:"certResolver" rule:"name" doc:"certificate resolver of Traefik's static configuration that makes the certificate, in the place of tls"`
	TLSOption           string   `yaml:"tlsOption" rule:"name" doc:"TLSOption in the route's namespace"`
	Scheme              string   `yaml:"scheme" enum:"http|https|h2c" doc:"what Traefik speaks to pods; default: h2c for grpc, https where the port is 443 or its name begins with https, else http"`
	ServersTransport    string   `yaml:"serversTransport" rule:"name" doc:"ServersTransport in the workload's namespace: timeouts and TLS to pods"`
	SafeNaming          bool     `yaml:"safeNaming" doc:"Traefik is set up with safeNaming"`
	AllowCrossNamespace bool     `yaml:"allowCrossNamespace" doc:"Traefik is set up to follow references to other namespaces"`
}

func optionsOf(t schemas.Traffic) options {
	o, _ := t.Options.(options)
	if o.Scheme == "" && t.Protocol == "grpc" {
		o.Scheme = "h2c"
	}
	return o
}
