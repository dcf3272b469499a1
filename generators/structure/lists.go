package structure

import (
	"slices"
	"strconv"
	"strings"

	"github.com/cutoverdev/cutover/generators/kube"
	"go.yaml.in/yaml/v3"
)

// twins are elements that have the key of one before.
func (w *walk) twins(n *yaml.Node, of, keys string, applied bool) {
	if len(n.Content) < 2 {
		return
	}
	seen := make(map[string]bool, len(n.Content))
	for i, item := range n.Content {
		text := keyOf(item, of, keys)
		if text == "" {
			continue
		}
		if seen[text] {
			w.add(Fault{
				Path: slices.Concat(w.path, []string{strconv.Itoa(i)}), Message: "has " + text + ", as another one has", Hint: "one of the two",
				Applied: applied,
			})
		}
		seen[text] = true
	}
}

// keyOf is what an element is known by in words; "" if that is not known.
func keyOf(item *yaml.Node, of, keys string) string {
	if keys == "" {
		if item.Kind != yaml.ScalarNode || isTemplated(item) {
			return ""
		}
		return kube.Text(item)
	}
	var words []string
	for key := range strings.SplitSeq(keys, ",") {
		v := get(item, key)
		text := kube.Text(v)
		if v == nil {
			f, _ := read(of).named(key)
			text = strings.Trim(f.filled, `"`)
			if key == "protocol" {
				text = "TCP" // (k8s.io/api v0.37.2: the one key that is filled in)
			}
		}
		if text == "" || v != nil && isTemplated(v) {
			return ""
		}
		words = append(words, key+" "+text)
	}
	return strings.Join(words, ", ")
}
