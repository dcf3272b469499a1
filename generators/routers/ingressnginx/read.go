package ingressnginx

import (
	"cmp"
	"slices"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
)

// read says what ingress-nginx does (internal/ingress/controller,
// v1.15.1): a canary's backend becomes an alternative of the main backend that
// has the same host, path and path type, and thereby of every path that has
// that backend. If the canary's backend serves an ordinary Ingress too, it
// gets nothing.
func read(objects []kube.Object, _ route.World) ([]route.Rule, []route.Unread) {
	objects, others := ofTraefiks(objects)
	rules, unread := readNGINX(objects)
	more, left := readTraefik(others)
	return append(rules, more...), append(unread, left...)
}

func readNGINX(objects []kube.Object) ([]route.Rule, []route.Unread) {
	var mains, canaries []location
	var unread []route.Unread
	for _, o := range objects {
		locations, err := locations(o)
		switch {
		case err != nil:
			unread = append(unread, route.Unread{Source: o, Why: route.SchemaMismatch(err)})
		case isTrue(o, "canary"):
			canaries = append(canaries, locations...)
		default:
			mains = append(mains, locations...)
			unread = append(unread, snippets(o)...)
		}
	}
	aliases, odd := aliases(mains)
	unread = append(unread, odd...)
	alternatives, lost := alternatives(mains, canaries)
	servers := servers(mains, canaries)
	unread = append(unread, lost...)
	exact := func(l location) int {
		if l.pathType == "Exact" && !servers[l.host].expressions { // expressions are tried by length alone
			return 1
		}
		return 0
	}
	slices.SortStableFunc(mains, func(a, b location) int {
		return cmp.Or(-cmp.Compare(exact(a), exact(b)), -cmp.Compare(len(a.path), len(b.path)))
	})
	var rules []route.Rule
	for _, l := range mains {
		canary, ok := alternatives[l.upstream()]
		for _, r := range l.rules(canary, ok, servers[l.host]) {
			r.Hosts = append(r.Hosts, aliases[l.host]...)
			rules = append(rules, r)
		}
	}
	return append(rules, wwwRedirects(servers)...), unread
}
