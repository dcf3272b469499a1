package structure

import (
	"strconv"
	"strings"
	"testing"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/structure/cel"
	"github.com/stretchr/testify/require"
)

// faults are those of one object, a line each: path, message.
func faults(t *testing.T, text string) []string {
	t.Helper()
	objects, found := kube.Parse("", []byte(text))
	require.Empty(t, found)
	require.Len(t, objects, 1)
	var judge Judge
	var all []string
	for _, f := range judge.Faults(objects[0]) {
		line := strings.Join(f.Path, ".") + ": " + f.Message
		if f.Applied {
			line += " (applied)"
		}
		all = append(all, line)
	}
	return all
}

// TestFaults: what a server of Kubernetes 1.37.2 refuses (e2e/apiserver asks one).
func TestFaults(t *testing.T) {
	for text, want := range map[string][]string{
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: {b: true}}\ndata: {c: 8, d: '9', e: null, f: yes, g: 2026-01-31}": {
			"metadata.annotations.b: true is true or false, and text is wanted", "data.c: 8 is a number, and text is wanted",
		},
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {'b c': x}":                 {`data.b c: "b c" is no key: letters, digits, dashes, underscores and dots, at most 253`},
		"apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {b: c2hvcA==, c: '!'}":         {"data.c: the value is not base64"},
		"apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {b: 'ENC[x]'}\nsops: {mac: y}": nil,
		"apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80, targetport: 8080}, {port: '81', name: b}, {name: c}]}": {
			`spec.ports.0.targetport: there is no field "targetport" here`, `spec.ports.1.port: "81" is text, and a whole number is wanted`, "spec.ports.2: port is missing",
		},
		"apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80, targetPort: '8080'}], type: Loadbalancer}": {
			`spec.ports.0.targetPort: "8080" is no name of a port: at most 15 small letters, digits and single dashes, and a letter among them`,
			"spec.type: Loadbalancer is none of the values that are known",
		},
		"apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80, name: b}, {port: 80, name: c}, {port: 80, protocol: UDP, name: d}, {port: '${P}', name: e}]}": {
			"spec.ports.1: has port 80, protocol TCP, as another one has",
		},
		"apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: b, env: [{name: A}, {name: A}], ports: [{containerPort: 1}, {containerPort: 1}]}]}": {
			"spec.containers.0.env.1: has name A, as another one has (applied)", "spec.containers.0.ports.1: has containerPort 1, protocol TCP, as another one has (applied)",
		},
		"apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {'b c': d}}\nspec: {containers: [{name: a, image: b, resources: {requests: {cpu: 2}, limits: {cpu: 1500m}}}]}": {
			"spec.containers.0.resources: does not keep a rule of the kind: no request is above its limit",
			`metadata.labels.b c: "b c" is no key: a name of at most 63 letters, digits, dashes, underscores and dots, after a DNS name and a slash if at all`,
		},
		"apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: a}\nspec: {host: b, trafficPolicy: {loadBalancer: {simple: RANDOM, consistentHash: {useSourceIp: true}}}}": {
			"spec.trafficPolicy.loadBalancer: fields that exclude each other are there: simple, consistentHash",
		},
		"apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: a}\nspec: {rules: [{backendRefs: [{name: b}]}, {matches: [{path: {value: c}}]}]}": {
			"spec.rules.0.backendRefs.0: does not keep a rule of the kind: Must have port for Service reference",
			"spec.rules.1.matches.0.path: does not keep a rule of the kind: value must be an absolute path and start with '/' when type one of ['Exact', 'PathPrefix']",
		},
		"apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {minAvailable: '1', maxUnavailable: 50%}": {
			`spec.minAvailable: "1" is text, and no percentage`, "spec: minAvailable and maxUnavailable exclude each other",
		},
		"apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {minAvailable: 1.5}": {"spec.minAvailable: 1.5 is no whole number"},
		"apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {maxReplicas: 0, scaleTargetRef: {kind: Deployment}}": {
			"spec.maxReplicas: 0 is out of bounds", "spec.scaleTargetRef: name is missing",
		},
		"apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: A, image: b, resources: {limits: {cpu: 1x, memory: 1Gi}, requests: {cpu: 0.5}}}]}": {
			"spec.containers.0.name: A is no DNS label: small letters, digits and dashes, at most 63, with a letter or digit at both ends",
			"spec.containers.0.resources.limits.cpu: 1x is no quantity",
		},
		"apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a}\nspec: {http: [{route: [{destination: {host: b}, weight: 2.5}]}]}": {
			"spec.http.0.route.0.weight: 2.5 is no whole number",
		},
		"apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: a}\nspec: {hostnames: ['A.example'], rules: [{filters: [{}]}]}": {
			`spec.hostnames.0: "A.example" is not of the form that is wanted`, "spec.rules.0.filters.0: type is missing",
		},
		"apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: a}\nspec: {gatewayClassName: b, listeners: [{name: c, port: 80, protocol: HTTP}], addresses: [{value: 192.0.2.7}]}": nil,
		"apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: a}\nspec: {gatewayClassName: b, listeners: [{name: c, port: 80, protocol: HTTP}, {name: c, port: 81, protocol: HTTP}]}": {
			"spec.listeners.1: has name c, as another one has",
		},
		"apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: a}\nspec: {routes: [{match: b, kind: Rule, services: [{name: c, port: 3000000000}, {name: d, port: 1.5}]}]}": {
			"spec.routes.0.services.1.port: 1.5 is no whole number",
		},
		"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: []":            {"spec: a list stands where a mapping is wanted"},
		"apiVersion: apps/v9\nkind: Deployment\nmetadata: {name: a}\nspec: []":            nil,
		"apiVersion: example.com/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {a: b}": nil,
	} {
		require.Equal(t, want, faults(t, text), text)
	}
}

