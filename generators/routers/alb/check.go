package alb

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/schemas"
)

// Bounds of Elastic Load Balancing (API 2015-12-01): values that a rule compares, and how
// long a client stays.
const (
	maxEvaluations = 5
	maxSticky      = 7 * 24 * time.Hour
)

// Bounds of group.order (v3.5, group_loader.go), of which preview hosts need one below.
const (
	minOrder = -999
	maxOrder = 1000
)

// check refuses what an ALB has no words for.
func check(r route.Route) []schemas.Finding {
	found := slices.Concat(checkOptions(r), checkAffinity(r), checkMatches(r))
	if r.Own != nil {
		found = append(found, checkOwn(r)...)
	}
	if schemas.Failed(found) {
		return found
	}
	o := plain(r)
	if v := r.Release.Spec.Strategy.Preview; v != nil && len(v.Hosts) > 0 && groupOf(o, r.World) == "" {
		found = append(found, r.Release.Find(
			"cannot",
			"spec.strategy.preview.hosts",
			"alb gives an Ingress without a group a load balancer of its own, with "+
				"another address, and the preview hosts have an Ingress of theirs",
			"options: {group: NAME} of the traffic entry, or annotation alb.ingress.kubernetes.io/group.name of your Ingress",
		))
	}
	if orderOf(o) < minOrder {
		found = append(found, r.Find("cannot", "route",
			"alb has no place in the group before group.order -1000, where the preview hosts stand",
			"group.order -999 or more"))
	}
	return append(found, checkRules(r, o)...)
}

var listenPort = regexp.MustCompile(`^(HTTP|HTTPS):([1-9][0-9]{0,4})$`)

func checkOptions(r route.Route) []schemas.Finding {
	var found []schemas.Finding
	o := optionsOf(r.Traffic)
	fail := func(field, message, hint string) {
		found = append(found, r.Find("cannot", "options."+field, message, hint))
	}
	tls := len(o.CertificateARN) > 0
	for i, p := range o.ListenPorts {
		at := fmt.Sprintf("listenPorts[%d]", i)
		if !listenPort.MatchString(p) {
			fail(at, fmt.Sprintf("%q is no port of a load balancer", p), "HTTP:80 or HTTPS:443")
		}
		tls = tls || strings.HasPrefix(p, "HTTPS:")
	}
	if o.Order < minOrder || o.Order > maxOrder {
		fail("order", fmt.Sprintf("%d is no order of an Ingress in its group", o.Order), fmt.Sprintf("%d to %d", minOrder, maxOrder))
	}
	if to := fmt.Sprintf("HTTPS:%d", o.SSLRedirect); o.SSLRedirect > 0 && !slices.Contains(o.ListenPorts, to) {
		fail("sslRedirect",
			fmt.Sprintf("sends requests to port %d, where nobody listens: the controller refuses that", o.SSLRedirect),
			"listenPorts: [HTTP:80, "+to+"]")
	}
	if r.Own == nil && r.Protocol == "grpc" && !tls {
		found = append(found, r.Find("cannot", "protocol", "alb speaks gRPC behind HTTPS ports alone", "options: {listenPorts: [HTTPS:443]}"))
	}
	for _, t := range o.Annotations {
		if why, hint := refused(fullKey(t.Name), t.Value); why != "" {
			found = append(found, r.Find("annotation", "options.annotations."+t.Name, why, hint))
		}
	}
	return found
}

// refused says why an annotation cannot stand on the Ingress of a release, "" if it can.
func refused(key, value string) (why, hint string) {
	name, _ := strings.CutPrefix(key, prefix)
	switch {
	case begins([]string{"actions.cutover-", "conditions.cutover-", "transforms.cutover-"}, name) || strings.Contains(name, ".cutover-"):
		return "is written by the stages", "leave it out"
	case name == "target-type" && value != "ip":
		return "leads to ports of nodes, which the Services of tracks do not have", "ip"
	case name == "target-group-attributes" && stays(value):
		return "keeps clients on a pod by a cookie, and AWS refuses that for " +
			"groups that share requests without group stickiness", "affinity of the entry keeps clients on a track"
	}
	return "", ""
}

// checkAffinity: AWS calls the cookie, and bounds its time.
func checkAffinity(r route.Route) []schemas.Finding {
	if r.Affinity == nil {
		return nil
	}
	var found []schemas.Finding
	if r.Affinity.Cookie != stickyCookie {
		found = append(found, r.Find("cannot", "affinity.cookie",
			"alb cannot name the cookie by which clients stay on a target group: AWS calls it "+stickyCookie,
			"cookie: "+stickyCookie))
	}
	if ttl := time.Duration(r.Affinity.TTL); ttl < time.Second || ttl > maxSticky {
		found = append(found, r.Find("cannot", "affinity.ttl", "alb keeps clients on a target group for 1 second to 7 days", "ttl: 1h"))
	}
	return found
}

