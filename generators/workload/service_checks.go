package workload

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// gapAnnotations are marks of Services whose endpoints a load balancer takes
// into target groups of its own: it empties and fills them in its own time, so
// that a changed selector leaves a gap (argo-rollouts docs/features/bluegreen.md
// on ALB; cloud.google.com/neg), unless it stands on both tracks for so long (ingress-gce#638).
var gapAnnotations = []struct {
	key, value string
	fills      schemas.Duration // 0: nobody says
}{
	{"cloud.google.com/neg", "", schemas.Duration(2 * time.Minute)},
	{"service.beta.kubernetes.io/aws-load-balancer-nlb-target-type", "ip", 0},
	{"service.beta.kubernetes.io/aws-load-balancer-type", "nlb-ip", 0},
}

// CheckApexes refuses apexes whose selector cannot change without a gap, as
// settle changes it under every provider. overlap is how long they stand on both tracks
// before.
func CheckApexes(s *Source, overlap schemas.Duration) []schemas.Finding {
	var found []schemas.Finding
	for _, o := range s.Apexes {
		hint := fmt.Sprintf("put it behind the router, or accept it: annotation %s: apex-gap", AcceptAnnotation)
		why, path := gap(o, overlap)
		if why != "" {
			why += ": when its selector moves to the other track, requests are refused for a moment"
		}
		if s.Away() {
			why, path = s.renamed(o)
			hint = fmt.Sprintf("let no client use it meanwhile, and accept it: annotation %s: apex-gap; of a Service that is new, type: "+
				"ExternalName with its selector says the same", AcceptAnnotation)
		}
		if why == "" {
			continue
		}
		f := o.Find("apex-gap", why, hint, path...)
		if Accepts(o, "apex-gap") {
			f.Severity, f.Hint = schemas.Warning, ""
		}
		found = append(found, f)
	}
	return found
}

// renamed is why an apex cannot become a name without a gap: clients hold its address for as
// long as they have resolved it, and the address is gone at once.
func (s *Source) renamed(o kube.Object) (why string, path []string) {
	if !s.Away() || o.Text("spec", "type") == "ExternalName" {
		return "", nil
	}
	return fmt.Sprintf("%s has a cluster IP, and becomes a name (ExternalName), as track %s has a namespace of its own: clients that know "+
		"the address call nobody until they ask for the name again", o.ID, s.Release.Away()), []string{"spec"}
}

func gap(o kube.Object, overlap schemas.Duration) (why string, path []string) {
	if o.Text("spec", "externalTrafficPolicy") == "Local" {
		return "externalTrafficPolicy Local", []string{"spec", "externalTrafficPolicy"}
	}
	for _, g := range gapAnnotations {
		filled := g.fills > 0 && overlap >= g.fills
		if v := o.Text("metadata", "annotations", g.key); v != "" && !filled && (g.value == "" || v == g.value) {
			return g.key + " feeds a load balancer's own target group", []string{"metadata", "annotations", g.key}
		}
	}
	return "", nil
}

// checkMonitors warns of a ServiceMonitor that sees one track only: it finds
// pods by the Services that it selects, and the apex leads to one track.
func checkMonitors(s *Source) []schemas.Finding {
	var found []schemas.Finding
	for _, o := range s.Manifests {
		if !o.Is("monitoring.coreos.com", "ServiceMonitor") {
			continue
		}
		for _, apex := range s.Apexes {
			if !kube.LabelSelects(o.Get("spec", "selector"), kube.Strings(apex.Node, "metadata", "labels")) {
				continue
			}
			what, hint := "leads to one track at a time: the other has no metrics", "a PodMonitor finds the pods of both, once"
			if s.Away() {
				what = "becomes a name (ExternalName) that nobody stands behind: no track has metrics"
				hint = "a PodMonitor finds the pods of both, once, with " + s.homesSelector()
			}
			f := o.Find("monitor-one-track", fmt.Sprintf("%s finds the pods behind %s, which %s", o.ID, apex.ID, what), hint, "spec", "selector")
			f.Severity = schemas.Warning
			found = append(found, f)
		}
	}
	return found
}

// homesSelector names the namespaces of both tracks, as a monitor does.
func (s *Source) homesSelector() string {
	names := []string{s.Home(schemas.Blue), s.Home(schemas.Green)}
	slices.Sort(names)
	return "namespaceSelector: {matchNames: [" + strings.Join(slices.Compact(names), ", ") + "]}"
}

// checkOffers: Services have names, and ports have numbers and names, that an
// API server takes. Tracks keep a record of them.
func checkOffers(s *Source) []schemas.Finding {
	var found []schemas.Finding
	for _, o := range s.Apexes {
		if !schemas.IsLabel(o.Name) {
			found = append(found, o.Find("name", fmt.Sprintf("%q is not a DNS label", o.Name),
				"lower case letters, digits and -, at most 63, such as checkout", "metadata", "name"))
		}
		for i, n := range kube.Items(o.Node, "spec", "ports") {
			p := ReadPort(n)
			target, isNumber := kube.Number(n, "targetPort")
			switch {
			case !isPort(p.Number):
				found = append(found, o.Find("port", fmt.Sprintf("%s is not a port", cmp.Or(kube.Text(n, "port"), "nothing")), "use 1 to 65535",
					"spec", "ports", fmt.Sprint(i), "port"))
			case !slices.Contains([]string{"TCP", "UDP", "SCTP"}, p.Protocol):
				found = append(found, o.Find("port", fmt.Sprintf("%q is not a protocol", p.Protocol), "TCP, UDP or SCTP", "spec", "ports",
					fmt.Sprint(i), "protocol"))
			case isNumber && !isPort(target) || !isNumber && !schemas.IsLabel(p.Target.Value):
				found = append(found, o.Find("port", fmt.Sprintf("%q is neither a port nor a port's name", p.Target.Value),
					"a number from 1 to 65535, or the name of a container port", "spec", "ports", fmt.Sprint(i), "targetPort"))
			}
		}
	}
	return found
}

// checkMarks: what routers read in a Service and only one can have stays with the apex.
func checkMarks(s *Source) []schemas.Finding {
	var found []schemas.Finding
	for _, o := range s.Apexes {
		for key, value := range kube.Pairs(o.Node, "metadata", "annotations") {
			if OneServiceOnly(key, value) && len(s.ServiceAnnotations) > 0 {
				f := o.Find("policy-lost",
					fmt.Sprintf("annotation %s is for this Service alone, and a release sends requests to Services %s and %s", key, s.Name(schemas.Blue),
						s.Name(schemas.Green)),
					"an object of its own for each of the two, in the place of the annotation", "metadata", "annotations", key)
				f.Severity = schemas.Warning
				found = append(found, f)
			}
		}
	}
	return found
}

// OneServiceOnly reports whether an annotation is for one Service alone: it names what only
// one can have, or routes to the Service by its name.
func OneServiceOnly(key, value string) bool {
	return key == "cloud.google.com/neg" && strings.Contains(value, `"name"`) || key == "getambassador.io/config"
}
