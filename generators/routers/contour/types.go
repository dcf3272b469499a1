package contour

import "go.yaml.in/yaml/v3"

// The parts of projectcontour.io/v1 HTTPProxy that are written and read here (Contour
// v1.33, apis/projectcontour/v1/httpproxy.go).
type (
	httpProxy struct {
		Class       string       `yaml:"ingressClassName,omitempty"`
		VirtualHost *virtualHost `yaml:"virtualhost,omitempty"`
		Includes    []include    `yaml:"includes,omitempty"`
		Routes      []routeSpec  `yaml:"routes,omitempty"`
		TCPProxy    *tcpProxy    `yaml:"tcpproxy,omitempty"`
	}
	virtualHost struct {
		FQDN string `yaml:"fqdn"`
		TLS  *tls   `yaml:"tls,omitempty"`
		CORS *cors  `yaml:"corsPolicy,omitempty"`
	}
	tls struct {
		Secret      string `yaml:"secretName,omitempty"`
		Passthrough bool   `yaml:"passthrough,omitempty"`
	}
	cors struct {
		Credentials bool     `yaml:"allowCredentials,omitempty"`
		Origins     []string `yaml:"allowOrigin"`
		Methods     []string `yaml:"allowMethods"`
		Headers     []string `yaml:"allowHeaders,omitempty"`
		Expose      []string `yaml:"exposeHeaders,omitempty"`
		MaxAge      string   `yaml:"maxAge,omitempty"`
	}
	include struct {
		Name       string      `yaml:"name"`
		Namespace  string      `yaml:"namespace,omitempty"`
		Conditions []condition `yaml:"conditions,omitempty"`
	}
	routeSpec struct {
		Conditions     []condition `yaml:"conditions,omitempty"`
		Services       []service   `yaml:"services,omitempty"`
		PermitInsecure bool        `yaml:"permitInsecure,omitempty"`
		Timeout        *timeout    `yaml:"timeoutPolicy,omitempty"`
		Retry          *retry      `yaml:"retryPolicy,omitempty"`
		Rewrite        *rewrite    `yaml:"pathRewritePolicy,omitempty"`
		Request        *headers    `yaml:"requestHeadersPolicy,omitempty"`
		Response       *headers    `yaml:"responseHeadersPolicy,omitempty"`
		Redirect       yaml.Node   `yaml:"requestRedirectPolicy,omitempty"`
		Direct         yaml.Node   `yaml:"directResponsePolicy,omitempty"`
	}
	condition struct {
		Prefix string      `yaml:"prefix,omitempty"`
		Exact  string      `yaml:"exact,omitempty"`
		Regex  string      `yaml:"regex,omitempty"`
		Header *headerCond `yaml:"header,omitempty"`
		Query  *queryCond  `yaml:"queryParameter,omitempty"`
	}
	headerCond struct {
		Name         string `yaml:"name"`
		Present      bool   `yaml:"present,omitempty"`
		NotPresent   bool   `yaml:"notpresent,omitempty"`
		Contains     string `yaml:"contains,omitempty"`
		NotContains  string `yaml:"notcontains,omitempty"`
		IgnoreCase   bool   `yaml:"ignoreCase,omitempty"`
		Exact        string `yaml:"exact,omitempty"`
		NotExact     string `yaml:"notexact,omitempty"`
		Regex        string `yaml:"regex,omitempty"`
		MissingEmpty bool   `yaml:"treatMissingAsEmpty,omitempty"`
	}
	queryCond struct {
		Name       string `yaml:"name"`
		Exact      string `yaml:"exact,omitempty"`
		Prefix     string `yaml:"prefix,omitempty"`
		Suffix     string `yaml:"suffix,omitempty"`
		Regex      string `yaml:"regex,omitempty"`
		Contains   string `yaml:"contains,omitempty"`
		IgnoreCase bool   `yaml:"ignoreCase,omitempty"`
		Present    bool   `yaml:"present,omitempty"`
	}
	service struct {
		Name     string `yaml:"name"`
		Port     int    `yaml:"port"`
		Protocol string `yaml:"protocol,omitempty"`
		Weight   int    `yaml:"weight,omitempty"`
		Mirror   bool   `yaml:"mirror,omitempty"`

		Other map[string]yaml.Node `yaml:",inline"` // how its pods are spoken to
	}
	timeout struct {
		Response string `yaml:"response,omitempty"`
	}
	retry struct {
		Count    int      `yaml:"count"`
		PerTry   string   `yaml:"perTryTimeout,omitempty"`
		On       []string `yaml:"retryOn,omitempty"`
		Statuses []int    `yaml:"retriableStatusCodes,omitempty"`
	}
	rewrite struct {
		Replace []replacement `yaml:"replacePrefix,omitempty"`
	}
	replacement struct {
		Prefix string `yaml:"prefix,omitempty"`
		By     string `yaml:"replacement"`
	}
	headers struct {
		Set    []header `yaml:"set,omitempty"`
		Remove []string `yaml:"remove,omitempty"`
	}
	header struct {
		Name  string `yaml:"name"`
		Value string `yaml:"value"`
	}
	tcpProxy struct {
		Services []service `yaml:"services,omitempty"`
		Include  *include  `yaml:"include,omitempty"`
		Includes *include  `yaml:"includes,omitempty"` // the older word
	}
)
