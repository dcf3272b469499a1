package metrics

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"github.com/prometheus/common/config"
	"github.com/prometheus/sigv4"
	"go.yaml.in/yaml/v2"
)

// credentials are a file as promtool's --http.config.file, and sigv4: as Prometheus has it
// under remote_write, for Amazon's managed Prometheus.
type credentials struct {
	HTTP  config.HTTPClientConfig `yaml:",inline"`
	SigV4 *sigv4.SigV4Config      `yaml:"sigv4,omitempty"`
}

var noCredentials = credentials{HTTP: config.DefaultHTTPClientConfig}

// readCredentials reads a file; there are none in no file. What it refers to stands beside
// it.
func readCredentials(file string) (credentials, error) {
	c := noCredentials
	if file == "" {
		return c, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return c, err
	}
	if err := yaml.UnmarshalStrict(text, &c); err != nil {
		return c, fmt.Errorf("%s: %w", file, err)
	}
	if err := c.HTTP.Validate(); err != nil {
		return c, fmt.Errorf("%s: %w", file, err)
	}
	if h := c.HTTP; c.SigV4 != nil && (h.BasicAuth != nil || h.Authorization != nil || h.OAuth2 != nil) {
		return c, fmt.Errorf("%s: sigv4 signs every question, and excludes basic_auth, authorization and oauth2: keep one of them", file)
	}
	c.HTTP.SetDirectory(filepath.Dir(file))
	return c, nil
}

// transport sends questions with the credentials. Redirects are not followed: they would
// take them elsewhere.
func (c credentials) transport() (http.RoundTripper, error) {
	c.HTTP.FollowRedirects = false
	rt, err := config.NewRoundTripperFromConfig(c.HTTP, "cutover", config.WithUserAgent("cutover"))
	if err != nil || c.SigV4 == nil {
		return rt, err
	}
	signed, err := sigv4.NewSigV4RoundTripper(c.SigV4, rt)
	if err != nil {
		return nil, fmt.Errorf("sigv4: %w", err)
	}
	return signed, nil
}
