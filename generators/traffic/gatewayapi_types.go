package traffic

// The parts of HTTPRoute and GRPCRoute that are written (gateway-api v1.6.3),
// with the fields that the API server would fill in: Argo CD shows an object
// that leaves them out as OutOfSync.
type (
	gatewayRoute struct {
		ParentRefs []gatewayParent `yaml:"parentRefs"`
		Hostnames  []string        `yaml:"hostnames,omitempty"`
		Rules      []gatewayRule   `yaml:"rules"`
	}
	gatewayParent struct {
		Group       string `yaml:"group"`
		Kind        string `yaml:"kind"`
		Name        string `yaml:"name"`
		Namespace   string `yaml:"namespace,omitempty"`
		SectionName string `yaml:"sectionName,omitempty"`
		Port        int    `yaml:"port,omitempty"`
	}
	gatewayRule struct {
		Matches     []gatewayMatch   `yaml:"matches,omitempty"`
		Filters     []gatewayFilter  `yaml:"filters,omitempty"`
		BackendRefs []gatewayBackend `yaml:"backendRefs"`
		Timeouts    *gatewayTimeouts `yaml:"timeouts,omitempty"`
	}
	gatewayMatch struct {
		Path        *gatewayValue       `yaml:"path,omitempty"`
		Headers     []gatewayNamed      `yaml:"headers,omitempty"`
		QueryParams []gatewayNamed      `yaml:"queryParams,omitempty"`
		Method      any                 `yaml:"method,omitempty"` // string, or *gatewayGRPCMethod
		Other       map[string]yamlNode `yaml:",inline"`
	}
	gatewayValue struct {
		Type  string `yaml:"type"`
		Value string `yaml:"value"`
	}
	gatewayNamed struct {
		Type  string `yaml:"type"`
		Name  string `yaml:"name"`
		Value string `yaml:"value"`
	}
	gatewayGRPCMethod struct {
		Type    string `yaml:"type"`
		Service string `yaml:"service,omitempty"`
		Method  string `yaml:"method,omitempty"`
	}
	gatewayBackend struct {
		Group     string `yaml:"group"`
		Kind      string `yaml:"kind"`
		Name      string `yaml:"name"`
		Namespace string `yaml:"namespace,omitempty"`
		Port      int    `yaml:"port"`
		Weight    *int   `yaml:"weight,omitempty"`
	}
	gatewayFilter struct {
		Type                   string         `yaml:"type"`
		RequestHeaderModifier  *gatewayHeader `yaml:"requestHeaderModifier,omitempty"`
		ResponseHeaderModifier *gatewayHeader `yaml:"responseHeaderModifier,omitempty"`
		RequestMirror          *gatewayMirror `yaml:"requestMirror,omitempty"`
		URLRewrite             *gatewayURL    `yaml:"urlRewrite,omitempty"`
		CORS                   *gatewayCORS   `yaml:"cors,omitempty"`
		RequestRedirect        yamlNode       `yaml:"requestRedirect,omitempty"`
		ExtensionRef           yamlNode       `yaml:"extensionRef,omitempty"`
	}
	gatewayHeader struct {
		Set    []gatewayPair `yaml:"set,omitempty"`
		Add    []gatewayPair `yaml:"add,omitempty"`
		Remove []string      `yaml:"remove,omitempty"`
	}
	gatewayPair struct {
		Name  string `yaml:"name"`
		Value string `yaml:"value"`
	}
	gatewayMirror struct {
		BackendRef gatewayBackend   `yaml:"backendRef"`
		Percent    *int             `yaml:"percent,omitempty"`
		Fraction   *gatewayFraction `yaml:"fraction,omitempty"`
	}
	gatewayFraction struct {
		Numerator   int `yaml:"numerator"`
		Denominator int `yaml:"denominator,omitempty"`
	}
	gatewayURL struct {
		Hostname string          `yaml:"hostname,omitempty"`
		Path     *gatewayURLPath `yaml:"path,omitempty"`
	}
	gatewayURLPath struct {
		Type               string `yaml:"type"`
		ReplaceFullPath    string `yaml:"replaceFullPath,omitempty"`
		ReplacePrefixMatch string `yaml:"replacePrefixMatch,omitempty"`
	}
	gatewayCORS struct {
		AllowOrigins     []string `yaml:"allowOrigins"`
		AllowMethods     []string `yaml:"allowMethods,omitempty"`
		AllowHeaders     []string `yaml:"allowHeaders,omitempty"`
		ExposeHeaders    []string `yaml:"exposeHeaders,omitempty"`
		MaxAge           int      `yaml:"maxAge"`
		AllowCredentials bool     `yaml:"allowCredentials,omitempty"`
	}
	gatewayTimeouts struct {
		Request string `yaml:"request"`
	}
	gatewayGrant struct {
		From []gatewayGrantFrom `yaml:"from"`
		To   []gatewayGrantTo   `yaml:"to"`
	}
	gatewayGrantFrom struct {
		Group     string `yaml:"group"`
		Kind      string `yaml:"kind"`
		Namespace string `yaml:"namespace"`
	}
	gatewayGrantTo struct {
		Group string `yaml:"group"`
		Kind  string `yaml:"kind"`
		Name  string `yaml:"name,omitempty"`
	}
)
