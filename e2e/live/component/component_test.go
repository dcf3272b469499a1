package component

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestTable: every line is pinned, is called like no other, and says why it is there.
func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Table {
		if seen[c.Name] || c.Version == "" || c.Why == "" || (c.Module == "") == (len(c.Debs) == 0) {
			t.Errorf("%+v", c)
		}
		seen[c.Name] = true
	}
	for _, name := range Base {
		if !seen[name] {
			t.Errorf("nothing builds %s", name)
		}
	}
}

// TestScratch: the lines of a go.mod that Go ignores in a dependency are in the scratch
// module, and those that lead to a folder are not; Kubernetes' lead to modules.
func TestScratch(t *testing.T) {
	var m modfile
	err := json.Unmarshal([]byte(`{"Go": "1.26", "Godebug": [{"Key": "default", "Value": "go1.26"}],
		"Replace": [{"Old": {"Path": "k8s.io/api"}, "New": {"Path": "./staging/src/k8s.io/api"}},
			{"Old": {"Path": "a.example/x", "Version": "v1.0.0"}, "New": {"Path": "b.example/x", "Version": "v1.2.0"}},
			{"Old": {"Path": "a.example/own"}, "New": {"Path": "b.example/own", "Version": "v1.0.0"}}],
		"Exclude": [{"Path": "a.example/y", "Version": "v3.0.0"}]}`), &m)
	if err != nil {
		t.Fatal(err)
	}
	c := Component{Name: "x", Module: "a.example/main", Version: "v1.4.2", Replace: []string{"a.example/own => c.example/own v1.1.1"}}
	want := `module scratch.invalid/x

go 1.26

require a.example/main v1.4.2
godebug default=go1.26
replace a.example/own => c.example/own v1.1.1
replace a.example/x v1.0.0 => b.example/x v1.2.0
exclude a.example/y v3.0.0
`
	if got := m.text(c); got != want {
		t.Errorf("%s\n%s", got, want)
	}
	c.Module = "k8s.io/kubernetes"
	if got := m.text(c); !strings.Contains(got, "replace k8s.io/api => k8s.io/api v0.4.2\n") {
		t.Error(got)
	}
}

// TestDigest: what decides what is built changes it, and nothing else.
func TestDigest(t *testing.T) {
	c := Table[0]
	other := c
	other.Why = "something else"
	if c.digest() != other.digest() {
		t.Error("why a component is there is no reason to build it")
	}
	other.Version += ".1"
	if c.digest() == other.digest() {
		t.Error("another version is")
	}
}