func TestRules(t *testing.T) {
	open := 0
	for part := range strings.SplitSeq(table[start():], "\n\n") {
		head, _, _ := strings.Cut(part, "\n")
		for word := range strings.SplitSeq(head, "\t") {
			if rule, ok := strings.CutPrefix(word, "c="); ok && cel.Parse(rule) == nil {
				t.Log("not read: " + rule)
				open++
			}
		}
	}
	require.Zero(t, open)
}

func TestNearest(t *testing.T) {
	objects, _ := kube.Parse("", []byte("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replica: 3, selector: {}, template: {spec: {containers: [{name: a, image: b}]}}}"))
	var judge Judge
	found := judge.Faults(objects[0])
	require.Len(t, found, 1)
	require.Equal(t, "did you mean replicas?", found[0].Hint)
	require.True(t, found[0].Unknown)
}

// TestTable: what a block refers to stands before it, so that no reader goes in circles;
// every letter and rule is known.
func TestTable(t *testing.T) {
	rest := table[start():]
	at, blocks := 0, map[int]bool{}
	for part := range strings.SplitSeq(strings.TrimSuffix(rest, "\n\n"), "\n\n") {
		b := read(strconv.Itoa(at))
		require.Contains(t, "o m a v * q t s i l n b p P y", b.letter)
		check := func(ref string) {
			if n, err := strconv.Atoi(ref); err == nil {
				require.True(t, n < at && blocks[n], "block %d refers to %s", at, ref)
			} else {
				require.Contains(t, "* q t s i l n b p P y", ref)
			}
		}
		for f := range b.each {
			check(f.ref)
			found, ok := b.named(f.name)
			require.True(t, ok, f.name)
			require.Equal(t, f, found)
		}
		if b.letter == "m" || b.letter == "a" {
			check(b.element())
		}
		for key, v := range b.words {
			switch key {
			case "anyOf", "allOf", "oneOf", "not", "items":
				for ref := range strings.SplitSeq(v, ",") {
					check(ref)
				}
			case "f":
				require.NotEqual(t, "see the documentation of the kind", formHint(v, "")+v)
			}
		}
		blocks[at] = true
		at += len(part) + 2
	}
	require.Greater(t, len(blocks), 1000)
	for line := range strings.Lines(table[:start()]) {
		if kind, _, ok := strings.Cut(strings.TrimPrefix(line, "\t"), "\t"); ok && line[0] == '\t' {
			version, name, _ := strings.Cut(kind, " ")
			ref, _ := kindAt(version, name)
			n, err := strconv.Atoi(ref)
			require.NoError(t, err)
			require.True(t, blocks[n], kind)
		}
	}
}

