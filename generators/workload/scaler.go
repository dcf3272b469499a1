package workload

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
)

// scalerKind is a kind of autoscaler that can be made into one for each track.
type scalerKind struct {
	group, kind string
	floor, most []string // paths of the least and the most pods
	idle        []string // path of the pods while there is nothing to do, which may be fewer
	name        []string // path of the name of an autoscaler that it makes itself
}

var scalerKinds = []scalerKind{
	{"autoscaling", "HorizontalPodAutoscaler", strings.Fields("spec minReplicas"), strings.Fields("spec maxReplicas"), nil, nil},
	// keda.sh/v1alpha1, v2.21
	{
		"keda.sh", "ScaledObject", strings.Fields("spec minReplicaCount"), strings.Fields("spec maxReplicaCount"),
		strings.Fields("spec idleReplicaCount"), strings.Fields("spec advanced horizontalPodAutoscalerConfig name"),
	},
}

// kindOf is the kind of an autoscaler, and whether it can be split.
func kindOf(o kube.Object) (scalerKind, bool) {
	for _, k := range scalerKinds {
		if o.Is(k.group, k.kind) {
			return k, true
		}
	}
	return scalerKind{}, false
}

// kedaPaused holds a ScaledObject at a number of pods, whatever its bounds are.
// autoscaling.keda.sh/paused by itself leaves as many as there are.
const kedaPaused = "autoscaling.keda.sh/paused-replicas"

// Floor is the least number of pods that an autoscaler leaves, and what it
// scales; ok is no for what is no autoscaler.
func Floor(o kube.Object) (target kube.ID, floor int, ok bool) {
	k, ok := kindOf(o)
	if !ok {
		return target, 0, false
	}
	target = kube.ID{Group: "apps", Kind: o.Text("spec", "scaleTargetRef", "kind"), Namespace: o.Namespace, Name: o.Text("spec",
		"scaleTargetRef", "name")}
	if target.Kind == "" {
		target.Kind = "Deployment" // which KEDA takes for granted
	}
	floor = k.least(o)
	if idle, given := kube.Number(o.Node, k.idle...); given {
		floor = min(floor, idle)
	}
	if n, err := strconv.Atoi(o.Text("metadata", "annotations", kedaPaused)); err == nil && k.group == "keda.sh" {
		floor = max(n, 0)
	}
	return target, floor, true
}

// least is the number of pods that an autoscaler keeps while there is work.
func (k scalerKind) least(o kube.Object) int {
	n, given := kube.Number(o.Node, k.floor...)
	if !given && k.group == "autoscaling" {
		return 1 // autoscaling/v2; KEDA's default is 0
	}
	return n
}

// RetargetScaler lets an autoscaler scale another workload, with a floor of 1 pod or more
// that holds while there is nothing to do, too. What it makes under a name of its own
// gets the suffix.
func RetargetScaler(o kube.Object, workload string, floor int, suffix string) kube.Object {
	k, _ := kindOf(o)
	name := o.Text(k.name...)
	o = o.With(workload, "spec", "scaleTargetRef", "name").With(floor, k.floor...).Without("status")
	if k.idle != nil {
		o = o.Without(k.idle...)
	}
	if k.name != nil && name != "" {
		o = o.With(name+suffix, k.name...)
	}
	return o
}

// RestFloor is the floor of a track at rest: 0 would promise nothing.
func RestFloor(o kube.Object) int {
	k, _ := kindOf(o)
	return max(k.least(o), 1)
}

// checkScalers: an autoscaler has a maximum that capacity fits under, and says
// what it does at rest.
func checkScalers(s *Source) []schemas.Finding {
	var found []schemas.Finding
	capacity := s.Release.Spec.Capacity
	for _, o := range s.Scalers {
		k, _ := kindOf(o)
		most, ok := kube.Number(o.Node, k.most...)
		field := k.most[len(k.most)-1]
		switch {
		case !ok:
			found = append(found, o.Find("scaler-maximum", o.ID.String()+" has no "+field, "set it to the most pods that one track may have",
				"spec"))
		case capacity > most:
			found = append(found, s.Release.Find("capacity", "spec.capacity",
				fmt.Sprintf("spec.capacity is %d, and %s allows at most %d pods", capacity, o.ID, most), "raise its "+field+", or lower this"))
		case capacity == 0 && !s.Release.Worker():
			f := o.Find("capacity-default",
				fmt.Sprintf("the maximum of %s, %d, is taken as the capacity of a track while a release runs", o.ID, most),
				"spec.capacity: as many pods as carry all requests", k.most...)
			f.Severity = schemas.Info
			found = append(found, f)
		}
		if _, floor, _ := Floor(o); floor == 0 {
			found = append(found, k.zero(o))
		}
		found = append(found, checkTriggers(s, o)...)
	}
	return found
}

// zero says that the tracks do not go down to no pods, as the user's autoscaler does.
func (k scalerKind) zero(o kube.Object) schemas.Finding {
	path, hint := k.floor, k.floor[len(k.floor)-1]+": 1 says the same"
	if k.idle != nil && o.Get(k.idle...) != nil {
		path, hint = k.idle, "leave it out"
	}
	f := o.Find("scaler-zero", fmt.Sprintf("%s lets the workload scale to zero pods; a track keeps at least %d", o.ID, RestFloor(o)), hint,
		path...)
	f.Severity = schemas.Warning
	return f
}

// ownNames are places in a trigger or metric whose names each track has for
// itself: containers, and what only tells how to ask.
var ownNames = [][]string{
	strings.Fields("containerResource container"), strings.Fields("metadata containerName"), strings.Fields("authenticationRef"),
}

// checkTriggers warns of a trigger or metric that names the workload: it looks
// at what both tracks do, or at nothing.
func checkTriggers(s *Source, o kube.Object) []schemas.Finding {
	word := regexp.MustCompile(`(?:^|[^-\w])(` + regexp.QuoteMeta(s.Object.Name) + `)(?:$|[^-\w])`)
	for _, list := range []string{"triggers", "metrics"} {
		for i, n := range kube.Items(o.Node, "spec", list) {
			trigger := kube.Object{Node: n}
			for _, path := range ownNames {
				trigger = trigger.Without(path...)
			}
			if mention(trigger.Node, word) == "" {
				continue
			}
			f := o.Find("scaler-names",
				fmt.Sprintf("%s %s[%d] names %s: each track would be scaled by the load of both, or by nothing", o.ID, list, i, s.Object.Name),
				"measure the pods of the track itself, such as their CPU", "spec", list, fmt.Sprint(i))
			f.Severity = schemas.Warning
			return []schemas.Finding{f}
		}
	}
	return nil
}

// isScaled reports whether a reference of an autoscaler names the workload.
func (s *Source) isScaled(o kube.Object) bool {
	ref := o.Get("spec", "scaleTargetRef")
	kind := kube.Text(ref, "kind")
	if kind == "" && o.Group == "keda.sh" {
		kind = "Deployment" // which KEDA takes for granted
	}
	return kube.Text(ref, "name") == s.Object.Name && kind == s.Object.Kind
}

// DefaultCapacity is what the manifests say a full track is.
func (s *Source) DefaultCapacity() int {
	if len(s.Scalers) > 0 {
		k, _ := kindOf(s.Scalers[0])
		n, _ := kube.Number(s.Scalers[0].Node, k.most...)
		return n
	}
	if n, ok := kube.Number(s.Object.Node, "spec", "replicas"); ok {
		return n
	}
	return 1
}
