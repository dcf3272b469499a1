package verify_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/fn/verify"
	"github.com/cutoverdev/cutover/fn/verify/cluster"
	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/stage"
	"github.com/cutoverdev/cutover/generators/workload"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/stretchr/testify/assert"
)

// survivors are the objects whose absence nothing says, and why that is right.
// The expressions are for lines such as
//
//	stage istio Service/track prepare
//
// which is: from one stage, or from all stages of the tree; the providers; what
// the object is to the release; the stage, or that and the stage that the release goes on
// to: prepare→preview. One of a set that waits is at prepare→prepare.
var survivors = []struct{ line, why string }{
	{`stage \S+ PodDisruptionBudget/\w+ \S+`, "a budget holds back evictions; without it nothing is removed"},
	{`tree \S+ PodDisruptionBudget/\w+`, "as above"},
	{`stage \S+ DestinationRule/route \S+`, "says nothing but its host: no subset, no policy"},
	{`tree \S+ DestinationRule/route`, "as above"},

	// Nobody promised anything.
	{`stage (gatewayAPI|gke) (HTTP|TLS)Route/preview \S+`, "who asks for a preview is told so by the annotation cutover.dev/accept: request-gone"},
	{`stage istio VirtualService/preview \S+`, "as above"},
	{`stage (ingressNginx|alb|haproxy|gke) Ingress/preview \S+`, "as above"},
	{`stage (contour HTTPProxy|traefik IngressRoute|nginx VirtualServer|custom \w+|dns DNSEndpoint)/preview \S+`, "as above"},
	{`stage (contour HTTPProxy|nginx VirtualServer)/route (preview|settle|shift-\d+)`, "as above: of the second preview host"},
	{`stage (gatewayAPI|istio|ingressNginx) (Deployment|Service)/candidate prepare→preview`, "only preview hosts come next, which nobody answered before"},
	{`tree \S+ (\w*Route|IngressRouteTCP|VirtualService|Ingress|HTTPProxy|VirtualServer|TransportServer|RouteGroup|ServiceSplitter|Way|DNSEndpoint)/(route|preview)`, "what was never routed is missed by nobody"},
	{`tree \S+ Service/apex`, "nobody calls what was never there: the routes go to the Services of the tracks"},
	{`tree \S+ (ConfigMap|Secret|ExternalSecret|PersistentVolumeClaim)/\w+`, "what no state holds may be made by somebody else, as Secrets mostly are"},
	{`tree service Role/live`, "as above: of a namespace of the track's own"},
	{`tree service NetworkPolicy/live`, "without one all requests are let in"},
	{`tree \S+ (HorizontalPodAutoscaler|ScaledObject)/\w+`, "without one a workload has one pod, at every stage: how many it needs no manifest says"},
	{`stage (istio|service|dns) Service/headless (stable|clone|retire)`, "the track has no pods that have names"},
	{`tree (istio|service|dns) Service/headless`, "as with Secrets: no state holds it"},
	{`stage service PersistentVolumeClaim/candidate clone`, "the track has no pods yet, and those that come wait for it"},
	{`stage istio PersistentVolumeClaim/ordinal preview→shift-20`, "of an ordinal that begins after that step"},
	{`stage service PersistentVolumeClaim/(candidate stable|live retire)`, "the track has no pods that mount it: what is lost is data, and no request"},

	{`(stage|tree) service VolumeSnapshot/candidate( \S+)?`, "the candidate's pods wait for claims that are made from it, and no request goes there; later nobody reads it"},

	{`stage (dns|istio) Service/accepted \S+`, "of two clusters: routes and records name the Services of the tracks, and those who call it by its name it accepts to lose: request-gone"},
	{`tree (dns|istio) Service/accepted`, "nobody calls what was never there: as above"},

	// The stages before stable.
	{`(stage|tree) \S+ Service/stand-in( \S+)?`, "a sidecar needs some Service to select the plain pods, and in between it is the apex; elsewhere nobody does"},
	{`stage \S+ (Deployment|StatefulSet)/plain handover`, "it stands by: the track answers everything, and did beside it"},
	{`stage (gatewayAPI|ingressNginx) Service/candidate (beside|handover)`, "no request goes there"},
	{`(stage|tree) (istio VirtualService|gatewayAPI HTTPRoute)/late( stable)?`, "the stage before accepts that its hosts end with it, as they do on the way back"},
	{`tree ingressNginx Service/candidate`, "no release is under way, and so no canary"},

	{`stage gatewayAPI Service/live beside`, "the route comes with the handover, and nobody answered its hosts before"},
	{`tree service Deployment/live`, "a member of a set that no commit changes: what nobody ever answered is missed by nobody"},

	// Members of a set that wait while others go on.
	{`stage \S+ (Deployment|Service)/candidate prepare→prepare`, "it is there again before any request comes"},
	{`stage ingressNginx Service/candidate preview`, "who asks for a preview is told so by the annotation, and a canary without its Service falls back"},

	// Nobody uses it.
	{`stage (istio|service) Service/(live|candidate) \S+`, "no route names the Service of a track: subsets stand over one for both, and under service the apexes move; who calls it by name is told by the annotation"},
	{`tree (istio|service) Service/(live|candidate)`, "as above"},
	{`(stage|tree) haproxy Service/(live|candidate)( \S+)?`, "of haproxy-ingress no route names the Service of a track, one stands over both; with haproxytech shares have Services of their own"},
	{`(stage|tree) gke Service/(live|candidate)( \S+)?`, "an Ingress of the user's own leads to its own Services, which stand over both tracks"},
	{`stage ingressNginx Service/candidate stable`, "no route names it before the canary comes"},
	{`stage ingressNginx Service/live retire`, "no route names it once the canary has gone"},
	{`stage ingressNginx Service/preview \S+`, "only the candidate's is used, and only while the preview is up"},
	{`tree ingressNginx Service/preview`, "as above: that of the live track"},
	{`stage (traefik|custom) Service/(candidate stable|live retire)`, "no route names it there: the router drops a rule that names a Service without pods"},
	{`stage nginx Service/(candidate stable|live retire)`, "a TransportServer leads to one track, and both are among its upstreams"},
	{`stage traefik TraefikService/route (prepare|settle|unpreview)`, "it is made a stage before a route names it, and goes a stage after"},
	{`(stage|tree) dns Service/(live|candidate)( \S+)?`, "records lead to a track's balancer, a Service of its own"},

	// Nobody sends it anything.
	{`(stage|tree) \S+ Job/\w+( \S+)?`, "a Job answers no request; that it has run is asked for by promote"},
	{`(stage|tree) \S+ (ConfigMap|PrometheusRule)/route( \S+)?`, "rules and a dashboard look at requests, and no request passes them"},
	{`(stage|tree)  \S+( \S+)?`, "a worker takes its work by itself: no request is promised"},

	// Nobody is sent to its Services.
	{`stage (gatewayAPI|gke) \w+Policy/(candidate stable|live retire|route (stable|retire))`, "no request goes to the track on the edges of this stage"},
	{`(stage|tree) gatewayAPI BackendTLSPolicy/aside( \S+)?`, "it is for a port that no route names"},
	{`tree gke (HealthCheckPolicy|GCPBackendPolicy)/route`, "no state says that there is one"},
	{`tree \S+ (AuthorizationPolicy|BackendConfigPolicy|BackendTLSPolicy|GCPBackendPolicy|HealthCheckPolicy|DestinationRule)/(live|candidate)`, "no state says that there is one: the edge that adopts the workload does"},

	// Others take over.
	{`stage (service\+)?(istio|linkerd|gatewayAPI|istio\+gatewayAPI) \w+/mesh \S+`, "what no route of the mesh takes goes to the Service of that name, which selects the main track"},
	{`tree (service\+)?(istio|linkerd|gatewayAPI|istio\+gatewayAPI) \w+/mesh`, "as above"},
	{`stage ingressNginx Deployment/candidate shift-(7|20)`, "ingress-nginx gives the main backend what a canary without pods cannot answer"},
	{`stage ingressNginx Ingress/canary \S+`, "the main Ingress answers everything, from a full track"},
	{`tree ingressNginx Ingress/canary`, "as above"},
	{`(stage|tree) haproxy Ingress/condition( \S+)?`, "the Ingress beside it answers everything, from a full track"},
	{`(stage|tree) haproxy Service/condition( \S+)?`, "haproxytech leaves a path out whose Service is gone, and the Ingress beside it answers"},
}

