package controller

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/schemas"
	"go.yaml.in/yaml/v3"
)

// analysis reads what a Rollout asks of AnalysisTemplates: their metrics, with the
// arguments that it gives. stage is where it asks; a Release asks at every stage.
func (b *builder) analysis(n *yaml.Node, at, stage string) {
	if n == nil {
		return
	}
	given := arguments(kube.Items(n, "args"))
	for _, ref := range kube.Items(n, "templates") {
		name := kube.Text(ref, "templateName")
		t, ok := b.template([]string{"AnalysisTemplate", "ClusterAnalysisTemplate"}, name)
		if !ok {
			b.lose("%s: AnalysisTemplate %s is not among the manifests", at, name)
			continue
		}
		args := arguments(kube.Items(t.Node, "spec", "args"))
		for name, value := range given {
			args[name] = value
		}
		for _, m := range kube.Items(t.Node, "spec", "metrics") {
			b.argoMetric(m, args, fmt.Sprintf("AnalysisTemplate %s, metric %s", t.Name, kube.Text(m, "name")), stage)
		}
	}
	if starts := kube.Text(n, "startingStep"); starts != "" {
		b.lose("%s.startingStep: a Release measures at every stage", at)
	}
}

// arguments are the values of arguments, by name; of what a Pod says, words of a Release.
func arguments(list []*yaml.Node) map[string]string {
	all := map[string]string{}
	for _, n := range list {
		value := kube.Text(n, "value")
		if kube.Text(n, "valueFrom", "fieldRef", "fieldPath") == "metadata.namespace" {
			value = "{{namespace}}"
		}
		if value != "" {
			all[kube.Text(n, "name")] = value
		}
	}
	return all
}

// argoArgument is an argument in a template.
var argoArgument = regexp.MustCompile(`\{\{\s*args\.([A-Za-z0-9_-]+)\s*\}\}`)

// filled is a text with its arguments. Services of the controller's are those of the
// candidate. missing is an argument that has no value.
func (b *builder) filled(text string, args map[string]string) (_, missing string) {
	text = argoArgument.ReplaceAllStringFunc(text, func(m string) string {
		name := argoArgument.FindStringSubmatch(m)[1]
		value, ok := args[name]
		if !ok && missing == "" {
			missing = name
		}
		return b.own(value)
	})
	return text, missing
}

// own is a name of one of the controller's Services as a Release says it.
func (b *builder) own(value string) string {
	canary := b.By.Text("spec", "strategy", "canary", "canaryService")
	first, rest, _ := strings.Cut(value, ".")
	switch {
	case canary != "" && value == canary:
		return "{{service}}"
	case canary != "" && first == canary:
		return "{{service}}." + rest
	}
	return value
}

// bound is a condition on one number: result[0] >= 0.95, which may also be said of no
// number at all.
var bound = regexp.MustCompile(`^(?:isNaN\(result(?:\[0\])?\)\s*\|\|\s*|len\(result\)\s*==\s*0\s*\|\|\s*)*` +
	`(?:default\()?result(?:\[0\])?(?:,\s*[0-9.]+\))?\s*(<=|>=|<|>)\s*([0-9]+(?:\.[0-9]+)?)$`)

// bounds are the least and the most that conditions allow. ok is no for any other
// condition.
func bounds(success, failure string) (n *yaml.Node, ok bool) {
	for _, c := range []struct {
		text   string
		breaks bool // the condition says what must not be
	}{{success, false}, {failure, true}} {
		if c.text == "" {
			continue
		}
		m := bound.FindStringSubmatch(strings.TrimSpace(c.text))
		if m == nil {
			return nil, false
		}
		field := "max"
		if strings.HasPrefix(m[1], ">") != c.breaks {
			field = "min"
		}
		n = kube.Put(n, number(m[2]), field)
	}
	return n, n != nil
}

// argoMetric reads one metric of an AnalysisTemplate.
func (b *builder) argoMetric(m *yaml.Node, args map[string]string, at, stage string) {
	name, provider := label(kube.Text(m, "name")), kube.Get(m, "provider")
	limit, ok := bounds(kube.Text(m, "successCondition"), kube.Text(m, "failureCondition"))
	switch {
	case kube.Get(provider, "job") != nil:
		b.argoJob(kube.Get(provider, "job", "spec"), args, at, stage, name)
	case kube.Get(provider, "web") != nil:
		b.lose("%s: a JSON API is asked with web:, and its condition is written in CEL: %s", at, kube.Text(m, "successCondition"))
	case kube.Get(provider, "prometheus") == nil:
		b.lose("%s: only Prometheus is asked; a program of your own can ask others (command:)", at)
	case !ok:
		b.lose("%s: the condition is more than a bound of one number: %s", at,
			strings.TrimSpace(kube.Text(m, "successCondition")+" "+kube.Text(m, "failureCondition")))
	default:
		query, missing := b.filled(kube.Text(provider, "prometheus", "query"), args)
		if missing != "" {
			b.lose("%s: argument %s has no value that a Release knows: a hash of pods is no name of a track; write {{track}} or {{service}}",
				at, missing)
			return
		}
		b.prometheus(kube.Text(provider, "prometheus", "address"), args)
		b.query(name, query, limit, duration(kube.Text(m, "interval")))
	}
}

