package verify

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/fn/verify/interleave"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// TestRolls holds the verdicts on a thousand rolling updates at random to a model of
// what controllers do: one that takes their steps, pod by pod, while pods become
// ready or do not (Kubernetes v1.37: pkg/controller/deployment/rolling.go and
// util/deployment_util.go, statefulset/stateful_set_control.go, daemon/update.go;
// apps/v1 for what rounds up and down). It shares no arithmetic with what it tests.
func TestRolls(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 8402))
	tally := map[string]int{}
	for i := range rolls {
		u := randomUpdate(rng)
		from, to := cluster.NewState(brute, u.objects(t, false)), cluster.NewState(brute, u.objects(t, true))
		found := Edge{From: from, To: to, MinAvailable: u.bound}.Check()
		want, got := u.verdict(rng), failures(found)
		require.Equal(t, want, got, "update %d: %+v\n%s\n→\n%s", i, u, kube.Stream(nil, from.Objects), kube.Stream(nil, to.Objects))
		tally[want]++
	}
	t.Logf("%v", tally)
	for _, verdict := range []string{"", "apex-empty", "capacity-short", "readiness-unknown", "pods-killed"} {
		require.Greater(t, tally[verdict], rolls/100, "%q", verdict)
	}
}

const rolls = 1000

// failures are the ids of the errors.
func failures(found []schemas.Finding) string {
	var ids []string
	for _, f := range found {
		if f.Severity == schemas.Error {
			ids = append(ids, f.ID)
		}
	}
	slices.Sort(ids)
	return strings.Join(slices.Compact(ids), " ")
}

// update is a workload with another image, and what it says of how it rolls.
type update struct {
	kind               string
	was, is            int // replicas, or the autoscaler's floor
	scaled             bool
	strategy           string // type, "" for the default
	surge, unavailable *intstr.IntOrString
	partition          int
	parallel, held     bool
	letGo              bool // held before: the image was written then
	probe              string
	grace              int // seconds, -1: not said
	image              bool
	bound              interleave.Bound
}

func randomUpdate(rng *rand.Rand) update {
	u := update{
		kind: pick(rng, "Deployment", "Deployment", "StatefulSet", "DaemonSet"),
		was:  1 + rng.IntN(9), scaled: rng.IntN(4) == 0, probe: pick(rng, "readiness", "readiness", "readiness", "startup", "none"),
		grace: pick(rng, -1, -1, -1, 33, 0), image: rng.IntN(12) > 0,
		bound: pick(rng, interleave.Bound{}, interleave.Bound{}, interleave.Bound{N: 1 + rng.IntN(4)}, interleave.Bound{N: 1 + rng.IntN(100), Percent: true}),
	}
	u.is = pick(rng, u.was, u.was, 1+rng.IntN(9))
	switch u.kind {
	case "Deployment":
		u.strategy = pick(rng, "", "RollingUpdate", "RollingUpdate", "RollingUpdate", "Recreate")
		u.held = rng.IntN(12) == 0
		if u.strategy == "RollingUpdate" {
			u.surge, u.unavailable = randomAmount(rng), randomAmount(rng)
		}
	case "StatefulSet":
		u.strategy = pick(rng, "", "RollingUpdate", "RollingUpdate", "OnDelete")
		u.parallel = rng.IntN(3) == 0
		if u.strategy == "RollingUpdate" {
			u.unavailable, u.partition = positive(rng, randomAmount(rng)), pick(rng, 0, 0, 1, 2, rng.IntN(10))
		}
	case "DaemonSet":
		u.was, u.is, u.scaled = 1, 1, false
		u.strategy = pick(rng, "", "RollingUpdate", "RollingUpdate", "OnDelete")
		if u.strategy == "RollingUpdate" && rng.IntN(3) == 0 { // one of the two is zero
			zero := intstr.FromInt32(0)
			u.surge, u.unavailable = positive(rng, randomAmount(rng)), &zero
			if u.surge == nil {
				u.unavailable = nil
			}
		} else if u.strategy == "RollingUpdate" {
			u.unavailable = positive(rng, randomAmount(rng))
		}
	}
	u.letGo = u.kind != "DaemonSet" && u.image && !u.held && u.strategy != "OnDelete" && rng.IntN(8) == 0
	return u
}

