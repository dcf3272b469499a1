package route

import "github.com/cutoverdev/cutover/generators/kube"

// Rule is what a router does with one class of requests. A router looks at the rules
// of the host that fits a request best, and takes the first that fits.
//
//	Via:      gateway edge/public
//	Hosts:    cart.example.com
//	Match:    path prefix /cart, header x-team: qa
//	Backends: cart-green.store:9017 weight 100
type Rule struct {
	Via      []Entry
	Protocol string   // http, grpc, tls, tcp or udp
	Hosts    []string // "*" or a leading "*." are wildcards; none: every host
	Match    Match
	Action   Action
	Backends []Backend
	Mirrors  []Backend // Weight: percent of the rule's requests that are copied, 0 to 100
	Sticky   *Sticky
	Tier     int      // rules of a lower one are tried first
	Order    string   // rules of one tier and order are tried as listed, of two orders nobody knows how; "": before all that come later
	Effects  []Effect // what it does to its requests beside that, in order
	Whole    Whole    // what of one backend, at weight 0 too, takes all requests with it
	Empty    Outcome  // what a request for a backend without endpoints gets
	Dangling Outcome  // what a request for a backend that does not exist gets
	Source   kube.Object
}

// Entry is where requests come in: a gateway, an ingress class, the mesh, or
// a Service itself.
type Entry struct{ Kind, Name string }

// MeshEntry is the kind of the entry at which sidecars take requests, and the word
// for it among the gateways of a VirtualService.
const MeshEntry = "mesh"

// DNSEntry is the kind of the entry at which resolvers hand records out.
const DNSEntry = "DNS"

// Action says what a rule does other than forward.
type Action string

// The actions.
const (
	Forward  Action = "" // to the backends
	Redirect Action = "redirect"
	Respond  Action = "respond" // the router answers by itself
)

// Whole says when a rule stands or falls as a whole.
type Whole string

// When it falls: never, with a backend that is missing, and with one that is missing or
// has no endpoints.
const (
	WholeNever   Whole = ""
	WholeMissing Whole = "missing"
	WholeEmpty   Whole = "empty"
)

// Outcome is what a client gets where a backend cannot answer.
type Outcome string

// The outcomes: what Contour v1.33 (502: no such HTTPProxy), Istio 1.31, the Gateway API
// v1.6.3 (HTTPBackendRef: 500), kube-proxy and ingress-nginx v1.15.1 answer with, and
// where another one takes over. See [Rule.LastResort].
const (
	Status404 Outcome = "404"
	Status500 Outcome = "500"
	Status502 Outcome = "502"
	Status503 Outcome = "503"
	Refused   Outcome = "connection refused"

	Fallback Outcome = "the main backend" // another backend of the rule takes over
	Unmoved  Outcome = "what its load balancer was set up for before"
)

// LastResort is what a client gets where nobody takes over.
func (r Rule) LastResort(o Outcome) Outcome {
	if o == Fallback {
		return Status503
	}
	return o
}

// Sticky keeps a client on one backend, by a cookie that the router sets itself.
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