// checkMatches: conditions have * and ?, and no expressions that the docs say the ends of.
func checkMatches(r route.Route) []schemas.Finding {
	var found []schemas.Finding
	for i, p := range r.Paths {
		if strings.ContainsAny(p.Prefix+p.Exact, "*?") {
			found = append(found, r.Find("cannot", fmt.Sprintf("paths[%d]", i),
				"alb reads * and ? in a path as wildcards, and the controller refuses them",
				"a path without them"))
		}
	}
	for at, m := range route.AllMatches(r.Release) {
		for _, h := range m.Headers {
			found = append(found, checkText(r, at+".headers."+h.Name, h.String, `*?`)...)
		}
		for _, q := range m.Query {
			found = append(found, checkText(r, at+".query."+q.Name, q.String, "")...)
		}
		if m.Path != nil && strings.ContainsAny(m.Path.Prefix+m.Path.Exact, "*?") {
			found = append(found, r.Release.Find("cannot", at+".path",
				"alb reads * and ? in a path as wildcards, and the controller refuses them",
				"a path without them"))
		}
	}
	return found
}

func checkText(r route.Route, at string, s schemas.String, wild string) []schemas.Finding {
	switch {
	case s.Regex != "":
		return []schemas.Finding{
			r.Release.Find("cannot", at, "alb cannot match values by expression", "exact or prefix; traefik, istio and gatewayAPI can"),
		}
	case strings.ContainsAny(s.Exact+s.Prefix, wild):
		return []schemas.Finding{r.Release.Find("cannot", at,
			"alb reads * and ? in a header as wildcards, and has no way to mean the signs",
			"another value; traefik, istio and gatewayAPI can")}
	}
	return nil
}

// checkRules: what a rule compares, weighs and names is within bounds at this stage.
func checkRules(r route.Route, o kube.Object) []schemas.Finding {
	var found []schemas.Finding
	written := split(r, o)
	var s spec
	if n := written.Get("spec"); n == nil || n.Decode(&s) != nil {
		return found // checkOwn has said so
	}
	if len(kube.Append(nil, written)) > 0 {
		found = append(found, r.CheckSize("an Ingress", len(kube.Append(nil, written)))...)
	}
	for _, rule := range s.Rules {
		for _, p := range rule.Paths() {
			name := ""
			if p.Backend.Service != nil {
				name = p.Backend.Service.Name
			}
			if n := evaluations(rule.Host, p.Path, p.PathType,
				conditionsOf(written, name)); strings.HasPrefix(name, "cutover-") &&
				n > maxEvaluations {
				return append(found, r.Find("cannot", "",
					fmt.Sprintf("alb compares %d values in one rule, and this takes %d for %s%s: host, path and conditions (a prefix is two)",
						maxEvaluations, n, rule.Host, p.Path), "fewer conditions in a match"))
			}
		}
	}
	for _, key := range slices.Sorted(keys(written)) {
		var a action
		if strings.HasPrefix(key, prefix+"actions.cutover-") &&
			json.Unmarshal([]byte(written.Text("metadata", "annotations", key)), &a) == nil {
			for _, g := range a.Forward.Groups {
				if *g.Weight > maxWeight {
					return append(found, r.Find("cannot", "route",
						fmt.Sprintf("an action of %s would have a weight of %d, and alb takes at most %d", r.Own.ID, *g.Weight, maxWeight),
						"smaller weights in it, such as percent"))
				}
			}
		}
	}
	return found
}

func keys(o kube.Object) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for key := range kube.Pairs(o.Node, "metadata", "annotations") {
			if !yield(key) {
				return
			}
		}
	}
}

