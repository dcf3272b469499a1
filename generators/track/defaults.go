package track

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/workload"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// PreStopSleep is how long a pod goes on serving after it was told to stop,
// in seconds: routers learn of it at the same time as the pod does, and need
// seconds to act on it.
const PreStopSleep = 15

// defaultProgressDeadline is apps/v1 DeploymentSpec's own default, in seconds.
const defaultProgressDeadline = 600

// fill adds what a rollout without a dropped request needs and the user is
// silent about. It changes nothing the user wrote.
func fill(o kube.Object, kubernetes string) kube.Object {
	if o.Kind != "Deployment" {
		return fillSleep(o, kubernetes) // a StatefulSet has no such deadline, and replaces pods one by one
	}
	if absent(o, "spec", "progressDeadlineSeconds") {
		o = o.With(defaultProgressDeadline, "spec", "progressDeadlineSeconds")
	}
	if o.Text("spec", "strategy", "type") != "Recreate" && absent(o, "spec", "strategy", "rollingUpdate", "maxUnavailable") {
		o = o.With("RollingUpdate", "spec", "strategy", "type").
			With(0, "spec", "strategy", "rollingUpdate", "maxUnavailable")
	}
	return fillSleep(o, kubernetes)
}

func absent(o kube.Object, path ...string) bool { return o.Get(path...) == nil }

// fillSleep lets every container that has no preStop hook sleep, and makes the
// grace period longer by as much, so that the application keeps its own time.
func fillSleep(o kube.Object, kubernetes string) kube.Object {
	slept := false
	o = eachItem(o, func(c *yaml.Node) *yaml.Node {
		if kube.Get(c, "lifecycle", "preStop") != nil {
			return c
		}
		slept = true
		return kube.Put(c, sleep(kubernetes), "lifecycle", "preStop")
	}, "spec", "template", "spec", "containers")
	if !slept {
		return o
	}
	grace, ok := kube.Number(o.Node, "spec", "template", "spec", "terminationGracePeriodSeconds")
	if !ok {
		grace = workload.DefaultGrace
	}
	return o.With(grace+PreStopSleep, "spec", "template", "spec", "terminationGracePeriodSeconds")
}

// preStop is a lifecycle handler: a native sleep, which needs no shell in the
// image but Kubernetes 1.30 (PodLifecycleSleepAction is on by default from
// there), or the command.
type preStop struct {
	Sleep *sleepAction `yaml:"sleep,omitempty"`
	Exec  *execAction  `yaml:"exec,omitempty"`
}

type sleepAction struct {
	Seconds int `yaml:"seconds"`
}

type execAction struct {
	Command []string `yaml:"command"`
}

func sleep(kubernetes string) preStop {
	_, minor, _ := strings.Cut(kubernetes, ".")
	if n, err := strconv.Atoi(minor); err == nil && n < 30 {
		return preStop{Exec: &execAction{Command: []string{"sleep", strconv.Itoa(PreStopSleep)}}}
	}
	return preStop{Sleep: &sleepAction{Seconds: PreStopSleep}}
}

// Filled says what was added, and what only the user can add.
func (m Maker) Filled() []schemas.Finding {
	var found []schemas.Finding
	before, after := m.Object, fill(m.Object, m.Release.Spec.Kubernetes)
	var added []string
	for _, f := range []struct {
		name string
		path []string
	}{
		{"progressDeadlineSeconds", []string{"spec", "progressDeadlineSeconds"}},
		{"maxUnavailable", []string{"spec", "strategy", "rollingUpdate", "maxUnavailable"}},
		{"terminationGracePeriodSeconds", []string{"spec", "template", "spec", "terminationGracePeriodSeconds"}},
	} {
		if was, is := before.Text(f.path...), after.Text(f.path...); was != is {
			added = append(added, f.name+": "+is)
		}
	}
	if !kube.Equal(before.Get("spec", "template", "spec", "containers"), after.Get("spec", "template", "spec", "containers")) {
		added = append(added, fmt.Sprintf("preStop: sleep %d", PreStopSleep))
	}
	if len(added) > 0 {
		f := m.Object.Find("fill-in", "the tracks of "+m.Object.ID.String()+" add "+strings.Join(added, ", "), "", "spec")
		f.Severity = schemas.Info
		found = append(found, f)
	}
	for i, c := range m.Containers() {
		if kube.Get(c, "ports") != nil && kube.Get(c, "readinessProbe") == nil {
			f := m.Object.Find("readiness-missing",
				fmt.Sprintf("container %s of %s has no readiness probe: it gets requests before it can answer", kube.Text(c, "name"), m.Object.ID),
				"readinessProbe", "spec", "template", "spec", "containers", strconv.Itoa(i))
			f.Severity = schemas.Warning
			found = append(found, f)
		}
	}
	return found
}
