package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"time"

	"github.com/cutoverdev/cutover/generators"
	"github.com/cutoverdev/cutover/generators/kube"
	"github.com/cutoverdev/cutover/generators/route"
	"github.com/cutoverdev/cutover/generators/routers"
	"github.com/cutoverdev/cutover/schemas"
	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	policy "k8s.io/api/policy/v1"
	gateway "sigs.k8s.io/gateway-api/apis/v1"
	"sigs.k8s.io/yaml"
)

// emitted is how many objects a second become text.
type emitted struct {
	how       string
	perSecond []float64 // in order
}

// types are the upstream types of the objects.
var types = map[string]reflect.Type{
	"Deployment": reflect.TypeFor[apps.Deployment](), "ConfigMap": reflect.TypeFor[core.ConfigMap](),
	"Service":             reflect.TypeFor[core.Service](),
	"PodDisruptionBudget": reflect.TypeFor[policy.PodDisruptionBudget](), "HTTPRoute": reflect.TypeFor[gateway.HTTPRoute](),
}

// emission writes all objects of a folder's releases as text, and the same objects by
// encoding/json.
func emission(dir string, runs int) ([]emitted, error) {
	out, err := generated(dir)
	if err != nil {
		return nil, err
	}
	var objects []kube.Object
	for _, r := range out.Releases {
		for _, s := range r.Stages {
			objects = append(objects, r.Objects(s)...)
		}
	}
	typed := make([]any, len(objects))
	for i, o := range objects {
		v := reflect.New(types[o.Kind]).Interface()
		if err := yaml.Unmarshal(kube.Append(nil, o), v); err != nil {
			return nil, err
		}
		typed[i] = v
	}
	all := []emitted{{how: "`encoding/json`, upstream types, JSON"}, {how: "cutover, YAML"}}
	var buf []byte
	for range runs {
		begin := time.Now()
		for _, v := range typed {
			if _, err := json.Marshal(v); err != nil {
				return nil, err
			}
		}
		all[0].perSecond = append(all[0].perSecond, float64(len(objects))/time.Since(begin).Seconds())
		begin = time.Now()
		for _, o := range objects {
			buf = kube.Append(buf[:0], o)
		}
		all[1].perSecond = append(all[1].perSecond, float64(len(objects))/time.Since(begin).Seconds())
	}
	for i := range all {
		slices.Sort(all[i].perSecond)
	}
	return all, nil
}

// generated are all stages of the releases of a folder.
func generated(dir string) (generators.Output, error) {
	in := generators.Input{Providers: routers.Table}
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		return generators.Output{}, err
	}
	base, err := filepath.Glob(filepath.Join(dir, "base", "*.yaml"))
	if err != nil {
		return generators.Output{}, err
	}
	var found []schemas.Finding
	for _, file := range slices.Concat(files, base) {
		text, err := os.ReadFile(file)
		if err != nil {
			return generators.Output{}, err
		}
		docs, more := schemas.Documents(file, text)
		found = append(found, more...)
		for _, doc := range docs {
			if doc.Mine() {
				releases, more := schemas.Parse(doc, route.Decoding(in.Providers))
				in.Releases, found = append(in.Releases, releases...), append(found, more...)
				continue
			}
			objects, more := kube.Objects([]schemas.Document{doc})
			in.Objects, found = append(in.Objects, objects...), append(found, more...)
		}
	}
	out, more := generators.Generate(in)
	if found = append(found, more...); schemas.Failed(found) {
		return out, fmt.Errorf("%s: %v", dir, found)
	}
	return out, nil
}
