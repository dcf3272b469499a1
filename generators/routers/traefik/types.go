package traefik

import "go.yaml.in/yaml/v3"

// The parts of the specs of traefik.io/v1alpha1 that are written and read here
// (Traefik v3.7, pkg/provider/kubernetes/crd/traefikio/v1alpha1). IngressRoute and
// IngressRouteTCP share what they have in common.
type (
	ingressRoute struct {
		Class       string    `yaml:"ingressClassName,omitempty"`
		EntryPoints []string  `yaml:"entryPoints,omitempty"`
		Routes      []router  `yaml:"routes"`
		TLS         *tls      `yaml:"tls,omitempty"`
		ParentRefs  []nameRef `yaml:"parentRefs,omitempty"`
	}
	router struct {
		Match       string    `yaml:"match"`
		Kind        string    `yaml:"kind,omitempty"`
		Priority    int       `yaml:"priority,omitempty"`
		Syntax      string    `yaml:"syntax,omitempty"`
		Middlewares []nameRef `yaml:"middlewares,omitempty"`
		Services    []service `yaml:"services,omitempty"`
	}
	tls struct {
		Secret       string   `yaml:"secretName,omitempty"`
		Options      *nameRef `yaml:"options,omitempty"`
		CertResolver string   `yaml:"certResolver,omitempty"`
		Passthrough  bool     `yaml:"passthrough,omitempty"`
	}
	nameRef struct {
		Name      string `yaml:"name"`
		Namespace string `yaml:"namespace,omitempty"`
	}
	// service is a reference: to a Service, or to a TraefikService by its kind.
	// Its port is a number or a name.
	service struct {
		Name             string    `yaml:"name"`
		Kind             string    `yaml:"kind,omitempty"`
		Namespace        string    `yaml:"namespace,omitempty"`
		Port             yaml.Node `yaml:"port,omitempty"`
		Scheme           string    `yaml:"scheme,omitempty"`
		ServersTransport string    `yaml:"serversTransport,omitempty"`
		Middlewares      []nameRef `yaml:"middlewares,omitempty"`
		Weight           *int      `yaml:"weight,omitempty"`
		Percent          int       `yaml:"percent,omitempty"` // of mirrors

		Other map[string]yaml.Node `yaml:",inline"` // how its pods are chosen and spoken to
	}
	traefikService struct {
		Weighted  *weighted  `yaml:"weighted,omitempty"`
		Mirroring *mirroring `yaml:"mirroring,omitempty"`
		Highest   *weighted  `yaml:"highestRandomWeight,omitempty"`
		Failover  *failover  `yaml:"failover,omitempty"`
	}
	weighted struct {
		Services []service `yaml:"services,omitempty"`
		Sticky   *sticky   `yaml:"sticky,omitempty"`
	}
	sticky struct {
		Cookie *cookie `yaml:"cookie,omitempty"`
	}
	cookie struct {
		Name     string `yaml:"name,omitempty"`
		HTTPOnly bool   `yaml:"httpOnly,omitempty"`
		SameSite string `yaml:"sameSite,omitempty"`
		MaxAge   int    `yaml:"maxAge,omitempty"`
	}
	mirroring struct {
		service `yaml:",inline"`
		Mirrors []service `yaml:"mirrors,omitempty"`
	}
	failover struct {
		Service  service `yaml:"service"`
		Fallback service `yaml:"fallback"`
	}
	middleware struct {
		Headers     *headers     `yaml:"headers,omitempty"`
		ReplacePath *replacePath `yaml:"replacePathRegex,omitempty"`
		Retry       *retry       `yaml:"retry,omitempty"`
	}
	headers struct {
		Request       map[string]string `yaml:"customRequestHeaders,omitempty"`
		Response      map[string]string `yaml:"customResponseHeaders,omitempty"`
		Credentials   bool              `yaml:"accessControlAllowCredentials,omitempty"`
		AllowHeaders  []string          `yaml:"accessControlAllowHeaders,omitempty"`
		AllowMethods  []string          `yaml:"accessControlAllowMethods,omitempty"`
		AllowOrigins  []string          `yaml:"accessControlAllowOriginList,omitempty"`
		ExposeHeaders []string          `yaml:"accessControlExposeHeaders,omitempty"`
		MaxAge        int               `yaml:"accessControlMaxAge,omitempty"`
		AddVary       bool              `yaml:"addVaryHeader,omitempty"`
	}
	replacePath struct {
		Regex       string `yaml:"regex"`
		Replacement string `yaml:"replacement"`
	}
	retry struct {
		Attempts int      `yaml:"attempts"`
		Status   []string `yaml:"status,omitempty"`
	}
)
