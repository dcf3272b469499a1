package traefik

import (
	"testing"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each of these Traefik v3.7.13 builds, or refuses: observed with its own packages.
func TestUnbuildable(t *testing.T) {
	for spec, why := range map[string]string{
		`circuitBreaker: {expression: "NetworkErrorRatio() > 0.30"}`:                                              "",
		`circuitBreaker: {expression: "LatencyAtQuantileMS(50.0) > 100"}`:                                         "",
		`circuitBreaker: {expression: "(ResponseCodeRatio(500, 600, 0, 600) > 0.25)||NetworkErrorRatio() >= 1."}`: "",
		`circuitBreaker: {expression: "NetworkErrorRatio() > 1"}`:                                                 "no whole number",
		`circuitBreaker: {expression: "LatencyAtQuantileMS(50) > 100"}`:                                           "whole quantile",
		`circuitBreaker: {expression: "LatencyAtQuantileMS(50.0) > 100.5"}`:                                       "half a millisecond",
		`circuitBreaker: {expression: "0.3 < NetworkErrorRatio()"}`:                                               "number first",
		`circuitBreaker: {expression: "NetworkErrorRatio() > 0.3 &&"}`:                                            "ends too early",
		`circuitBreaker: {expression: "!(NetworkErrorRatio() > 0.3)"}`:                                            "not",
		`circuitBreaker: {expression: "ErrorRatio() > 0.3"}`:                                                      "unknown",
		`ipAllowList: {sourceRange: [10.0.0.0/8], rejectStatusCode: 404}`:                                         "",
		`ipAllowList: {sourceRange: [10.0.0.0/8], rejectStatusCode: 0}`:                                           "",
		`ipAllowList: {sourceRange: [10.0.0.0/8], rejectStatusCode: 999}`:                                         "no status",
		`rateLimit: {average: 10, period: 1m}`:                                                                    "",
		`rateLimit: {average: 10, period: 0}`:                                                                     "",
		`rateLimit: {average: 10, period: -1s}`:                                                                   "negative",
		`rateLimit: {average: 10, period: -5}`:                                                                    "negative",
		`rateLimit: {average: 10, period: soon}`:                                                                  "no length",
	} {
		all, found := kube.Parse("m.yaml", []byte("apiVersion: traefik.io/v1alpha1\nkind: Middleware\nmetadata: {name: m}\nspec: {"+spec+"}\n"))
		require.Empty(t, found)
		if got := unbuildable(all[0]); why == "" {
			assert.Empty(t, got, spec)
		} else {
			assert.NotEmpty(t, got, "%s: %s", spec, why)
		}
	}
}
