package cluster

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/structure"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// Router is how routing objects are read.
type Router struct {
	Providers []route.Provider
	Classes   map[string]string // ingress or gateway class → provider
	Agent     string            // who applies the objects, argocd or flux; "" if that is not known
	Place     *route.Place      // which of several clusters it is; nil: there is but one
	Judge     *structure.Judge  // of what the states of one tree share; nil: each state has its own

	beyond func() []State // see [State.Beyond]
}

// World is a state that routes are read in.
func (r Router) World(objects []kube.Object) route.World {
	w := route.NewWorld(objects, r.Classes)
	if r.Place != nil {
		w.Place = *r.Place
	}
	return w
}

// State is what a cluster holds, read from manifests; or several clusters, and then it has
// Objects and Apart alone.
type State struct {
	Objects []kube.Object
	Apart   []State // one for each of several clusters, in order of name; nil: there is but one
	World   route.World
	Rules   []route.Rule
	Unread  []route.Unread
	Pods    []Pods

	Router    Router
	ByID      map[kube.ID]kube.Object
	PodsOf    map[kube.ID]Pods
	Uncounted []Pods             // whose number is not known
	Scalers   map[kube.ID]Scaler // by the workload they scale
	Index     *Ruleset
	byLabel   map[label][]int // positions in Pods
	cache     *cache
}

// Pods are the pods of one workload.
type Pods struct {
	Workload kube.Object
	Labels   map[string]string
	Count    int // guaranteed ready pods: the autoscaler's floor, or the replicas

	Autoscaled bool // an autoscaler may have started more
	Position   int  // where they stand among the Pods of the state
}

// Kin reports whether pods are of one workload, of one release, or run one program: an
// image of the same name.
func (p Pods) Kin(other Pods) bool {
	release := func(p Pods) string { return p.Workload.Text("metadata", "labels", workload.ReleaseLabel) }
	if p.Workload.Key() == other.Workload.Key() || release(p) != "" && release(p) == release(other) {
		return true
	}
	images := Images(other.Workload)
	return slices.ContainsFunc(Images(p.Workload), func(i string) bool {
		return i != "" && slices.ContainsFunc(images, func(j string) bool { return BareImage(i) == BareImage(j) })
	})
}

// Scaler is an autoscaler and the least pods it leaves.
type Scaler struct {
	kube.Object
	Floor int
}

// RunsPods reports whether an object is a workload whose pods serve.
func RunsPods(o kube.Object) bool {
	return o.Group == "apps" && slices.Contains([]string{"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"}, o.Kind)
}

func templateLabels(o kube.Object) map[string]string {
	return kube.Strings(o.Node, "spec", "template", "metadata", "labels")
}

// Count is how many pods of a workload are there at the least. A DaemonSet has
// one on every node, so at least one.
func (s State) Count(o kube.Object) int {
	n, said := SaidReplicas(o)
	switch sc, ok := s.Scalers[o.Key()]; {
	case !ok:
		return replicas(o)
	case said && n == 0 && sc.Kind == "HorizontalPodAutoscaler":
		return 0 // which switches it off
	default:
		return sc.Floor
	}
}

// replicas are those that a workload asks for: 1 if it does not say.
func replicas(o kube.Object) int {
	if n, ok := SaidReplicas(o); ok {
		return max(n, 0)
	}
	return 1
}

// Service is a Service by name, of this cluster. One of a cluster set is there if it is exported.
func (s State) Service(b route.Backend) (kube.Object, bool) {
	if b.Over == route.OverSet {
		if _, ok := s.World.Exported(b.Namespace, b.Service); !ok {
			return kube.Object{}, false
		}
	}
	return s.World.Find("", "Service", b.Namespace, b.Service)
}

// maxNames bounds how many names are followed, one leading to the next.
const maxNames = 8

