package controller

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// canary reads a Canary of Flagger's.
func (b *builder) canary() {
	o := b.By
	b.Name = o.Text("spec", "targetRef", "name")
	analysis := o.Get("spec", "analysis")
	if analysis == nil {
		analysis = o.Get("spec", "canaryAnalysis")
	}
	b.service()
	b.canaryWeights(analysis)
	for _, m := range kube.Items(analysis, "metrics") {
		b.flaggerMetric(m)
	}
	for _, w := range kube.Items(analysis, "webhooks") {
		b.webhook(w)
	}
	for _, t := range b.all {
		if t.Is("flagger.app", "MetricTemplate") || t.Is("flagger.app", "AlertProvider") {
			b.remove(t)
		}
	}
	for _, u := range []struct{ field, why string }{
		{"threshold", "how many checks may fail: advance looks at all requests of a stage, and at how sure it is (spec.analysis.confidence)"},
		{"stepWeightPromotion", "nothing is copied back: the candidate stays where it is"},
		{"primaryReadyThreshold", "nothing is copied back: there is no primary"},
		{"canaryReadyThreshold", "all pods of the candidate are ready before it gets requests"},
		{"alerts", "cutover deliver --notify tells people of stages and aborts"},
	} {
		if kube.Get(analysis, u.field) != nil {
			b.lose("analysis.%s: %s", u.field, u.why)
		}
	}
	if o.Text("spec", "skipAnalysis") == "true" {
		b.lose("skipAnalysis: a release without advance is promoted by hand")
	}
}

// every is the time between two checks, as the hold of each stage.
func every(analysis *yaml.Node) time.Duration {
	d, err := time.ParseDuration(cmp.Or(kube.Text(analysis, "interval"), "1m"))
	if err != nil {
		return time.Minute
	}
	return d
}

func short(d time.Duration) string {
	text := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zero) {
			text = text[:len(text)-2]
		}
	}
	return text
}

// canaryWeights reads in which steps requests move: by weights, by matches alone, or all
// at once, with a mirror before.
func (b *builder) canaryWeights(n *yaml.Node) {
	hold := every(n)
	iterations, _ := kube.Number(n, "iterations")
	weights := stepWeights(n)
	matches := b.canaryMatches(n)
	for _, w := range weights {
		step := kube.Put(b.step(w), short(hold), "hold")
		b.steps[len(b.steps)-1] = step
	}
	whole := short(hold * time.Duration(max(iterations, 1)))
	if iterations > 0 && len(matches) > 0 {
		step := kube.Put(kube.Put(b.step(0), matches, "match"), whole, "hold")
		b.steps[len(b.steps)-1] = kube.Put(step, "a-b", "name")
		return
	}
	if kube.Text(n, "mirror") == "true" {
		percent := 100
		if p, ok := kube.Number(n, "mirrorWeight"); ok {
			percent = p
		}
		b.say(map[string]any{"mirror": percent, "hold": whole}, "preview")
		return
	}
	if iterations > 0 {
		b.say(map[string]string{"hold": whole}, "prepare")
	}
}

// stepWeights are the weights of a Canary below 100.
func stepWeights(n *yaml.Node) []int {
	var all []int
	for _, w := range kube.Items(n, "stepWeights") {
		if i, err := strconv.Atoi(w.Value); err == nil && i > 0 && i < 100 {
			all = append(all, i)
		}
	}
	width, _ := kube.Number(n, "stepWeight")
	most, ok := kube.Number(n, "maxWeight")
	if !ok {
		most = 100
	}
	for w := width; width > 0 && len(all) < 100 && w <= most && w < 100; w += width {
		all = append(all, w)
	}
	return all
}

// canaryMatches are the conditions of an A/B test, which Flagger writes as Istio does.
func (b *builder) canaryMatches(n *yaml.Node) []*yaml.Node {
	var all []*yaml.Node
	for _, m := range kube.Items(n, "match") {
		headers := kube.Get(m, "headers")
		c, ok := conditions(headers)
		if !ok {
			b.lose("analysis.match: conditions other than on headers, exact, prefix or regex, or on headers of no such name")
			continue
		}
		all = append(all, c)
	}
	return all
}

// webhook reads a hook of the load tester: a command that is run becomes a job. Gates
// wait for a person, and so does every stage.
func (b *builder) webhook(w *yaml.Node) {
	name, kind, command := kube.Text(w, "name"), kube.Text(w, "type"), kube.Text(w, "metadata", "cmd")
	switch {
	case strings.HasPrefix(kind, "confirm-"):
		b.lose("webhook %s (%s): promote is that: nothing goes on by itself, unless advance is run", name, kind)
	case kind == "rollback":
		b.lose("webhook %s (rollback): abort is that", name)
	case kind == "event":
		b.lose("webhook %s (event): cutover deliver --notify tells of stages and aborts", name)
	case command == "":
		b.lose("webhook %s: what it asks, a metric can ask with web:, or a program with command:", name)
	case kind == "post-rollout":
		b.lose("webhook %s (post-rollout): a job at retire can do that: %s", name, command)
	default:
		stage := "prepare"
		if kind != "pre-rollout" && len(b.steps) > 0 {
			stage = cmp.Or(kube.Text(b.steps[0], "name"), "shift-"+kube.Text(b.steps[0], "weight"))
		}
		j := kube.Put(kube.Put(nil, stage, "at"), "ghcr.io/fluxcd/flagger-loadtester:0.36.0", "image")
		b.job(name, kube.Put(j, []string{"sh", "-c", b.services(command)}, "command"))
	}
}

