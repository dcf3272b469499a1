package cluster

import (
	"strings"
	"testing"
)

// TestParse: a stream of documents, with namespaces filled in.
func TestParse(t *testing.T) {
	objects, err := Parse([]byte("kind: A\napiVersion: v1\nmetadata: {name: x}\n---\n# nothing\n---\n{apiVersion: g/v2, kind: B, metadata: {name: yes-1, namespace: no-1}}\n"), "default")
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, o := range objects {
		keys = append(keys, o.Key())
	}
	if got := strings.Join(keys, " "); got != "|A|default|x g|B|no-1|yes-1" {
		t.Error(got)
	}
}