// TestDeletions deletes each object of every stage of every tree, from that
// stage and from all stages, and checks what is left with every edge that leads
// to it and from it: something must be found, or not judged, but for survivors.
// Deletions are sampled, some 300 for each router (golden.Case.Share); with
// CUTOVER_SEARCH=all each is made, and every line of survivors must be needed.
func TestDeletions(t *testing.T) {
	golden.Long(t)
	deleted, alive := 0, map[string][]string{}
	for _, c := range golden.Releases(t) {
		in, out := c.Generate(t)
		for i, r := range out.Releases {
			tree := newTree(t, in, r, besides(out, i))
			deleted += tree.survive(c, c.Share(t, 300, namesOf(tree.deletions())), alive)
		}
	}
	for _, c := range golden.Sets(t) {
		in, out := c.Generate(t)
		tree := newSetTree(t, in, out)
		deleted += tree.survive(c, namesOf(tree.deletions()), alive)
	}
	used := map[string]bool{}
	for _, line := range slices.Sorted(maps.Keys(alive)) {
		i := slices.IndexFunc(survivors, func(s struct{ line, why string }) bool {
			short, _, _ := strings.Cut(line, "→")
			is := regexp.MustCompile("^" + s.line + "$")
			return is.MatchString(short) || is.MatchString(line)
		})
		if i < 0 {
			t.Errorf("nothing notices that this is gone: %s (%s)", line, strings.Join(alive[line][:min(3, len(alive[line]))], ", "))
			continue
		}
		used[survivors[i].line] = true
	}
	for _, s := range survivors {
		assert.True(t, used[s.line] || !golden.Exhaustive(), "is noticed now: %s", s.line)
	}
	t.Logf("%d deletions; %d kinds of survivors", deleted, len(survivors))
}

