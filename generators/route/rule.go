package route

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

type yamlNode = yaml.Node

// Rule is what a router does with one class of requests. A router tries its
// rules in order, for the host that fits a request best.
type Rule struct {
	Via      []Entry
	Protocol string   // http, grpc, tcp or tls
	Hosts    []string // "*" or a leading "*." are wildcards; none: every host
	Match    Match
	Action   Action
	Backends []Backend
	Mirrors  []Backend // Weight: percent of the rule's requests that are copied
	Sticky   *Sticky
	Tier     int     // rules of a lower one are tried first
	Order    string  // rules of one tier and one order are tried as they are listed, those of two orders nobody knows how; "": before all that come later
	Does     []Doing // what it does to its requests beside that, in order
	Empty    Outcome // what a request for a backend without endpoints gets
	Dangling Outcome // what a request for a backend that does not exist gets
	Source   kube.Object
}

// Entry is where requests come in: a gateway, an ingress class, the mesh, or
// a Service itself.
type Entry struct{ Kind, Name string }

// MeshEntry is the kind of the entry at which sidecars take requests, and the word
// for it among the gateways of a VirtualService.
const MeshEntry = "mesh"

// MaxRules bounds the rules that one object is read as. Matches multiply with
// parents and delegates: a small file can make millions.
const MaxRules = 1 << 14

// TooMany is said of an object with more.
func TooMany(o kube.Object) Unread {
	return Unread{o, "has more rules than are looked at: nothing is promised of it", "state-size", "split it"}
}

// Action says what a rule does other than forward.
type Action string

// The actions.
const (
	Forward  Action = "" // to the backends
	Redirect Action = "redirect"
	Respond  Action = "respond" // the router answers by itself
)

// Outcome is what a client gets where a backend cannot answer.
type Outcome string

// The outcomes.
const (
	Status500 Outcome = "500"
	Status503 Outcome = "503"
	Refused   Outcome = "connection refused"
	Fallback  Outcome = "the main backend" // another backend of the rule takes over
)

// Backend is a Service, or pods of it, that a rule sends requests to.
type Backend struct {
	Namespace, Service string
	Port               string            // number or name; "" if the router does not say
	Labels             map[string]string // a subset: only pods with these, beside the Service's selector
	Weight             int               // relative to the other backends of the rule
	Unknown            string            // why it cannot be judged: it is no Service
	Broken             string            // why it cannot work although the Service may be there
	Speaks             string            // what the router speaks to it; "" if it does not say
	Main               bool              // the rule falls back to it
}

// Sticky keeps a client on one backend.
type Sticky struct{ Cookie string }

// Match is a condition on a request; all that is given must hold.
type Match struct {
	Path    *PathMatch
	Method  string
	Port    int         // port the client asked; 0: any
	Headers []Condition // names in lower case
	Cookies []Condition
	Query   []Condition
	Other   []string // conditions that are not understood: they may hold or not
}

// PathMatch is a condition on a path.
type PathMatch struct {
	Kind  PathKind
	Value string
}

// PathKind says how a path is compared.
type PathKind string

// The kinds of path match.
const (
	PathPrefix  PathKind = "prefix"  // whole segments: /a holds for /a and /a/b
	PathLeading PathKind = "leading" // characters: /a holds for /ab too
	PathIs      PathKind = "exact"
	PathMatches PathKind = "regex" // RE2, the whole path
)

// Condition is a condition on a named text.
type Condition struct {
	Name  string
	Kind  TextKind
	Value string
}

// TextKind says how a text is compared.
type TextKind string

// The kinds of text match.
const (
	TextIs      TextKind = "exact"
	TextLeading TextKind = "prefix"
	TextMatches TextKind = "regex" // RE2, the whole text
	TextThere   TextKind = "present"
	TextNot     TextKind = "not" // differs, or is absent

	// Those that routers refuse by: what is absent is as if it were empty.
	TextAbsent     TextKind = "absent"
	TextNotLeading TextKind = "not prefix"
	TextNotMatches TextKind = "not regex"
)

// World is the state that routes are read in.
type World struct {
	objects []kube.Object
	index   map[kube.ID]kube.Object
	Classes map[string]string
}

