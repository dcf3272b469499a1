package route

import (
	"regexp"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// TextMap is a list of named texts as a map; nil for an empty one. Of two texts with one
// name the last counts.
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

// PercentWeights returns weights of the same proportions that add up to 100 where
// whole numbers can, and are as small as they can be otherwise: 700, 9300 become 7, 93;
// 1, 2 stay. Weights of 0 stay; if all are, they are returned as they are.
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

// NewObject makes an object of the stages: metadata and a spec, which is encoded by
// its yaml tags.
func NewObject(apiVersion, kind string, meta kube.Meta, spec any) kube.Object {
	return kube.Make(struct {
		APIVersion string    `yaml:"apiVersion"`
		Kind       string    `yaml:"kind"`
		Metadata   kube.Meta `yaml:"metadata"`
		Spec       any       `yaml:"spec"`
	}{apiVersion, kind, meta, spec})
}

// QuoteMeta is the regular expression for a text as it is; routers read RE2 (nginx:
// PCRE, which escapes the same signs).
var QuoteMeta = regexp.QuoteMeta

// CookieRegex is the expression by which a Cookie header has one cookie, wherever it
// stands among others. It is for the whole header, as Envoy and the Gateway API match.
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