// survive deletes what is named, takes down what nothing notices, and counts.
func (t tree) survive(c *golden.Case, share []string, alive map[string][]string) (deleted int) {
	for _, d := range t.deletions() {
		if !slices.Contains(share, d.name()) {
			continue
		}
		deleted++
		if !t.notices(d) {
			alive[d.line] = append(alive[d.line], strings.TrimSpace(c.Name+": "+d.id.String()+" "+d.cluster))
		}
	}
	return deleted
}

// tree is the stages of a release, or of a set, with the one that closes it.
type tree struct {
	releases []generators.Release
	names    []string
	at       map[string][]string // the stage of each release
	next     map[string]string
	objects  map[string][]kube.Object
	states   map[string]cluster.State
	edges    []stage.Edge
	apexes   []string
	unread   map[stage.Edge]map[string]bool // what is not judged of an edge with nothing deleted
}

// closed is the name of the stage that closes a release.
const closed = "closed"

func emptyTree(edges []stage.Edge, releases ...generators.Release) tree {
	all := tree{
		releases: releases, at: map[string][]string{}, next: map[string]string{}, objects: map[string][]kube.Object{}, states: map[string]cluster.State{},
		edges: edges, unread: map[stage.Edge]map[string]bool{},
	}
	for _, r := range releases {
		for _, s := range r.Stages {
			for _, o := range s.Apexes {
				all.apexes = append(all.apexes, o.Name)
			}
		}
	}
	return all
}

