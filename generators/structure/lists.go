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
			at := slices.Concat(w.path, []string{strconv.Itoa(i)})
			if w.twice(at, applied) {
				continue
			}
			w.add(Fault{
				Path: at, Message: "has " + text + ", as another one has", Hint: "one of the two",
				Applied: applied,
			})
		}
		seen[text] = true
	}
}

// twice reports whether something is said of an element already. What is refused always
// is not said to be refused at times.
func (w *walk) twice(at []string, applied bool) bool {
	i := slices.IndexFunc(w.faults, func(f Fault) bool { return slices.Equal(f.Path, at) })
	if i >= 0 && !applied {
		w.faults[i].Applied = false
	}
	return i >= 0
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
