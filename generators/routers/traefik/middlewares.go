package traefik

import (
	"cmp"
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
	o     kube.Object // that has the list
	looks int
	lost  map[string]bool // names that are said to lead nowhere already
	all   []kube.Object
}

// middle are the Middlewares that some references of o name, those of chains in their place.
func (rd *reader) middle(o kube.Object, namespace string, refs []nameRef) []kube.Object {
	w := &walk{reader: rd, o: o, lost: map[string]bool{}}
	w.follow(namespace, refs, 0)
	if w.looks > maxLooks {
		rd.NotJudged(o, "names more than %d Middlewares: what they do to requests is not judged", maxLooks)
	}
	return w.all
}

// follow adds what some references name. What is not found is not judged, and counts
// among the looks as well: chains that lead nowhere multiply too.
func (w *walk) follow(namespace string, refs []nameRef, depth int) {
	for _, ref := range refs {
		if w.looks++; w.looks > maxLooks {
			return
		}
		o, ok := w.named(namespace, ref)
		switch chain := w.chains[o.Key()]; {
		case !ok && w.lost[ref.Name]:
		case !ok:
			w.lost[ref.Name] = true
			w.NotJudged(w.o, "names Middleware %s, which is in no manifest: what it does to requests is not judged", ref.Name)
		case len(chain) > 0 && depth >= maxChains:
			w.NotJudged(w.o, "names chains of Middlewares in each other, more than %d deep: what they do to requests is not judged", maxChains)
		case len(chain) > 0:
			w.follow(o.Namespace, chain, depth+1)
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
		o, ok := w.full[full]
		return o, ok
	}
	in := cmp.Or(ref.Namespace, namespace)
	if !kube.SameNamespace(in, namespace) {
		w.NotJudged(w.o, "names Middleware %s of namespace %s: Traefik follows that only with allowCrossNamespace", ref.Name, in)
	}
	for _, in := range []string{in, ""} { // the agent puts what has none anywhere
		if o, ok := w.middlewares[kube.ID{Group: group, Kind: "Middleware", Namespace: in, Name: ref.Name}]; ok {
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
	rd.full[o.Namespace+"-"+o.Name] = o
}

// effects is what Middlewares do to requests.
func effects(all []kube.Object) []route.Effect {
	var effects []route.Effect
	for _, o := range all {
		spec := o.Get("spec")
		if spec == nil {
			continue
		}
		for i := 0; i+1 < len(spec.Content); i += 2 {
			kind := spec.Content[i].Value
			if slices.Contains(harmlessMiddlewares, kind) {
				continue
			}
			one := route.Effect{
				Name:    "the middleware " + kind,
				Path:    []string{"spec", "routes", "middlewares"},
				Value:   kube.Hash(spec.Content[i+1]),
				Repeats: true,
			}
			switch {
			case slices.Contains(admittingMiddlewares, kind):
				one.Bars, one.Repeats = route.BarsOthers, false
				for _, r := range kube.Items(spec.Content[i+1], "sourceRange") {
					one.Admitted = append(one.Admitted, r.Value)
				}
			case slices.Contains(refusingMiddlewares, kind):
				one.Bars = route.BarsSome
			}
			effects = append(effects, one)
		}
	}
	return route.SortEffects(effects)
}

// redirects reports whether one of some Middlewares sends requests elsewhere that come in
// without TLS, or with it.
func redirects(all []kube.Object, secure bool) bool {
	return slices.ContainsFunc(all, func(o kube.Object) bool {
		scheme := o.Text("spec", "redirectScheme", "scheme")
		return scheme != "" && strings.EqualFold(scheme, "https") != secure
	})
}