// services are the Services in a command by the names that are there after the move. Of
// the candidate's there are two, and which one it is changes from release to release.
func (b *builder) services(command string) string {
	for _, name := range []string{b.Name, b.By.Text("spec", "service", "name")} {
		if name != "" && strings.Contains(command, name+"-canary") {
			b.lose("a webhook calls %s-canary: the candidate is %s-blue or %s-green; the job as written calls %s-green, which is right for "+
				"every other release", name, b.Name, b.Name, b.Name)
			command = strings.ReplaceAll(command, name+"-canary", b.Name+"-green")
		}
	}
	return command
}

// routers are the providers of Flagger's by what they are called here.
var routers = map[string]string{
	"istio": "istio", "linkerd": "linkerd", "kubernetes": "service", "nginx": "ingressNginx", "contour": "contour", "traefik": "traefik",
	"gatewayapi": "gatewayAPI",
}

// service writes the Service and the route that Flagger made, or would have.
func (b *builder) service() {
	o := b.By
	target, ok := b.find("apps", cmp.Or(o.Text("spec", "targetRef", "kind"), "Deployment"), b.Name)
	if !ok {
		b.lose("targetRef: %s is not among the manifests", b.Name)
		return
	}
	name := cmp.Or(o.Text("spec", "service", "name"), b.Name)
	port, _ := kube.Number(o.Node, "spec", "service", "port")
	if _, there := b.find("", "Service", name); !there && port > 0 {
		b.replace(apex(o, target, name, port))
	}
	if ref := o.Text("spec", "ingressRef", "name"); ref != "" {
		return // cutover init finds it among the manifests
	}
	kind, _, _ := strings.Cut(cmp.Or(o.Text("spec", "provider"), "istio"), ":")
	provider, known := routers[kind]
	if !known {
		b.lose("provider %s: no provider of cutover is that; look at docs/custom.md", kind)
		return
	}
	if provider == "traefik" { // the IngressRoute is the user's own
		for _, r := range b.all {
			if next := unsplit(r, name); !kube.Equal(next.Node, r.Node) {
				b.replace(next)
			}
		}
		return
	}
	b.entry(provider, port)
}

// apex is the Service that Flagger made of a Canary.
func apex(o, target kube.Object, name string, port int) kube.Object {
	s := kube.Object{ID: kube.ID{Version: "v1", Kind: "Service", Namespace: o.Namespace, Name: name}, File: o.File}
	s.Node = kube.Node(map[string]string{"apiVersion": "v1", "kind": "Service"})
	meta := kube.Meta{Name: name, Namespace: o.Namespace}
	s.Node = kube.Put(s.Node, meta, "metadata")
	s.Node = kube.Put(s.Node, target.Get("spec", "selector", "matchLabels"), "spec", "selector")
	p := kube.Put(kube.Put(nil, cmp.Or(o.Text("spec", "service", "portName"), "http"), "name"), port, "port")
	to := o.Get("spec", "service", "targetPort")
	if to == nil {
		to = kube.Node(port)
	}
	s.Node = kube.Put(s.Node, []*yaml.Node{kube.Put(p, to, "targetPort")}, "spec", "ports")
	return s
}

// entry is spec.traffic of the router that Flagger wrote routes for.
func (b *builder) entry(provider string, port int) {
	service := b.By.Get("spec", "service")
	e := kube.Put(nil, provider, "provider")
	var hosts, gateways []string
	for _, h := range kube.Items(service, "hosts") {
		hosts = append(hosts, h.Value)
	}
	for _, g := range kube.Items(service, "gateways") {
		gateways = append(gateways, g.Value)
	}
	for _, ref := range kube.Items(service, "gatewayRefs") {
		gateways = append(gateways, strings.TrimPrefix(kube.Text(ref, "namespace")+"/"+kube.Text(ref, "name"), "/"))
	}
	if len(hosts) > 0 && provider != "service" && provider != "linkerd" {
		e = kube.Put(e, hosts, "hosts")
	}
	if len(gateways) > 0 {
		e = kube.Put(e, gateways, "options", "gateways")
	}
	if d := kube.Text(service, "timeout"); d != "" && provider != "service" {
		e = kube.Put(e, d, "timeout")
	}
	if n, ok := kube.Number(service, "retries", "attempts"); ok && provider != "service" {
		e = kube.Put(e, n, "retries", "attempts")
		if d := kube.Text(service, "retries", "perTryTimeout"); d != "" {
			e = kube.Put(e, d, "retries", "perTry")
		}
	}
	for _, m := range kube.Items(service, "match") {
		if prefix := kube.Text(m, "uri", "prefix"); prefix != "" && prefix != "/" {
			e = kube.Put(e, []string{prefix}, "paths")
		}
	}
	if to := kube.Text(service, "rewrite", "uri"); to != "" && to != "/" {
		e = kube.Put(e, to, "rewrite", "path")
	}
	for _, field := range []string{"trafficPolicy", "corsPolicy", "headers", "mirror", "delegation", "apex", "primary", "canary"} {
		if kube.Get(service, field) != nil {
			b.lose("service.%s: write it under spec.traffic, or in the objects that the entry names (cutover explain spec.traffic)", field)
		}
	}
	if kube.Text(service, "portDiscovery") == "true" {
		b.lose("service.portDiscovery: the Service has port %d alone; add what else is called to it", port)
	}
	b.traffic = append(b.traffic, e)
}