// Behind is the backend that a name leads to (ExternalName), through all that are names
// again; any other backend is its own. It is broken where who asks does not follow a name.
// ok is no if the names lead to each other.
func (s State) Behind(b route.Backend) (to route.Backend, ok bool) {
	for range maxNames {
		svc, _ := s.Service(b)
		next, name := s.World.Follow(svc, b)
		if !name {
			return b, true
		}
		if b = next; b.Broken != "" {
			return b, true
		}
	}
	return b, false
}

// TargetPort is the port of the pods that a Service's port leads to: 80, http or
// 53/UDP. An empty port stands for any.
func TargetPort(svc kube.Object, port string) (string, bool) {
	return Leads(svc, PortsOf(svc), port)
}

// Leads is the port of the pods that a port of a Service leads to, by [PortsOf].
func Leads(svc kube.Object, ports map[string]string, port string) (string, bool) {
	if port == "" {
		return "", true
	}
	name, protocol, _ := strings.Cut(port, "/")
	target, ok := ports[WithProtocol(name, protocol)]
	return target, ok || svc.Text("spec", "type") == "ExternalName"
}

// HasPort reports whether a Service offers the port of a backend.
func HasPort(svc kube.Object, b route.Backend) bool {
	_, ok := PodPort(svc, PortsOf(svc), b)
	return ok
}

// NoPort says that it does not.
func NoPort(svc kube.Object, b route.Backend) string {
	if toPods(svc, b) {
		return "Service " + b.Service + " is headless: its name leads to the pods themselves, which do not listen on port " + b.Port
	}
	return "Service " + b.Service + " has no port " + b.Port
}

// PodPort is the port of the pods that a backend leads to, by [PortsOf]. By the name of a
// headless Service clients find its pods, and ask them at the port that they know.
func PodPort(svc kube.Object, ports map[string]string, b route.Backend) (string, bool) {
	target, ok := Leads(svc, ports, b.Port)
	if !toPods(svc, b) {
		return target, ok
	}
	number, _, _ := strings.Cut(b.Port, "/")
	other := ok && strings.Trim(target, "0123456789") == "" && target != number
	return target, !other || slices.Contains(slices.Collect(maps.Values(ports)), number)
}

// toPods reports whether a backend was found by the name of a headless Service.
func toPods(svc kube.Object, b route.Backend) bool {
	return b.Resolved && b.Port != "" && svc.Text("spec", "clusterIP") == "None"
}

// PortsOf are the ports of pods that a Service leads to, by its own port's number
// and by its name.
func PortsOf(svc kube.Object) map[string]string {
	ports := map[string]string{}
	for _, p := range kube.Items(svc.Node, "spec", "ports") {
		for _, name := range []string{kube.Text(p, "port"), kube.Text(p, "name")} {
			ports[WithProtocol(name, kube.Text(p, "protocol"))] = PortOfPods(p)
		}
	}
	return ports
}

// PortOfPods is where one port of a Service leads.
func PortOfPods(p *yaml.Node) string { return cmp.Or(kube.Text(p, "targetPort"), kube.Text(p, "port")) }

// PortKey is what a Service's port is looked up by.
func PortKey(p *yaml.Node) string {
	return WithProtocol(kube.Text(p, "port"), kube.Text(p, "protocol"))
}

// WithProtocol is a port, with its protocol if that is not TCP.
func WithProtocol(port, protocol string) string {
	if protocol == "" || protocol == "TCP" {
		return port
	}
	return port + "/" + protocol
}

// WithLabels says which pods of a Service a subset is.
func WithLabels(labels map[string]string) string {
	var all []string
	for _, k := range slices.Sorted(maps.Keys(labels)) {
		all = append(all, k+": "+labels[k])
	}
	if all == nil {
		return ""
	}
	return " with " + schemas.And(all)
}