// randomAmount is a number, a percentage or nothing.
func randomAmount(rng *rand.Rand) *intstr.IntOrString {
	n := intstr.FromInt32(int32(pick(rng, 0, 1, 1, 2, 3)))
	percent := intstr.FromString(fmt.Sprintf("%d%%", pick(rng, 0, 10, 25, 34, 50, 51, 75, 100)))
	return pick(rng, nil, &n, &percent)
}

// positive is an amount that may not be zero.
func positive(rng *rand.Rand, a *intstr.IntOrString) *intstr.IntOrString {
	if a != nil && (a.String() == "0" || a.String() == "0%") {
		one := intstr.FromInt32(int32(1 + rng.IntN(2)))
		return &one
	}
	return a
}

// objects writes the update down, before it or after.
func (u update) objects(t *testing.T, after bool) []kube.Object {
	t.Helper()
	n, image := u.was, "i:1"
	if after {
		n = u.is
	}
	if u.image && (after || u.letGo) {
		image = "i:2"
	}
	before := u.letGo && !after
	var spec []string
	say := func(format string, args ...any) { spec = append(spec, fmt.Sprintf(format, args...)) }
	if !u.scaled && u.kind != "DaemonSet" {
		say("replicas: %d", n)
	}
	if u.held || before && u.kind == "Deployment" {
		say("paused: true")
	}
	if u.parallel {
		say("podManagementPolicy: Parallel")
	}
	var rolling []string
	for _, f := range []struct {
		name  string
		value *intstr.IntOrString
	}{{"maxSurge", u.surge}, {"maxUnavailable", u.unavailable}} {
		if f.value != nil {
			rolling = append(rolling, f.name+": "+f.value.String())
		}
	}
	if u.partition > 0 {
		rolling = append(rolling, fmt.Sprintf("partition: %d", u.partition))
	}
	field := map[string]string{"Deployment": "strategy"}[u.kind]
	if field == "" {
		field = "updateStrategy"
	}
	switch {
	case before && u.kind == "StatefulSet":
		say("updateStrategy: {type: OnDelete}")
	case u.strategy != "":
		say("%s: {type: %s, rollingUpdate: {%s}}", field, u.strategy, strings.Join(rolling, ", "))
	}
	pod, probe := "", ""
	if u.grace >= 0 {
		pod = fmt.Sprintf("terminationGracePeriodSeconds: %d, ", u.grace)
	}
	if u.probe != "none" {
		probe = fmt.Sprintf(", %sProbe: {tcpSocket: {port: 8402}}", u.probe)
	}
	say("selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {%scontainers: [{name: c, image: \"%s\", ports: [{containerPort: 8402}]%s}]}}", pod, image, probe)
	text := fmt.Sprintf("{apiVersion: apps/v1, kind: %s, metadata: {name: web}, spec: {%s}}\n---\n{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 9017, targetPort: 8402}]}}\n", u.kind, strings.Join(spec, ", "))
	if u.scaled {
		text += fmt.Sprintf("---\n{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: web}, spec: {minReplicas: %d, maxReplicas: 20, scaleTargetRef: {apiVersion: apps/v1, kind: %s, name: web}}}\n", n, u.kind)
	}
	objects, found := kube.Parse("web.yaml", []byte(text))
	require.Empty(t, found, text)
	return objects
}

// verdict is the id that the update is refused with, "" if it is safe.
func (u update) verdict(rng *rand.Rand) string {
	n := min(u.was, u.is)
	need := max(u.bound.N, 1)
	if u.bound.Percent {
		need = (n*u.bound.N + 99) / 100
	}
	need = min(need, n)
	kept, replaced := n, false
	for _, one := range u.sizes() {
		for eager := range 6 { // how soon pods become ready: never, to now and then
			k, r := one.play(func() bool { return rng.IntN(6) < eager })
			kept, replaced = min(kept, k), replaced || r
		}
	}
	var ids []string
	switch {
	case kept == 0:
		ids = append(ids, "apex-empty")
	case kept < need:
		ids = append(ids, "capacity-short")
	}
	if u.grace == 0 && (replaced || u.is < u.was) {
		ids = append(ids, "pods-killed")
	}
	if u.probe == "none" && replaced && !u.letGo { // then a warning
		ids = append(ids, "readiness-unknown")
	}
	return strings.Join(ids, " ")
}

