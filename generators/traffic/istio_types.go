package traffic

import (
	"go.yaml.in/yaml/v3"
)

// The parts of the specs of networking.istio.io/v1 VirtualService and
// DestinationRule that are written and read here (istio.io/api v1.31). What
// conditions there are beside these stays in Other.
type (
	istioVirtualService struct {
		Hosts    []string    `yaml:"hosts"`
		Gateways []string    `yaml:"gateways,omitempty"`
		ExportTo []string    `yaml:"exportTo,omitempty"`
		HTTP     []istioHTTP `yaml:"http,omitempty"`
		TLS      []istioL4   `yaml:"tls,omitempty"`
		TCP      []istioL4   `yaml:"tcp,omitempty"`
	}
	istioHTTP struct {
		Match          []istioMatch      `yaml:"match,omitempty"`
		Redirect       yaml.Node         `yaml:"redirect,omitempty"`
		DirectResponse yaml.Node         `yaml:"directResponse,omitempty"`
		Delegate       *istioDelegate    `yaml:"delegate,omitempty"`
		Fault          yaml.Node         `yaml:"fault,omitempty"`
		Rewrite        *istioRewrite     `yaml:"rewrite,omitempty"`
		Route          []istioRoute      `yaml:"route,omitempty"`
		Timeout        string            `yaml:"timeout,omitempty"`
		Retries        *istioRetries     `yaml:"retries,omitempty"`
		CorsPolicy     *istioCORS        `yaml:"corsPolicy,omitempty"`
		Headers        *istioHeaders     `yaml:"headers,omitempty"`
		Mirror         *istioDestination `yaml:"mirror,omitempty"`
		MirrorPercent  *istioPercent     `yaml:"mirrorPercentage,omitempty"`
		Mirrors        []istioMirror     `yaml:"mirrors,omitempty"`
	}
	istioL4 struct {
		Match []istioL4Match `yaml:"match,omitempty"`
		Route []istioRoute   `yaml:"route,omitempty"`
	}
	istioL4Match struct {
		Gateways []string             `yaml:"gateways,omitempty"`
		Port     int                  `yaml:"port,omitempty"`
		SNIHosts []string             `yaml:"sniHosts,omitempty"`
		Other    map[string]yaml.Node `yaml:",inline"`
	}
	istioMatch struct {
		Name            string                 `yaml:"name,omitempty"`
		URI             *istioString           `yaml:"uri,omitempty"`
		Scheme          *istioString           `yaml:"scheme,omitempty"`
		Method          *istioString           `yaml:"method,omitempty"`
		Authority       *istioString           `yaml:"authority,omitempty"`
		Headers         map[string]istioString `yaml:"headers,omitempty"`
		QueryParams     map[string]istioString `yaml:"queryParams,omitempty"`
		Gateways        []string               `yaml:"gateways,omitempty"`
		Port            int                    `yaml:"port,omitempty"`
		SourceLabels    map[string]string      `yaml:"sourceLabels,omitempty"`
		SourceNamespace string                 `yaml:"sourceNamespace,omitempty"`
		WithoutHeaders  map[string]istioString `yaml:"withoutHeaders,omitempty"`
		IgnoreURICase   bool                   `yaml:"ignoreUriCase,omitempty"`
		Other           map[string]yaml.Node   `yaml:",inline"`
	}
	istioString struct {
		Exact  string `yaml:"exact,omitempty"`
		Prefix string `yaml:"prefix,omitempty"`
		Regex  string `yaml:"regex,omitempty"`
	}
	istioRoute struct {
		Destination istioDestination `yaml:"destination"`
		Weight      int              `yaml:"weight"`
	}
	istioDestination struct {
		Host   string     `yaml:"host"`
		Subset string     `yaml:"subset,omitempty"`
		Port   *istioPort `yaml:"port,omitempty"`
	}
	istioPort struct {
		Number int `yaml:"number"`
	}
	istioDelegate struct {
		Name      string `yaml:"name"`
		Namespace string `yaml:"namespace,omitempty"`
	}
	istioRewrite struct {
		URI       string `yaml:"uri,omitempty"`
		Authority string `yaml:"authority,omitempty"`
	}
	istioRetries struct {
		Attempts      int    `yaml:"attempts"`
		PerTryTimeout string `yaml:"perTryTimeout,omitempty"`
		RetryOn       string `yaml:"retryOn,omitempty"`
	}
	istioCORS struct {
		AllowOrigins     []istioString `yaml:"allowOrigins"`
		AllowMethods     []string      `yaml:"allowMethods,omitempty"`
		AllowHeaders     []string      `yaml:"allowHeaders,omitempty"`
		ExposeHeaders    []string      `yaml:"exposeHeaders,omitempty"`
		MaxAge           string        `yaml:"maxAge,omitempty"`
		AllowCredentials bool          `yaml:"allowCredentials,omitempty"`
	}
	istioHeaders struct {
		Request  *istioHeaderEdit `yaml:"request,omitempty"`
		Response *istioHeaderEdit `yaml:"response,omitempty"`
	}
	istioHeaderEdit struct {
		Set    map[string]string `yaml:"set,omitempty"`
		Add    map[string]string `yaml:"add,omitempty"`
		Remove []string          `yaml:"remove,omitempty"`
	}
	istioPercent struct {
		Value float64 `yaml:"value"`
	}
	istioMirror struct {
		Destination istioDestination `yaml:"destination"`
		Percentage  *istioPercent    `yaml:"percentage,omitempty"`
	}
	istioMirrorTo struct {
		Destination *yamlNode    `yaml:"destination"`
		Percentage  istioPercent `yaml:"percentage"`
	}
	istioDestinationRule struct {
		Host          string        `yaml:"host"`
		TrafficPolicy yaml.Node     `yaml:"trafficPolicy,omitempty"`
		Subsets       []istioSubset `yaml:"subsets,omitempty"`
		Selector      yaml.Node     `yaml:"workloadSelector,omitempty"`
		ExportTo      []string      `yaml:"exportTo,omitempty"`
	}
	istioSubset struct {
		Name   string            `yaml:"name"`
		Labels map[string]string `yaml:"labels"`
	}
)