// NewWorld indexes the objects of a state. classes maps the name of an ingress
// class or gateway class to the provider that serves it, where the objects do
// not say.
func NewWorld(objects []kube.Object, classes map[string]string) World {
	w := World{objects: objects, index: make(map[kube.ID]kube.Object, len(objects)), Classes: classes}
	for _, o := range objects {
		w.index[o.Key()] = o
	}
	return w
}

// Find is an object by identity. An object without a namespace is wherever
// the agent puts it, and so in any.
func (w World) Find(group, kind, namespace, name string) (kube.Object, bool) {
	for _, ns := range []string{namespace, ""} {
		if o, ok := w.index[kube.ID{Group: group, Kind: kind, Namespace: ns, Name: name}]; ok {
			return o, true
		}
	}
	if namespace != "" {
		return kube.Object{}, false
	}
	for _, o := range w.objects {
		if o.Is(group, kind) && o.Name == name {
			return o, true
		}
	}
	return kube.Object{}, false
}

// Objects are all of them, in the order in which they were given.
func (w World) Objects() []kube.Object { return w.objects }

// All are the objects of a kind.
func (w World) All(group, kind string) []kube.Object {
	var all []kube.Object
	for _, o := range w.objects {
		if o.Is(group, kind) {
			all = append(all, o)
		}
	}
	return all
}

// ReadAll reads every routing object of a state with the provider that claims
// it. Rules of different objects are ordered by their providers. What looks
// like a routing object and is nobody's is unread.
func ReadAll(table []Provider, w World) ([]Rule, []Unread) {
	var rules []Rule
	var unread []Unread
	claimed := make([][]kube.Object, len(table))
	for _, o := range w.objects {
		switch i := claimant(table, o, w); {
		case i >= 0:
			claimed[i] = append(claimed[i], o)
		case isForeign(o):
			unread = append(unread, unclaimed(o))
		}
	}
	for i, p := range table {
		if len(claimed[i]) == 0 {
			continue
		}
		more, left := p.Read(claimed[i], w)
		rules, unread = append(rules, more...), append(unread, left...)
	}
	return rules, unread
}

// claimant is the provider that claims an object, -1 if none does.
func claimant(table []Provider, o kube.Object, w World) int {
	return slices.IndexFunc(table, func(p Provider) bool {
		reads := slices.ContainsFunc(p.Kinds, func(k Kind) bool { return o.Is(k.Group, k.Kind) })
		return reads && p.Claims(o, w)
	})
}

// Reader is the provider that claims an object.
func Reader(table []Provider, o kube.Object, w World) (Provider, bool) {
	i := claimant(table, o, w)
	if i < 0 {
		return Provider{}, false
	}
	return table[i], true
}

// Unread is a part of a routing object that is not judged, or, with an id, one
// that does not do what it seems to.
type Unread struct {
	Source kube.Object
	Why    string
	ID     string // of the finding; "" if it is only not judged
	Hint   string
}

// Specific orders hosts by how closely they name one: exact names first, then
// longer wildcards, then everything.
func Specific(a, b string) int {
	return cmp.Or(
		cmp.Compare(wildness(a), wildness(b)),
		-cmp.Compare(len(a), len(b)),
	)
}

func wildness(host string) int {
	switch {
	case host == "*" || host == "":
		return 2
	case strings.HasPrefix(host, "*."):
		return 1
	}
	return 0
}

// HostFits reports whether a host, or wildcard, of a rule covers a host name.
func HostFits(rule, host string) bool {
	switch wildness(rule) {
	case 2:
		return true
	case 1:
		return strings.HasSuffix(host, rule[1:])
	}
	return rule == host
}

// MeshHost is the canonical host of a Service inside a mesh or cluster.
func MeshHost(namespace, name string) string { return name + "." + namespace + ".svc" }

// PortText is a port of a backend reference as text.
func PortText(number int, name string) string {
	if number > 0 {
		return strconv.Itoa(number)
	}
	return name
}

// goType is how package yaml says that a value is of another kind, which names a Go
// type.
var goType = regexp.MustCompile(`cannot unmarshal !!(\w+) into \S*\.\S+`)

// Unfit says why a spec cannot be read.
func Unfit(err error) string {
	text := strings.TrimPrefix(err.Error(), "yaml: unmarshal errors:")
	text = goType.ReplaceAllString(text, "a $1 is not what belongs there")
	return "does not fit its schema: " + strings.Join(strings.Fields(text), " ")
}
