package account

import (
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/fn/verify/account/wider"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"go.yaml.in/yaml/v3"
)

// This file holds the conditions of lines.

type condition = func(Difference, Facts) bool

// holds reports whether a condition of a router's line holds.
func holds(when route.When, d Difference, f Facts) bool {
	switch when {
	case route.Reordered:
		return reordered(d, f)
	case route.Plain:
		return plain(d, f)
	case route.Named:
		return named(d, f)
	case route.NotNamed:
		return unnamed(d, f)
	case route.NotNamedBefore:
		return !namedBefore(d, f)
	case route.NotEntered:
		return !entered(d, f)
	case route.Unattached:
		return unattached(d, f)
	case route.SameRewrites:
		return rewritesAlike(d, f)
	}
	return when == route.Always
}

// speaks: the annotation says to a router how to speak to the pods of a Service.
func speaks(d Difference, f Facts) bool { return f.Speaks(d.Path[len(d.Path)-1]) }

// shares: the annotation says to a router how to share the requests for a Service.
func shares(d Difference, f Facts) bool { return f.Shares(d.Path[len(d.Path)-1], d.From, d.To) }

// copied: the claim begins as a copy of another, or of a snapshot.
func copied(d Difference, _ Facts) bool { return d.Object().Get("spec", "dataSource") != nil }

func not(c condition) condition {
	return func(d Difference, f Facts) bool { return !c(d, f) }
}

func both(a, b condition) condition {
	return func(d Difference, f Facts) bool { return a(d, f) && b(d, f) }
}

func needed(d Difference, f Facts) bool       { return f.Needed(d.Object()) }
func neededBefore(d Difference, f Facts) bool { return f.NeededBefore(d.Object()) }
func boundBefore(d Difference, f Facts) bool  { return f.BoundBefore(d.Object()) }
func idle(d Difference, f Facts) bool         { return f.Idle(d.Object()) }
func backed(d Difference, f Facts) bool       { return f.Backed(d.Object()) }
func hung(d Difference, f Facts) bool         { return f.Hung(d.Object()) }
func entered(d Difference, f Facts) bool      { return f.Entered(d.Object()) }
func joins(d Difference, f Facts) bool        { return f.Joins(d.Object()) }
func unsent(d Difference, f Facts) bool       { return f.Unsent(d.Object()) }
func named(d Difference, f Facts) bool        { return f.Named(d.Object(), d.Object().Name) }
func unnamed(d Difference, f Facts) bool      { return !f.Named(d.Object(), d.Object().Name) }
func namedBefore(d Difference, f Facts) bool  { return f.NamedBefore(d.Object()) }

// unsentPolicy: the object is a policy for Services that nobody is sent to, and was.
func unsentPolicy(d Difference, f Facts) bool {
	at := func(o kube.Object) bool { return o.Node == nil || !o.Is("", "Service") && f.Unsent(o) }
	return at(d.From) && at(d.To)
}

// picked: something else than monitoring chooses the object by the label.
func picked(d Difference, f Facts) bool {
	return slices.ContainsFunc(f.Pickers(d.Object(), d.Path[2], d.Text(false), d.Text(true)), func(by kube.Object) bool {
		return !slices.Contains(quiet, by.Group)
	})
}

// uncertified: the place says a host of no rule of an Ingress, under tls where no Secret
// has the certificate. AWS' controller asks ACM for those (v2.14, certificate discovery).
func uncertified(d Difference, _ Facts) bool {
	return slices.ContainsFunc([]kube.Object{d.From, d.To}, func(o kube.Object) bool {
		for _, rule := range kube.Items(o.Node, "spec", "rules") {
			if host := kube.Text(rule, "host"); host == d.Text(false)+d.Text(true) {
				return false
			}
		}
		return slices.ContainsFunc(kube.Items(o.Node, "spec", "tls"), func(n *yaml.Node) bool { return kube.Text(n, "secretName") == "" })
	})
}

// reordered: the items of a list are the same, or some of them, in another order.
func reordered(d Difference, _ Facts) bool {
	return d.Was != nil && d.Is != nil && d.Was.Kind == yaml.SequenceNode && d.Is.Kind == yaml.SequenceNode
}

