package gatewaysplit

import "go.yaml.in/yaml/v3"

// Parent is a Gateway, a ListenerSet or a Service that a route is attached to, with the
// fields that the API server would fill in.
type Parent struct {
	Group       string `yaml:"group"`
	Kind        string `yaml:"kind"`
	Name        string `yaml:"name"`
	Namespace   string `yaml:"namespace,omitempty"`
	SectionName string `yaml:"sectionName,omitempty"`
	Port        int    `yaml:"port,omitempty"`
}

// The parts of HTTPRoute and GRPCRoute that are written (gateway-api v1.6.3),
// with the fields that the API server would fill in: Argo CD shows an object
// that leaves them out as OutOfSync.
type (
	routeObject struct {
		ParentRefs []Parent `yaml:"parentRefs"`
		Hostnames  []string `yaml:"hostnames,omitempty"`
		Rules      []rule   `yaml:"rules"`
	}
	rule struct {
		Matches     []match   `yaml:"matches,omitempty"`
		Filters     []filter  `yaml:"filters,omitempty"`
		BackendRefs []backend `yaml:"backendRefs"`
		Timeouts    *timeouts `yaml:"timeouts,omitempty"`
		Retry       *retry    `yaml:"retry,omitempty"`
	}
	match struct {
		Path        *value               `yaml:"path,omitempty"`
		Headers     []named              `yaml:"headers,omitempty"`
		QueryParams []named              `yaml:"queryParams,omitempty"`
		Method      any                  `yaml:"method,omitempty"` // string, or *grpcMethod
		Other       map[string]yaml.Node `yaml:",inline"`
	}
	value struct {
		Type  string `yaml:"type"`
		Value string `yaml:"value"`
	}
	named struct {
		Type  string `yaml:"type"`
		Name  string `yaml:"name"`
		Value string `yaml:"value"`
	}
	grpcMethod struct {
		Type    string `yaml:"type"`
		Service string `yaml:"service,omitempty"`
		Method  string `yaml:"method,omitempty"`
	}
	backend struct {
		Group     string `yaml:"group"`
		Kind      string `yaml:"kind"`
		Name      string `yaml:"name"`
		Namespace string `yaml:"namespace,omitempty"`
		Port      int    `yaml:"port"`
		Weight    *int   `yaml:"weight,omitempty"`
	}
	filter struct {
		Type                   string    `yaml:"type"`
		RequestHeaderModifier  *header   `yaml:"requestHeaderModifier,omitempty"`
		ResponseHeaderModifier *header   `yaml:"responseHeaderModifier,omitempty"`
		RequestMirror          *mirror   `yaml:"requestMirror,omitempty"`
		URLRewrite             *url      `yaml:"urlRewrite,omitempty"`
		CORS                   *cors     `yaml:"cors,omitempty"`
		RequestRedirect        yaml.Node `yaml:"requestRedirect,omitempty"`
		ExtensionRef           yaml.Node `yaml:"extensionRef,omitempty"`
	}
	header struct {
		Set    []pair   `yaml:"set,omitempty"`
		Add    []pair   `yaml:"add,omitempty"`
		Remove []string `yaml:"remove,omitempty"`
	}
	pair struct {
		Name  string `yaml:"name"`
		Value string `yaml:"value"`
	}
	mirror struct {
		BackendRef backend `yaml:"backendRef"`
		Percent    *int    `yaml:"percent,omitempty"`
	}
	url struct {
		Hostname string   `yaml:"hostname,omitempty"`
		Path     *urlPath `yaml:"path,omitempty"`
	}
	urlPath struct {
		Type               string `yaml:"type"`
		ReplaceFullPath    string `yaml:"replaceFullPath,omitempty"`
		ReplacePrefixMatch string `yaml:"replacePrefixMatch,omitempty"`
	}
	cors struct {
		AllowOrigins     []string `yaml:"allowOrigins"`
		AllowMethods     []string `yaml:"allowMethods,omitempty"`
		AllowHeaders     []string `yaml:"allowHeaders,omitempty"`
		ExposeHeaders    []string `yaml:"exposeHeaders,omitempty"`
		MaxAge           int      `yaml:"maxAge"`
		AllowCredentials bool     `yaml:"allowCredentials,omitempty"`
	}
	timeouts struct {
		Request        string `yaml:"request,omitempty"`
		BackendRequest string `yaml:"backendRequest,omitempty"`
	}
	retry struct {
		Codes    []int `yaml:"codes,omitempty"`
		Attempts int   `yaml:"attempts"`
	}
	grant struct {
		From []grantFrom `yaml:"from"`
		To   []grantTo   `yaml:"to"`
	}
	grantFrom struct {
		Group     string `yaml:"group"`
		Kind      string `yaml:"kind"`
		Namespace string `yaml:"namespace"`
	}
	grantTo struct {
		Group string `yaml:"group"`
		Kind  string `yaml:"kind"`
		Name  string `yaml:"name,omitempty"`
	}
)
