package schemas_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/cutoverdev/cutover/e2e/golden"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/routers"
	"github.com/cutoverdev/cutover/schemas"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
)

var providers = route.Decoding(routers.Table)

func parse(t *testing.T, text string) ([]*schemas.Release, []schemas.Finding) {
	t.Helper()
	docs, found := schemas.Documents("release.yaml", []byte(text))
	require.Empty(t, found)
	require.Len(t, docs, 1)
	return schemas.Parse(docs[0], providers)
}

const full = `
apiVersion: cutover.dev/v1alpha1
kind: Release
metadata: {name: checkout, namespace: shop, annotations: {a: b}}
spec:
  workload: {kind: StatefulSet, name: web, container: app, volumes: perTrack, secrets: copy, starts: withTraffic}
  live: green
  tracks:
    blue: {image: "ghcr.io/acme/checkout:1.5.0", images: {log: "log:2"}, snapshot: keep, env: {FLAG: "on"}, config: {flags: {new.checkout: "7"}}}
    green: ghcr.io/acme/checkout:1.4.0
  next: ghcr.io/acme/checkout:1.6.0
  stage: early
  capacity: 31
  kubernetes: "1.29"
  strategy:
    steps:
    - 1
    - {weight: 7, name: early, replicas: 25%, hold: 10m, mirror: 11, match: {headers: {X-A: "1", x-b: {prefix: p}}, cookies: {c: {regex: "d+"}}, query: {q: v}, method: PUT, path: {exact: /e}}}
    preview: {hosts: next.example.com, match: [{path: /p}], mirror: 12, hold: 90s}
    prepare: 2m
    full: {hold: 3m}
    settle: {hold: 4m}
    retire: {hold: 5m}
    drain: 45s
  traffic:
  - provider: istio
    name: mesh
    protocol: grpc
    hosts: [shop.example.com]
    port: 8443
    paths: [/a, {exact: /b}, {regex: "/c.*"}]
    affinity: track
    timeout: 1500ms
    retries: {attempts: 3, perTry: 2s, on: 5xx}
    rewrite: {path: /d, host: in.example.com}
    cors: {origins: "*", methods: [GET], headers: [x], expose: [y], maxAge: 1h30m, credentials: true}
    headers: {request: {set: {a: b}, add: {c: d}, remove: e}, response: {remove: [f]}}
    tls: secret
    options: {gateways: infra/public, subsets: true}
  - provider: gatewayAPI
    port: web
    route: {kind: HTTPRoute, name: r, namespace: n}
  paused: freeze
  arrives: 90s
`

func seconds(n int) schemas.Duration { return schemas.Duration(time.Duration(n) * time.Second) }

func named(name string, s schemas.String) schemas.NamedString {
	return schemas.NamedString{Name: name, String: s}
}