// sizes are the update at all numbers of pods that an autoscaler may have chosen.
func (u update) sizes() []update {
	if !u.scaled {
		return []update{u}
	}
	most := u
	most.was, most.is = 20, 20 // maxReplicas of objects
	all := []update{most}
	for was := u.was; was <= max(u.was, u.is)+2; was++ {
		for is := u.is; is <= u.is+2; is++ {
			one := u
			one.was, one.is = was, is
			all = append(all, one)
		}
	}
	return all
}

// play takes the steps of a controller until it is done or nothing becomes ready any
// more: how many pods were ready at the least, and whether any was replaced.
func (u update) play(becomes func() bool) (least int, replaced bool) {
	switch u.kind {
	case "DaemonSet":
		return u.playNodes()
	case "StatefulSet":
		return u.playSet(becomes)
	}
	return u.playDeployment(becomes)
}

// scaledTo is an amount of a total (apimachinery).
func scaledTo(a *intstr.IntOrString, or intstr.IntOrString, total int, up bool) int {
	n, err := intstr.GetScaledValueFromIntOrPercent(intstr.ValueOrDefault(a, or), total, up)
	if err != nil {
		panic(err)
	}
	return n
}

// replicaSet is how many pods it is to have, and how many are ready.
type replicaSet struct{ spec, ready int }

func (r *replicaSet) scale(n int) {
	r.spec = n
	r.ready = min(r.ready, n) // those that are not ready go first
}

func (u update) playDeployment(becomes func() bool) (least int, replaced bool) {
	old, now := replicaSet{u.was, u.was}, replicaSet{}
	old.scale(u.is) // a change of replicas is carried out before anything rolls
	least = old.ready
	if u.held || !u.image {
		return least, false
	}
	if u.strategy == "Recreate" {
		return 0, true
	}
	quarter := intstr.FromString("25%")
	surge, unavailable := scaledTo(u.surge, quarter, u.is, true), scaledTo(u.unavailable, quarter, u.is, false)
	if surge == 0 && unavailable == 0 {
		unavailable = 1
	}
	minAvailable := u.is - min(unavailable, u.is)
	for range 200 {
		if room := u.is + surge - old.spec - now.spec; room > 0 && now.spec < u.is {
			now.scale(min(u.is, now.spec+room))
		} else if down := old.spec + now.spec - minAvailable - (now.spec - now.ready); old.spec > 0 && down > 0 {
			old.spec -= min(down, old.spec-old.ready) // the unhealthy ones first
			if available := old.ready + now.ready; available > minAvailable {
				old.scale(old.spec - min(old.spec, available-minAvailable))
			}
		}
		least = min(least, old.ready+now.ready)
		for _, rs := range []*replicaSet{&old, &now} {
			if rs.ready < rs.spec && becomes() {
				rs.ready++
			}
		}
	}
	return least, true
}

// member is a pod of a StatefulSet.
type member struct{ updated, ready bool }

func (u update) playSet(becomes func() bool) (least int, replaced bool) {
	pods := make([]member, u.is)
	there := min(u.was, u.is)
	for i := range there {
		pods[i].ready = true
	}
	ready := func() int { return len(slices.DeleteFunc(slices.Clone(pods), func(p member) bool { return !p.ready })) }
	started := there
	least = ready()
	most := max(1, scaledTo(u.unavailable, intstr.FromInt32(1), u.is, true))
	for range 200 {
		healthy := ready() == started
		switch {
		case started < u.is && (u.parallel || healthy): // new ones are made from the new template
			for started < u.is {
				pods[started].updated = u.image
				started++
				if !u.parallel {
					break
				}
			}
		case u.strategy == "OnDelete" || !u.image:
		case u.parallel || healthy:
			stop := most - (u.is - ready())
			for i := u.is - 1; i >= u.partition && stop > 0; i-- {
				if !pods[i].updated {
					pods[i] = member{updated: true}
					replaced, stop = true, stop-1
				}
			}
		}
		least = min(least, ready())
		for i := range started {
			pods[i].ready = pods[i].ready || becomes()
		}
	}
	return least, replaced
}

// playNodes is a DaemonSet on as many nodes as is worst for it, from two on.
func (u update) playNodes() (least int, replaced bool) {
	if !u.image || u.strategy == "OnDelete" {
		return 1, false
	}
	least = 1
	for nodes := 2; nodes <= 40; nodes++ {
		taken := min(nodes, scaledTo(u.unavailable, intstr.FromInt32(1), nodes, true))
		if taken == nodes {
			least = 0
		}
	}
	return least, true
}
