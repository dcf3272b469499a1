package workload

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// AcceptAnnotation names findings that the user accepts for an object.
const AcceptAnnotation = "cutover.dev/accept"

// gapAnnotations are marks of Services whose endpoints a load balancer takes
// into target groups of its own: it empties and fills them in its own time, so
// that a changed selector leaves a gap (argo-rollouts docs/features/bluegreen.md
// on ALB; cloud.google.com/neg).
var gapAnnotations = []struct{ key, value string }{
	{"cloud.google.com/neg", ""},
	{"service.beta.kubernetes.io/aws-load-balancer-nlb-target-type", "ip"},
	{"service.beta.kubernetes.io/aws-load-balancer-type", "nlb-ip"},
}

// CheckApexes refuses apexes whose selector cannot change without a gap, as
// settle changes it under every provider.
func (s *Source) CheckApexes() []schemas.Finding {
	var found []schemas.Finding
	for _, o := range s.Apexes {
		why, path := gap(o)
		if why == "" {
			continue
		}
		f := o.Find("apex-gap", why+": when its selector moves to the other track, requests are refused for a moment",
			fmt.Sprintf("put it behind the router, or accept it: annotation %s: apex-gap", AcceptAnnotation), path...)
		if Accepts(o, "apex-gap") {
			f.Severity, f.Hint = schemas.Warning, ""
		}
		found = append(found, f)
	}
	return found
}

func gap(o kube.Object) (why string, path []string) {
	if o.Text("spec", "externalTrafficPolicy") == "Local" {
		return "externalTrafficPolicy Local", []string{"spec", "externalTrafficPolicy"}
	}
	for _, g := range gapAnnotations {
		if v := o.Text("metadata", "annotations", g.key); v != "" && (g.value == "" || v == g.value) {
			return g.key + " feeds a load balancer's own target group", []string{"metadata", "annotations", g.key}
		}
	}
	return "", nil
}

// Accepts reports whether an object's annotation accepts a finding.
func Accepts(o kube.Object, id string) bool {
	ids := strings.FieldsFunc(o.Text("metadata", "annotations", AcceptAnnotation), func(r rune) bool { return r == ',' || r == ' ' })
	return slices.Contains(ids, id)
}
