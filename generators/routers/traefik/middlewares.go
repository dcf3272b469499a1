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

// middle are the Middlewares that some references name, those of chains in their place.
// One that is not there is looked for elsewhere: rule reference-gone knows of it.
func (rd *reader) middle(namespace string, refs []nameRef, depth int) []kube.Object {
	var all []kube.Object
	for _, ref := range refs {
		in := cmp.Or(ref.Namespace, namespace)
		o, ok := rd.middlewares[kube.ID{Group: group, Kind: "Middleware", Namespace: in, Name: ref.Name}]
		if !ok || len(all) > route.MaxRules {
			continue
		}
		var chain struct {
			Chain struct {
				Middlewares []nameRef `yaml:"middlewares"`
			} `yaml:"chain"`
		}
		if n := o.Get("spec"); n != nil && n.Decode(&chain) == nil && len(chain.Chain.Middlewares) > 0 && depth < 4 {
			all = append(all, rd.middle(o.Namespace, chain.Chain.Middlewares, depth+1)...)
			continue
		}
		all = append(all, o)
	}
	return all
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
			one := route.Effect{Name: "the middleware " + kind, Path: []string{"spec", "routes", "middlewares"}, Value: kube.Hash(spec.Content[i+1]), Repeats: true}
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
