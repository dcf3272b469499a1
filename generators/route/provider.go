package route

import (
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// Provider is a router: a value in a table, from which help, docs, schemas, checks
// and tests are derived. Name, Title, Doc, URL, Version, Can, Render, Claims and Read
// are needed; the rest may be left out.
type Provider struct {
	Name               string    // what a Release writes
	Title              string    // what people call it
	Doc                string    // a sentence or two: what it writes, and what to know before choosing it
	URL                string    // its documentation of traffic splitting
	Version            string    // upstream release this was checked against
	Also               []string  // words that people write and that may mean this one
	Kinds              []Kind    // objects it writes and reads
	Gateways           []Gateway // objects at which its routes come in; none: they come in at entries that no manifest has
	Can                Can       // what it can be asked, by protocol
	ServiceAnnotations []string  // annotations and labels of Services that it reads; tracks get the apex's; a/: all that begin so
	Options            any       // struct of its own options; nil if it has none

	Metrics []Metrics // series that it writes of requests; several where implementations differ, and one with Reason where there are none
	// Counted names the one of Metrics that counts an entry's requests, as its Of does;
	// nil: the first.
	Counted func(Route) string
	Traps   []Trap   // what surprises people in this router
	Lacks   []string // what it has upstream and no Release can say, a sentence each
	Retired *Retired // no longer maintained; nil: it is

	// What the rules of the verifier know of it beside its Rules. They name no router:
	// what is left out here is listed as not judged, or not looked at.
	Fields      []Fields     // who answers for what changes in its objects, and in others that its routes need
	Annotations []Annotation // annotations that name objects, choose an address, or say how pods are spoken to
	TLSPolicies []kube.ID    // Group and Kind of policies by which it speaks TLS to the Services in their targetRefs
	Names       *Names       // what it does with a backend that is a name for another Service (ExternalName); nil: as DNS does
	Grants      Grants       // which objects let others be named from another namespace; the zero value: none is needed

	// Needs says what the stages must provide for an entry. With nil the router
	// shares requests by itself, however many pods there are.
	Needs func(schemas.Traffic) stage.Needs
	// Check refuses what Can does not tell: combinations, sizes, and the user's own
	// object under route:. It runs before Render, on every stage; nil refuses nothing.
	Check func(Route) []schemas.Finding
	// Draft returns the options that cutover init writes into the first Release of a
	// workload with these apexes, by key; nil: none.
	Draft func(apexes []kube.Object, w World) map[string]*yaml.Node
	// DraftOwn returns the options for a route: of a kind that the object describes itself,
	// by key; nil: cutover init leaves such to the user.
	DraftOwn func(kube.Object) map[string]*yaml.Node
	// Home is the cluster that what it writes stands in, where each track has one of its
	// own; "": each of them. nil for a router that cannot lead to two clusters. Services
	// that select a track stand in that track's.
	Home func(Route) string
	// Render returns the objects of an entry at a stage. It cannot fail: what it
	// cannot write, Can and Check have refused. Equal routes give equal objects.
	Render func(Route) []kube.Object
	// Join makes one object of two that entries of a release write under one
	// name; nil: they must be the same.
	Join func(a, b kube.Object) (kube.Object, bool)
	// Cookie is what the affinity cookie holds for a candidate of an entry that makes
	// objects of some name, where the router chooses its value; nil: [StickyValue]. "":
	// no manifest tells, and the rule has a [Sticky].
	Cookie func(namespace, name string, t Target) string
	// Claims reports whether an object is this router's.
	Claims func(kube.Object, World) bool
	// Describe returns the kind of an object that says itself how it is read, for a
	// provider that serves kinds of which no table knows; nil: Kinds are all. It gets
	// what people wrote, as Read does.
	Describe func(kube.Object) (Kind, bool)
	// Exclusive reports whether an object that it claims is this router's beyond
	// doubt, and not only read as nobody else claims it; nil: every one is.
	Exclusive func(kube.Object, World) bool
	// TLSEnds returns where an object that it claims ends TLS, beside the listeners of
	// Gateways: the host of an HTTPProxy, the default certificate of a store. It is
	// asked about the objects of Kinds and of Fields. nil: nowhere; and of an Ingress
	// that spec.tls says it.
	TLSEnds func(kube.Object, World) []TLSEnd
	// Depends returns the objects that another one names and whose loss breaks
	// requests, beside backends and certificates: middlewares, filters, plugins,
	// parameters. It is asked about any object, and knows its own by group and kind.
	Depends func(kube.Object, World) []Dependency
	// Ports returns the ports on which the load balancer of a routing object that it
	// claims listens, where the object says so; nil: it has none of its own.
	Ports func(kube.Object) []string
	// Looks reports whether Read looks for an object of another kind in its World, such
	// as the Service that has an address; nil: it does not.
	Looks func(kube.Object) bool
	// Leads marks a router that leads clients to clusters, as DNS does: what stands in one
	// cluster is read in all, and Read says of a backend whether it is Abroad.
	Leads bool
	// Steers reports whether an object of none of Kinds says where requests go, as a Service
	// does by an annotation with weights: it is applied sooner or later than the routes that
	// name it. nil: none does.
	Steers func(kube.Object) bool
	// Read returns what the router does with requests, in the order in which it tries
	// its rules, and what of the objects is not judged. It gets all objects of a state
	// that it claims, in any order, as people wrote them: fields may be absent or of
	// another type. It must not panic, and bounds its rules by MaxRules for an object.
	Read func([]kube.Object, World) ([]Rule, []Unread)
}

// Trap is what surprises people in a router, and how cutover keeps out of it: a
// sentence each, for the router's page.
type Trap struct {
	Is   string // what happens, and what people expect instead
	Kept string // what cutover writes or refuses, so that it does not happen
	Case string // testdata/verify/CASE.txtar in which the verifier refutes it; "" if no manifest shows it
}

// Retired says of a router that its project has ended.
type Retired struct {
	Since   string   // 2026-03
	What    string   // what ended, and what comes no more: a sentence
	Instead []string // what takes its place: names of providers with a word on each
	Source  string   // where the project says so
	Unless  string   // annotation of objects that another router reads, which lives; "": there is none
}

// Kind is a kind of object that a router writes or reads.
type Kind struct {
	Group, Kind string
	Versions    []string // the first is written, all are read
	Own         bool     // route: may name an object of this kind
	Protocol    string   // the only one that such an object routes; "": what the entry says
	BuiltIn     bool     // one of Kubernetes' own kinds: no CRD defines it, and kustomize knows its references
	CRD         string   // file that defines it upstream: module/path, module@version/path or shared/FILE; "": none is known, or BuiltIn
	Refs        []Ref    // where it names other objects
	Hosts       string   // where it names hosts, if it can do so without a rule of its own being read: like the path of a Ref
	// Judged are the fields that Read understands, so that the rules judge them: paths
	// with spaces between them, as in [Line] (spec.backends[].**). What changes elsewhere
	// in such an object is listed as not judged. It is the short form of Fields, which
	// go before it.
	Judged string
}

// Ref is a place in an object that names another one. Paths are those of
// kustomize's field specs: keys with / between them, lists passed through.
type Ref struct {
	Path string // of the name
	Kind string // kind of the object that is named
	// Group of the object that is named; empty for core/v1.
	Group string
}

// Lookup returns the provider that a Release calls by a name; false if there is none.
func Lookup(table []Provider, name string) (Provider, bool) {
	i := slices.IndexFunc(table, func(p Provider) bool { return p.Name == name })
	if i < 0 {
		return Provider{}, false
	}
	return table[i], true
}

// Protocol is what the router of an entry sees, one of http, grpc, tls, tcp and udp: what
// the entry says, unless the object under route: is of a kind that knows only one.
func (p Provider) Protocol(t schemas.Traffic) string {
	if t.Route == nil {
		return t.Protocol
	}
	i := slices.IndexFunc(p.Kinds, func(k Kind) bool { return k.Own && k.Kind == t.Route.Kind && k.Protocol != "" })
	if i < 0 {
		return t.Protocol
	}
	return p.Kinds[i].Protocol
}

// KindOf is the provider's kind of an object; false if it neither writes nor reads such.
func (p Provider) KindOf(o kube.Object) (Kind, bool) {
	for _, k := range p.Kinds {
		if o.Is(k.Group, k.Kind) {
			return k, true
		}
	}
	if p.Describe == nil {
		return Kind{}, false
	}
	return p.Describe(o)
}

// OwnKinds are the kinds of objects that route: of an entry may name. A provider that
// describes kinds takes the one that the entry says.
func (p Provider) OwnKinds(t schemas.Traffic) []Kind {
	if p.Describe != nil && t.Route != nil {
		group, _, _ := strings.Cut(t.Route.APIVersion, "/")
		return []Kind{{Group: group, Kind: t.Route.Kind, Own: true}}
	}
	return slices.DeleteFunc(slices.Clone(p.Kinds), func(k Kind) bool { return !k.Own })
}

// routed are the rules that judge what Read understands.
const routed = "request-gone route-gap backend-missing backend-empty capacity-short gateway-gone"

// Lines returns what a router says of the fields of an object; nil if nothing.
func (p Provider) Lines(o kube.Object) []Line {
	var all []Line
	for _, f := range p.Fields {
		if f.Has(o.ID) {
			all = append(all, f.Lines...)
		}
	}
	if k, reads := p.KindOf(o); reads && k.Judged != "" {
		all = append(all, Line{Paths: "+ - " + k.Judged, Judged: routed})
	}
	return all
}

// AnnotationByKey is what is known of an annotation: by a router of the table, or of
// those that nobody here reads yet; false if nothing.
func AnnotationByKey(table []Provider, key string) (Annotation, bool) {
	for _, p := range table {
		for _, a := range p.Annotations {
			if a.Key == key {
				return a, true
			}
		}
	}
	i := slices.IndexFunc(foreign, func(a Annotation) bool { return a.Key == key })
	if i < 0 {
		return Annotation{}, false
	}
	return foreign[i], true
}

// Decoding returns what the decoder of Releases must know of a table: names and options.
func Decoding(table []Provider) []schemas.Provider {
	var all []schemas.Provider
	for _, p := range table {
		all = append(all, schemas.Provider{Name: p.Name, Title: p.Title, Also: p.Also, Options: p.Options})
	}
	return all
}