// checkOwn: the user's own Ingress names an apex, in a way that can be split.
func checkOwn(r route.Route) []schemas.Finding {
	var found []schemas.Finding
	fail := func(id, message, hint string) {
		found = append(found, r.Find(id, "route", r.Own.ID.String()+" "+message, hint))
	}
	if o := optionsOf(r.Traffic); len(o.Annotations)+len(o.ListenPorts)+len(o.CertificateARN)+o.SSLRedirect+o.Order > 0 ||
		o.Group+o.Scheme != "" {
		found = append(found, r.Find("route-owns", "options", "annotations are said by the Ingress "+r.Own.Name+" itself", "write them there"))
	}
	var s spec
	if n := r.Own.Get("spec"); n == nil || n.Decode(&s) != nil {
		fail("route-apex", "has no spec that can be read", "an Ingress of networking.k8s.io/v1")
		return found
	}
	found = append(found, checkOwnAnnotations(r)...)
	some := false
	checkBackend := func(b *backend) bool {
		for _, g := range groupsOf(*r.Own, b) {
			if g.Service != "" && kube.SameNamespace(r.Own.Namespace, r.Source.Namespace()) {
				found = append(found, r.CheckPlace(g.Service, string(g.Port))...)
			}
		}
		leads := len(placesOf(r, *r.Own, b)) > 0
		some = some || leads
		return leads
	}
	asked := slices.Collect(matchesOf(r))
	if checkBackend(s.DefaultBackend) && len(asked) > 0 {
		fail("cannot", "leads to the apex by its default backend, before which no match can stand", "a rule with path /")
	}
	for _, rule := range s.Rules {
		for _, p := range rule.Paths() {
			if checkBackend(&p.Backend) {
				found = append(found, checkPath(r, p, asked)...)
			}
		}
	}
	if !some && len(found) == 0 {
		fail("route-apex", "has no backend "+strings.Join(r.Apexes(), " or "),
			"the Service that selects the workload, as backend or in an action")
	}
	return found
}

func matchesOf(r route.Route) func(yield func(schemas.Match) bool) {
	return func(yield func(schemas.Match) bool) {
		for _, m := range route.AllMatches(r.Release) {
			if !yield(m) {
				return
			}
		}
	}
}

// checkPath: what the path's own conditions say of a field, a match cannot say as well.
func checkPath(r route.Route, p pathSpec, asked []schemas.Match) []schemas.Finding {
	for _, m := range asked {
		if m.Path != nil {
			return []schemas.Finding{r.Find("cannot", "route",
				"alb cannot match paths for the candidate alone in an Ingress of your own, whose other paths may come between",
				"match headers, queries or methods")}
		}
		for _, c := range conditionsOf(*r.Own, p.Backend.Service.Name) {
			if c.Field == "http-request-method" && m.Method != "" {
				return []schemas.Finding{r.Find("cannot", "route",
					"alb has one condition on methods in a rule, and "+r.Own.ID.String()+" has it",
					"match headers or queries")}
			}
		}
	}
	return nil
}

// checkOwnAnnotations: its pods are targets by their addresses, and nothing keeps clients.
func checkOwnAnnotations(r route.Route) []schemas.Finding {
	var found []schemas.Finding
	ip := parameters(*r.Own, r.World).Text("spec", "targetType") == "ip"
	for _, o := range append([]kube.Object{*r.Own}, r.Source.Apexes...) {
		ip = ip || o.Text("metadata", "annotations", prefix+"target-type") == "ip"
		for key, value := range kube.Pairs(o.Node, "metadata", "annotations") {
			if why, hint := refused(key, value); why != "" && strings.HasPrefix(key, prefix) {
				found = append(found, o.Find("annotation", why, hint, "metadata", "annotations", key))
			}
		}
	}
	if !ip {
		found = append(found, r.Find("cannot", "route",
			r.Own.ID.String()+" leads to ports of nodes, which is the controller's default, and the Services of tracks have none",
			"annotation alb.ingress.kubernetes.io/target-type: ip"))
	}
	for key, value := range kube.Pairs(r.Own.Node, "metadata", "annotations") {
		name, ours := strings.CutPrefix(key, prefix)
		var a action
		var c []condition
		switch {
		case !ours:
		case strings.HasPrefix(name, "actions.") && json.Unmarshal([]byte(value), &a) == nil &&
			a.Forward != nil && a.Forward.Sticky != nil && a.Forward.Sticky.Enabled:
			found = append(found, r.Own.Find("session-split",
				"targetGroupStickinessConfig keeps clients on the track that answered first, whatever the weights are, beyond an abort",
				"leave it out; affinity of the traffic entry keeps clients on a track until an abort ends it",
				"metadata", "annotations", key))
		case strings.HasPrefix(name, "actions.") && json.Unmarshal([]byte(value), &a) != nil,
			strings.HasPrefix(name, "conditions.") && json.Unmarshal([]byte(value), &c) != nil:
			found = append(found, r.Own.Find("annotation", "is no JSON that the controller reads",
				`{"type":"forward","forwardConfig":{…}}`, "metadata", "annotations", key))
		}
	}
	return found
}