// oneNumber: two ports of a list have one number, for two protocols. A client-side
// apply knows ports by their numbers, and which of the two it finds is a matter of
// order.
func oneNumber(d Difference, _ Facts) bool {
	seen := map[string]bool{}
	for _, n := range content(d.Is) {
		number := kube.Text(n, "port")
		if seen[number] {
			return true
		}
		seen[number] = true
	}
	return false
}

// added: an item comes to a list.
func added(d Difference, _ Facts) bool { return d.Was == nil && d.Is != nil }

// quiet are groups of which no object touches requests: monitoring, backups,
// reports, snapshots. A leading dot stands for all that end so.
var quiet = strings.Fields(`monitoring.coreos.com monitoring.grafana.com grafana.integreatly.org loki.grafana.com tempo.grafana.com
	operator.victoriametrics.com
	jaegertracing.io logging.banzaicloud.io logging-extensions.banzaicloud.io fluentbit.fluent.io fluentd.fluent.io logging.openshift.io
	metrics.k8s.io
	velero.io k8up.io volsync.backube snapshot.storage.k8s.io stash.appscode.com
	wgpolicyk8s.io openreports.io reports.kyverno.io aquasecurity.github.io
	app.k8s.io events.k8s.io sloth.slok.dev pyrra.dev robusta.dev pagerduty.openshift.io backstage.io`)

// operated are kinds of quiet groups for which an operator runs pods that answer
// requests, if only those of people who look at dashboards.
const operated = "Prometheus PrometheusAgent Alertmanager ThanosRuler Grafana Jaeger LokiStack TempoStack TempoMonolithic " +
	"VMCluster VMSingle VMAgent VMAlert VMAlertmanager VMAuth Logging Fluentd FluentBit"

// quietKind: a definition is of a kind that touches no requests.
func quietKind(d Difference, f Facts) bool {
	o := d.Object()
	instance := kube.Object{ID: kube.ID{Group: o.Text("spec", "group"), Kind: o.Text("spec", "names", "kind")}}
	return slices.Contains(quiet, instance.Group) && !word(operated, instance.Kind) && !f.Any(instance.Group, instance.Kind)
}

// grows: a number does not become less. Where there is none on one side nobody knows.
func grows(d Difference, _ Facts) bool {
	was, err := strconv.Atoi(d.Text(false))
	is, also := strconv.Atoi(d.Text(true))
	return err == nil && also == nil && is >= was
}

// becomes: the field says so from now on.
func becomes(text string) condition {
	return func(d Difference, _ Facts) bool { return d.Is != nil && d.Is.Value == text }
}

// ofVersion: the object is of a version before or after.
func ofVersion(version string) condition {
	return func(d Difference, _ Facts) bool {
		return d.From.Node != nil && d.From.Version == version || d.To.Node != nil && d.To.Version == version
	}
}

// turns: the field said one thing and says another one.
func turns(was, is string) condition {
	return func(d Difference, _ Facts) bool { return d.Text(false) == was && d.Text(true) == is }
}

// preferred: the object says of itself that it stands for all that name none.
func preferred(d Difference, _ Facts) bool {
	o := d.Object()
	return o.Text("globalDefault") == "true" || o.Text("metadata", "annotations", "storageclass.kubernetes.io/is-default-class") == "true"
}

// plain: a label or annotation that no agent, router or cloud reads.
func plain(d Difference, _ Facts) bool { return !read(d.Path[len(d.Path)-1]) }

// rightsGrow: a role gives all that it gave, and more.
func rightsGrow(d Difference, _ Facts) bool {
	return wider.Rules(kube.Items(d.To.Node, "rules"), kube.Items(d.From.Node, "rules"))
}

// sorting: a label by which people and tools sort objects. Roles are gathered by labels
// of a cluster's own.
func sorting(d Difference, _ Facts) bool {
	key := d.Path[len(d.Path)-1]
	return d.Object().Kind == "Role" && plain(d, nil) || why(key) != "" || slices.Contains(common, key)
}

