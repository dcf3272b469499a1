package route

import (
	"regexp"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// TextMap is a list of named texts as a Go map.
func TextMap(list []schemas.NamedText) map[string]string {
	if len(list) == 0 {
		return nil
	}
	m := map[string]string{}
	for _, t := range list {
		m[t.Name] = t.Value
	}
	return m
}

// PercentWeights makes weights as small as they can be, and makes them add up to
// 100 where whole numbers do.
func PercentWeights(weights []int) []int {
	divisor, sum := 0, 0
	for _, w := range weights {
		divisor, sum = gcd(divisor, w), sum+w
	}
	if sum == 0 {
		return weights
	}
	factor := 1
	if n := sum / divisor; 100%n == 0 {
		factor = 100 / n
	}
	out := make([]int, len(weights))
	for i, w := range weights {
		out[i] = w / divisor * factor
	}
	return out
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// NewObject makes a routing object.
func NewObject(apiVersion, kind string, meta kube.Meta, spec any) kube.Object {
	return kube.Make(struct {
		APIVersion string    `yaml:"apiVersion"`
		Kind       string    `yaml:"kind"`
		Metadata   kube.Meta `yaml:"metadata"`
		Spec       any       `yaml:"spec"`
	}{apiVersion, kind, meta, spec})
}

// QuoteMeta is the expression for a text as it is.
var QuoteMeta = regexp.QuoteMeta

// CookieRegex matches one cookie in a Cookie header, as an expression for the
// whole header.
func CookieRegex(c schemas.NamedString) string {
	value := QuoteMeta(c.Exact)
	switch {
	case c.Prefix != "":
		value = QuoteMeta(c.Prefix) + "[^;]*"
	case c.Regex != "":
		value = "(?:" + c.Regex + ")"
	}
	return `(?:.*;\s*)?` + QuoteMeta(c.Name) + "=" + value + `(?:\s*;.*)?`
}
