package applier

import (
	"encoding/json"
	"testing"
)

// TestListed: each row has a pod, and what a slice says of it.
func TestListed(t *testing.T) {
	const selected = `{"labels": {"app": "shop"}}`
	for _, c := range []struct{ name, spec, pod, endpoint, want string }{
		{"ready", ``, `True`, `"conditions": {"ready": true}`, ""},
		{"ready, by default", ``, `True`, `"conditions": {}`, ""},
		{"ready, and not heard of yet", ``, `True`, `"conditions": {"ready": false}`, "service shop lists 0 ready pods, and selects 1"},
		{"not ready any more, and not heard of yet", ``, `False`, `"conditions": {"ready": true}`, "service shop lists 1 ready pods, and selects 0"},
		{"not ready", ``, `False`, `"conditions": {"ready": false}`, ""},
		{"not ready, and published", `"publishNotReadyAddresses": true, `, `False`, `"conditions": {"ready": true}`, ""},
	} {
		var l listing
		for into, text := range map[any]string{
			&l.services: `{"items": [{"metadata": {"name": "shop"}, "spec": {` + c.spec + `"selector": {"app": "shop"}}}]}`,
			&l.pods: `{"items": [{"metadata": ` + selected + `, "status": {"phase": "Running", "podIP": "10.200.0.7",
				"conditions": [{"type": "Ready", "status": "` + c.pod + `"}]}}]}`,
			&l.slices: `{"items": [{"metadata": {"labels": {"kubernetes.io/service-name": "shop"}},
				"endpoints": [{"addresses": ["10.200.0.7"], ` + c.endpoint + `}]}]}`,
		} {
			if err := json.Unmarshal([]byte(text), into); err != nil {
				t.Fatal(c.name, err)
			}
		}
		said := ""
		if err := l.complete(); err != nil {
			said = err.Error()
		}
		if said != c.want {
			t.Errorf("%s: %q, want %q", c.name, said, c.want)
		}
	}
}