// TestFull: every field, by its shorthand where it has one, lands where it belongs.
func TestFull(t *testing.T) {
	releases, found := parse(t, strings.Replace(full, "    route: {kind: HTTPRoute, name: r, namespace: n}\n", "", 1))
	require.Empty(t, golden.Lines(found))
	require.Len(t, releases, 1)
	want := schemas.Spec{
		Workload: &schemas.Workload{Kind: "StatefulSet", Name: "web", Container: "app", Volumes: "perTrack", Secrets: "copy", Starts: "withTraffic"},
		Live:     "green",
		Tracks: schemas.Tracks{
			Blue: schemas.Track{
				Version:  schemas.Version{Image: "ghcr.io/acme/checkout:1.5.0", Images: []schemas.NamedImage{{Container: "log", Image: "log:2"}}},
				Snapshot: "keep", Env: []schemas.NamedText{{Name: "FLAG", Value: "on"}},
				Config: []schemas.TrackConfig{{Name: "flags", Data: []schemas.NamedText{{Name: "new.checkout", Value: "7"}}}},
			},
			Green: schemas.Track{Version: schemas.Version{Image: "ghcr.io/acme/checkout:1.4.0"}},
		},
		Next: &schemas.Version{Image: "ghcr.io/acme/checkout:1.6.0"}, Stage: "early", Capacity: 31, Domain: "cluster.local", Kubernetes: "1.29",
		Strategy: schemas.Strategy{
			Steps: []schemas.Step{{Weight: 1}, {
				Weight: 7, Name: "early", Replicas: schemas.Count{N: 25, Percent: true}, Hold: seconds(600), Mirror: 11,
				Match: []schemas.Match{{
					Headers: []schemas.NamedString{named("X-A", schemas.String{Exact: "1"}), named("x-b", schemas.String{Prefix: "p"})},
					Cookies: []schemas.NamedString{named("c", schemas.String{Regex: "d+"})},
					Query:   []schemas.NamedString{named("q", schemas.String{Exact: "v"})},
					Method:  "PUT", Path: &schemas.Path{Exact: "/e"},
				}},
			}},
			Preview: &schemas.Preview{Hosts: []string{"next.example.com"}, Match: []schemas.Match{{Path: &schemas.Path{Prefix: "/p"}}}, Mirror: 12, Hold: seconds(90)},
			Prepare: schemas.Rest{Hold: seconds(120)}, Full: schemas.Rest{Hold: seconds(180)},
			Settle: schemas.Rest{Hold: seconds(240)}, Retire: schemas.Rest{Hold: seconds(300)}, Drain: seconds(45),
		},
		Traffic: []schemas.Traffic{{
			Provider: "istio", Name: "mesh", Protocol: "grpc", Hosts: []string{"shop.example.com"}, Port: schemas.Port{Number: 8443},
			Paths:    []schemas.Path{{Prefix: "/a"}, {Exact: "/b"}, {Regex: "/c.*"}},
			Affinity: &schemas.Affinity{Cookie: "track", TTL: seconds(3600)},
			Timeout:  schemas.Duration(1500 * time.Millisecond),
			Retries:  &schemas.Retries{Attempts: 3, PerTry: seconds(2), On: []string{"5xx"}},
			Rewrite:  &schemas.Rewrite{Path: "/d", Host: "in.example.com"},
			CORS:     &schemas.CORS{Origins: []string{"*"}, Methods: []string{"GET"}, Headers: []string{"x"}, Expose: []string{"y"}, MaxAge: seconds(5400), Credentials: true},
			Headers: &schemas.Headers{
				Request:  &schemas.HeaderEdit{Set: []schemas.NamedText{{Name: "a", Value: "b"}}, Add: []schemas.NamedText{{Name: "c", Value: "d"}}, Remove: []string{"e"}},
				Response: &schemas.HeaderEdit{Remove: []string{"f"}},
			},
			TLS: &schemas.TLS{Secret: "secret"},
		}, {Provider: "gatewayAPI", Protocol: "http", Port: schemas.Port{Name: "web"}}},
		Paused: &schemas.Paused{Reason: "freeze"}, Arrives: seconds(90),
	}
	if d := cmp.Diff(want, releases[0].Spec, cmpopts.IgnoreFields(schemas.Traffic{}, "Options")); d != "" {
		t.Error(d)
	}
	require.Equal(t, "shop", releases[0].Metadata.Namespace)
}

// TestFind: a finding stands where its field stands, or at what is nearest.
func TestFind(t *testing.T) {
	releases, _ := parse(t, strings.Replace(full, "    route: {kind: HTTPRoute, name: r, namespace: n}\n", "", 1))
	for at, want := range map[string]string{
		"spec.strategy.steps[1].hold":         "release.yaml:18:53",
		"spec.strategy.steps[0].weight":       "release.yaml:17:7",
		"spec.strategy.steps[7]":              "release.yaml:17:5",
		"spec.traffic[1].route.name":          "release.yaml:40:5",
		"spec.nothing.at.all":                 "release.yaml:6:3",
		"metadata.name":                       "release.yaml:4:18",
		"spec.tracks.blue.images.log":         "release.yaml:9:64",
		"spec.traffic[0].headers.request.set": "release.yaml:37:30",
	} {
		require.True(t, strings.HasPrefix(releases[0].Find("x", at, "m", "").String(), want+":"), "%s: %s", at, releases[0].Find("x", at, "m", ""))
	}
}

// TestReleaseSet: items are Releases, and findings say which one.
func TestReleaseSet(t *testing.T) {
	item := "- {apiVersion: cutover.dev/v1alpha1, kind: Release, metadata: {name: %}, spec: {app: 80, tracks: {blue: {image: a}}, traffic: [{provider: service}]}}\n"
	text := "apiVersion: cutover.dev/v1alpha1\nkind: ReleaseSet\nitems:\n" + strings.Replace(item, "%", "a", 1) + strings.Replace(item, "%", "B", 1)
	releases, found := parse(t, text)
	require.Len(t, releases, 1)
	require.Len(t, found, 1)
	require.Contains(t, found[0].String(), `release.yaml:5:70: items[1].metadata.name: "B" is not a name for a release [release-name]`)
	_, found = parse(t, strings.Replace(text, "items:", "itmes:", 1))
	require.Equal(t, "release.yaml:1:1: items: items is missing [required]\n\thint: a list of Releases\nrelease.yaml:3:1: itmes: \"itmes\" is not a field here [field-unknown]\n\thint: did you mean items?\n", golden.Lines(found))
}

