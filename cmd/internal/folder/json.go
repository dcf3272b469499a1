package folder

import (
	"bytes"
	"encoding/json"
	"errors"
	"path"
)

// manifestJSON reports whether a file is a manifest in JSON: kubectl apply -f DIR
// and Argo CD's directory sources (argo-cd 3.6, reposerver/repository, findManifests)
// read .json as they read .yaml. Other JSON stands beside manifests too, package.json and
// dashboards, and is nobody's business here. A file that looks like a manifest
// counts as one, so that what is wrong with it is said.
func (f *Folder) manifestJSON(name string) bool {
	if path.Ext(name) != ".json" {
		return false
	}
	data, ok := f.read(name)
	if !ok || !bytes.Contains(data, []byte(`"apiVersion"`)) || !bytes.Contains(data, []byte(`"kind"`)) {
		return false
	}
	var top struct {
		APIVersion json.RawMessage
		Kind       json.RawMessage
	}
	// The first value counts: kubectl takes several, one after the other.
	err := json.NewDecoder(bytes.NewReader(data)).Decode(&top)
	if err != nil {
		return !errors.As(err, new(*json.UnmarshalTypeError)) // a list is none
	}
	return top.APIVersion != nil && top.Kind != nil
}