func TestForms(t *testing.T) {
	for form, texts := range map[string][2][]string{
		"label":       {{"a", "a-7", "7"}, {"A", "-a", "a.b", strings.Repeat("a", 64)}},
		"subdomain":   {{"a.b-c.d"}, {"a..b", "A", ".a", strings.Repeat("a", 254)}},
		"port-name":   {{"http", "a-1"}, {"8080", "a--b", "HTTP", "aaaaaaaaaaaaaaaa"}},
		"percent":     {{"0%", "100%"}, {"1", "", "%", "x%"}},
		"labels":      {{"a", "a.b/C_d"}, {"", "A/b", "/b", "a/", "a/b/c", "-a"}},
		"annotations": {{"A.B/c"}, {"a b"}},
		"label-value": {{"A_b.c"}, {"a b", "-a", strings.Repeat("a", 64)}},
		"config-key":  {{"a.b_C", ".a"}, {"", "..", "..a", "a/b"}},
		"ipv4":        {{"192.0.2.7"}, {"::1", "x"}},
		"ipv6":        {{"::1"}, {"192.0.2.7"}},
	} {
		for _, good := range texts[0] {
			require.Empty(t, forms(form, good), "%s %q", form, good)
		}
		for _, bad := range texts[1] {
			require.NotEmpty(t, forms(form, bad), "%s %q", form, bad)
		}
	}
	for _, good := range []string{"1", "1.5", ".5", "1.", "-1", "+1", "250m", "64Mi", "1e3", "1E-3", "1E", "0"} {
		require.True(t, quantity(good), good)
	}
	for _, bad := range []string{"", "x", "1x", "1 Gi", "1mi", "--1", ".", "1e", "1e--3", "Gi"} {
		require.False(t, quantity(bad), bad)
	}
}

// FuzzFaults: whatever an object says, the faults are few, and none stops the program.
func FuzzFaults(f *testing.F) {
	for _, text := range []string{
		"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: '3', template: {spec: {containers: [{env: [{name: A}, {name: A}]}]}}}",
		"apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: a}\nspec: {rules: [{filters: [{type: X}]}]}",
		"apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a}\nspec: {http: [{match: [{uri: {exact: /, prefix: /}}]}]}",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		objects, _ := kube.Parse("", []byte(text))
		var judge Judge
		for _, o := range objects {
			if n := len(judge.Faults(o)); n > maxFaults {
				t.Errorf("%d faults", n)
			}
		}
	})
}

func BenchmarkFaults(b *testing.B) {
	objects, _ := kube.Parse("", []byte(`apiVersion: apps/v1
kind: Deployment
metadata: {name: a, labels: {app: a}}
spec:
  replicas: 3
  selector: {matchLabels: {app: a}}
  template:
    metadata: {labels: {app: a}}
    spec:
      containers:
      - name: a
        image: a:1
        env: [{name: A, value: b}, {name: C, value: d}]
        ports: [{name: http, containerPort: 8080}]
        readinessProbe: {httpGet: {path: /, port: http}}
        resources: {requests: {cpu: 250m, memory: 64Mi}}
`))
	var judge Judge
	b.ReportAllocs()
	for b.Loop() {
		judge.Faults(objects[0])
	}
}