// Selected are the pods that a backend leads to.
func (s State) Selected(b route.Backend) []Pods {
	b, _ = s.Behind(b)
	svc, ok := s.Service(b)
	if !ok {
		return nil
	}
	var all []Pods
	for _, i := range s.MaySelect(svc.Get("spec", "selector"), svc.Namespace) {
		if p := s.Pods[i]; Selects(svc, b, p.Workload.Namespace, p.Labels) {
			all = append(all, p)
		}
	}
	return all
}

// Selects reports whether pods of a namespace with these labels stand behind a
// backend, be it a Service or a subset of one.
func Selects(svc kube.Object, b route.Backend, namespace string, labels map[string]string) bool {
	return kube.SameNamespace(namespace, svc.Namespace) && kube.Selects(svc.Get("spec", "selector"), labels) && subset(b.Labels, labels)
}

func subset(want, have map[string]string) bool {
	for k, v := range want {
		if have[k] != v {
			return false
		}
	}
	return true
}

// TotalWeight is what the weights of a rule add up to.
func TotalWeight(r route.Rule) int {
	sum := 0
	for _, b := range r.Backends {
		sum += b.Weight
	}
	return sum
}

// ReadyPods are the guaranteed pods among several workloads.
func ReadyPods(pods []Pods) int {
	n := 0
	for _, p := range pods {
		n += p.Count
	}
	return n
}

// Routing reports whether an object says where requests go. Services by
// themselves are looked at where they stand behind a route, and by name.
func (r Router) Routing(o kube.Object) bool {
	if o.Is("", "Service") {
		return false
	}
	if o.Is(IngressGroup, "IngressClass") { // says whose an Ingress is
		return true
	}
	return slices.ContainsFunc(r.Providers, func(p route.Provider) bool {
		_, reads := p.KindOf(o)
		return reads
	})
}

// Steers reports whether an object that is no routing object by its kind says where
// requests go all the same: a Service, by its annotations.
func (r Router) Steers(o kube.Object) bool {
	return o.Node != nil && slices.ContainsFunc(r.Providers, func(p route.Provider) bool { return p.Steers != nil && p.Steers(o) })
}

// Aliases are the Services that are names for others, and those.
func (s State) Aliases() [][2]kube.ID {
	return Memo(s, "aliases", func() [][2]kube.ID {
		var all [][2]kube.ID
		for _, o := range s.World.All("", "Service") {
			if namespace, name, ok := s.World.Alias(o); ok {
				all = append(all, [2]kube.ID{o.Key(), {Kind: "Service", Namespace: namespace, Name: name}})
			}
		}
		return all
	})
}

// label is a label of pods in a namespace.
type label struct{ namespace, key, value string }

// cache is what a state works out at most once. Who checks edges of one state
// side by side has a state for each of them.
type cache struct {
	served map[kube.ID]kube.Object   // what sends requests to a workload
	fronts map[kube.ID][]kube.Object // Services that select the pods of a workload
	meshed map[kube.ID]bool          // workloads that routes of the mesh lead to
	named  map[string]kube.Object    // Services by their host in the mesh
	memo   map[string]any            // of those above, see Memo
}

// Memo is what somebody works out of a state, at most once, under a name of their
// own: the state need not know what.
func Memo[T any](s State, name string, work func() T) T {
	known, ok := s.cache.memo[name]
	if !ok {
		known = work()
		s.cache.memo[name] = known
	}
	return known.(T)
}

// MaySelect are the positions, in order, of all pods that may have the labels of a
// selector in a namespace: of those that have one of the labels, the fewest.
func (s State) MaySelect(selector *yaml.Node, namespace string) []int {
	best, found := []int(nil), false
	if namespace != "" { // else they may be in any
		for k, v := range kube.Pairs(selector) {
			here, free := s.byLabel[label{namespace, k, v}], s.byLabel[label{"", k, v}]
			if !found || len(here)+len(free) < len(best) {
				best, found = append(slices.Clip(here), free...), true
			}
		}
	}
	if !found {
		best = make([]int, len(s.Pods))
		for i := range best {
			best[i] = i
		}
		return best
	}
	slices.Sort(best)
	return best
}