func (t *tree) add(name string, objects []kube.Object) {
	t.names = append(t.names, name)
	t.objects[name] = objects
	t.states[name] = cluster.NewState(router, objects)
}

func newTree(t *testing.T, in generators.Input, r generators.Release, beside []kube.Object) tree {
	t.Helper()
	all := emptyTree(stage.Edges(r.Plan()), r)
	for _, s := range r.Stages {
		all.at[s.Name], all.next[s.Name] = []string{s.Name}, s.Next
		all.add(s.Name, slices.Concat(beside, r.Objects(s)))
	}
	if _, ok := r.Stage("retire"); ok {
		next := golden.Close(t, in, r)
		s, _ := next.Stage("stable")
		all.add(closed, slices.Concat(beside, next.Objects(s)))
		all.edges = append(all.edges, stage.Edge{From: "retire", To: closed})
	}
	return all
}

// newSetTree is the stages of the set of a case, each with what all its members have there.
func newSetTree(t *testing.T, in generators.Input, out generators.Output) tree {
	t.Helper()
	s := generators.Sets(out.Releases)[0]
	all := emptyTree(s.Edges(), s.Members...)
	for _, at := range s.Stages {
		all.at[at.Name], all.next[at.Name] = at.At, at.Next
		objects := slices.Clone(out.Shared)
		for i, r := range s.Members {
			own, _ := r.Stage(at.At[i])
			objects = append(objects, r.Objects(own)...)
		}
		all.add(at.Name, objects)
	}
	last := s.Stages[slices.IndexFunc(s.Stages, func(at stage.Joint) bool { return at.Next == "" && !at.Twin })]
	if last.Name == "stable" {
		return all
	}
	objects := slices.Clone(out.Shared)
	for _, r := range golden.CloseAll(t, in, s.Members) {
		stable, _ := r.Stage("stable")
		objects = append(objects, r.Objects(stable)...)
	}
	all.add(closed, objects)
	all.edges = append(all.edges, stage.Edge{From: last.Name, To: closed})
	return all
}

// deletion is an object to delete from some stages.
type deletion struct {
	line    string
	id      kube.ID
	cluster string // "": it stands in each
	stages  []string
}

func (d deletion) name() string {
	return strings.TrimSpace(strings.Join(append([]string{d.line, d.id.String()}, d.stages...), " ") + " " + d.cluster)
}

// is reports whether an object is the one to delete.
func (d deletion) is(o kube.Object) bool { return o.Key() == d.id && o.Cluster == d.cluster }

func namesOf(all []deletion) []string {
	var names []string
	for _, d := range all {
		names = append(names, d.name())
	}
	return names
}

// deletions are those of each object of the release, if some commit changes it.
func (t tree) deletions() []deletion {
	var all []deletion
	if len(t.edges) == 0 {
		return nil
	}
	everywhere := map[string]bool{}
	for _, name := range t.names {
		for i, own := range t.at[name] {
			r := t.releases[i]
			s, _ := r.Stage(own)
			for _, o := range r.Objects(s) {
				all = append(all, deletion{fmt.Sprintf("stage %s %s%s", t.about(r, o), own, t.onward(name, i)), o.Key(), o.Cluster, []string{name}})
				if at := o.Key().String() + " " + o.Cluster; !everywhere[at] {
					everywhere[at] = true
					all = append(all, deletion{"tree " + t.about(r, o), o.Key(), o.Cluster, t.names})
				}
			}
		}
	}
	return all
}

// onward is the stage that the i-th release goes on to from one of the tree's.
func (t tree) onward(name string, i int) string {
	next, ok := t.at[t.next[name]]
	if !ok {
		return ""
	}
	return "→" + next[i]
}

// ordinal is the end of the name of a claim that one pod of a StatefulSet has.
var ordinal = regexp.MustCompile(`-\d+$`)

