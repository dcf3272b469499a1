package overlay_test

import (
	"encoding/json"

	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/rogpeppe/go-internal/txtar"
)

type file = txtar.File

// canonicalText is an object as JSON with sorted keys.
func canonicalText(o kube.Object) string {
	var v any
	if err := o.Node.Decode(&v); err != nil {
		return err.Error()
	}
	data, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(data)
}