// quietly: no pod needs the object, and no request hangs on it.
func quietly(d Difference, f Facts) bool {
	return !f.Hung(d.Object()) && !f.Needed(d.Object()) && (unnamed(d, f) || idle(d, f))
}

// standing: objects here are of the kind or class.
func standing(d Difference, f Facts) bool {
	o := d.Object()
	if kind := o.Text("spec", "names", "kind"); kind != "" {
		return f.Any(o.Text("spec", "group"), kind)
	}
	return f.Named(o, o.Name) || o.Text("metadata", "annotations", "ingressclass.kubernetes.io/is-default-class") == "true"
}

// shown: the sidecar of Grafana's chart (v10) reads it, and no pod that is here.
func shown(d Difference, f Facts) bool {
	return d.Object().Get("metadata", "labels", "grafana_dashboard") != nil && unnamed(d, f)
}

// hashed: the name ends with what it holds, as generators of kustomize write it: only
// manifests can have such a name in them.
func hashed(d Difference, f Facts) bool {
	name := d.Object().Name
	i := strings.LastIndexByte(name, '-')
	return i > 0 && len(name)-i == 11 && strings.Trim(name[i+1:], "bcdfghkmt2456789") == "" && unnamed(d, f)
}

// Section stands before the name of a part of an object by which another one means
// it, in sectionName.
const Section = "sectionName "

// unattached: nothing names the place by what it says, before or after.
func unattached(d Difference, f Facts) bool {
	for _, text := range []string{d.Text(false), d.Text(true)} {
		if text != "" && f.Named(d.Object(), Section+text) {
			return false
		}
	}
	return true
}

// ofRouters: the annotation tells a router something, which what a rule does to its
// requests is made of (route.Rule.Does).
func ofRouters(d Difference, _ Facts) bool { return route.IsRouterAnnotation(d.Path[len(d.Path)-1]) }

// meshes are beginnings of labels and annotations of pods by which their proxies are told
// whom to let in, and how.
var meshes = []string{"istio.io/", "linkerd.io/", "kuma.io/", "consul.hashicorp.com/", "cilium.io/"}

// forProxies: proxies beside pods read the label or annotation, or one of those that come
// or go together.
func forProxies(d Difference, _ Facts) bool {
	read := func(key string) bool {
		return slices.ContainsFunc(meshes, func(m string) bool { return begins(key, m) })
	}
	for _, n := range []*yaml.Node{d.Was, d.Is} {
		if n == nil || n.Kind != yaml.MappingNode {
			continue
		}
		for i := 0; i < len(n.Content); i += 2 {
			if read(n.Content[i].Value) {
				return true
			}
		}
	}
	return read(d.Path[len(d.Path)-1])
}

// aside: the object is asked about kinds of groups alone that no manifest here has
// objects of, before and after. What is Kubernetes' own it makes by itself, as pods and
// EndpointSlices.
func aside(d Difference, f Facts) bool {
	own := func(group string) bool {
		return group == "*" || !strings.Contains(group, ".") || strings.HasSuffix(group, ".k8s.io") || f.Holds(group)
	}
	for _, o := range []kube.Object{d.From, d.To} {
		if o.Node == nil {
			continue
		}
		groups := groupsAsked(o)
		if len(groups) == 0 || slices.ContainsFunc(groups, own) {
			return false
		}
	}
	return true
}

// groupsAsked are the groups of the objects that an object is asked about; none if one of
// its rules says none.
func groupsAsked(o kube.Object) []string {
	rules := kube.Items(o.Node, "spec", "matchConstraints", "resourceRules")
	for _, w := range kube.Items(o.Node, "webhooks") {
		if own := kube.Items(w, "rules"); len(own) > 0 {
			rules = append(rules, own...)
			continue
		}
		rules = append(rules, &yaml.Node{}) // says nothing
	}
	var all []string
	for _, r := range rules {
		groups := kube.Items(r, "apiGroups")
		if len(groups) == 0 {
			return nil
		}
		for _, g := range groups {
			all = append(all, g.Value)
		}
	}
	return all
}