// prometheus takes down where Prometheus is: the first one that is named.
func (b *builder) prometheus(address string, args map[string]string) {
	if address, missing := b.filled(address, args); b.address == "" && missing == "" && strings.HasPrefix(address, "http") {
		b.address = address
	}
}

// query adds a metric of one number. A name that a Release has for the router's own
// series is another metric there.
func (b *builder) query(name, query string, limit *yaml.Node, window string) {
	if slices.Contains(schemas.Presets[:], name) {
		name += "-query"
	}
	if !strings.Contains(query, "{{service}}") && !strings.Contains(query, "{{track}}") {
		b.lose("metric %s: its query names neither {{service}} nor {{track}}, and measures both versions together", name)
	}
	limit = kube.Put(limit, strings.TrimSpace(query), "query")
	if window != "" {
		limit = kube.Put(limit, window, "window")
	}
	b.metric(name, limit)
}

// argoJob is a job that was run to measure.
func (b *builder) argoJob(spec *yaml.Node, args map[string]string, at, stage, name string) {
	containers := kube.Items(spec, "template", "spec", "containers")
	if len(containers) != 1 || stage == "" {
		b.lose("%s: its Job has several containers; put it among the manifests, and name it in spec.jobs as template", at)
		return
	}
	c := containers[0]
	j := kube.Put(kube.Put(nil, stage, "at"), kube.Text(c, "image"), "image")
	for _, field := range []string{"command", "args"} {
		var words []string
		for _, n := range kube.Items(c, field) {
			text, missing := b.filled(n.Value, args)
			if missing != "" || strings.Contains(text, "{{") {
				b.lose("%s: what its Job is told, a Release cannot fill in: %s", at, n.Value)
				return
			}
			words = append(words, text)
		}
		if words != nil {
			j = kube.Put(j, words, field)
		}
	}
	b.job(name, j)
}

// flaggerWords are the words of MetricTemplates, and those of a Release.
var flaggerWords = map[string]string{
	"namespace": "{{namespace}}", "target": "{{service}}", "service": "{{service}}", "interval": "{{window}}", "ingress": "{{route}}",
	"route": "{{route}}", "name": "{{service}}",
}

var flaggerWord = regexp.MustCompile(`\{\{-?\s*([^{}]*?)\s*-?\}\}`)

// flaggerMetric reads one metric of a Canary.
func (b *builder) flaggerMetric(m *yaml.Node) {
	name := kube.Text(m, "name")
	low, high := kube.Text(m, "thresholdRange", "min"), kube.Text(m, "thresholdRange", "max")
	ref := kube.Text(m, "templateRef", "name")
	switch {
	case ref != "":
		b.flaggerTemplate(m, ref, low, high)
	case name == "request-success-rate" && low != "":
		b.metric("errors", kube.Node(percentFrom(low)))
	case name == "request-duration" && high != "":
		b.metric("latency", kube.Node(high+"ms"))
	case kube.Text(m, "query") != "":
		b.lose("metric %s: query: is deprecated in Flagger; write it as a metric of spec.analysis", name)
	default:
		b.lose("metric %s: not one that a Release has a name for, and no MetricTemplate", name)
	}
}

// percentFrom is the share of failures that a share of successes leaves.
func percentFrom(success string) string {
	var f float64
	_, _ = fmt.Sscanf(success, "%g", &f)
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.6f", 100-f), "0"), ".") + "%"
}

func (b *builder) flaggerTemplate(m *yaml.Node, ref, low, high string) {
	at := fmt.Sprintf("metric %s, MetricTemplate %s", kube.Text(m, "name"), ref)
	t, ok := b.template([]string{"MetricTemplate"}, ref)
	if !ok {
		b.lose("%s: it is not among the manifests", at)
		return
	}
	if kind := t.Text("spec", "provider", "type"); kind != "prometheus" {
		b.lose("%s: only Prometheus is asked, not %s; a program of your own can ask others (command:)", at, kind)
		return
	}
	unknown := ""
	query := flaggerWord.ReplaceAllStringFunc(t.Text("spec", "query"), func(w string) string {
		name := flaggerWord.FindStringSubmatch(w)[1]
		if flaggerWords[name] == "" {
			unknown = name
		}
		return flaggerWords[name]
	})
	if unknown != "" {
		b.lose("%s: it says {{ %s }}, and a Release has no such word: %s", at, unknown, strings.Join(schemas.Words, " "))
		return
	}
	var limit *yaml.Node
	for _, l := range [][2]string{{"min", low}, {"max", high}} {
		if l[1] != "" {
			limit = kube.Put(limit, number(l[1]), l[0])
		}
	}
	if limit == nil {
		b.lose("%s: it has no bound", at)
		return
	}
	b.prometheus(t.Text("spec", "provider", "address"), nil)
	b.query(label(kube.Text(m, "name")), query, limit, kube.Text(m, "interval"))
}
