package route

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// Gateway is a kind of object with listeners: what the entries of rules name. The
// rules gateway-gone, tls-gone, access-narrowed, entry-moved and ground-gone know
// routers by it. Paths have dots between their keys (spec.gatewayClassName).
type Gateway struct {
	Entry       string // [Entry.Kind] of rules that come in there; their Entry.Name is namespace/name, or namespace/name/section
	Group, Kind string
	// Listeners returns what an object of the kind takes requests on, in order. The
	// World is that of the object.
	Listeners func(kube.Object, World) []Listener

	// Who serves it: with another class, other pods or another owner its address is
	// another one. What is left out is not asked.
	Class          string // path of the class
	ClassKind      string // kind of the class, in the same group
	Parameters     string // path in the class of what it is set up by: a change of it is not judged
	Selector       string // path of the labels of the pods that serve it, in any namespace
	SecretsByPods  bool   // the Secrets of its listeners are looked for where these pods are; false: where they say
	Infrastructure string // path of what its pods and load balancer are made of: a change of it is not judged
	// Owner returns the gateway whose listeners an object adds to; nil: it is one by itself.
	Owner func(kube.Object) kube.ID
	// Addresses returns the addresses that an object asks for; nil: it cannot.
	Addresses func(kube.Object) []string
}

// Listener is a port and host that a gateway takes requests on.
type Listener struct {
	Name, Protocol string // as the gateway writes them; the name is the section of an entry
	Port           string // number
	Host           string // "*" and a leading "*." are wildcards
	Node           *yaml.Node
	// Refuses says why it does not let a rule in that names its gateway; "" if it does.
	// nil: it lets in all.
	Refuses func(Rule) string
	// Doubts says why nobody knows whether it lets such a rule in; "" or nil: the manifests tell.
	Doubts func(Rule) string
	// Certificates are the Secrets that it shows clients.
	Certificates []kube.ID
	// Unnamed says that it needs no Secret: the router has a certificate of its own, or
	// leaves TLS to the pods.
	Unnamed bool
	// Place is what people call it where TLS is spoken of, the same before and after a
	// commit; "": listener and its name.
	Place string
	// Field is the field that it stands in; "": spec.listeners.
	Field string
	// Clients are those that it lets in, by what certificates they show.
	Clients Clients
	// ToHTTPS says that it answers all requests by sending clients to HTTPS.
	ToHTTPS bool
}

// Clients says whom a listener lets in, by what certificates they show.
type Clients struct {
	Only   string     // "" everybody; else whom alone, as in: clients with a certificate
	Checks *yaml.Node // by what their certificates are checked: a change of it is not judged
	Path   []string   // of the field that says so
	Hint   string     // by what field the others are let in until all have certificates
}

// String names a listener for people.
func (l Listener) String() string {
	return fmt.Sprintf("listener %s %s:%s", l.Protocol, l.Host, l.Port)
}

// Rejects is why a listener does not let a rule in; "" if it does.
func (l Listener) Rejects(r Rule) string {
	if l.Refuses == nil {
		return ""
	}
	return l.Refuses(r)
}

// Doubt is why nobody knows whether a listener lets a rule in; "" if the manifests tell.
func (l Listener) Doubt(r Rule) string {
	if l.Doubts == nil {
		return ""
	}
	return l.Doubts(r)
}

// Covers reports whether a listener takes all that another one did, for routes
// that ask for a section, see [SectionOf].
func (l Listener) Covers(old Listener, section string) bool {
	named := section != "" && section[0] != ':'
	return l.Protocol == old.Protocol && l.Port == old.Port && (!named || l.Name == old.Name) && HostFits(l.Host, old.Host)
}

// Serves reports whether a listener takes requests of a rule that asks for a section.
func (l Listener) Serves(r Rule, section string) bool {
	hosts := r.Hosts
	if len(hosts) == 0 {
		hosts = []string{"*"}
	}
	return (section == "" || section == l.Name || section == ":"+l.Port) && slices.ContainsFunc(hosts, func(h string) bool {
		return HostFits(l.Host, h) || HostFits(h, l.Host)
	})
}

// SectionOf is the listener that an entry names, or the port of several, as :443;
// "" if it is for all of them.
func SectionOf(via Entry) string {
	_, rest, _ := strings.Cut(via.Name, "/")
	_, section, _ := strings.Cut(rest, "/")
	return section
}
