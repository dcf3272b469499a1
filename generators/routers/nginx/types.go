package nginx

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// The parts of k8s.nginx.org/v1 that are written and read here (NGINX Ingress Controller
// v5.5.4, pkg/apis/configuration/v1/types.go).
type (
	// server is the spec of a VirtualServer, and of a VirtualServerRoute, whose routes are
	// called subroutes.
	server struct {
		Class     string      `yaml:"ingressClassName,omitempty"`
		Host      string      `yaml:"host,omitempty"`
		Listener  *listeners  `yaml:"listener,omitempty"`
		TLS       *tls        `yaml:"tls,omitempty"`
		Policies  []policyRef `yaml:"policies,omitempty"`
		Upstreams []upstream  `yaml:"upstreams,omitempty"`
		Routes    []location  `yaml:"routes,omitempty"`
		Subroutes []location  `yaml:"subroutes,omitempty"`
	}
	listeners struct {
		HTTP  string `yaml:"http,omitempty"`
		HTTPS string `yaml:"https,omitempty"`
	}
	tls struct {
		Secret   string    `yaml:"secret,omitempty"`
		Redirect *redirect `yaml:"redirect,omitempty"`
	}
	redirect struct {
		Enable bool `yaml:"enable"`
	}
	policyRef struct {
		Name      string `yaml:"name"`
		Namespace string `yaml:"namespace,omitempty"`
	}
	upstream struct {
		Name        string            `yaml:"name"`
		Service     string            `yaml:"service"`
		Port        int               `yaml:"port"`
		Subselector map[string]string `yaml:"subselector,omitempty"`
		Type        string            `yaml:"type,omitempty"`
		TLS         *upstreamTLS      `yaml:"tls,omitempty"`
		Connect     string            `yaml:"connect-timeout,omitempty"`
		Read        string            `yaml:"read-timeout,omitempty"`
		Send        string            `yaml:"send-timeout,omitempty"`
		Next        string            `yaml:"next-upstream,omitempty"`
		NextTries   int               `yaml:"next-upstream-tries,omitempty"`

		Other map[string]yaml.Node `yaml:",inline"` // how its pods are spoken to
	}
	upstreamTLS struct {
		Enable bool `yaml:"enable"`
	}
	location struct {
		Path     string         `yaml:"path"`
		Policies []policyRef    `yaml:"policies,omitempty"`
		Route    string         `yaml:"route,omitempty"`
		Selector *routeSelector `yaml:"routeSelector,omitempty"`
		Matches  []match        `yaml:"matches,omitempty"`
		Action   *action        `yaml:"action,omitempty"`
		Splits   []share        `yaml:"splits,omitempty"`
	}
	routeSelector struct {
		Labels map[string]string `yaml:"matchLabels"`
	}
	match struct {
		Conditions []condition `yaml:"conditions"`
		Action     *action     `yaml:"action,omitempty"`
		Splits     []share     `yaml:"splits,omitempty"`
	}
	condition struct {
		Header   string `yaml:"header,omitempty"`
		Cookie   string `yaml:"cookie,omitempty"`
		Argument string `yaml:"argument,omitempty"`
		Variable string `yaml:"variable,omitempty"`
		Value    string `yaml:"value"`
	}
	share struct {
		Weight int     `yaml:"weight"`
		Action *action `yaml:"action"`
	}
	action struct {
		Pass     string    `yaml:"pass,omitempty"`
		Proxy    *proxy    `yaml:"proxy,omitempty"`
		Redirect yaml.Node `yaml:"redirect,omitempty"`
		Return   yaml.Node `yaml:"return,omitempty"`
	}
	proxy struct {
		Upstream string           `yaml:"upstream"`
		Rewrite  string           `yaml:"rewritePath,omitempty"`
		Request  *requestHeaders  `yaml:"requestHeaders,omitempty"`
		Response *responseHeaders `yaml:"responseHeaders,omitempty"`
	}
	requestHeaders struct {
		Set []header `yaml:"set,omitempty"`
	}
	responseHeaders struct {
		Hide []string      `yaml:"hide,omitempty"`
		Add  []addedHeader `yaml:"add,omitempty"`
	}
	header struct {
		Name  string `yaml:"name"`
		Value string `yaml:"value"`
	}
	addedHeader struct {
		Name   string `yaml:"name"`
		Value  string `yaml:"value"`
		Always bool   `yaml:"always,omitempty"`
	}
	// transport is the spec of a TransportServer.
	transport struct {
		Class     string            `yaml:"ingressClassName,omitempty"`
		Listener  transportListener `yaml:"listener"`
		Host      string            `yaml:"host,omitempty"`
		Upstreams []upstream        `yaml:"upstreams"`
		Action    *action           `yaml:"action"`
	}
	transportListener struct {
		Name     string `yaml:"name"`
		Protocol string `yaml:"protocol"`
	}
	cors struct {
		Origins     []string `yaml:"allowOrigin"`
		Methods     []string `yaml:"allowMethods,omitempty"`
		Headers     []string `yaml:"allowHeaders,omitempty"`
		Credentials bool     `yaml:"allowCredentials,omitempty"`
		Expose      []string `yaml:"exposeHeaders,omitempty"`
		MaxAge      int      `yaml:"maxAge,omitempty"`
	}
)

// destination is the upstream that an action sends requests to; "" if it answers.
func (a action) destination() string {
	if a.Proxy != nil {
		return a.Proxy.Upstream
	}
	return a.Pass
}

// serviceOf is the Service that an upstream names, and its namespace, if it says one.
func serviceOf(text string) (namespace, name string) {
	if namespace, name, ok := strings.Cut(text, "/"); ok {
		return namespace, name
	}
	return "", text
}
