package nginx

import (
	"regexp"

	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

const (
	group = "k8s.nginx.org"
	crd   = "shared/k8s.nginx.org.yaml"

	// The built-in listener for connections that stay encrypted (v5.5.4,
	// pkg/apis/configuration/v1/types.go).
	passthroughName, passthroughProtocol = "tls-passthrough", "TLS_PASSTHROUGH"
)

// What can be asked of a VirtualServer, of one for gRPC (an answer for another origin is
// none of gRPC's), and of a TransportServer, which has one upstream and no weights. NGINX
// has no limit for a whole request, and a VirtualServer no mirror.
const (
	httpCan = grpcCan | route.CORS
	grpcCan = route.Weights | route.Matches | route.MatchPatterns | route.MatchCookies | route.MatchQuery | route.MatchMethod |
		route.MatchPath | route.Affinity | route.Previews | route.Hosts | route.Paths | route.PathExact | route.PathRegex |
		route.Retries | route.Rewrite | route.HeaderEdits | route.TLS | route.OwnRoute
	tlsCan = route.Hosts | route.OwnRoute
	tcpCan = route.OwnRoute
)

type options struct {
	Class          string           `yaml:"class" rule:"name" doc:"ingressClassName; default: the controller takes what has none"`
	Listener       string           `yaml:"listener" rule:"name" doc:"listener of the GlobalConfiguration for connections: tcp and udp"`
	HTTPListener   string           `yaml:"httpListener" rule:"name" doc:"listener of the GlobalConfiguration in the place of port 80"`
	HTTPSListener  string           `yaml:"httpsListener" rule:"name" doc:"listener of the GlobalConfiguration in the place of port 443"`
	RedirectHTTP   bool             `yaml:"redirectHTTP" doc:"with tls, lead plain HTTP to HTTPS"`
	WildcardTLS    bool             `yaml:"wildcardTLS" doc:"end TLS with the controller's own certificate (-wildcard-tls-secret), in the place of tls"`
	BackendTLS     bool             `yaml:"backendTLS" doc:"NGINX speaks TLS to pods"`
	ConnectTimeout schemas.Duration `yaml:"connectTimeout" doc:"longest time until a pod takes the connection"`
	ReadTimeout    schemas.Duration `yaml:"readTimeout" doc:"longest time between two pieces of an answer"`
	SendTimeout    schemas.Duration `yaml:"sendTimeout" doc:"longest time between two pieces of a request"`
	Policies       []string         `yaml:"policies" rule:"name" doc:"Policies in the workload's namespace that hold for all requests"`
}

func optionsOf(t schemas.Traffic) options {
	o, _ := t.Options.(options)
	return o
}

// isConnections reports whether an entry routes connections and not requests.
func isConnections(r route.Route) bool {
	if r.Own != nil {
		return r.Own.Kind == "TransportServer"
	}
	return r.Protocol != "http" && r.Protocol != "grpc"
}

// The ends of expressions for $request_uri: of a path, and of a prefix by segments.
const (
	endsPath   = `(?:\?|$)`
	endsPrefix = `(?:[/?]|$)`
)

// headerName and wordName are the names that the controller takes (v5.5.4,
// IsHTTPHeaderName, isCookieName, isArgumentName).
var (
	headerName = regexp.MustCompile(`^[-A-Za-z0-9]+$`)
	wordName   = regexp.MustCompile(`^[_A-Za-z0-9]+$`)
)
