package istio

import "go.yaml.in/yaml/v3"

// The parts of the specs of networking.istio.io/v1 VirtualService and
// DestinationRule that are written and read here (istio.io/api v1.31). What
// conditions there are beside these stays in Other.
type (
	virtualService struct {
		Hosts    []string `yaml:"hosts"`
		Gateways []string `yaml:"gateways,omitempty"`
		ExportTo []string `yaml:"exportTo,omitempty"`
		HTTP     []http   `yaml:"http,omitempty"`
		TLS      []l4     `yaml:"tls,omitempty"`
		TCP      []l4     `yaml:"tcp,omitempty"`
	}
	http struct {
		Match          []match      `yaml:"match,omitempty"`
		Redirect       yaml.Node    `yaml:"redirect,omitempty"`
		DirectResponse yaml.Node    `yaml:"directResponse,omitempty"`
		Delegate       *delegate    `yaml:"delegate,omitempty"`
		Fault          yaml.Node    `yaml:"fault,omitempty"`
		Rewrite        *rewrite     `yaml:"rewrite,omitempty"`
		Route          []share      `yaml:"route,omitempty"`
		Timeout        string       `yaml:"timeout,omitempty"`
		Retries        *retries     `yaml:"retries,omitempty"`
		CorsPolicy     *cors        `yaml:"corsPolicy,omitempty"`
		Headers        *headers     `yaml:"headers,omitempty"`
		Mirror         *destination `yaml:"mirror,omitempty"`
		MirrorPercent  *percent     `yaml:"mirrorPercentage,omitempty"`
		Mirrors        []mirror     `yaml:"mirrors,omitempty"`
	}
	l4 struct {
		Match []l4Match `yaml:"match,omitempty"`
		Route []share   `yaml:"route,omitempty"`
	}
	l4Match struct {
		Gateways []string             `yaml:"gateways,omitempty"`
		Port     int                  `yaml:"port,omitempty"`
		SNIHosts []string             `yaml:"sniHosts,omitempty"`
		Other    map[string]yaml.Node `yaml:",inline"`
	}
	match struct {
		Name            string                 `yaml:"name,omitempty"`
		URI             *stringMatch           `yaml:"uri,omitempty"`
		Scheme          *stringMatch           `yaml:"scheme,omitempty"`
		Method          *stringMatch           `yaml:"method,omitempty"`
		Authority       *stringMatch           `yaml:"authority,omitempty"`
		Headers         map[string]stringMatch `yaml:"headers,omitempty"`
		QueryParams     map[string]stringMatch `yaml:"queryParams,omitempty"`
		Gateways        []string               `yaml:"gateways,omitempty"`
		Port            int                    `yaml:"port,omitempty"`
		SourceLabels    map[string]string      `yaml:"sourceLabels,omitempty"`
		SourceNamespace string                 `yaml:"sourceNamespace,omitempty"`
		WithoutHeaders  map[string]stringMatch `yaml:"withoutHeaders,omitempty"`
		IgnoreURICase   bool                   `yaml:"ignoreUriCase,omitempty"`
		Other           map[string]yaml.Node   `yaml:",inline"`
	}
	stringMatch struct {
		Exact  string `yaml:"exact,omitempty"`
		Prefix string `yaml:"prefix,omitempty"`
		Regex  string `yaml:"regex,omitempty"`
	}
	share struct {
		Destination destination `yaml:"destination"`
		Weight      int         `yaml:"weight"`
	}
	destination struct {
		Host   string   `yaml:"host"`
		Subset string   `yaml:"subset,omitempty"`
		Port   *portRef `yaml:"port,omitempty"`
	}
	portRef struct {
		Number int `yaml:"number"`
	}
	delegate struct {
		Name      string `yaml:"name"`
		Namespace string `yaml:"namespace,omitempty"`
	}
	rewrite struct {
		URI       string `yaml:"uri,omitempty"`
		Authority string `yaml:"authority,omitempty"`
	}
	retries struct {
		Attempts      int    `yaml:"attempts"`
		PerTryTimeout string `yaml:"perTryTimeout,omitempty"`
		RetryOn       string `yaml:"retryOn,omitempty"`
	}
	cors struct {
		AllowOrigins     []stringMatch `yaml:"allowOrigins"`
		AllowMethods     []string      `yaml:"allowMethods,omitempty"`
		AllowHeaders     []string      `yaml:"allowHeaders,omitempty"`
		ExposeHeaders    []string      `yaml:"exposeHeaders,omitempty"`
		MaxAge           string        `yaml:"maxAge,omitempty"`
		AllowCredentials bool          `yaml:"allowCredentials,omitempty"`
	}
	headers struct {
		Request  *headerEdit `yaml:"request,omitempty"`
		Response *headerEdit `yaml:"response,omitempty"`
	}
	headerEdit struct {
		Set    map[string]string `yaml:"set,omitempty"`
		Add    map[string]string `yaml:"add,omitempty"`
		Remove []string          `yaml:"remove,omitempty"`
	}
	percent struct {
		Value float64 `yaml:"value"`
	}
	mirror struct {
		Destination destination `yaml:"destination"`
		Percentage  *percent    `yaml:"percentage,omitempty"`
	}
	mirrorTo struct {
		Destination *yaml.Node `yaml:"destination"`
		Percentage  percent    `yaml:"percentage"`
	}
	destinationRule struct {
		Host          string    `yaml:"host"`
		TrafficPolicy yaml.Node `yaml:"trafficPolicy,omitempty"`
		Subsets       []subset  `yaml:"subsets,omitempty"`
		Selector      yaml.Node `yaml:"workloadSelector,omitempty"`
		ExportTo      []string  `yaml:"exportTo,omitempty"`
	}
	subset struct {
		Name   string            `yaml:"name"`
		Labels map[string]string `yaml:"labels"`
	}
)