// about is the providers of a release, and what an object is to it.
func (t tree) about(r generators.Release, o kube.Object) string {
	var providers []string
	for _, e := range r.Spec.Traffic {
		providers = append(providers, e.Provider)
	}
	role := "route"
	switch name := track(o); {
	case strings.HasSuffix(o.Name, "-preview"):
		role = "preview"
	case strings.HasSuffix(o.Name, "-headless"):
		role = "headless"
	case strings.HasSuffix(o.Name, "-canary"):
		role = "canary"
	case strings.HasSuffix(o.Name, "-share"), strings.Contains(o.Name, "-match"):
		role = "condition"
	case strings.HasSuffix(o.Name, "-"+schemas.Plain):
		role = "stand-in"
	case strings.HasPrefix(o.Name, "inner-"):
		role = "aside"
	case o.Group == "apps" && name == "":
		role = schemas.Plain
	case o.Kind == "PersistentVolumeClaim" && ordinal.MatchString(o.Name):
		role = "ordinal"
	case name == r.Spec.Live:
		role = "live"
	case name != "":
		role = "candidate"
	case o.Kind == "Service" && slices.Contains(t.apexes, o.Name) && o.Cluster != "" && workload.Accepts(o, "request-gone"):
		role = "accepted"
	case o.Kind == "Service" && slices.Contains(t.apexes, o.Name):
		role = "apex"
	case t.inMesh(o):
		role = "mesh"
	case t.late(r, o):
		role = "late"
	}
	return strings.Join(slices.Compact(providers), "+") + " " + o.Kind + "/" + role
}

// late reports whether a route comes with the handover from the manifests.
func (t tree) late(r generators.Release, o kube.Object) bool {
	same := func(p kube.Object) bool { return p.Key() == o.Key() }
	routes := func(rule route.Rule) bool { return rule.Source.Key() == o.Key() }
	return r.Adopting() && !slices.ContainsFunc(t.objects[schemas.Adoption[0]], same) && slices.ContainsFunc(t.states["stable"].Rules, routes)
}

// inMesh reports whether a route takes requests of the mesh alone.
func (t tree) inMesh(o kube.Object) bool {
	some := false
	for _, name := range t.names {
		for _, r := range t.states[name].Rules {
			if r.Source.Key() != o.Key() {
				continue
			}
			some = true
			for _, via := range r.Via {
				if via.Kind != "mesh" {
					return false
				}
			}
		}
	}
	return some
}

// notices reports whether something is found without the object: in the stages
// it is deleted from, or on an edge to or from them.
func (t tree) notices(d deletion) bool {
	states := maps.Clone(t.states)
	for _, name := range d.stages {
		left := slices.DeleteFunc(slices.Clone(t.objects[name]), d.is)
		states[name] = cluster.NewState(router, left)
		if len(unaccepted(verify.Check(states[name], name))) > 0 {
			return true
		}
	}
	return slices.ContainsFunc(t.edges, func(e stage.Edge) bool {
		if !slices.Contains(d.stages, e.From) && !slices.Contains(d.stages, e.To) {
			return false
		}
		v := verify.Edge{Name: "edge", From: states[e.From], To: states[e.To]}.Judge()
		return len(unaccepted(v.Found)) > 0 || slices.ContainsFunc(v.Left, func(l verify.Left) bool { return l.Object.Key() == d.id }) ||
			slices.ContainsFunc(slices.Concat(v.Unread, v.Ends), func(u route.Unread) bool { return !t.unreadOf(e)[unreadText(u)] })
	})
}

// unreadOf is what is not judged of an edge with nothing deleted.
func (t tree) unreadOf(e stage.Edge) map[string]bool {
	if t.unread[e] == nil {
		t.unread[e] = map[string]bool{}
		v := verify.Edge{Name: "edge", From: t.states[e.From], To: t.states[e.To]}.Judge()
		for _, u := range slices.Concat(v.Unread, v.Ends) {
			t.unread[e][unreadText(u)] = true
		}
	}
	return t.unread[e]
}

func unreadText(u route.Unread) string { return u.Source.Key().String() + ": " + u.Why }
