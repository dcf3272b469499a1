package schemas

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// once refuses what stands twice in a list of names, paths or matches. Words of a command
// may.
func (d *decoder) once(n *yaml.Node, v reflect.Value, at string, f field) {
	elem := v.Type().Elem()
	if f.has("repeat") || elem.Kind() != reflect.String && elem != reflect.TypeFor[Path]() && elem != reflect.TypeFor[Match]() {
		return
	}
	known := map[string]bool{}
	for i, c := range n.Content {
		item := v.Index(i)
		if item.IsZero() {
			continue // what is no such value has been refused
		}
		text, _ := json.Marshal(item.Interface()) // which a string or a struct of them always has
		key := string(text)
		if f.has("header") {
			key = strings.ToLower(key)
		}
		if known[key] {
			d.twice(c, fmt.Sprintf("%s[%d]", at, i))
		}
		known[key] = true
	}
}

// headers refuses keys of a mapping that name one header: HTTP does not tell upper from
// lower case there.
func (d *decoder) headers(n *yaml.Node, at string, f field) {
	if !f.has("header") || n.Kind != yaml.MappingNode {
		return
	}
	known := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		key := strings.ToLower(n.Content[i].Value)
		if known[key] {
			d.twice(n.Content[i], at+"."+n.Content[i].Value)
		}
		known[key] = true
	}
}

func (d *decoder) twice(n *yaml.Node, at string) {
	what := "this"
	if n.Kind == yaml.ScalarNode {
		what = show(n)
	}
	d.add(n, at, "yaml-duplicate", what+" is named twice", "once is enough")
}