// TestSchemaAgrees: the JSON Schema takes what the decoder takes, and refuses
// what the decoder refuses by itself.
func TestSchemaAgrees(t *testing.T) {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(schemas.JSONSchema(providers))))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("release", doc))
	schema := c.MustCompile("release")
	validate := func(text string) error {
		docs, _ := schemas.Documents("release.yaml", []byte(text))
		var v any
		require.NoError(t, docs[0].Node.Decode(&v))
		data, err := json.Marshal(v)
		require.NoError(t, err)
		instance, err := jsonschema.UnmarshalJSON(strings.NewReader(string(data)))
		require.NoError(t, err)
		return schema.Validate(instance)
	}
	require.NoError(t, validate(full))
	for _, c := range golden.Releases(t) {
		for _, f := range c.Files() {
			if f.Name == "release.yaml" {
				require.NoError(t, validate(string(f.Data)), c.Name)
			}
		}
	}
	refuses := []string{"field-unknown", "field-unknown-options", "type", "type-quotes", "weight-range", "word", "one-of-both", "required", "track-name", "provider-unknown", "name", "host", "path", "version", "port", "count", "release-name"}
	for _, c := range golden.Cases(t, "findings") {
		for _, name := range refuses {
			if c.Name == "findings/"+name {
				require.Error(t, validate(string(c.Files()[0].Data)), name)
			}
		}
	}
}

// TestExplain: every field has a sentence, and explain finds it.
func TestExplain(t *testing.T) {
	text, ok := schemas.Explain("", providers)
	require.True(t, ok)
	require.Contains(t, text, "metadata")
	for path, want := range map[string]string{
		"spec":                             "traffic",
		"spec.strategy.steps":              "weight",
		"spec.strategy.steps.replicas":     "percent of capacity",
		"spec.traffic.options":             "spec.traffic.options.istio",
		"spec.traffic.options.istio":       "subsets",
		"spec.live":                        "default: blue",
		"spec.tracks.green.image":          "image of the container",
		"spec.traffic.affinity.ttl":        "default: 1h",
		"spec.strategy.preview.match.path": "exact",
		"spec.app.env":                     "mapping",
	} {
		text, ok := schemas.Explain(path, providers)
		require.True(t, ok, path)
		require.Contains(t, text, want, path)
	}
	for _, path := range []string{"spec.nothing", "spec.traffic.options.service2", "spec.traffic.options."} {
		_, ok := schemas.Explain(path, providers)
		require.False(t, ok, path)
	}
}

// TestDuration: what is written reads as the same time again.
func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", 45 * time.Second: "45s", 90 * time.Second: "1m30s", time.Hour: "1h", 1500 * time.Millisecond: "1s500ms", 25 * time.Hour: "25h",
	} {
		require.Equal(t, want, schemas.Duration(d).String())
	}
	require.Equal(t, "1.5", schemas.Duration(1500*time.Millisecond).Seconds())
	require.Equal(t, 3, schemas.Count{N: 25, Percent: true}.Of(9))
	require.Equal(t, 9, schemas.Count{}.Of(9))
}

// FuzzParse: no document panics, and what parses has no error among its findings.
func FuzzParse(f *testing.F) {
	f.Add([]byte(full))
	for _, seed := range []string{
		"apiVersion: cutover.dev/v1alpha1\nkind: ReleaseSet\nitems: [1, {spec: 3}, null]\n",
		"apiVersion: cutover.dev/v1alpha1\nspec: {workload: null, tracks: [], strategy: {steps: [{weight: {}}, [5]], preview: 1}}\n",
		"spec: {traffic: {provider: {}, options: [], route: 4, paths: {prefix: {}}}}\n",
		"a\n", "[]\n", "~\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		docs, _ := schemas.Documents("f.yaml", data)
		for _, doc := range docs {
			releases, found := schemas.Parse(doc, providers)
			if len(releases) > 0 && len(docs) == 1 && schemas.Failed(found) && !strings.Contains(string(data), "ReleaseSet") {
				t.Fatalf("%d releases in spite of %v", len(releases), found)
			}
			for _, f := range found {
				_ = f.String()
			}
		}
	})
}
