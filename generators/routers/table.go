// Package routers has the table of routers. Each is a package of its own.
//
// To add one:
//
//  1. A package NAME with a value Provider. Where a router has such a file it is called
//     provider.go, facts.go (what its page says), check.go, render.go, split.go (the
//     user's own route), spec.go, read.go, conflicts.go, precedence.go, options.go,
//     types.go; doc.go maps them and shows one split. contour is the nearest to all of it.
//     e2e/testdata/toy.go.txt is the smallest one there is.
//  2. Its kinds in Provider.Kinds. BuiltIn is for Kubernetes' own; for the others CRD
//     names the file that defines them, and schemas come from it (make schemas): of a
//     Go module, or shared/FILE of the folder ../shared/crds (or CRDS).
//  3. In facts.go Metrics, its series for one track's Service, or the Reason why it has
//     none; Traps, what surprises in it and how cutover keeps out of that; Lacks, what it
//     can and no Release says; Retired, if its project has ended. Each with version and
//     source: its page in docs/providers is made of them.
//  4. What the verifier must know beside its rules, as data of the Provider (the package
//     comment of route has the table): Gateways and TLSEnds with their certificates,
//     Grants, Depends, Annotations, Ports, and Fields for what nobody reads. No rule
//     names a router; what is known of yours in route/foreign.go so far moves along.
//  5. A line in [Table].
//  6. A folder testdata/traffic/NAME with cases of what is written (a Release; one with a
//     share, want/shift-…, is the example of its page) and at least a dozen of what people
//     write (read-…), each of which shows something else.
//  7. A folder testdata/verify/NAME with commits that its traps make a mistake: each is
//     refuted, and named by the Case of its trap; beside it the safe way (…-safe). What
//     it says as data (4) is taken away thing by thing: a case must show each.
//  8. testdata/world/NAME.txtar, objects that serve, with every field that Kinds say is
//     judged: each is changed, and a rule must notice. -update writes who answers for it.
//
// The loops over the table hold it to the rest: goldens, law (what is rendered is read
// as what was asked), schema, determinism, edges, deletions, name references, metrics,
// docs. make corpus runs it over whole applications: where an entry needs options, they
// stand in corpusOptions of cmd/cutover/corpus_test.go.
//
// The smallest take some 300 lines, a full one 1 400 to 2 400: rendering is some 400,
// reading what people write 400 and more, splitting the user's own route 350, who else
// claims the host 120 to 220, refusals 130, and types 120. To begin with, leave the user's own route out of Can
// (OwnRoute), and say of all that is not read that it is not judged.
package routers

import (
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/routers/alb"
	"github.com/cutoverdev/cutover/generators/routers/contour"
	"github.com/cutoverdev/cutover/generators/routers/custom"
	"github.com/cutoverdev/cutover/generators/routers/dns"
	"github.com/cutoverdev/cutover/generators/routers/gatewayapi"
	"github.com/cutoverdev/cutover/generators/routers/gke"
	"github.com/cutoverdev/cutover/generators/routers/haproxy"
	"github.com/cutoverdev/cutover/generators/routers/ingressnginx"
	"github.com/cutoverdev/cutover/generators/routers/istio"
	"github.com/cutoverdev/cutover/generators/routers/linkerd"
	"github.com/cutoverdev/cutover/generators/routers/nginx"
	"github.com/cutoverdev/cutover/generators/routers/service"
	"github.com/cutoverdev/cutover/generators/routers/traefik"
)

// Table lists the providers in the order of help and docs.
var Table = []route.Provider{
	service.Provider,
	istio.Provider,
	linkerd.Provider,
	gke.Provider,
	gatewayapi.Provider,
	alb.Provider,     // before ingressNginx, which reads Ingresses of classes that nobody knows
	haproxy.Provider, // likewise
	traefik.Provider, // likewise
	ingressnginx.Provider,
	contour.Provider,
	nginx.Provider,
	dns.Provider,
	custom.Provider, // the last: what another one reads is not read as an object says
}
