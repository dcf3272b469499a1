package verdict

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/cutoverdev/cutover/e2e/live/cluster"
)

// operator breaks an object, and reports whether there was something in it to break. What
// it leaves nil is gone.
type operator struct {
	name string
	do   func(kind string, o map[string]any) (broken map[string]any, ok bool)
}

// operators are what people get wrong: each breaks one object of the second state.
var operators = []operator{
	{"drop", func(_ string, _ map[string]any) (map[string]any, bool) { return nil, true }},
	{"no pods", onSpec("Deployment", func(s map[string]any) bool { return put(s, "replicas", 0) })},
	{"one pod", onSpec("Deployment", func(s map[string]any) bool { return put(s, "replicas", 1) })},
	{"image", onSpec("Deployment", func(s map[string]any) bool {
		return put(dig(s, "template", "spec", "containers", 0), "image", "example.com/shop:broken")
	})},
	{"selector", onSpec("Service", func(s map[string]any) bool { return put(dig(s, "selector"), "cutover.dev/track", "grey") })},
	{"both tracks", onSpec("Service", func(s map[string]any) bool {
		m := dig(s, "selector")
		_, had := m["cutover.dev/track"]
		delete(m, "cutover.dev/track")
		return had
	})},
	{"flip", onSpec("Service", func(s map[string]any) bool {
		m := dig(s, "selector")
		other := map[string]string{"blue": "green", "green": "blue"}
		was, _ := m["cutover.dev/track"].(string)
		return put(m, "cutover.dev/track", other[was]) && was != ""
	})},
	{"port", onSpec("Service", func(s map[string]any) bool { return put(dig(s, "ports", 0), "port", 8316) })},
	{"target port", onSpec("Service", func(s map[string]any) bool { return put(dig(s, "ports", 0), "targetPort", 7) })},
	{"backend", onText("HTTPRoute", `"name":"shop-green"`, `"name":"nobody"`)},
	{"backend", onText("IngressRoute", `"name":"shop-green"`, `"name":"nobody"`)},
	{"backend", onText("Ingress", `"name":"shop-green"`, `"name":"nobody"`)},
	{"host", onText("HTTPRoute", "shop.example.com", "other.example.com")},
	{"host", onText("Ingress", "shop.example.com", "other.example.com")},
	{"host", onText("IngressRoute", "shop.example.com", "other.example.com")},
}

// onSpec changes the spec of objects of a kind.
func onSpec(kind string, do func(spec map[string]any) bool) func(string, map[string]any) (map[string]any, bool) {
	return func(is string, o map[string]any) (map[string]any, bool) {
		spec := dig(o, "spec")
		return o, is == kind && spec != nil && do(spec)
	}
}

// onText changes the text of objects of a kind.
func onText(kind, old, now string) func(string, map[string]any) (map[string]any, bool) {
	return func(is string, o map[string]any) (map[string]any, bool) {
		text, err := json.Marshal(o)
		if is != kind || err != nil || !strings.Contains(string(text), old) {
			return o, false
		}
		var broken map[string]any
		err = json.Unmarshal([]byte(strings.ReplaceAll(string(text), old, now)), &broken)
		return broken, err == nil
	}
}

// dig goes down maps by their keys and lists by their numbers.
func dig(o map[string]any, path ...any) map[string]any {
	var at any = o
	for _, key := range path {
		switch k := key.(type) {
		case string:
			m, ok := at.(map[string]any)
			if !ok {
				return nil
			}
			at = m[k]
		case int:
			l, ok := at.([]any)
			if !ok || len(l) <= k {
				return nil
			}
			at = l[k]
		}
	}
	m, _ := at.(map[string]any)
	return m
}

// put sets a value that is there, and reports whether it was another.
func put(m map[string]any, key string, value any) bool {
	was, there := m[key]
	if !there || fmt.Sprint(was) == fmt.Sprint(value) {
		return false
	}
	m[key] = value
	return true
}

// Mutants are edges of a release with one thing wrong in the second state, so many of each
// operator for each edge; and the edges as they are.
func Mutants(name string, edges []Edge, each int, seed uint64) ([]Edge, error) {
	r := rand.New(rand.NewPCG(seed, 7)) //nolint:gosec // to be repeated
	var all []Edge
	for _, e := range edges {
		all = append(all, Edge{Name: name + " " + e.Name, From: e.From, To: e.To})
		for _, op := range operators {
			made, err := op.mutants(name, e)
			if err != nil {
				return nil, err
			}
			r.Shuffle(len(made), func(i, j int) { made[i], made[j] = made[j], made[i] })
			all = append(all, made[:min(each, len(made))]...)
		}
	}
	return all, nil
}

// mutants are an edge with each object of its second state broken in turn, where it can be.
func (op operator) mutants(name string, e Edge) ([]Edge, error) {
	objects, err := cluster.Parse([]byte(e.To), "default")
	if err != nil {
		return nil, err
	}
	var all []Edge
	for i, o := range objects {
		var whole map[string]any
		if err := json.Unmarshal(o.JSON, &whole); err != nil {
			return nil, err
		}
		broken, ok := op.do(o.Kind, whole)
		if !ok {
			continue
		}
		var text strings.Builder
		for j, other := range objects {
			data := other.JSON
			if i == j {
				if broken == nil {
					continue
				}
				if data, err = json.Marshal(broken); err != nil {
					return nil, err
				}
			}
			text.WriteString("---\n" + string(data) + "\n")
		}
		all = append(all, Edge{Name: fmt.Sprintf("%s %s, %s %s", name, e.Name, op.name, o), From: e.From, To: text.String()})
	}
	return all, nil
}
