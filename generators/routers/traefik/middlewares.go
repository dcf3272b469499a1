package traefik

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// This file says what Middlewares do to requests beside sending them on (Traefik v3.7,
// MiddlewareSpec).

// harmlessMiddlewares neither answer a request nor change what pods get of it.
var harmlessMiddlewares = []string{"compress", "contentType", "retry", "errors", "passTLSClientCert", "grpcWeb"}

// refusingMiddlewares keep out requests that they do not like.
var refusingMiddlewares = []string{"rateLimit", "inFlightReq", "buffering", "circuitBreaker", "encodedCharacters"}

// admittingMiddlewares let in those that they know alone.
var admittingMiddlewares = []string{"basicAuth", "digestAuth", "forwardAuth", "ipAllowList", "ipWhiteList"}

// Bounds of what is followed from one list of references.
const (
	maxLooks  = 1 << 10 // Middlewares that are looked for, there or not
	maxChains = 16      // chains in each other
)

// walk follows the references of one list.
type walk struct {
	*reader
	o      kube.Object // that has the list
	kind   string
	looks  int
	lost   map[string]bool // names that are said to lead nowhere already
	all    []kube.Object
	broken string // why Traefik cannot build one of them
}

// middle are the Middlewares that some references of o name, those of chains in their
// place, and why Traefik cannot build one of them.
func (rd *reader) middle(o kube.Object, namespace string, refs []nameRef) (all []kube.Object, broken string) {
	w := &walk{reader: rd, o: o, kind: "Middleware", lost: map[string]bool{}}
	if o.Kind == "IngressRouteTCP" {
		w.kind = "MiddlewareTCP"
	}
	w.follow(namespace, refs, nil)
	if w.looks > maxLooks {
		rd.NotJudged(o, "names more than %d Middlewares: what they do to requests is not judged", maxLooks)
	}
	return w.all, w.broken
}

// follow adds what some references name. What is not found is not judged, and counts
// among the looks as well: chains that lead nowhere multiply too.
func (w *walk) follow(namespace string, refs []nameRef, above []kube.ID) {
	for _, ref := range refs {
		if w.looks++; w.looks > maxLooks {
			return
		}
		o, ok := w.named(namespace, ref)
		if !ok {
			if !w.lost[ref.Name] {
				w.lost[ref.Name] = true
				w.NotJudged(w.o, "names %s %s, which is in no manifest: what it does to requests is not judged", w.kind, ref.Name)
			}
			continue
		}
		why := unbuildable(o)
		if slices.Contains(above, o.Key()) {
			why = "is a chain that leads to itself"
		}
		chain := w.chains[o.Key()]
		switch {
		case why != "":
			w.broken = cmp.Or(w.broken, fmt.Sprintf("%s %s: Traefik cannot build it", o.ID, why))
		case len(chain) > 0 && len(above) >= maxChains:
			w.NotJudged(w.o, "names chains of Middlewares in each other, more than %d deep: what they do to requests is not judged", maxChains)
		case len(chain) > 0:
			w.follow(o.Namespace, chain, append(slices.Clip(above), o.Key()))
		default:
			w.strategy(o)
			w.all = append(w.all, o)
		}
	}
}

// strategy lists a Middleware that takes the address of a client from a header: whom it
// lets in is then not known from its ranges.
func (w *walk) strategy(m kube.Object) {
	for _, kind := range admittingMiddlewares {
		if m.Get("spec", kind, "ipStrategy") == nil {
			continue
		}
		for _, o := range []kube.Object{m, w.o} {
			w.NotJudged(o, "takes addresses of clients as ipStrategy of Middleware %s says: whom %s lets in is not judged", m.Name, kind)
		}
	}
}

// named is the Middleware that a reference names: of its namespace, or as others call it
// (v3.7, pkg/provider/kubernetes/crd: namespace-name@kubernetescrd).
func (w *walk) named(namespace string, ref nameRef) (kube.Object, bool) {
	if full, ok := strings.CutSuffix(ref.Name, "@kubernetescrd"); ok {
		o, ok := w.full[w.kind+" "+full]
		return o, ok
	}
	in := cmp.Or(ref.Namespace, namespace)
	if !kube.SameNamespace(in, namespace) {
		w.NotJudged(w.o, "names %s %s of namespace %s: Traefik follows that only with allowCrossNamespace", w.kind, ref.Name, in)
	}
	for _, in := range []string{in, ""} { // the agent puts what has none anywhere
		if o, ok := w.middlewares[kube.ID{Group: group, Kind: w.kind, Namespace: in, Name: ref.Name}]; ok {
			return o, true
		}
	}
	return kube.Object{}, false
}

// addMiddleware takes down a Middleware, and what it names if it is a chain.
func (rd *reader) addMiddleware(o kube.Object) {
	var spec struct {
		Chain struct {
			Middlewares []nameRef `yaml:"middlewares"`
		} `yaml:"chain"`
	}
	if n := o.Get("spec"); n != nil && n.Decode(&spec) == nil {
		rd.chains[o.Key()] = spec.Chain.Middlewares
	}
	rd.middlewares[o.Key()] = o
	rd.full[o.Kind+" "+o.Namespace+"-"+o.Name] = o
}

// effects is what Middlewares do to requests.
func effects(all []kube.Object) []route.Effect {
	var effects []route.Effect
	var changes []string // what those do that change a request, in their order
	for _, o := range all {
		for kind, value := range fields(o.Get("spec")) {
			if slices.Contains(harmlessMiddlewares, kind) {
				continue
			}
			one := route.Effect{
				Name:    "the middleware " + kind,
				Path:    []string{"spec", "routes", "middlewares"},
				Value:   kube.Hash(value),
				Repeats: true,
			}
			switch {
			case slices.Contains(admittingMiddlewares, kind):
				one.Bars, one.Repeats = route.BarsOthers, false
				for _, r := range kube.Items(value, "sourceRange") {
					one.Admitted = append(one.Admitted, r.Value)
				}
				if kind == "forwardAuth" && len(changes) > 0 { // it is asked about what they make of a request
					one.Value += " behind " + strings.Join(changes, " ")
				}
			case slices.Contains(refusingMiddlewares, kind):
				one.Bars = route.BarsSome
			default:
				changes = append(changes, kind+" "+one.Value)
			}
			effects = append(effects, one)
		}
	}
	if sorted := slices.Sorted(slices.Values(changes)); !slices.Equal(sorted, changes) {
		effects = append(effects, route.Effect{
			Name: "the order of middlewares", Path: []string{"spec", "routes", "middlewares"}, Value: strings.Join(changes, ", "),
		})
	}
	return route.SortEffects(effects)
}

// optionEffects is what a reference says of how a Service is spoken to.
func optionEffects(s service) []route.Effect {
	options := service{ServersTransport: s.ServersTransport, Middlewares: s.Middlewares, Other: s.Other}
	if options.ServersTransport == "" && len(s.Middlewares)+len(s.Other) == 0 {
		return nil
	}
	return []route.Effect{
		{Name: "options of services", Path: []string{"spec", "routes", "services"}, Value: kube.Hash(kube.Node(options)), Repeats: true},
	}
}

// redirects reports whether one of some Middlewares sends requests elsewhere that come in
// without TLS, or with it.
func redirects(all []kube.Object, secure bool) bool {
	return slices.ContainsFunc(all, func(o kube.Object) bool {
		scheme := o.Text("spec", "redirectScheme", "scheme")
		return scheme != "" && strings.EqualFold(scheme, "https") != secure
	})
}
