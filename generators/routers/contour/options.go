package contour

import (
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

const (
	group = "projectcontour.io"
	crd   = "github.com/projectcontour/contour@v1.33.8/examples/contour/01-crds.yaml"
)

// What can be asked of an HTTPProxy: of requests, of gRPC (no cross-origin answers), and
// of connections with TLS; Contour has none without. Answers of one track cannot get a
// cookie beside those of the pods, so that there is no affinity.
const (
	httpCan = grpcCan | route.CORS
	grpcCan = route.Weights | route.Matches | route.MatchPatterns | route.MatchCookies | route.MatchQuery | route.MatchMethod |
		route.MatchPath | route.Mirror |
		route.Previews | route.Hosts | route.Paths | route.PathExact | route.PathRegex | route.Timeout | route.Retries |
		route.Rewrite | route.HeaderEdits | route.TLS | route.OwnRoute
	tlsCan = route.Weights | route.Hosts | route.OwnRoute
)

type options struct {
	Class          string `yaml:"class" rule:"name" doc:"ingressClassName, where Contour has one set"`
	PermitInsecure bool   `yaml:"permitInsecure" doc:"with tls, serve plain HTTP too instead of leading it to HTTPS"`
	Protocol       string `yaml:"protocol" enum:"h2|h2c|tls" doc:"what Contour speaks to pods; default: h2c for grpc, else what an annotation of the Service says, or HTTP/1.1"`
}

func optionsOf(t schemas.Traffic) options {
	o, _ := t.Options.(options)
	if o.Protocol == "" && t.Protocol == "grpc" {
		o.Protocol = "h2c"
	}
	return o
}

// isTLS reports whether an entry routes connections.
func isTLS(r route.Route) bool { return r.Protocol == "tls" }
